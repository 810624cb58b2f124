// The rules of flowable tasks as pure functions over counts: which list is active, whether a flowable is finished and
// with what state (TASK-21 to TASK-24). Counting instead of looking at the runs makes a step cost what it touches
// (principle: derived state).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "model/state.h"

namespace gyr::engine {

/// The lists of tasks a flowable (or the flow itself) has.
/// The task of a Pause that runs while it pauses belongs to no list of the flow, but is counted like one (TASK-39).
enum class ListRole : uint8_t { tasks = 0, errors = 1, finally_ = 2, after = 3, on_pause = 4 };
inline constexpr size_t list_role_count = 5;

/// How far the runs of one list are. Maintained by every change of a run's state, re-derived from the runs at recovery.
struct ListProgress {
  uint32_t created = 0;
  uint32_t terminated = 0;  ///< in any terminal state; a run that waits for its retry is not
  uint32_t failed = 0;      ///< FAILED with no retry pending
  uint32_t killed = 0;
  uint32_t warning = 0;
  uint32_t paused = 0;

  /// Counts a run that went from one state to another; no state before means that it is new.
  void change(std::optional<model::State> from, model::State to);
  /// Forgets a run that is removed.
  void remove(model::State state);
  uint32_t running() const { return created - terminated; }
  friend bool operator==(const ListProgress&, const ListProgress&) = default;
};

/// The progress of every list of one parent, with how many runs each will have in all.
struct Frame {
  std::array<ListProgress, list_role_count> progress;
  std::array<uint64_t, list_role_count> total{};  ///< runs the list will have; of a loop: values × tasks

  ListProgress& of(ListRole role) { return progress[static_cast<size_t>(role)]; }
  const ListProgress& of(ListRole role) const { return progress[static_cast<size_t>(role)]; }
  uint64_t total_of(ListRole role) const { return total[static_cast<size_t>(role)]; }
  bool complete(ListRole role) const { return of(role).terminated == total_of(role); }
};

/// Whether a task run may go from one state to another, an execution likewise (EXEC-4). Wider than what any single step
/// does: a copy of an execution begins with the states of the original.
bool may_follow_in_run(model::State before, model::State after);
bool may_follow_in_execution(model::State before, model::State after);

/// What happens next below a parent.
enum class Branch : uint8_t { tasks, errors, finally_, nothing };

/// The active list (TASK-21). `target` is the state the parent aims at: SUCCESS, or FAILED where its own rules failed
/// it.
Branch active_branch(const Frame& frame, model::State target);

/// The state of a parent whose children have decided it; nothing while they have not (TASK-23).
std::optional<model::State> resolved_state(const Frame& frame, model::State target, bool allow_failure,
                                           bool allow_warning);

/// `guess` of TASK-23 over the runs of T, with the two allowances.
model::State guess_state(const ListProgress& tasks, model::State target, bool allow_failure, bool allow_warning);

/// TASK-5: the state of a run whose last attempt ended so. `warns`: it took more than one, and the retry wants that
/// told.
model::State state_after(model::State attempt, bool warns, bool allow_failure, bool allow_warning);

/// TASK-4: what a failure of a task becomes.
model::State failure_state(bool allow_failure, bool allow_warning);

}  // namespace gyr::engine
