#include "engine/rules.h"

#include "base/invariant.h"

namespace gyr::engine {
namespace {

using model::State;

void count(ListProgress& progress, State state) {
  if (model::is_terminated(state)) progress.terminated += 1;
  if (state == State::failed) progress.failed += 1;
  if (state == State::killed) progress.killed += 1;
  if (state == State::warning) progress.warning += 1;
  if (state == State::paused) progress.paused += 1;
}

void take_one(uint32_t& count) {
  GYR_INVARIANT(count > 0, "a parent counts its runs by state");
  count -= 1;
}

void uncount(ListProgress& progress, State state) {
  if (model::is_terminated(state)) take_one(progress.terminated);
  if (state == State::failed) take_one(progress.failed);
  if (state == State::killed) take_one(progress.killed);
  if (state == State::warning) take_one(progress.warning);
  if (state == State::paused) take_one(progress.paused);
}

using States = uint32_t;

constexpr States set_of(std::initializer_list<State> states) {
  States set = 0;
  for (State state : states) set |= States{1} << static_cast<unsigned>(state);
  return set;
}

constexpr States end_states = set_of({State::success, State::warning, State::failed, State::killed, State::cancelled,
                                      State::retried, State::skipped, State::resubmitted});
constexpr States all_states = (States{1} << model::state_count) - 1;
constexpr States restarted_alone = set_of({State::restarted});

/// By the state before.
constexpr States after_in_run(State before) {
  switch (before) {
    case State::created: return all_states & ~set_of({State::retrying});
    case State::submitted: return end_states | restarted_alone | set_of({State::running, State::killing});
    case State::running: return all_states & ~set_of({State::created, State::queued});
    case State::retrying: return end_states | restarted_alone | set_of({State::created, State::running});
    case State::restarted: return all_states & ~set_of({State::queued, State::retrying});
    case State::paused: return all_states & ~set_of({State::submitted, State::queued});
    case State::breakpoint: return all_states & ~set_of({State::queued});
    case State::failed: return end_states | restarted_alone | set_of({State::running, State::retrying});
    case State::queued:
    case State::killing: return end_states | restarted_alone | set_of({State::running});
    default: return end_states | restarted_alone | set_of({State::running});  // an end is taken back by a restart alone
  }
}

constexpr States after_in_execution(State before) {
  switch (before) {
    case State::created: return all_states & ~set_of({State::paused, State::breakpoint, State::retrying});
    case State::queued: return all_states & ~set_of({State::created});
    case State::running: return all_states & ~set_of({State::created, State::queued});
    case State::retrying:
      return end_states | restarted_alone | set_of({State::running, State::paused, State::breakpoint, State::killing});
    case State::killing: return restarted_alone | set_of({State::killed});
    case State::restarted: return end_states | set_of({State::running, State::killing, State::queued});
    case State::paused:
    case State::breakpoint:
      return end_states | restarted_alone | set_of({State::running, State::killing, State::paused, State::breakpoint});
    default: return end_states | restarted_alone;
  }
}

template <States (*After)(State)>
constexpr std::array<States, model::state_count> transitions() {
  std::array<States, model::state_count> table{};
  for (size_t state = 0; state < table.size(); ++state) table[state] = After(static_cast<State>(state));
  return table;
}

constexpr auto run_table = transitions<after_in_run>();
constexpr auto execution_table = transitions<after_in_execution>();

bool holds_state(States set, State state) { return (set >> static_cast<unsigned>(state) & 1) != 0; }

}  // namespace

bool may_follow_in_run(State before, State after) { return holds_state(run_table[static_cast<size_t>(before)], after); }
bool may_follow_in_execution(State before, State after) {
  return holds_state(execution_table[static_cast<size_t>(before)], after);
}

void ListProgress::change(std::optional<State> from, State to) {
  if (from) {
    uncount(*this, *from);
  } else {
    created += 1;
  }
  count(*this, to);
  GYR_INVARIANT(terminated <= created, "the ended runs of a list do not exceed its runs");
}

void ListProgress::remove(State state) {
  take_one(created);
  uncount(*this, state);
}

Branch active_branch(const Frame& frame, State target) {
  const ListProgress& tasks = frame.of(ListRole::tasks);
  const ListProgress& errors = frame.of(ListRole::errors);
  const ListProgress& finals = frame.of(ListRole::finally_);
  bool has_errors = frame.total_of(ListRole::errors) > 0;
  bool has_finally = frame.total_of(ListRole::finally_) > 0;
  bool target_failed = target == State::failed;

  if (finals.created > 0) return Branch::finally_;
  if (target_failed && errors.created == 0) {
    if (has_errors) return Branch::errors;
    return has_finally ? Branch::finally_ : Branch::nothing;
  }
  if (errors.created > 0 || tasks.failed > 0) {
    if (tasks.failed == 0 && !target_failed) return Branch::nothing;
    if (has_errors && !frame.complete(ListRole::errors)) return Branch::errors;
    if (!has_finally) return has_errors ? Branch::errors : Branch::nothing;
  }
  bool tasks_done = frame.complete(ListRole::tasks);
  if (has_finally && (tasks_done || tasks.failed > 0 || target_failed)) return Branch::finally_;
  return Branch::tasks;
}

State guess_state(const ListProgress& tasks, State target, bool allow_failure, bool allow_warning) {
  State state = target;
  if (tasks.killed > 0) {
    state = State::killed;
  } else if (tasks.failed > 0) {
    state = State::failed;
  } else if (tasks.warning > 0) {
    state = State::warning;
  } else if (tasks.paused > 0) {
    state = State::paused;
  }
  if (state == State::failed && allow_failure) state = State::warning;
  if (state == State::warning && allow_warning) state = State::success;
  return state;
}

std::optional<State> resolved_state(const Frame& frame, State target, bool allow_failure, bool allow_warning) {
  const ListProgress& tasks = frame.of(ListRole::tasks);
  auto guess = [&] { return guess_state(tasks, target, allow_failure, allow_warning); };
  switch (active_branch(frame, target)) {
    case Branch::nothing:
      if (tasks.failed > 0 || target == State::failed) return guess();
      return std::nullopt;
    case Branch::tasks: return frame.complete(ListRole::tasks) ? std::optional(guess()) : std::nullopt;
    case Branch::errors: return frame.complete(ListRole::errors) ? std::optional(guess()) : std::nullopt;
    case Branch::finally_: return frame.complete(ListRole::finally_) ? std::optional(guess()) : std::nullopt;
  }
  return std::nullopt;
}

State state_after(State attempt, bool warns, bool allow_failure, bool allow_warning) {
  State state = attempt == State::success && warns ? State::warning : attempt;
  if (state == State::failed && allow_failure) state = State::warning;
  if (state == State::warning && allow_warning) state = State::success;
  return state;
}

State failure_state(bool allow_failure, bool allow_warning) {
  if (!allow_failure) return State::failed;
  return allow_warning ? State::success : State::warning;
}

}  // namespace gyr::engine
