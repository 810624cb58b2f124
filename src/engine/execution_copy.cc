#include "engine/execution_copy.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "engine/flowable/flowable.h"
#include "engine/flowable/loop_values.h"

namespace gyr::engine {
namespace {

using model::State;

/// The list of the revision that contains a task; null if there is none (disabled, or of another branch).
const TaskList* list_of(const CompiledFlow& flow, const CompiledTask& task) {
  const TaskList* list = nullptr;
  if (task.parent == CompiledTask::no_parent) {
    list = &flow.list(task.role);
  } else {
    const CompiledTask& parent = flow.task(task.parent);
    if (task.role == ListRole::errors) list = &parent.errors;
    if (task.role == ListRole::finally_) list = &parent.finals;
    if (task.role == ListRole::tasks && task.branch < parent.branches.size()) list = &parent.branches[task.branch];
  }
  return list != nullptr && std::ranges::find(*list, task.index) != list->end() ? list : nullptr;
}

std::string_view parent_id(const CompiledFlow& flow, const CompiledTask& task) {
  return task.parent == CompiledTask::no_parent ? std::string_view() : std::string_view(flow.task(task.parent).id());
}

/// Decides which runs are taken over, then makes the copy.
class Copier {
 public:
  Copier(CopyRequest& request, base::IdGenerator& ids)
      : original_(request.original),
        flow_(*request.flow),
        revised_(request.flow->revision() != request.original.flow().revision()),
        ids_(ids) {}

  /// Returns false if the run to replay does not exist.
  bool choose_target(base::Id replayed);
  void choose();
  bool takes_target() const { return target_ == nullptr || copies_.contains(target_); }
  base::Id copied_target() const { return target_ == nullptr ? base::Id{} : copies_.at(target_); }
  base::Result<void> copy_into(ExecutionState& state);

 private:
  const CompiledTask& old_task(const RunState& run) const { return original_.flow().task(run.task); }
  const CompiledTask* new_task(const RunState& run) const { return flow_.find(run.run.task_id); }
  bool on_path(const RunState& run) const;
  bool follows_target(const RunState& run) const;
  bool fits(const RunState& run) const;
  bool begins_anew(const RunState& run) const;
  bool can_go_on(const RunState& run) const;
  void take();
  void drop_children_of_changed();
  void adjust_totals(const RunState& old, RunState& run) const;

