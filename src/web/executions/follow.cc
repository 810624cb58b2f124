// Following an execution, or all that belong together, by events (API-47, API-48).
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "model/labels.h"
#include "web/executions/executions.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/events.h"
#include "web/http/typed.h"
#include "web/live/live_stream.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

/// Which related executions are followed.
struct DependencyQuery {
  bool destination_only = false;
  bool expand_all = false;
};

}  // namespace

template <>
struct DescribedQuery<DependencyQuery> {
  using T = DependencyQuery;
  static constexpr auto parameters = std::tuple(
      parameter("destinationOnly", &T::destination_only, {.documentation = "Without the execution that started it"}),
      parameter("expandAll", &T::expand_all,
                {.documentation = "Also what the started executions have started, and so on"}));
};

namespace {

/// The execution as events show it. Large values are left out and marked, so that a frame stays below what clients read
/// (API-46).
std::string shown(const LoadedExecution& loaded, base::Instant now) {
  json::ExecutionEvent whole{{&loaded.row.execution, now, loaded.runs}};
  std::string text = to_json(whole);
  if (text.size() <= event_bytes) return text;
  whole.max_value = event_value_bytes;
  text = to_json(whole);
  if (text.size() <= event_bytes) return text;
  // Still too much: only task runs, as many of them as fit.
  whole.max_value = 1;
  whole.has_more_runs = true;
  whole.runs = {};
  size_t size = to_json(whole).size();
  size_t count = 0;
  for (; count < loaded.runs.size(); ++count) {
    const json::TaskRun run{&loaded.runs[count].run, whole.execution, whole.now, whole.max_value};
    size += to_json(run).size() + 1;
    if (size > event_bytes) break;
  }
  whole.runs = std::span(loaded.runs).first(count);
  return to_json(whole);
}

/// Sends the whole execution whenever it changed. It is read and written once for all who follow it: each of them was
/// allowed to read it when it came, and the namespace of an execution never changes.
class ExecutionStream final : public EventStream {
 public:
  ExecutionStream(Request* request, base::Id id)
      : EventStream(request, followers_of(request, id), Wake::changes,
                    event_frame("start", to_json(json::FollowedExecution{id}))),
        access_(request->access()),
        tenant_(request->tenant()),
        id_(id) {}

 protected:
  base::Task<base::Result<EventBatch>> look() override {
    GYR_CO_TRY(auto view, co_await group().view([this] { return read_view(); }));
    EventBatch batch;
    if (!view->is_there) {  // deleted in the meantime
      batch.ended = true;
      co_return batch;
    }
    batch.ended = view->ended;
    // Who has seen it run sees its last change as one; who came late sees the end at once.
    if (!batch.ended || seen_running_) batch.frames = event_frame("progress", view->json);
    if (batch.ended) batch.frames += event_frame("end", view->json);
    seen_running_ = true;
    co_return batch;
  }

 private:
  base::Task<base::Result<FollowerGroup::View>> read_view() {
    const base::Instant now = services().clock.now();
    co_return co_await read<FollowerGroup::View>(&services().store, &loop(),
                                                 [access = access_, tenant = tenant_, id = id_,
                                                  now](store::Reader& reader) -> base::Result<FollowerGroup::View> {
                                                   GYR_TRY(auto loaded,
                                                           load_execution(reader, access, tenant, id, event_runs));
                                                   FollowerGroup::View view;
                                                   if (!loaded) return view;
                                                   view.is_there = true;
                                                   view.ended = loaded->row.activity == store::Activity::ended;
                                                   view.json = shown(*loaded, now);
                                                   return view;
                                                 });
  }

  store::Access access_;
  std::string tenant_;
  base::Id id_;
  bool seen_running_ = false;
};

/// The execution that has started this one: its Subflow task, or its end, for which a Flow trigger waited.
std::optional<base::Id> origin_of(const model::Execution& execution) {
  if (execution.caller_execution) return execution.caller_execution;
  if (!execution.trigger || !execution.trigger->variables.is_map()) return std::nullopt;
  const base::Value* id = execution.trigger->variables.find("executionId");
  return id != nullptr && id->is_string() ? base::Id::parse(id->text()) : std::nullopt;
}

/// Those of one correlation that a request wants: the followed one, what started it (not with `destinationOnly`) and
/// what it has started; with `expandAll`, what these have started and so on.
std::vector<store::ExecutionRow> reachable(std::vector<store::ExecutionRow> rows, base::Id root,
                                           const DependencyQuery& wanted) {
  if (wanted.expand_all && !wanted.destination_only) return rows;
  std::unordered_set<base::Id> chosen{root};
  for (size_t found = 0; found != chosen.size();) {
    found = chosen.size();
    for (const auto& row : rows) {
      const auto origin = origin_of(row.execution);
      const bool follows = origin && (wanted.expand_all ? chosen.contains(*origin) : *origin == root);
      if (follows) chosen.insert(row.execution.id);
      if (row.execution.id == root && origin && !wanted.destination_only) chosen.insert(*origin);
    }
  }
  std::erase_if(rows, [&](const auto& row) { return !chosen.contains(row.execution.id); });
  return rows;
}

/// Sends the state of every wanted execution with the same correlation id whenever it changed: of one that runs a flow,
/// of what that called, and so on. What such an execution does that the followed one does not notice is told with the
/// next change of that one.
class DependencyStream final : public EventStream {
 public:
  DependencyStream(Request* request, base::Id id, DependencyQuery wanted)
      : EventStream(request, followers_of(request, id), Wake::changes, event_frame("start", "{}")),
        visible_(request->visible()),
        tenant_(request->tenant()),
        id_(id),
        wanted_(wanted) {}

