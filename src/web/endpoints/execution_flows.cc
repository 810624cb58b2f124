// Flows for users who can only execute them (API-61, API-87).
#include "web/executions.h"
#include "web/flows.h"
#include "web/flows/values.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using base::Value;

base::Result<std::string> show(store::Reader& reader, const model::FlowKey& key, int32_t revision, bool allow_deleted,
                               const Services& services) {
  GYR_TRY(auto row, reader.flow(key, revision));
  if (!row || (row->deleted && !allow_deleted)) return base::fail(no_flow(key));
  return to_json(flow_value(*row, services, FlowText::for_execution));
}

base::Task<Outcome> flow_of_execution(Request* request) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  GYR_CO_TRY(std::string json,
             co_await request->read([key = *loaded.row.execution.flow, revision = loaded.row.execution.revision,
                                     services = &request->services()](store::Reader& reader) {
               return show(reader, key, revision, true, *services);
             }));
  co_return json_answer(std::move(json));
}

base::Task<Outcome> flow_for_execution(Request* request) {
  const model::FlowKey key{request->tenant(), std::string(request->path("namespace")),
                           std::string(request->path("flowId"))};
  const auto revision = static_cast<int32_t>(request->integer("revision").value_or(0));
  GYR_CO_TRY(std::string json,
             co_await request->read([key, revision, services = &request->services()](store::Reader& reader) {
               return show(reader, key, revision, false, *services);
             }));
  co_return json_answer(std::move(json));
}

base::Task<Outcome> namespaces_to_run(Request* request) {
  GYR_CO_TRY(auto names, co_await request->read([tenant = request->tenant()](store::Reader& reader) {
    return reader.namespaces(tenant);
  }));
  base::ListBuilder list;
  for (const auto& name : names) list.push(Value::string(name));
  co_return json_answer(list.build());
}

base::Task<Outcome> flows_to_run(Request* request) {
  store::FlowQuery query;
  query.tenant = request->tenant();
  query.namespaces.push_back({store::Operator::equals, {std::string(request->path("namespace"))}});
  GYR_CO_TRY(std::string json, co_await request->read([query = std::move(query), services = &request->services()](
                                                          store::Reader& reader) -> base::Result<std::string> {
    GYR_TRY(auto rows, all_flows(reader, query, max_flows));
    std::string list = "[";
    for (const auto& row : rows) {
      if (list.size() > 1) list += ',';
      append_json(list, flow_value(row, *services, FlowText::for_execution));
    }
    return list + "]";
  }));
  co_return json_answer(std::move(json));
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
       .handler = flow_of_execution,
       .answer = answers<json::FlowForExecution>},
      {.method = Method::get,
       .path = "~/executions/flows/{namespace}/{flowId}",
       .operation = "getFlowFromExecution",
       .summary = "Get a flow as its executions show it",
       .rule = {may_read, in_path("namespace")},
       .handler = flow_for_execution,
       .query = {{"revision", ValueKind::integer, "The revision", false, {}, 1}},
       .answer = answers<json::FlowForExecution>},
      {.method = Method::get,
       .path = "~/executions/namespaces",
       .operation = "listExecutableDistinctNamespaces",
       .summary = "List the namespaces that have executable flows",
       .rule = {may_read, of_rows},
       .handler = namespaces_to_run,
       .answer = answers<std::vector<std::string>>},
      {.method = Method::get,
       .path = "~/executions/namespaces/{namespace}/flows",
       .operation = "listFlowExecutionsByNamespace",
       .summary = "List the executable flows of a namespace",
       .rule = {may_read, in_path("namespace")},
       .handler = flows_to_run,
       .answer = answers<std::vector<json::FlowForExecution>>},
  };
}

}  // namespace gyr::web
