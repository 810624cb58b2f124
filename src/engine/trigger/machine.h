// The state machine of a trigger, as pure functions (principle: pure engine): its state, its definition and an event
// give the changed state and effects. What is due is always computed from the last date, never from the clock, so that
// a date gives one execution or one line that says why not, whatever happens between.
//
// Who drives it: the partition of the flow. Each event is one call of advance(). Where an expression asks the host the
// call changes nothing and returns the question; with its answer the same event is applied again, to the state as it is
// then. So an answer that comes late finds that there is nothing left to do.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "engine/compiled_flow.h"
#include "engine/settings.h"
#include "engine/trigger/errors.h"
#include "engine/trigger/event.h"
#include "engine/trigger/schedule_dates.h"
#include "engine/trigger/settings.h"
#include "model/trigger_state.h"

namespace gyr::engine::trigger {

using model::TriggerState;

// ---- what surrounds an event

/// Answers of the host to the questions of this event so far.
struct Answers {
  std::vector<expression::HostAnswer> expressions;
  std::vector<model::InputAnswer> inputs;
  void add(Question question, base::Result<base::Value> answer);
  size_t size() const { return expressions.size() + inputs.size(); }
};
/// No evaluation of a trigger asks more than this.
inline constexpr size_t max_answers = 1'000;

/// Everything is borrowed for the call.
struct Surroundings {
  const CompiledFlow& flow;
  bool flow_disabled = false;
  const model::TriggerSpec& spec;
  const Settings& settings;
  const TriggerSettings& trigger_settings;
  base::Instant now;
  /// When this owner took the trigger over: dates missed before are the policy's (TRIG-64).
  base::Instant life_began;
  uint64_t random_seed = 0;
  base::Id new_execution;  ///< id of the execution that this event may start
  const Answers& answers;
  mutable base::Value roots = {};  ///< made when the first expression of the event needs them
};

// ---- effects

/// Create this execution in the commit that stores the state.
struct StartExecution {
  base::Id id;
  base::Value inputs = base::Value::empty_map();  ///< resolved
  std::vector<model::Label> labels;               ///< all of them
  std::optional<model::ExecutionTrigger> trigger;
  std::optional<base::Instant> schedule_date;
  /// Not empty: it is FAILED from the start, for this reason (TRIG-25, TRIG-53).
  std::string failure;
  bool log_failure = true;  ///< in its own log; else the trigger's log alone has it (TRIG-12)
};

/// Have a worker look once, or listen, under the id of the execution that may come of it.
struct Evaluation {
  base::Id id;
  bool listens = false;  ///< until it is ended (realtime)
  base::Value context;   ///< root names for the trigger's properties (TRIG-26)
};

/// A line for the trigger's log (TRIG-22).
struct LogLine {
  model::LogLevel level = model::LogLevel::info;
  std::string message;
};

/// What an event came to besides the changed state.
struct Effects {
  bool changed = false;  ///< the state is to be stored
  std::optional<StartExecution> start;
  std::optional<Evaluation> evaluate;  ///< to be asked for once the state is stored
  base::Id ended_evaluation;           ///< nobody wants it any more: its worker is told to end it (TRIG-150)
  std::vector<LogLine> logs;           ///< of the trigger, those below its `logLevel` left out
  std::optional<Question> question;    ///< ask the host, then apply the event again with the answer
  std::optional<base::Error> refused;  ///< a command that does not fit: nothing has changed
  bool gone = false;                   ///< it can have no state: its dates cannot be read (TRIG-85)
};

/// The kind of a trigger that has a state; none for webhooks and Flow triggers.
std::optional<model::TriggerKind> kind_of(const model::TriggerSpec& spec, const plugin::Registry& registry);
/// Tells definitions apart: of everything the author wrote for the trigger, plugin defaults included.
uint64_t fingerprint_of(const model::TriggerSpec& spec);
/// The state of a trigger that has none yet, before its Defined event.
TriggerState new_state(std::shared_ptr<const model::FlowKey> flow, const model::TriggerSpec& spec,
                       model::TriggerKind kind);

Effects advance(TriggerState& state, const Event& event, const Surroundings& around);

/// When a trigger that waits for an execution is looked at all the same: whether that one is still there (TRIG-194).
inline constexpr base::Duration lock_check = base::Duration::of_seconds(60);
/// Later than this at take-over, a date counts as missed (TRIG-64).
inline constexpr base::Duration missed_after = base::Duration::of_seconds(60);
/// Dates found false that one event moves over; the rest is done by the next one.
inline constexpr size_t max_dates_a_step = 64;
/// Between two looks of a polling trigger, whatever its interval says.
inline constexpr base::Duration min_interval = base::Duration::of_seconds(1);
inline constexpr base::Duration max_interval = base::Duration::of_seconds(36'500LL * 86'400);
/// Before a listener is started again: this, doubled with each time it could not be kept up (TRIG-149).
inline constexpr base::Duration min_pause = base::Duration::of_seconds(1);
inline constexpr base::Duration max_pause = base::Duration::of_seconds(60);

}  // namespace gyr::engine::trigger
