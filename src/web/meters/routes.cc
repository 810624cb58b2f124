// Metrics, log levels and build information on the management port (API-120).
#include <array>
#include <map>

#include "base/edge.h"
#include "base/invariant.h"
#include "base/log.h"
#include "dispatch/task_meters.h"
#include "dispatch/worker_hub.h"
#include "executor/trigger_meters.h"
#include "model/state.h"
#include "store/store.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/core.h"
#include "web/http/errors.h"
#include "web/http/request.h"
#include "web/http/request_metrics.h"
#include "web/http/typed.h"
#include "web/meters/meters.h"

namespace gyr::web {
namespace {

constexpr std::array<std::pair<std::string_view, base::log::Level>, 6> levels = {{{"OFF", base::log::Level::off},
                                                                                  {"ERROR", base::log::Level::error},
                                                                                  {"WARN", base::log::Level::warn},
                                                                                  {"INFO", base::log::Level::info},
                                                                                  {"DEBUG", base::log::Level::debug},
                                                                                  {"TRACE", base::log::Level::trace}}};
/// There is one logger.
constexpr std::string_view root_logger = "ROOT";

Meter requests(const RequestMetrics& metrics) {
  Meter meter{
      .name = "http.server.requests", .kind = MeterKind::summary, .help = "Requests by route", .unit = "seconds"};
  for (const auto& row : metrics.rows()) {
    std::string path(row.path);
    if (path.starts_with('~')) path = "/api/v1/{tenant}" + path.substr(1);
    if (path.starts_with('$')) path = "/api/v1" + path.substr(1);
    meter.samples.push_back({.tags = {{"method", std::string(row.method)},
                                      {"status", std::to_string(row.status)},
                                      {"uri", std::move(path)}},
                             .value = static_cast<double>(row.count),
                             .total = row.seconds,
                             .longest = row.max_seconds});
  }
  return meter;
}

/// Each of them is an error in the program or a lack of memory; the server has continued.
Meter caught_exceptions(const std::string& prefix) {
  Meter meter{.name = prefix + ".server.exceptions.caught",
              .kind = MeterKind::counter,
              .help = "Unexpected exceptions that were caught, by boundary"};
  for (size_t i = 0; i < base::edge_count; ++i) {
    const auto edge = static_cast<base::Edge>(i);
    meter.samples.push_back(
        {.tags = {{"edge", std::string(base::to_text(edge))}}, .value = static_cast<double>(base::caught_count(edge))});
  }
  return meter;
}

Sample sample_of(const executor::TimerMeter& timer, std::vector<std::pair<std::string, std::string>> tags = {}) {
  return {.tags = std::move(tags),
          .value = static_cast<double>(timer.count),
          .total = timer.seconds,
          .longest = timer.max_seconds};
}

/// What triggers of this process do (TRIG-207).
void add_trigger_meters(const executor::TriggerMeters::Snapshot& snapshot, const std::string& prefix,
                        std::vector<Meter>& meters) {
  const auto counter = [&](std::string_view name, std::string_view help, uint64_t count) {
    meters.push_back({.name = prefix + std::string(name),
                      .kind = MeterKind::counter,
                      .help = help,
                      .samples = {{.value = static_cast<double>(count)}}});
  };
  counter(".scheduler.loop.count", "Number of checks for due dates", snapshot.looks);
  counter(".scheduler.evaluate.count", "Number of evaluated triggers", snapshot.evaluations);
  meters.push_back({.name = prefix + ".scheduler.evaluation.loop.duration",
                    .kind = MeterKind::summary,
                    .help = "Duration of the evaluation of a trigger",
                    .unit = "seconds",
                    .samples = {sample_of(snapshot.evaluation)}});
  Meter started{.name = prefix + ".scheduler.trigger.count",
                .kind = MeterKind::counter,
                .help = "Number of executions started by triggers"};
  const auto timer = [&](std::string_view name, std::string_view help) {
    return Meter{.name = prefix + std::string(name), .kind = MeterKind::summary, .help = help, .unit = "seconds"};
  };
  Meter delay = timer(".scheduler.trigger.delay.duration",
                      "Delay between a date and the start of its execution, without backfills");
  Meter running = timer(".scheduler.execution.running.duration",
                        "How long dates have waited for the previous execution, at each check");
  Meter missing = timer(".scheduler.execution.missing.duration",
                        "How long dates have waited for an execution that was not found, at each check");
  for (const auto& series : snapshot.series) {
    const std::vector<std::pair<std::string, std::string>> tags = {{"flow_id", series.flow.id},
                                                                   {"namespace_id", series.flow.namespace_},
                                                                   {"tenant_id", series.flow.tenant},
                                                                   {"trigger_type", series.type}};
    if (series.started > 0) started.samples.push_back({.tags = tags, .value = static_cast<double>(series.started)});
    if (series.delay.count > 0) delay.samples.push_back(sample_of(series.delay, tags));
    if (series.running.count > 0) running.samples.push_back(sample_of(series.running, tags));
    if (series.missing.count > 0) missing.samples.push_back(sample_of(series.missing, tags));
  }
  for (Meter* meter : {&started, &delay, &running, &missing}) meters.push_back(std::move(*meter));
}

/// Executions that are stored, by state: read from the sums that charts are made of.
base::Result<Meter> executions(store::Reader& reader, const store::Visible& visible, const std::string& prefix,
                               base::Instant now) {
  store::RollupQuery query{visible};
  query.tenant = "main";
  query.to = now + base::Duration::of_seconds(24 * 3'600);
  query.by_day = true;
  GYR_TRY(auto rows, reader.rollup(query));
  std::map<model::State, uint64_t> counts;
  for (const auto& row : rows) counts[row.state] += row.count;
  Meter meter{.name = prefix + ".executor.executions",
              .kind = MeterKind::gauge,
              .help = "Number of stored executions by state"};
  for (const auto& [state, count] : counts)
    meter.samples.push_back(
        {.tags = {{"state", std::string(model::to_text(state))}}, .value = static_cast<double>(count)});
  return meter;
}

/// What tasks measured (SCRIPT-33), and how much of it found no place.
void append_task_meters(std::vector<Meter>& meters, const executor::TaskMeters& measured, const std::string& prefix) {
  constexpr double millis = 1'000;
  for (auto& task_meter : measured.all()) {
    const bool timer = task_meter.type == model::MetricType::timer;
    Meter meter{.name = prefix + "." + task_meter.name, .help = "Metric of tasks", .unit = timer ? "seconds" : ""};
    if (timer) meter.kind = MeterKind::summary;
    if (task_meter.type == model::MetricType::counter) meter.kind = MeterKind::counter;
    for (auto& series : task_meter.series) {
      meter.samples.push_back({.tags = std::move(series.tags),
                               .value = series.value,
                               .total = series.total / millis,
                               .longest = series.longest / millis});
    }
    meters.push_back(std::move(meter));
  }
  meters.push_back({.name = prefix + ".task.metrics.dropped",
                    .kind = MeterKind::counter,
                    .help = "Number of metric values of tasks that were dropped: too many series, or not valid",
                    .samples = {{.value = static_cast<double>(measured.dropped())}}});
}

base::Task<base::Result<std::vector<Meter>>> all_meters(Request* request) {
  const std::string prefix = request->settings().metrics_prefix;
  GYR_CO_TRY(std::vector<Meter> meters, co_await on_pool<std::vector<Meter>>(
                                            &request->services().work, &request->loop(),
                                            []() -> base::Result<std::vector<Meter>> { return process_meters(); }));
  meters.push_back(requests(*request->core().request_metrics));
  meters.push_back(caught_exceptions(prefix));
  if (const executor::WorkerHub* workers = request->services().workers) {
    meters.push_back({.name = prefix + ".worker.job.pending",
                      .help = "Number of tasks that wait for a worker",
                      .samples = {{.value = static_cast<double>(workers->queued())}}});
    meters.push_back({.name = prefix + ".worker.job.running",
                      .help = "Number of tasks that run on workers",
                      .samples = {{.value = static_cast<double>(workers->running())}}});
  }
  meters.push_back({.name = prefix + ".executor.invariants.broken",
                    .kind = MeterKind::counter,
                    .help = "Number of broken invariants",
                    .samples = {{.value = static_cast<double>(base::broken_invariants())}}});
  if (const executor::TriggerMeters* triggers = request->services().trigger_meters)
    add_trigger_meters(triggers->snapshot(), prefix, meters);
  if (request->services().task_meters != nullptr) append_task_meters(meters, *request->services().task_meters, prefix);
  GYR_CO_TRY(Meter stored,
             co_await request->read([visible = request->visible(), prefix, now = request->services().clock.now()](
                                        store::Reader& reader) { return executions(reader, visible, prefix, now); }));
  meters.push_back(std::move(stored));
  std::ranges::sort(meters, {}, &Meter::name);
  co_return meters;
}

base::Task<Outcome> prometheus(Request* request) {
  GYR_CO_TRY(auto meters, co_await all_meters(request));
  co_return text_answer(to_prometheus(meters), "text/plain; version=0.0.4; charset=utf-8");
}

base::Task<base::Result<json::MeterNames>> metric_names(Request* request) {
  GYR_CO_TRY(auto meters, co_await all_meters(request));
  json::MeterNames shown;
  for (const Meter& meter : meters) shown.names.push_back(meter.name);
  co_return shown;
}

base::Task<base::Result<json::Meter>> one_metric(Request* request) {
  GYR_CO_TRY(auto meters, co_await all_meters(request));
  const auto found = std::ranges::find(meters, request->path("name"), &Meter::name);
  if (found == meters.end())
    co_return base::fail(not_found, fmt::format("Metric '{}' not found", request->path("name")));
  co_return shown_meter(*found);
}

// ---- log levels

json::Logger logger() {
  const auto found =
      std::ranges::find(levels, base::log::level(), &std::pair<std::string_view, base::log::Level>::second);
  const std::string name(found == levels.end() ? "INFO" : found->first);
  return {name, name};
}

base::Task<base::Result<json::Loggers>> loggers(Request*) {
  json::Loggers shown;
  for (const auto& [name, level] : levels) shown.levels.emplace_back(name);
  shown.loggers.emplace(root_logger, logger());
  co_return shown;
}

base::Result<void> check_logger(Request* request) {
  if (request->path("name") == root_logger) return {};
  return base::fail(not_found, fmt::format("Logger '{}' not found; loggers: {}", request->path("name"), root_logger));
}

base::Task<base::Result<json::Logger>> one_logger(Request* request) {
  GYR_CO_CHECK(check_logger(request));
  co_return logger();
}

base::Task<base::Result<json::Logger>> set_logger(Request* request, json::LoggerToSet body) {
  GYR_CO_CHECK(check_logger(request));
  const base::Value& wanted = body.configured_level;
  if (wanted.is_null()) {
    base::log::set_level(base::log::Level::info);  // as a server starts
    co_return logger();
  }
  const auto found = std::ranges::find(levels, wanted.is_string() ? wanted.text() : std::string_view(),
                                       &std::pair<std::string_view, base::log::Level>::first);
  if (found == levels.end())
    co_return base::fail(bad_body, "configuredLevel: must be one of OFF, ERROR, WARN, INFO, DEBUG, TRACE");
  base::log::set_level(found->second);
  co_return logger();
}

base::Task<base::Result<json::BuildInfo>> info(Request* request) {
  const Settings& settings = request->settings();
  co_return json::BuildInfo{.app = {.version = settings.version},
                            .git = {.commit = {settings.commit, settings.commit_date}}};
}

}  // namespace

std::vector<Route> meter_routes() {
  return {
      {.method = Method::get,
       .path = "/prometheus",
       .operation = "prometheus",
       .summary = "Metrics as Prometheus text",
       .rule = Rule::open(),
       .handler = prometheus,
       .answer = sends("text/plain")},
      {.method = Method::get,
       .path = "/metrics",
       .operation = "metricNames",
       .summary = "Names of metrics",
       .rule = Rule::open(),
       .handler = typed<metric_names>},
      {.method = Method::get,
       .path = "/metrics/{name}",
       .operation = "metric",
       .summary = "One metric",
       .rule = Rule::open(),
       .handler = typed<one_metric>},
      {.method = Method::get,
       .path = "/loggers",
       .operation = "loggers",
       .summary = "Log levels",
       .rule = Rule::open(),
       .handler = typed<loggers>},
      {.method = Method::get,
       .path = "/loggers/{name}",
       .operation = "logger",
       .summary = "The level of a logger",
       .rule = Rule::open(),
       .handler = typed<one_logger>},
      {.method = Method::post,
       .path = "/loggers/{name}",
       .operation = "setLogger",
       .summary = "Change the level of a logger",
       .rule = Rule::open(),
       .handler = typed<set_logger>,
       .body = json_body},
      {.method = Method::get,
       .path = "/info",
       .operation = "info",
       .summary = "Build information",
       .rule = Rule::open(),
       .handler = typed<info>},
  };
}

}  // namespace gyr::web
