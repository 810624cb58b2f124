// The part of an execution's context that goes to a worker with a job (principle: host requests).
#include <algorithm>

#include "engine/context.h"
#include "engine/context_values.h"

namespace gyr::engine {

using base::MapBuilder;
using base::Value;
using expression::Lookup;

/// Collects roots and members for one job. Lives for one call of for_worker().
class ExecutionContext::WorkerContext {
 public:
  explicit WorkerContext(const ExecutionContext& context) : context_(context), state_(context.state_) {}

  void take(const expression::Reference& reference) {
    if (reference.root == "outputs") {
      if (reference.member.empty()) {
        all_outputs_ = true;
      } else {
        take_outputs(reference.member);
      }
    } else if (reference.root == "tasks") {
      all_tasks_ = true;
    } else if (reference.root == "inputs") {
      inputs_ = true;
    } else {
      take_root(reference.root);
    }
  }

  /// For texts that are not known in advance. Named values are included first, whatever their size.
  void take_everything() {
    for (const std::string& name : context_.root_names()) {
      if (name != "outputs" && name != "tasks" && name != "inputs") take_root(name);
    }
    inputs_ = true;
    missing_ = true;  // it can name a task that does not exist
    uint64_t bytes = 0;
    for (const CompiledTask& task : state_.flow().tasks()) {
      if (state_.runs_of_task(task.index).empty() || !context_.scope_of(task)) continue;
      if (!all_tasks_) take_state(task);
      if (all_outputs_ || outputs_.find(task.id()) != nullptr) continue;
      const uint32_t keyed = task.loops - task.scoped;
      auto found = own_outputs(task);
      if (!found && keyed == 0) continue;
      Value here = std::move(found).value_or(Value::empty_map());
      bytes += here.weight();
      if (bytes > unnamed_outputs_bytes) {
        bytes -= here.weight();
        note(partial_, task, keyed);
      } else {
        outputs_.set(task.id(), std::move(here));
        if (keyed > 0) note(partial_, task, keyed);
      }
    }
    has_states_ = true;
  }

  Value build() {
    if (all_outputs_) {
      take_all_outputs();
    } else if (partial_.size() > 0) {
      roots_.set(partial_root, partial_.build());
    }
    roots_.set("outputs", outputs_.build());
    if (inputs_) roots_.set("inputs", given_inputs());
    if (all_tasks_) {
      roots_.set("tasks", *context_.root("tasks").lazy->materialize());
    } else if (has_states_) {
      roots_.set("tasks", states_.build());
      if (partial_states_.size() > 0) roots_.set(partial_states_root, partial_states_.build());
    }
    if (missing_) {
      constexpr size_t told_names = 100;
      base::ListBuilder ids;
      for (const std::string& id : context_.root("outputs").lazy->names(told_names)) ids.push(Value::string(id));
      roots_.set(known_tasks_root, ids.build());
    }
    return roots_.build();
  }

 private:
  static void note(MapBuilder& partial, const CompiledTask& task, uint32_t keyed) {
    partial.set(task.id(), Value::narrow_integer(static_cast<int32_t>(keyed)));
  }

  void take_root(std::string_view name) {
    if (name.empty() || roots_.find(name) != nullptr) return;
    Lookup found = context_.root(name);
    if (found.kind == Lookup::Kind::value) roots_.set(name, std::move(found.value));
    if (found.kind == Lookup::Kind::elsewhere && name == "trigger") {
      roots_.set("trigger", state_.execution().trigger->variables);  // encrypted parts: the worker has them opened
    }
  }

  void take_outputs(const std::string& id) {
    if (outputs_.find(id) != nullptr) return;
    const CompiledTask* task = state_.flow().find(id);
    if (task == nullptr || state_.runs_of_task(task->index).empty() || !context_.scope_of(*task)) {
      missing_ = true;
      return;
    }
    auto here = own_outputs(*task);
    const uint32_t keyed = task->loops - task->scoped;
    if (keyed == 0 && !here) {
      missing_ = true;  // it has not run in this iteration
      return;
    }
    outputs_.set(id, std::move(here).value_or(Value::empty_map()));
    if (keyed > 0) note(partial_, *task, keyed);
  }

