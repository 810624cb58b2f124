// The properties of the trigger that fires by executions of other flows, and of the condition that collects events over
// time: the engine reads them. Their types are described in src/plugins/core/trigger/flow.cc and
// src/plugins/core/condition/multiple_condition.cc.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/dynamic.h"
#include "model/trigger.h"

namespace gyr::plugin {

inline constexpr std::string_view flow_trigger_type = "io.kestra.plugin.core.trigger.Flow";
inline constexpr std::string_view multiple_condition_type = "io.kestra.plugin.core.condition.MultipleCondition";

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
};

/// Conditions that events may meet one after another within a window [old] (TRIG-137).
struct MultipleCondition {
  std::string id;
  std::map<std::string, model::ConditionSpec> conditions;
  TimeWindow time_window;
  std::optional<base::Duration> window;
  std::optional<base::Duration> window_advance;
  bool reset_on_success = true;
};

}  // namespace gyr::plugin

namespace gyr::model {

GYR_NAMED_ENUM(plugin::TimeWindowType, "io.kestra.core.models.triggers.TimeWindow$Type");
GYR_NAMED_ENUM(plugin::PreconditionField, "io.kestra.plugin.core.trigger.Flow$Field");
GYR_NAMED_ENUM(plugin::PreconditionOperator, "io.kestra.plugin.core.trigger.Flow$Type");
GYR_NAMED_ENUM(plugin::PreconditionOperand, "io.kestra.plugin.core.trigger.Flow$Operand");
GYR_NAMED_ENUM(plugin::DependencyMode, "io.kestra.plugin.core.trigger.Flow$Mode");

}  // namespace gyr::model
