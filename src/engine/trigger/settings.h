// What triggers are given once: the server's zone and policies of the configuration.
#pragma once

#include <map>
#include <string>

#include "expression/dates/zone.h"
#include "plugin/core_triggers.h"

namespace gyr::engine {

/// Immutable; shared by all partitions.
struct TriggerSettings {
  expression::Zone zone;  ///< of schedules without `timezone` (TRIG-32)
  /// `recoverMissedSchedules` of `kestra.plugins.configurations`, by type of trigger (TRIG-63).
  std::map<std::string, plugin::RecoverMissedSchedules, std::less<>> recover;
  bool evaluated = true;  ///< false: none fires by itself, as where a flow is run once from the command line
  std::string country;    ///< of the server's locale, for PublicHoliday; may be empty
};

}  // namespace gyr::engine
