// EachParallel: every task for every value at the same time (TASK-36).
#include <algorithm>

#include "engine/execution_state.h"
#include "engine/flowable/concurrency.h"
#include "engine/flowable/lists.h"
#include "engine/flowable/loop_values.h"
#include "engine/flowable/types.h"
#include "engine/step.h"

namespace gyr::engine {
namespace {

using base::Value;

struct EachParallelProperties {
  model::Dynamic<base::Value> value;
  model::Dynamic<int64_t> concurrent;
  std::vector<model::TaskSpec> tasks;
  std::vector<model::TaskSpec> errors;
  std::vector<model::TaskSpec> finals;
};

class EachParallel final : public LoopOverValues {
 public:
  plugin::TaskType describe() const override {
    return plugin::task_type<EachParallelProperties>("io.kestra.plugin.core.flow.EachParallel")
        .title("Runs tasks for each value of a list in parallel")
        .documentation(
            "The tasks of one value also run in parallel. In new flows, use ForEach with a `concurrencyLimit`, with a "
            "Parallel task inside it if the tasks of a value may run in any order.")
        .trait(plugin::Trait::flowable)
        .deprecated()
        .property("value", &EachParallelProperties::value,
                  {.title = "Values of the loop",
                   .documentation = "A list, or an expression that returns a JSON list.",
                   .required = true})
        .property("tasks", &EachParallelProperties::tasks,
                  {.title = "Tasks to run for each value", .required = true, .not_empty = true})
        .property("concurrent", &EachParallelProperties::concurrent,
                  {.title = "Maximum number of concurrent task runs",
                   .documentation = "The value `0` means no limit.",
                   .default_value = Value::narrow_integer(0)})
        .with([](auto& builder) { describe_lists(builder); })
        .example("Greets two people", R"(id: people
type: io.kestra.plugin.core.flow.EachParallel
value: ["Ada", "Grace"]
tasks:
  - id: greet
    type: io.kestra.plugin.core.log.Log
    message: "Hello {{ taskrun.value }}")")
        .build();
  }

  FlowableDetail first_state() const override { return EachParallelState{}; }
  ChildLists lists(const model::TaskSpec& spec) const override { return lists_of<EachParallelProperties>(spec); }

  std::optional<Value> decision(const model::TaskSpec& spec) const override {
    const auto& properties = spec.properties<EachParallelProperties>();
    const auto limit = concurrency_to_render(properties.concurrent);
    return limit ? Value::list({properties.value.source(), *limit}) : properties.value.source();
  }
  base::Result<Decision> decide(const CompiledTask& task, const Value& rendered) const override {
    if (!concurrency_to_render(task.spec->properties<EachParallelProperties>().concurrent))
      return LoopOverValues::decide(task, rendered);
    GYR_TRY(Decision decision, LoopOverValues::decide(task, rendered.items()[0]));
    GYR_TRY(const auto limit, expression::to_integer(rendered.items()[1]));
    std::get<EachParallelState>(decision.state).concurrent =
        static_cast<uint32_t>(std::clamp<int64_t>(limit.value_or(0), 0, INT32_MAX));
    return decision;
  }
  /// No task waits for another.
  bool comes_after(const CompiledTask&, const RunState&, const RunState&) const override { return false; }

  void next(Step& step, RunState& run) const override {
    auto& loop = run.flowable->as<EachParallelState>();
    loop.ready.clear();  // no task of a value waits for another
    const TaskList& tasks = step.task(run).branches[0];
    const Frame& frame = run.flowable->frame;
    const ListProgress& progress = frame.of(ListRole::tasks);
    const int64_t concurrent =
        concurrency_of(loop.concurrent > 0 ? std::optional<int64_t>(loop.concurrent) : std::nullopt,
                       step.task(run).spec->properties<EachParallelProperties>().concurrent);
    while (progress.created < frame.total_of(ListRole::tasks)) {
      if (concurrent > 0 && progress.running() >= static_cast<uint64_t>(concurrent)) return;
      if (!step.may_begin(&run)) return;
      const auto value = static_cast<uint32_t>(progress.created / tasks.size());
      step.create_run(tasks[progress.created % tasks.size()], &run, ListRole::tasks,
                      std::string(loop.values.items()[value].text()), static_cast<int32_t>(value));
    }
  }

 protected:
  int64_t at_once(const CompiledTask&) const override { return 0; }
};

}  // namespace

const Flowable& each_parallel() {
  static const EachParallel behaviour;
  return behaviour;
}

}  // namespace gyr::engine
