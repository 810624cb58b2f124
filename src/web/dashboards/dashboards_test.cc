// Dashboards over the interface, and what their charts show (API-69, API-110, CORE-110 to CORE-113, UI-200 to UI-208).
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "syntax/json.h"
#include "web/dashboards/dashboard.h"
#include "web/dashboards/default_dashboard.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Harness;
using ::testing::HasSubstr;

constexpr std::string_view yaml = "application/x-yaml";
/// The harness's clock begins here.
constexpr std::string_view this_day = R"({"startDate": "2026-01-05T00:00:00Z", "endDate": "2026-01-05T23:59:59Z"})";

std::string table(std::string_view id, std::string_view columns, std::string_view more = "",
                  std::string_view source = "Executions", std::string_view type = "Table",
                  std::string_view options = "") {
  return fmt::format(
      "id: {}\ntype: io.kestra.plugin.core.dashboard.chart.{}\nchartOptions:\n  displayName: Shown\n{}data:\n  type: "
      "io.kestra.plugin.core.dashboard.data.{}\n  columns:\n{}{}",
      id, type, options, source, columns, more);
}
const std::string by_state = "    state: {field: STATE}\n    total: {agg: COUNT}\n";

std::string board(std::string_view id, std::string_view chart) {
  std::string source = fmt::format("id: {}\ntitle: Runs   # kept\ntimeWindow:\n  max: P30D\ncharts:\n", id);
  bool first = true;
  size_t begin = 0;
  while (begin < chart.size()) {
    const size_t end = chart.find('\n', begin);
    source += fmt::format("{}{}\n", std::exchange(first, false) ? "  - " : "    ", chart.substr(begin, end - begin));
    begin = end + 1;
  }
  return source;
}

/// Two executions that succeed and one that fails.
void run_three(Harness& server) {
  server.deploy(test::log_flow("company.team", "good", "labels:\n  team: a\n"));
  server.deploy(
      "id: bad\nnamespace: company.other\ntasks:\n  - id: t\n    type: io.kestra.plugin.core.execution.Fail\n");
  for (int i = 0; i < 2; ++i) server.wait_for_end(server.run("company.team", "good"));
  server.wait_for_end(server.run("company.other", "bad"));
}

test::Reply preview(Harness& server, const std::string& chart, std::string_view filter = this_day) {
  return server.post_json(
      "dashboards/charts/preview",
      syntax::write_json(Value::map({{"chart", Value::string(chart)}, {"globalFilter", *syntax::parse_json(filter)}})));
}
std::string rows(const test::Reply& reply) {
  const Value page = reply.json();
  return page.find("results") == nullptr ? reply.body : syntax::write_json(*page.find("results"));
}

TEST(Dashboards, AreStoredFoundChangedAndDeleted) {  // API-69, API-110
  Harness server;
  const std::string source = board("runs", table("states", by_state));
  const auto made = server.send("POST", "dashboards", source, std::string(yaml));
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_EQ(made.text({"sourceCode"}), source);
  EXPECT_EQ(made.text({"title"}), "Runs");
  EXPECT_EQ(made.text({"timeWindow", "default"}), "P30D");
  EXPECT_EQ(server.get("dashboards/runs").body, made.body);
  EXPECT_EQ(server.get("dashboards?q=RUN").at({"total"}).as_integer(), 1);
  EXPECT_EQ(server.get("dashboards?q=nothing").at({"total"}).as_integer(), 0);
  EXPECT_EQ(server.get("dashboards?sort=colour:asc").status, 422);
  EXPECT_EQ(server.send("POST", "dashboards", "id: runs\ntitle: Again\n", std::string(yaml)).text({"title"}), "Again")
      << "it updates";
  EXPECT_EQ(server.send("PUT", "dashboards/runs", "title: Put\n", std::string(yaml)).text({"title"}), "Put");
  EXPECT_EQ(server.send("PUT", "dashboards/runs", "id: other\ntitle: Put\n", std::string(yaml)).status, 422);
  EXPECT_EQ(server.send("PUT", "dashboards/none", "title: Put\n", std::string(yaml)).status, 404);
  const std::string made_id = server.send("POST", "dashboards", "title: No id\n", std::string(yaml)).text({"id"});
  EXPECT_EQ(server.get("dashboards/" + made_id).status, 200) << "it got one";
  EXPECT_EQ(server.get("dashboards?size=1&page=2&sort=title:desc").at({"total"}).as_integer(), 2);
  EXPECT_EQ(server.send("DELETE", "dashboards/runs").status, 200);
  EXPECT_EQ(server.send("DELETE", "dashboards/runs").status, 404);
  EXPECT_EQ(server.get("dashboards/runs").status, 404);
  EXPECT_EQ(server.send("POST", "dashboards", "a,b", "image/png").status, 415) << "API-21";
}

