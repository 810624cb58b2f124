// Usage counts (API-50, getUsages).
#pragma once

#include "web/http/request.h"
#include "web/instance/usage_values.h"

namespace gyr::web {

/// The types and properties of the current flows, and the executions of the last thirty days by state.
base::Task<base::Result<json::Usage>> usages(Request* request);

}  // namespace gyr::web
