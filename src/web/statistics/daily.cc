#include "web/statistics/daily.h"

#include <algorithm>
#include <set>

#include "web/http/errors.h"
#include "web/http/limits.h"

namespace gyr::web {
namespace {

constexpr uint32_t searched_rows_a_page = 1'000;

}  // namespace

Periods::Periods(base::Instant from, base::Instant to) : by_day_(to - from > base::Duration::of_seconds(86'400)) {
  const auto number_of = [this](base::Instant instant) {
    const int64_t each = seconds_each();
    return instant.seconds >= 0 ? instant.seconds / each : -((-instant.seconds + each - 1) / each);
  };
  first_ = number_of(from);
  size_ = static_cast<size_t>(std::clamp<int64_t>(number_of(to) - first_ + 1, 1, max_charted_days));
}

base::Instant Periods::begin(size_t index) const {
  return {(first_ + static_cast<int64_t>(index)) * seconds_each(), 0};
}

size_t Periods::index_of(base::Instant instant) const {
  const int64_t offset = instant.seconds - first_ * seconds_each();
  return std::min(offset < 0 ? 0 : static_cast<size_t>(offset / seconds_each()), size_ - 1);
}

void DailyCounts::Part::add_ended(uint64_t count, base::Duration sum_of, base::Duration least, base::Duration most) {
  if (count == 0) return;
  shortest = ended == 0 ? least : std::min(shortest, least);
  longest = std::max(longest, most);
  sum = sum + sum_of;
  ended += count;
}

void DailyCounts::add(const store::RollupRow& row) {
  Part& part = parts_[periods_.index_of(row.bucket)];
  part.counts[static_cast<size_t>(row.state)] += row.count;
  if (model::is_terminated(row.state)) part.add_ended(row.count, row.duration, row.shortest, row.longest);
}

void DailyCounts::add(const model::StateHistory& state) {
  Part& part = parts_[periods_.index_of(state.started())];
  part.counts[static_cast<size_t>(state.current())] += 1;
  if (const auto end = state.ended(); end && model::is_terminated(state.current())) {
    const base::Duration length = *end - state.started();
    part.add_ended(1, length, length, length);
  }
}

void DailyCounts::add(const DailyCounts& other) {
  for (size_t i = 0; i < parts_.size(); ++i) {
    const Part& from = other.parts_[i];
    for (size_t state = 0; state < from.counts.size(); ++state) parts_[i].counts[state] += from.counts[state];
    parts_[i].add_ended(from.ended, from.sum, from.shortest, from.longest);
  }
}

json::Statistics DailyCounts::statistics() const {
  json::Statistics statistics;
  for (size_t i = 0; i < parts_.size(); ++i) {
    const Part& part = parts_[i];
    json::DailyExecutionStatistics& shown = statistics.emplace_back();
    shown.start_date = periods_.begin(i);
    shown.group_by = periods_.name();
    shown.duration = {part.shortest, {}, part.longest, part.sum, part.ended};
    if (part.ended > 0)
      shown.duration.avg = base::Duration::of_micros(part.sum.to_micros() / static_cast<int64_t>(part.ended));
    for (size_t state = 0; state < part.counts.size(); ++state)
      shown.execution_counts.emplace_back(model::to_text(static_cast<model::State>(state)), part.counts[state]);
  }
  return statistics;
}

base::Error too_many_searched(std::string_view what) {
  return base::Error(bad_argument, fmt::format("more than {} {} match", max_searched, what))
      .with_hint("choose a shorter time range or add filters");
}

base::Result<void> for_each_execution(store::Reader& reader, store::ExecutionQuery query,
                                      const std::function<base::Result<bool>(const store::ExecutionRow&)>& each) {
  query.order.clear();
  query.paging = {1, searched_rows_a_page, 1};
  const std::vector<store::TimeFilter> started = query.started;
  std::optional<base::Instant> last;  // the start of the last execution
  std::set<base::Id> given;           // the executions with this start
  while (true) {
    GYR_TRY(auto page, reader.search_executions(query));
    bool is_new = false;
    for (const auto& row : page.results) {
      const base::Instant start = row.execution.state.started();
      if (last != start) given.clear();
      last = start;
      if (!given.insert(row.execution.id).second) continue;
      is_new = true;
      GYR_TRY(bool goes_on, each(row));
      if (!goes_on) return {};
    }
    if (page.results.size() < searched_rows_a_page) return {};
    if (is_new) {
      query.started = started;
      query.started.push_back({store::Operator::less_or_equal, *last});
      query.paging.page = 1;
    } else {
      ++query.paging.page;  // a page of executions of one moment
    }
  }
}

namespace {

/// Whether stored counts cannot answer it.
bool must_be_searched(const store::ExecutionQuery& query) { return !query.text.empty() || !query.states.empty(); }

base::Result<void> search_executions_of(store::Reader& reader, const StatisticsQuery& query,
                                        const std::function<void(const store::ExecutionRow&)>& each) {
  store::ExecutionQuery executions = query.executions;
  executions.started = {{store::Operator::greater_or_equal, query.from}, {store::Operator::less_or_equal, query.to}};
  uint64_t read = 0;
  return for_each_execution(reader, std::move(executions), [&](const store::ExecutionRow& row) -> base::Result<bool> {
    if (++read > max_searched) return base::fail(too_many_searched("executions"));
    each(row);
    return true;
  });
}

base::Result<std::vector<store::RollupRow>> stored_counts(store::Reader& reader, const StatisticsQuery& query,
                                                          const Periods& periods, bool by_flow) {
  store::RollupQuery rollup{query.executions.visible};
  rollup.tenant = query.executions.tenant;
  rollup.namespaces = query.executions.namespaces;
  rollup.flow_ids = query.executions.flow_ids;
  rollup.from = periods.begin(0);
  rollup.to = query.to + base::Duration::of_micros(1);
  rollup.by_day = periods.by_day();
  rollup.by_flow = by_flow;
  rollup.extremes = true;
  return reader.rollup(rollup);
}

}  // namespace

base::Result<DailyCounts> daily_counts(store::Reader& reader, const StatisticsQuery& query) {
  const Periods periods(query.from, query.to);
  DailyCounts counts(periods);
  if (must_be_searched(query.executions)) {
    GYR_CHECK(search_executions_of(reader, query,
                                   [&counts](const store::ExecutionRow& row) { counts.add(row.execution.state); }));
    return counts;
  }
  GYR_TRY(auto rows, stored_counts(reader, query, periods, false));
  for (const auto& row : rows) counts.add(row);
  return counts;
}

base::Result<CountsByFlow> daily_counts_by_flow(store::Reader& reader, const StatisticsQuery& query) {
  const Periods periods(query.from, query.to);
  CountsByFlow all;
  const auto counts_of = [&](const model::FlowKey& flow) -> DailyCounts& {
    return all.try_emplace({flow.namespace_, flow.id}, periods).first->second;
  };
  if (must_be_searched(query.executions)) {
    GYR_CHECK(search_executions_of(reader, query, [&counts_of](const store::ExecutionRow& row) {
      counts_of(*row.execution.flow).add(row.execution.state);
    }));
    return all;
  }
  GYR_TRY(auto rows, stored_counts(reader, query, periods, true));
  for (const auto& row : rows) counts_of(*row.flow).add(row);
  return all;
}

json::StatisticsByNamespace by_namespace(const CountsByFlow& counts) {
  std::map<std::string, DailyCounts> sums;
  for (const auto& [flow, of_flow] : counts) {
    const auto [place, is_new] = sums.try_emplace(flow.first, of_flow);
    if (!is_new) place->second.add(of_flow);
  }
  json::StatisticsByNamespace shown;
  for (const auto& [namespace_, sum] : sums) shown[namespace_] = sum.statistics();
  return shown;
}

base::Result<void> for_each_task_run(store::Reader& reader, base::Id execution,
                                     const std::function<base::Result<bool>(const store::TaskRunRow&)>& each) {
  for (uint32_t position = 0;;) {
    GYR_TRY(auto runs, reader.task_runs(execution, position, runs_a_page));
    for (const auto& run : runs) {
      GYR_TRY(bool goes_on, each(run));
      if (!goes_on) return {};
    }
    if (runs.size() < runs_a_page) return {};
    position = runs.back().position + 1;
  }
}

}  // namespace gyr::web