TEST(Dashboards, TheDefaultOneIsReadOnlyAndShowsData) {  // UI-191
  Harness server;
  run_three(server);
  const auto read = parse_dashboard(default_dashboard_source);
  ASSERT_TRUE(read.value) << lines_of(read.violations);
  EXPECT_EQ(read.value->id, default_dashboard_id);
  EXPECT_EQ(read.value->title, default_dashboard_title);
  for (const Chart& chart : read.value->charts) {
    const auto reply = server.post_json("dashboards/default/charts/" + chart.id, std::string(this_day));
    EXPECT_EQ(reply.status, 200) << chart.id << reply.body;
  }
  EXPECT_EQ(rows(server.post_json("dashboards/default/charts/running", std::string(this_day))), R"([{"value":0}])");
  EXPECT_THAT(rows(server.post_json("dashboards/default/charts/success_ratio", std::string(this_day))),
              HasSubstr("66.6"));
  EXPECT_EQ(server.get("dashboards/default").status, 200);
  EXPECT_EQ(server.send("PUT", "dashboards/default", "title: mine\n", std::string(yaml)).status, 409);
  EXPECT_EQ(server.send("POST", "dashboards", "id: default\ntitle: mine\n", std::string(yaml)).status, 409);
  EXPECT_EQ(server.send("DELETE", "dashboards/default").status, 409);
  EXPECT_EQ(server.get("dashboards/settings/default-dashboards").body, "{}");
}

TEST(Dashboards, ExecutionsAreCountedByStateInTheirTime) {  // API-110, CORE-111
  Harness server;
  run_three(server);
  ASSERT_EQ(server.send("POST", "dashboards", board("runs", table("states", by_state)), std::string(yaml)).status, 200);
  const std::string both = R"([{"state":"FAILED","total":1},{"state":"SUCCESS","total":2}])";
  EXPECT_EQ(rows(server.post_json("dashboards/runs/charts/states", std::string(this_day))), both);
  EXPECT_EQ(rows(preview(server, table("states", by_state))), both);
  EXPECT_EQ(rows(preview(server, table("states", by_state), "null")), both) << "the last 30 days";
  EXPECT_EQ(rows(preview(server, table("states", by_state),
                         R"({"startDate": "2020-01-01T00:00:00Z", "endDate": "2020-01-02T00:00:00Z"})")),
            "[]");
  const auto csv = server.post_json("dashboards/runs/charts/states/export/to-csv", std::string(this_day));
  EXPECT_EQ(csv.body, "state,total\r\nFAILED,1\r\nSUCCESS,2\r\n");
  EXPECT_THAT(csv.header("Content-Disposition"), HasSubstr("states.csv"));
  EXPECT_EQ(server.post_json("dashboards/runs/charts/none", std::string(this_day)).status, 404);
  EXPECT_EQ(server.post_json("dashboards/none/charts/states", std::string(this_day)).status, 404);
  for (
      std::string_view body :
      {"{}", "[]", R"({"startDate": "2026-01-05T00:00:00Z"})", R"({"startDate": "x", "endDate": "y"})",
       R"({"startDate": "2025-01-05T00:00:00Z", "endDate": "2026-01-05T00:00:00Z"})",
       R"({"startDate": "2026-01-06T00:00:00Z", "endDate": "2026-01-05T00:00:00Z"})",
       R"({"startDate": "2026-01-05T00:00:00Z", "endDate": "2026-01-06T00:00:00Z", "pageSize": 0})",
       R"({"startDate": "2026-01-05T00:00:00Z", "endDate": "2026-01-06T00:00:00Z", "filters": [{"field": "state"}]})"}) {
    EXPECT_EQ(server.post_json("dashboards/runs/charts/states", std::string(body)).status, 422) << body;
  }
}

