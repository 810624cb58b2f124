// Running executions once more, as new ones: replay (EXEC-85, API-84, API-85).
#include "catalog/flow_cache.h"
#include "command/errors.h"
#include "web/executions/executions.h"
#include "web/executions/start.h"
#include "web/flows.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/older_parameters.h"
#include "web/http/typed.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

/// How one execution is run again.
struct ReplayQuery {
  std::string task_run;
  std::optional<int32_t> revision;
  std::string breakpoints;
};
/// How many are run again.
struct ReplayOfMany {
  bool latest_revision = false;
};

}  // namespace

template <>
struct DescribedQuery<ReplayQuery> {
  using T = ReplayQuery;
  static constexpr auto parameters = std::tuple(
      parameter("taskRunId", &T::task_run,
                {.documentation = "The task run to start from; default: the start of the execution"}),
      parameter("revision", &T::revision,
                {.documentation = "The revision of the flow; default: the revision of the execution", .least = 1}),
      parameter("breakpoints", &T::breakpoints,
                {.documentation = "Tasks to stop at, as `taskId` or `taskId.value`, separated by commas"}));
};
template <>
struct DescribedQuery<ReplayOfMany> {
  static constexpr auto parameters = std::tuple(parameter("latestRevision", &ReplayOfMany::latest_revision,
                                                          {.documentation = "Use the current revision of the flow"}));
};

namespace {

base::Result<executor::ReplayExecution> command_of(Request* request, const ReplayQuery& query,
                                                   const model::Execution& execution) {
  executor::ReplayExecution command;
  command.id = execution.id;
  command.replay = model::make_execution_id(*execution.flow, request->services().clock.now());
  command.revision = query.revision.value_or(0);
  command.breakpoints = parse_breakpoints(query.breakpoints);
  if (!query.task_run.empty()) {
    const auto parsed = base::Id::parse(query.task_run);
    if (!parsed)
      return base::fail(executor::task_run_not_found, fmt::format("Task run '{}' not found on execution '{}'",
                                                                  query.task_run, execution.id.to_text()));
    command.task_run = *parsed;
  }
  return command;
}

base::Task<base::Result<ExecutionAnswer>> replay_execution(Request* request, ReplayQuery query) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  GYR_CO_TRY(auto command, command_of(request, query, loaded.row.execution));
  GYR_CO_TRY(auto answer, co_await submit(request, std::move(command)));
  co_return co_await show_answer(request, std::move(answer));
}

/// The revision of the replay; the flow can be disabled (FLOW-95).
base::Task<base::Result<executor::LoadedFlowPtr>> flow_to_replay(Request* request, model::FlowKey key,
                                                                 int32_t revision) {
  GYR_CO_TRY(auto flow,
             co_await request->read([flows = &request->services().flows, key, revision](store::Reader& reader) {
               return flows->get(reader, key, revision);
             }));
  if (flow == nullptr || flow->deleted) co_return base::fail(no_flow(key));
  if (flow->compiled == nullptr)
    co_return base::fail(executor::flow_invalid, "Cannot execute an invalid flow: " + flow->exception);
  co_return flow;
}

base::Task<base::Result<ExecutionAnswer>> replay_with_inputs(Request* request, ReplayQuery query) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  const model::Execution& old = loaded.row.execution;
  const model::FlowKey key = *old.flow;
  GYR_CO_TRY(auto command, command_of(request, query, old));
  const base::Id replay = command.replay;
  GYR_CO_TRY(auto flow, co_await flow_to_replay(request, key, command.revision == 0 ? old.revision : command.revision));
  GYR_CO_TRY(auto sent, co_await read_inputs(request, flow, replay, true));
  executor::InputRequest inputs{flow->compiled, replay, std::move(sent.values), old.labels};
  auto resolved = co_await answer_of<base::Value>(
      &request->loop(), [starter = &request->services().starter, inputs = std::move(inputs)](auto done) mutable {
        starter->resolve(std::move(inputs), std::move(done));
      });
  if (!resolved) {
    if (sent.stored_files) co_await remove_files(request, key, replay);
    co_return base::fail(resolved.error());
  }
  command.inputs = *std::move(resolved);
  auto answer = co_await submit(request, std::move(command));
  if (!answer) {
    if (sent.stored_files) co_await remove_files(request, key, replay);
    co_return base::fail(answer.error());
  }
  co_return co_await show_answer(request, *std::move(answer));
}

base::Task<base::Result<BulkAnswer>> replay_all(Request* request, ReplayOfMany query, BulkSelection ids) {
  const base::Instant now = request->services().clock.now();
  return bulk(
      request, std::move(ids), "replay", [](const store::ExecutionRow&) { return std::string(); },
      [query, now](const BulkTarget& target) -> executor::Command {
        executor::ReplayExecution command;
        command.id = target.id;
        command.replay = base::make_id(now);  // its partition adds the slot
        command.latest_revision = query.latest_revision;
        return command;
      });
}
base::Task<base::Result<BulkAnswer>> replay_by_ids(Request* request, ReplayOfMany query, std::vector<std::string> ids) {
  return replay_all(request, query, std::move(ids));
}
base::Task<base::Result<BulkAnswer>> replay_by_query(Request* request, ReplayOfMany query) {
  return replay_all(request, query, {});
}

}  // namespace

std::vector<Route> execution_rerun_routes() {
  // A replay is a new execution.
  const Right may_create{"EXECUTION", Action::create};
  return {
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/replay",
       .operation = "replayExecution",
       .summary = "Run an execution again as a new execution",
       .rule = {may_create, of_entity},
       .handler = typed<replay_execution>,
       .also_answers = {409},
       .also = {"~/executions/{executionId}/replay"},
       .may_mean_start = true},
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/replay-with-inputs",
       .operation = "replayExecutionWithinputs",
       .summary = "Run an execution again as a new execution, with other inputs",
       .rule = {may_create, of_entity},
       .handler = typed<replay_with_inputs>,
       .body = multipart_body | urlencoded_body | optional_body,
       .also_answers = {409},
       .also = {"~/executions/{executionId}/replay-with-inputs"},
       .may_mean_start = true},
      {.method = Method::post,
       .path = "~/executions/replay/by-ids",
       .operation = "replayExecutionsByIds",
       .summary = "Replay executions by their ids",
       .rule = {may_create, of_each},
       .handler = typed<replay_by_ids>,
       .body = json_body,
       .also_answers = {400}},
      {.method = Method::post,
       .path = "~/executions/replay/by-query",
       .operation = "replayExecutionsByQuery",
       .summary = "Replay the executions that match",
       .rule = {may_create, of_rows},
       .handler = typed<replay_by_query>,
       .filters = Resource::execution,
       .older = older::executions,
       .also_answers = {400}},
  };
}

}  // namespace gyr::web
