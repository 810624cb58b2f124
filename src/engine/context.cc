#include "engine/context.h"

#include <algorithm>

#include "engine/context_values.h"
#include "model/encryptor.h"
#include "model/labels.h"
#include "syntax/time.h"

namespace gyr::engine {

using base::MapBuilder;
using base::Value;
using expression::Lookup;

const Value& outputs_or_empty(const RunState& run) {
  static const Value empty = Value::empty_map();
  return run.run.outputs.is_map() ? run.run.outputs : empty;
}

bool has_outputs(const CompiledTask& task, const RunState& run) {
  if (run.run.outputs.size() > 0) return true;
  if (task.loops > task.scoped) return false;
  if (run.run.state.current() == model::State::skipped || run.run.attempts.empty()) return false;
  if (task.kind != TaskKind::worker) return task.kind == TaskKind::flowable;
  return std::ranges::any_of(run.run.attempts, [](const model::Attempt& attempt) {
    const model::State state = attempt.state.current();
    return model::is_terminated(state) && state != model::State::resubmitted;
  });
}

Value state_of(const RunState& run, const RunState* own) {
  const model::State state = &run == own ? model::State::created : run.run.state.current();
  return Value::map({{"state", Value::string(model::to_text(state))}});
}

MergedOutputs MergedOutputs::of(const CompiledTask& task, std::span<RunState* const> runs) {
  MergedOutputs merged;
  for (const RunState* run : runs) merged.add(task, *run);
  return merged;
}

MergedOutputs MergedOutputs::at(const CompiledTask& task, const RunState* run) {
  MergedOutputs merged;
  for (; run != nullptr; run = run->twin) merged.add(task, *run);
  return merged;
}

void MergedOutputs::add(const CompiledTask& task, const RunState& run) {
  if (!has_outputs(task, run)) return;
  encrypted_ = encrypted_ || run.has_encrypted_outputs;
  value_ = value_ ? base::deep_merge(*value_, outputs_or_empty(run)) : outputs_or_empty(run);
}

Lookup MergedOutputs::lookup() const {
  if (encrypted_) return Lookup::not_here();
  return value_ ? Lookup::of(*value_) : Lookup::none();
}

Value put_at(const Value& tree, std::span<const std::string_view> path, const Value& value) {
  if (path.empty()) return base::deep_merge(tree, value);
  MapBuilder map(tree);
  const Value* below = map.find(path.front());
  map.set(path.front(), put_at(below == nullptr ? Value::empty_map() : *below, path.subspan(1), value));
  return map.build();
}

namespace {

/// A root whose names are ids of tasks, with all tasks that have runs; nothing where a worker has to open some of it.
std::optional<Value> whole_by_task(const ExecutionState& state, const expression::LazyMap& root) {
  MapBuilder all;
  for (const auto& run : state.runs()) {
    const std::string& id = run->run.task_id;
    if (all.find(id) != nullptr) continue;
    Lookup found = root.get(id);
    if (found.kind == Lookup::Kind::absent) continue;
    if (found.kind == Lookup::Kind::elsewhere) return std::nullopt;
    if (found.kind == Lookup::Kind::lazy) {
      auto value = found.lazy->materialize();
      if (!value) return std::nullopt;
      all.set(id, *std::move(value));
    } else {
      all.set(id, std::move(found.value));
    }
  }
  return all.build();
}

}  // namespace

bool contains_encrypted(const Value& value) {
  if (value.is_map()) {
    if (model::encrypted_text(value)) return true;
    for (const auto& entry : value.entries()) {
      if (contains_encrypted(entry.value)) return true;
    }
  } else if (value.is_list()) {
    for (const Value& item : value.items()) {
      if (contains_encrypted(item)) return true;
    }
  }
  return false;
}

// ---------------------------------------------------------------------------------------------- outputs

/// `outputs.<task>` of a task inside loops, below some steps of its path: at first those of the loops that keep it to
/// themselves.
class ExecutionContext::TaskMap final : public expression::LazyMap {
 public:
  TaskMap(const ExecutionContext& context, uint32_t task, std::vector<std::string> path, bool states)
      : context_(context), task_(task), path_(std::move(path)), states_(states) {}

  Lookup get(std::string_view key) const override {
    auto path = path_;
    path.emplace_back(key);
    return context_.at_path(task_, std::move(path), states_);
  }

