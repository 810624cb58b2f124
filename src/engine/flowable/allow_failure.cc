// AllowFailure: as Sequential, but a failure becomes a warning (TASK-37).
#include "engine/flowable/lists.h"
#include "engine/flowable/types.h"

namespace gyr::engine {
namespace {

struct AllowFailureProperties {
  std::vector<model::TaskSpec> tasks;
  std::vector<model::TaskSpec> errors;
  std::vector<model::TaskSpec> finals;
};

class AllowFailure final : public Flowable {
 public:
  plugin::TaskType describe() const override {
    return plugin::task_type<AllowFailureProperties>("io.kestra.plugin.core.flow.AllowFailure")
        .title("Runs tasks whose failure does not fail the flow")
        .documentation(
            "The tasks run one after another. If a task fails, the remaining tasks are skipped, the `errors` tasks "
            "run, and the execution continues in the state WARNING.")
        .trait(plugin::Trait::flowable)
        .property("tasks", &AllowFailureProperties::tasks,
                  {.title = "Tasks to run, in order",
                   .required = true,
                   .not_empty = true,
                   .empty_message = "The 'tasks' property cannot be empty"})
        .with([](auto& builder) { describe_lists(builder); })
        .example("Continues after a failed task", R"(id: best_effort
namespace: company.team
tasks:
  - id: maybe
    type: io.kestra.plugin.core.flow.AllowFailure
    tasks:
      - id: fails
        type: io.kestra.plugin.core.execution.Fail
  - id: after
    type: io.kestra.plugin.core.log.Log
    message: went on
)",
                 true)
        .build();
  }

  ChildLists lists(const model::TaskSpec& spec) const override { return lists_of<AllowFailureProperties>(spec); }

  bool allows_failure() const override { return true; }
  bool is_sequential() const override { return true; }

  void next(Step& step, RunState& run) const override { next_sequential(step, run); }
};

}  // namespace

const Flowable& allow_failure() {
  static const AllowFailure behaviour;
  return behaviour;
}

}  // namespace gyr::engine
