#include "connectors/replay.h"

#include <optional>

#include "base/loop.h"
#include "connectors/connectors.h"
#include "connectors/read_definition.h"
#include "connectors/recorded_http.h"
#include "expression/context.h"
#include "expression/template.h"
#include "model/bind.h"
#include "plugin_api/run_context.h"
#include "plugins/host_calls.h"
#include "syntax/json.h"

namespace gyr::connectors {
namespace {

using base::Value;

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
  /// A key-value store without entries.
  base::Task<base::Result<Value>> host_call(std::string_view function, Value) override {
    if (function == plugins::host_calls::kv_get) co_return Value::map({{"found", Value::boolean(false)}});
    if (function == plugins::host_calls::kv_set) co_return Value();
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
  if (!http.problem().empty()) {
    if (*result || !test.error.empty()) return http.problem();
    return fmt::format("{}; it failed with: {}", http.problem(), result->error().error.message());
  }
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
