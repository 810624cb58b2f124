// Actions on many executions: all or nothing, after a check of each (API-45, API-85).
#include "web/executions/deletion.h"
#include "web/executions/executions.h"
#include "web/http/await.h"
#include "web/http/older_parameters.h"
#include "web/http/typed.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

struct BulkDeletion : Deletion {
  bool running_ones = false;
};

}  // namespace

template <>
struct DescribedQuery<BulkDeletion> {
  static constexpr auto parameters =
      std::tuple_cat(DescribedQuery<Deletion>::parameters,
                     std::tuple(parameter("includeNonTerminated", &BulkDeletion::running_ones,
                                          {.documentation = "Also delete executions that have not ended"})));
};

namespace {

using Ids = std::vector<std::string>;

base::Task<base::Result<BulkAnswer>> kill_all(Request* request, BulkSelection ids) {
  return bulk(
      request, std::move(ids), "kill",
      [](const store::ExecutionRow& row) {
        return std::string(model::is_terminated(row.execution.state.current()) ? "execution already finished" : "");
      },
      // The bulk form never cascades (API-85).
      [](const BulkTarget& target) -> executor::Command { return executor::KillExecution{target.id, false}; });
}
base::Task<base::Result<BulkAnswer>> kill_by_ids(Request* request, Ids ids) {
  return kill_all(request, std::move(ids));
}
base::Task<base::Result<BulkAnswer>> kill_by_query(Request* request) { return kill_all(request, {}); }

base::Task<base::Result<BulkAnswer>> restart_all(Request* request, BulkSelection ids) {
  return bulk(
      request, std::move(ids), "restart",
      [](const store::ExecutionRow& row) {
        return std::string(row.execution.state.current() == model::State::failed ? ""
                                                                                 : "execution not in state FAILED");
      },
      [](const BulkTarget& target) -> executor::Command { return executor::RestartExecution{.id = target.id}; });
}
base::Task<base::Result<BulkAnswer>> restart_by_ids(Request* request, Ids ids) {
  return restart_all(request, std::move(ids));
}
base::Task<base::Result<BulkAnswer>> restart_by_query(Request* request) { return restart_all(request, {}); }

base::Task<base::Result<BulkAnswer>> delete_all(Request* request, BulkDeletion deletion, BulkSelection ids) {
  // The flow of a deleted execution is read before the execution is deleted.
  auto flows = std::make_shared<std::vector<std::pair<model::FlowKey, base::Id>>>();
  auto rule = [all = deletion.running_ones, flows](const store::ExecutionRow& row) {
    flows->emplace_back(*row.execution.flow, row.execution.id);
    const bool deletable = all || model::is_terminated(row.execution.state.current());
    return std::string(deletable ? "" : "execution not found");
  };
  auto command_of = [deletion](const BulkTarget& target) -> executor::Command {
    return executor::DeleteExecution{target.id, deletion.logs, deletion.metrics, !deletion.running_ones,
                                     deletion.storage};
  };
  GYR_CO_TRY(auto answer, co_await bulk(request, std::move(ids), "delete", std::move(rule), std::move(command_of)));
  const bool is_done = std::holds_alternative<json::BulkResponse>(answer);
  if (is_done && deletion.storage) co_await remove_storage(request, std::move(*flows));
  co_return answer;
}
base::Task<base::Result<BulkAnswer>> delete_by_ids(Request* request, BulkDeletion deletion, Ids ids) {
  return delete_all(request, deletion, std::move(ids));
}
base::Task<base::Result<BulkAnswer>> delete_by_query(Request* request, BulkDeletion deletion) {
  return delete_all(request, deletion, {});
}

}  // namespace

std::vector<Route> execution_bulk_routes() {
  const Right may_update{"EXECUTION", Action::update};
  const Right may_remove{"EXECUTION", Action::remove};
  return {
      {.method = Method::del,
       .path = "~/executions/kill/by-ids",
       .operation = "killExecutionsByIds",
       .summary = "Kill executions by their ids",
       .rule = {may_update, of_each},
       .handler = typed<kill_by_ids>,
       .body = json_body,
       .also_answers = {400}},
      {.method = Method::del,
       .path = "~/executions/kill/by-query",
       .operation = "killExecutionsByQuery",
       .summary = "Kill the executions that match",
       .rule = {may_update, of_rows},
       .handler = typed<kill_by_query>,
       .filters = Resource::execution,
       .older = older::executions,
       .also_answers = {400}},
      {.method = Method::post,
       .path = "~/executions/restart/by-ids",
       .operation = "restartExecutionsByIds",
       .summary = "Restart executions by their ids",
       .rule = {may_update, of_each},
       .handler = typed<restart_by_ids>,
       .body = json_body,
       .also_answers = {400}},
      {.method = Method::post,
       .path = "~/executions/restart/by-query",
       .operation = "restartExecutionsByQuery",
       .summary = "Restart the executions that match",
       .rule = {may_update, of_rows},
       .handler = typed<restart_by_query>,
       .filters = Resource::execution,
       .older = older::executions,
       .also_answers = {400}},
      {.method = Method::del,
       .path = "~/executions/by-ids",
       .operation = "deleteExecutionsByIds",
       .summary = "Delete executions by their ids",
       .rule = {may_remove, of_each},
       .handler = typed<delete_by_ids>,
       .body = json_body,
       .also_answers = {400}},
      {.method = Method::del,
       .path = "~/executions/by-query",
       .operation = "deleteExecutionsByQuery",
       .summary = "Delete the executions that match",
       .rule = {may_remove, of_rows},
       .handler = typed<delete_by_query>,
       .filters = Resource::execution,
       .older = older::executions,
       .also_answers = {400}},
  };
}

}  // namespace gyr::web
