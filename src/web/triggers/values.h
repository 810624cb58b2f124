// Triggers, as JSON. The names of 1.x and those of later releases stand beside each other (TRIG-191).
#pragma once

#include "plugin_api/schedule_trigger.h"
#include "web/flows/values.h"
#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// A range of dates that is being run again or ahead.
struct Backfill {
  base::Instant start;
  base::Instant end;
  base::Instant current_date;
  bool paused = false;
  std::optional<base::Value> inputs;
  std::optional<std::vector<Label>> labels;
  std::optional<base::Instant> previous_next_execution_date;
};

/// The state of a trigger (TRIG-190).
struct TriggerState {
  std::string tenant_id;
  std::string namespace_;
  std::string flow_id;
  std::string trigger_id;
  std::string kind;
  base::Instant date;
  std::optional<base::Instant> evaluated_at;
  std::optional<base::Instant> next_execution_date;
  std::optional<base::Instant> next_evaluation_date;
  base::Instant updated_date;
  base::Instant updated_at;
  std::optional<std::string> execution_id;
  std::optional<base::Instant> last_triggered_date;
  std::optional<base::Instant> evaluate_running_date;
  bool locked = false;
  std::optional<std::string> worker_id;
  bool disabled = false;
  std::optional<std::vector<std::string>> stop_after;
  std::optional<Backfill> backfill;
};

/// A row of a search: the definition, null if it does not exist any more, and the state.
struct TriggerWithState {
  base::Value trigger;
  TriggerState state;
  base::Value abstract_trigger;
  TriggerState trigger_context;
};

/// A possible action: on the command line or with the API.
struct TriggerOffer {
  std::string text;
  std::optional<std::string> command;
  std::optional<std::string> method;
  std::optional<std::string> path;
};
/// A reason why a trigger does not fire.
struct TriggerWait {
  std::string for_;
  std::string text;
  std::optional<base::Instant> until;
  std::vector<TriggerOffer> actions;
};
/// A line of the log of a trigger.
struct TriggerLogLine {
  base::Instant timestamp;
  std::string level;
  std::string message;
};
/// Why a trigger fired or did not fire: the most important reason first, and the last lines of its log.
struct TriggerExplanation {
  std::string namespace_;
  std::string flow_id;
  std::string trigger_id;
  std::string type;
  std::string summary;
  std::optional<TriggerState> state;
  std::vector<TriggerWait> waits;
  std::vector<TriggerLogLine> log;
};

// ---- bodies

/// The names of a trigger.
struct TriggerName {
  std::string namespace_;
  std::string flow_id;
  std::string trigger_id;
};
/// A range of dates to run again or ahead (TRIG-70). `paused` is read where 1.x sends the whole row back.
struct BackfillToCreate {
  base::Instant start;
  std::optional<base::Instant> end;
  std::optional<bool> paused;
  std::optional<Object> inputs;
  base::Value labels;
};
/// The state of a trigger as clients send it back, of which only some fields are read; only described.
struct TriggerSent;
/// Filters in a body (TRIG-235); only described.
struct TriggerFilters;
/// A changed state: only these fields are read.
struct TriggerToChange : TriggerName {
  std::optional<bool> disabled;
  std::optional<BackfillToCreate> backfill;
};
/// A trigger and its new backfill.
struct BackfillOfTrigger : TriggerName {
  BackfillToCreate backfill;
};
/// A trigger to disable or enable.
struct TriggerToDisable : TriggerName {
  bool disabled = false;
  std::optional<plugin::RecoverMissedSchedules> recover;
};
/// Triggers to disable or enable.
struct TriggersToDisable {
  std::vector<TriggerName> triggers;
  bool disabled = false;
  std::optional<plugin::RecoverMissedSchedules> recover;
};

inline constexpr std::string_view recover_documentation =
    "For enabled schedules: what becomes of the dates that they missed; by default, their own policy decides";

}  // namespace json

