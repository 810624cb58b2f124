// Metrics of an execution and of a flow (API-65, API-105).
#include <set>

#include "model/execution_json.h"
#include "web/executions/executions.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/logs/values.h"
#include "web/metric_buckets.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

/// The maximum number of metrics of one execution.
constexpr size_t max_metrics = 100'000;
/// The maximum number of metrics that are read to list names, newest executions first.
constexpr size_t max_for_names = 20'000;
constexpr base::Duration default_range = base::Duration::of_seconds(30 * 86'400);

base::Task<Outcome> metrics_of_execution(Request* request) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  const auto run = request->text("taskRunId");
  const auto run_id = run ? base::Id::parse(*run) : std::nullopt;
  if (run && !run_id) co_return json_answer(page_json("", 0));
  GYR_CO_TRY(
      std::string json,
      co_await request->read(
          [visible = request->visible(), id = loaded.row.execution.id, run_id,
           task = std::string(request->text("taskId").value_or("")),
           offset = static_cast<uint64_t>(request->page() - 1) * static_cast<uint64_t>(request->page_size()),
           size = static_cast<uint64_t>(request->page_size())](store::Reader& reader) -> base::Result<std::string> {
            GYR_TRY(auto metrics, reader.metrics(visible, id, max_metrics));
            std::erase_if(metrics, [&](const auto& metric) {
              return (run_id && metric.task_run_id != *run_id) || (!task.empty() && metric.task_id != task);
            });
            std::string list;
            for (uint64_t i = offset; i < metrics.size() && i < offset + size; ++i) {
              if (!list.empty()) list += ',';
              append_json(list, model::metric_to_value(metrics[i]));
            }
            return page_json(list, metrics.size());
          }));
  co_return json_answer(std::move(json));
}

// ---- of a flow: what its newest executions have measured

/// The flow and the optional task of a path.
store::Reader::FlowMetricQuery metric_query_of(Request* request, bool task, size_t look_at) {
  return {.visible = request->visible(),
          .flow = {request->tenant(), std::string(request->path("namespace")), std::string(request->path("flowId"))},
          .task_id = task ? std::string(request->path("taskId")) : "",
          .look_at = look_at};
}

base::Task<Outcome> distinct(Request* request, bool of_task, std::string model::MetricEntry::* field) {
  GYR_CO_TRY(std::set<std::string> texts,
             co_await request->read([query = metric_query_of(request, of_task, max_for_names),
                                     field](store::Reader& reader) -> base::Result<std::set<std::string>> {
               GYR_TRY(auto metrics, reader.flow_metrics(query));
               std::set<std::string> found;
               for (auto& metric : metrics) found.insert(std::move(metric.*field));
               return found;
             }));
  co_return json_answer(texts_value({texts.begin(), texts.end()}));
}

base::Task<Outcome> names_of_flow(Request* request) { return distinct(request, false, &model::MetricEntry::name); }
base::Task<Outcome> names_of_task(Request* request) { return distinct(request, true, &model::MetricEntry::name); }
base::Task<Outcome> tasks_of_flow(Request* request) { return distinct(request, false, &model::MetricEntry::task_id); }

base::Task<Outcome> sums(Request* request, bool of_task) {
  const base::Instant to = request->instant("endDate").value_or(request->services().clock.now());
  const base::Instant from = request->instant("startDate").value_or(to - default_range);
  const auto aggregation = parse_aggregation(*request->text("aggregation"));
  if (!aggregation) co_return base::fail(bad_argument, "aggregation: must be one of sum, avg, min, max");
  auto query = metric_query_of(request, of_task, max_metrics);
  query.name = request->path("metric");
  query.from = from;
  query.to = to;
  GYR_CO_TRY(auto values, co_await request->read(
                              [query, aggregation](store::Reader& reader) -> base::Result<std::vector<BucketValue>> {
                                GYR_TRY(auto metrics, reader.flow_metrics(query));
                                return aggregate(metrics, *query.from, *query.to, *aggregation);
                              }));
  base::ListBuilder list;
  for (const BucketValue& value : values) {
    list.push(base::Value::map({{"name", base::Value::string(query.name)},
                                {"value", base::Value::number(value.value)},
                                {"date", base::Value::instant(value.begin)}}));
  }
  co_return json_answer(base::Value::map(
      {{"groupBy", base::Value::string(to_text(bucket_for(to - from)))}, {"aggregations", list.build()}}));
}

base::Task<Outcome> sums_of_flow(Request* request) { return sums(request, false); }
base::Task<Outcome> sums_of_task(Request* request) { return sums(request, true); }

}  // namespace

std::vector<Route> metric_routes() {
  const Right may_read{"EXECUTION", Action::read};
  const std::vector<QueryParameter> range = {
      {"startDate", ValueKind::date_time, "The start; default: 30 days before `endDate`"},
      {"endDate", ValueKind::date_time, "The end; default: now"},
      {"aggregation", ValueKind::text, "sum, avg, min or max", false, "sum"}};
  return {
      {.method = Method::get,
       .path = "~/metrics/aggregates/{namespace}/{flowId}/{metric}",
       .operation = "aggregateMetricsFromFlow",
       .summary = "Sum a metric of a flow over time",
       .rule = {may_read, in_path("namespace")},
       .handler = sums_of_flow,
       .query = range,
       .answer = answers<json::MetricAggregations>},
      {.method = Method::get,
       .path = "~/metrics/aggregates/{namespace}/{flowId}/{taskId}/{metric}",
       .operation = "aggregateMetricsFromTask",
       .summary = "Sum a metric of a task over time",
       .rule = {may_read, in_path("namespace")},
       .handler = sums_of_task,
       .query = range,
       .answer = answers<json::MetricAggregations>},
      {.method = Method::get,
       .path = "~/metrics/names/{namespace}/{flowId}",
       .operation = "listFlowMetrics",
       .summary = "List the names of the metrics of a flow",
       .rule = {may_read, in_path("namespace")},
       .handler = names_of_flow,
       .answer = answers<std::vector<std::string>>},
      {.method = Method::get,
       .path = "~/metrics/names/{namespace}/{flowId}/{taskId}",
       .operation = "listTaskMetrics",
       .summary = "List the names of the metrics of a task",
       .rule = {may_read, in_path("namespace")},
       .handler = names_of_task,
       .answer = answers<std::vector<std::string>>},
      {.method = Method::get,
       .path = "~/metrics/tasks/{namespace}/{flowId}",
       .operation = "listTasksWithMetrics",
       .summary = "List the tasks of a flow that have metrics",
       .rule = {may_read, in_path("namespace")},
       .handler = tasks_of_flow,
       .answer = answers<std::vector<std::string>>},
      {.method = Method::get,
       .path = "~/metrics/{executionId}",
       .operation = "searchByExecution",
       .summary = "List the metrics of an execution",
       .rule = {{"EXECUTION", Action::read}, of_entity},
       .handler = metrics_of_execution,
       .query = {{"taskRunId", ValueKind::text, "Only for this task run"},
                 {"taskId", ValueKind::text, "Only for this task"}},
       .page_size = 10,
       .answer = answers<Paged<json::MetricEntry>>},
  };
}

}  // namespace gyr::web
