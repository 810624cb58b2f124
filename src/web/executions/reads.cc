// Reading executions: one, many, the latest of each flow, CSV (API-27 to API-32, API-62, API-87).
#include <set>

#include "web/executions/executions.h"
#include "web/executions/values.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/csv_export.h"
#include "web/http/errors.h"
#include "web/http/filters.h"
#include "web/http/limits.h"
#include "web/http/older_parameters.h"
#include "web/http/typed.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

/// How executions are searched, besides their filters.
struct SearchQuery {
  std::string date_filter;
};
/// The flow whose executions are wanted.
struct FlowQueryParameters {
  std::string namespace_;
  std::string flow_id;
};

}  // namespace

template <>
struct DescribedQuery<SearchQuery> {
  static constexpr auto parameters = std::tuple(parameter(
      "dateFilter", &SearchQuery::date_filter,
      {.documentation = "START_DATE or END_DATE: the date of an execution that `startDate`, `endDate` and `timeRange` "
                        "constrain; default: `endDate` the end, the others the start"}));
};
template <>
struct DescribedQuery<FlowQueryParameters> {
  using T = FlowQueryParameters;
  static constexpr auto parameters = std::tuple(
      parameter("namespace", &T::namespace_, {.documentation = "The namespace of the flow", .required = true}),
      parameter("flowId", &T::flow_id, {.documentation = "The id of the flow", .required = true}));
};

namespace {

using ExecutionPage = JsonOf<Paged<json::Execution>>;

base::Task<base::Result<ExecutionAnswer>> get_execution(Request* request) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId")));
  co_return execution_answer(request, loaded);
}

/// A page as text, written by the thread that reads it. 1.3 clients find task runs in it (API-3): as long as there are
/// few.
base::Result<ExecutionPage> written(store::Reader& reader, const store::Page<store::ExecutionRow>& page,
                                    base::Instant now) {
  std::string list;
  size_t left = runs_of_a_search;
  for (const auto& row : page.results) {
    std::vector<store::TaskRunRow> runs;
    if (left > 0) {
      GYR_TRY(runs, reader.task_runs(row.execution.id, 0, std::min<size_t>(left, runs_a_page)));
      left -= runs.size();
    }
    if (!list.empty()) list += ',';
    append_json(list, json::Execution{&row.execution, now, runs});
  }
  return ExecutionPage{page_json(list, page.total)};
}

base::Task<base::Result<ExecutionPage>> search(Request* request, store::ExecutionQuery query) {
  return request->read([query = std::move(query),
                        now = request->services().clock.now()](store::Reader& reader) -> base::Result<ExecutionPage> {
    GYR_TRY(auto page, reader.search_executions(query));
    return written(reader, page, now);
  });
}

/// Which date of an execution the dates of the request constrain (API-32).
base::Result<void> constrain_dates(store::ExecutionQuery& query, std::string_view date_filter) {
  const auto move_all = [](std::vector<store::TimeFilter>& from, std::vector<store::TimeFilter>& to) {
    to.insert(to.end(), from.begin(), from.end());
    from.clear();
  };
  if (date_filter == "START_DATE") {
    move_all(query.ended, query.started);
  } else if (date_filter == "END_DATE") {
    move_all(query.started, query.ended);
  } else if (!date_filter.empty()) {
    return base::fail(bad_argument,
                      fmt::format("dateFilter: must be START_DATE or END_DATE, not `{}`", date_filter.substr(0, 100)));
  }
  return {};
}

base::Task<base::Result<ExecutionPage>> search_executions(Request* request, SearchQuery wanted) {
  GYR_CO_TRY(auto selection, select_executions(*request));
  GYR_CO_CHECK(constrain_dates(selection.query, wanted.date_filter));
  if (selection.nothing) co_return ExecutionPage{page_json("", 0)};
  co_return co_await search(request, std::move(selection.query));
}

base::Task<base::Result<ExecutionPage>> search_by_flow(Request* request, FlowQueryParameters flow) {
  store::ExecutionQuery query{request->visible()};
  query.tenant = request->tenant();
  query.namespaces.push_back({store::Operator::equals, {flow.namespace_}});
  query.flow_ids.push_back({store::Operator::equals, {flow.flow_id}});
  query.paging.page = static_cast<uint32_t>(request->page());
  query.paging.size = static_cast<uint32_t>(request->page_size());
  GYR_CO_TRY(query.order, parse_order(request->query(), Resource::execution));
  co_return co_await search(request, std::move(query));
}

using LastExecutions = std::vector<json::LastExecutionResponse>;

