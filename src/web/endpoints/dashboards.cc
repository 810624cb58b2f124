// Dashboards and the data of their charts (API-69, API-110, CORE-110 to CORE-113).
#include <algorithm>
#include <iterator>

#include "base/id.h"
#include "base/text.h"
#include "web/chart_data.h"
#include "web/dashboard.h"
#include "web/dashboards/values.h"
#include "web/default_dashboard.h"
#include "web/flows/values.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/csv.h"
#include "web/http/errors.h"
#include "web/http/request.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using base::MapBuilder;
using base::Value;
using BoardRow = store::DashboardRow;
using StoredBoard = std::optional<BoardRow>;

/// The answer of `dashboards/validate`, and of a refused request to save.
Value verdict(const std::vector<Violation>& violations) {
  MapBuilder map;
  map.set("index", Value::integer(0));
  map.set("outdated", Value::boolean(false));
  if (!violations.empty()) map.set("constraints", Value::string(lines_of(violations)));
  return map.build();
}

Problem refused_board(std::vector<Violation> violations) {
  Problem problem = problem_of(base::Error(invalid_entity, lines_of(violations)));
  problem.violations = std::move(violations);
  return problem;
}

/// A dashboard that cannot be read any more is shown with its source, so that it can be corrected.
Value board_value(const BoardRow& row) {
  MapBuilder map;
  if (auto read = parse_dashboard(row.source); read.value) map = MapBuilder(read.value->json);
  map.set("tenantId", Value::string(row.tenant));
  map.set("id", Value::string(row.id));
  map.set("title", Value::string(row.title));
  if (!row.description.empty()) map.set("description", Value::string(row.description));
  map.set("deleted", Value::boolean(false));
  map.set("created", Value::instant(row.created));
  map.set("updated", Value::instant(row.updated));
  map.set("sourceCode", Value::string(row.source));
  return map.build();
}

base::Error no_board(std::string_view id) { return {not_found, fmt::format("Dashboard '{}' not found", id)}; }

base::Task<base::Result<StoredBoard>> stored_board(Request* request, std::string id) {
  if (id == default_dashboard_id) {
    co_return StoredBoard(BoardRow{request->tenant(),
                                   id,
                                   std::string(default_dashboard_title),
                                   {},
                                   std::string(default_dashboard_source),
                                   {},
                                   {}});
  }
  co_return co_await request->read(
      [tenant = request->tenant(), id](store::Reader& reader) { return reader.dashboard(tenant, id); });
}

base::Task<Outcome> search_dashboards(Request* request) {
  GYR_CO_TRY(auto rows,
             co_await request->read([visible = request->visible(), tenant = request->tenant()](store::Reader& reader) {
               return reader.dashboards(visible, tenant);
             }));
  const std::string wanted = base::to_lower_ascii(request->text("q").value_or(""));
  std::erase_if(rows, [&](const BoardRow& row) {
    return !base::to_lower_ascii(row.id).contains(wanted) && !base::to_lower_ascii(row.title).contains(wanted) &&
           !base::to_lower_ascii(row.description).contains(wanted);
  });
  std::string_view sort = "id:asc";
  for (const auto& [key, value] : request->query()) {
    if (key == "sort") sort = value;
  }
  const std::string_view field = sort.substr(0, sort.find(':'));
  if (field != "id" && field != "title" && field != "created" && field != "updated") {
    co_return base::fail(
        bad_argument,
        fmt::format("Invalid sort parameter: dashboards can be sorted by id, title, created and updated, not by `{}`",
                    field));
  }
  std::ranges::sort(rows, [field](const BoardRow& a, const BoardRow& b) {
    if (field == "title" && a.title != b.title) return a.title < b.title;
    if (field == "created" && a.created != b.created) return a.created < b.created;
    if (field == "updated" && a.updated != b.updated) return a.updated < b.updated;
    return a.id < b.id;
  });
  if (sort.size() > field.size() && sort.substr(field.size() + 1) != "asc") std::ranges::reverse(rows);
  const auto size = static_cast<uint64_t>(request->page_size());
  const uint64_t begin = static_cast<uint64_t>(request->page() - 1) * size;
  std::string list;
  for (uint64_t i = begin; i < rows.size() && i < begin + size; ++i) {
    if (!list.empty()) list += ',';
    append_json(list, board_value(rows[i]));
  }
  co_return json_answer(page_json(list, rows.size()));
}

