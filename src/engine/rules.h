// The rules of flowable tasks as pure functions of counts: which list is active, whether a flowable has ended and in
// which state (TASK-21 to TASK-24). With counts, the cost of a step only depends on the runs that it changes
// (principle: derived state).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "model/state.h"

namespace gyr::engine {

/// The lists of tasks a flowable (or the flow itself) has.
/// The onPause task of a Pause belongs to no list of the flow, but is counted like one (TASK-39).
enum class ListRole : uint8_t { tasks = 0, errors = 1, finally_ = 2, after = 3, on_pause = 4 };
inline constexpr size_t list_role_count = 5;

/// The progress of the runs of one list. Updated with every change of the state of a run, derived from the runs at
/// recovery.
struct ListProgress {
  uint32_t created = 0;
  uint32_t terminated = 0;  ///< in any terminal state; without runs that wait for a retry
  uint32_t failed = 0;      ///< FAILED without a pending retry
  uint32_t killed = 0;
  uint32_t warning = 0;
  uint32_t paused = 0;

  /// Counts a run that changed its state; without a previous state the run is new.
  void change(std::optional<model::State> from, model::State to);
  /// Removes a removed run from the counts.
  void remove(model::State state);
  uint32_t running() const { return created - terminated; }
  friend bool operator==(const ListProgress&, const ListProgress&) = default;
};

/// The progress of every list of one parent, and the total number of runs of each list.
struct Frame {
  std::array<ListProgress, list_role_count> progress;
  std::array<uint64_t, list_role_count> total{};  ///< the number of runs of the list; for a loop: values × tasks

  ListProgress& of(ListRole role) { return progress[static_cast<size_t>(role)]; }
  const ListProgress& of(ListRole role) const { return progress[static_cast<size_t>(role)]; }
  uint64_t total_of(ListRole role) const { return total[static_cast<size_t>(role)]; }
  bool complete(ListRole role) const { return of(role).terminated == total_of(role); }
};

/// Whether a task run (or an execution) can change from one state to another (EXEC-4). Includes more than single steps
/// do: a copy of an execution starts with the states of the original.
bool may_follow_in_run(model::State before, model::State after);
bool may_follow_in_execution(model::State before, model::State after);

/// The next action below a parent.
enum class Branch : uint8_t { tasks, errors, finally_, nothing };

/// The active list (TASK-21). `target` is the target state of the parent: SUCCESS, or FAILED if its own rules failed
/// it.
Branch active_branch(const Frame& frame, model::State target);

/// The state of a parent whose children have decided it; nothing if they have not yet (TASK-23).
std::optional<model::State> resolved_state(const Frame& frame, model::State target, bool allow_failure,
                                           bool allow_warning);

/// `guess` of TASK-23 over the runs of T, with the two allowances.
model::State guess_state(const ListProgress& tasks, model::State target, bool allow_failure, bool allow_warning);

/// TASK-5: the state of a run, from the end of its last attempt. `warns`: there was more than one attempt, and the
/// retry asks for a warning.
model::State state_after(model::State attempt, bool warns, bool allow_failure, bool allow_warning);

/// TASK-4: the state that replaces the failure of a task.
model::State failure_state(bool allow_failure, bool allow_warning);

}  // namespace gyr::engine