base::Result<LastExecutions> newest_of(store::Reader& reader, const store::Visible& visible, const std::string& tenant,
                                       const std::vector<json::FlowOfExecutions>& flows) {
  LastExecutions found;
  for (const auto& flow : flows) {
    store::ExecutionQuery query{visible};
    query.tenant = tenant;
    query.namespaces.push_back({store::Operator::equals, {flow.namespace_}});
    query.flow_ids.push_back({store::Operator::equals, {flow.id}});
    query.paging.size = 1;
    query.paging.count_limit = 1;
    GYR_TRY(auto page, reader.search_executions(query));
    if (page.results.empty()) continue;
    const auto& execution = page.results.front().execution;
    found.push_back({execution.id, flow.id, flow.namespace_, execution.state.started(), execution.state.current()});
  }
  return found;
}

base::Task<base::Result<LastExecutions>> latest_executions(Request* request,
                                                           std::vector<json::FlowOfExecutions> flows) {
  if (flows.size() > bulk_ids)
    co_return base::fail(bad_body, fmt::format("more than {} flows in one request", bulk_ids));
  co_return co_await request->read([visible = request->visible(), tenant = request->tenant(), flows = std::move(flows)](
                                       store::Reader& reader) { return newest_of(reader, visible, tenant, flows); });
}

/// The columns of an export: plain columns first, for spreadsheets.
base::Value csv_row(const model::Execution& execution, base::Instant now) {
  using base::Value;
  const auto end = execution.state.ended();
  base::ListBuilder labels;
  for (const model::Label& label : execution.labels) {
    labels.push(Value::map({{"key", Value::string(label.key)}, {"value", Value::string(label.value)}}));
  }
  return Value::map({{"tenantId", Value::string(execution.flow->tenant)},
                     {"id", Value::string(execution.id.to_text())},
                     {"namespace", Value::string(execution.flow->namespace_)},
                     {"flowId", Value::string(execution.flow->id)},
                     {"flowRevision", Value::integer(execution.revision)},
                     {"inputs", execution.inputs},
                     {"outputs", execution.outputs},
                     {"labels", labels.build()},
                     {"state", Value::string(model::to_text(execution.state.current()))},
                     {"startDate", Value::instant(execution.state.started())},
                     {"endDate", end ? Value::instant(*end) : Value()},
                     {"duration", Value::duration((end ? *end : now) - execution.state.started())},
                     {"trigger", execution.trigger ? Value::string(execution.trigger->id) : Value()}});
}

/// Where the next page of an export begins.
struct ExportPlace {
  store::ExecutionQuery query;
  std::optional<base::Instant> last;  ///< the start of the last row
  std::set<base::Id> given;           ///< the rows with this start
  bool is_done = false;
};

/// The next page of an export, newest first. It continues at the start of the last row, not at a number of rows:
/// executions that end, start or are deleted meanwhile move no other row (API-49).
base::Result<store::Page<store::ExecutionRow>> next_rows(store::Reader& reader, ExportPlace& place) {
  store::Page<store::ExecutionRow> rows;
  store::ExecutionQuery query = place.query;
  if (place.last) query.started.push_back({store::Operator::less_or_equal, *place.last});
  // More rows of one moment than a page has are on its further pages.
  for (query.paging.page = 1; rows.results.empty(); ++query.paging.page) {
    GYR_TRY(auto page, reader.search_executions(query));
    for (auto& row : page.results) {
      const base::Instant started = row.execution.state.started();
      if (place.last != started) place.given.clear();
      place.last = started;
      if (place.given.insert(row.execution.id).second) rows.results.push_back(std::move(row));
    }
    if (page.results.size() < query.paging.size) {
      place.is_done = true;
      break;
    }
  }
  return rows;
}

base::Task<Outcome> export_csv(Request* request) {
  GYR_CO_TRY(auto selection, select_executions(*request));
  selection.query.started.push_back({store::Operator::less_or_equal, request->services().clock.now()});
  selection.query.order.clear();
  ExportPlace place{std::move(selection.query)};
  place.query.paging.size = 1'000;
  place.query.paging.count_limit = 1;
  place.is_done = selection.nothing;
  co_return co_await csv_export<store::ExecutionRow, ExportPlace>(
      request, "executions.csv", std::move(place), next_rows,
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
       .handler = typed<search_executions>,
       .page_size = 10,
       .filters = Resource::execution,
       .older = older::executions},
      {.method = Method::get,
       .path = "~/executions",
       .operation = "searchExecutionsByFlowId",
       .summary = "List the executions of a flow",
       .rule = {may_read, in_query("namespace")},
       .handler = typed<search_by_flow>,
       .page_size = 10},
      {.method = Method::get,
       .path = "~/executions/{executionId}",
       .operation = "getExecution",
       .summary = "Get an execution",
       .rule = {may_read, of_entity},
       .handler = typed<get_execution>},
      {.method = Method::post,
       .path = "~/executions/latest",
       .operation = "getLatestExecutions",
       .summary = "Get the newest execution of each flow",
       .rule = {may_read, of_each},
       .handler = typed<latest_executions>,
       .body = json_body},
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
