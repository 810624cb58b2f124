#include "plugin_api/schedule_trigger.h"

namespace gyr::model {

std::span<const std::pair<std::string_view, plugin::RecoverMissedSchedules>>
EnumNames<plugin::RecoverMissedSchedules>::names() {
  static constexpr std::pair<std::string_view, plugin::RecoverMissedSchedules> all[] = {
      {"ALL", plugin::RecoverMissedSchedules::all},
      {"LAST", plugin::RecoverMissedSchedules::last},
      {"NONE", plugin::RecoverMissedSchedules::none}};
  return all;
}

}  // namespace gyr::model
