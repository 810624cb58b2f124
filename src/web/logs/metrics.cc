// Metrics of an execution and of a flow (API-65, API-105).
#include <algorithm>
#include <numeric>
#include <set>

#include "base/text.h"
#include "web/executions/executions.h"
#include "web/flows.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/typed.h"
#include "web/logs/metric_buckets.h"
#include "web/logs/values.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

/// Which metrics of an execution are listed.
struct MetricsQuery {
  std::optional<std::string> task_run;
  std::string task;
};
/// What a metric is summed over.
struct AggregationQuery {
  std::optional<base::Instant> start;
  std::optional<base::Instant> end;
  std::string aggregation;
};

}  // namespace

template <>
struct DescribedQuery<MetricsQuery> {
  using T = MetricsQuery;
  static constexpr auto parameters =
      std::tuple(parameter("taskRunId", &T::task_run, {.documentation = "Only for this task run"}),
                 parameter("taskId", &T::task, {.documentation = "Only for this task"}));
};
template <>
struct DescribedQuery<AggregationQuery> {
  using T = AggregationQuery;
  static constexpr auto parameters = std::tuple(
      parameter("startDate", &T::start, {.documentation = "The start; default: 30 days before `endDate`"}),
      parameter("endDate", &T::end, {.documentation = "The end; default: now"}),
      parameter("aggregation", &T::aggregation, {.documentation = "sum, avg, min or max", .fallback = "sum"}));
};