/// Stores the body with the id `id`; if it is empty, with the id of the source or a new one.
base::Task<Outcome> save_board(Request* request, std::string id) {
  GYR_CO_TRY(std::string source, co_await request->read_text(request->settings().limits.yaml_bytes));
  auto checked = parse_dashboard(source);
  if (!checked.value) co_return problem_answer(refused_board(std::move(checked.violations)), request);
  if (!id.empty() && !checked.value->id.empty() && checked.value->id != id) {
    co_return problem_answer(refused_board({{"must be equal to the id in the path", "id", invalid_entity.text}}),
                             request);
  }
  const base::Instant now = request->services().clock.now();
  if (id.empty()) id = checked.value->id.empty() ? base::make_id(now).to_text() : checked.value->id;
  if (id == default_dashboard_id)
    co_return base::fail(illegal_state, "cannot change the default dashboard; copy it to another id");
  GYR_CO_TRY(StoredBoard before, co_await stored_board(request, id));
  BoardRow row{request->tenant(),
               id,
               checked.value->title,
               checked.value->description,
               std::move(source),
               before ? before->created : now,
               now};
  const Value shown = board_value(row);
  store::Batch batch;
  batch.dashboards.push_back(std::move(row));
  GYR_CO_CHECK(co_await request->commit(std::move(batch)));
  co_return json_answer(shown);
}

base::Task<Outcome> create_dashboard(Request* request) { return save_board(request, {}); }

base::Task<Outcome> update_dashboard(Request* request) {
  std::string id(request->path("id"));
  GYR_CO_TRY(StoredBoard before, co_await stored_board(request, id));
  if (!before) co_return base::fail(no_board(id));
  co_return co_await save_board(request, std::move(id));
}

base::Task<Outcome> get_dashboard(Request* request) {
  std::string id(request->path("id"));
  GYR_CO_TRY(StoredBoard row, co_await stored_board(request, id));
  if (!row) co_return base::fail(no_board(id));
  co_return json_answer(board_value(*row));
}

base::Task<Outcome> delete_dashboard(Request* request) {
  std::string id(request->path("id"));
  if (id == default_dashboard_id) co_return base::fail(illegal_state, "cannot delete the default dashboard");
  GYR_CO_TRY(StoredBoard row, co_await stored_board(request, id));
  if (!row) co_return base::fail(no_board(id));
  store::Batch batch;
  batch.deleted_dashboards.push_back({row->tenant, id});
  GYR_CO_CHECK(co_await request->commit(std::move(batch)));
  co_return empty_answer(200);
}

base::Task<Outcome> validate_dashboard(Request* request) {
  GYR_CO_TRY(std::string source, co_await request->read_text(request->settings().limits.yaml_bytes));
  co_return json_answer(verdict(parse_dashboard(source).violations));
}

base::Task<Outcome> validate_chart(Request* request) {
  GYR_CO_TRY(std::string source, co_await request->read_text(request->settings().limits.yaml_bytes));
  co_return json_answer(verdict(parse_chart(source).violations));
}

base::Task<Outcome> default_dashboards(Request*) { co_return json_answer(Value::empty_map()); }

// ---------------------------------------------------------------------------------------------- data

/// The rows of a chart are those that its reader may see elsewhere too.
constexpr Right may_read_data{"EXECUTION", Action::read};

/// A chart and its request; or the answer that refuses it.
struct Asked {
  Chart chart;
  ChartQuestion question;
};
using MaybeAsked = base::Result<std::variant<Asked, Problem>>;

