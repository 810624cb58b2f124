// EachSequential: the older form of ForEach with one value at a time (TASK-36).
#include "engine/execution_state.h"
#include "engine/flowable/lists.h"
#include "engine/flowable/loop_values.h"
#include "engine/flowable/types.h"
#include "engine/step.h"

namespace gyr::engine {
namespace {

using base::Value;

struct EachSequentialProperties {
  model::Dynamic<base::Value> value;
  std::vector<model::TaskSpec> tasks;
  std::vector<model::TaskSpec> errors;
  std::vector<model::TaskSpec> finals;
};

class EachSequential final : public LoopOverValues {
 public:
  plugin::TaskType describe() const override {
    return plugin::task_type<EachSequentialProperties>("io.kestra.plugin.core.flow.EachSequential")
        .title("Runs tasks for each value of a list, one value at a time")
        .documentation("This is the older form of ForEach with `concurrencyLimit: 1`. In new flows, use ForEach.")
        .trait(plugin::Trait::flowable)
        .deprecated()
        .property("value", &EachSequentialProperties::value,
                  {.title = "Values of the loop",
                   .documentation = "A list, or an expression that returns a JSON list.",
                   .required = true})
        .property("tasks", &EachSequentialProperties::tasks,
                  {.title = "Tasks to run for each value",
                   .required = true,
                   .not_empty = true,
                   .empty_message = "The 'tasks' property cannot be empty"})
        .with([](auto& builder) { describe_lists(builder); })
        .example("Greets two people", R"(id: people
type: io.kestra.plugin.core.flow.EachSequential
value: ["Ada", "Grace"]
tasks:
  - id: greet
    type: io.kestra.plugin.core.log.Log
    message: "Hello {{ taskrun.value }}")")
        .build();
  }

  ChildLists lists(const model::TaskSpec& spec) const override { return lists_of<EachSequentialProperties>(spec); }

  std::optional<Value> decision(const model::TaskSpec& spec) const override {
    return spec.properties<EachSequentialProperties>().value.source();
  }
  void next(Step& step, RunState& run) const override { next_groups(step, run, at_once(step.task(run))); }

 protected:
  int64_t at_once(const CompiledTask&) const override { return 1; }
};

}  // namespace

const Flowable& each_sequential() {
  static const EachSequential behaviour;
  return behaviour;
}

}  // namespace gyr::engine
