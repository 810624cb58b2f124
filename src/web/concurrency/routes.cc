// Queued executions and the concurrency limits of flows (EXEC-62, EXEC-88, API-84, API-85).
#include "web/routes.h"

#include <array>

#include "catalog/flow_cache.h"
#include "engine/execution_state.h"
#include "web/concurrency/values.h"
#include "web/executions/executions.h"
#include "web/flows.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/filters.h"
#include "web/http/older_parameters.h"
#include "web/http/typed.h"

namespace gyr::web {
namespace {

/// The new state of one execution, or of those with certain ids.
struct StateQuery {
  model::State state = model::State::running;
};
/// The new state of those that match.
struct NewStateQuery {
  model::State state = model::State::running;
};

constexpr ParameterOptions new_state{.documentation = "RUNNING (even beyond the limit), CANCELLED or FAILED",
                                     .fallback = "RUNNING"};

}  // namespace

template <>
struct DescribedQuery<StateQuery> {
  static constexpr auto parameters = std::tuple(parameter("state", &StateQuery::state, new_state));
};
template <>
struct DescribedQuery<NewStateQuery> {
  static constexpr auto parameters = std::tuple(parameter("newState", &NewStateQuery::state, new_state));
};

namespace {

using model::State;

// ---------------------------------------------------------------------------------------------- one execution

/// The new state of an execution that leaves the queue; default: RUNNING.
base::Result<State> wanted_state(std::string_view parameter, State state) {
  if (state == State::running || state == State::cancelled || state == State::failed) return state;
  return base::fail(bad_argument,
                    fmt::format("{}: a queued execution can change to RUNNING, CANCELLED or FAILED, not to {}",
                                parameter, model::to_text(state)));
}

template <executor::OneCommand C>
base::Task<base::Result<ExecutionAnswer>> act(Request* request, C command) {
  GYR_CO_TRY(auto answer, co_await submit(request, std::move(command)));
  co_return co_await show_execution(request, answer.execution.id);
}

base::Task<base::Result<ExecutionAnswer>> unqueue_execution(Request* request, StateQuery query) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  GYR_CO_TRY(State state, wanted_state("state", query.state));
  co_return co_await act(request, executor::UnqueueExecution{loaded.row.execution.id, state});
}

base::Task<base::Result<ExecutionAnswer>> force_run_execution(Request* request) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  co_return co_await act(request, executor::ForceRunExecution{loaded.row.execution.id});
}

// ---------------------------------------------------------------------------------------------- many

using Ids = std::vector<std::string>;

base::Task<base::Result<BulkAnswer>> unqueue_all(Request* request, std::string_view parameter, State wanted,
                                                 BulkSelection ids) {
  GYR_CO_TRY(State state, wanted_state(parameter, wanted));
  co_return co_await bulk(
      request, std::move(ids), "unqueue",
      [](const store::ExecutionRow& row) {
        return std::string(row.execution.state.current() == State::queued ? "" : "execution not in state QUEUED");
      },
      [state](const BulkTarget& target) -> executor::Command { return executor::UnqueueExecution{target.id, state}; });
}
base::Task<base::Result<BulkAnswer>> unqueue_by_ids(Request* request, StateQuery query, Ids ids) {
  return unqueue_all(request, "state", query.state, std::move(ids));
}
base::Task<base::Result<BulkAnswer>> unqueue_by_query(Request* request, NewStateQuery query) {
  return unqueue_all(request, "newState", query.state, {});
}

base::Task<base::Result<BulkAnswer>> force_run_all(Request* request, BulkSelection ids) {
  return bulk(
      request, std::move(ids), "force run",
      [](const store::ExecutionRow& row) {
        return std::string(model::is_terminated(row.execution.state.current()) ? "execution in a terminated state"
                                                                               : "");
      },
      [](const BulkTarget& target) -> executor::Command { return executor::ForceRunExecution{target.id}; });
}
base::Task<base::Result<BulkAnswer>> force_run_by_ids(Request* request, Ids ids) {
  return force_run_all(request, std::move(ids));
}
base::Task<base::Result<BulkAnswer>> force_run_by_query(Request* request) { return force_run_all(request, {}); }

// ---------------------------------------------------------------------------------------------- limits

base::Result<json::ConcurrencyLimit> limit_of(store::Reader& reader, const model::FlowKey& key) {
  GYR_TRY(auto counts, reader.count_by_state(key));
  json::ConcurrencyLimit limit{key.tenant, key.namespace_, key.id};
  for (size_t state = 0; state < counts.size(); ++state) {
    if (engine::holds_slot_in(static_cast<State>(state))) limit.running += counts[state];
  }
  return limit;
}

base::Result<bool> has_limit(store::Reader& reader, executor::FlowCache& flows, const model::FlowKey& key) {
  GYR_TRY(auto flow, flows.get(reader, key, 0));
  return flow != nullptr && !flow->deleted && flow->compiled != nullptr &&
         flow->compiled->flow().concurrency.has_value();
}

