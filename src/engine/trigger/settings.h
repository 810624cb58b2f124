// Settings of triggers: the zone of the server, and the policies of the configuration.
#pragma once

#include <map>
#include <string>

#include "plugin_api/schedule_trigger.h"
#include "text/zone.h"

namespace gyr::engine {

/// Immutable; shared by all partitions.
struct TriggerSettings {
  text::Zone zone;  ///< of schedules without `timezone` (TRIG-32)
  /// `recoverMissedSchedules` of `kestra.plugins.configurations`, by type of trigger (TRIG-63).
  std::map<std::string, plugin::RecoverMissedSchedules, std::less<>> recover;
  /// false: no trigger fires by itself, for example when a flow is run once from the command line
  bool evaluated = true;
  std::string country;  ///< of the locale of the server, for PublicHoliday; can be empty
};

}  // namespace gyr::engine