TEST(Dashboards, FiltersOfChartAndPageBothApply) {  // CORE-112, UI-193
  Harness server;
  run_three(server);
  const auto count = [&](std::string_view where, std::string_view page = "") {
    const std::string filter =
        page.empty() ? std::string(this_day) : fmt::format("{}, {}}}", this_day.substr(0, this_day.size() - 1), page);
    return rows(preview(
        server,
        table("c", "    total: {agg: COUNT}\n", where.empty() ? "" : fmt::format("  where:\n    - {}\n", where)),
        filter));
  };
  EXPECT_EQ(count(""), R"([{"total":3}])");
  EXPECT_EQ(count("{field: NAMESPACE, type: EQUAL_TO, value: company.team}"), R"([{"total":2}])");
  EXPECT_EQ(count("{field: NAMESPACE, type: PREFIX, value: company}"), R"([{"total":3}])");
  EXPECT_EQ(count("{field: STATE, type: IN, values: [FAILED, KILLED]}"), R"([{"total":1}])");
  EXPECT_EQ(count("{field: STATE, type: NOT_IN, values: [FAILED]}"), R"([{"total":2}])");
  EXPECT_EQ(count("{field: STATE, type: EQUAL_TO, value: NO_STATE}"), "[]");
  EXPECT_EQ(count("{field: FLOW_ID, type: REGEX, value: '^g'}"), R"([{"total":2}])");
  EXPECT_EQ(count("{field: LABELS, labelKey: team, type: EQUAL_TO, value: a}"), R"([{"total":2}])");
  EXPECT_EQ(count("{field: LABELS, labelKey: team, type: IS_NULL}"), R"([{"total":1}])");
  EXPECT_EQ(count("{field: FLOW_REVISION, type: GREATER_THAN_OR_EQUAL_TO, value: 1}"), R"([{"total":3}])");
  EXPECT_EQ(count("{field: FLOW_REVISION, type: LESS_THAN, value: 1}"), "[]");
  EXPECT_EQ(count("{field: START_DATE, type: GREATER_THAN, value: '2026-01-06T00:00:00Z'}"), "[]");
  EXPECT_EQ(count("{field: STATE, type: OR, values: [{field: STATE, type: EQUAL_TO, value: FAILED}, {field: FLOW_ID, "
                  "type: ENDS_WITH, value: od}]}"),
            R"([{"total":3}])");
  EXPECT_EQ(count("", R"("namespace": "company.other")"), R"([{"total":1}])");
  EXPECT_EQ(count("", R"("labels": {"team": "a"})"), R"([{"total":2}])");
  EXPECT_EQ(
      count(
          "",
          R"("filters": [{"field": "flowId", "operation": "IN", "value": ["bad", "none"]}, {"field": "level", "operation": "EQUALS", "value": "INFO"}])"),
      R"([{"total":1}])");
  EXPECT_EQ(count("{field: NAMESPACE, type: EQUAL_TO, value: company.team}",
                  R"("filters": [{"field": "STATE", "operation": "EQUALS", "value": "FAILED"}])"),
            "[]");
  EXPECT_EQ(preview(server, table("c", by_state, "  where:\n    - {field: FLOW_ID, type: REGEX, value: '('}\n")).status,
            422)
      << "no such expression";
  EXPECT_EQ(
      preview(server, table("c", by_state, "  where:\n    - {field: DURATION, type: GREATER_THAN, value: long}\n"))
          .status,
      422);
}

