// The graph of a flow, or of an execution of it, as pages draw it (API-71, API-100 to API-102).
#pragma once

#include <vector>

#include "base/value.h"
#include "engine/compiled_flow.h"
#include "plugin/registry.h"
#include "store/rows.h"

namespace gyr::web {

/// Values of one loop that an execution's graph shows; more would be no picture any more.
inline constexpr size_t max_graph_values = 100;

/// What a graph is made of. For an execution: its task runs, and only the names of tasks and triggers (API-61).
struct GraphSource {
  const engine::CompiledFlow& flow;
  const plugin::Registry& registry;
  const std::vector<store::TaskRunRow>* runs = nullptr;
  const model::Execution* execution = nullptr;
};

/// `{nodes, edges, clusters, flowables}`. Tasks that are disabled are left out: they have no place in what runs.
base::Value flow_graph(const GraphSource& source);

}  // namespace gyr::web
