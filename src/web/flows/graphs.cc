// Graphs of flows and executions (API-100 to API-102).
#include "catalog/flow_cache.h"
#include "command/errors.h"
#include "web/executions/executions.h"
#include "web/flows.h"
#include "web/flows/flow_dependencies.h"
#include "web/flows/flow_graph.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/typed.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using json::FlowGraph;

/// Task runs that a picture of an execution takes in.
constexpr size_t max_graph_runs = 10'000;

base::Result<std::shared_ptr<const engine::CompiledFlow>> compiled(executor::FlowCache& flows, store::Reader& reader,
                                                                   const model::FlowKey& key, int32_t revision) {
  GYR_TRY(auto flow, flows.get(reader, key, revision));
  if (flow == nullptr || flow->deleted) return base::fail(no_flow(key));
  if (flow->compiled == nullptr)
    return base::fail(executor::flow_invalid, "Unable to generate the graph of an invalid flow: " + flow->exception);
  return flow->compiled;
}

base::Task<base::Result<FlowGraph>> graph_of_flow(Request* request) {
  const model::FlowKey key{request->tenant(), std::string(request->path("namespace")),
                           std::string(request->path("id"))};
  const auto revision = static_cast<int32_t>(request->integer("revision").value_or(0));
  co_return co_await request->read(
      [services = &request->services(), key, revision](store::Reader& reader) -> base::Result<FlowGraph> {
        GYR_TRY(auto flow, compiled(services->flows, reader, key, revision));
        return flow_graph({*flow, services->registry});
      });
}

base::Task<base::Result<OrProblem<FlowGraph>>> graph_of_source(Request* request) {
  GYR_CO_TRY(std::string source, co_await read_flow_source(request));
  using Made = OrProblem<FlowGraph>;
  co_return co_await on_pool<Made>(&request->services().work, &request->loop(),
                                   [services = &request->services(), source = std::move(source),
                                    tenant = request->tenant()]() mutable -> base::Result<Made> {
                                     auto checked = check_flow_source(std::move(source), tenant, *services);
                                     if (auto* problem = std::get_if<Problem>(&checked)) return std::move(*problem);
                                     auto& flow = std::get<CheckedFlow>(checked);
                                     auto key = std::make_shared<const model::FlowKey>(flow.row.key);
                                     GYR_TRY(auto ready,
                                             engine::CompiledFlow::compile(flow.flow, key, services->registry));
                                     return flow_graph({*ready, services->registry});
                                   });
}

base::Task<base::Result<FlowGraph>> graph_of_execution(Request* request) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), max_graph_runs));
  co_return co_await request->read(
      [services = &request->services(), loaded = std::move(loaded)](store::Reader& reader) -> base::Result<FlowGraph> {
        const model::Execution& execution = loaded.row.execution;
        GYR_TRY(auto flow, compiled(services->flows, reader, *execution.flow, execution.revision));
        return flow_graph({*flow, services->registry, &loaded.runs, &execution});
      });
}

}  // namespace

std::vector<Route> graph_routes() {
  const Right may_read{"FLOW", Action::read};
  const QueryParameter downstream{"destinationOnly", ValueKind::boolean, "Only the tasks, without the triggers", false,
                                  "false"};
  const QueryParameter subflows{"subflows", ValueKind::text_list, "Subflow tasks to expand; accepted, without effect"};
  return {
      {.method = Method::get,
       .path = "~/flows/{namespace}/{id}/graph",
       .operation = "generateFlowGraph",
       .summary = "Get the graph of a flow",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<graph_of_flow>,
       .query = {{"revision", ValueKind::integer, "The revision of the flow", false, {}, 1}, subflows},
       .also_answers = {409}},
      {.method = Method::post,
       .path = "~/flows/graph",
       .operation = "generateFlowGraphFromSource",
       .summary = "Get the graph of a flow's source",
       .rule = {may_read, in_body},
       .handler = typed<graph_of_source>,
       .query = {subflows},
       .body = yaml_body | json_body},
      {.method = Method::get,
       .path = "~/executions/{executionId}/graph",
       .operation = "getExecutionFlowGraph",
       .summary = "Get the graph of an execution with its task runs",
       .rule = {{"EXECUTION", Action::read}, of_entity},
       .handler = typed<graph_of_execution>,
       .query = {subflows},
       .also_answers = {409}},
      {.method = Method::get,
       .path = "~/flows/{namespace}/{id}/dependencies",
       .operation = "getFlowDependencies",
       .summary = "List the flows that a flow starts, and the flows that start it",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<dependencies_of_flow>,
       .query = {downstream, {"expandAll", ValueKind::boolean, "Include indirect dependencies", false, "false"}}},
      {.method = Method::get,
       .path = "~/namespaces/{namespace}/dependencies",
       .operation = "getFlowDependenciesFromNamespace",
       .summary = "List the dependencies of the flows of a namespace",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<dependencies_of_namespace>,
       .query = {downstream}},
      {.method = Method::get,
       .path = "~/dependencies",
       .operation = "getFlowDependenciesFromTenant",
       .summary = "List the dependencies between all flows",
       .rule = {may_read, of_rows},
       .handler = typed<dependencies_of_tenant>,
       .query = {downstream}},
  };
}

}  // namespace gyr::web
