// Task runs of all executions in one list, for 0.x clients (API-5).
#include <algorithm>

#include "base/clock.h"
#include "web/http/filters.h"
#include "web/http/typed.h"
#include "web/routes.h"
#include "web/statistics/daily.h"

namespace gyr::web {
namespace {

/// The list has this many task runs at most: those of the newest executions. Clients show the number with a `+`.
constexpr size_t max_listed_runs = 10'000;

/// A task run that matches, with what the list is sorted by.
struct ListedRun {
  size_t place = 0;
  size_t execution = 0;  // its place among the executions that were read
  base::Id id;
  base::Instant started;
  base::Duration duration;
  model::State state = model::State::created;
};

/// Runs that are equal keep their places: the newest executions first.
void sort_runs(std::vector<ListedRun>& runs, const std::vector<store::Order>& orders) {
  const auto less = [](const store::Order& order, const ListedRun& one, const ListedRun& other) {
    if (order.field.ends_with("state.duration")) return one.duration < other.duration;
    if (order.field.ends_with("state.current")) return to_text(one.state) < to_text(other.state);
    if (order.field.ends_with("id")) return one.id < other.id;
    return one.started < other.started;
  };
  std::ranges::sort(runs, [&](const ListedRun& a, const ListedRun& b) {
    for (const store::Order& order : orders) {
      if (less(order, a, b)) return !order.descending;
      if (less(order, b, a)) return order.descending;
    }
    return a.place < b.place;
  });
}

using TaskRunPage = JsonOf<Paged<json::TaskRun>>;

base::Result<TaskRunPage> page_of_runs(store::Reader& reader, store::ExecutionQuery query, base::Instant now) {
  const std::vector<model::State> states = std::exchange(query.states, {});
  const std::vector<model::State> not_states = std::exchange(query.not_states, {});
  const auto orders = query.order;
  const auto paging = query.paging;
  const auto is_in = [](const std::vector<model::State>& list, model::State state) {
    return std::ranges::find(list, state) != list.end();
  };
  std::vector<store::ExecutionRow> executions;
  std::vector<ListedRun> runs;
  GYR_CHECK(for_each_execution(reader, std::move(query), [&](const store::ExecutionRow& row) -> base::Result<bool> {
    const size_t before = runs.size();
    GYR_CHECK(for_each_task_run(reader, row.execution.id, [&](const store::TaskRunRow& run) -> base::Result<bool> {
      const model::State state = run.run.state.current();
      if ((!states.empty() && !is_in(states, state)) || is_in(not_states, state)) return true;
      const base::Instant start = run.run.state.started();
      const base::Instant end = model::is_terminated(state) ? run.run.state.last_date() : now;
      runs.push_back({runs.size(), executions.size(), run.run.id, start, end - start, state});
      return runs.size() < max_listed_runs;
    }));
    if (runs.size() > before) executions.push_back(row);
    return runs.size() < max_listed_runs;
  }));
  sort_runs(runs, orders);
  std::string list;
  const uint64_t begin = uint64_t{paging.page - 1} * paging.size;
  for (uint64_t i = begin; i < runs.size() && i < begin + paging.size; ++i) {
    const model::Execution& execution = executions[runs[i].execution].execution;
    GYR_TRY(auto run, reader.task_run(execution.id, runs[i].id));
    if (!run) continue;  // a loop has removed it since the snapshot was renewed
    if (!list.empty()) list += ',';
    append_json(list, json::TaskRun{&run->run, &execution, now});
  }
  return TaskRunPage{page_json(list, runs.size())};
}

base::Task<base::Result<TaskRunPage>> search_task_runs(Request* request) {
  GYR_CO_TRY(auto selection, select_task_runs(*request));
  if (selection.nothing) co_return TaskRunPage{page_json("", 0)};
  co_return co_await request->read([query = std::move(selection.query), now = request->services().clock.now()](
                                       store::Reader& reader) { return page_of_runs(reader, query, now); });
}

base::Task<base::Result<int64_t>> max_task_runs(Request*) { co_return static_cast<int64_t>(max_listed_runs); }

}  // namespace

std::vector<Route> task_run_routes() {
  const Right may_read{"EXECUTION", Action::read};
  return {
      {.method = Method::get,
       .path = "~/taskruns/search",
       .operation = "searchTaskRuns",
       .summary = "Search for task runs: those of the newest executions that match",
       .rule = {may_read, of_rows},
       .handler = typed<search_task_runs>,
       .page_size = 10,
       .filters = Resource::task_run},
      {.method = Method::get,
       .path = "~/taskruns/maxTaskRunSetting",
       .operation = "maxTaskRunSetting",
       .summary = "Get the maximum number of task runs that a search finds",
       .rule = {may_read, tenant_wide},
       .handler = typed<max_task_runs>},
  };
}

}  // namespace gyr::web