namespace {

/// The maximum number of metrics of one execution.
constexpr size_t max_metrics = 100'000;
/// The maximum number of metrics that are read to list names, newest executions first.
constexpr size_t max_for_names = 20'000;
constexpr base::Duration default_range = base::Duration::of_seconds(30 * 86'400);

using MetricPage = JsonOf<Paged<model::MetricEntry>>;

/// One order of metrics; API-28.
using MetricOrder = bool (*)(const model::MetricEntry&, const model::MetricEntry&);
template <auto field>
bool is_before(const model::MetricEntry& left, const model::MetricEntry& right) {
  return left.*field < right.*field;
}
bool is_of_earlier_namespace(const model::MetricEntry& left, const model::MetricEntry& right) {
  return left.flow->namespace_ < right.flow->namespace_;
}
bool is_of_earlier_flow(const model::MetricEntry& left, const model::MetricEntry& right) {
  return left.flow->id < right.flow->id;
}
constexpr std::pair<std::string_view, MetricOrder> metric_orders[] = {
    {"namespace", is_of_earlier_namespace},
    {"flowId", is_of_earlier_flow},
    {"executionId", is_before<&model::MetricEntry::execution_id>},
    {"taskrunId", is_before<&model::MetricEntry::task_run_id>},
    {"timestamp", is_before<&model::MetricEntry::timestamp>},
    {"name", is_before<&model::MetricEntry::name>},
    {"value", is_before<&model::MetricEntry::value>},
    {"type", is_before<&model::MetricEntry::type>},
    {"taskId", is_before<&model::MetricEntry::task_id>},
    {"taskRunId", is_before<&model::MetricEntry::task_run_id>},
};

/// The wanted orders, the most important one first, each with whether it descends.
base::Result<std::vector<std::pair<MetricOrder, bool>>> metric_orders_of(const Request& request) {
  std::vector<std::pair<MetricOrder, bool>> orders;
  for (const auto& [parameter, list] : request.query()) {
    if (parameter != "sort") continue;
    for (std::string_view one : base::split(list, ',')) {
      if (base::trim(one).empty()) continue;
      const size_t colon = one.find(':');
      const std::string_view name = base::trim(one.substr(0, colon));
      const std::string_view direction = colon == std::string_view::npos ? "asc" : base::trim(one.substr(colon + 1));
      const auto found = std::ranges::find(metric_orders, name, &std::pair<std::string_view, MetricOrder>::first);
      const bool is_descending = base::equals_ignoring_case(direction, "desc");
      if (found == std::end(metric_orders) || (!is_descending && !base::equals_ignoring_case(direction, "asc")))
        return base::fail(bad_argument, fmt::format("sort: metrics cannot be sorted by `{}`", one.substr(0, 100)));
      orders.emplace_back(found->second, is_descending);
    }
  }
  return orders;
}

/// Metrics that are equal keep their places.
void sort_metrics(std::vector<model::MetricEntry>& metrics, const std::vector<std::pair<MetricOrder, bool>>& orders) {
  if (orders.empty()) return;
  std::vector<size_t> places(metrics.size());
  std::iota(places.begin(), places.end(), size_t{0});
  std::ranges::sort(places, [&](size_t left, size_t right) {
    for (const auto& [is_before, is_descending] : orders) {
      if (is_before(metrics[left], metrics[right])) return !is_descending;
      if (is_before(metrics[right], metrics[left])) return is_descending;
    }
    return left < right;
  });
  std::vector<model::MetricEntry> sorted;
  sorted.reserve(metrics.size());
  for (const size_t place : places) sorted.push_back(std::move(metrics[place]));
  metrics = std::move(sorted);
}

base::Task<base::Result<MetricPage>> metrics_of_execution(Request* request, MetricsQuery wanted) {
  GYR_CO_TRY(auto orders, metric_orders_of(*request));
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  const auto run_id = wanted.task_run ? base::Id::parse(*wanted.task_run) : std::nullopt;
  if (wanted.task_run && !run_id) co_return MetricPage{page_json("", 0)};
  co_return co_await request->read(
      [visible = request->visible(), id = loaded.row.execution.id, run_id, task = std::move(wanted.task),
       orders = std::move(orders),
       offset = static_cast<uint64_t>(request->page() - 1) * static_cast<uint64_t>(request->page_size()),
       size = static_cast<uint64_t>(request->page_size())](store::Reader& reader) -> base::Result<MetricPage> {
        GYR_TRY(auto metrics, reader.metrics(visible, id, max_metrics));
        std::erase_if(metrics, [&](const auto& metric) {
          return (run_id && metric.task_run_id != *run_id) || (!task.empty() && metric.task_id != task);
        });
        sort_metrics(metrics, orders);
        Paged<model::MetricEntry> page{{}, metrics.size()};
        for (uint64_t i = offset; i < metrics.size() && i < offset + size; ++i)
          page.results.push_back(std::move(metrics[i]));
        return MetricPage{to_json(page)};
      });
}

// ---- of a flow: what its newest executions have measured

/// The flow and the optional task of a path.
store::Reader::FlowMetricQuery metric_query_of(Request* request, bool task, size_t look_at) {
  return {.visible = request->visible(),
          .flow = flow_of_path(*request, "flowId"),
          .task_id = task ? std::string(request->path("taskId")) : "",
          .look_at = look_at};
}

using Texts = std::vector<std::string>;

base::Task<base::Result<Texts>> distinct(Request* request, bool of_task, std::string model::MetricEntry::* field) {
  return request->read(
      [query = metric_query_of(request, of_task, max_for_names), field](store::Reader& reader) -> base::Result<Texts> {
        GYR_TRY(auto metrics, reader.flow_metrics(query));
        std::set<std::string> found;
        for (auto& metric : metrics) found.insert(std::move(metric.*field));
        return Texts(found.begin(), found.end());
      });
}

base::Task<base::Result<Texts>> names_of_flow(Request* request) {
  return distinct(request, false, &model::MetricEntry::name);
}
base::Task<base::Result<Texts>> names_of_task(Request* request) {
  return distinct(request, true, &model::MetricEntry::name);
}
base::Task<base::Result<Texts>> tasks_of_flow(Request* request) {
  return distinct(request, false, &model::MetricEntry::task_id);
}

base::Task<base::Result<json::MetricAggregations>> sums(Request* request, AggregationQuery wanted, bool of_task) {
  const base::Instant to = wanted.end.value_or(request->services().clock.now());
  const base::Instant from = wanted.start.value_or(to - default_range);
  const auto aggregation = parse_aggregation(wanted.aggregation);
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
  json::MetricAggregations shown{std::string(to_text(bucket_for(to - from))), {}};
  for (const BucketValue& value : values) shown.aggregations.push_back({query.name, value.value, value.begin});
  co_return shown;
}

base::Task<base::Result<json::MetricAggregations>> sums_of_flow(Request* request, AggregationQuery wanted) {
  return sums(request, std::move(wanted), false);
}
base::Task<base::Result<json::MetricAggregations>> sums_of_task(Request* request, AggregationQuery wanted) {
  return sums(request, std::move(wanted), true);
}

}  // namespace

std::vector<Route> metric_routes() {
  const Right may_read{"EXECUTION", Action::read};
  return {
      {.method = Method::get,
       .path = "~/metrics/aggregates/{namespace}/{flowId}/{metric}",
       .operation = "aggregateMetricsFromFlow",
       .summary = "Sum a metric of a flow over time",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<sums_of_flow>},
      {.method = Method::get,
       .path = "~/metrics/aggregates/{namespace}/{flowId}/{taskId}/{metric}",
       .operation = "aggregateMetricsFromTask",
       .summary = "Sum a metric of a task over time",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<sums_of_task>},
      {.method = Method::get,
       .path = "~/metrics/names/{namespace}/{flowId}",
       .operation = "listFlowMetrics",
       .summary = "List the names of the metrics of a flow",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<names_of_flow>},
      {.method = Method::get,
       .path = "~/metrics/names/{namespace}/{flowId}/{taskId}",
       .operation = "listTaskMetrics",
       .summary = "List the names of the metrics of a task",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<names_of_task>},
      {.method = Method::get,
       .path = "~/metrics/tasks/{namespace}/{flowId}",
       .operation = "listTasksWithMetrics",
       .summary = "List the tasks of a flow that have metrics",
       .rule = {may_read, in_path("namespace")},
       .handler = typed<tasks_of_flow>},
      {.method = Method::get,
       .path = "~/metrics/{executionId}",
       .operation = "searchByExecution",
       .summary = "List the metrics of an execution",
       .rule = {{"EXECUTION", Action::read}, of_entity},
       .handler = typed<metrics_of_execution>,
       .page_size = 10},
  };
}

}  // namespace gyr::web
