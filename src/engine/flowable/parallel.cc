// Parallel: children at the same time (TASK-31).
#include "engine/execution_state.h"
#include "engine/flowable/concurrency.h"
#include "engine/flowable/lists.h"
#include "engine/flowable/types.h"
#include "engine/step.h"

namespace gyr::engine {
namespace {

struct ParallelProperties {
  model::Dynamic<int64_t> concurrent;
  std::vector<model::TaskSpec> tasks;
  std::vector<model::TaskSpec> errors;
  std::vector<model::TaskSpec> finals;
};

class Parallel final : public Flowable {
 public:
  plugin::TaskType describe() const override {
    return plugin::task_type<ParallelProperties>("io.kestra.plugin.core.flow.Parallel")
        .title("Runs tasks in parallel")
        .documentation("After a failure no further task starts. Tasks that are already running continue.")
        .trait(plugin::Trait::flowable)
        .property("tasks", &ParallelProperties::tasks, {.title = "Tasks to run", .required = true, .not_empty = true})
        .property("concurrent", &ParallelProperties::concurrent,
                  {.title = "Maximum number of concurrent tasks",
                   .documentation = "The value `0` means no limit.",
                   .default_value = base::Value::narrow_integer(0)})
        .with([](auto& builder) { describe_lists(builder); })
        .example("Runs three tasks, two at a time", R"(id: side_by_side
namespace: company.team
tasks:
  - id: all
    type: io.kestra.plugin.core.flow.Parallel
    concurrent: 2
    tasks:
      - id: a
        type: io.kestra.plugin.core.log.Log
        message: a
      - id: b
        type: io.kestra.plugin.core.log.Log
        message: b
      - id: c
        type: io.kestra.plugin.core.log.Log
        message: c
)",
                 true)
        .build();
  }

  FlowableDetail first_state() const override { return ParallelState{}; }
  ChildLists lists(const model::TaskSpec& spec) const override { return lists_of<ParallelProperties>(spec); }

  bool comes_after(const CompiledTask&, const RunState&, const RunState&) const override { return false; }

  std::optional<base::Value> decision(const model::TaskSpec& spec) const override {
    return concurrency_to_render(spec.properties<ParallelProperties>().concurrent);
  }
  base::Result<Decision> decide(const CompiledTask&, const base::Value& rendered) const override {
    return decide_concurrency<ParallelState>(rendered);
  }

  void next(Step& step, RunState& run) const override {
    const auto& written = step.task(run).spec->properties<ParallelProperties>().concurrent;
    next_parallel(step, run, concurrency_of(run.flowable->as<ParallelState>().concurrent, written));
  }
};

}  // namespace

const Flowable& parallel() {
  static const Parallel behaviour;
  return behaviour;
}

}  // namespace gyr::engine
