// Counts of executions by state and time, with the filters of the list (UI-591, UI-1062).
#include <algorithm>

#include "syntax/time.h"
#include "web/http/errors.h"
#include "web/http/filters.h"
#include "web/http/request.h"
#include "web/http/typed.h"
#include "web/overview/values.h"
#include "web/routes.h"
#include "web/runs/run_rows.h"

namespace gyr::web {
namespace {

/// How executions are counted, besides their filters.
struct CountQuery {
  std::string interval = "auto";
};

}  // namespace

template <>
struct DescribedQuery<CountQuery> {
  static constexpr auto parameters = std::tuple(
      parameter("interval", &CountQuery::interval,
                {.documentation = "The length of a bucket, longer if there were more than 200", .fallback = "auto"}));
};

namespace {

/// The maximum number of buckets, and the number that `auto` stays below.
constexpr size_t max_count_buckets = 200;
constexpr size_t usual_count_buckets = 60;

base::Result<void> set_interval(std::string_view text, store::ExecutionCountQuery& query) {
  if (text == "auto") {
    query.bucket = base::Duration::of_seconds(1);
    query.max_buckets = usual_count_buckets;
    return {};
  }
  auto interval = syntax::parse_duration(text);
  if (!interval || interval->is_negative() || interval->is_zero()) {
    return base::fail(bad_argument,
                      fmt::format("interval: `{}` is not a positive duration or `auto`", text.substr(0, 100)));
  }
  query.bucket = *interval;
  query.max_buckets = max_count_buckets;
  return {};
}

base::Task<base::Result<json::ExecutionCounts>> counts_of(Request* request, Selection<store::ExecutionQuery> selection,
                                                          std::string interval) {
  json::ExecutionCounts shown;
  store::ExecutionCountQuery query{std::move(selection.query)};
  GYR_CO_CHECK(set_interval(interval, query));
  if (selection.nothing) co_return shown;
  GYR_CO_TRY(auto counts, co_await request->read([query = std::move(query)](store::Reader& reader) {
    return reader.execution_counts(query);
  }));
  for (const uint64_t count : counts.by_state) shown.total += count;
  shown.about = counts.is_partial;
  shown.by_state = counts_by_state(counts.by_state);
  for (const auto& bucket : counts.buckets)
    shown.buckets.push_back({bucket.start, bucket.start + counts.bucket, counts_by_state(bucket.by_state)});
  co_return shown;
}

base::Task<base::Result<json::ExecutionCounts>> count_executions(Request* request, CountQuery wanted) {
  GYR_CO_TRY(auto selection, select_executions(*request));
  co_return co_await counts_of(request, std::move(selection), std::move(wanted.interval));
}

base::Task<base::Result<json::ExecutionCounts>> count_by_body(Request* request, json::CountRequest body) {
  GYR_CO_TRY(auto filters, filters_of_body(body.filters.is_null() ? base::Value::list({}) : body.filters));
  GYR_CO_TRY(auto selection, select_executions(*request, filters));
  co_return co_await counts_of(request, std::move(selection), std::move(body.interval));
}

}  // namespace

std::vector<Route> execution_count_routes() {
  const Rule may_read{{"EXECUTION", Action::read}, of_rows};
  return {
      {.method = Method::get,
       .path = "~/executions/counts",
       .operation = "countExecutions",
       .summary = "Count executions by state and time of start",
       .rule = may_read,
       .handler = typed<count_executions>,
       .filters = Resource::execution},
      {.method = Method::post,
       .path = "~/executions/counts",
       .operation = "countExecutionsByBody",
       .summary = "Count executions by state and time of start, with the filters in the body",
       .rule = may_read,
       .handler = typed<count_by_body>,
       .body = json_body},
  };
}

}  // namespace gyr::web