base::Task<MaybeAsked> stored_chart(Request* request) {
  const std::string id(request->path("id")), chart_id(request->path("chartId"));
  GYR_CO_TRY(Value body, co_await request->read_json());
  GYR_CO_TRY(StoredBoard row, co_await stored_board(request, id));
  if (!row) co_return base::fail(no_board(id));
  auto read = parse_dashboard(row->source);
  if (!read.value) co_return MaybeAsked(refused_board(std::move(read.violations)));
  const Chart* chart = read.value->find(chart_id);
  if (chart == nullptr)
    co_return base::fail(not_found, fmt::format("Chart '{}' not found in the dashboard '{}'", chart_id, id));
  GYR_CO_TRY(ChartQuestion question, chart_question(request->visible(may_read_data), body, read.value->max_window,
                                                    std::nullopt, request->services().clock.now()));
  question.tenant = request->tenant();
  co_return MaybeAsked(Asked{*chart, std::move(question)});
}

base::Task<MaybeAsked> sent_chart(Request* request) {
  constexpr int64_t day_seconds = 86'400;
  GYR_CO_TRY(Value body, co_await request->read_json());
  const Value* source = body.is_map() ? body.find("chart") : nullptr;
  if (source == nullptr || !source->is_string()) co_return base::fail(bad_body, "chart: must not be null");
  auto read = parse_chart(source->text());
  if (!read.value) co_return MaybeAsked(refused_board(std::move(read.violations)));
  const Value* filter = body.find("globalFilter");
  GYR_CO_TRY(
      ChartQuestion question,
      chart_question(request->visible(may_read_data), filter == nullptr ? Value() : *filter,
                     base::Duration::of_seconds(max_window_days * day_seconds),
                     base::Duration::of_seconds(default_window_days * day_seconds), request->services().clock.now()));
  question.tenant = request->tenant();
  co_return MaybeAsked(Asked{*std::move(read.value), std::move(question)});
}

base::Task<base::Result<ChartRows>> rows_of(Request* request, Asked asked) {
  return request->read(
      [asked = std::move(asked)](store::Reader& reader) { return chart_rows(reader, asked.chart, asked.question); });
}

base::Task<Outcome> page_answer(Request* request, std::variant<Asked, Problem> asked) {
  if (const auto* problem = std::get_if<Problem>(&asked)) co_return problem_answer(*problem, request);
  GYR_CO_TRY(ChartRows found, co_await rows_of(request, std::get<Asked>(std::move(asked))));
  std::string list;
  for (const Value& row : found.rows) {
    if (!list.empty()) list += ',';
    append_json(list, row);
  }
  co_return json_answer(page_json(list, found.total));
}

/// All rows, whatever page the body asks for (CORE-113).
base::Task<Outcome> csv_answer(Request* request, std::variant<Asked, Problem> found) {
  if (const auto* problem = std::get_if<Problem>(&found)) co_return problem_answer(*problem, request);
  Asked asked = std::get<Asked>(std::move(found));
  asked.question.page.reset();
  const std::string file_name = fmt::format("{}.csv", asked.chart.id);
  GYR_CO_TRY(ChartRows all, co_await rows_of(request, std::move(asked)));
  CsvWriter writer;
  std::string text;
  for (const Value& row : all.rows) writer.add(row, text);
  auto response = text_answer(std::move(text), "text/csv; charset=utf-8");
  response.headers.add("Content-Disposition", content_disposition(file_name));
  co_return response;
}

base::Task<Outcome> chart_data(Request* request) {
  GYR_CO_TRY(auto asked, co_await stored_chart(request));
  co_return co_await page_answer(request, std::move(asked));
}

base::Task<Outcome> chart_csv(Request* request) {
  GYR_CO_TRY(auto asked, co_await stored_chart(request));
  co_return co_await csv_answer(request, std::move(asked));
}

base::Task<Outcome> preview_chart(Request* request) {
  GYR_CO_TRY(auto asked, co_await sent_chart(request));
  co_return co_await page_answer(request, std::move(asked));
}

base::Task<Outcome> preview_csv(Request* request) {
  GYR_CO_TRY(auto asked, co_await sent_chart(request));
  co_return co_await csv_answer(request, std::move(asked));
}

