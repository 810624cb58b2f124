// How much of what is used here (API-50, getUsages).
#pragma once

#include "web/request.h"
#include "web/route.h"

namespace gyr::web {

/// `{flows, executions}`: which types and properties the current flows have, and the executions of the last thirty days
/// by state.
base::Task<Outcome> usages(Request* request);

}  // namespace gyr::web
