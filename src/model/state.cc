#include "model/state.h"

#include <array>

namespace gyr::model {

namespace {

constexpr std::array<std::string_view, state_count> names = {
    "CREATED", "QUEUED",  "SUBMITTED", "RUNNING", "PAUSED",    "BREAKPOINT", "RESTARTED", "RETRYING",   "KILLING",
    "SUCCESS", "WARNING", "FAILED",    "KILLED",  "CANCELLED", "RETRIED",    "SKIPPED",   "RESUBMITTED"};

}  // namespace

std::string_view to_text(State state) { return names[static_cast<size_t>(state)]; }

std::optional<State> parse_state(std::string_view text) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == text) return static_cast<State>(i);
  }
  if (text == "CANCELED") return State::cancelled;
  return std::nullopt;
}

bool is_terminated(State state) { return state >= State::success; }

bool is_terminated_without_failure(State state) {
  return is_terminated(state) && state != State::failed && state != State::killed && state != State::cancelled;
}

bool is_created(State state) { return state == State::created || state == State::restarted; }
bool is_running(State state) { return state == State::running || state == State::killing; }

bool StateHistory::set(State state, base::Instant date) {
  if (!changes_.empty() && changes_.back().state == state) return false;
  if (!changes_.empty() && date < changes_.back().date) date = changes_.back().date;
  changes_.push_back({state, date});
  return true;
}

std::optional<base::Instant> StateHistory::ended() const {
  if (changes_.empty() || !(is_terminated(current()) || current() == State::paused)) return std::nullopt;
  return changes_.back().date;
}

}  // namespace gyr::model
