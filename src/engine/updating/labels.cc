// Labels: merges labels into the execution (TASK-80).
#include "model/labels.h"

#include "engine/flowable/lists.h"
#include "engine/label_values.h"
#include "engine/step.h"
#include "engine/updating/types.h"

namespace gyr::engine {
namespace {

using base::Value;

struct LabelsProperties {
  model::Dynamic<base::Value> labels;
};

class LabelsTask final : public Updating {
 public:
  plugin::TaskType describe() const override {
    return plugin::task_type<LabelsProperties>("io.kestra.plugin.core.execution.Labels")
        .title("Adds labels to the execution")
        .documentation(
            "A new value replaces the value of an existing label with the same key. System labels cannot be set.")
        .trait(plugin::Trait::execution_updating)
        .property("labels", &LabelsProperties::labels,
                  {.title = "Labels to add",
                   .documentation = "A map, a list of pairs, or an expression that returns a JSON map.",
                   .required = true})
        .example("Labels the execution", R"(id: mark
type: io.kestra.plugin.core.execution.Labels
labels:
  team: data)")
        .build();
  }

  Value decision(const model::TaskSpec& spec) const override {
    return spec.properties<LabelsProperties>().labels.source();
  }

  base::Result<void> apply(Step& step, RunState&, const model::TaskSpec&, const Value& rendered) const override {
    GYR_TRY(auto labels, labels_of_value(rendered));
    for (const model::Label& label : labels) {
      if (model::is_system_label(label.key)) return base::fail(update_refused, model::system_label_message(label));
      if (label.value.empty()) {
        return base::fail(update_refused, "Label values cannot be empty, offending label: " + label.key);
      }
    }
    model::put_labels(step.state().execution().labels, labels);
    step.state().touch();
    return {};
  }
};

}  // namespace

const Updating& labels_task() {
  static const LabelsTask behaviour;
  return behaviour;
}

}  // namespace gyr::engine
