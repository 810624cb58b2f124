// The core triggers: properties and what can be said of them when a flow is saved (TRIG-30 to TRIG-39, 80 to 82, 90 to
// 97, 110 to 136). When they fire is the engine's.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/cron.h"
#include "model/dynamic.h"
#include "plugin_api/core_conditions.h"
#include "plugin_api/trigger_type.h"

namespace gyr::plugin {

class Registry;

/// Adds all core triggers; call once.
void register_core_triggers(Registry& registry);

inline constexpr std::string_view schedule_type = "io.kestra.plugin.core.trigger.Schedule";
inline constexpr std::string_view schedule_on_dates_type = "io.kestra.plugin.core.trigger.ScheduleOnDates";
inline constexpr std::string_view webhook_type = "io.kestra.plugin.core.trigger.Webhook";
inline constexpr std::string_view flow_trigger_type = "io.kestra.plugin.core.trigger.Flow";

enum class RecoverMissedSchedules : uint8_t { all, last, none };

/// Starts executions by a cron expression (TRIG-30 to TRIG-39).
struct ScheduleTrigger {
  std::string cron;
  bool with_seconds = false;
  std::string timezone;                                   ///< empty: the server's
  std::vector<model::ConditionSpec> schedule_conditions;  ///< [old], evaluated after `conditions`
  std::optional<base::Duration> late_maximum_delay;
  std::optional<RecoverMissedSchedules> recover_missed_schedules;
  base::Value backfill;      ///< [old], without effect
  syntax::NodePtr interval;  ///< must not be given
  static TriggerType describe();
};

/// Starts executions at dates that are listed.
struct ScheduleOnDatesTrigger {
  model::Dynamic<std::vector<std::string>> dates;
  model::Dynamic<std::string> timezone;
  std::optional<RecoverMissedSchedules> recover_missed_schedules;
  syntax::NodePtr interval;  ///< must not be given
  static TriggerType describe();
};

enum class SignaturePreset : uint8_t { generic, github, stripe, slack };

/// How the sender of a webhook signs its requests. Ours: 1.3 knows the key alone.
struct WebhookSignature {
  SignaturePreset preset = SignaturePreset::generic;
  model::Dynamic<std::string> secret;
  std::string header;                       ///< empty: the preset's
  std::optional<base::Duration> tolerance;  ///< of a signed date; five minutes
  static const model::Schema& schema();
};

/// How often a webhook may be called. Ours.
struct WebhookRateLimit {
  int64_t requests = 0;
  base::Duration per = base::Duration::of_seconds(60);
  static const model::Schema& schema();
};

/// Starts an execution when its address is called (TRIG-100 to TRIG-109).
struct WebhookTrigger {
  model::Dynamic<std::string> key;
  bool wait = false;
  bool return_outputs = false;
  std::string response_content_type;  ///< empty: application/json
  model::Dynamic<int64_t> response_code;
  std::string fetch_type;  ///< newer than 1.3: empty or STORE
  std::optional<WebhookSignature> signature;
  std::optional<WebhookRateLimit> rate_limit;
  std::optional<int64_t> max_body_bytes;  ///< below the server's own limit
  static TriggerType describe();
};

enum class PreconditionField : uint8_t { flow_id, namespace_, state, expression };
enum class PreconditionOperator : uint8_t {
  equal_to,
  not_equal_to,
  in,
  not_in,
  is_true,
  is_false,
  is_null,
  is_not_null,
  starts_with,
  ends_with,
  regex,
  contains,
};
enum class PreconditionOperand : uint8_t { and_, or_ };

/// TRIG-125.
struct PreconditionFilter {
  PreconditionField field = PreconditionField::flow_id;
  PreconditionOperator type = PreconditionOperator::equal_to;
  std::optional<std::string> value;
  std::optional<std::vector<std::string>> values;
  static const model::Schema& schema();
};

/// TRIG-122.
struct PreconditionWhere {
  std::string id;
  PreconditionOperand operand = PreconditionOperand::and_;
  std::vector<PreconditionFilter> filters;
  static const model::Schema& schema();
};

/// TRIG-121.
struct UpstreamFlow {
  std::optional<std::string> namespace_;
  std::optional<std::string> flow_id;
  std::vector<model::State> states;
  std::vector<model::Label> labels;
  static const model::Schema& schema();
};

/// TRIG-120.
struct Preconditions {
  std::string id;
  std::vector<UpstreamFlow> flows;
  std::vector<PreconditionWhere> where;
  TimeWindow time_window;
  bool reset_on_success = true;
  static const model::Schema& schema();
};

enum class DependencyMode : uint8_t { all, any, at_least };

/// One thing that must have happened, in the newer spelling (TRIG-136).
struct Dependency {
  std::optional<std::string> namespace_;
  std::optional<std::string> flow_id;
  std::vector<model::State> states;
  std::vector<model::Label> labels;
  model::Dynamic<std::string> when;
  static const model::Schema& schema();
};

/// The newer form of a time window: one of `deadline`, `from` with `to`, `lookback`, `every` with `offset` (TRIG-136).
struct DependencyWindow {
  std::string deadline;
  std::string from;
  std::string to;
  std::optional<base::Duration> lookback;
  std::optional<base::Duration> every;
  std::optional<base::Duration> offset;
  std::string timezone;
  bool fire_once = false;
  /// In the spelling of 1.3.
  TimeWindow time_window() const;
  static const model::Schema& schema();
};

/// Starts an execution when executions of other flows change their state (TRIG-110 to TRIG-117).
struct FlowTrigger {
  std::vector<model::State> states;  ///< empty: the terminal states and PAUSED
  std::optional<Preconditions> preconditions;
  // Newer than 1.3, instead of preconditions (TRIG-136).
  std::vector<Dependency> depends_on;
  std::optional<DependencyWindow> window;
  DependencyMode mode = DependencyMode::all;
  std::optional<int64_t> min_satisfied;
  static TriggerType describe();
};

}  // namespace gyr::plugin

namespace gyr::model {

GYR_NAMED_ENUM(plugin::RecoverMissedSchedules, "io.kestra.core.models.triggers.RecoverMissedSchedules");
GYR_NAMED_ENUM(plugin::PreconditionField, "io.kestra.plugin.core.trigger.Flow$Field");
GYR_NAMED_ENUM(plugin::PreconditionOperator, "io.kestra.plugin.core.trigger.Flow$Type");
GYR_NAMED_ENUM(plugin::SignaturePreset, "io.kestra.plugin.core.trigger.Webhook$SignaturePreset");
GYR_NAMED_ENUM(plugin::DependencyMode, "io.kestra.plugin.core.trigger.Flow$Mode");
GYR_NAMED_ENUM(plugin::PreconditionOperand, "io.kestra.plugin.core.trigger.Flow$Operand");

}  // namespace gyr::model
