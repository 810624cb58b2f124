// Addresses and bodies of requests.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/value.h"

namespace gyr::connectors {

/// `/a/b` of a list; a list among the segments adds its items. Null ones are left out; `.` and `..` and empty ones are
/// errors, since they would lead to another resource.
base::Result<std::string> path_of(const base::Value& segments);

/// `a=1&b=2` of a map; null values are left out and lists repeat their name.
std::string query_of(const base::Value& map);

/// The same value without the entries of maps that are null.
base::Value without_nulls(const base::Value& value);

/// The address that a `Link` header has for `rel="next"`.
std::optional<std::string> next_link(std::string_view header);

}  // namespace gyr::connectors
