// The dependencies between flows: which flows start which others (API-103).
#pragma once

#include "web/flows/graph_values.h"
#include "web/http/request.h"

namespace gyr::web {

// Calls of tasks (FLOW_TASK) and Flow triggers (FLOW_TRIGGER), from the starting flow to the started
// flow. Derived from the stored flows. A flow that is named by an expression is not known in advance and is omitted.

/// Of one flow, in both directions or only downstream; its neighbours, or with `expandAll` all reachable flows.
base::Task<base::Result<json::FlowTopologyGraph>> dependencies_of_flow(Request* request);
/// Of all flows of a namespace.
base::Task<base::Result<json::FlowTopologyGraph>> dependencies_of_namespace(Request* request);
/// Of all flows.
base::Task<base::Result<json::FlowTopologyGraph>> dependencies_of_tenant(Request* request);

}  // namespace gyr::web
