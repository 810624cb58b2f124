// Which flows start which others (API-103).
#pragma once

#include "web/request.h"
#include "web/route.h"

namespace gyr::web {

// `{nodes, edges}`: calls by tasks (FLOW_TASK) and Flow triggers (FLOW_TRIGGER), from the one that starts to the one
// that is started. Derived from the flows as they are stored; a flow that is named by an expression is unknown before
// it runs, and left out.

/// Of one flow, in both directions or downstream alone; its neighbours, or with `expandAll` all that can be reached.
base::Task<Outcome> dependencies_of_flow(Request* request);
/// Of all flows of a namespace.
base::Task<Outcome> dependencies_of_namespace(Request* request);
/// Of all flows there are.
base::Task<Outcome> dependencies_of_tenant(Request* request);

}  // namespace gyr::web