TEST(Dashboards, TimeSeriesHaveEveryBucket) {  // UI-206
  Harness server;
  run_three(server);
  const std::string chart = table("c", "    date: {field: START_DATE}\n    total: {agg: COUNT}\n", "", "Executions",
                                  "TimeSeries", "  column: date\n");
  const auto reply =
      preview(server, chart, R"({"startDate": "2026-01-05T06:30:00Z", "endDate": "2026-01-05T13:00:00Z"})");
  EXPECT_EQ(reply.at({"total"}).as_integer(), 8) << "hours from 6 to 13";
  EXPECT_THAT(
      reply.body,
      HasSubstr(
          R"({"date":"2026-01-05T06:00:00Z","total":0},{"date":"2026-01-05T07:00:00Z","total":0},{"date":"2026-01-05T08:00:00Z","total":3})"));
}

TEST(Dashboards, NumbersAndPages) {  // CORE-110, UI-224
  Harness server;
  run_three(server);
  const auto kpi = [&](std::string_view options, std::string_view more) {
    return rows(preview(server, table("k", "    field: ID\n    agg: COUNT\n", more, "ExecutionsKPI", "KPI", options)));
  };
  EXPECT_EQ(kpi("", ""), R"([{"value":3}])");
  const std::string_view part = "  numerator:\n    - {field: STATE, type: EQUAL_TO, value: FAILED}\n";
  EXPECT_EQ(kpi("", part), R"([{"value":1}])");
  EXPECT_THAT(kpi("  numberType: PERCENTAGE\n", part), HasSubstr("33.33"));
  EXPECT_EQ(kpi("  numberType: PERCENTAGE\n", ""), R"([{"value":100.0}])");
  const std::string chart = table("t", "    flow: {field: FLOW_ID}\n    duration: {field: DURATION}\n",
                                  "  orderBy:\n    - {column: flow, order: DESC}\n");
  const auto page = preview(
      server, chart,
      R"({"startDate": "2026-01-05T00:00:00Z", "endDate": "2026-01-06T00:00:00Z", "pageSize": 2, "pageNumber": 2})");
  EXPECT_EQ(page.at({"total"}).as_integer(), 3);
  EXPECT_THAT(rows(page), HasSubstr(R"("flow":"bad")"));
  const auto csv = server.post_json("dashboards/charts/export/to-csv",
                                    syntax::write_json(Value::map({{"chart", Value::string(chart)}})));
  EXPECT_EQ(std::ranges::count(csv.body, '\n'), 4) << "all rows: " << csv.body;
}

TEST(Dashboards, OtherSources) {  // CORE-110
  Harness server;
  run_three(server);
  EXPECT_EQ(rows(preview(server, table("f", "    id: {field: ID}\n    n: {field: NAMESPACE}\n",
                                       "  orderBy: [{column: id}]\n", "Flows"))),
            R"([{"id":"bad","n":"company.other"},{"id":"good","n":"company.team"}])");
  EXPECT_EQ(rows(preview(server, table("l", "    level: {field: LEVEL}\n    n: {agg: COUNT}\n",
                                       "  where:\n    - {field: FLOW_ID, type: EQUAL_TO, value: good}\n    - {field: "
                                       "LEVEL, type: EQUAL_TO, value: INFO}\n",
                                       "Logs"))),
            R"([{"level":"INFO","n":2}])");
  EXPECT_EQ(rows(preview(server, table("m", "    sum: {field: VALUE, agg: SUM}\n",
                                       "  where: [{field: NAME, type: EQUAL_TO, value: none}]\n", "Metrics"))),
            "[]");
  EXPECT_EQ(rows(preview(server, table("t", "    id: {field: TRIGGER_ID}\n", "", "Triggers"))), "[]");
}

