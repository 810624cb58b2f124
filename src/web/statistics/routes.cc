// Statistics for the charts of 0.x clients (API-5).
#include "web/routes.h"

#include "base/clock.h"
#include "base/text.h"
#include "web/executions/executions.h"
#include "web/flows.h"
#include "web/http/errors.h"
#include "web/http/limits.h"
#include "web/http/typed.h"
#include "web/statistics/daily.h"

namespace gyr::web {
namespace {

constexpr int64_t charted_days = 30;
constexpr uint32_t log_lines_a_page = 10'000;

/// Where the flows of a request are.
struct Selected {
  store::Visible visible;
  std::string tenant;
  std::vector<store::TextFilter> namespaces;
  std::vector<store::TextFilter> flow_ids;
  std::string text;
};

base::Result<Selected> selected(const Request& request, const json::StatisticRequest& body) {
  Selected all{request.visible(), request.tenant(), {}, {}, body.q.value_or("")};
  if (body.namespace_ && !body.namespace_->empty())
    all.namespaces.push_back({store::Operator::prefix, {*body.namespace_}});
  if (body.flow_id && !body.flow_id->empty()) all.flow_ids.push_back({store::Operator::equals, {*body.flow_id}});
  bool user = false, system = false;
  for (const std::string& scope : body.scope.value_or(std::vector<std::string>())) {
    if (scope != "USER" && scope != "SYSTEM")
      return base::fail(bad_body, fmt::format("scope: must be USER or SYSTEM, not `{}`", scope.substr(0, 100)));
    (scope == "USER" ? user : system) = true;
  }
  if (user != system)
    all.namespaces.push_back(
        {system ? store::Operator::equals : store::Operator::not_equals, {request.settings().system_namespace}});
  return all;
}

struct Period {
  base::Instant from, to;
};
base::Result<Period> period_of(const Request& request, const json::StatisticRequest& body) {
  Period period;
  period.to = body.end_date.value_or(request.services().clock.now());
  period.from = body.start_date.value_or(period.to - base::Duration::of_seconds(charted_days * 86'400));
  if (period.to < period.from) return base::fail(bad_body, "endDate: must not be before startDate");
  if (period.to - period.from > base::Duration::of_seconds(max_charted_days * 86'400))
    return base::fail(bad_body,
                      fmt::format("startDate: must not be more than {} days before endDate", max_charted_days));
  return period;
}

base::Result<StatisticsQuery> query_of(const Request& request, const json::StatisticRequest& body) {
  GYR_TRY(Selected where, selected(request, body));
  GYR_TRY(Period period, period_of(request, body));
  StatisticsQuery query{{where.visible}, period.from, period.to};
  query.executions.tenant = std::move(where.tenant);
  query.executions.namespaces = std::move(where.namespaces);
  query.executions.flow_ids = std::move(where.flow_ids);
  query.executions.text = std::move(where.text);
  for (const std::string& name : body.state.value_or(std::vector<std::string>())) {
    const auto state = model::parse_state(name);
    if (!state) return base::fail(bad_body, fmt::format("state: `{}` is not a state", name.substr(0, 100)));
    query.executions.states.push_back(*state);
  }
  return query;
}

base::Task<base::Result<json::Statistics>> count_executions(Request* request, json::StatisticRequest body) {
  GYR_CO_TRY(auto query, query_of(*request, body));
  co_return co_await request->read([query = std::move(query)](store::Reader& reader) -> base::Result<json::Statistics> {
    GYR_TRY(auto counts, daily_counts(reader, query));
    return counts.statistics();
  });
}

base::Task<base::Result<CountsByFlow>> count_by_flow(Request* request, const json::StatisticRequest& body) {
  GYR_CO_TRY(auto query, query_of(*request, body));
  co_return co_await request->read(
      [query = std::move(query)](store::Reader& reader) { return daily_counts_by_flow(reader, query); });
}

/// The flows of one name are added up: `name_of` gives the key in the answer.
base::Task<base::Result<json::StatisticsByFlow>> count_by_flow_of(Request* request, json::StatisticRequest body) {
  // Clients send one empty flow where they mean all of them.
  std::erase_if(body.flows.emplace(body.flows.value_or(std::vector<json::FlowOfExecutions>())),
                [](const json::FlowOfExecutions& flow) { return flow.namespace_.empty() || flow.id.empty(); });
  GYR_CO_TRY(auto counts, co_await count_by_flow(request, body));
  json::StatisticsByFlow shown;
  if (body.namespace_only.value_or(false)) {
    for (auto& [namespace_, statistics] : by_namespace(counts)) shown[namespace_]["*"] = std::move(statistics);
    co_return shown;
  }
  for (const auto& [flow, of_flow] : counts) {
    const bool is_wanted = body.flows->empty() || std::ranges::any_of(*body.flows, [&flow](const auto& wanted) {
                             return wanted.namespace_ == flow.first && wanted.id == flow.second;
                           });
    if (is_wanted) shown[flow.first][flow.second] = of_flow.statistics();
  }
  co_return shown;
}

base::Task<base::Result<json::StatisticsByNamespace>> count_by_namespace(Request* request,
                                                                         json::StatisticRequest body) {
  GYR_CO_TRY(auto counts, co_await count_by_flow(request, body));
  co_return by_namespace(counts);
}

/// The task runs of executions that started in the period.
base::Task<base::Result<json::Statistics>> count_task_runs(Request* request, json::StatisticRequest body) {
  GYR_CO_TRY(auto query, query_of(*request, body));
  std::vector<model::State> states = std::exchange(query.executions.states, {});
  co_return co_await request->read([query = std::move(query), states = std::move(states)](
                                       store::Reader& reader) -> base::Result<json::Statistics> {
    DailyCounts counts(Periods(query.from, query.to));
    store::ExecutionQuery executions = query.executions;
    executions.started = {{store::Operator::greater_or_equal, query.from}, {store::Operator::less_or_equal, query.to}};
    uint64_t read = 0;
    GYR_CHECK(
        for_each_execution(reader, std::move(executions), [&](const store::ExecutionRow& row) -> base::Result<bool> {
          GYR_CHECK(
              for_each_task_run(reader, row.execution.id, [&](const store::TaskRunRow& run) -> base::Result<bool> {
                if (++read > max_searched) return base::fail(too_many_searched("task runs"));
                if (states.empty() || std::ranges::find(states, run.run.state.current()) != states.end())
                  counts.add(run.run.state);
                return true;
              }));
          return true;
        }));
    return counts.statistics();
  });
}

base::Task<base::Result<std::vector<json::LogStatistics>>> count_log_lines(Request* request,
                                                                           json::StatisticRequest body) {
  GYR_CO_TRY(Selected where, selected(*request, body));
  GYR_CO_TRY(Period period, period_of(*request, body));
  store::LogQuery query{where.visible};
  query.tenant = where.tenant;
  query.namespaces = where.namespaces;
  query.flow_ids = where.flow_ids;
  query.text = where.text;
  query.timestamps = {{store::Operator::greater_or_equal, period.from}, {store::Operator::less_or_equal, period.to}};
  if (body.log_level && !body.log_level->empty()) {
    const auto level = model::parse_log_level(*body.log_level);
    if (!level)
      co_return base::fail(bad_body, fmt::format("logLevel: `{}` is not a level", body.log_level->substr(0, 100)));
    query.min_level = *level;
  }
  query.paging = {1, log_lines_a_page, 1};
  using Answer = std::vector<json::LogStatistics>;
  co_return co_await request->read([query = std::move(query), period](store::Reader& reader) -> base::Result<Answer> {
    const Periods periods(period.from, period.to);
    constexpr size_t levels = 5;
    std::vector<std::array<uint64_t, levels>> counts(periods.size());
    store::LogQuery page_query = query;
    for (uint64_t read = 0;; ++page_query.paging.page) {
      GYR_TRY(auto page, reader.search_logs(page_query));
      for (const auto& line : page.results)
        counts[periods.index_of(line.timestamp)][static_cast<size_t>(line.level)] += 1;
      read += page.results.size();
      if (page.results.size() < log_lines_a_page) break;
      if (read >= max_searched) return base::fail(too_many_searched("log lines"));
    }
    Answer shown;
    for (size_t i = 0; i < counts.size(); ++i) {
      json::LogStatistics& part = shown.emplace_back(periods.begin(i));
      part.group_by = periods.name();
      for (size_t level = 0; level < levels; ++level)
        part.counts.emplace_back(model::to_text(static_cast<model::LogLevel>(level)), counts[i][level]);
    }
    return shown;
  });
}

base::Task<base::Result<json::SummaryStatistics>> summarise(Request* request, json::StatisticRequest body) {
  GYR_CO_TRY(Selected where, selected(*request, body));
  co_return co_await request->read(
      [where = std::move(where)](store::Reader& reader) -> base::Result<json::SummaryStatistics> {
        store::FlowQuery flows{where.visible};
        store::TriggerQuery triggers{where.visible};
        flows.tenant = triggers.tenant = where.tenant;
        flows.namespaces = triggers.namespaces = where.namespaces;
        flows.flow_ids = triggers.flow_ids = where.flow_ids;
        flows.text = triggers.text = where.text;
        flows.paging.size = triggers.paging.size = 1;
        GYR_TRY(auto found_flows, reader.search_flows(flows));
        GYR_TRY(auto found_triggers, reader.search_triggers(triggers));
        return json::SummaryStatistics{found_flows.total, found_triggers.total};
      });
}

using LastOfFlows = JsonOf<std::vector<json::Execution>>;

/// The newest execution of each flow, without its task runs.
base::Task<base::Result<LastOfFlows>> last_executions(Request* request, json::LastExecutionsRequest body) {
  auto flows = body.flows.value_or(std::vector<json::FlowOfExecutions>());
  std::erase_if(flows, [](const auto& flow) { return flow.namespace_.empty() || flow.id.empty(); });
  if (flows.size() > bulk_ids)
    co_return base::fail(bad_body, fmt::format("more than {} flows in one request", bulk_ids));
  co_return co_await request->read(
      [visible = request->visible(), tenant = request->tenant(), flows = std::move(flows),
       now = request->services().clock.now()](store::Reader& reader) mutable -> base::Result<LastOfFlows> {
        if (flows.empty()) {
          GYR_TRY(auto rows, all_flows(reader, {.visible = visible, .tenant = tenant}, bulk_ids));
          for (const auto& row : rows) flows.push_back({row.key.namespace_, row.key.id});
        }
        std::string list;
        for (const auto& flow : flows) {
          store::ExecutionQuery query{visible};
          query.tenant = tenant;
          query.namespaces.push_back({store::Operator::equals, {flow.namespace_}});
          query.flow_ids.push_back({store::Operator::equals, {flow.id}});
          query.paging = {1, 1, 1};
          GYR_TRY(auto page, reader.search_executions(query));
          if (page.results.empty()) continue;
          if (!list.empty()) list += ',';
          append_json(list, json::Execution{&page.results.front().execution, now});
        }
        return LastOfFlows{"[" + list + "]"};
      });
}

}  // namespace

std::vector<Route> statistics_routes() {
  const Rule rule{{"EXECUTION", Action::read}, of_rows};
  return {
      {.method = Method::post,
       .path = "~/stats/summary",
       .operation = "statsSummary",
       .summary = "Count flows and triggers",
       .rule = {{"FLOW", Action::read}, of_rows},
       .handler = typed<summarise>,
       .body = json_body},
      {.method = Method::post,
       .path = "~/stats/executions/daily",
       .operation = "statsExecutionsDaily",
       .summary = "Count executions by day and state",
       .rule = rule,
       .handler = typed<count_executions>,
       .body = json_body},
      {.method = Method::post,
       .path = "~/stats/executions/daily/group-by-flow",
       .operation = "statsExecutionsDailyByFlow",
       .summary = "Count the executions of each flow by day and state",
       .rule = rule,
       .handler = typed<count_by_flow_of>,
       .body = json_body},
      {.method = Method::post,
       .path = "~/stats/executions/daily/group-by-namespace",
       .operation = "statsExecutionsDailyByNamespace",
       .summary = "Count the executions of each namespace by day and state",
       .rule = rule,
       .handler = typed<count_by_namespace>,
       .body = json_body},
      {.method = Method::post,
       .path = "~/stats/executions/latest/group-by-flow",
       .operation = "statsLastExecutions",
       .summary = "Get the newest execution of each flow, without task runs",
       .rule = rule,
       .handler = typed<last_executions>,
       .body = json_body},
      {.method = Method::post,
       .path = "~/stats/taskruns/daily",
       .operation = "statsTaskRunsDaily",
       .summary = "Count task runs by day and state",
       .rule = rule,
       .handler = typed<count_task_runs>,
       .body = json_body},
      {.method = Method::post,
       .path = "~/stats/logs/daily",
       .operation = "statsLogsDaily",
       .summary = "Count log lines by day and level",
       .rule = rule,
       .handler = typed<count_log_lines>,
       .body = json_body},
  };
}

}  // namespace gyr::web
