// Flows for users who can only execute them (API-61, API-87).
#include "web/flows.h"

#include "web/executions/executions.h"
#include "web/flows/values.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/typed.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

/// The revision of a flow; none: the current one.
struct RevisionQuery {
  std::optional<int32_t> revision;
};

}  // namespace

template <>
struct DescribedQuery<RevisionQuery> {
  static constexpr auto parameters =
      std::tuple(parameter("revision", &RevisionQuery::revision, {.documentation = "The revision", .least = 1}));
};

namespace {

using ShownFlow = JsonOf<json::FlowForExecution>;

base::Result<ShownFlow> show_flow(store::Reader& reader, const model::FlowKey& key, int32_t revision,
                                  bool allow_deleted, const Services& services) {
  GYR_TRY(auto row, reader.flow(key, revision));
  if (!row || (row->deleted && !allow_deleted)) return base::fail(no_flow(key));
  return flow_json<json::FlowForExecution>(*row, services);
}

base::Task<base::Result<ShownFlow>> flow_of_execution(Request* request) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  co_return co_await request->read([key = *loaded.row.execution.flow, revision = loaded.row.execution.revision,
                                    services = &request->services()](store::Reader& reader) {
    return show_flow(reader, key, revision, true, *services);
  });
}

base::Task<base::Result<ShownFlow>> flow_for_execution(Request* request, RevisionQuery wanted) {
  return request->read([key = flow_of_path(*request, "flowId"), revision = wanted.revision.value_or(0),
                        services = &request->services()](store::Reader& reader) {
    return show_flow(reader, key, revision, false, *services);
  });
}

base::Task<base::Result<std::vector<std::string>>> namespaces_to_run(Request* request) {
  return request->read([visible = request->visible(), tenant = request->tenant()](store::Reader& reader) {
    return reader.namespaces(visible, tenant);
  });
}

using ShownFlows = std::vector<ShownFlow>;

base::Task<base::Result<ShownFlows>> flows_to_run(Request* request) {
  store::FlowQuery query{request->visible()};
  query.tenant = request->tenant();
  query.namespaces.push_back({store::Operator::equals, {std::string(request->path("namespace"))}});
  return request->read(
      [query = std::move(query), services = &request->services()](store::Reader& reader) -> base::Result<ShownFlows> {
        GYR_TRY(auto rows, all_flows(reader, query, max_flows));
        return flows_json<json::FlowForExecution>(rows, *services);
      });
}

}  // namespace

std::vector<Route> execution_flow_routes() {
  const Right may_read{"EXECUTION", Action::read};
  return {
      {.method = Method::get,
       .path = "~/executions/{executionId}/flow",
       .operation = "getFlowFromExecutionById",
       .summary = "Get the flow of an execution",
       .rule = {may_read, of_entity},
       .handler = typed<flow_of_execution>},
      {.method = Method::get,
       .path = "~/executions/flows/{namespace}/{flowId}",
       .operation = "getFlowFromExecution",
       .summary = "Get a flow as its executions show it",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<flow_for_execution>},
      {.method = Method::get,
       .path = "~/executions/namespaces",
       .operation = "listExecutableDistinctNamespaces",
       .summary = "List the namespaces that have executable flows",
       .rule = {may_read, of_rows},
       .handler = typed<namespaces_to_run>},
      {.method = Method::get,
       .path = "~/executions/namespaces/{namespace}/flows",
       .operation = "listFlowExecutionsByNamespace",
       .summary = "List the executable flows of a namespace",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<flows_to_run>},
  };
}

}  // namespace gyr::web
