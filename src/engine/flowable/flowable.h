// A flowable task: description and behaviour together, one file each. The behaviour decides which children run when.
// Creating runs, counting, `errors` and `finally` lists, retries and ends belong to the step and are the same for all.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "engine/compiled_flow.h"
#include "engine/flowable/flowable_state.h"
#include "model/schema.h"
#include "model/task.h"
#include "plugin_api/task_type.h"

namespace gyr::engine {

class Step;

inline constexpr base::ErrorCode bad_decision{"GYR-E010"};  ///< TASK-26: a flowable cannot get a value that it needs

inline constexpr base::ErrorCode templates_off{"GYR-E050"};      ///< TASK-41
inline constexpr base::ErrorCode template_unusable{"GYR-E051"};  ///< TASK-41: missing, not valid, or part of itself

/// The lists of children of one flowable task, as its behaviour declares them to the compiler.
struct ChildLists {
  /// The position of tasks: all in one list, or each in an entry of its own.
  struct Tasks : std::vector<const model::TaskSpec*> {
    Tasks() = default;
    Tasks(const std::vector<model::TaskSpec>* list) {  // NOLINT: most types use this implicit conversion
      for (const model::TaskSpec& task : *list) push_back(&task);
    }
  };
  struct Branch {
    std::string name;
    Tasks tasks;
  };
  std::vector<Branch> branches;
  const std::vector<model::TaskSpec>* errors = nullptr;
  const std::vector<model::TaskSpec>* finals = nullptr;
  /// For a Dag: for each task of its branch, the ids of its dependencies.
  std::vector<std::vector<std::string>> depends_on = {};
  /// For a Pause: the task that runs when the pause starts.
  const model::TaskSpec* on_pause = nullptr;
};

/// A task that a type generates.
struct MadeTask {
  std::string id;        ///< can be an id that an author cannot write
  syntax::NodePtr node;  ///< as an author would write it, without the id
};

/// The decision of a flowable, from its rendered values.
struct Decision {
  uint32_t branch = 0;
  /// No branch is taken: no child runs, and `finally` does not run either (TASK-23).
  bool no_branch = false;
  base::Value outputs;
  FlowableDetail state;  ///< of the type (Flowable::first_state), with the rendered values
  uint64_t repeats = 1;  ///< how many times the branch runs
  /// The run fails immediately; allowFailure applies (TASK-34).
  bool fails = false;
};

/// The stateless behaviour of one flowable type; there is one object per program.
class Flowable {
 public:
  virtual ~Flowable() = default;

  virtual plugin::TaskType describe() const = 0;
  /// The part of the state that belongs to the type, before the decision.
  virtual FlowableDetail first_state() const { return PlainState{}; }
  virtual ChildLists lists(const model::TaskSpec& spec) const = 0;
  /// The tasks that the type generates, as an author would write them. They replace the list of the author as T.
  virtual std::vector<MadeTask> made_tasks(const model::TaskSpec& spec) const;
  /// The same for `finally`; the tasks of the author come after them.
  virtual std::vector<MadeTask> made_finals(const model::TaskSpec& spec) const;
  /// For a task that another type generated (made_tasks): the type whose task contains its children. Nothing: the task
  /// has its own children.
  virtual std::optional<ChildLists> lists_of_maker(const model::TaskSpec& maker) const;
  /// All templates to render when a run starts, as one value; nothing if there is no decision.
  virtual std::optional<base::Value> decision(const model::TaskSpec& spec) const;
  virtual bool decision_is_typed() const { return false; }
  /// The next template to render for the decision, given the rendered one, with additional entries of `taskrun`;
  /// nothing if the decision is complete.
  struct Question {
    expression::ValueTemplate source;
    base::Value task_run_entries;
  };
  virtual std::optional<Question> second_question(const base::Value& rendered) const;
  virtual base::Result<Decision> decide_further(const CompiledTask& task, const base::Value& answer) const;
  /// Whether children have a value and an iteration.
  virtual bool is_loop() const { return false; }
  /// Whether its content is only visible from inside, as if there were no other iteration.
  virtual bool isolates() const { return false; }
  /// Whether its failed tasks and tasks with warnings count as successful.
  virtual bool forgives(const model::TaskSpec& spec) const;
  /// Whether a failure of its tasks does not fail it, as with allowFailure.
  virtual bool allows_failure() const { return false; }
  /// The templates that are rendered after the start, each as one value: CompiledTask::later.
  virtual std::vector<base::Value> later(const model::TaskSpec& spec) const;
  /// Whether its tasks can run more than once: round_ended() is called each time they have ended successfully.
  virtual bool repeats() const { return false; }
  /// The number of the round, if the runs of its lists have one, those of `errors` and `finally` included (TASK-38).
  virtual std::optional<int32_t> round_of(const FlowableState& state) const;
  /// Returns false if the run does not continue after its tasks (yet).
  virtual bool round_ended(Step& step, RunState& run) const;
  /// T has ended, successfully or not; also called each time a run of `errors` or `finally` has ended.
  virtual void tasks_ended(Step& step, RunState& run) const;
  /// An end was reverted (EXEC-84 to EXEC-86) and the run is open again. Called from the innermost run outwards.
  virtual void taken_back(Step& step, RunState& run) const;
  /// Whether the run is RUNNING immediately; most runs become RUNNING with their first task.
  virtual void begin(Step& step, RunState& run) const;
  /// Whether the run is one job of a worker, which also runs the children (TASK-40); next() is then never called.
  virtual bool runs_on_worker() const { return false; }
  /// Applies the rendered decision; an error fails the run (TASK-26). The result has a state of the type.
  virtual base::Result<Decision> decide(const CompiledTask& task, const base::Value& rendered) const;
  /// Creates the runs of T that can start now, within the limits of the step.
  virtual void next(Step& step, RunState& run) const = 0;

  // ---- for a replay, and for another revision (EXEC-84, EXEC-85)
  /// Whether a run of T follows another one and is dropped when that one is replayed: by default all runs that started
  /// later.
  virtual bool comes_after(const CompiledTask& task, const RunState& run, const RunState& replayed) const;
  /// Whether T runs its tasks one after the other, so that a changed list can continue after the last run.
  virtual bool is_sequential() const { return false; }
};

/// Flowable::first_state of a task; that of a plain type if the task is not a flowable.
FlowableDetail first_state_of(const CompiledTask& task);

/// Every flowable type, in the order of the documentation.
std::span<const Flowable* const> flowables();
const Flowable* find_flowable(std::string_view type);

// Ways to start the tasks of T that several types share.
/// The next task, after the previous one has ended (TASK-22).
void next_sequential(Step& step, RunState& run);
/// All tasks, or at most `concurrent` at the same time; 0 or less: all.
void next_parallel(Step& step, RunState& run, int64_t concurrent);

}  // namespace gyr::engine
