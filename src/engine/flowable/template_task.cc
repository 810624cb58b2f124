// Template: the tasks of a stored template (TASK-41). Nothing here stores templates, so it is read and validated, and fails
// with a clear word when it runs.
#include "engine/flowable/lists.h"
#include "engine/flowable/types.h"

namespace gyr::engine {
namespace {

struct TemplateProperties {
  std::string namespace_;
  std::string template_id;
  std::string tenant;
  model::Dynamic<std::map<std::string, std::string>> args;
  std::vector<model::TaskSpec> errors;
  std::vector<model::TaskSpec> finals;
};

class Template final : public Flowable {
 public:
  plugin::TaskType describe() const override {
    return plugin::task_type<TemplateProperties>("io.kestra.plugin.core.flow.Template")
        .title("Run the tasks of a stored template")
        .documentation("Templates are switched off: a flow with this task can be stored, but the task fails. Make the template a flow of "
                       "its own and start it with Subflow.")
        .trait(plugin::Trait::flowable)
        .deprecated()
        .property("namespace", &TemplateProperties::namespace_, {.title = "Namespace of the template", .required = true})
        .property("templateId", &TemplateProperties::template_id, {.title = "Id of the template", .required = true})
        .property("args", &TemplateProperties::args, {.title = "What the tasks read as `parent.outputs.args`"})
        .property("tenantId", &TemplateProperties::tenant, {.hidden = true})
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

  ChildLists lists(const model::TaskSpec& spec) const override {
    const auto& properties = spec.properties<TemplateProperties>();
    return {{}, &properties.errors, &properties.finals};
  }

  base::Result<Decision> decide(const CompiledTask& task, const base::Value&) const override {
    const auto& properties = task.spec->properties<TemplateProperties>();
    return base::fail(templates_off, "Templates are disabled: the template '" + properties.namespace_ + "." + properties.template_id +
                                         "' cannot be run. Make it a flow and start that with a Subflow task [" + std::string(templates_off.text) + "]");
  }

  void next(Step&, RunState&) const override {}
};

}  // namespace

const Flowable& template_task() {
  static const Template behaviour;
  return behaviour;
}

}  // namespace gyr::engine
