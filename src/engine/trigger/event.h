// The events of a trigger that has a state.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "base/value.h"
#include "model/execution.h"
#include "plugin_api/schedule_trigger.h"

namespace gyr::engine::trigger {

/// The flow was saved, or the trigger is new: the given definition is the current one.
struct Defined {
  bool is_new = false;
  bool was_flow_disabled = false;
};
/// Its `wake_at` has come, or the answer to its question has arrived.
struct Due {};
/// An execution that names this trigger has ended; without a state, it was deleted.
struct ExecutionEnded {
  base::Id id;
  std::optional<model::State> state;
};
/// A user, the API or a Toggle task disables or enables the trigger (TRIG-211, TRIG-231).
struct SetDisabled {
  bool disabled = true;
  /// What becomes of the dates that a schedule missed while it was disabled; none: its policy decides (UI-822).
  std::optional<plugin::RecoverMissedSchedules> recover;
};
/// The trigger no longer waits for an execution (TRIG-195).
struct Unlock {};
/// The evaluation or the listener on a worker is restarted (TRIG-230).
struct Restart {};
/// A backfill: runs a range of dates (TRIG-71).
struct CreateBackfill {
  base::Instant start;
  std::optional<base::Instant> end;
  base::Value inputs;
  std::vector<model::Label> labels;
};
/// Pauses or resumes the backfill (TRIG-74).
struct PauseBackfill {
  bool paused = true;
};
/// Deletes the backfill; the regular dates continue (TRIG-74).
struct DeleteBackfill {};

// Reports of workers about polling and realtime triggers. Each names its evaluation. A report about an evaluation that
// is no longer running has no effect (TRIG-144).

/// A worker has started the evaluation.
struct EvaluationStarted {
  base::Id evaluation;
  std::string worker_id;
};
/// An evaluation or a listener has ended (TRIG-142, TRIG-143, TRIG-149).
struct Evaluated {
  base::Id evaluation;
  std::optional<base::Value> variables;  ///< the result, if there is one: the map for `trigger.*`
  std::string error;                     ///< not empty: the evaluation failed
  std::string log_file;                  ///< the URI of the log, if the trigger logs to a file
  bool was_listening = false;            ///< for a listener: it was started successfully
};
/// An event of a listener (TRIG-148).
struct EventHeard {
  base::Id evaluation;
  base::Value variables;
};
/// The evaluation was lost with its worker or with the server.
struct EvaluationLost {
  base::Id evaluation;   ///< none: any evaluation
  base::Duration pause;  ///< the time before it is sent again
};

using Event = std::variant<Defined, Due, ExecutionEnded, SetDisabled, Unlock, Restart, CreateBackfill, PauseBackfill,
                           DeleteBackfill, EvaluationStarted, Evaluated, EventHeard, EvaluationLost>;

}  // namespace gyr::engine::trigger
