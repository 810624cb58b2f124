// What a body says of a namespace, checked (API-67, GOV-1).
#pragma once

#include <string_view>

#include "base/error.h"
#include "base/value.h"

namespace gyr::web {

/// The part of a body that is stored: description, variables, pluginDefaults. The id must be that of the path where
/// there is one
/// (`path_id`, else empty). What this version cannot keep its word on is refused, not ignored.
base::Result<base::Value> namespace_body(const base::Value& body, std::string_view path_id);

}  // namespace gyr::web
