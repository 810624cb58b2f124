// Queued executions and the concurrency limits of flows (EXEC-62, EXEC-88, API-84, API-85).
#include "web/routes.h"

#include "catalog/flow_cache.h"
#include "engine/execution_state.h"
#include "web/concurrency/values.h"
#include "web/executions.h"
#include "web/executions/values.h"
#include "web/flows.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/typed.h"
#include "web/http/values.h"

namespace gyr::web {
namespace {

using model::State;

// ---------------------------------------------------------------------------------------------- one execution

/// The new state of an execution that leaves the queue; default: RUNNING.
base::Result<State> wanted_state(Request* request, std::string_view parameter) {
  const std::string text(request->text(parameter).value_or("RUNNING"));
  const auto state = model::parse_state(text);
  if (state == State::running || state == State::cancelled || state == State::failed) return *state;
  return base::fail(
      bad_argument,
      fmt::format("{}: a queued execution can change to RUNNING, CANCELLED or FAILED, not to {}", parameter, text));
}

template <executor::OneCommand C>
base::Task<Outcome> act(Request* request, C command) {
  GYR_CO_TRY(auto answer, co_await submit(request, std::move(command)));
  GYR_CO_TRY(auto loaded, co_await find_execution(request, answer.execution.id.to_text()));
  co_return execution_answer(&request->services().store, &request->loop(), std::move(loaded), text_options(request));
}

base::Task<Outcome> unqueue_execution(Request* request) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  GYR_CO_TRY(State state, wanted_state(request, "state"));
  co_return co_await act(request, executor::UnqueueExecution{loaded.row.execution.id, state});
}

base::Task<Outcome> force_run_execution(Request* request) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  co_return co_await act(request, executor::ForceRunExecution{loaded.row.execution.id});
}

// ---------------------------------------------------------------------------------------------- many

base::Task<Outcome> act_on_many(Request* request, std::string verb, BulkRule rule,
                                std::function<executor::Command(base::Id)> command_of) {
  GYR_CO_TRY(auto found, co_await bulk_targets(request, std::move(verb), std::move(rule)));
  if (auto* refused = std::get_if<net::ServerResponse>(&found)) co_return std::move(*refused);
  std::vector<executor::Command> commands;
  for (const BulkTarget& target : std::get<std::vector<BulkTarget>>(found)) commands.push_back(command_of(target.id));
  GYR_CO_TRY(uint64_t count, co_await submit_all(request, std::move(commands)));
  co_return bulk_answer(count, request->services().clock.now());
}

base::Task<Outcome> unqueue_many(Request* request, std::string_view parameter) {
  GYR_CO_TRY(State state, wanted_state(request, parameter));
  co_return co_await act_on_many(
      request, "unqueue",
      [](const store::ExecutionRow& row) {
        return std::string(row.execution.state.current() == State::queued ? "" : "execution not in state QUEUED");
      },
      [state](base::Id id) -> executor::Command { return executor::UnqueueExecution{id, state}; });
}

base::Task<Outcome> unqueue_by_ids(Request* request) { return unqueue_many(request, "state"); }
base::Task<Outcome> unqueue_by_query(Request* request) { return unqueue_many(request, "newState"); }

base::Task<Outcome> force_run_executions(Request* request) {
  return act_on_many(
      request, "force run",
      [](const store::ExecutionRow& row) {
        return std::string(model::is_terminated(row.execution.state.current()) ? "execution in a terminated state"
                                                                               : "");
      },
      [](base::Id id) -> executor::Command { return executor::ForceRunExecution{id}; });
}

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
  store::FlowQuery query;
  query.tenant = request->tenant();
  query.source_text = "concurrency";  // those without the word have none
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

constexpr QueryParameter state_parameter(std::string_view name) {
  return {name, ValueKind::state, "RUNNING (even beyond the limit), CANCELLED or FAILED", false, "RUNNING"};
}

}  // namespace

std::vector<Route> concurrency_routes() {
  const Right may_execute{"EXECUTION", Action::execute};
  return {
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/unqueue",
       .operation = "unqueueExecution",
       .summary = "Remove an execution from the queue of its flow",
       .rule = {may_execute, of_entity},
       .handler = unqueue_execution,
       .query = {state_parameter("state")},
       .answer = answers<json::Execution>,
       .also_answers = {409},
       .also = {"~/executions/{executionId}/unqueue"},
       .may_mean_start = true},
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/force-run",
       .operation = "forceRunExecution",
       .summary = "Force an execution to run, without regard to its date and the concurrency limit",
       .rule = {may_execute, of_entity},
       .handler = force_run_execution,
       .answer = answers<json::Execution>,
       .also_answers = {409},
       .also = {"~/executions/{executionId}/force-run"},
       .may_mean_start = true},
      {.method = Method::post,
       .path = "~/executions/unqueue/by-ids",
       .operation = "unqueueExecutionsByIds",
       .summary = "Remove executions from their queues by ids",
       .rule = {may_execute, of_each},
       .handler = unqueue_by_ids,
       .query = {state_parameter("state")},
       .body = json_body,
       .takes = json_type<std::vector<std::string>>,
       .answer = answers<json::BulkResponse>,
       .also_answers = {400}},
      {.method = Method::post,
       .path = "~/executions/unqueue/by-query",
       .operation = "unqueueExecutionsByQuery",
       .summary = "Remove the matching executions from their queues",
       .rule = {may_execute, of_rows},
       .handler = unqueue_by_query,
       .query = {state_parameter("newState")},
       .filters = Resource::execution,
       .answer = answers<json::BulkResponse>,
       .also_answers = {400}},
      {.method = Method::post,
       .path = "~/executions/force-run/by-ids",
       .operation = "forceRunByIds",
       .summary = "Force executions to run by ids",
       .rule = {may_execute, of_each},
       .handler = force_run_executions,
       .body = json_body,
       .takes = json_type<std::vector<std::string>>,
       .answer = answers<json::BulkResponse>,
       .also_answers = {400}},
      {.method = Method::post,
       .path = "~/executions/force-run/by-query",
       .operation = "forceRunExecutionsByQuery",
       .summary = "Force the matching executions to run",
       .rule = {may_execute, of_rows},
       .handler = force_run_executions,
       .filters = Resource::execution,
       .answer = answers<json::BulkResponse>,
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
       .handler = typed<recount_limit>},
  };
}

}  // namespace gyr::web
