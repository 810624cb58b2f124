#include "web/execution_text.h"

#include "command/errors.h"
#include "model/execution_json.h"
#include "net/url.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/limits.h"

namespace gyr::web {

using base::MapBuilder;
using base::Value;

namespace {

/// Removes entries that are too large and returns their names.
Value without_large(const Value& object, std::initializer_list<std::string_view> keys, uint64_t largest) {
  if (largest == 0) return object;
  MapBuilder map(object);
  base::ListBuilder omitted;
  for (std::string_view key : keys) {
    const Value* value = map.find(key);
    if (value == nullptr || value->weight() <= largest) continue;
    map.remove(key);
    omitted.push(Value::string(key));
  }
  if (omitted.size() == 0) return object;
  map.set("omitted", omitted.build());
  return map.build();
}

/// A list of task runs being sent.
struct RunStream {
  store::Store* store;
  base::Loop* loop;
  model::Execution execution;
  ExecutionTextOptions options;
  std::vector<store::TaskRunRow> page;
  bool more = false;
  enum class Stage : uint8_t { head, runs, end, done } stage = Stage::head;
  bool first_run = true;
};

void append_page(RunStream& stream, std::string& out) {
  for (const store::TaskRunRow& row : stream.page) {
    if (!stream.first_run) out += ',';
    stream.first_run = false;
    append_task_run(out, row.run, stream.execution, stream.options);
  }
}

base::Task<base::Result<std::string>> next_piece(std::shared_ptr<RunStream> stream) {
  std::string out;
  if (stream->stage == RunStream::Stage::head) {
    append_execution_head(out, stream->execution, stream->options);
    out += ",\"taskRunList\":[";
    stream->stage = RunStream::Stage::runs;
  }
  if (stream->stage == RunStream::Stage::runs) {
    append_page(*stream, out);
    if (!stream->more) {
      stream->stage = RunStream::Stage::end;
    } else {
      const uint32_t from = stream->page.back().position + 1;
      GYR_CO_TRY(stream->page,
                 co_await read<std::vector<store::TaskRunRow>>(
                     stream->store, stream->loop, [id = stream->execution.id, from](store::Reader& reader) {
                       return reader.task_runs(id, from, runs_a_page);
                     }));
      stream->more = stream->page.size() == runs_a_page;
    }
    if (!out.empty()) co_return out;
  }
  if (stream->stage == RunStream::Stage::end) {
    out += "]}";
    stream->stage = RunStream::Stage::done;
  }
  co_return out;
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

void append_execution_head(std::string& out, const model::Execution& execution, const ExecutionTextOptions& options) {
  Value value = model::execution_to_value(execution, {}, options.now);
  value = without_large(value, {"inputs", "outputs", "variables", "trigger"}, options.max_value);
  append_json(out, value);
  out.pop_back();
  if (!options.url.empty()) {
    out += ",\"url\":";
    append_json(out, Value::string(options.url));
  }
}

void append_task_run(std::string& out, const model::TaskRun& run, const model::Execution& execution,
                     const ExecutionTextOptions& options) {
  append_json(out,
              without_large(model::task_run_to_value(run, execution, options.now), {"outputs"}, options.max_value));
}

std::string execution_text(const model::Execution& execution, const std::vector<store::TaskRunRow>& runs,
                           const ExecutionTextOptions& options) {
  std::string out;
  append_execution_head(out, execution, options);
  if (!runs.empty()) {
    out += ",\"taskRunList\":[";
    for (size_t i = 0; i < runs.size(); ++i) {
      if (i > 0) out += ',';
      append_task_run(out, runs[i].run, execution, options);
    }
    out += ']';
  }
  out += '}';
  return out;
}

base::Result<std::optional<LoadedExecution>> load_execution(store::Reader& reader, std::string_view tenant, base::Id id,
                                                            size_t runs) {
  GYR_TRY(auto row, reader.execution(id));
  if (!row || row->execution.flow->tenant != tenant) return std::optional<LoadedExecution>();
  LoadedExecution loaded{*std::move(row), {}, false};
  GYR_TRY(loaded.runs, reader.task_runs(id, 0, runs));
  loaded.has_more = loaded.runs.size() == runs;
  return std::optional(std::move(loaded));
}

net::ServerResponse execution_answer(store::Store* store, base::Loop* loop, LoadedExecution loaded,
                                     ExecutionTextOptions options) {
  if (!loaded.has_more) return json_answer(execution_text(loaded.row.execution, loaded.runs, options));
  auto stream = std::make_shared<RunStream>(
      RunStream{store, loop, std::move(loaded.row.execution), std::move(options), std::move(loaded.runs), true});
  net::ServerResponse response = json_answer(std::string());
  response.stream = [stream] { return next_piece(stream); };
  return response;
}

}  // namespace gyr::web
