#include "engine/flowable/flowable.h"

#include "engine/lifecycle/lifecycle.h"

namespace gyr::engine {

// ---- what a type does that says nothing else

std::optional<base::Value> Flowable::decision(const model::TaskSpec&) const { return std::nullopt; }

std::vector<base::Value> Flowable::later(const model::TaskSpec&) const { return {}; }

std::vector<MadeTask> Flowable::made_finals(const model::TaskSpec&) const { return {}; }

std::optional<ChildLists> Flowable::lists_of_maker(const model::TaskSpec&) const { return std::nullopt; }

std::optional<Flowable::Question> Flowable::second_question(const base::Value&) const { return std::nullopt; }

base::Result<Decision> Flowable::decide_further(const CompiledTask& task, const base::Value& answer) const {
  return decide(task, answer);
}

bool Flowable::forgives(const model::TaskSpec&) const { return false; }

void Flowable::tasks_ended(Step&, RunState&) const {}

void Flowable::taken_back(Step&, RunState&) const {}

bool Flowable::round_ended(Step&, RunState&) const { return true; }

void Flowable::begin(Step& step, RunState& run) const { advance_flowable(step, run); }

std::vector<MadeTask> Flowable::made_tasks(const model::TaskSpec&) const { return {}; }

base::Result<Decision> Flowable::decide(const CompiledTask&, const base::Value&) const {
  return Decision{.state = first_state()};
}

std::optional<int32_t> Flowable::round_of(const FlowableState&) const { return std::nullopt; }

bool Flowable::comes_after(const CompiledTask&, const RunState& run, const RunState& replayed) const {
  return run.position > replayed.position;
}

FlowableDetail first_state_of(const CompiledTask& task) {
  return task.flowable == nullptr ? FlowableDetail() : task.flowable->first_state();
}

// ---- ways to begin the tasks of T

void next_sequential(Step& step, RunState& run) {
  next_of_list(step, &run, ListRole::tasks, step.task(run).branches[run.flowable->branch]);
}

void next_parallel(Step& step, RunState& run, int64_t concurrent) {
  const TaskList& list = step.task(run).branches[run.flowable->branch];
  const ListProgress& progress = run.flowable->frame.of(ListRole::tasks);
  while (progress.created < list.size()) {
    if (concurrent > 0 && progress.running() >= static_cast<uint64_t>(concurrent)) return;
    if (!step.may_begin(&run)) return;
    step.create_run(list[progress.created], &run, ListRole::tasks);
  }
}

}  // namespace gyr::engine
