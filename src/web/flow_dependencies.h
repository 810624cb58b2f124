// The dependencies between flows: which flows start which others (API-103).
#pragma once

#include "web/http/request.h"
#include "web/http/route.h"

namespace gyr::web {

// `{nodes, edges}`: calls of tasks (FLOW_TASK) and Flow triggers (FLOW_TRIGGER), from the starting flow to the started
// flow. Derived from the stored flows. A flow that is named by an expression is not known in advance and is omitted.

/// Of one flow, in both directions or only downstream; its neighbours, or with `expandAll` all reachable flows.
base::Task<Outcome> dependencies_of_flow(Request* request);
/// Of all flows of a namespace.
base::Task<Outcome> dependencies_of_namespace(Request* request);
/// Of all flows.
base::Task<Outcome> dependencies_of_tenant(Request* request);

}  // namespace gyr::web
