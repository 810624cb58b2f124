// What expressions of one run see (EXEC-110 to EXEC-114, EXPR-380 ff), looked up lazily in the live execution.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/execution_state.h"
#include "engine/settings.h"
#include "expression/context.h"
#include "expression/template.h"

namespace gyr::engine {

/// Root of a worker's context that tells which outputs it holds in part: ids of tasks, each with the number of loops
/// whose values come first in its outputs. What is missing there is asked from the server (host call
/// "context.member"). With no loops around the task all its outputs stayed with the server.
inline constexpr std::string_view partial_root = "$partial";
/// The same for the root `tasks`, the states of task runs.
inline constexpr std::string_view partial_states_root = "$partialStates";
/// Root of a worker's context that is there when outputs are asked for that do not exist: the ids of the tasks that
/// have some, for the message.
inline constexpr std::string_view known_tasks_root = "$tasks";

/// Bytes of outputs that travel with a text that is made at run time and that may name any of them. Outputs beyond this
/// bound stay with the server until the text asks for them, so a frame has room for them one by one.
inline constexpr uint64_t unnamed_outputs_bytes = 256 * 1024;

/// Whether a value holds the wrapper of something encrypted anywhere (FLOW-48).
bool contains_encrypted(const base::Value& value);

/// The context of one task run, or of the execution where `run` is null. Lives for one rendering; the execution must
/// not change meanwhile.
class ExecutionContext final : public expression::Context {
 public:
  ExecutionContext(const ExecutionState& state, const RunState* run, const Settings& settings,
                   const expression::Environment& environment);
  ~ExecutionContext() override;

  expression::Lookup root(std::string_view name) const override;
  std::vector<std::string> root_names() const override;
  /// Further entries of `taskrun`: a map.
  void add_to_task_run(base::Value entries) { task_run_entries_ = std::move(entries); }

  /// The roots and members that these references name, as one map for a worker. Of a task inside loops only the part at
  /// the run's own values is taken along (named in `$partial`). An empty reference (a text that is made at run time)
  /// takes all roots, and the outputs within `unnamed_outputs_bytes`; recursive rendering makes every text such a one.
  base::Value for_worker(const std::vector<expression::Reference>& references) const;

  /// One output as expressions see it: `outputs.<task>` whole, for the host call.
  std::optional<base::Value> member(std::string_view root, std::string_view name) const;

 private:
  /// The beginning of a task's output path that is not to be named, since this context stands in the same iteration of
  /// the Loops that keep the task to themselves; nothing where it stands outside.
  std::optional<std::vector<std::string>> scope_of(const CompiledTask& task) const;
  expression::Lookup in_loops(const CompiledTask& task, bool states) const;
  expression::Lookup at_path(uint32_t task, std::vector<std::string> path, bool states) const;

  class OutputsMap;
  class TaskMap;
  class InputsMap;
  class TasksMap;
  class WorkerContext;

  base::Value execution_root() const;
  base::Value task_run_root() const;
  base::Value parents_root() const;
  base::Value item_root() const;
  base::Value namespace_root() const;  ///< EXPR-394; null where there is none
  base::Value labels_root() const;
  base::Value variables_root() const;
  bool started_by_schedule() const;

  const ExecutionState& state_;
  const RunState* run_;
  const Settings& settings_;
  const expression::Environment& environment_;
  base::Value task_run_entries_;
  std::unique_ptr<OutputsMap> outputs_;
  std::unique_ptr<TasksMap> tasks_;
  std::unique_ptr<InputsMap> inputs_;
  mutable std::deque<std::unique_ptr<expression::LazyMap>> nested_;  // maps handed out below the roots
};

}  // namespace gyr::engine
