// The core conditions: properties and what can be said of them without an execution (TRIG-160 to TRIG-177). What makes
// them hold is the engine's.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/dynamic.h"
#include "model/trigger.h"
#include "plugin_api/trigger_type.h"

namespace gyr::plugin {

class Registry;

/// Adds all core conditions; call once.
void register_core_conditions(Registry& registry);

enum class DayOfWeek : uint8_t { monday, tuesday, wednesday, thursday, friday, saturday, sunday };
enum class DayInMonth : uint8_t { first, last, second, third, fourth };
enum class NamespaceComparison : uint8_t { equals, prefix, suffix };

enum class TimeWindowType : uint8_t { daily_time_deadline, daily_time_window, duration_window, sliding_window };

/// Over which time events count together (TRIG-130 to TRIG-134).
struct TimeWindow {
  TimeWindowType type = TimeWindowType::duration_window;
  std::optional<base::Duration> window;
  std::optional<base::Duration> window_advance;
  std::string start_time;  ///< times of day, perhaps with an offset
  std::string end_time;
  std::string deadline;
  static const model::Schema& schema();
};

/// Reports an invalid time of day such as `25:00` (TRIG-134). An empty text is valid.
void check_time_of_day(std::string_view property, std::string_view text, const syntax::NodePtr& owner,
                       model::BindContext& context);

/// The date lies strictly after and/or before instants (TRIG-160).
struct DateTimeBetweenCondition {
  model::Dynamic<std::string> date;
  model::Dynamic<std::string> after;
  model::Dynamic<std::string> before;
  static ConditionType describe();
};

/// The time of day lies strictly after and/or before times with offset (TRIG-161).
struct TimeBetweenCondition {
  model::Dynamic<std::string> date;
  model::Dynamic<std::string> after;
  model::Dynamic<std::string> before;
  static ConditionType describe();
};

/// The date is that day of the week (TRIG-162).
struct DayWeekCondition {
  model::Dynamic<std::string> date;
  model::Dynamic<DayOfWeek> day_of_week;
  static ConditionType describe();
};

/// The date is the nth such weekday of its month (TRIG-163).
struct DayWeekInMonthCondition {
  model::Dynamic<std::string> date;
  model::Dynamic<DayOfWeek> day_of_week;
  model::Dynamic<DayInMonth> day_in_month;
  static ConditionType describe();
};

/// The date is a Saturday or Sunday (TRIG-164).
struct WeekendCondition {
  model::Dynamic<std::string> date;
  static ConditionType describe();
};

/// The date is a public holiday of the country or its part (TRIG-165).
struct PublicHolidayCondition {
  model::Dynamic<std::string> date;
  model::Dynamic<std::string> country;
  model::Dynamic<std::string> sub_division;
  static ConditionType describe();
};

/// The expression is true (TRIG-166).
struct ExpressionCondition {
  model::Dynamic<std::string> expression;
  static ConditionType describe();
};

/// None of the conditions holds (TRIG-167).
struct NotCondition {
  std::vector<model::ConditionSpec> conditions;
  static ConditionType describe();
};

/// At least one of the conditions is true (TRIG-168).
struct OrCondition {
  std::vector<model::ConditionSpec> conditions;
  static ConditionType describe();
};

/// The upstream execution belongs to this flow (TRIG-169).
struct ExecutionFlowCondition {
  model::Dynamic<std::string> namespace_;
  model::Dynamic<std::string> flow_id;
  static ConditionType describe();
};

/// The namespace of the upstream execution equals, begins or ends with a text (TRIG-170).
struct ExecutionNamespaceCondition {
  model::Dynamic<std::string> namespace_;
  model::Dynamic<NamespaceComparison> comparison;
  model::Dynamic<bool> prefix;
  static ConditionType describe();
};

/// The state of the upstream execution is in one list and not in the other (TRIG-171).
struct ExecutionStatusCondition {
  model::Dynamic<std::vector<model::State>> in;
  model::Dynamic<std::vector<model::State>> not_in;
  static ConditionType describe();
};

/// The upstream execution has all these labels (TRIG-172).
struct ExecutionLabelsCondition {
  std::vector<model::Label> labels;
  static ConditionType describe();
};

/// The expression over the flow outputs of the upstream execution is true (TRIG-173).
struct ExecutionOutputsCondition {
  model::Dynamic<bool> expression;
  static ConditionType describe();
};

/// Some task run of the upstream execution was tried again, with an attempt in such a state (TRIG-174).
struct HasRetryAttemptCondition {
  model::Dynamic<std::vector<model::State>> in;
  model::Dynamic<std::vector<model::State>> not_in;
  static ConditionType describe();
};

/// The listening flow has this namespace and id [old].
struct FlowCondition {
  std::string namespace_;
  std::string flow_id;
  static ConditionType describe();
};

/// The listening flow is in this namespace [old].
struct FlowNamespaceCondition {
  std::string namespace_;
  bool prefix = false;
  static ConditionType describe();
};

/// Conditions that events may meet one after another within a window [old] (TRIG-137).
struct MultipleCondition {
  std::string id;
  std::map<std::string, model::ConditionSpec> conditions;
  TimeWindow time_window;
  std::optional<base::Duration> window;
  std::optional<base::Duration> window_advance;
  bool reset_on_success = true;
  static ConditionType describe();
};

inline constexpr std::string_view multiple_condition_type = "io.kestra.plugin.core.condition.MultipleCondition";

}  // namespace gyr::plugin

namespace gyr::model {

GYR_NAMED_ENUM(plugin::DayOfWeek, "java.time.DayOfWeek");
GYR_NAMED_ENUM(plugin::DayInMonth, "io.kestra.plugin.core.condition.DayWeekInMonth$DayInMonth");
GYR_NAMED_ENUM(plugin::NamespaceComparison, "io.kestra.plugin.core.condition.ExecutionNamespace$Comparison");
GYR_NAMED_ENUM(plugin::TimeWindowType, "io.kestra.core.models.triggers.TimeWindow$Type");

}  // namespace gyr::model
