// The built-in dashboard of every installation (UI-191).
#pragma once

#include <string_view>

namespace gyr::web {

/// Reserved: it can be read and copied, but not changed.
inline constexpr std::string_view default_dashboard_id = "default";
inline constexpr std::string_view default_dashboard_title = "Overview";
extern const std::string_view default_dashboard_source;

}  // namespace gyr::web
