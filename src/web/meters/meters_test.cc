// What the server measures, on the management port (API-120, OPS-21 to OPS-23).
#include "web/meters/meters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "base/text.h"
#include "syntax/time.h"
#include "web/http/request_metrics.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using test::Harness;
using ::testing::HasSubstr;

TEST(Meters, AreExposedInPrometheusFormat) {  // OPS-21
  const std::vector<Meter> meters = {
      {.name = "kestra.worker.job.running", .help = "Number of tasks that run on workers", .samples = {{.value = 3}}},
      {.name = "some.count",
       .kind = MeterKind::counter,
       .help = "Things",
       .samples = {{.tags = {{"state", "a\"b\\\n"}, {"x.y", "z"}}, .value = 1.5}}},
      {.name = "http.server.requests",
       .kind = MeterKind::summary,
       .help = "Requests",
       .unit = "seconds",
       .samples = {{.tags = {{"uri", "/x"}}, .value = 2, .total = 0.5, .longest = 0.4}}}};
  EXPECT_EQ(to_prometheus(meters),
            "# HELP kestra_worker_job_running Number of tasks that run on workers\n# TYPE kestra_worker_job_running "
            "gauge\nkestra_worker_job_running 3\n"
            "# HELP some_count_total Things\n# TYPE some_count_total "
            "counter\nsome_count_total{state=\"a\\\"b\\\\\\n\",x_y=\"z\"} 1.5\n"
            "# HELP http_server_requests_seconds Requests\n# TYPE http_server_requests_seconds summary\n"
            "http_server_requests_seconds_count{uri=\"/x\"} 2\nhttp_server_requests_seconds_sum{uri=\"/x\"} 0.5\n"
            "# HELP http_server_requests_seconds_max Requests\n# TYPE http_server_requests_seconds_max gauge\n"
            "http_server_requests_seconds_max{uri=\"/x\"} 0.4\n");
  const json::Meter shown = shown_meter(meters[2]);
  EXPECT_EQ(shown.measurements.size(), 3u);
  EXPECT_EQ(shown.available_tags.at(0).values.at(0), "/x");
}

TEST(Meters, OfTheProcessExist) {  // OPS-23
  for (const Meter& meter : process_meters()) {
    ASSERT_EQ(meter.samples.size(), 1u) << meter.name;
    EXPECT_GE(meter.samples[0].value, 0) << meter.name;
    if (meter.name == "process.resident.memory.bytes") EXPECT_GT(meter.samples[0].value, 1'000'000);
    if (meter.name == "process.files.open.files") EXPECT_GT(meter.samples[0].value, 2);
  }
}

TEST(Meters, RequestsAreCountedByRouteAndStatus) {  // OPS-23
  RequestMetrics metrics;
  const Route route{.method = Method::get, .path = "~/flows/{id}", .rule = Rule::open()};
  metrics.add("GET", &route, 200, std::chrono::milliseconds(250));
  metrics.add("GET", &route, 200, std::chrono::milliseconds(750));
  metrics.add("GET", &route, 404, std::chrono::milliseconds(1));
  metrics.add("BREW", nullptr, 405, std::chrono::milliseconds(1));
  const auto rows = metrics.rows();
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].path, "UNMATCHED_URI");
  EXPECT_EQ(rows[1].count, 2u);
  EXPECT_DOUBLE_EQ(rows[1].seconds, 1);
  EXPECT_DOUBLE_EQ(rows[1].max_seconds, 0.75);
}

/// A request to the management port.
test::Reply manage(Harness& server, std::string method, std::string target, std::string body = {}) {
  return server.manage({std::move(method), std::move(target), std::move(body), "application/json", {}});
}

TEST(ManagementPort, ReturnsMetricsByNameAndAsText) {  // API-120
  Harness server;
  server.deploy(test::log_flow("company.team", "logs"));
  server.wait_for_end(server.run("company.team", "logs"));
  const auto names = manage(server, "GET", "/metrics");
  ASSERT_EQ(names.status, 200) << names.body;
  for (const base::Value& name : names.at({"names"}).items()) {
    const auto one = manage(server, "GET", fmt::format("/metrics/{}", name.text()));
    EXPECT_EQ(one.text({"name"}), name.text());
    EXPECT_GE(one.at({"measurements"}).size(), 1u);
  }
  EXPECT_EQ(manage(server, "GET", "/metrics/nothing").status, 404);
  const auto text = manage(server, "GET", "/prometheus");
  EXPECT_THAT(text.header("Content-Type"), HasSubstr("version=0.0.4"));
  EXPECT_THAT(text.body, HasSubstr("kestra_executor_executions{state=\"SUCCESS\"} 1\n"));
  EXPECT_THAT(
      text.body,
      HasSubstr(
          "http_server_requests_seconds_count{method=\"POST\",status=\"200\",uri=\"/api/v1/{tenant}/flows\"} 1\n"));
  EXPECT_EQ(server.get("/metrics").status, 404) << "of the management port alone";
}