template <>
struct Described<json::Backfill> {
  using T = json::Backfill;
  static constexpr std::string_view name = "Backfill";
  static constexpr auto fields =
      std::tuple(field("start", &T::start), field("end", &T::end), field("currentDate", &T::current_date),
                 field("paused", &T::paused), field("inputs", &T::inputs), field("labels", &T::labels),
                 field("previousNextExecutionDate", &T::previous_next_execution_date));
};
template <>
struct Described<json::TriggerState> {
  using T = json::TriggerState;
  static constexpr std::string_view name = "TriggerState";
  static constexpr auto fields = std::tuple(
      field("tenantId", &T::tenant_id), field("namespace", &T::namespace_, {.example = "company.team"}),
      field("flowId", &T::flow_id), field("triggerId", &T::trigger_id),
      field("kind", &T::kind, {.example = "SCHEDULE"}),
      field("date", &T::date, {.documentation = "Of the last evaluation; before the first: when it was created"}),
      field("evaluatedAt", &T::evaluated_at), field("nextExecutionDate", &T::next_execution_date),
      field("nextEvaluationDate", &T::next_evaluation_date), field("updatedDate", &T::updated_date),
      field("updatedAt", &T::updated_at),
      field("executionId", &T::execution_id, {.documentation = "The execution that blocks the next one"}),
      field("lastTriggeredDate", &T::last_triggered_date), field("evaluateRunningDate", &T::evaluate_running_date),
      field("locked", &T::locked), field("workerId", &T::worker_id), field("disabled", &T::disabled),
      field("stopAfter", &T::stop_after, {.example = "FAILED"}), field("backfill", &T::backfill));
};
template <>
struct Described<json::TriggerWithState> {
  using T = json::TriggerWithState;
  static constexpr std::string_view name = "TriggerWithState";
  static constexpr auto fields =
      std::tuple(field("trigger", &T::trigger), field("state", &T::state),
                 field("abstractTrigger", &T::abstract_trigger), field("triggerContext", &T::trigger_context));
};
template <>
struct Described<json::TriggerOffer> {
  using T = json::TriggerOffer;
  static constexpr std::string_view name = "TriggerOffer";
  static constexpr auto fields = std::tuple(field("text", &T::text), field("command", &T::command),
                                            field("method", &T::method), field("path", &T::path));
};
template <>
struct Described<json::TriggerWait> {
  using T = json::TriggerWait;
  static constexpr std::string_view name = "TriggerWait";
  static constexpr auto fields = std::tuple(field("for", &T::for_, {.example = "date"}), field("text", &T::text),
                                            field("until", &T::until), field("actions", &T::actions));
};
template <>
struct Described<json::TriggerLogLine> {
  using T = json::TriggerLogLine;
  static constexpr std::string_view name = "TriggerLogLine";
  static constexpr auto fields =
      std::tuple(field("timestamp", &T::timestamp), field("level", &T::level), field("message", &T::message));
};
template <>
struct Described<json::TriggerExplanation> {
  using T = json::TriggerExplanation;
  static constexpr std::string_view name = "TriggerExplanation";
  static constexpr auto fields =
      std::tuple(field("namespace", &T::namespace_), field("flowId", &T::flow_id), field("triggerId", &T::trigger_id),
                 field("type", &T::type), field("summary", &T::summary), field("state", &T::state),
                 field("waits", &T::waits), field("log", &T::log));
};
template <>
struct Described<json::TriggerName> {
  using T = json::TriggerName;
  static constexpr std::string_view name = "TriggerName";
  static constexpr auto fields = std::tuple(field("namespace", &T::namespace_, {.example = "company.team"}),
                                            field("flowId", &T::flow_id), field("triggerId", &T::trigger_id));
};
template <>
struct Described<json::BackfillToCreate> {
  using T = json::BackfillToCreate;
  static constexpr std::string_view name = "BackfillToCreate";
  static constexpr auto fields = std::tuple(
      field("start", &T::start), field("end", &T::end, {.documentation = "Default: now"}), field("paused", &T::paused),
      field("inputs", &T::inputs),
      field("labels", &T::labels, {.documentation = "A list of keys and values, or a map", .optional = true}));
};
template <>
struct Described<json::TriggerSent> {
  static constexpr std::string_view name = "TriggerSent";
  static constexpr FieldOptions unread{.documentation = "Not read"};
  static constexpr auto fields = std::tuple(
      field<std::string>("namespace", {.example = "company.team"}), field<std::string>("flowId"),
      field<std::string>("triggerId"), field<std::optional<bool>>("disabled"),
      field<std::optional<json::BackfillToCreate>>("backfill"), field<std::optional<std::string>>("tenantId", unread),
      field<std::optional<base::Instant>>("date", unread),
      field<std::optional<base::Instant>>("nextExecutionDate", unread),
      field<std::optional<base::Instant>>("updatedDate", unread),
      field<std::optional<base::Instant>>("evaluateRunningDate", unread),
      field<std::optional<std::string>>("executionId", unread), field<std::optional<std::string>>("workerId", unread),
      field<std::optional<std::vector<std::string>>>("stopAfter", unread));
};
template <>
struct Described<json::TriggerFilters> {
  static constexpr std::string_view name = "TriggerFilters";
  static constexpr auto fields = std::tuple(field<std::optional<std::vector<Object>>>(
      "filters", {.documentation = "Each with `field`, `operation` and `value`"}));
};
template <>
struct Described<json::TriggerToChange> {
  using T = json::TriggerToChange;
  static constexpr std::string_view name = "TriggerToChange";
  static constexpr auto fields =
      std::tuple_cat(Described<json::TriggerName>::fields,
                     std::tuple(field("disabled", &T::disabled), field("backfill", &T::backfill)));
};
template <>
struct Described<json::BackfillOfTrigger> {
  using T = json::BackfillOfTrigger;
  static constexpr std::string_view name = "BackfillOfTrigger";
  static constexpr auto fields =
      std::tuple_cat(Described<json::TriggerName>::fields, std::tuple(field("backfill", &T::backfill)));
};
template <>
struct Described<json::TriggerToDisable> {
  using T = json::TriggerToDisable;
  static constexpr std::string_view name = "TriggerToDisable";
  static constexpr auto fields = std::tuple_cat(
      Described<json::TriggerName>::fields,
      std::tuple(field("disabled", &T::disabled),
                 field("recoverMissedSchedules", &T::recover, {.documentation = json::recover_documentation})));
};
template <>
struct Described<json::TriggersToDisable> {
  using T = json::TriggersToDisable;
  static constexpr std::string_view name = "TriggersToDisable";
  static constexpr auto fields =
      std::tuple(field("triggers", &T::triggers), field("disabled", &T::disabled),
                 field("recoverMissedSchedules", &T::recover, {.documentation = json::recover_documentation}));
};

}  // namespace gyr::web
