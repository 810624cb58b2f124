// ForEach: the same tasks for every value (TASK-35).
#include "engine/execution_state.h"
#include "engine/flowable/lists.h"
#include "engine/flowable/loop_values.h"
#include "engine/flowable/types.h"
#include "engine/step.h"

namespace gyr::engine {
namespace {

using base::Value;

struct ForEachProperties {
  model::Dynamic<base::Value> values;
  int64_t concurrency_limit = 1;
  std::vector<model::TaskSpec> tasks;
  std::vector<model::TaskSpec> errors;
  std::vector<model::TaskSpec> finals;
};

class ForEach final : public LoopOverValues {
 public:
  plugin::TaskType describe() const override {
    return plugin::task_type<ForEachProperties>("io.kestra.plugin.core.flow.ForEach")
        .title("Runs tasks for each value of a list")
        .documentation(
            "The current value is `taskrun.value`. It is always a string: use `fromJson(taskrun.value)` for maps and "
            "lists. Duplicate values are processed once. The outputs of a task in the loop are stored under its value: "
            "`outputs.task[taskrun.value]`.")
        .trait(plugin::Trait::flowable)
        .property("values", &ForEachProperties::values,
                  {.title = "Values of the loop",
                   .documentation = "A list, or an expression that returns a JSON list.",
                   .required = true})
        .property("tasks", &ForEachProperties::tasks,
                  {.title = "Tasks to run for each value",
                   .required = true,
                   .not_empty = true,
                   .empty_message = "The 'tasks' property cannot be empty"})
        .property("concurrencyLimit", &ForEachProperties::concurrency_limit,
                  {.title = "Maximum number of values processed at the same time",
                   .documentation = "The value `0` means no limit.",
                   .default_value = Value::narrow_integer(1),
                   .minimum = 0})
        .with([](auto& builder) { describe_lists(builder); })
        .example("Greets three people, two at a time", R"(id: greetings
namespace: company.team
tasks:
  - id: people
    type: io.kestra.plugin.core.flow.ForEach
    values: ["Ada", "Grace", "Edsger"]
    concurrencyLimit: 2
    tasks:
      - id: greet
        type: io.kestra.plugin.core.log.Log
        message: "Hello {{ taskrun.value }}"
)",
                 true)
        .build();
  }

  ChildLists lists(const model::TaskSpec& spec) const override { return lists_of<ForEachProperties>(spec); }

  std::optional<Value> decision(const model::TaskSpec& spec) const override {
    return spec.properties<ForEachProperties>().values.source();
  }

  void next(Step& step, RunState& run) const override { next_groups(step, run, at_once(step.task(run))); }

 protected:
  int64_t at_once(const CompiledTask& task) const override {
    return task.spec->properties<ForEachProperties>().concurrency_limit;
  }
};

}  // namespace

const Flowable& for_each() {
  static const ForEach behaviour;
  return behaviour;
}

}  // namespace gyr::engine
