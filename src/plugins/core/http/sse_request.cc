// io.kestra.plugin.core.http.SseRequest (CORE-22, CORE-25)
#include <fstream>

#include "expression/jq/interpreter.h"
#include "plugin/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/http/exchange.h"
#include "plugins/core/http/sse_events.h"
#include "plugins/core/log_message.h"

namespace gyr::plugins::core {
namespace {

namespace fs = std::filesystem;
namespace jq = expression::jq;
using base::Value;

constexpr size_t piece_bytes = 256 * 1024;
/// What outputs may hold at all; more belongs into a file.
constexpr size_t max_output_bytes = 64 * 1024 * 1024;

struct SseRequest : HttpProperties {
  model::Dynamic<std::string> concat_jq_expression;
  model::Dynamic<bool> failed_on_missing_jq;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

/// What becomes of the events: a list, or the texts that a jq program gives for each, one after the other.
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
        return base::fail(
            plugin::task_failed,
            fmt::format("the stream gives more than the {} bytes that outputs may hold", max_output_bytes));
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
    if (found.size() == 0) return missing("it gives nothing");
    for (const Value& value : found.items()) {
      if (value.is_null() || value.is_container()) {
        GYR_CHECK(missing(fmt::format("it gives {}", kind_words(value))));
        continue;
      }
      result_ += expression::to_text(value);
    }
    return {};
  }

  base::Result<void> missing(std::string_view reason) {
    std::string message =
        fmt::format("`{}` gives no text, number or boolean for event {}: {}", expression_, size_, reason);
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
  if (files == nullptr) co_return base::fail(plugin::task_failed, "requests cannot be sent here");
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
          "Waits until the server ends the stream; `timeout` of the task ends it before. An event is a map of `id`, "
          "`name`, `data`, `comment` and "
          "`retry` (seconds), without those it lacks; `data` is a value where it is JSON.")
      .trait(plugin::Trait::killable)
      .with([](auto& builder) { describe_http(builder); })
      .property("concatJqExpression", &SseRequest::concat_jq_expression,
                {.title = "jq program whose results for the events are joined, such as `.data.text`", .group = "main"})
      .property("failedOnMissingJq", &SseRequest::failed_on_missing_jq,
                {.title = "Whether an event without a result fails the task",
                 .default_value = Value::boolean(true),
                 .group = "main"})
      .output("uri", {.type = model::ValueType::uri, .title = "Address that was asked"})
      .output("events", {.type = model::ValueType::list, .title = "The events, without `concatJqExpression`"})
      .output("size", {.type = model::ValueType::integer, .title = "How many events came"})
      .output("result", {.type = model::ValueType::string, .title = "Joined results, with `concatJqExpression`"})
      .metric("size", model::MetricType::counter, "Events received")
      .example("Joins the answer of a chat model", R"(id: ask
type: io.kestra.plugin.core.http.SseRequest
uri: https://example.com/chat?stream=true
concatJqExpression: .data.text
failedOnMissingJq: false
)")
      .build();
}

}  // namespace gyr::plugins::core
