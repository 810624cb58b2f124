// io.kestra.plugin.core.http.SseRequest (CORE-22, CORE-25)
#include <fstream>

#include "jq/interpreter.h"
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/http/exchange.h"
#include "plugins/core/http/sse_events.h"
#include "plugins/core/log_message.h"

namespace gyr::plugins::core {
namespace {

namespace fs = std::filesystem;
using base::Value;

constexpr size_t piece_bytes = 256 * 1024;
/// What outputs may hold at all; more belongs into a file.
constexpr size_t max_output_bytes = 64 * 1024 * 1024;

struct SseRequest : HttpProperties {
  model::Dynamic<std::string> concat_jq_expression;
  model::Dynamic<bool> failed_on_missing_jq;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

/// Collects the events as a list, or as the concatenated results of a jq program.
class Collected {
 public:
  /// `program` may be null.
  Collected(plugin::RunContext& context, std::shared_ptr<const jq::Program> program, std::string expression,
            bool fail_on_missing)
      : context_(context),
        program_(std::move(program)),
        expression_(std::move(expression)),
        fail_on_missing_(fail_on_missing) {}

  base::Result<void> add(std::vector<Value> events) {
    for (Value& event : events) {
      size_ += 1;
      if (program_ != nullptr) {
        GYR_CHECK(concatenate(event));
      } else {
        bytes_ += event.weight();
        list_.push(std::move(event));
      }
      if (bytes_ + result_.size() > max_output_bytes) {
        return base::fail(plugin::task_failed,
                          fmt::format("the events exceed the limit of {} bytes for outputs", max_output_bytes));
      }
    }
    return {};
  }

  size_t size() const { return size_; }
  void give(base::MapBuilder& outputs) {
    outputs.set("size", Value::integer(static_cast<int64_t>(size_)));
    if (program_ != nullptr) {
      outputs.set("result", Value::string(result_));
    } else {
      outputs.set("events", list_.build());
    }
  }

 private:
  base::Result<void> concatenate(const Value& event) {
    jq::Interpreter interpreter({}, context_.now());
    base::ListBuilder results;
    if (interpreter.run(*program_, event, results) != jq::Interpreter::End::done) return missing(interpreter.message());
    const Value found = results.build();
    if (found.size() == 0) return missing("there is no result");
    for (const Value& value : found.items()) {
      if (value.is_null() || value.is_container()) {
        GYR_CHECK(missing(fmt::format("the result is {}", kind_words(value))));
        continue;
      }
      result_ += expression::to_text(value);
    }
    return {};
  }

  base::Result<void> missing(std::string_view reason) {
    std::string message =
        fmt::format("`{}` must return a string, a number or a boolean for event {}: {}", expression_, size_, reason);
    if (fail_on_missing_) return base::fail(plugin::task_failed, std::move(message));
    context_.log(model::LogLevel::debug, message);
    return {};
  }

  plugin::RunContext& context_;
  const std::shared_ptr<const jq::Program> program_;
  const std::string expression_;
  const bool fail_on_missing_;
  base::ListBuilder list_;
  std::string result_;
  size_t bytes_ = 0;
  size_t size_ = 0;
};

/// Reads the stored stream some at a time on the file pool.
base::Task<base::Result<void>> read_events(plugin::Files* files, fs::path file, Collected* collected) {
  std::ifstream stream(file, std::ios::binary);
  SseEvents events;
  for (std::string piece; stream;) {
    co_await files->on_pool([&] {
      piece.resize(piece_bytes);
      stream.read(piece.data(), static_cast<std::streamsize>(piece.size()));
      piece.resize(static_cast<size_t>(std::max<std::streamsize>(stream.gcount(), 0)));
    });
    GYR_CO_CHECK(events.feed(piece));
    GYR_CO_CHECK(collected->add(events.take()));
  }
  GYR_CO_CHECK(events.end());
  co_return collected->add(events.take());
}

base::Task<plugin::TaskResult> SseRequest::run(plugin::RunContext& context) const {
  plugin::Files* files = context.files();
  if (files == nullptr) co_return base::fail(plugin::task_failed, "HTTP requests are not available");
  GYR_CO_TRY(auto expression, co_await context.render(concat_jq_expression));
  std::shared_ptr<const jq::Program> program;
  if (expression) {
    auto compiled = jq::parse(*expression);
    if (!compiled)
      co_return base::fail(compiled.error().with_prefix(fmt::format("`concatJqExpression: {}`: ", *expression)));
    program = *std::move(compiled);
  }
  GYR_CO_TRY(auto strict, co_await context.render(failed_on_missing_jq));
  GYR_CO_TRY(PreparedRequest prepared, co_await prepare_request(context, *this));
  if (!prepared.request.headers.get("Accept")) prepared.request.headers.add("Accept", "text/event-stream");
  const std::string uri = prepared.address.uri;
  GYR_CO_TRY(fs::path directory, files->working_directory());
  const fs::path local = directory / base::make_id(context.now()).to_text();
  prepared.request.to_file = local.string();
  prepared.request.max_body_bytes = 0;
  GYR_CO_TRY(net::ClientResponse response, co_await exchange(context, std::move(prepared)));
  Collected collected(context, std::move(program), expression.value_or(""), strict.value_or(true));
  if (response.body_bytes > 0) GYR_CO_CHECK(co_await read_events(files, local, &collected));
  co_await files->on_pool([&local] {
    std::error_code ignored;
    fs::remove(local, ignored);
  });
  context.metric(model::MetricType::counter, "size", static_cast<double>(collected.size()), {});
  base::MapBuilder outputs;
  outputs.set("uri", Value::string(uri));
  collected.give(outputs);
  co_return plugin::Success{outputs.build(), std::nullopt};
}

}  // namespace

plugin::TaskType http_sse_request_task() {
  return plugin::task_type<SseRequest>("io.kestra.plugin.core.http.SseRequest")
      .title("Reads a stream of server-sent events")
      .documentation(
          "The task reads until the server ends the stream or the `timeout` of the task expires. An event is a map "
          "with `id`, `name`, `data`, `comment` and `retry` (in seconds); fields that the event does not have are left "
          "out. If `data` is JSON, it is parsed.")
      .trait(plugin::Trait::killable)
      .with([](auto& builder) { describe_http(builder); })
      .property("concatJqExpression", &SseRequest::concat_jq_expression,
                {.title = "jq expression to evaluate for each event, such as `.data.text`",
                 .documentation = "The results are concatenated.",
                 .group = "main"})
      .property("failedOnMissingJq", &SseRequest::failed_on_missing_jq,
                {.title = "Whether an event without a result fails the task",
                 .default_value = Value::boolean(true),
                 .group = "main"})
      .output("uri", {.type = model::ValueType::uri, .title = "URL of the request"})
      .output("events", {.type = model::ValueType::list,
                         .title = "Received events",
                         .documentation = "Not set with `concatJqExpression`."})
      .output("size", {.type = model::ValueType::integer, .title = "Number of received events"})
      .output("result", {.type = model::ValueType::string, .title = "Concatenated results of `concatJqExpression`"})
      .metric("size", model::MetricType::counter, "Number of received events")
      .example("Concatenates the answer of a chat model", R"(id: ask
type: io.kestra.plugin.core.http.SseRequest
uri: https://example.com/chat?stream=true
concatJqExpression: .data.text
failedOnMissingJq: false
)")
      .build();
}

}  // namespace gyr::plugins::core