/// Of the charts of a stored dashboard.
std::vector<Route> chart_routes(Right may_read) {
  return {
      {.method = Method::post,
       .path = "~/dashboards/{id}/charts/{chartId}",
       .operation = "getDashboardChartData",
       .summary = "Get the data of a chart",
       .rule = {may_read, tenant_wide},
       .handler = chart_data,
       .body = json_body,
       .takes = json_type<json::ChartQuestion>,
       .answer = answers<Paged<Object>>},
      {.method = Method::post,
       .path = "~/dashboards/{id}/charts/{chartId}/export/to-csv",
       .operation = "exportDashboardChartDataToCSV",
       .summary = "Export the data of a chart",
       .rule = {may_read, tenant_wide},
       .handler = chart_csv,
       .body = json_body,
       .takes = json_type<json::ChartQuestion>,
       .answer = sends("text/csv")},
  };
}

}  // namespace

std::vector<Route> dashboard_routes() {
  constexpr Right may_read{"DASHBOARD", Action::read};
  constexpr Body source = yaml_body | text_body;
  std::vector<Route> routes = {
      {.method = Method::get,
       .path = "~/dashboards",
       .operation = "searchDashboards",
       .summary = "Search for dashboards",
       .rule = {may_read, tenant_wide},
       .handler = search_dashboards,
       .query = {{"q", ValueKind::text, "A part of the id, title or description"}},
       .page_size = 10,
       .answer = answers<Paged<json::DashboardResponse>>},
      {.method = Method::post,
       .path = "~/dashboards",
       .operation = "createDashboard",
       .summary = "Create or replace a dashboard",
       .rule = {{"DASHBOARD", Action::create}, tenant_wide},
       .handler = create_dashboard,
       .body = source,
       .answer = answers<json::DashboardResponse>},
      {.method = Method::post,
       .path = "~/dashboards/charts/export/to-csv",
       .operation = "exportChartToCsv",
       .summary = "Export the data of a chart that is not stored",
       .rule = {may_read, tenant_wide},
       .handler = preview_csv,
       .body = json_body,
       .takes = json_type<json::ChartToShow>,
       .answer = sends("text/csv")},
      {.method = Method::post,
       .path = "~/dashboards/charts/preview",
       .operation = "previewChart",
       .summary = "Get the data of a chart that is not stored",
       .rule = {may_read, tenant_wide},
       .handler = preview_chart,
       .body = json_body,
       .takes = json_type<json::ChartToShow>,
       .answer = answers<Paged<Object>>},
      {.method = Method::get,
       .path = "~/dashboards/settings/default-dashboards",
       .operation = "getDefaultDashboards_1",
       .summary = "Get the default dashboards of the pages",
       .rule = {may_read, tenant_wide},
       .handler = default_dashboards,
       .answer = answers<Object>},
      {.method = Method::post,
       .path = "~/dashboards/validate",
       .operation = "validateDashboard",
       .summary = "Check a dashboard without storing it",
       .rule = {may_read, tenant_wide},
       .handler = validate_dashboard,
       .body = source,
       .answer = answers<json::Violation>},
      {.method = Method::post,
       .path = "~/dashboards/validate/chart",
       .operation = "validateChart",
       .summary = "Check a chart without storing it",
       .rule = {may_read, tenant_wide},
       .handler = validate_chart,
       .body = source,
       .answer = answers<json::Violation>},
      {.method = Method::get,
       .path = "~/dashboards/{id}",
       .operation = "getDashboard",
       .summary = "Get a dashboard",
       .rule = {may_read, tenant_wide},
       .handler = get_dashboard,
       .answer = answers<json::DashboardResponse>},
      {.method = Method::put,
       .path = "~/dashboards/{id}",
       .operation = "updateDashboard",
       .summary = "Update a dashboard",
       .rule = {{"DASHBOARD", Action::update}, tenant_wide},
       .handler = update_dashboard,
       .body = source,
       .answer = answers<json::DashboardResponse>},
      {.method = Method::del,
       .path = "~/dashboards/{id}",
       .operation = "deleteDashboard",
       .summary = "Delete a dashboard",
       .rule = {{"DASHBOARD", Action::remove}, tenant_wide},
       .handler = delete_dashboard},
  };
  std::ranges::move(chart_routes(may_read), std::back_inserter(routes));
  return routes;
}

}  // namespace gyr::web
