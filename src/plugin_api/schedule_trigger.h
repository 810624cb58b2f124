// The properties of the triggers that fire by dates: the engine reads them. Their types are described in
// src/plugins/core/trigger/schedule.cc and src/plugins/core/trigger/schedule_on_dates.cc.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/dynamic.h"
#include "model/trigger.h"

namespace gyr::plugin {

inline constexpr std::string_view schedule_type = "io.kestra.plugin.core.trigger.Schedule";
inline constexpr std::string_view schedule_on_dates_type = "io.kestra.plugin.core.trigger.ScheduleOnDates";

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
};

/// Starts executions at dates that are listed.
struct ScheduleOnDatesTrigger {
  model::Dynamic<std::vector<std::string>> dates;
  model::Dynamic<std::string> timezone;
  std::optional<RecoverMissedSchedules> recover_missed_schedules;
  syntax::NodePtr interval;  ///< must not be given
};

}  // namespace gyr::plugin

namespace gyr::model {

GYR_NAMED_ENUM(plugin::RecoverMissedSchedules, "io.kestra.core.models.triggers.RecoverMissedSchedules");

}  // namespace gyr::model
