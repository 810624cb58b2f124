// A flow that is ready to run: numbered tasks, lists of children, compiled templates. Compiled once per revision.
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
#include "plugin_api/registry.h"

namespace gyr::engine {

class Flowable;
class Updating;

inline constexpr base::ErrorCode flow_not_runnable{"GYR-E001"};  ///< FLOW-94

/// Where a task runs (TASK-1).
enum class TaskKind : uint8_t { worker, flowable, subflow, updating, items };

using TaskList = std::vector<uint32_t>;  ///< numbers of enabled tasks, in order

/// One task of a flow with everything that the engine needs of it, precomputed.
struct CompiledTask {
  static constexpr uint32_t no_parent = UINT32_MAX;

  uint32_t index = 0;
  uint32_t parent = no_parent;
  ListRole role = ListRole::tasks;
  uint32_t branch = 0;  ///< index in the branches of the parent, if the role is `tasks`
  TaskKind kind = TaskKind::worker;
  const model::TaskSpec* spec = nullptr;
  const plugin::TaskType* type = nullptr;
  const Flowable* flowable = nullptr;  ///< the behaviour, if the task is a flowable
  const Updating* updating = nullptr;  ///< the behaviour, if the task changes the execution
  bool on_worker = false;              ///< a flowable whose children run on its worker (Flowable::runs_on_worker)
  /// the number of enclosing loops, including the task itself if it is a direct child of a loop: the depth of its
  /// output path
  uint32_t loops = 0;
  /// The enclosing loops that hide their content (Flowable::isolates), outermost first.
  std::vector<uint32_t> scopes;
  uint32_t scoped = 0;    ///< the number of steps of its output path that lead into the innermost of them
  bool isolates = false;  ///< the task itself is such a loop
  bool forgives = false;  ///< Flowable::forgives

  bool allow_failure = false;
  bool allow_warning = false;
  std::optional<expression::ValueTemplate> run_if;  ///< empty if the task always runs
  /// its own, or else that of the nearest ancestor, or else that of the flow (EXEC-50)
  const model::Retry* retry = nullptr;
  bool retry_is_own = false;
  /// Pure, and without timeout, retry, cache, worker group and log file: it can run inside the step (principle: pure
  /// tasks run ahead).
  bool may_run_inline = false;
  /// The template that is rendered when a flowable or Subflow starts: one value with all expressions of the decision.
  std::optional<expression::ValueTemplate> decision;
  bool decision_typed = false;
  /// templates that a flowable renders after its start (Flowable::later)
  std::vector<expression::ValueTemplate> later;
  /// The references of its templates, for the context that a worker gets.
  std::vector<expression::Reference> references;

  std::vector<TaskList> branches;  ///< the lists that can be the active list T; most flowables have one
  std::vector<std::string> branch_names;
  TaskList errors;
  TaskList finals;
  std::optional<uint32_t> on_pause;  ///< for a Pause: the task that runs when the pause starts
  uint32_t place = 0;                ///< the index in its list
  /// For a Dag: for each task of its branch, the indexes of its dependencies.
  std::vector<std::vector<uint32_t>> depends_on;

  const std::string& id() const { return spec->id; }
  const std::string& type_name() const { return type->type; }
};

/// Immutable and thread-safe; shared by all executions of the revision.
class CompiledFlow {
 protected:
  CompiledFlow() = default;  // for compile()

 public:
  /// `flow` must have been parsed with `registry` without errors. `registry` must outlive the result.
  static base::Result<std::shared_ptr<const CompiledFlow>> compile(std::shared_ptr<const model::Flow> flow,
                                                                   std::shared_ptr<const model::FlowKey> key,
                                                                   const plugin::Registry& registry);

  const model::Flow& flow() const { return *flow_; }
  const std::shared_ptr<const model::FlowKey>& key() const { return key_; }
  int32_t revision() const { return flow_->revision; }
  const std::vector<CompiledTask>& tasks() const { return tasks_; }
  const CompiledTask& task(uint32_t index) const { return tasks_[index]; }
  const CompiledTask* find(std::string_view id) const;

  /// The lists of the flow itself: tasks, errors, finally, afterExecution.
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
  /// [old] The tasks that run before `afterExecution` if their conditions hold (EXEC-43).
  const std::vector<CompiledListener>& listeners() const { return listeners_; }

  /// The root `flow` of contexts (EXPR-380).
  const base::Value& context_value() const { return context_value_; }
  const base::Value& variables() const { return variables_; }
  /// The inputs with a default. Expressions use the default if the execution has no value for the input (EXEC-110).
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
  // tasks that types generate; the deque keeps their addresses stable
  std::deque<std::vector<model::TaskSpec>> made_tasks_;
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
