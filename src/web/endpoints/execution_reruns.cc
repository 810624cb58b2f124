// Running executions once more, as new ones: replay (EXEC-85, API-84, API-85).
#include "catalog/flow_cache.h"
#include "command/errors.h"
#include "web/executions.h"
#include "web/executions/values.h"
#include "web/flows.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/values.h"
#include "web/routes.h"
#include "web/start.h"

namespace gyr::web {
namespace {

using base::Value;

base::Result<executor::ReplayExecution> command_of(Request* request, const model::Execution& execution) {
  executor::ReplayExecution command;
  command.id = execution.id;
  command.replay = model::make_execution_id(*execution.flow, request->services().clock.now());
  command.revision = static_cast<int32_t>(request->integer("revision").value_or(0));
  command.breakpoints = parse_breakpoints(request->text("breakpoints").value_or(""));
  if (const auto run = request->text("taskRunId"); run && !run->empty()) {
    const auto parsed = base::Id::parse(std::string(*run));
    if (!parsed)
      return base::fail(executor::task_run_not_found,
                        fmt::format("Task run '{}' not found on execution '{}'", *run, execution.id.to_text()));
    command.task_run = *parsed;
  }
  return command;
}

base::Task<Outcome> replay_execution(Request* request) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  GYR_CO_TRY(auto command, command_of(request, loaded.row.execution));
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

base::Task<Outcome> replay_with_inputs(Request* request) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  const model::Execution& old = loaded.row.execution;
  const model::FlowKey key = *old.flow;
  GYR_CO_TRY(auto command, command_of(request, old));
  const base::Id replay = command.replay;
  GYR_CO_TRY(auto flow, co_await flow_to_replay(request, key, command.revision == 0 ? old.revision : command.revision));
  GYR_CO_TRY(auto sent, co_await read_inputs(request, flow, replay, true));
  executor::InputRequest inputs{flow->compiled, replay, std::move(sent.values), old.labels};
  auto resolved = co_await answer_of<Value>(
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

base::Task<Outcome> replay_executions(Request* request) {
  const bool latest = request->flag("latestRevision");
  const base::Instant now = request->services().clock.now();
  return bulk(
      request, "replay", [](const store::ExecutionRow&) { return std::string(); },
      [latest, now](Request*, const BulkTarget& target) -> executor::Command {
        executor::ReplayExecution command;
        command.id = target.id;
        command.replay = base::make_id(now);  // its partition adds the slot
        command.latest_revision = latest;
        return command;
      });
}

}  // namespace

std::vector<Route> execution_rerun_routes() {
  // A replay is a new execution.
  const Right may_create{"EXECUTION", Action::create};
  const std::vector<QueryParameter> what{
      {"taskRunId", ValueKind::text, "The task run to start from; default: the start of the execution"},
      {"revision",
       ValueKind::integer,
       "The revision of the flow; default: the revision of the execution",
       false,
       {},
       1},
      {"breakpoints", ValueKind::text, "Tasks to stop at, as `taskId` or `taskId.value`, separated by commas"}};
  const std::vector<QueryParameter> which{
      {"latestRevision", ValueKind::boolean, "Use the current revision of the flow", false, "false"}};
  return {
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/replay",
       .operation = "replayExecution",
       .summary = "Run an execution again as a new execution",
       .rule = {may_create, of_entity},
       .handler = replay_execution,
       .query = what,
       .answer = answers<json::Execution>,
       .also_answers = {409},
       .also = {"~/executions/{executionId}/replay"},
       .may_mean_start = true},
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/replay-with-inputs",
       .operation = "replayExecutionWithinputs",
       .summary = "Run an execution again as a new execution, with other inputs",
       .rule = {may_create, of_entity},
       .handler = replay_with_inputs,
       .query = what,
       .body = multipart_body | urlencoded_body | optional_body,
       .answer = answers<json::Execution>,
       .also_answers = {409},
       .also = {"~/executions/{executionId}/replay-with-inputs"},
       .may_mean_start = true},
      {.method = Method::post,
       .path = "~/executions/replay/by-ids",
       .operation = "replayExecutionsByIds",
       .summary = "Replay executions by their ids",
       .rule = {may_create, of_each},
       .handler = replay_executions,
       .query = which,
       .body = json_body,
       .takes = json_type<std::vector<std::string>>,
       .answer = answers<json::BulkResponse>,
       .also_answers = {400}},
      {.method = Method::post,
       .path = "~/executions/replay/by-query",
       .operation = "replayExecutionsByQuery",
       .summary = "Replay the executions that match",
       .rule = {may_create, of_rows},
       .handler = replay_executions,
       .query = which,
       .filters = Resource::execution,
       .answer = answers<json::BulkResponse>,
       .also_answers = {400}},
  };
}

}  // namespace gyr::web
