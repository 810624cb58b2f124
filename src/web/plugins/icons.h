// Icons of types (API-70, API-111): generated from their names, so that every type has one.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "plugin_api/registry.h"
#include "web/plugins/values.h"

namespace gyr::web {

/// A square with the first letters of the name, in a colour of the group.
std::string icon_svg(std::string_view group, std::string_view name);
/// Icons by name.
using Icons = std::map<std::string, json::PluginIcon>;
/// Of every type by its name and its older names; the icon is base64.
Icons plugin_icons(const plugin::Registry& registry);
/// The same by group and sub-group.
Icons group_icons(const plugin::Registry& registry);

}  // namespace gyr::web
