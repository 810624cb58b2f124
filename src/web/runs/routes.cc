// Pages of the task runs of an execution: an addition for time lines and lists of executions of any size (UI-640,
// UI-1064).
#include "web/routes.h"

#include <algorithm>

#include "base/clock.h"
#include "base/text.h"
#include "web/executions/executions.h"
#include "web/http/errors.h"
#include "web/http/request.h"
#include "web/http/typed.h"
#include "web/runs/run_rows.h"

namespace gyr::web {
namespace {

/// Which task runs of an execution are listed.
struct RunQuery {
  std::string parent;
  std::vector<std::string> states;
  std::string task_id;
  std::string value;
  std::string text;
  std::string sort = "start";
  std::optional<std::string> after;
  int64_t size = 100;
};

}  // namespace

template <>
struct DescribedQuery<RunQuery> {
  using T = RunQuery;
  static constexpr auto parameters = std::tuple(
      parameter("parent", &T::parent,
                {.documentation = "Only the children of this task run; without it, those of the top level; `*`: those "
                                  "of every level"}),
      parameter("state", &T::states, {.documentation = "Only these states"}),
      parameter("taskId", &T::task_id, {.documentation = "Only of this task"}),
      parameter("value", &T::value, {.documentation = "Only with this value of a loop"}),
      parameter("q", &T::text,
                {.documentation = "Only with this text in the id of the task or of the run, or in the value"}),
      parameter("sort", &T::sort,
                {.documentation = "start, duration (longest first) or state (failed first)", .fallback = "start"}),
      parameter("after", &T::after, {.documentation = "`next` of the previous page"}),
      parameter("size", &T::size, {.documentation = "At most 500", .fallback = "100", .least = 1}));
};

namespace {

/// As long as any filter that a person types.
constexpr size_t max_run_filter = 1'000;

base::Result<RunSelection> selection_of(const Request& request, const RunQuery& wanted) {
  RunSelection selection;
  selection.now = request.services().clock.now();
  for (const auto& [name, text] : {std::pair("parent", &wanted.parent), std::pair("taskId", &wanted.task_id),
                                   std::pair("value", &wanted.value), std::pair("q", &wanted.text)}) {
    if (text->size() > max_run_filter)
      return base::fail(bad_argument, fmt::format("{}: must have at most {} characters", name, max_run_filter));
  }
  if (wanted.parent == "*") {
    selection.every_level = true;
  } else if (!wanted.parent.empty()) {
    const auto id = base::Id::parse(wanted.parent);
    if (!id) return base::fail(bad_argument, "parent: must be the id of a task run, or `*`");
    selection.parent = *id;
  }
  for (const std::string& list : wanted.states) {
    for (std::string_view name : base::split(list, ',')) {
      const auto state = model::parse_state(name);
      if (!state) return base::fail(bad_argument, fmt::format("state: `{}` is not a state", name.substr(0, 100)));
      selection.states.push_back(*state);
    }
  }
  selection.task_id = wanted.task_id;
  selection.value = wanted.value;
  selection.text = wanted.text;
  if (wanted.sort == "duration") {
    selection.order = RunOrder::duration;
  } else if (wanted.sort == "state") {
    selection.order = RunOrder::state;
  } else if (wanted.sort != "start") {
    return base::fail(bad_argument, "sort: must be one of start, duration, state");
  }
  selection.size = static_cast<size_t>(std::min<int64_t>(wanted.size, max_runs_a_page));
  if (wanted.after) GYR_CHECK(read_run_cursor(*wanted.after, selection));
  return selection;
}

base::Task<base::Result<json::RunPage>> list_runs(Request* request, RunQuery wanted) {
  GYR_CO_TRY(auto selection, selection_of(*request, wanted));
  const int64_t revision = request->services().clock.now().to_micros();  // before anything is read
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  const base::Id id = loaded.row.execution.id;
  auto list = std::make_shared<RunList>(std::move(selection));
  GYR_CO_CHECK(co_await for_each_task_run(request, id, [list](const store::TaskRunHead& head) { list->add(head); }));
  json::RunPage page;
  page.total = list->total();
  page.by_state = counts_by_state(list->by_state());
  page.next = list->next();
  page.revision = revision;
  GYR_CO_TRY(page.results,
             co_await request->read([visible = request->visible(), flows = &request->services().flows,
                                     row = std::move(loaded.row), heads = list->page()](store::Reader& reader) {
               return run_rows(reader, visible, *flows, row, heads);
             }));
  for (json::RunRow& row : page.results) {
    const auto* children = list->children_of(*base::Id::parse(row.id));
    if (children != nullptr) row.children = children_json(*children);
  }
  co_return page;
}

}  // namespace

std::vector<Route> run_routes() {
  return {
      {.method = Method::get,
       .path = "~/executions/{executionId}/runs",
       .operation = "listTaskRuns",
       .summary = "List task runs of an execution, with counts by state",
       .rule = {{"EXECUTION", Action::read}, of_entity},
       .handler = typed<list_runs>},
  };
}

}  // namespace gyr::web
