// Acting on one execution: kill, restart, release, delete (API-84).
#include "catalog/flow_cache.h"
#include "command/errors.h"
#include "storage/storage.h"
#include "web/deletion.h"
#include "web/executions.h"
#include "web/executions/values.h"
#include "web/flows.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

/// The execution after the action.
base::Task<Outcome> show(Request* request, std::string id, int status) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, id));
  auto response =
      execution_answer(&request->services().store, &request->loop(), std::move(loaded), text_options(request));
  response.status = status;
  co_return response;
}

base::Task<Outcome> kill_execution(Request* request) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  GYR_CO_CHECK(
      co_await submit(request, executor::KillExecution{loaded.row.execution.id, request->flag("isOnKillCascade")}));
  // 1.3 clients know 202; newer ones 200 (API-3).
  const bool newer = request->raw_path().find("/actions/") != std::string_view::npos;
  co_return co_await show(request, loaded.row.execution.id.to_text(), newer ? 200 : 202);
}

base::Task<Outcome> restart_execution(Request* request) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  executor::RestartExecution command{
      loaded.row.execution.id, static_cast<int32_t>(request->integer("revision").value_or(0)),
      model::make_execution_id(*loaded.row.execution.flow, request->services().clock.now())};
  GYR_CO_TRY(auto answer, co_await submit(request, command));
  co_return co_await show_answer(request, std::move(answer));
}

base::Task<Outcome> release_execution(Request* request) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  const base::Id id = loaded.row.execution.id;
  GYR_CO_CHECK(co_await submit(request, executor::ReleaseExecution{id}));
  co_return co_await show(request, id.to_text(), 200);
}

base::Task<Outcome> delete_execution(Request* request) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  const model::Execution& execution = loaded.row.execution;
  executor::DeleteExecution command{execution.id, request->flag("deleteLogs"), request->flag("deleteMetrics"), false,
                                    request->flag("deleteStorage")};
  GYR_CO_CHECK(co_await submit(request, command));
  if (request->flag("deleteStorage")) co_await remove_storage(request, {{*execution.flow, execution.id}});
  co_return empty_answer(204);
}

}  // namespace

std::vector<Route> execution_action_routes() {
  return {
      {.method = Method::del,
       .path = "~/executions/{executionId}/actions/kill",
       .operation = "killExecution",
       .summary = "Kill an execution",
       .rule = {{"EXECUTION", Action::execute}, of_entity},
       .handler = kill_execution,
       .query = {{"isOnKillCascade", ValueKind::boolean, "Also kill the executions of its Subflow tasks", false,
                  "true"}},
       .answer = answers<json::Execution>,
       .also_answers = {202, 409},
       .also = {"~/executions/{executionId}/kill"}},
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/restart",
       .operation = "restartExecution",
       .summary = "Restart an execution from the failed tasks",
       .rule = {{"EXECUTION", Action::execute}, of_entity},
       .handler = restart_execution,
       .query = {{"revision",
                  ValueKind::integer,
                  "The revision of the flow; a revision other than that of the execution creates a new execution",
                  false,
                  {},
                  1}},
       .answer = answers<json::Execution>,
       .also_answers = {409},
       .also = {"~/executions/{executionId}/restart"},
       .may_mean_start = true},
      {.method = Method::post,
       .path = "~/executions/{executionId}/release",
       .operation = "releaseExecution",
       .summary = "Release an execution from quarantine",
       .rule = {{"EXECUTION", Action::update}, of_entity},
       .handler = release_execution,
       .answer = answers<json::Execution>,
       .also_answers = {409},
       .may_mean_start = true},
      {.method = Method::del,
       .path = "~/executions/{executionId}",
       .operation = "deleteExecution",
       .summary = "Delete an execution",
       .rule = {{"EXECUTION", Action::remove}, of_entity},
       .handler = delete_execution,
       .query = deletion_parameters(),
       .status = 204},
  };
}

}  // namespace gyr::web
