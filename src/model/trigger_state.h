// The state of a trigger: what is kept beside its definition between two evaluations (spec 03 section 8).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "base/value.h"
#include "model/execution.h"

namespace gyr::model {

/// Which component evaluates a trigger; triggers of other kinds (webhook, flow) have no state (TRIG-190).
enum class TriggerKind : uint8_t { schedule = 0, polling = 1, realtime = 2 };

/// A range of dates of a schedule that is being run again or ahead (TRIG-70).
struct Backfill {
  base::Instant start;
  base::Instant end;
  base::Instant current;  ///< the date that runs next; `start` before the first
  bool paused = false;
  base::Value inputs;  ///< a map as given; null: none
  std::vector<Label> labels;
  std::optional<base::Instant> previous_next;  ///< where the regular dates go on
  std::string unknown_fields = {};             ///< as in TriggerState
};

/// The base for computing `next`, if it could not be computed at once because an expression needs a host call.
enum class DateTask : uint8_t {
  none = 0,
  first = 1,     ///< the first date after `since` (TRIG-65)
  recover = 2,   ///< dates were missed before `since`: the policy decides (TRIG-62)
  backfill = 3,  ///< the first date of the backfill (TRIG-71)
  // As `recover`, by the policy that was given when the trigger was enabled (UI-822).
  recover_all = 4,
  recover_last = 5,
  recover_none = 6,
};
/// A date that is still to be computed, from this moment on.
struct PendingDate {
  DateTask task = DateTask::none;
  base::Instant since;
};

/// The state of one trigger (TRIG-190). It belongs to the partition of its flow and is committed together with the
/// executions that the trigger starts.
struct TriggerState {
  std::shared_ptr<const FlowKey> flow;
  std::string trigger_id;
  TriggerKind kind = TriggerKind::schedule;
  std::optional<base::Instant> evaluated;  ///< date of the last evaluation: of a schedule the tick
  std::optional<base::Instant> next;       ///< none: never; during a backfill the next of its dates
  base::Instant updated;
  std::optional<base::Instant> created;           ///< none: by a version that did not store it
  base::Id execution_id;                          ///< the open execution that blocks the next one
  std::optional<base::Instant> last_triggered;    ///< when it last started an execution
  std::optional<base::Instant> evaluating_since;  ///< a worker evaluates it, or listens
  base::Id evaluation;            ///< of what runs since then: the id of the execution it may start (TRIG-145)
  std::string worker_id;          ///< id of the worker, once it is known
  uint32_t failed_starts = 0;     ///< failures of a listener in a row (TRIG-149)
  bool disabled = false;          ///< of the state; the definition has its own
  std::vector<State> stop_after;  ///< as in the definition
  std::optional<Backfill> backfill;
  PendingDate pending;
  uint64_t fingerprint = 0;       ///< of the definition for which this state was created
  bool disabled_in_flow = false;  ///< what that definition says
  /// When the trigger is due, by the dates above; nothing while it waits for an event (an end, a person). Derived by
  /// the state machine of the trigger, kept for the index.
  std::optional<base::Instant> wake_at;
  /// What a later version of the program has stored with it (base/record.h); stays as it is.
  std::string unknown_fields = {};

  /// An execution or an evaluation blocks the next one.
  bool is_locked() const { return !execution_id.is_none() || evaluating_since.has_value(); }
};

}  // namespace gyr::model
