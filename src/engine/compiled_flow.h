// A flow made ready to run: tasks by number, lists of children, compiled templates. Once per revision.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "engine/rules.h"
#include "expression/template.h"
#include "model/execution.h"
#include "model/flow.h"
#include "model/retry.h"
#include "model/task.h"
#include "plugin/registry.h"

namespace gyr::engine {

class Flowable;
class Updating;

inline constexpr base::ErrorCode flow_not_runnable{"GYR-E001"};  ///< FLOW-94

/// Who does the work of a task (TASK-1).
enum class TaskKind : uint8_t { worker, flowable, subflow, updating, items };

using TaskList = std::vector<uint32_t>;  ///< numbers of enabled tasks, in order

/// One task of a flow with everything the engine asks of it, precomputed.
struct CompiledTask {
  static constexpr uint32_t no_parent = UINT32_MAX;

  uint32_t index = 0;
  uint32_t parent = no_parent;
  ListRole role = ListRole::tasks;
  uint32_t branch = 0;  ///< of the parent's branches, where role is tasks
  TaskKind kind = TaskKind::worker;
  const model::TaskSpec* spec = nullptr;
  const plugin::TaskType* type = nullptr;
  const Flowable* flowable = nullptr;  ///< behaviour, of a flowable
  const Updating* updating = nullptr;  ///< behaviour, of a task that changes the execution
  bool on_worker = false;              ///< a flowable whose children its worker runs (Flowable::runs_on_worker)
  uint32_t loops = 0;  ///< enclosing loops, itself counted if it is a direct child of one: depth of its output path
  /// Loops around it that keep what is inside to itself (Flowable::isolates), outermost first.
  std::vector<uint32_t> scopes;
  uint32_t scoped = 0;    ///< so many steps of its output path lead into the innermost of them
  bool isolates = false;  ///< it is such a loop
  bool forgives = false;  ///< Flowable::forgives

  bool allow_failure = false;
  bool allow_warning = false;
  std::optional<expression::ValueTemplate> run_if;  ///< nothing where the task always runs
  const model::Retry* retry = nullptr;              ///< its own, else the nearest ancestor's, else the flow's (EXEC-50)
  bool retry_is_own = false;
  /// Pure, and without timeout, retry, cache, worker group, log file: may run inside the step
  /// (principle: pure tasks run ahead).
  bool may_run_inline = false;
  /// What is rendered when a flowable or Subflow starts: one value with every expression of the decision.
  std::optional<expression::ValueTemplate> decision;
  bool decision_typed = false;
  std::vector<expression::ValueTemplate> later;  ///< what a flowable renders after its start (Flowable::later)
  /// What its templates refer to, for the context a worker gets.
  std::vector<expression::Reference> references;

  std::vector<TaskList> branches;  ///< lists that can stand for T; one for most flowables
  std::vector<std::string> branch_names;
  TaskList errors;
  TaskList finals;
  std::optional<uint32_t> on_pause;  ///< of a Pause: the task that runs when it begins
  uint32_t place = 0;                ///< where it stands in its list
  /// Of a Dag: for each task of its branch, the places of those it waits for.
  std::vector<std::vector<uint32_t>> depends_on;

  const std::string& id() const { return spec->id; }
  const std::string& type_name() const { return type->type; }
};

/// Immutable; shared by all executions of the revision, on any thread.
class CompiledFlow {
 protected:
  CompiledFlow() = default;  // by compile()

 public:
  /// `flow` must have been parsed without errors against `registry`, which must outlive the result.
  static base::Result<std::shared_ptr<const CompiledFlow>> compile(std::shared_ptr<const model::Flow> flow,
                                                                   std::shared_ptr<const model::FlowKey> key,
                                                                   const plugin::Registry& registry);

  const model::Flow& flow() const { return *flow_; }
  const std::shared_ptr<const model::FlowKey>& key() const { return key_; }
  int32_t revision() const { return flow_->revision; }
  const std::vector<CompiledTask>& tasks() const { return tasks_; }
  const CompiledTask& task(uint32_t index) const { return tasks_[index]; }
  const CompiledTask* find(std::string_view id) const;

  /// The flow's own lists: tasks, errors, finally, afterExecution.
  const TaskList& list(ListRole role) const { return lists_[static_cast<size_t>(role)]; }
  struct CompiledOutput {
    const model::FlowOutput* spec;
    expression::ValueTemplate value;
  };
  const std::vector<CompiledOutput>& outputs() const { return outputs_; }
  struct CompiledSla {
    const model::Sla* spec;
    expression::ValueTemplate assertion;  ///< of EXECUTION_ASSERTION
  };
  const std::vector<CompiledSla>& slas() const { return slas_; }
  struct CompiledListener {
    const model::Listener* spec;
    TaskList tasks;
  };
  /// [old] What runs before `afterExecution` where its conditions hold (EXEC-43).
  const std::vector<CompiledListener>& listeners() const { return listeners_; }

  /// Root `flow` of contexts (EXPR-380).
  const base::Value& context_value() const { return context_value_; }
  const base::Value& variables() const { return variables_; }
  /// Inputs with a default, which expressions see where the execution has no value of theirs (EXEC-110).
  struct DefaultedInput {
    std::string id;
    expression::ValueTemplate value;
  };
  const std::vector<DefaultedInput>& defaulted_inputs() const { return defaulted_inputs_; }

 private:
  friend class FlowCompiler;
  std::shared_ptr<const model::Flow> flow_;
  std::shared_ptr<const model::FlowKey> key_;
  std::vector<CompiledTask> tasks_;
  std::deque<std::vector<model::TaskSpec>> made_tasks_;  // of types that make their own; specs do not move
  std::unordered_map<std::string_view, uint32_t> by_id_;
  TaskList lists_[list_role_count];
  std::vector<CompiledOutput> outputs_;
  std::vector<CompiledSla> slas_;
  std::vector<CompiledListener> listeners_;
  base::Value context_value_;
  base::Value variables_;
  std::vector<DefaultedInput> defaulted_inputs_;
};

}  // namespace gyr::engine
