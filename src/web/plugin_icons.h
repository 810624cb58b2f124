// Icons of types (API-70, API-111): generated from their names, so that every type has one.
#pragma once

#include <string>
#include <string_view>

#include "base/value.h"
#include "plugin_api/registry.h"

namespace gyr::web {

/// A square with the first letters of the name, in a colour of the group.
std::string icon_svg(std::string_view group, std::string_view name);
/// `{type: {name, icon, flowable, monochrome}}` of every type by its name and its older names; the icon is base64.
base::Value plugin_icons(const plugin::Registry& registry);
/// The same by group and sub-group.
base::Value group_icons(const plugin::Registry& registry);

}  // namespace gyr::web