TEST(Dashboards, ValidationNamesEveryFault) {  // CORE-110, UI-207
  Harness server;
  const auto said = [&](const std::string& chart) {
    return server.send("POST", "dashboards/validate/chart", chart, std::string(yaml)).json();
  };
  EXPECT_EQ(said(table("c", by_state)).find("constraints"), nullptr);
  const std::string good = table("c", by_state);
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string changed = good;
    changed.replace(changed.find(from), from.size(), to);
    const Value answer = said(changed);
    const Value* constraints = answer.find("constraints");
    return constraints == nullptr ? std::string() : std::string(constraints->text());
  };
  EXPECT_EQ(with("chart.Table", "chart.Nothing"), "type: Invalid type: io.kestra.plugin.core.dashboard.chart.Nothing");
  EXPECT_EQ(with("displayName: Shown", "description: x"), "chartOptions.displayName: must not be null");
  EXPECT_EQ(with("displayName: Shown", "displayName: x\n  width: 13"), "chartOptions.width: must be from 1 to 12");
  EXPECT_EQ(with("field: STATE", "field: COLOUR"), "data.columns.state.field: Invalid field: COLOUR");
  EXPECT_EQ(with("{field: STATE}", "{}"), "data.columns.state.field: must not be null");
  EXPECT_EQ(with("agg: COUNT", "agg: MEDIAN"),
            "data.columns.total.agg: Invalid value: MEDIAN\ndata.columns.total.field: must not be null");
  EXPECT_EQ(with("{field: STATE}", "{field: STATE, agg: SUM}"), "data.columns.state.agg: STATE is not a number");
  EXPECT_EQ(with("data.Executions", "data.ExecutionsKPI"), "data.type: is only valid for charts of type KPI");
  EXPECT_EQ(with("data.Executions", "data.TriggersKPI"),
            "data.type: Invalid type: io.kestra.plugin.core.dashboard.data.TriggersKPI");
  EXPECT_EQ(with("id: c\n", ""), "id: must not be null");
  EXPECT_EQ(with("id: c\n", "id: -c\n"), "id: must match \"^[a-zA-Z0-9][a-zA-Z0-9_-]*\"");
  EXPECT_EQ(said(table("c", by_state, "  orderBy: [{column: none}]\n")).find("constraints")->text(),
            "data.orderBy[0].column: data.columns has no column `none`");
  EXPECT_EQ(
      said(table("c", by_state, "  where: [{field: STATE, type: IS_NULL, value: 1}]\n")).find("constraints")->text(),
      "data.where[0]: IS_NULL does not take a value");
  EXPECT_EQ(said(table("c", by_state, "  where: [{field: STATE, type: IN, value: 1}]\n")).find("constraints")->text(),
            "data.where[0].values: must be a list of values");
  EXPECT_EQ(said(table("c", by_state, "", "Executions", "Bar")).find("constraints")->text(),
            "chartOptions.column: must not be null");
  EXPECT_EQ(said(table("c", by_state, "", "Executions", "TimeSeries", "  column: state\n")).find("constraints")->text(),
            "chartOptions.column: `state` is not a date");
  EXPECT_EQ(said("id: m\ntype: io.kestra.plugin.core.dashboard.chart.Markdown\ncontent: text\n").find("constraints"),
            nullptr);
  const auto of_board = [&](std::string source) {
    const Value answer = server.send("POST", "dashboards/validate", std::move(source), std::string(yaml)).json();
    const Value* constraints = answer.find("constraints");
    return constraints == nullptr ? std::string() : std::string(constraints->text());
  };
  EXPECT_EQ(of_board(board("b", good)), "");
  EXPECT_EQ(of_board("id: b\n"), "title: must not be null");
  EXPECT_EQ(of_board("title: T\ntimeWindow: {max: P367D}\n"),
            "timeWindow.max: Time window can't be more than 1 year (366 days).");
  EXPECT_EQ(of_board("title: T\ntimeWindow: {default: x}\n"), "timeWindow.default: Invalid duration: x");
  EXPECT_THAT(of_board("title: T\ncharts:\n  - {id: a, type: io.kestra.plugin.core.dashboard.chart.Markdown}\n  - {id: "
                       "a, type: io.kestra.plugin.core.dashboard.chart.Markdown}\n"),
              HasSubstr("Duplicate chart id: a"));
  for (std::string_view broken : {"title: [broken", "just text", "- a\n", "", "title: {}\n", "title: T\ncharts: {}\n",
                                  "title: T\ncharts: [1, [], {}]\n"}) {
    EXPECT_NE(of_board(std::string(broken)), "") << broken;
    EXPECT_EQ(server.send("POST", "dashboards", std::string(broken), std::string(yaml)).status, 422) << broken;
  }
}

}  // namespace
}  // namespace gyr::web
