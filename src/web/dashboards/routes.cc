// Dashboards and the data of their charts (API-69, API-110, CORE-110 to CORE-113).
#include "web/routes.h"

#include <algorithm>
#include <iterator>

#include "base/id.h"
#include "base/text.h"
#include "store/entities/dashboard.h"
#include "web/dashboards/chart_data.h"
#include "web/dashboards/dashboard.h"
#include "web/dashboards/default_dashboard.h"
#include "web/dashboards/values.h"
#include "web/flows/values.h"
#include "web/http/answers.h"
#include "web/http/csv.h"
#include "web/http/errors.h"
#include "web/http/request.h"
#include "web/http/typed.h"

namespace gyr::web {
namespace json {

/// What is wrong with a source.
struct SourceVerdict {
  int64_t index = 0;
  bool outdated = false;
  std::optional<std::string> constraints;
};

}  // namespace json

namespace {

/// Which dashboards are wanted.
struct BoardQuery {
  std::string text;
};

}  // namespace

template <>
struct Described<json::SourceVerdict> {
  using T = json::SourceVerdict;
  static constexpr std::string_view name = "SourceVerdict";
  static constexpr auto fields =
      std::tuple(field("index", &T::index), field("outdated", &T::outdated), field("constraints", &T::constraints));
};
template <>
struct DescribedQuery<BoardQuery> {
  static constexpr auto parameters =
      std::tuple(parameter("q", &BoardQuery::text, {.documentation = "A part of the id, title or description"}));
};

namespace {

using BoardRow = store::DashboardRow;
using StoredBoard = std::optional<BoardRow>;
using Board = json::DashboardResponse;

/// The answer of `dashboards/validate`: as that of `flows/validate`.
JsonOf<json::Violation> verdict(const std::vector<Violation>& violations) {
  json::SourceVerdict verdict;
  if (!violations.empty()) verdict.constraints = lines_of(violations);
  return {to_json(verdict)};
}

Problem refused_board(std::vector<Violation> violations) {
  Problem problem = problem_of(base::Error(invalid_entity, lines_of(violations)));
  problem.violations = std::move(violations);
  return problem;
}

Board board_of(const BoardRow& row) {
  Board board{.id = row.id, .title = row.title, .tenant = row.tenant, .created = row.created, .updated = row.updated};
  board.source = row.source;
  if (!row.description.empty()) board.description = row.description;
  const auto read = parse_dashboard(row.source);
  if (!read.value) return board;
  if (const base::Value* window = read.value->json.find("timeWindow")) board.time_window = Object{*window};
  if (const base::Value* charts = read.value->json.find("charts"); charts != nullptr && charts->is_list()) {
    board.charts.emplace();
    for (const base::Value& chart : charts->items()) board.charts->push_back({chart});
  }
  return board;
}

base::Error no_board(std::string_view id) { return {not_found, fmt::format("Dashboard '{}' not found", id)}; }

base::Task<base::Result<StoredBoard>> stored_board(Request* request, std::string id) {
  if (id == default_dashboard_id) {
    co_return StoredBoard(BoardRow{{.tenant = request->tenant(), .id = id},
                                   std::string(default_dashboard_title),
                                   {},
                                   std::string(default_dashboard_source)});
  }
  co_return co_await request->read([tenant = request->tenant(), id](store::Reader& reader) {
    return store::find_entity<BoardRow>(reader, tenant, {}, id);
  });
}

base::Task<base::Result<Paged<Board>>> search_dashboards(Request* request, BoardQuery query) {
  GYR_CO_TRY(auto rows, co_await request->read([visible = request->visible(), tenant = request->tenant(),
                                                text = std::move(query.text)](store::Reader& reader) {
    return store::list_entities<BoardRow>(reader, visible, {.tenant = tenant, .text = text});
  }));
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
  co_return page_of(*request, rows, board_of);
}

/// Stores the body with the id `id`; if it is empty, with the id of the source or a new one.
base::Task<base::Result<OrProblem<Board>>> save_board(Request* request, std::string id) {
  GYR_CO_TRY(std::string source, co_await request->read_text(request->settings().limits.yaml_bytes));
  auto checked = parse_dashboard(source);
  if (!checked.value) co_return OrProblem<Board>(refused_board(std::move(checked.violations)));
  if (!id.empty() && !checked.value->id.empty() && checked.value->id != id) {
    co_return OrProblem<Board>(refused_board({{"must be equal to the id in the path", "id", invalid_entity.text}}));
  }
  const base::Instant now = request->services().clock.now();
  if (id.empty()) id = checked.value->id.empty() ? base::make_id(now).to_text() : checked.value->id;
  if (id == default_dashboard_id)
    co_return base::fail(illegal_state, "cannot change the default dashboard; copy it to another id");
  GYR_CO_TRY(StoredBoard before, co_await stored_board(request, id));
  BoardRow row{{.tenant = request->tenant(), .id = id, .created = before ? before->created : now, .updated = now},
               checked.value->title,
               checked.value->description,
               std::move(source)};
  Board shown = board_of(row);
  store::Batch batch;
  put_entity(batch, row);
  GYR_CO_CHECK(co_await request->commit(std::move(batch)));
  co_return OrProblem<Board>(std::move(shown));
}

base::Task<base::Result<OrProblem<Board>>> create_dashboard(Request* request) { return save_board(request, {}); }

base::Task<base::Result<OrProblem<Board>>> update_dashboard(Request* request) {
  std::string id(request->path("id"));
  GYR_CO_TRY(StoredBoard before, co_await stored_board(request, id));
  if (!before) co_return base::fail(no_board(id));
  co_return co_await save_board(request, std::move(id));
}

base::Task<base::Result<Board>> get_dashboard(Request* request) {
  std::string id(request->path("id"));
  GYR_CO_TRY(StoredBoard row, co_await stored_board(request, id));
  if (!row) co_return base::fail(no_board(id));
  co_return board_of(*row);
}

base::Task<base::Result<void>> delete_dashboard(Request* request) {
  std::string id(request->path("id"));
  if (id == default_dashboard_id) co_return base::fail(illegal_state, "cannot delete the default dashboard");
  GYR_CO_TRY(StoredBoard row, co_await stored_board(request, id));
  if (!row) co_return base::fail(no_board(id));
  store::Batch batch;
  delete_entity(batch, *row, request->services().clock.now());
  GYR_CO_CHECK(co_await request->commit(std::move(batch)));
  co_return base::Result<void>();
}

base::Task<base::Result<JsonOf<json::Violation>>> validate_dashboard(Request* request) {
  GYR_CO_TRY(std::string source, co_await request->read_text(request->settings().limits.yaml_bytes));
  co_return verdict(parse_dashboard(source).violations);
}

base::Task<base::Result<JsonOf<json::Violation>>> validate_chart(Request* request) {
  GYR_CO_TRY(std::string source, co_await request->read_text(request->settings().limits.yaml_bytes));
  co_return verdict(parse_chart(source).violations);
}

base::Task<base::Result<json::DashboardSettings>> default_dashboards(Request*) { co_return json::DashboardSettings{}; }

// ---------------------------------------------------------------------------------------------- data

/// The rows of a chart are those that its reader may see elsewhere too.
constexpr Right may_read_data{"EXECUTION", Action::read};

/// A chart and its request; or the answer that refuses it.
struct Asked {
  Chart chart;
  ChartQuestion question;
};
using MaybeAsked = base::Result<std::variant<Asked, Problem>>;

base::Task<MaybeAsked> stored_chart(Request* request, json::ChartQuestion asked) {
  const std::string id(request->path("id")), chart_id(request->path("chartId"));
  GYR_CO_TRY(StoredBoard row, co_await stored_board(request, id));
  if (!row) co_return base::fail(no_board(id));
  auto read = parse_dashboard(row->source);
  if (!read.value) co_return MaybeAsked(refused_board(std::move(read.violations)));
  const Chart* chart = read.value->find(chart_id);
  if (chart == nullptr)
    co_return base::fail(not_found, fmt::format("Chart '{}' not found in the dashboard '{}'", chart_id, id));
  GYR_CO_TRY(ChartQuestion question,
             chart_question(request->visible(may_read_data), asked.value, read.value->max_window, std::nullopt,
                            request->services().clock.now()));
  question.tenant = request->tenant();
  co_return MaybeAsked(Asked{*chart, std::move(question)});
}

base::Task<MaybeAsked> sent_chart(Request* request, json::ChartToShow asked) {
  constexpr int64_t day_seconds = 86'400;
  auto read = parse_chart(asked.chart);
  if (!read.value) co_return MaybeAsked(refused_board(std::move(read.violations)));
  const base::Value filter = asked.global_filter ? asked.global_filter->value : base::Value();
  GYR_CO_TRY(
      ChartQuestion question,
      chart_question(request->visible(may_read_data), filter, base::Duration::of_seconds(max_window_days * day_seconds),
                     base::Duration::of_seconds(default_window_days * day_seconds), request->services().clock.now()));
  question.tenant = request->tenant();
  co_return MaybeAsked(Asked{*std::move(read.value), std::move(question)});
}

base::Task<base::Result<ChartRows>> rows_of(Request* request, Asked asked) {
  return request->read(
      [asked = std::move(asked)](store::Reader& reader) { return chart_rows(reader, asked.chart, asked.question); });
}

using ChartPage = OrProblem<Paged<Object>>;

base::Task<base::Result<ChartPage>> page_answer(Request* request, std::variant<Asked, Problem> asked) {
  if (auto* problem = std::get_if<Problem>(&asked)) co_return ChartPage(std::move(*problem));
  GYR_CO_TRY(ChartRows found, co_await rows_of(request, std::get<Asked>(std::move(asked))));
  Paged<Object> page{{}, found.total};
  for (base::Value& row : found.rows) page.results.push_back({std::move(row)});
  co_return ChartPage(std::move(page));
}

using ChartFile = OrProblem<net::ServerResponse>;

/// All rows, whatever page the body asks for (CORE-113).
base::Task<base::Result<ChartFile>> csv_answer(Request* request, std::variant<Asked, Problem> found) {
  if (auto* problem = std::get_if<Problem>(&found)) co_return ChartFile(std::move(*problem));
  Asked asked = std::get<Asked>(std::move(found));
  asked.question.page.reset();
  const std::string file_name = fmt::format("{}.csv", asked.chart.id);
  GYR_CO_TRY(ChartRows all, co_await rows_of(request, std::move(asked)));
  CsvWriter writer;
  std::string text;
  for (const base::Value& row : all.rows) writer.add(row, text);
  auto response = text_answer(std::move(text), "text/csv; charset=utf-8");
  response.headers.add("Content-Disposition", content_disposition(file_name));
  co_return ChartFile(std::move(response));
}

base::Task<base::Result<ChartPage>> chart_data(Request* request, json::ChartQuestion question) {
  GYR_CO_TRY(auto asked, co_await stored_chart(request, std::move(question)));
  co_return co_await page_answer(request, std::move(asked));
}

base::Task<base::Result<ChartFile>> chart_csv(Request* request, json::ChartQuestion question) {
  GYR_CO_TRY(auto asked, co_await stored_chart(request, std::move(question)));
  co_return co_await csv_answer(request, std::move(asked));
}

base::Task<base::Result<ChartPage>> preview_chart(Request* request, json::ChartToShow chart) {
  GYR_CO_TRY(auto asked, co_await sent_chart(request, std::move(chart)));
  co_return co_await page_answer(request, std::move(asked));
}

base::Task<base::Result<ChartFile>> preview_csv(Request* request, json::ChartToShow chart) {
  GYR_CO_TRY(auto asked, co_await sent_chart(request, std::move(chart)));
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
       .handler = typed<chart_data>,
       .body = json_body},
      {.method = Method::post,
       .path = "~/dashboards/{id}/charts/{chartId}/export/to-csv",
       .operation = "exportDashboardChartDataToCSV",
       .summary = "Export the data of a chart",
       .rule = {may_read, tenant_wide},
       .handler = typed<chart_csv>,
       .body = json_body,
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
       .handler = typed<search_dashboards>,
       .page_size = 10},
      {.method = Method::post,
       .path = "~/dashboards",
       .operation = "createDashboard",
       .summary = "Create or replace a dashboard",
       .rule = {{"DASHBOARD", Action::create}, tenant_wide},
       .handler = typed<create_dashboard>,
       .body = source},
      {.method = Method::post,
       .path = "~/dashboards/charts/export/to-csv",
       .operation = "exportChartToCsv",
       .summary = "Export the data of a chart that is not stored",
       .rule = {may_read, tenant_wide},
       .handler = typed<preview_csv>,
       .body = json_body,
       .answer = sends("text/csv")},
      {.method = Method::post,
       .path = "~/dashboards/charts/preview",
       .operation = "previewChart",
       .summary = "Get the data of a chart that is not stored",
       .rule = {may_read, tenant_wide},
       .handler = typed<preview_chart>,
       .body = json_body},
      {.method = Method::get,
       .path = "~/dashboards/settings/default-dashboards",
       .operation = "getDefaultDashboards_1",
       .summary = "Get the default dashboards of the pages",
       .rule = {may_read, tenant_wide},
       .handler = typed<default_dashboards>},
      {.method = Method::post,
       .path = "~/dashboards/validate",
       .operation = "validateDashboard",
       .summary = "Check a dashboard without storing it",
       .rule = {may_read, tenant_wide},
       .handler = typed<validate_dashboard>,
       .body = source},
      {.method = Method::post,
       .path = "~/dashboards/validate/chart",
       .operation = "validateChart",
       .summary = "Check a chart without storing it",
       .rule = {may_read, tenant_wide},
       .handler = typed<validate_chart>,
       .body = source},
      {.method = Method::get,
       .path = "~/dashboards/{id}",
       .operation = "getDashboard",
       .summary = "Get a dashboard",
       .rule = {may_read, tenant_wide},
       .handler = typed<get_dashboard>},
      {.method = Method::put,
       .path = "~/dashboards/{id}",
       .operation = "updateDashboard",
       .summary = "Update a dashboard",
       .rule = {{"DASHBOARD", Action::update}, tenant_wide},
       .handler = typed<update_dashboard>,
       .body = source},
      {.method = Method::del,
       .path = "~/dashboards/{id}",
       .operation = "deleteDashboard",
       .summary = "Delete a dashboard",
       .rule = {{"DASHBOARD", Action::remove}, tenant_wide},
       .handler = typed<delete_dashboard>},
  };
  std::ranges::move(chart_routes(may_read), std::back_inserter(routes));
  return routes;
}

}  // namespace gyr::web
