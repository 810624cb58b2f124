// Usage counts (API-50, getUsages).
#pragma once

#include "web/request.h"
#include "web/route.h"

namespace gyr::web {

/// `{flows, executions}`: the types and properties of the current flows, and the executions of the last thirty days by
/// state.
base::Task<Outcome> usages(Request* request);

}  // namespace gyr::web