TEST(ManagementPort, ReturnsMetricsOfTriggers) {  // TRIG-207
  Harness server;
  server.clock().set(*syntax::parse_api_instant("2030-01-01T08:30:00Z"));
  server.deploy(
      "id: timed\nnamespace: company.team\ntasks: [{id: say, type: io.kestra.plugin.core.log.Log, message: m}]\n"
      "triggers: [{id: t, type: io.kestra.plugin.core.trigger.Schedule, cron: '0 * * * *'}]\n");
  const std::string tags =
      R"({flow_id="timed",namespace_id="company.team",tenant_id="main",trigger_type="io.kestra.plugin.core.trigger.Schedule"} )";
  EXPECT_THAT(manage(server, "GET", "/prometheus").body, Not(HasSubstr("kestra_scheduler_trigger_count_total{")));
  server.clock().set(*syntax::parse_api_instant("2030-01-01T09:00:02Z"));
  server.send("POST",
              "triggers/company.team/timed/x/unlock");  // lets its partition look at the clock, whatever comes first
  for (int tries = 0; tries < 10'000 && server.get("executions/search").at({"total"}).as_integer() == 0; ++tries) {
  }
  const std::string text = manage(server, "GET", "/prometheus").body;
  EXPECT_THAT(text, HasSubstr("kestra_scheduler_trigger_count_total" + tags + "1\n"));
  EXPECT_THAT(text, HasSubstr("kestra_scheduler_trigger_delay_duration_seconds_count" + tags + "1\n"));
  EXPECT_THAT(text, HasSubstr("kestra_scheduler_trigger_delay_duration_seconds_sum" + tags + "2"));
  EXPECT_GE(manage(server, "GET", "/metrics/kestra.scheduler.loop.count")
                .at({"measurements"})
                .items()[0]
                .find("value")
                ->as_number(),
            1);
  EXPECT_EQ(manage(server, "GET", "/metrics/kestra.scheduler.evaluate.count")
                .at({"measurements"})
                .items()[0]
                .find("value")
                ->as_number(),
            1);
  EXPECT_EQ(manage(server, "GET", "/metrics/kestra.scheduler.evaluation.loop.duration")
                .at({"measurements"})
                .items()[0]
                .find("value")
                ->as_number(),
            1);
  EXPECT_EQ(manage(server, "GET", "/metrics/kestra.scheduler.execution.missing.duration").status, 200);
}

TEST(ManagementPort, ListsTriggersWithTheirNextDates) {  // TRIG-208
  Harness server;
  server.clock().set(*syntax::parse_api_instant("2030-01-01T08:30:00Z"));
  const auto deploy = [&](std::string_view id, std::string_view cron) {
    server.deploy(fmt::format(
        "id: {}\nnamespace: company.team\ntasks: [{{id: say, type: io.kestra.plugin.core.log.Log, message: m}}]\n"
        "triggers: [{{id: t, type: io.kestra.plugin.core.trigger.Schedule, cron: '{}', inputs: {{token: hidden}}}}]\n"
        "inputs: [{{id: token, type: STRING}}]\n",
        id, cron));
  };
  deploy("late", "0 12 * * *");
  deploy("soon", "0 * * * *");
  const auto shown = manage(server, "GET", "/scheduler");
  ASSERT_EQ(shown.status, 200) << shown.body;
  EXPECT_EQ(shown.at({"schedulableCount"}).as_integer(), 2);
  const base::Value rows = shown.at({"schedulable"});
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows.items()[0].find("flowId")->text(), "soon");
  EXPECT_EQ(rows.items()[0].find("flowNamespace")->text(), "company.team");
  EXPECT_EQ(rows.items()[0].find("flowRevision")->as_integer(), 1);
  EXPECT_EQ(rows.items()[0].find("triggerId")->text(), "t");
  EXPECT_EQ(rows.items()[0].find("type")->text(), "io.kestra.plugin.core.trigger.Schedule");
  EXPECT_THAT(shown.body, HasSubstr(R"("next":"2030-01-01T09:00:00Z")"));
  EXPECT_THAT(shown.body, Not(HasSubstr("hidden"))) << "this port asks nobody who he is";
  EXPECT_EQ(manage(server, "GET", "/scheduler?size=1&page=2").at({"schedulable"}).items()[0].find("flowId")->text(),
            "late");
  EXPECT_EQ(manage(server, "GET", "/scheduler?size=x").status, 422);
  EXPECT_EQ(server.get("/scheduler").status, 404) << "of the management port alone";
}