  std::optional<Value> materialize() const override {
    Value tree = Value::empty_map();
    std::vector<std::string_view> prefix(path_.begin(), path_.end());
    MapBuilder flat;
    for (const RunState* run : context_.state_.runs_of_task(task_)) {
      auto path = path_of(*run);
      if (path.size() < prefix.size() || !std::equal(prefix.begin(), prefix.end(), path.begin())) continue;
      if (!states_ && !has_outputs(context_.state_.flow().task(task_), *run)) continue;
      if (!states_ && run->has_encrypted_outputs) return std::nullopt;
      Value leaf = states_ ? state_of(*run, nullptr) : outputs_or_empty(*run);
      auto rest = std::span(path).subspan(prefix.size());
      if (rest.size() == 1 && flat.find(rest[0]) == nullptr) {
        flat.set(rest[0], std::move(leaf));  // the common case, without copying the map each time
      } else {
        tree = put_at(tree, rest, leaf);
      }
    }
    return flat.empty() ? tree : base::deep_merge(flat.build(), tree);
  }

 private:
  const ExecutionContext& context_;
  uint32_t task_;
  std::vector<std::string> path_;
  bool states_;
};

/// Root `outputs`.
class ExecutionContext::OutputsMap final : public expression::LazyMap {
 public:
  explicit OutputsMap(const ExecutionContext& context) : context_(context) {}

  Lookup get(std::string_view key) const override {
    const CompiledTask* task = context_.state_.flow().find(key);
    if (task == nullptr) return Lookup::none();
    auto runs = context_.state_.runs_of_task(task->index);
    if (runs.empty() || task->kind == TaskKind::updating) return Lookup::none();
    return task->loops > 0 ? context_.in_loops(*task, false) : MergedOutputs::of(*task, runs).lookup();
  }

  std::optional<Value> materialize() const override { return whole_by_task(context_.state_, *this); }

  std::vector<std::string> names(size_t limit) const override {
    std::vector<std::string> ids;
    for (const CompiledTask& task : context_.state_.flow().tasks()) {
      if (ids.size() == limit) break;
      const auto runs = context_.state_.runs_of_task(task.index);
      const bool has_others = !runs.empty() && (runs.size() > 1 || runs.front() != context_.run_);
      if (has_others && context_.scope_of(task)) ids.push_back(task.id());
    }
    return ids;
  }

 private:
  const ExecutionContext& context_;
};

/// Root `tasks`: states of the runs so far; the own one reads CREATED, since it is rendered before it runs (EXEC-110).
class ExecutionContext::TasksMap final : public expression::LazyMap {
 public:
  explicit TasksMap(const ExecutionContext& context) : context_(context) {}

  Lookup get(std::string_view key) const override {
    const CompiledTask* task = context_.state_.flow().find(key);
    if (task == nullptr) return Lookup::none();
    auto runs = context_.state_.runs_of_task(task->index);
    if (runs.empty()) return Lookup::none();
    if (task->loops > 0) return context_.in_loops(*task, true);
    return Lookup::of(state_of(*runs.back(), context_.run_));
  }

  std::optional<Value> materialize() const override { return whole_by_task(context_.state_, *this); }

 private:
  const ExecutionContext& context_;
};

/// Root `inputs`: the inputs of the execution, and the rendered defaults of declared inputs without a value (EXEC-110).
class ExecutionContext::InputsMap final : public expression::LazyMap {
 public:
  explicit InputsMap(const ExecutionContext& context) : context_(context) {}

  Lookup get(std::string_view key) const override {
    if (const Value* given = context_.state_.execution().inputs.find(key)) {
      if (contains_encrypted(*given)) return Lookup::not_here();
      return Lookup::of(*given);
    }
    for (const auto& input : context_.state_.flow().defaulted_inputs()) {
      if (input.id != key) continue;
      if (rendering_) return Lookup::none();  // a default that reads another defaulted input by way of itself
      rendering_ = true;
      auto rendered = input.value.render_typed(context_, context_.environment_);
      rendering_ = false;
      if (rendered.asks_host()) return Lookup::not_here();
      if (rendered.ok()) return Lookup::of(std::move(rendered.value()));
    }
    return Lookup::none();
  }

  std::optional<Value> materialize() const override {
    const Value& given = context_.state_.execution().inputs;
    if (contains_encrypted(given)) return std::nullopt;
    MapBuilder all(given);
    for (const auto& input : context_.state_.flow().defaulted_inputs()) {
      if (given.find(input.id) != nullptr) continue;
      Lookup found = get(input.id);
      if (found.kind == Lookup::Kind::elsewhere) return std::nullopt;
      if (found.kind == Lookup::Kind::value) all.set(input.id, std::move(found.value));
    }
    return all.build();
  }

