// Template: the tasks of a stored template, which whoever loads the flow has put below the task (TASK-41,
// model/template_expansion.h).
#include "engine/flowable/lists.h"
#include "engine/flowable/types.h"
#include "model/template_expansion.h"

namespace gyr::engine {
namespace {

struct TemplateProperties {
  std::string namespace_;
  std::string template_id;
  std::string tenant;
  model::Dynamic<std::map<std::string, std::string>> args;
  std::vector<model::TaskSpec> tasks;
  std::vector<model::TaskSpec> errors;
  std::vector<model::TaskSpec> finals;
  std::string problem;  ///< why the template cannot be used
};

class Template final : public Flowable {
 public:
  plugin::TaskType describe() const override {
    return plugin::task_type<TemplateProperties>(std::string(model::template_type))
        .title("Runs the tasks of a stored template")
        .documentation(
            "The tasks of the template run one after another in place of this task, followed by the `errors` and "
            "`finally` tasks of both. An execution uses the version of the template that was current when the "
            "execution started. Deprecated: turn the template into a flow and start it with Subflow. Templates require "
            "`kestra.templates.enabled: true`.")
        .trait(plugin::Trait::flowable)
        .deprecated()
        .property("namespace", &TemplateProperties::namespace_,
                  {.title = "Namespace of the template", .required = true})
        .property("templateId", &TemplateProperties::template_id, {.title = "Id of the template", .required = true})
        .property("args", &TemplateProperties::args,
                  {.title = "Arguments of the template",
                   .documentation = "The tasks of the template read them as `parent.outputs.args`."})
        .property("tenantId", &TemplateProperties::tenant, {.hidden = true})
        .property(std::string(model::template_tasks_key), &TemplateProperties::tasks, {.hidden = true})
        .property(std::string(model::template_problem_key), &TemplateProperties::problem, {.hidden = true})
        .with([](auto& builder) { describe_lists(builder); })
        .output("args", {.type = model::ValueType::map, .title = "The rendered arguments"})
        .example("Runs a template", R"(id: shared_steps
type: io.kestra.plugin.core.flow.Template
namespace: company.team
templateId: shared
args:
  day: "{{ inputs.day }}")")
        .build();
  }

  ChildLists lists(const model::TaskSpec& spec) const override { return lists_of<TemplateProperties>(spec); }

  bool is_sequential() const override { return true; }

  std::optional<base::Value> decision(const model::TaskSpec& spec) const override {
    const auto& properties = spec.properties<TemplateProperties>();
    if (!properties.args.is_set() || !is_usable(properties)) return std::nullopt;
    return properties.args.source();
  }

  base::Result<Decision> decide(const CompiledTask& task, const base::Value& rendered) const override {
    const auto& properties = task.spec->properties<TemplateProperties>();
    if (!properties.problem.empty())
      return base::fail(template_unusable, properties.problem + " [" + std::string(template_unusable.text) + "]");
    if (!is_usable(properties)) {
      return base::fail(templates_off, "Templates are disabled: the template '" + properties.namespace_ + "." +
                                           properties.template_id +
                                           "' cannot be run. Make it a flow and start that with a Subflow task [" +
                                           std::string(templates_off.text) + "]");
    }
    if (properties.args.is_set() && !rendered.is_map())
      return base::fail(template_unusable,
                        "`args` must be a map of names and values [" + std::string(template_unusable.text) + "]");
    Decision decision;
    decision.outputs = base::Value::map({{"args", properties.args.is_set() ? rendered : base::Value::empty_map()}});
    return decision;
  }

  void next(Step& step, RunState& run) const override { next_sequential(step, run); }

 private:
  /// Whoever loaded the flow has put the tasks of a template here: none is without tasks.
  static bool is_usable(const TemplateProperties& properties) {
    return properties.problem.empty() && !properties.tasks.empty();
  }
};

}  // namespace

const Flowable& template_task() {
  static const Template behaviour;
  return behaviour;
}

}  // namespace gyr::engine
