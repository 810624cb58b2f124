// A flowable task: description and behaviour together, one file each. The behaviour decides which children
// run when; creating runs, counting, errors and finally lists, retries and ends are the step's, the same for all.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "engine/compiled_flow.h"
#include "model/schema.h"
#include "model/task.h"
#include "plugin/task_type.h"

namespace gyr::engine {

class Step;
struct RunState;

inline constexpr base::ErrorCode bad_decision{"GYR-E010"};  ///< TASK-26: what a flowable needs could not be had

inline constexpr base::ErrorCode templates_off{"GYR-E050"};      ///< TASK-41
inline constexpr base::ErrorCode template_unusable{"GYR-E051"};  ///< TASK-41: not there, not valid, inside itself

/// The lists of children of one flowable task, as its behaviour names them to the compiler.
struct ChildLists {
  /// Tasks where they stand: in one list, or each in an entry of its own.
  struct Tasks : std::vector<const model::TaskSpec*> {
    Tasks() = default;
    Tasks(const std::vector<model::TaskSpec>* list) {  // NOLINT: how most types name theirs
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
  /// Of a Dag: for each task of its branch, the ids of those it waits for.
  std::vector<std::vector<std::string>> depends_on = {};
  /// Of a Pause: what runs when it begins.
  const model::TaskSpec* on_pause = nullptr;
};

/// A task that a type makes by itself.
struct MadeTask {
  std::string id;        ///< may be one that no author can write
  syntax::NodePtr node;  ///< as an author would write it, but for the id
};

/// What a flowable made of its rendered decision.
struct Decision {
  uint32_t branch = 0;
  /// No branch is taken: no child runs, `finally` neither (TASK-23).
  bool no_branch = false;
  base::Value outputs;
  base::Value kept;      ///< stays with the run: values of a loop
  uint64_t repeats = 1;  ///< how often the branch runs
  uint32_t round = 0;    ///< FlowableState::round at the start
  /// The run ends at once as failed, with allowFailure heard (TASK-34).
  bool fails = false;
};

/// Stateless behaviour of one flowable type; one object for the whole program.
class Flowable {
 public:
  virtual ~Flowable() = default;

  virtual plugin::TaskType describe() const = 0;
  virtual ChildLists lists(const model::TaskSpec& spec) const = 0;
  /// Tasks that the type makes by itself, as an author would write them: they stand for T instead of a list of the
  /// author's.
  virtual std::vector<MadeTask> made_tasks(const model::TaskSpec& spec) const;
  /// The same for `finally`; the author's come behind them.
  virtual std::vector<MadeTask> made_finals(const model::TaskSpec& spec) const;
  /// Of a task that another type has made (made_tasks): its children are written in that one. Nothing: they are its
  /// own.
  virtual std::optional<ChildLists> lists_of_maker(const model::TaskSpec& maker) const;
  /// Everything to render when a run starts, as one value; nothing where there is nothing to decide.
  virtual std::optional<base::Value> decision(const model::TaskSpec& spec) const;
  virtual bool decision_is_typed() const { return false; }
  /// What is to be rendered next to decide, given the rendered decision, with further entries of `taskrun`; nothing
  /// where that is enough.
  struct Question {
    expression::ValueTemplate source;
    base::Value task_run_entries;
  };
  virtual std::optional<Question> second_question(const base::Value& rendered) const;
  virtual base::Result<Decision> decide_further(const CompiledTask& task, const base::Value& answer) const;
  /// Children carry a value and an iteration.
  virtual bool is_loop() const { return false; }
  /// What stands inside is seen from inside alone, and there as if there were no other iteration.
  virtual bool isolates() const { return false; }
  /// Its tasks that failed or warn count as done.
  virtual bool forgives(const model::TaskSpec& spec) const;
  /// A failure of its tasks is no failure of its own, as with allowFailure.
  virtual bool allows_failure() const { return false; }
  /// What is rendered later than at the start, each as one value: CompiledTask::later.
  virtual std::vector<base::Value> later(const model::TaskSpec& spec) const;
  /// Its tasks may run more than once: round_ended() is asked each time they have ended well.
  virtual bool repeats() const { return false; }
  /// Runs of its `errors` and `finally` carry the number of the round, as those of its tasks do (TASK-38).
  virtual bool counts_rounds() const { return false; }
  /// False: the run does not go on behind its tasks (yet).
  virtual bool round_ended(Step& step, RunState& run) const;
  /// T is over, well or not; asked each time something of `errors` or `finally` has ended, too.
  virtual void tasks_ended(Step& step, RunState& run) const;
  /// An end has been taken back (EXEC-84 to EXEC-86), and the run is open again. Asked from the innermost outwards.
  virtual void taken_back(Step& step, RunState& run) const;
  /// The run is RUNNING now; most begin with their first task.
  virtual void begin(Step& step, RunState& run) const;
  /// The run is one job of a worker, which also runs the children (TASK-40); next() is never asked.
  virtual bool runs_on_worker() const { return false; }
  /// Takes the rendered decision; an error fails the run (TASK-26).
  virtual base::Result<Decision> decide(const CompiledTask& task, const base::Value& rendered) const;
  /// Creates the runs of T that may begin now, within the step's bounds.
  virtual void next(Step& step, RunState& run) const = 0;

  // ---- what a replay and another revision need to know (EXEC-84, EXEC-85)
  /// Whether a run of T follows another one, whose replay therefore drops it: by default all that began later.
  virtual bool comes_after(const CompiledTask& task, const RunState& run, const RunState& replayed) const;
  /// T runs one task after the other, so that a changed list can be gone on with behind the last run.
  virtual bool is_sequential() const { return false; }
  /// What was kept of the decision, from the values of the runs by iteration; null where it is not made of them.
  virtual base::Value kept_of(const std::map<int32_t, std::string>& values) const;
};

/// Every flowable type, in the order of the documentation.
std::span<const Flowable* const> flowables();
const Flowable* find_flowable(std::string_view type);

// Ways to begin the tasks of T that several types share.
/// The next one, once the one before has ended (TASK-22).
void next_sequential(Step& step, RunState& run);
/// All at once, or as many as `concurrent` says; 0 or less: all.
void next_parallel(Step& step, RunState& run, int64_t concurrent);

}  // namespace gyr::engine
