// Validates the body of a namespace (API-67, GOV-1).
#pragma once

#include <string_view>

#include "base/error.h"
#include "base/value.h"

namespace gyr::web {

/// The stored part of a body: description, variables, pluginDefaults. The id must be equal to the id of the path
/// (`path_id`; empty if the path has none). Properties that this version does not support are refused, not ignored.
base::Result<base::Value> namespace_body(const base::Value& body, std::string_view path_id);

}  // namespace gyr::web