  const ExecutionState& original_;
  const CompiledFlow& flow_;
  bool revised_;
  base::IdGenerator& ids_;
  const RunState* target_ = nullptr;
  std::unordered_map<const RunState*, const RunState*> level_;  // parent → the target's ancestor (or itself) below it
  std::unordered_set<const RunState*> childless_;
  std::unordered_map<const RunState*, base::Id> copies_;                 // runs that are taken over, with their new ids
  std::unordered_map<const RunState*, std::vector<uint32_t>> children_;  // tasks of T of runs taken over, by parent
};

bool Copier::choose_target(base::Id replayed) {
  if (replayed.is_none()) return true;
  target_ = original_.find(replayed);
  if (target_ == nullptr) return false;
  for (const RunState* up = target_->parent; up != nullptr; up = up->parent) {
    if (old_task(*up).on_worker) target_ = up;
  }
  return true;
}

bool Copier::on_path(const RunState& run) const {
  auto found = level_.find(run.parent);
  return found != level_.end() && found->second == &run;
}

bool Copier::follows_target(const RunState& run) const {
  if (target_ == nullptr) return run.role != ListRole::tasks;
  auto level = level_.find(run.parent);
  if (level == level_.end() || level->second == &run) return false;
  const RunState& other = *level->second;
  if (run.role != other.role) return run.role > other.role;
  const CompiledTask* parent = run.parent == nullptr ? nullptr : &old_task(*run.parent);
  if (run.role == ListRole::tasks && parent != nullptr && parent->flowable != nullptr) {
    return parent->flowable->comes_after(*parent, run, other);
  }
  return run.position > other.position;
}

bool Copier::fits(const RunState& run) const {
  if (!revised_) return true;
  const CompiledTask& before = old_task(run);
  const CompiledTask* now = new_task(run);
  if (now == nullptr || now->kind != before.kind || now->role != before.role) return false;
  if (parent_id(flow_, *now) != parent_id(original_.flow(), before) || list_of(flow_, *now) == nullptr) return false;
  const bool in_branch = run.parent != nullptr && run.role == ListRole::tasks && run.parent->flowable;
  return !in_branch || now->branch == run.parent->flowable->branch;
}

/// An open flowable that does not only wait for its children starts from its beginning.
bool Copier::begins_anew(const RunState& run) const {
  const State state = run.run.state.current();
  return &run == target_ || (run.flowable && !model::is_terminated(state) && state != State::running && !on_path(run));
}

/// Whether the flowable can continue in the revision, with the copied children.
bool Copier::can_go_on(const RunState& run) const {
  const CompiledTask& before = old_task(run);
  const CompiledTask& now = *new_task(run);
  if (!run.flowable) return false;
  const uint32_t branch = run.flowable->branch;
  const bool stays_as_it_is = model::is_terminated_without_failure(run.run.state.current()) && !on_path(run);
  if (stays_as_it_is) return branch < std::max<size_t>(1, now.branches.size());
  if (now.type_name() != before.type_name()) return false;
  if (before.branches.empty() || branch >= before.branches.size()) return now.branches.size() == before.branches.size();
  if (branch >= now.branches.size() || now.branch_names[branch] != before.branch_names[branch]) return false;
  if (now.flowable->is_sequential()) return true;
  auto id_of = [](const CompiledFlow& flow) {
    return [&flow](uint32_t task) { return std::string_view(flow.task(task).id()); };
  };
  if (now.flowable->is_loop()) {
    return std::ranges::equal(before.branches[branch], now.branches[branch], {}, id_of(original_.flow()), id_of(flow_));
  }
  auto begun = children_.find(&run);
  if (begun == children_.end()) return true;
  const TaskList& list = now.branches[branch];
  return begun->second.size() <= list.size() && std::equal(begun->second.begin(), begun->second.end(), list.begin());
}

void Copier::take() {
  copies_.clear();
  children_.clear();
  level_.clear();
  for (const RunState* up = target_; up != nullptr; up = up->parent) level_.emplace(up->parent, up);
  for (const auto& owned : original_.runs()) {
    const RunState& run = *owned;
    if (run.parent != nullptr && (!copies_.contains(run.parent) || childless_.contains(run.parent))) continue;
    if (follows_target(run) || !fits(run)) continue;
    copies_.emplace(&run, ids_.next());
    if (begins_anew(run)) childless_.insert(&run);
    if (run.role == ListRole::tasks && run.parent != nullptr) children_[run.parent].push_back(new_task(run)->index);
  }
}

/// Nothing below flowables that the revision changed too much is copied.
void Copier::drop_children_of_changed() {
  const RunState* replayed = nullptr;
  for (const auto& owned : original_.runs()) {
    const RunState& run = *owned;
    if (!copies_.contains(&run) || childless_.contains(&run) || old_task(run).kind != TaskKind::flowable ||
        can_go_on(run))
      continue;
    childless_.insert(&run);
    // The outermost on the way to the target comes first: the whole of it is replayed.
    if (replayed == nullptr && on_path(run)) replayed = &run;
  }
  if (replayed != nullptr) target_ = replayed;
}

void Copier::choose() {
  take();
  if (!revised_) return;
  drop_children_of_changed();
  take();
}

void Copier::adjust_totals(const RunState& old, RunState& run) const {
  const CompiledTask& task = flow_.task(run.task);
  auto& total = run.flowable->frame.total;
  if (std::ranges::all_of(total, [](uint64_t count) { return count == 0; }) || task.branches.empty()) return;
  const TaskList& list = task.branches[run.flowable->branch];
  auto& of_tasks = total[static_cast<size_t>(ListRole::tasks)];
  if (task.flowable->is_sequential()) {
    size_t begun = 0;
    size_t next = 0;
    if (auto tasks = children_.find(&old); tasks != children_.end()) {
      for (uint32_t child : tasks->second)
        next = std::max(next, static_cast<size_t>(std::ranges::find(list, child) - list.begin()) + 1);
      begun = tasks->second.size();
    }
    of_tasks = begun + list.size() - next;
  } else if (!task.flowable->is_loop()) {
    of_tasks = list.size();
  }
  total[static_cast<size_t>(ListRole::errors)] = task.errors.size();
  total[static_cast<size_t>(ListRole::finally_)] = task.finals.size();
}

base::Result<void> Copier::copy_into(ExecutionState& state) {
  for (const auto& owned : original_.runs()) {
    const RunState& old = *owned;
    auto id = copies_.find(&old);
    if (id == copies_.end()) continue;
    model::TaskRun run = old.run;
    run.id = id->second;
    if (old.parent != nullptr) run.parent_id = copies_.at(old.parent);
    // A run that starts again keeps no decision.
    const bool anew = childless_.contains(&old) && new_task(old)->kind == TaskKind::flowable;
    GYR_CHECK(
        state.restore_run(std::move(run), old.position, anew ? std::string() : ExecutionState::encode_run_state(old)));
    RunState& copied = *state.find(id->second);
    // A child belongs to the original, and so does a result that can still arrive.
    copied.child = {};
    copied.child_flow.reset();
    copied.ended_with_parent = false;
    if (!copied.flowable || anew) continue;
    if (revised_) adjust_totals(old, copied);
    if (on_path(old)) restore_values(copied, old, original_.runs());
  }
  return {};
}

}  // namespace

base::Result<ExecutionCopy> copy_execution(CopyRequest request, base::IdGenerator& ids) {
  Copier copier(request, ids);
  if (!copier.choose_target(request.replayed)) return ExecutionCopy{};
  copier.choose();
  if (!copier.takes_target()) return ExecutionCopy{};
  auto state = std::make_unique<ExecutionState>(request.flow, std::move(request.execution), true);
  GYR_CHECK(copier.copy_into(*state));
  state->subflow_depth = request.original.subflow_depth;
  state->finish_restore();
  state->mark_as_new();
  return ExecutionCopy{std::move(state), copier.copied_target()};
}

}  // namespace gyr::engine