  void take_state(const CompiledTask& task) {
    if (task.loops == 0) {
      Lookup found = context_.root("tasks").lazy->get(task.id());
      if (found.kind == Lookup::Kind::value) states_.set(task.id(), std::move(found.value));
      return;
    }
    const uint32_t keyed = task.loops - task.scoped;
    auto here = own_state(task);
    if (keyed == 0 && !here) return;
    states_.set(task.id(), std::move(here).value_or(Value::empty_map()));
    if (keyed > 0) note(partial_states_, task, keyed);
  }

  /// The outputs of a task at the own values of the run, below the keys by which expressions name them; nothing if the
  /// task has no run there. Outside of loops: of all runs.
  std::optional<Value> own_outputs(const CompiledTask& task) const {
    if (task.loops == 0) return MergedOutputs::of(task, state_.runs_of_task(task.index)).value();
    const auto path = own_path(task);
    const auto found = MergedOutputs::at(task, path.empty() ? nullptr : state_.find_by_path(task.index, path));
    if (!found.value()) return std::nullopt;
    return put_at(Value::empty_map(), std::span(path).subspan(task.scoped), *found.value());
  }

  /// The same for its state; only for a task inside loops.
  std::optional<Value> own_state(const CompiledTask& task) const {
    const auto path = own_path(task);
    const RunState* run = path.empty() ? nullptr : state_.find_by_path(task.index, path);
    if (run == nullptr) return std::nullopt;
    return put_at(Value::empty_map(), std::span(path).subspan(task.scoped), state_of(*run, context_.run_));
  }

  /// The output path of the run, as far as it is that of a task; empty if the task is inside more loops.
  std::vector<std::string_view> own_path(const CompiledTask& task) const {
    if (context_.run_ == nullptr) return {};
    auto path = path_of(*context_.run_);
    path.resize(path.size() < task.loops ? 0 : task.loops);
    return path;
  }

  void take_all_outputs() {
    for (const auto& run : state_.runs()) {
      const CompiledTask& task = state_.flow().task(run->task);
      const auto scope = context_.scope_of(task);
      const auto whole_path = path_of(*run);
      if (!scope || whole_path.size() < scope->size() || !std::equal(scope->begin(), scope->end(), whole_path.begin()))
        continue;
      if (!has_outputs(task, *run)) {
        const bool in_loop = task.loops > task.scoped && task.kind != TaskKind::updating;
        if (in_loop && outputs_.find(run->run.task_id) == nullptr) outputs_.set(run->run.task_id, Value::empty_map());
        continue;
      }
      const auto path = std::span(whole_path).subspan(scope->size());
      const Value* there = outputs_.find(run->run.task_id);
      if (there != nullptr && path.empty() && scope->empty()) continue;
      outputs_.set(run->run.task_id,
                   put_at(there == nullptr ? Value::empty_map() : *there, path, outputs_or_empty(*run)));
    }
  }

  Value given_inputs() const {
    MapBuilder given(state_.execution().inputs);
    for (const auto& input : state_.flow().defaulted_inputs()) {
      if (given.find(input.id) != nullptr) continue;
      Lookup found = context_.root("inputs").lazy->get(input.id);
      if (found.kind == Lookup::Kind::value) given.set(input.id, std::move(found.value));
    }
    return given.build();
  }

  const ExecutionContext& context_;
  const ExecutionState& state_;
  MapBuilder roots_;
  MapBuilder outputs_;
  MapBuilder partial_;  // ids of tasks with the number of loops whose values come first
  MapBuilder states_;
  MapBuilder partial_states_;
  bool all_outputs_ = false;
  bool all_tasks_ = false;
  bool has_states_ = false;
  bool inputs_ = false;
  bool missing_ = false;
};

Value ExecutionContext::for_worker(const std::vector<expression::Reference>& references) const {
  WorkerContext context(*this);
  bool everything = environment_.recursive_rendering;
  for (const auto& reference : references) {
    everything = everything || reference.root.empty();
    context.take(reference);
  }
  if (everything) context.take_everything();
  return context.build();
}

}  // namespace gyr::engine
