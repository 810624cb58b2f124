#include "engine/rules.h"

#include "base/assert.h"

namespace gyr::engine {
namespace {

using model::State;

void count(ListProgress& progress, State state, uint32_t by) {
  if (model::is_terminated(state)) progress.terminated += by;
  if (state == State::failed) progress.failed += by;
  if (state == State::killed) progress.killed += by;
  if (state == State::warning) progress.warning += by;
  if (state == State::paused) progress.paused += by;
}

}  // namespace

void ListProgress::change(std::optional<State> from, State to) {
  if (from) {
    count(*this, *from, UINT32_MAX);  // minus one
  } else {
    created += 1;
  }
  count(*this, to, 1);
}

void ListProgress::remove(State state) {
  GYR_ASSERT(created > 0);
  created -= 1;
  count(*this, state, UINT32_MAX);
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
