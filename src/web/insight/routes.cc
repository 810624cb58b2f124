// What the last runs of a flow tell: durations of its tasks, and their states as a grid (UI-1101, UI-1103).
#include "web/routes.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <ranges>
#include <unordered_map>

#include "base/text.h"
#include "catalog/flow_cache.h"
#include "web/flows.h"
#include "web/http/errors.h"
#include "web/http/numbers.h"
#include "web/http/request.h"
#include "web/http/typed.h"
#include "web/insight/durations.h"

namespace gyr::web {
namespace {

/// How many executions an insight is about.
struct InsightQuery {
  int64_t last = 30;
};
/// Which columns of a grid are wanted.
struct GridQuery {
  int64_t runs = 60;
  std::optional<std::string> before;
};

constexpr int64_t max_insight_runs = 100;
constexpr int64_t max_grid_runs = 500;
/// Of each execution: a loop can have a million.
constexpr size_t insight_task_runs = 2'000;
/// More executions than this do not begin in one microsecond.
constexpr int64_t grid_ties = 100;
/// The executions of one read of the store, so that it is short.
constexpr size_t executions_a_read = 20;

}  // namespace

template <>
struct DescribedQuery<InsightQuery> {
  static constexpr auto parameters = std::tuple(parameter(
      "last", &InsightQuery::last,
      {.documentation = "How many of the last executions that ended, at most 100", .fallback = "30", .least = 1}));
};
template <>
struct DescribedQuery<GridQuery> {
  using T = GridQuery;
  static constexpr auto parameters =
      std::tuple(parameter("runs", &T::runs, {.documentation = "At most 500 executions", .fallback = "60", .least = 1}),
                 parameter("before", &T::before, {.documentation = "`next` of the previous page"}));
};

namespace {

store::ExecutionQuery executions_of(const Request& request, int64_t count) {
  store::ExecutionQuery query{request.visible()};
  const model::FlowKey flow = flow_of_path(request, "id");
  query.tenant = flow.tenant;
  query.namespaces.push_back({store::Operator::equals, {flow.namespace_}});
  query.flow_ids.push_back({store::Operator::equals, {flow.id}});
  query.paging = {.page = 1, .size = static_cast<uint32_t>(count), .count_limit = 1};
  return query;
}

/// The newest executions of the query.
base::Task<base::Result<std::vector<store::ExecutionRow>>> newest(Request* request, store::ExecutionQuery query) {
  co_return co_await request->read(
      [query = std::move(query)](store::Reader& reader) -> base::Result<std::vector<store::ExecutionRow>> {
        GYR_TRY(auto page, reader.search_executions(query));
        return std::move(page.results);
      });
}

/// Hands the task runs of each execution to `use`, with the number of its row. `use` runs on threads of the store, one
/// call at a time. Only the task runs of one execution are in memory at once.
base::Task<base::Result<void>> for_each_task_run(Request* request, const std::vector<store::ExecutionRow>& rows,
                                                 std::function<void(size_t, const store::TaskRunHead&)> use) {
  for (size_t from = 0; from < rows.size(); from += executions_a_read) {
    std::vector<base::Id> part;
    for (const auto& row : rows | std::views::drop(from) | std::views::take(executions_a_read))
      part.push_back(row.execution.id);
    GYR_CO_CHECK(
        co_await request->read([from, use, part = std::move(part)](store::Reader& reader) -> base::Result<bool> {
          for (size_t i = 0; i < part.size(); ++i) {
            GYR_TRY(const auto heads, reader.task_run_heads(part[i], 0, insight_task_runs));
            for (const auto& head : heads) use(from + i, head);
          }
          return true;
        }));
  }
  co_return base::Result<void>();
}

/// 404 if the flow does not exist.
base::Task<base::Result<executor::LoadedFlowPtr>> load_flow(Request* request) {
  const model::FlowKey key = flow_of_path(*request, "id");
  GYR_CO_TRY(auto flow, co_await request->read([flows = &request->services().flows, key](store::Reader& reader) {
    return flows->get(reader, key, 0);
  }));
  if (flow == nullptr || flow->deleted) co_return base::fail(no_flow(key));
  co_return flow;
}

// ---- durations

base::Task<base::Result<json::FlowInsight>> flow_insight(Request* request, InsightQuery wanted) {
  GYR_CO_CHECK(co_await load_flow(request));
  auto query = executions_of(*request, std::min(wanted.last, max_insight_runs));
  query.states = {model::State::success, model::State::warning, model::State::failed};
  GYR_CO_TRY(const auto rows, co_await newest(request, std::move(query)));
  json::FlowInsight insight;
  insight.runs = rows.size();
  std::vector<base::Duration> durations;
  for (const auto& row : rows) {
    const auto& state = row.execution.state;
    durations.push_back(state.last_date() - state.started());
  }
  if (!durations.empty()) insight.duration = insight_of(durations);
  struct OfTask {
    std::vector<base::Duration> durations;
    uint64_t failed = 0;
  };
  auto tasks = std::make_shared<std::map<std::string, OfTask>>();
  GYR_CO_CHECK(co_await for_each_task_run(request, rows, [tasks](size_t, const store::TaskRunHead& head) {
    const auto& state = head.run.state;
    if (!model::is_terminated(state.current()) || state.current() == model::State::skipped) return;
    OfTask& task = (*tasks)[head.run.task_id];
    task.durations.push_back(state.last_date() - state.started());
    task.failed += state.current() == model::State::failed ? 1 : 0;
  }));
  for (auto& [id, task] : *tasks) {
    json::TaskInsight shown;
    static_cast<json::DurationInsight&>(shown) = insight_of(task.durations);
    shown.runs = task.durations.size();
    shown.failed = task.failed;
    insight.tasks.emplace_back(id, std::move(shown));
  }
  co_return insight;
}

// ---- grid

/// What needs attention most has the lowest rank.
int attention_of(model::State state) {
  switch (state) {
    case model::State::failed: return 0;
    case model::State::killed: return 1;
    case model::State::running: return 2;
    case model::State::paused: return 3;
    case model::State::warning: return 4;
    case model::State::skipped: return 7;
    case model::State::success: return 6;
    default: return 5;
  }
}

/// The rows of a grid, and the row of each task.
struct GridRows {
  std::vector<json::GridTask> tasks;
  std::unordered_map<std::string, size_t> row_of;