TEST(ManagementPort, AsksForItsOwnLogin) {  // API-120
  Harness server({.username = "admin@example.com",
                  .password = "Secret123",
                  .management_username = "probe",
                  .management_password = "probes"});
  const auto status = [&server](const char* method, const char* path, std::string_view pair) {
    test::Call call{method, path, {}, {}, {}};
    if (!pair.empty()) call.headers.emplace_back("Authorization", "Basic " + base::base64_encode(pair));
    return server.manage(std::move(call)).status;
  };
  for (const char* path : {"/health", "/prometheus", "/loggers", "/scheduler", "/nothing"}) {
    EXPECT_EQ(status("GET", path, ""), 401) << path;
    EXPECT_EQ(status("GET", path, "probe:wrong"), 401) << path;
    EXPECT_EQ(status("GET", path, "admin@example.com:Secret123"), 401) << path << ": the login of the API";
  }
  EXPECT_EQ(status("GET", "/health", "probe:probes"), 200);
  EXPECT_EQ(status("POST", "/loggers/ROOT", ""), 401) << "nobody changes the level of the log";
  EXPECT_EQ(status("GET", "/nothing", "probe:probes"), 404);
  EXPECT_EQ(server.get("executions/search").status, 401) << "and this login does not open the API";
}

TEST(ManagementPort, ReturnsMetricsOfTasks) {  // SCRIPT-33, OPS-25
  Harness server;
  server.deploy(
      "id: sizes\nnamespace: company.team\ntasks:\n  - {id: say, type: io.kestra.plugin.core.debug.Return, format: "
      "hello}\n");
  server.wait_for_end(server.run("company.team", "sizes"));
  server.wait_for_end(server.run("company.team", "sizes"));
  const std::string text = manage(server, "GET", "/prometheus").body;
  EXPECT_THAT(
      text,
      HasSubstr(
          "# TYPE kestra_io_kestra_plugin_core_debug_return_length_total counter\n"
          "kestra_io_kestra_plugin_core_debug_return_length_total{flow_id=\"sizes\",namespace_id=\"company.team\","
          "task_type=\"io.kestra.plugin.core.debug.Return\",tenant_id=\"main\"} 10\n"));
  EXPECT_THAT(text, HasSubstr("return_duration_seconds_count{flow_id=\"sizes\",namespace_id=\"company.team\","));
  EXPECT_THAT(text, HasSubstr("kestra_task_metrics_dropped_total 0\n"));
  const auto one = manage(server, "GET", "/metrics/kestra.io.kestra.plugin.core.debug.return.length");
  EXPECT_EQ(one.at({"measurements"}).items()[0].find("value")->as_number(), 10);
}

TEST(ManagementPort, ShowsAndChangesLogLevels) {  // API-120
  Harness server;
  const auto before = base::log::level();
  const auto all = manage(server, "GET", "/loggers");
  EXPECT_EQ(all.at({"levels"}).size(), 6u);
  EXPECT_FALSE(all.text({"loggers", "ROOT", "effectiveLevel"}).empty());
  EXPECT_EQ(manage(server, "POST", "/loggers/ROOT", R"({"configuredLevel": "ERROR"})").text({"effectiveLevel"}),
            "ERROR");
  EXPECT_EQ(base::log::level(), base::log::Level::error);
  EXPECT_EQ(manage(server, "POST", "/loggers/ROOT", R"({"configuredLevel": "LOUD"})").status, 422);
  EXPECT_EQ(manage(server, "POST", "/loggers/ROOT", R"({"configuredLevel": null})").text({"effectiveLevel"}), "INFO");
  EXPECT_EQ(manage(server, "GET", "/loggers/io.kestra").status, 404);
  base::log::set_level(before);
}

}  // namespace
}  // namespace gyr::web
