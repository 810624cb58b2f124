// The values that the expressions of one task run can read (EXEC-110 to EXEC-114, EXPR-380 ff). They are looked up in
// the live execution when they are needed.
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

/// A root of the context of a worker. It lists the outputs that the context contains only partly: task ids, each with
/// the number of loops whose values come first in its outputs. The worker requests the missing part from the server
/// (host call "context.member"). If no loop encloses the task, none of its outputs are in the context.
inline constexpr std::string_view partial_root = "$partial";
/// The same for the root `tasks`, the states of task runs.
inline constexpr std::string_view partial_states_root = "$partialStates";
/// A root of the context of a worker, present if an expression reads outputs that do not exist. It contains the ids of
/// the tasks that have outputs, for the error message.
inline constexpr std::string_view known_tasks_root = "$tasks";

/// The maximum size, in bytes, of the outputs that are sent together with a text that is created at run time and can
/// use any output. Outputs above this limit stay on the server until the text requests them, so that each fits in a
/// frame.
inline constexpr uint64_t unnamed_outputs_bytes = 256 * 1024;

/// Whether a value contains an encrypted value at any depth (FLOW-48).
bool contains_encrypted(const base::Value& value);

/// The context of one task run, or of the execution if `run` is null. Lives for one rendering; the execution must not
/// change during this time.
class ExecutionContext final : public expression::Context {
 public:
  ExecutionContext(const ExecutionState& state, const RunState* run, const Settings& settings,
                   const expression::Environment& environment);
  ~ExecutionContext() override;

  expression::Lookup root(std::string_view name) const override;
  std::vector<std::string> root_names() const override;
  /// Additional entries of `taskrun`: a map.
  void add_to_task_run(base::Value entries) { task_run_entries_ = std::move(entries); }

  /// Returns the roots and members that these references use, as one map for a worker. For a task inside loops it only
  /// contains the part for the values of this run (named in `$partial`). An empty reference (a text that is created at
  /// run time) includes all roots, and the outputs up to `unnamed_outputs_bytes`; with recursive rendering every text
  /// is such a text.
  base::Value for_worker(const std::vector<expression::Reference>& references) const;

  /// Returns one output as expressions see it, the whole `outputs.<task>`, for the host call.
  std::optional<base::Value> member(std::string_view root, std::string_view name) const;

 private:
  /// Returns the prefix of the output path of a task that expressions omit, because this context is in the same
  /// iteration of the Loops that isolate the task; empty outside of these Loops.
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
  base::Value namespace_root() const;  ///< EXPR-394; null if there is no namespace
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
  mutable std::deque<std::unique_ptr<expression::LazyMap>> nested_;  // maps below the roots that were returned
};

}  // namespace gyr::engine
