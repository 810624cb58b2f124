#include "web/executions/text.h"

#include "command/errors.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/limits.h"

namespace gyr::web {
namespace {

/// A list of task runs being sent.
struct RunStream {
  store::Store* store;
  base::Loop* loop;
  model::Execution execution;
  base::Instant now;
  std::string head;  ///< the text before the list; empty once it is sent
  std::vector<store::TaskRunRow> page;
  bool more = true;
  bool first_run = true;
  bool done = false;
};

void append_page(RunStream& stream, std::string& out) {
  for (const store::TaskRunRow& row : stream.page) {
    if (!std::exchange(stream.first_run, false)) out += ',';
    append_json(out, json::TaskRun{&row.run, &stream.execution, stream.now});
  }
}

/// One page; the next one is read when it is wanted.
base::Task<base::Result<std::string>> next_piece(std::shared_ptr<RunStream> stream) {
  std::string out = std::exchange(stream->head, {});
  if (stream->done) co_return out;
  append_page(*stream, out);
  if (!stream->more) {
    out += "]}";
    stream->done = true;
    co_return out;
  }
  const uint32_t from = stream->page.back().position + 1;
  GYR_CO_TRY(stream->page, co_await read<std::vector<store::TaskRunRow>>(
                               stream->store, stream->loop, [id = stream->execution.id, from](store::Reader& reader) {
                                 return reader.task_runs(id, from, runs_a_page);
                               }));
  stream->more = stream->page.size() == runs_a_page;
  co_return out;
}

template <class Shown>
std::variant<JsonOf<Shown>, net::ServerResponse> answer_of_execution(Request* request, const LoadedExecution& loaded,
                                                                     Shown shown) {
  shown.execution = &loaded.row.execution;
  shown.now = request->services().clock.now();
  if (!loaded.has_more) {
    shown.runs = loaded.runs;
    return JsonOf<Shown>{to_json(shown)};
  }
  std::string head = to_json(shown);
  head.pop_back();
  head += ",\"taskRunList\":[";
  auto stream = std::make_shared<RunStream>(RunStream{&request->services().store, &request->loop(),
                                                      loaded.row.execution, shown.now, std::move(head), loaded.runs});
  net::ServerResponse response = json_answer(std::string());
  response.stream = [stream] { return next_piece(stream); };
  return response;
}

}  // namespace

base::Error no_execution(std::string_view id) {
  return {executor::execution_not_found, fmt::format("Execution '{}' not found", id)};
}

std::string execution_url(const std::string& own_url, const model::Execution& execution) {
  std::string url = own_url;
  while (url.ends_with('/')) url.pop_back();
  return fmt::format("{}/ui/{}/executions/{}/{}/{}", url, execution.flow->tenant, execution.flow->namespace_,
                     execution.flow->id, execution.id.to_text());
}

base::Result<std::optional<LoadedExecution>> load_execution(store::Reader& reader, const store::Access& access,
                                                            std::string_view tenant, base::Id id, size_t runs) {
  GYR_TRY(auto row, reader.execution(id));
  if (!row || row->execution.flow->tenant != tenant || !access.may_read(row->execution.flow->namespace_))
    return std::optional<LoadedExecution>();
  LoadedExecution loaded{*std::move(row), {}, false};
  GYR_TRY(loaded.runs, reader.task_runs(id, 0, runs));
  loaded.has_more = loaded.runs.size() == runs;
  return std::optional(std::move(loaded));
}

ExecutionAnswer execution_answer(Request* request, const LoadedExecution& loaded) {
  return answer_of_execution(request, loaded, json::Execution{});
}

ExecutionResponseAnswer execution_response(Request* request, const LoadedExecution& loaded) {
  json::ExecutionResponse shown{};
  shown.url = execution_url(request->own_url(), loaded.row.execution);
  return answer_of_execution(request, loaded, std::move(shown));
}

}  // namespace gyr::web
