// Acting on one execution: kill, restart, release, delete (API-84).
#include "command/errors.h"
#include "web/executions/deletion.h"
#include "web/executions/executions.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/typed.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

struct KillQuery {
  bool cascade = true;
};
struct RestartQuery {
  std::optional<int32_t> revision;
};

}  // namespace

template <>
struct DescribedQuery<KillQuery> {
  static constexpr auto parameters = std::tuple(parameter(
      "isOnKillCascade", &KillQuery::cascade, {.documentation = "Also kill the executions of its Subflow tasks"}));
};
template <>
struct DescribedQuery<RestartQuery> {
  static constexpr auto parameters = std::tuple(parameter(
      "revision", &RestartQuery::revision,
      {.documentation = "The revision of the flow; a revision other than that of the execution creates a new execution",
       .least = 1}));
};

namespace {

base::Task<base::Result<WithStatus<ExecutionAnswer>>> kill_execution(Request* request, KillQuery query) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  const base::Id id = loaded.row.execution.id;
  GYR_CO_CHECK(co_await submit(request, executor::KillExecution{id, query.cascade}));
  GYR_CO_TRY(auto shown, co_await show_execution(request, id));
  // 1.3 clients know 202; newer ones 200 (API-3).
  const bool newer = request->raw_path().find("/actions/") != std::string_view::npos;
  co_return WithStatus<ExecutionAnswer>{newer ? 200 : 202, std::move(shown)};
}

base::Task<base::Result<ExecutionAnswer>> restart_execution(Request* request, RestartQuery query) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  executor::RestartExecution command{
      loaded.row.execution.id, query.revision.value_or(0),
      model::make_execution_id(*loaded.row.execution.flow, request->services().clock.now())};
  GYR_CO_TRY(auto answer, co_await submit(request, command));
  co_return co_await show_answer(request, std::move(answer));
}

base::Task<base::Result<ExecutionAnswer>> release_execution(Request* request) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  const base::Id id = loaded.row.execution.id;
  GYR_CO_CHECK(co_await submit(request, executor::ReleaseExecution{id}));
  co_return co_await show_execution(request, id);
}

base::Task<base::Result<void>> delete_execution(Request* request, Deletion deletion) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  const model::Execution& execution = loaded.row.execution;
  GYR_CO_CHECK(co_await submit(
      request, executor::DeleteExecution{execution.id, deletion.logs, deletion.metrics, false, deletion.storage}));
  if (deletion.storage) co_await remove_storage(request, {{*execution.flow, execution.id}});
  co_return base::Result<void>();
}

}  // namespace

std::vector<Route> execution_action_routes() {
  return {
      {.method = Method::del,
       .path = "~/executions/{executionId}/actions/kill",
       .operation = "killExecution",
       .summary = "Kill an execution",
       .rule = {{"EXECUTION", Action::update}, of_entity},
       .handler = typed<kill_execution>,
       .also_answers = {202, 409},
       .also = {"~/executions/{executionId}/kill"}},
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/restart",
       .operation = "restartExecution",
       .summary = "Restart an execution from the failed tasks",
       .rule = {{"EXECUTION", Action::update}, of_entity},
       .handler = typed<restart_execution>,
       .also_answers = {409},
       .also = {"~/executions/{executionId}/restart"},
       .may_mean_start = true},
      {.method = Method::post,
       .path = "~/executions/{executionId}/release",
       .operation = "releaseExecution",
       .summary = "Release an execution from quarantine",
       .rule = {{"EXECUTION", Action::update}, of_entity},
       .handler = typed<release_execution>,
       .also_answers = {409},
       .may_mean_start = true},
      {.method = Method::del,
       .path = "~/executions/{executionId}",
       .operation = "deleteExecution",
       .summary = "Delete an execution",
       .rule = {{"EXECUTION", Action::remove}, of_entity},
       .handler = typed<delete_execution>,
       .status = 204},
  };
}

}  // namespace gyr::web