 private:
  const ExecutionContext& context_;
  mutable bool rendering_ = false;
};

// ---------------------------------------------------------------------------------------------- roots

ExecutionContext::ExecutionContext(const ExecutionState& state, const RunState* run, const Settings& settings,
                                   const expression::Environment& environment)
    : state_(state),
      run_(run),
      settings_(settings),
      environment_(environment),
      outputs_(std::make_unique<OutputsMap>(*this)),
      tasks_(std::make_unique<TasksMap>(*this)),
      inputs_(std::make_unique<InputsMap>(*this)) {}

ExecutionContext::~ExecutionContext() = default;

std::optional<std::vector<std::string>> ExecutionContext::scope_of(const CompiledTask& task) const {
  std::vector<std::string> scope;
  if (task.scopes.empty()) return scope;
  if (run_ == nullptr) return std::nullopt;
  const CompiledTask& own = state_.flow().task(run_->task);
  if (own.scopes.size() < task.scopes.size() || !std::equal(task.scopes.begin(), task.scopes.end(), own.scopes.begin()))
    return std::nullopt;
  const auto path = path_of(*run_);
  if (path.size() < task.scoped) return std::nullopt;
  scope.assign(path.begin(), path.begin() + task.scoped);
  return scope;
}

Lookup ExecutionContext::in_loops(const CompiledTask& task, bool states) const {
  auto scope = scope_of(task);
  if (!scope) return Lookup::none();
  return at_path(task.index, *std::move(scope), states);
}

Lookup ExecutionContext::at_path(uint32_t task, std::vector<std::string> path, bool states) const {
  const RunState* run = nullptr;
  if (!path.empty()) {
    const std::vector<std::string_view> steps(path.begin(), path.end());
    run = state_.find_by_path(task, steps);
    if (run == nullptr) return Lookup::none();
  }
  if (path.size() < state_.flow().task(task).loops) {
    nested_.push_back(std::make_unique<TaskMap>(*this, task, std::move(path), states));
    return Lookup::of(*nested_.back());
  }
  if (states) return Lookup::of(state_of(*run, run_));
  return MergedOutputs::at(state_.flow().task(task), run).lookup();
}

Lookup ExecutionContext::root(std::string_view name) const {
  if (name == "outputs") return Lookup::of(*outputs_);
  if (name == "inputs") return Lookup::of(*inputs_);
  if (name == "vars") return Lookup::of(variables_root());
  if (name == "taskrun" && run_ != nullptr) return Lookup::of(task_run_root());
  if (name == "trigger") {
    const auto& trigger = state_.execution().trigger;
    if (!trigger) return Lookup::none();
    if (contains_encrypted(trigger->variables)) return Lookup::not_here();
    return Lookup::of(trigger->variables.is_map() ? trigger->variables : Value::empty_map());
  }
  if (name == "flow") return Lookup::of(state_.flow().context_value());
  if (name == "execution") return Lookup::of(execution_root());
  if (name == "task" && run_ != nullptr) {
    const CompiledTask& task = state_.flow().task(run_->task);
    return Lookup::of(Value::map({{"id", Value::string(task.id())}, {"type", Value::string(task.type_name())}}));
  }
  if (name == "tasks") return Lookup::of(*tasks_);
  if (name == "labels") return Lookup::of(labels_root());
  if (name == "item" && run_ != nullptr) {
    Value item = item_root();
    return item.is_null() ? Lookup::none() : Lookup::of(std::move(item));
  }
  if (name == "parents" && run_ != nullptr) return Lookup::of(parents_root());
  if (name == "parent" && run_ != nullptr) {
    Value parents = parents_root();
    return parents.size() == 0 ? Lookup::none() : Lookup::of(parents.items()[0]);
  }
  if (name == "schedule" && started_by_schedule()) return Lookup::of(state_.execution().trigger->variables);
  if (name == "envs") return Lookup::of(settings_.envs);
  if (name == "globals") return Lookup::of(settings_.globals);
  if (name == "kestra") return Lookup::of(settings_.kestra);
  if (name == "namespace") {
    Value variables = namespace_root();
    return variables.is_null() ? Lookup::none() : Lookup::of(std::move(variables));
  }
  return Lookup::none();
}

std::vector<std::string> ExecutionContext::root_names() const {
  std::vector<std::string> names = {"flow",   "execution", "inputs", "outputs", "tasks",
                                    "labels", "vars",      "envs",   "globals", "kestra"};
  if (run_ != nullptr) names.insert(names.end(), {"task", "taskrun", "parents"});
  if (run_ != nullptr && parents_root().size() > 0) names.emplace_back("parent");
  if (run_ != nullptr && !state_.flow().task(run_->task).scopes.empty()) names.emplace_back("item");
  if (state_.execution().trigger) names.emplace_back("trigger");
  if (started_by_schedule()) names.emplace_back("schedule");
  if (!namespace_root().is_null()) names.emplace_back("namespace");
  return names;
}

Value ExecutionContext::execution_root() const {
  const model::Execution& execution = state_.execution();
  MapBuilder map;
  map.set("id", Value::string(execution.id.to_text()));
  map.set("state", Value::string(model::to_text(execution.state.current())));
  map.set("startDate", Value::string(syntax::format_instant(execution.state.started())));
  map.set("originalId", Value::string(execution.original_id.to_text()));
  if (auto ended = execution.state.ended()) map.set("endDate", Value::string(syntax::format_instant(*ended)));
  if (execution.outputs.size() > 0) map.set("outputs", execution.outputs);
  return map.build();
}

Value ExecutionContext::task_run_root() const {
  MapBuilder map;
  map.set("id", Value::string(run_->run.id.to_text()));
  map.set("startDate", Value::string(syntax::format_instant(run_->run.state.started())));
  map.set("attemptsCount", Value::narrow_integer(static_cast<int32_t>(run_->run.attempts.size())));
  if (run_->run.parent_id) map.set("parentId", Value::string(run_->run.parent_id.to_text()));
  if (run_->run.value) map.set("value", Value::string(*run_->run.value));
  if (run_->run.iteration) map.set("iteration", Value::narrow_integer(*run_->run.iteration));
  if (task_run_entries_.is_map()) {
    for (const auto& entry : task_run_entries_.entries()) map.set(entry.key, entry.value);
  }
  return map.build();
}

Value ExecutionContext::parents_root() const {
  base::ListBuilder parents;
  for (const RunState* up = run_->parent; up != nullptr; up = up->parent) {
    bool has_outputs = up->run.outputs.size() > 0;
    if (!up->run.value && !has_outputs) continue;
    MapBuilder entry;
    if (up->run.value) entry.set("taskrun", Value::map({{"value", Value::string(*up->run.value)}}));
    if (has_outputs) entry.set("outputs", up->run.outputs);
    parents.push(entry.build());
  }
  return parents.build();
}

Value ExecutionContext::item_root() const {
  std::vector<Value> levels;  // innermost first
  for (const RunState* up = run_; up != nullptr; up = up->parent) {
    if (up->number.empty() || !up->run.value) continue;
    MapBuilder level;
    level.set("value", Value::string(*up->run.value));
    level.set("index", Value::narrow_integer(*up->run.iteration));
    if (const ValueLoop* loop = loop_of(*up)) {
      if (auto key = key_of_iteration(up->run, loop->values)) level.set("key", Value::string(*key));
    }
    levels.push_back(level.build());
  }
  if (levels.empty()) return {};
  MapBuilder item(levels.front());
  if (levels.size() > 1) {
    item.set("parent", levels[1]);
    item.set("parents", Value::list(std::span(levels).subspan(1)));
  }
  return item.build();
}

Value ExecutionContext::namespace_root() const {
  if (settings_.namespaces == nullptr) return {};
  const model::FlowKey& flow = *state_.flow().key();
  return settings_.namespaces->variables(flow.tenant, flow.namespace_);
}

bool ExecutionContext::started_by_schedule() const {
  const auto& trigger = state_.execution().trigger;
  return trigger && trigger->type.ends_with(".Schedule");
}

Value ExecutionContext::labels_root() const { return model::nested_labels(state_.execution().labels); }

Value ExecutionContext::variables_root() const {
  const Value& own = state_.execution().variables;
  return own.size() > 0 ? own : state_.flow().variables();
}

// ---------------------------------------------------------------------------------------------- workers

std::optional<Value> ExecutionContext::member(std::string_view root_name, std::string_view name) const {
  Lookup found =
      root_name == "outputs" ? outputs_->get(name) : (root_name == "tasks" ? tasks_->get(name) : Lookup::none());
  if (found.kind == Lookup::Kind::value) return std::move(found.value);
  if (found.kind == Lookup::Kind::lazy) return found.lazy->materialize();
  return std::nullopt;
}

}  // namespace gyr::engine
