// io.kestra.plugin.core.templating.TemplatedTask (TASK-103, CORE-91, CORE-99)
#include "model/task.h"
#include "plugin_api/registry.h"
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "syntax/yaml.h"

namespace gyr::plugins::core {
namespace {

using syntax::NodePtr;

constexpr std::string_view own_type = "io.kestra.plugin.core.templating.TemplatedTask";

struct TemplatedTask {
  model::Dynamic<std::string> spec;
  model::Dynamic<base::Value> roots;        ///< by its default the whole context comes to the worker (TASK-103)
  const plugin::Registry* types = nullptr;  ///< set when the object is made
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

/// The mapping, with the id of the outer task if it has none: the inner task is not visible.
base::Result<NodePtr> read_spec(const std::string& text, const std::string& id) {
  GYR_TRY(NodePtr node, syntax::parse_yaml(text));
  if (!node->is_mapping())
    return base::fail(plugin::task_failed, "`spec` is not a task: it must be a mapping with `type`");
  if (node->find("id") != nullptr) return node;
  std::vector<syntax::NodeEntry> entries(node->entries().begin(), node->entries().end());
  entries.push_back({"id", {}, syntax::Node::scalar(base::Value::string(id), id, true, {})});
  return syntax::Node::mapping(std::move(entries), node->span());
}

base::Result<model::TaskSpec> bind_task(const NodePtr& node, const plugin::Registry& types) {
  model::BindContext context(types);
  model::TaskSpec inner;
  model::Binder<model::TaskSpec>::bind(node, inner, context);
  if (!context.failed()) {
    if (inner.is(own_type))
      return base::fail(plugin::task_failed, fmt::format("The templated task cannot be of type '{}'", own_type));
    if (!inner.found->runnable) return base::fail(plugin::task_failed, "The templated task must be a runnable task");
    return inner;
  }
  std::string problems;
  for (const auto& found : context.diagnostics()) {
    if (found.severity != syntax::Severity::error) continue;
    if (!problems.empty()) problems += ", ";
    problems += found.message;
  }
  return base::fail(plugin::task_failed, problems);
}

base::Task<plugin::TaskResult> TemplatedTask::run(plugin::RunContext& context) const {
  GYR_CO_TRY(auto text, co_await context.render(spec));
  GYR_CO_TRY(NodePtr node, read_spec(text.value_or(""), context.info().task_id));
  // A flowable is reported before its own rules are checked.
  const syntax::Node* type = node->find("type");
  const auto* known = type != nullptr && type->is_scalar() ? types->task(type->text()) : nullptr;
  if (known != nullptr && !known->runnable())
    co_return base::fail(plugin::task_failed, "The templated task must be a runnable task");
  GYR_CO_TRY(model::TaskSpec inner, bind_task(node, *types));
  co_return co_await types->type_of(inner).run(*inner.object, context);
}

}  // namespace

plugin::TaskType templated_task(const plugin::Registry& types) {
  auto type = plugin::task_type<TemplatedTask>(own_type)
                  .title("Runs a task that is defined by a template")
                  .documentation(
                      "The rendered text is the YAML definition of one task. The outputs and metrics of that task "
                      "become those of this task. Properties such as `retry` and `timeout` come from this task.")
                  .property("spec", &TemplatedTask::spec, {.title = "Task definition, in YAML", .required = true})
                  .property("roots", &TemplatedTask::roots,
                            {.title = "Variables that the definition and the plugin defaults of its type may use",
                             .default_value = base::Value::string("{{ printContext() }}"),
                             .hidden = true})
                  .example("Runs a task whose type is an input", R"(id: templated
type: io.kestra.plugin.core.templating.TemplatedTask
spec: |
  type: {{ inputs.type }}
  message: Hello
)")
                  .build();
  type.make = [&types] {
    auto made = std::make_unique<plugin::HeldObject<TemplatedTask>>();
    made->properties.types = &types;
    return made;
  };
  return type;
}

}  // namespace gyr::plugins::core
