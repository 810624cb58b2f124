// The OpenAPI description of this server, generated from the route tables (API-50).
#pragma once

#include <span>
#include <string_view>

#include "base/value.h"
#include "web/http/route.h"

namespace gyr::web {

/// An OpenAPI 3.0 document. Operation ids and parameters are those of the published API, so that clients generated from
/// either have the same methods. Older paths of an operation are omitted, because each id occurs once.
base::Value contract_of(std::span<const Route> routes, std::string_view version);

/// Returns `/api/v1/{tenant}/flows` for `~/flows`.
std::string full_path(std::string_view pattern);

}  // namespace gyr::web
