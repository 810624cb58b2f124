// Sequential: children one after another (TASK-30).
#include "engine/flowable/lists.h"
#include "engine/flowable/types.h"

namespace gyr::engine {
namespace {

struct SequentialProperties {
  std::vector<model::TaskSpec> tasks;
  std::vector<model::TaskSpec> errors;
  std::vector<model::TaskSpec> finals;
};

class Sequential final : public Flowable {
 public:
  plugin::TaskType describe() const override {
    return plugin::task_type<SequentialProperties>("io.kestra.plugin.core.flow.Sequential")
        .title("Runs tasks one after another")
        .documentation("Use it to group tasks that share `errors` or `finally` tasks.")
        .trait(plugin::Trait::flowable)
        .property("tasks", &SequentialProperties::tasks,
                  {.title = "Tasks to run, in order",
                   .required = true,
                   .not_empty = true,
                   .empty_message = "The 'tasks' property cannot be empty"})
        .with([](auto& builder) { describe_lists(builder); })
        .example("Runs two tasks and handles their failure", R"(id: steps
namespace: company.team
tasks:
  - id: both
    type: io.kestra.plugin.core.flow.Sequential
    tasks:
      - id: first
        type: io.kestra.plugin.core.log.Log
        message: first
      - id: second
        type: io.kestra.plugin.core.log.Log
        message: second
    errors:
      - id: failed
        type: io.kestra.plugin.core.log.Log
        message: one of them failed
)",
                 true)
        .build();
  }

  ChildLists lists(const model::TaskSpec& spec) const override { return lists_of<SequentialProperties>(spec); }

  bool is_sequential() const override { return true; }
  void next(Step& step, RunState& run) const override { next_sequential(step, run); }
};

}  // namespace

const Flowable& sequential() {
  static const Sequential behaviour;
  return behaviour;
}

}  // namespace gyr::engine
