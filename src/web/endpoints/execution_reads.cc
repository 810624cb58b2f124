// Reading executions: one, many, the latest of each flow, CSV (API-27 to API-32, API-62, API-87).
#include "model/execution_json.h"
#include "web/executions.h"
#include "web/executions/values.h"
#include "web/flows.h"
#include "web/flows/values.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/csv_export.h"
#include "web/http/errors.h"
#include "web/http/filters.h"
#include "web/http/limits.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using base::Value;

base::Task<Outcome> get_execution(Request* request) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId")));
  co_return execution_answer(&request->services().store, &request->loop(), std::move(loaded), text_options(request));
}

/// Rows as JSON, joined by commas. 1.3 clients find task runs in them (API-3): as long as there are few.
base::Result<std::string> joined(store::Reader& reader, const std::vector<store::ExecutionRow>& rows,
                                 const ExecutionTextOptions& options) {
  std::string list;
  size_t left = runs_of_a_search;
  for (const auto& row : rows) {
    std::vector<store::TaskRunRow> runs;
    if (left > 0) {
      GYR_TRY(runs, reader.task_runs(row.execution.id, 0, std::min<size_t>(left, runs_a_page)));
      left -= runs.size();
    }
    if (!list.empty()) list += ',';
    list += execution_text(row.execution, runs, options);
  }
  return list;
}

base::Task<Outcome> search(Request* request, store::ExecutionQuery query) {
  GYR_CO_TRY(std::string json, co_await request->read([query = std::move(query), options = text_options(request)](
                                                          store::Reader& reader) -> base::Result<std::string> {
    GYR_TRY(auto page, reader.search_executions(query));
    GYR_TRY(std::string list, joined(reader, page.results, options));
    return page_json(list, page.total);
  }));
  co_return json_answer(std::move(json));
}

base::Task<Outcome> search_executions(Request* request) {
  GYR_CO_TRY(auto selection, select_executions(*request));
  if (selection.nothing) co_return json_answer(page_json("", 0));
  co_return co_await search(request, std::move(selection.query));
}

base::Task<Outcome> search_by_flow(Request* request) {
  store::ExecutionQuery query;
  query.tenant = request->tenant();
  query.namespaces.push_back({store::Operator::equals, {std::string(*request->text("namespace"))}});
  query.flow_ids.push_back({store::Operator::equals, {std::string(*request->text("flowId"))}});
  query.paging.page = static_cast<uint32_t>(request->page());
  query.paging.size = static_cast<uint32_t>(request->page_size());
  GYR_CO_TRY(query.order, parse_order(request->query(), Resource::execution));
  co_return co_await search(request, std::move(query));
}

base::Task<Outcome> latest_executions(Request* request) {
  GYR_CO_TRY(Value body, co_await request->read_json());
  GYR_CO_TRY(auto keys, flow_keys_of(body, request->tenant()));
  GYR_CO_TRY(Value list, co_await request->read([keys = std::move(keys)](store::Reader& reader) -> base::Result<Value> {
    base::ListBuilder found;
    for (const auto& key : keys) {
      store::ExecutionQuery query;
      query.tenant = key.tenant;
      query.namespaces.push_back({store::Operator::equals, {key.namespace_}});
      query.flow_ids.push_back({store::Operator::equals, {key.id}});
      query.paging.size = 1;
      query.paging.count_limit = 1;
      GYR_TRY(auto page, reader.search_executions(query));
      if (page.results.empty()) continue;
      const auto& execution = page.results.front().execution;
      found.push(Value::map({{"id", Value::string(execution.id.to_text())},
                             {"flowId", Value::string(key.id)},
                             {"namespace", Value::string(key.namespace_)},
                             {"startDate", Value::instant(execution.state.started())},
                             {"status", Value::string(model::to_text(execution.state.current()))}}));
    }
    return found.build();
  }));
  co_return json_answer(list);
}

/// The columns of an export: plain columns first, for spreadsheets.
Value csv_row(const model::Execution& execution, base::Instant now) {
  base::MapBuilder map;
  map.set("tenantId", Value::string(execution.flow->tenant));
  map.set("id", Value::string(execution.id.to_text()));
  map.set("namespace", Value::string(execution.flow->namespace_));
  map.set("flowId", Value::string(execution.flow->id));
  map.set("flowRevision", Value::integer(execution.revision));
  map.set("inputs", execution.inputs);
  map.set("outputs", execution.outputs);
  map.set("labels", model::labels_to_value(execution.labels));
  map.set("state", Value::string(model::to_text(execution.state.current())));
  map.set("startDate", Value::instant(execution.state.started()));
  const auto end = execution.state.ended();
  map.set("endDate", end ? Value::instant(*end) : Value());
  map.set("duration", Value::duration((end ? *end : now) - execution.state.started()));
  map.set("trigger", execution.trigger ? Value::string(execution.trigger->id) : Value());
  return map.build();
}

base::Task<Outcome> export_csv(Request* request) {
  GYR_CO_TRY(auto selection, select_executions(*request));
  selection.query.started.push_back({store::Operator::less_or_equal, request->services().clock.now()});
  co_return co_await csv_export<store::ExecutionRow>(
      request, "executions.csv", std::move(selection),
      [](store::Reader& reader, const store::ExecutionQuery& query) { return reader.search_executions(query); },
      [](const store::ExecutionRow& row, base::Instant now) { return csv_row(row.execution, now); });
}

}  // namespace

std::vector<Route> execution_read_routes() {
  const Right may_read{"EXECUTION", Action::read};
  return {
      {.method = Method::get,
       .path = "~/executions/search",
       .operation = "searchExecutions",
       .summary = "Search for executions",
       .rule = {may_read, of_rows},
       .handler = search_executions,
       .page_size = 10,
       .filters = Resource::execution,
       .answer = answers<Paged<json::Execution>>},
      {.method = Method::get,
       .path = "~/executions",
       .operation = "searchExecutionsByFlowId",
       .summary = "List the executions of a flow",
       .rule = {may_read, in_query("namespace")},
       .handler = search_by_flow,
       .query = {{"namespace", ValueKind::text, "The namespace of the flow", true},
                 {"flowId", ValueKind::text, "The id of the flow", true}},
       .page_size = 10,
       .answer = answers<Paged<json::Execution>>},
      {.method = Method::get,
       .path = "~/executions/{executionId}",
       .operation = "getExecution",
       .summary = "Get an execution",
       .rule = {may_read, of_entity},
       .handler = get_execution,
       .answer = answers<json::Execution>},
      {.method = Method::post,
       .path = "~/executions/latest",
       .operation = "getLatestExecutions",
       .summary = "Get the newest execution of each flow",
       .rule = {may_read, of_each},
       .handler = latest_executions,
       .body = json_body,
       .takes = json_type<std::vector<json::FlowId>>,
       .answer = answers<std::vector<json::LastExecutionResponse>>},
      {.method = Method::get,
       .path = "~/executions/export/by-query/csv",
       .operation = "exportExecutions",
       .summary = "Export executions as CSV",
       .rule = {may_read, of_rows},
       .handler = export_csv,
       .filters = Resource::execution,
       .answer = sends("text/csv")},
  };
}

}  // namespace gyr::web
