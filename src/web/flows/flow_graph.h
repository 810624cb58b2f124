// The graph of a flow, or of an execution, for the UI (API-71, API-100 to API-102).
#pragma once

#include <vector>

#include "engine/compiled_flow.h"
#include "plugin_api/registry.h"
#include "store/rows.h"
#include "web/flows/graph_values.h"

namespace gyr::web {

/// The maximum number of values of one loop in the graph of an execution, so that it stays readable.
inline constexpr size_t max_graph_values = 100;

/// The input of a graph. For an execution: its task runs, and only the names of tasks and triggers (API-61).
struct GraphSource {
  const engine::CompiledFlow& flow;
  const plugin::Registry& registry;
  const std::vector<store::TaskRunRow>* runs = nullptr;
  const model::Execution* execution = nullptr;
};

/// Disabled tasks are omitted, because they do not run.
json::FlowGraph flow_graph(const GraphSource& source);

}  // namespace gyr::web
