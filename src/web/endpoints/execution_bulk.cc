// Actions on many executions: all or nothing, after a check of each (API-45, API-85).
#include "web/deletion.h"
#include "web/executions.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/values.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using Targets = std::vector<BulkTarget>;

base::Task<Outcome> kill_executions(Request* request) {
  return bulk(
      request, "kill",
      [](const store::ExecutionRow& row) {
        return std::string(model::is_terminated(row.execution.state.current()) ? "execution already finished" : "");
      },
      // The bulk form never cascades (API-85).
      [](Request*, const BulkTarget& target) -> executor::Command {
        return executor::KillExecution{target.id, false};
      });
}

base::Task<Outcome> restart_executions(Request* request) {
  return bulk(
      request, "restart",
      [](const store::ExecutionRow& row) {
        return std::string(row.execution.state.current() == model::State::failed ? ""
                                                                                 : "execution not in state FAILED");
      },
      [](Request*, const BulkTarget& target) -> executor::Command {
        return executor::RestartExecution{.id = target.id};
      });
}

base::Task<Outcome> delete_executions(Request* request) {
  const bool all = request->flag("includeNonTerminated");
  // The flow of a deleted execution is read before the execution is deleted.
  auto flows = std::make_shared<std::vector<std::pair<model::FlowKey, base::Id>>>();
  GYR_CO_TRY(auto found, co_await bulk_targets(request, "delete", [all, flows](const store::ExecutionRow& row) {
               flows->emplace_back(*row.execution.flow, row.execution.id);
               const bool deletable = all || model::is_terminated(row.execution.state.current());
               return std::string(deletable ? "" : "execution not found");
             }));
  if (auto* refused = std::get_if<net::ServerResponse>(&found)) co_return std::move(*refused);
  std::vector<executor::Command> commands;
  for (const BulkTarget& target : std::get<Targets>(found)) {
    commands.emplace_back(executor::DeleteExecution{
        target.id, request->flag("deleteLogs"), request->flag("deleteMetrics"), !all, request->flag("deleteStorage")});
  }
  GYR_CO_TRY(uint64_t count, co_await submit_all(request, std::move(commands)));
  if (request->flag("deleteStorage")) co_await remove_storage(request, std::move(*flows));
  co_return bulk_answer(count, request->services().clock.now());
}

std::vector<QueryParameter> delete_parameters() {
  auto parameters = deletion_parameters();
  parameters.push_back(
      {"includeNonTerminated", ValueKind::boolean, "Also delete executions that have not ended", false, "false"});
  return parameters;
}

}  // namespace

std::vector<Route> execution_bulk_routes() {
  const Right may_execute{"EXECUTION", Action::execute};
  const Right may_remove{"EXECUTION", Action::remove};
  return {
      {.method = Method::del,
       .path = "~/executions/kill/by-ids",
       .operation = "killExecutionsByIds",
       .summary = "Kill executions by their ids",
       .rule = {may_execute, of_each},
       .handler = kill_executions,
       .body = json_body,
       .takes = json_type<std::vector<std::string>>,
       .answer = answers<json::BulkResponse>,
       .also_answers = {400}},
      {.method = Method::del,
       .path = "~/executions/kill/by-query",
       .operation = "killExecutionsByQuery",
       .summary = "Kill the executions that match",
       .rule = {may_execute, of_rows},
       .handler = kill_executions,
       .filters = Resource::execution,
       .answer = answers<json::BulkResponse>,
       .also_answers = {400}},
      {.method = Method::post,
       .path = "~/executions/restart/by-ids",
       .operation = "restartExecutionsByIds",
       .summary = "Restart executions by their ids",
       .rule = {may_execute, of_each},
       .handler = restart_executions,
       .body = json_body,
       .takes = json_type<std::vector<std::string>>,
       .answer = answers<json::BulkResponse>,
       .also_answers = {400}},
      {.method = Method::post,
       .path = "~/executions/restart/by-query",
       .operation = "restartExecutionsByQuery",
       .summary = "Restart the executions that match",
       .rule = {may_execute, of_rows},
       .handler = restart_executions,
       .filters = Resource::execution,
       .answer = answers<json::BulkResponse>,
       .also_answers = {400}},
      {.method = Method::del,
       .path = "~/executions/by-ids",
       .operation = "deleteExecutionsByIds",
       .summary = "Delete executions by their ids",
       .rule = {may_remove, of_each},
       .handler = delete_executions,
       .query = delete_parameters(),
       .body = json_body,
       .takes = json_type<std::vector<std::string>>,
       .answer = answers<json::BulkResponse>,
       .also_answers = {400}},
      {.method = Method::del,
       .path = "~/executions/by-query",
       .operation = "deleteExecutionsByQuery",
       .summary = "Delete the executions that match",
       .rule = {may_remove, of_rows},
       .handler = delete_executions,
       .query = delete_parameters(),
       .filters = Resource::execution,
       .answer = answers<json::BulkResponse>,
       .also_answers = {400}},
  };
}

}  // namespace gyr::web
