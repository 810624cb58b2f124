// Outputs of task runs by themselves, as clients of the newer contract read them (API-3).
#include "web/executions/executions.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/limits.h"
#include "web/http/typed.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

/// The list being sent, page by page.
struct OutputStream {
  store::Store* store;
  base::Loop* loop;
  base::Id execution;
  uint32_t from = 0;
  bool first = true;
  bool done = false;
};

base::Task<base::Result<std::string>> next_outputs(std::shared_ptr<OutputStream> stream) {
  if (stream->done) co_return std::string();
  std::string out = stream->from == 0 ? "[" : "";
  while (out.size() < 2 && !stream->done) {
    GYR_CO_TRY(auto runs, co_await read<std::vector<store::TaskRunRow>>(
                              stream->store, stream->loop, [stream](store::Reader& reader) {
                                return reader.task_runs(stream->execution, stream->from, runs_a_page);
                              }));
    stream->done = runs.size() < runs_a_page;
    for (const auto& row : runs) {
      stream->from = row.position + 1;
      if (row.run.outputs.size() == 0) continue;
      if (!std::exchange(stream->first, false)) out += ',';
      append_json(out, json::TaskOutputInformation{row.run.task_id, row.run.id, row.run.value, row.run.iteration});
    }
  }
  if (stream->done) out += ']';
  co_return out;
}

base::Task<Outcome> list_outputs(Request* request) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  auto stream = std::make_shared<OutputStream>(
      OutputStream{&request->services().store, &request->loop(), loaded.row.execution.id});
  auto response = json_answer(std::string());
  response.stream = [stream] { return next_outputs(stream); };
  co_return response;
}

base::Task<base::Result<Object>> get_outputs(Request* request) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  const auto run = base::Id::parse(request->path("taskRunId"));
  std::optional<store::TaskRunRow> row;
  if (run) {
    GYR_CO_TRY(row, co_await request->read([id = loaded.row.execution.id, run = *run](store::Reader& reader) {
      return reader.task_run(id, run);
    }));
  }
  if (!row) co_return base::fail(not_found, fmt::format("TaskRun '{}' not found", request->path("taskRunId")));
  co_return Object{row->run.outputs.is_map() ? row->run.outputs : base::Value::empty_map()};
}

}  // namespace

std::vector<Route> output_routes() {
  const Right may_read{"EXECUTION", Action::read};
  return {
      {.method = Method::get,
       .path = "~/outputs/{executionId}",
       .operation = "getTaskOutputsInformation",
       .summary = "List the task runs that have outputs",
       .rule = {may_read, of_entity},
       .handler = list_outputs,
       .answer = answers<std::vector<json::TaskOutputInformation>>},
      {.method = Method::get,
       .path = "~/outputs/{executionId}/{taskRunId}",
       .operation = "getTaskRunOutputs",
       .summary = "Get the outputs of a task run",
       .rule = {may_read, of_entity},
       .handler = typed<get_outputs>},
  };
}

}  // namespace gyr::web
