// The state machine of a trigger, as pure functions (principle: pure engine): its state, its definition and an event
// give the changed state and effects. The next date is always computed from the last date and never from the clock, so
// that each date gives either one execution or one log line with the reason why not.
//
// The partition of the flow drives it. Each event is one call of advance(). If an expression needs the host, the call
// changes nothing and returns the question; with the answer, the same event is applied again to the current state. An
// answer that arrives late therefore has no effect.
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

// ---- the environment of an event

/// The answers of the host to the questions of this event so far.
struct Answers {
  std::vector<expression::HostAnswer> expressions;
  std::vector<model::InputAnswer> inputs;
  void add(Question question, base::Result<base::Value> answer);
  size_t size() const { return expressions.size() + inputs.size(); }
};
/// The maximum number of questions of one evaluation.
inline constexpr size_t max_answers = 1'000;

/// All references must outlive the call.
struct Surroundings {
  const CompiledFlow& flow;
  bool flow_disabled = false;
  const model::TriggerSpec& spec;
  const Settings& settings;
  const TriggerSettings& trigger_settings;
  base::Instant now;
  /// When this owner took over the trigger: earlier dates are handled by the policy for missed dates (TRIG-64).
  base::Instant life_began;
  uint64_t random_seed = 0;
  base::Id new_execution;  ///< the id of the execution that this event can start
  const Answers& answers;
  mutable base::Value roots = {};  ///< created when the first expression of the event needs it
};

// ---- effects

/// Create this execution in the commit that stores the state.
struct StartExecution {
  base::Id id;
  base::Value inputs = base::Value::empty_map();  ///< resolved
  std::vector<model::Label> labels;               ///< all labels
  std::optional<model::ExecutionTrigger> trigger;
  std::optional<base::Instant> schedule_date;
  /// If not empty, the execution is created as FAILED with this reason (TRIG-25, TRIG-53).
  std::string failure;
  bool log_failure = true;  ///< in its own log; otherwise only in the log of the trigger (TRIG-12)
};

/// Send an evaluation or a listener to a worker, with the id of the possible execution.
struct Evaluation {
  base::Id id;
  bool listens = false;  ///< until it is stopped (realtime)
  base::Value context;   ///< the root names for the properties of the trigger (TRIG-26)
};

/// A line for the log of the trigger (TRIG-22).
struct LogLine {
  model::LogLevel level = model::LogLevel::info;
  std::string message;
};

/// The result of an event, apart from the changed state.
struct Effects {
  bool changed = false;  ///< the state must be stored
  std::optional<StartExecution> start;
  std::optional<Evaluation> evaluate;  ///< to be sent after the state is stored
  base::Id ended_evaluation;           ///< an evaluation that is no longer needed: its worker must end it (TRIG-150)
  std::vector<LogLine> logs;           ///< of the trigger, without those below its `logLevel`
  std::optional<Question> question;    ///< ask the host, then apply the event again with the answer
  std::optional<base::Error> refused;  ///< a command that is not possible in this state: nothing has changed
  bool gone = false;                   ///< the trigger cannot have a state: its dates cannot be read (TRIG-85)
};

/// The kind of a trigger that has a state; nothing for webhooks and Flow triggers.
std::optional<model::TriggerKind> kind_of(const model::TriggerSpec& spec, const plugin::Registry& registry);
/// A hash that identifies the definition: everything that the author wrote for the trigger, including plugin defaults.
uint64_t fingerprint_of(const model::TriggerSpec& spec);
/// The state of a new trigger, before its Defined event.
TriggerState new_state(std::shared_ptr<const model::FlowKey> flow, const model::TriggerSpec& spec,
                       model::TriggerKind kind);

Effects advance(TriggerState& state, const Event& event, const Surroundings& around);

/// How often a trigger that waits for an execution checks whether the execution still exists (TRIG-194).
inline constexpr base::Duration lock_check = base::Duration::of_seconds(60);
/// At take-over, dates older than this count as missed (TRIG-64).
inline constexpr base::Duration missed_after = base::Duration::of_seconds(60);
/// The maximum number of false dates that one event skips; the next event continues.
inline constexpr size_t max_dates_a_step = 64;
/// The minimum time between two evaluations of a polling trigger.
inline constexpr base::Duration min_interval = base::Duration::of_seconds(1);
inline constexpr base::Duration max_interval = base::Duration::of_seconds(36'500LL * 86'400);
/// The delay before a listener is restarted; doubled after each failure (TRIG-149).
inline constexpr base::Duration min_pause = base::Duration::of_seconds(1);
inline constexpr base::Duration max_pause = base::Duration::of_seconds(60);

}  // namespace gyr::engine::trigger
