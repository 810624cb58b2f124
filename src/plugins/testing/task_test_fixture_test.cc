#include "model/bind.h"
#include "plugins/plugins.h"
#include "plugins/testing/task_test.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace gyr::plugins::testing {

TaskTest::TaskTest() {
  register_core_plugins(registry);
  register_script_plugins(registry);
  register_cli_plugins(registry);
  context->variables = json(R"({"flow": {"id": "flow", "namespace": "company.team"}})");
}

std::shared_ptr<const model::TaskSpec> TaskTest::bind(std::string_view yaml) {
  auto node = syntax::parse_yaml(yaml);
  EXPECT_TRUE(node.has_value()) << node.error().to_string();
  auto task = std::make_shared<model::TaskSpec>();
  model::BindContext binding(registry);
  model::Binder<model::TaskSpec>::bind(node.value(), *task, binding);
  for (const auto& diagnostic : binding.diagnostics()) {
    if (diagnostic.severity == syntax::Severity::error) ADD_FAILURE() << diagnostic.path << ": " << diagnostic.message;
  }
  kept_.push_back(task);
  return task;
}

std::vector<std::string> TaskTest::problems(std::string_view yaml) {
  auto node = syntax::parse_yaml(yaml);
  EXPECT_TRUE(node.has_value()) << node.error().to_string();
  model::TaskSpec task;
  model::BindContext binding(registry);
  model::Binder<model::TaskSpec>::bind(node.value(), task, binding);
  std::vector<std::string> lines;
  for (const auto& diagnostic : binding.diagnostics()) {
    if (diagnostic.severity == syntax::Severity::error) lines.push_back(diagnostic.path + ": " + diagnostic.message);
  }
  return lines;
}

plugin::TaskResult TaskTest::run(std::string_view yaml) {
  auto task = bind(yaml);
  return loop.run(registry.type_of(*task).run(*task->object, *context));
}

base::Value TaskTest::outputs(std::string_view yaml) {
  auto result = run(yaml);
  EXPECT_TRUE(result.has_value()) << result.error().error.to_string();
  return result ? result->outputs : base::Value();
}

std::string TaskTest::failure(std::string_view yaml) {
  auto result = run(yaml);
  EXPECT_FALSE(result.has_value());
  return result ? std::string() : result.error().error.message();
}

plugin::TaskResult TaskTest::run_inline(std::string_view yaml) {
  auto task = bind(yaml);
  const plugin::TaskType& type = registry.type_of(*task);
  EXPECT_TRUE(type.is(plugin::Trait::pure));
  auto result = base::Task<plugin::TaskResult>::run_inline(type.run(*task->object, *context));
  EXPECT_TRUE(result.has_value()) << "a pure task must not suspend";
  return result ? *std::move(result) : plugin::TaskResult(plugin::Success{});
}

base::Value text(std::string_view value) { return base::Value::string(value); }

base::Value json(std::string_view value) {
  auto parsed = syntax::parse_json(value);
  EXPECT_TRUE(parsed.has_value()) << parsed.error().to_string();
  return parsed ? *parsed : base::Value();
}

}  // namespace gyr::plugins::testing