 protected:
  base::Task<base::Result<EventBatch>> look() override {
    GYR_CO_TRY(auto rows,
               co_await read<std::vector<store::ExecutionRow>>(
                   &services().store, &loop(), [visible = visible_, tenant = tenant_, id = id_](store::Reader& reader) {
                     return correlated(reader, visible, tenant, id);
                   }));
    rows = reachable(std::move(rows), id_, wanted_);
    EventBatch batch;
    batch.ended = std::ranges::all_of(rows, [](const auto& row) { return row.activity == store::Activity::ended; });
    for (const auto& row : rows) {
      const model::Execution& execution = row.execution;
      const size_t changes = execution.state.changes().size();
      if (std::exchange(told_[execution.id], changes) == changes) continue;
      const json::DependencyEvent event{execution.id,
                                        execution.flow->tenant,
                                        execution.flow->namespace_,
                                        execution.flow->id,
                                        {&execution.state, services().clock.now()}};
      batch.frames += event_frame("progress", to_json(event));
    }
    if (batch.ended) batch.frames += event_frame("end", "{}");
    co_return batch;
  }

 private:
  /// The followed one and those that share its correlation; the oldest first.
  static base::Result<std::vector<store::ExecutionRow>> correlated(store::Reader& reader, const store::Visible& visible,
                                                                   const std::string& tenant, base::Id id) {
    constexpr size_t max_executions = 1'000;
    GYR_TRY(auto root, reader.execution(id));
    if (!root) return std::vector<store::ExecutionRow>();  // deleted in the meantime
    const auto label = std::ranges::find(root->execution.labels, model::correlation_label, &model::Label::key);
    if (label == root->execution.labels.end()) return std::vector<store::ExecutionRow>{*std::move(root)};
    store::ExecutionQuery query{visible};
    query.tenant = tenant;
    query.labels.push_back({store::Operator::equals, label->key, {label->value}});
    query.paging.size = max_executions;
    GYR_TRY(auto page, reader.search_executions(query));
    // It is the oldest, so more descendants than one page push it out.
    if (std::ranges::none_of(page.results, [id](const auto& row) { return row.execution.id == id; }))
      page.results.push_back(*std::move(root));
    std::ranges::reverse(page.results);
    return std::move(page.results);
  }

  store::Visible visible_;
  std::string tenant_;
  base::Id id_;
  DependencyQuery wanted_;
  std::unordered_map<base::Id, size_t> told_;  // how often its state had changed
};

base::Task<Outcome> follow_execution(Request* request) {
  const auto id = base::Id::parse(request->path("executionId"));
  if (!id) co_return base::fail(no_execution(request->path("executionId")));
  GYR_CO_TRY(bool there, co_await wait_until_there(request, *id));
  if (!there) co_return base::fail(no_execution(request->path("executionId")));
  co_return std::make_shared<ExecutionStream>(request, *id)->answer();
}

base::Task<Outcome> follow_dependencies(Request* request, DependencyQuery wanted) {
  const auto id = base::Id::parse(request->path("executionId"));
  if (!id) co_return base::fail(no_execution(request->path("executionId")));
  GYR_CO_TRY(bool there, co_await wait_until_there(request, *id));
  if (!there) co_return base::fail(no_execution(request->path("executionId")));
  co_return std::make_shared<DependencyStream>(request, *id, wanted)->answer();
}

}  // namespace

std::vector<Route> execution_follow_routes() {
  return {
      {.method = Method::get,
       .path = "~/executions/{executionId}/follow",
       .operation = "followExecution",
       .summary = "Follow an execution by server-sent events",
       .rule = {{"EXECUTION", Action::read}, of_entity},
       .handler = follow_execution,
       .answer = sends("text/event-stream")},
      {.method = Method::get,
       .path = "~/executions/{executionId}/follow-dependencies",
       .operation = "followDependenciesExecutions",
       .summary = "Follow the states of an execution and of its related executions",
       .rule = {{"EXECUTION", Action::read}, of_entity},
       .handler = typed<follow_dependencies>,
       .answer = sends("text/event-stream")},
  };
}

}  // namespace gyr::web