base::Task<base::Result<Paged<json::ConcurrencyLimit>>> search_limits(Request* request) {
  store::FlowQuery query{request->visible()};
  query.tenant = request->tenant();
  query.source_text = "concurrency";  // those without the word have none
  constexpr std::array<std::string_view, 2> sortable{"namespace", "flowId"};
  GYR_CO_TRY(query.order, parse_order(request->query(), sortable));
  for (store::Order& order : query.order) {
    if (order.field == "flowId") order.field = "id";
  }
  const auto first = static_cast<size_t>((request->page() - 1) * request->page_size());
  const auto size = static_cast<size_t>(request->page_size());
  co_return co_await request->read([query = std::move(query), first, size, services = &request->services()](
                                       store::Reader& reader) -> base::Result<Paged<json::ConcurrencyLimit>> {
    GYR_TRY(auto rows, all_flows(reader, query, max_flows));
    Paged<json::ConcurrencyLimit> page;
    for (const auto& row : rows) {
      GYR_TRY(bool limited, has_limit(reader, services->flows, row.key));
      if (!limited) continue;
      page.total += 1;
      if (page.total <= first || page.total > first + size) continue;
      GYR_TRY(auto limit, limit_of(reader, row.key));
      page.results.push_back(std::move(limit));
    }
    return page;
  });
}

/// Slots follow from the executions and cannot be set: there is nothing to correct, and the answer is the true count.
base::Task<base::Result<json::ConcurrencyLimit>> recount_limit(Request* request) {
  const model::FlowKey key{request->tenant(), std::string(request->path("namespace")),
                           std::string(request->path("flowId"))};
  co_return co_await request->read(
      [key, services = &request->services()](store::Reader& reader) -> base::Result<json::ConcurrencyLimit> {
        GYR_TRY(bool limited, has_limit(reader, services->flows, key));
        if (!limited) return base::fail(no_flow(key));
        return limit_of(reader, key);
      });
}

}  // namespace

std::vector<Route> concurrency_routes() {
  const Right may_update{"EXECUTION", Action::update};
  return {
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/unqueue",
       .operation = "unqueueExecution",
       .summary = "Remove an execution from the queue of its flow",
       .rule = {may_update, of_entity},
       .handler = typed<unqueue_execution>,
       .also_answers = {409},
       .also = {"~/executions/{executionId}/unqueue"},
       .may_mean_start = true},
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/force-run",
       .operation = "forceRunExecution",
       .summary = "Force an execution to run, without regard to its date and the concurrency limit",
       .rule = {may_update, of_entity},
       .handler = typed<force_run_execution>,
       .also_answers = {409},
       .also = {"~/executions/{executionId}/force-run"},
       .may_mean_start = true},
      {.method = Method::post,
       .path = "~/executions/unqueue/by-ids",
       .operation = "unqueueExecutionsByIds",
       .summary = "Remove executions from their queues by ids",
       .rule = {may_update, of_each},
       .handler = typed<unqueue_by_ids>,
       .body = json_body,
       .also_answers = {400}},
      {.method = Method::post,
       .path = "~/executions/unqueue/by-query",
       .operation = "unqueueExecutionsByQuery",
       .summary = "Remove the matching executions from their queues",
       .rule = {may_update, of_rows},
       .handler = typed<unqueue_by_query>,
       .filters = Resource::execution,
       .older = older::executions,
       .also_answers = {400}},
      {.method = Method::post,
       .path = "~/executions/force-run/by-ids",
       .operation = "forceRunByIds",
       .summary = "Force executions to run by ids",
       .rule = {may_update, of_each},
       .handler = typed<force_run_by_ids>,
       .body = json_body,
       .also_answers = {400}},
      {.method = Method::post,
       .path = "~/executions/force-run/by-query",
       .operation = "forceRunExecutionsByQuery",
       .summary = "Force the matching executions to run",
       .rule = {may_update, of_rows},
       .handler = typed<force_run_by_query>,
       .filters = Resource::execution,
       .older = older::executions,
       .also_answers = {400}},
      {.method = Method::get,
       .path = "~/concurrency-limit/search",
       .operation = "searchConcurrencyLimits",
       .summary = "List the flows that have a concurrency limit, with the slots taken",
       .rule = {{"FLOW", Action::read}, of_rows},
       .handler = typed<search_limits>,
       .page_size = 10},
      {.method = Method::put,
       .path = "~/concurrency-limit/{namespace}/{flowId}",
       .operation = "updateConcurrencyLimit",
       .summary = "Recount the used slots of a flow; the count is derived from its executions and cannot be set",
       .rule = {{"FLOW", Action::update}, in_path("namespace")},
       .handler = typed<recount_limit>,
       .body = json_body | optional_body,
       .takes = json_type<json::ConcurrencyLimit>},
  };
}

}  // namespace gyr::web