  size_t row(const std::string& task, int64_t depth) {
    const auto [found, is_new] = row_of.try_emplace(task, tasks.size());
    if (is_new) tasks.push_back({task, depth});
    return found->second;
  }
};

GridRows rows_of_flow(const executor::LoadedFlow& flow) {
  GridRows rows;
  if (flow.compiled == nullptr) return rows;
  for (const engine::CompiledTask& task : flow.compiled->tasks()) {
    int64_t depth = 0;
    for (uint32_t parent = task.parent; parent != engine::CompiledTask::no_parent;
         parent = flow.compiled->task(parent).parent)
      depth += 1;
    rows.row(task.id(), depth);
  }
  return rows;
}

/// The rows of a grid, and by execution the state in each.
struct DrawnGrid {
  DrawnGrid(GridRows of_flow, size_t runs) : rows(std::move(of_flow)), cells(runs) {}

  void add(size_t run, const model::TaskRun& task) {
    const model::State state = task.state.current();
    const auto [cell, is_new] = cells[run].try_emplace(rows.row(task.task_id, 0), state);
    if (!is_new && attention_of(state) < attention_of(cell->second)) cell->second = state;
  }

  GridRows rows;
  std::vector<std::unordered_map<size_t, model::State>> cells;
};

/// The start and the id of the last execution of a page.
std::string grid_cursor(const model::Execution& execution) {
  return fmt::format("{}_{}", execution.state.started().to_micros(), execution.id.to_text());
}
base::Result<std::pair<base::Instant, base::Id>> read_grid_cursor(std::string_view text) {
  const size_t end = std::min(text.find('_'), text.size());
  int64_t micros = 0;
  const auto id = base::Id::parse(text.substr(std::min(end + 1, text.size())));
  if (!read_number(text.substr(0, end), micros) || !id)
    return base::fail(bad_argument, "before: must be `next` of the previous page");
  return std::pair(base::Instant::of_micros(micros), *id);
}

json::GridRun grid_run(const model::Execution& execution) {
  json::GridRun run{.id = execution.id,
                    .state = std::string(model::to_text(execution.state.current())),
                    .started_at = execution.state.started(),
                    .duration = {},
                    .revision = execution.revision,
                    .labels = {}};
  if (model::is_terminated(execution.state.current()))
    run.duration = execution.state.last_date() - execution.state.started();
  for (const model::Label& label : execution.labels) run.labels.push_back({label.key, label.value});
  return run;
}

base::Task<base::Result<json::FlowGrid>> flow_grid(Request* request, GridQuery wanted) {
  GYR_CO_TRY(const auto flow, co_await load_flow(request));
  const int64_t size = std::min(wanted.runs, max_grid_runs);
  // One more tells whether there is a next page; others began at the same moment as the last of the previous page.
  auto query = executions_of(*request, size + 1 + (wanted.before ? grid_ties : 0));
  std::optional<base::Id> after;
  if (wanted.before) {
    GYR_CO_TRY(const auto place, read_grid_cursor(*wanted.before));
    query.started.push_back({store::Operator::less_or_equal, place.first});
    after = place.second;
  }
  GYR_CO_TRY(auto rows, co_await newest(request, std::move(query)));
  if (after) {
    const auto last = std::ranges::find(rows, *after, [](const auto& row) { return row.execution.id; });
    if (last != rows.end()) rows.erase(rows.begin(), last + 1);
  }
  json::FlowGrid grid;
  if (rows.size() > static_cast<size_t>(size)) {
    rows.resize(static_cast<size_t>(size));
    grid.next = grid_cursor(rows.back().execution);
  }
  auto drawn = std::make_shared<DrawnGrid>(rows_of_flow(*flow), rows.size());
  GYR_CO_CHECK(co_await for_each_task_run(
      request, rows, [drawn](size_t run, const store::TaskRunHead& head) { drawn->add(run, head.run); }));
  grid.tasks = std::move(drawn->rows.tasks);
  for (size_t i = 0; i < rows.size(); ++i) {
    grid.runs.push_back(grid_run(rows[i].execution));
    std::vector<base::Value> column(grid.tasks.size());
    for (const auto& [row, state] : drawn->cells[i]) column[row] = base::Value::string(model::to_text(state));
    grid.cells.emplace_back(rows[i].execution.id.to_text(), std::move(column));
  }
  co_return grid;
}

}  // namespace

std::vector<Route> insight_routes() {
  const Rule may_read{{"EXECUTION", Action::read}, in_path("namespace")};
  return {
      {.method = Method::get,
       .path = "~/flows/{namespace}/{id}/insight",
       .operation = "flowInsight",
       .summary = "Get how long the last executions of a flow and its tasks lasted",
       .rule = may_read,
       .handler = typed<flow_insight>},
      {.method = Method::get,
       .path = "~/flows/{namespace}/{id}/grid",
       .operation = "flowGrid",
       .summary = "Get the states of all tasks of a flow in its last executions",
       .rule = may_read,
       .handler = typed<flow_grid>},
  };
}

}  // namespace gyr::web
