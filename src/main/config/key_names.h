// How configuration keys are compared and corrected (CONF-3).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/schema.h"

namespace gyr::main::config {

/// A path without the indexes of lists: `plugins.configurations[0].type` is `plugins.configurations.type`.
std::string without_indexes(std::string_view path);
/// The property of a section with this name, or with this former name; null if there is none.
const model::Property* find_property(const model::Schema& schema, std::string_view key);
/// For suggestions: the name below the section, used or not, that is nearest to an unknown key.
std::optional<std::string> nearest_name(const model::Schema& schema, std::string_view section, std::string_view key);

}  // namespace gyr::main::config
