// Queued executions and the concurrency limits of flows (EXEC-62, EXEC-88, API-84, API-85).
#include "catalog/flow_cache.h"
#include "engine/execution_state.h"
#include "web/answers.h"
#include "web/await.h"
#include "web/errors.h"
#include "web/executions.h"
#include "web/flows.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using base::Value;
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

base::Result<Value> limit_value(store::Reader& reader, const model::FlowKey& key) {
  GYR_TRY(auto counts, reader.count_by_state(key));
  uint64_t running = 0;
  for (size_t state = 0; state < counts.size(); ++state) {
    if (engine::holds_slot_in(static_cast<State>(state))) running += counts[state];
  }
  return Value::map({{"tenantId", Value::string(key.tenant)},
                     {"namespace", Value::string(key.namespace_)},
                     {"flowId", Value::string(key.id)},
                     {"running", Value::integer(static_cast<int64_t>(running))}});
}

base::Result<bool> has_limit(store::Reader& reader, executor::FlowCache& flows, const model::FlowKey& key) {
  GYR_TRY(auto flow, flows.get(reader, key, 0));
  return flow != nullptr && !flow->deleted && flow->compiled != nullptr &&
         flow->compiled->flow().concurrency.has_value();
}

base::Task<Outcome> search_limits(Request* request) {
  store::FlowQuery query;
  query.tenant = request->tenant();
  query.source_text = "concurrency";  // those without the word have none
  const auto first = static_cast<size_t>((request->page() - 1) * request->page_size());
  const auto size = static_cast<size_t>(request->page_size());
  GYR_CO_TRY(std::string json,
             co_await read<std::string>(&request->services().store, &request->loop(),
                                        [query = std::move(query), first, size, services = &request->services()](
                                            store::Reader& reader) -> base::Result<std::string> {
                                          GYR_TRY(auto rows, all_flows(reader, query, max_flows));
                                          uint64_t total = 0;
                                          std::string list;
                                          for (const auto& row : rows) {
                                            GYR_TRY(bool limited, has_limit(reader, services->flows, row.key));
                                            if (!limited) continue;
                                            total += 1;
                                            if (total <= first || total > first + size) continue;
                                            GYR_TRY(Value limit, limit_value(reader, row.key));
                                            if (!list.empty()) list += ',';
                                            append_json(list, limit);
                                          }
                                          return page_json(list, total);
                                        }));
  co_return json_answer(std::move(json));
}

/// Slots follow from the executions and cannot be set: there is nothing to correct, and the answer is the true count.
base::Task<Outcome> recount_limit(Request* request) {
  const model::FlowKey key{request->tenant(), std::string(request->path("namespace")),
                           std::string(request->path("flowId"))};
  GYR_CO_TRY(Value limit,
             co_await read<Value>(&request->services().store, &request->loop(),
                                  [key, services = &request->services()](store::Reader& reader) -> base::Result<Value> {
                                    GYR_TRY(bool limited, has_limit(reader, services->flows, key));
                                    if (!limited) return base::fail(no_flow(key));
                                    return limit_value(reader, key);
                                  }));
  co_return json_answer(std::move(limit));
}

constexpr QueryParameter state_parameter(std::string_view name) {
  return {name, ValueKind::state, "RUNNING (even beyond the limit), CANCELLED or FAILED", false, "RUNNING"};
}

}  // namespace

std::vector<Route> concurrency_routes() {
  const Permission may_execute{"EXECUTION", Action::execute};
  return {
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/unqueue",
       .operation = "unqueueExecution",
       .summary = "Remove an execution from the queue of its flow",
       .permission = may_execute,
       .handler = unqueue_execution,
       .query = {state_parameter("state")},
       .answer = "Execution",
       .also_answers = {409},
       .also = {"~/executions/{executionId}/unqueue"},
       .may_mean_start = true},
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/force-run",
       .operation = "forceRunExecution",
       .summary = "Force an execution to run, without regard to its date and the concurrency limit",
       .permission = may_execute,
       .handler = force_run_execution,
       .answer = "Execution",
       .also_answers = {409},
       .also = {"~/executions/{executionId}/force-run"},
       .may_mean_start = true},
      {.method = Method::post,
       .path = "~/executions/unqueue/by-ids",
       .operation = "unqueueExecutionsByIds",
       .summary = "Remove executions from their queues by ids",
       .permission = may_execute,
       .handler = unqueue_by_ids,
       .query = {state_parameter("state")},
       .body = json_body,
       .answer = "BulkResponse",
       .also_answers = {400}},
      {.method = Method::post,
       .path = "~/executions/unqueue/by-query",
       .operation = "unqueueExecutionsByQuery",
       .summary = "Remove the matching executions from their queues",
       .permission = may_execute,
       .handler = unqueue_by_query,
       .query = {state_parameter("newState")},
       .filters = Resource::execution,
       .answer = "BulkResponse",
       .also_answers = {400}},
      {.method = Method::post,
       .path = "~/executions/force-run/by-ids",
       .operation = "forceRunByIds",
       .summary = "Force executions to run by ids",
       .permission = may_execute,
       .handler = force_run_executions,
       .body = json_body,
       .answer = "BulkResponse",
       .also_answers = {400}},
      {.method = Method::post,
       .path = "~/executions/force-run/by-query",
       .operation = "forceRunExecutionsByQuery",
       .summary = "Force the matching executions to run",
       .permission = may_execute,
       .handler = force_run_executions,
       .filters = Resource::execution,
       .answer = "BulkResponse",
       .also_answers = {400}},
      {.method = Method::get,
       .path = "~/concurrency-limit/search",
       .operation = "searchConcurrencyLimits",
       .summary = "List the flows that have a concurrency limit, with the slots taken",
       .permission = {"FLOW", Action::read},
       .handler = search_limits,
       .page_size = 10,
       .answer = "Paged<ConcurrencyLimit>"},
      {.method = Method::put,
       .path = "~/concurrency-limit/{namespace}/{flowId}",
       .operation = "updateConcurrencyLimit",
       .summary = "Recount the used slots of a flow; the count is derived from its executions and cannot be set",
       .permission = {"FLOW", Action::update},
       .handler = recount_limit,
       .answer = "ConcurrencyLimit"},
  };
}

}  // namespace gyr::web
