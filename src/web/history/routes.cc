// The history of an execution (UI-1102).
#include "web/routes.h"

#include <algorithm>

#include "web/executions/executions.h"
#include "web/history/history.h"
#include "web/http/errors.h"
#include "web/http/typed.h"
#include "web/runs/run_rows.h"

namespace gyr::web {
namespace {

/// Which part of a history is wanted.
struct HistoryQuery {
  std::optional<std::string> after;
  int64_t size = 100;
};

constexpr int64_t max_history_entries = 1'000;

}  // namespace

template <>
struct DescribedQuery<HistoryQuery> {
  using T = HistoryQuery;
  static constexpr auto parameters =
      std::tuple(parameter("after", &T::after, {.documentation = "`next` of the previous page"}),
                 parameter("size", &T::size, {.documentation = "At most 1000", .fallback = "100", .least = 1}));
};

namespace {

base::Task<base::Result<json::HistoryPage>> execution_history(Request* request, HistoryQuery wanted) {
  std::optional<HistoryPlace> after;
  if (wanted.after) {
    after = parse_history_place(*wanted.after);
    if (!after) co_return base::fail(bad_argument, "after: must be `next` of the previous page");
  }
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  auto history = std::make_shared<History>(after, static_cast<size_t>(std::min(wanted.size, max_history_entries)));
  history->add(loaded.row.execution);
  GYR_CO_CHECK(co_await for_each_task_run(request, loaded.row.execution.id,
                                          [history](const store::TaskRunHead& head) { history->add(head); }));
  co_return history->page();
}

}  // namespace

std::vector<Route> history_routes() {
  return {
      {.method = Method::get,
       .path = "~/executions/{executionId}/history",
       .operation = "executionHistory",
       .summary = "List everything that happened to an execution, in order of time",
       .rule = {{"EXECUTION", Action::read}, of_entity},
       .handler = typed<execution_history>},
  };
}

}  // namespace gyr::web
