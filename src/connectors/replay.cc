#include "connectors/replay.h"

#include <deque>
#include <optional>

#include "base/loop.h"
#include "base/text.h"
#include "connectors/connectors.h"
#include "expression/context.h"
#include "expression/template.h"
#include "model/bind.h"
#include "net/http.h"
#include "plugin_api/run_context.h"
#include "syntax/json.h"

namespace gyr::connectors {
namespace {

using base::Value;

/// Answers requests with the recorded responses, in order.
class RecordedHttp final : public plugin::HttpClient {
 public:
  explicit RecordedHttp(const std::vector<ExchangeSpec>& exchanges) : exchanges_(exchanges.begin(), exchanges.end()) {}

  base::Task<base::Result<net::ClientResponse>> send(net::ClientRequest request, base::CancelToken) override {
    if (exchanges_.empty()) {
      tell(fmt::format("the connector has no recorded exchange for the request {} {}", request.method, request.url));
      co_return base::fail(net::connection_failed, "no exchange is recorded");
    }
    const ExchangeSpec exchange = std::move(exchanges_.front());
    exchanges_.pop_front();
    compare(exchange.request, request);
    net::ClientResponse response;
    const Value* status = exchange.response.find("status");
    response.status = status != nullptr && status->is_integer() ? static_cast<int>(status->as_integer()) : 200;
    if (const Value* headers = exchange.response.find("headers"); headers != nullptr && headers->is_map()) {
      for (const auto& entry : headers->entries())
        response.headers.add(std::string(entry.name()), expression::to_text(entry.value));
    }
    if (const Value* json = exchange.response.find("json")) response.body = syntax::write_json(*json);
    if (const Value* text = exchange.response.find("text")) response.body = expression::to_text(*text);
    response.body_bytes = response.body.size();
    co_return response;
  }
  base::Task<base::Result<net::StreamedResponse>> open(net::ClientRequest, base::CancelToken) override {
    co_return base::fail(net::connection_failed, "exchanges are not streamed");
  }

  /// What differed; also that exchanges are left.
  std::string problem() const {
    if (!problem_.empty() || exchanges_.empty()) return problem_;
    return fmt::format("{} recorded requests were not made", exchanges_.size());
  }

 private:
  void compare(const Value& expected, const net::ClientRequest& request) {
    auto text = [&](std::string_view key) {
      const Value* value = expected.find(key);
      return value == nullptr ? std::string() : expression::to_text(*value);
    };
    if (text("method") != request.method || text("url") != request.url) {
      tell(fmt::format("the request is {} {}, not {} {}", request.method, request.url, text("method"), text("url")));
    }
    if (const Value* json = expected.find("json")) {
      auto sent = syntax::parse_json(request.body);
      const std::string wanted = syntax::write_json(*json);
      auto normal = syntax::parse_json(wanted);
      if (!sent || !normal || !(*sent == *normal)) tell(fmt::format("the body is {}, not {}", request.body, wanted));
    }
    if (const Value* form = expected.find("form"); form != nullptr && text("form") != request.body)
      tell(fmt::format("the body is {}, not {}", request.body, text("form")));
    const Value* headers = expected.find("headers");
    if (headers == nullptr || !headers->is_map()) return;
    for (const auto& header : headers->entries()) {
      const std::string wanted = expression::to_text(header.value);
      const std::string sent = sent_header(request, header.name());
      if (sent != wanted) tell(fmt::format("the header {} is `{}`, not `{}`", header.name(), sent, wanted));
    }
  }

  /// As the client would send it.
  static std::string sent_header(const net::ClientRequest& request, std::string_view name) {
    if (auto given = request.headers.get(name)) return std::string(*given);
    if (!base::equals_ignoring_case(name, "Authorization")) return {};
    if (!request.bearer.empty()) return "Bearer " + request.bearer;
    if (request.basic_user.empty()) return {};
    return "Basic " + base::base64_encode(fmt::format("{}:{}", request.basic_user, request.basic_password));
  }

  void tell(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
  }

  std::deque<ExchangeSpec> exchanges_;
  std::string problem_;
};

/// A task without a server: it renders the properties, sends recorded requests, and has nothing else.
class ReplayContext final : public plugin::RunContext {
 public:
  ReplayContext(base::Loop& loop, plugin::HttpClient& http) : loop_(loop), http_(http) {
    info_.tenant = "main";
    info_.namespace_ = "company.team";
    info_.flow_id = "flow";
    info_.task_id = "task";
  }

