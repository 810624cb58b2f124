// Usage counts (API-50, getUsages).
#pragma once

#include "web/http/request.h"
#include "web/http/route.h"

namespace gyr::web {

/// `{flows, executions}`: the types and properties of the current flows, and the executions of the last thirty days by
/// state.
base::Task<Outcome> usages(Request* request);

}  // namespace gyr::web
