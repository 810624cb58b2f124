// States of executions and task runs, and their histories (EXEC-2 to EXEC-5).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/instant.h"

namespace gyr::model {

/// One enumeration for executions, task runs and attempts. The numbers are stored: never change them.
enum class State : uint8_t {
  created = 0,
  queued = 1,
  submitted = 2,
  running = 3,
  paused = 4,
  breakpoint = 5,
  restarted = 6,
  retrying = 7,
  killing = 8,
  success = 9,
  warning = 10,
  failed = 11,
  killed = 12,
  cancelled = 13,
  retried = 14,
  skipped = 15,
  resubmitted = 16,
};
inline constexpr size_t state_count = 17;

/// `CREATED`, `SUCCESS` …
std::string_view to_text(State state);
/// The exact upper-case names, and the former spelling `CANCELED`.
std::optional<State> parse_state(std::string_view text);

/// EXEC-3.
bool is_terminated(State state);
bool is_terminated_without_failure(State state);
/// Alive: neither terminated nor waiting (created, submitted, running, restarted, killing).
bool is_created(State state);  ///< CREATED, RESTARTED
bool is_running(State state);  ///< RUNNING, KILLING

/// One entry of a history: the state and when it was taken.
struct StateChange {
  State state = State::created;
  base::Instant date;
  friend bool operator==(const StateChange&, const StateChange&) = default;
};

/// The states something went through. Dates never run backwards: an earlier clock is clamped (EXEC-5). Never empty once
/// started.
class StateHistory {
 public:
  StateHistory() = default;
  StateHistory(State first, base::Instant date) { changes_.push_back({first, date}); }
  /// As read back from the store.
  explicit StateHistory(std::vector<StateChange> changes) : changes_(std::move(changes)) {}

  State current() const { return changes_.empty() ? State::created : changes_.back().state; }
  /// Appends; setting the current state again changes nothing and answers false (EXEC-3).
  bool set(State state, base::Instant date);
  const std::vector<StateChange>& changes() const { return changes_; }
  base::Instant started() const { return changes_.empty() ? base::Instant{} : changes_.front().date; }
  base::Instant last_date() const { return changes_.empty() ? base::Instant{} : changes_.back().date; }
  /// Date of the last change, only when terminated or paused.
  std::optional<base::Instant> ended() const;
  friend bool operator==(const StateHistory&, const StateHistory&) = default;

 private:
  std::vector<StateChange> changes_;
};

}  // namespace gyr::model