  const plugin::RunInfo& info() const override { return info_; }
  base::Task<base::Result<Value>> render_value(const model::DynamicSource& source, Value extra, bool typed) override {
    if (!source.is_set()) co_return Value();
    expression::ValueContext context(extra.is_map() ? extra : Value::empty_map());
    expression::Environment environment;
    environment.now = now();
    const auto& value = source.value_template();
    auto outcome = typed ? value.render_typed(context, environment) : value.render(context, environment);
    if (outcome.ok()) co_return outcome.value();
    if (outcome.failed()) co_return base::fail(outcome.error());
    co_return base::fail(plugin::host_refused, "a replayed task has no server");
  }
  void log(model::LogLevel, std::string_view) override {}
  void metric(model::MetricType, std::string_view, double, Value) override {}
  void mask(std::string_view) override {}
  base::Task<base::Result<Value>> host_call(std::string_view, Value) override {
    co_return base::fail(plugin::host_refused, "a replayed task has no server");
  }
  base::CancelToken cancel_token() const override { return {}; }
  base::Loop& loop() override { return loop_; }
  base::Instant now() const override { return base::Instant::of_nanos(1'700'000'000'000'000'000); }
  plugin::Files* files() override { return nullptr; }
  plugin::Processes* processes() override { return nullptr; }
  plugin::HttpClient* http() override { return &http_; }

 private:
  base::Loop& loop_;
  plugin::HttpClient& http_;
  plugin::RunInfo info_;
};

base::Task<void> run_task(const plugin::TaskType& type, const model::PluginObject& object, plugin::RunContext& context,
                          std::optional<plugin::TaskResult>* result) {
  result->emplace(co_await type.run(object, context));
}

/// What is wrong; empty if the test passes.
std::string run_test(const plugin::Registry& registry, const std::string& type_name, const TestSpec& test) {
  base::MapBuilder written(test.properties);
  written.set("id", Value::string("task"));
  written.set("type", Value::string(type_name));
  model::TaskSpec task;
  model::BindContext binding(registry);
  model::Binder<model::TaskSpec>::bind(syntax::Node::of_value(written.build()), task, binding);
  for (const auto& found : binding.diagnostics()) {
    if (found.severity == syntax::Severity::error) return fmt::format("{}: {}", found.path, found.message);
  }
  base::ManualLoop loop;
  RecordedHttp http(test.exchanges);
  ReplayContext context(loop, http);
  std::optional<plugin::TaskResult> result;
  base::TaskScope scope(loop);
  scope.spawn(run_task(registry.type_of(task), *task.object, context, &result));
  do {
    loop.run_ready();
  } while (!result && loop.advance_to_next_timer());
  if (!result) return "the task waits for something that never comes";
  if (!http.problem().empty()) return http.problem();
  if (!test.error.empty()) {
    if (*result) return fmt::format("it succeeded, with {}", syntax::write_json((*result)->outputs));
    const std::string message = result->error().error.message();
    if (message.find(test.error) == std::string::npos) return fmt::format("it failed with: {}", message);
    return {};
  }
  if (!*result) return fmt::format("it failed with: {}", result->error().error.message());
  if (!test.outputs) return {};
  // Both by way of JSON, which knows no widths of numbers.
  auto given = syntax::parse_json(syntax::write_json((*result)->outputs));
  auto wanted = syntax::parse_json(syntax::write_json(*test.outputs));
  if (given && wanted && *given == *wanted) return {};
  return fmt::format("the outputs are {}, not {}", syntax::write_json((*result)->outputs),
                     syntax::write_json(*test.outputs));
}

}  // namespace

std::vector<ReplayResult> replay(std::string_view file_name, std::string_view text, base::Result<void>* loaded) {
  std::vector<ReplayResult> results;
  auto read = read_definition(file_name, text);
  if (!read) {
    *loaded = base::fail(read.error());
    return results;
  }
  auto definition = std::make_shared<const Definition>(*std::move(read));
  plugin::Registry registry;
  for (auto& type : task_types(definition)) registry.add(std::move(type));
  for (const ElementSpec& element : definition->elements) {
    for (const TestSpec& test : element.tests)
      results.push_back({element.type, test.name, run_test(registry, element.type, test)});
  }
  return results;
}

}  // namespace gyr::connectors
