// What can happen to a trigger that has a state.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "base/value.h"
#include "model/execution.h"

namespace gyr::engine::trigger {

/// The flow was saved, or the trigger is new: the definition at hand is the current one.
struct Defined {
  bool is_new = false;
  bool was_flow_disabled = false;
};
/// Its `wake_at` has come, or the answer to its question.
struct Due {};
/// An execution that names this trigger has ended; without a state it was deleted.
struct ExecutionEnded {
  base::Id id;
  std::optional<model::State> state;
};
/// A person, the API or a Toggle task switches the trigger off or on (TRIG-211, TRIG-231).
struct SetDisabled {
  bool disabled = true;
};
/// Nothing keeps it waiting any more (TRIG-195).
struct Unlock {};
/// What a worker does for it is begun anew (TRIG-230).
struct Restart {};
/// A range of dates is to be run (TRIG-71).
struct CreateBackfill {
  base::Instant start;
  std::optional<base::Instant> end;
  base::Value inputs;
  std::vector<model::Label> labels;
};
/// The backfill waits, or goes on (TRIG-74).
struct PauseBackfill {
  bool paused = true;
};
/// The backfill is given up; the regular dates go on (TRIG-74).
struct DeleteBackfill {};

// What workers tell of polling and realtime triggers. Each names the evaluation it is about: one that is not the
// running one any more has no effect (TRIG-144).

/// A worker has taken the evaluation up.
struct EvaluationStarted {
  base::Id evaluation;
  std::string worker_id;
};
/// A look has ended, or a listener has (TRIG-142, TRIG-143, TRIG-149).
struct Evaluated {
  base::Id evaluation;
  std::optional<base::Value> variables;  ///< something was found: the map for `trigger.*`
  std::string error;                     ///< not empty: it failed
  std::string log_file;                  ///< URI, where the trigger logs to a file
  bool was_listening = false;            ///< of a listener: it could be started
};
/// An event that came to a listener (TRIG-148).
struct EventHeard {
  base::Id evaluation;
  base::Value variables;
};
/// Nobody evaluates it any more: the worker is gone, or the server was.
struct EvaluationLost {
  base::Id evaluation;   ///< none: whichever it was
  base::Duration pause;  ///< before it is asked for again
};

using Event = std::variant<Defined, Due, ExecutionEnded, SetDisabled, Unlock, Restart, CreateBackfill, PauseBackfill,
                           DeleteBackfill, EvaluationStarted, Evaluated, EventHeard, EvaluationLost>;

}  // namespace gyr::engine::trigger
