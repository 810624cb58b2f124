// Changes of ended executions: states and labels (EXEC-86, EXEC-87, EXEC-89, API-84, API-85).
#include "command/errors.h"
#include "executor/label_changes.h"
#include "web/executions/executions.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/older_parameters.h"
#include "web/http/typed.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

/// The final state of one execution.
struct StatusQuery {
  model::State status = model::State::created;
};
/// The final state of many.
struct NewStatusQuery {
  model::State status = model::State::created;
};

}  // namespace

template <>
struct DescribedQuery<StatusQuery> {
  static constexpr auto parameters =
      std::tuple(parameter("status", &StatusQuery::status, {.documentation = "The final state", .required = true}));
};
template <>
struct DescribedQuery<NewStatusQuery> {
  static constexpr auto parameters = std::tuple(
      parameter("newStatus", &NewStatusQuery::status, {.documentation = "The final state", .required = true}));
};

namespace {

using model::State;
using Ids = std::vector<std::string>;

base::Task<base::Result<ExecutionAnswer>> change_run_state(Request* request, json::TaskRunState wanted) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  for (const auto& [name, text] : {std::pair("taskRunId", &wanted.task_run_id), std::pair("state", &wanted.state)}) {
    if (text->empty()) co_return base::fail(bad_body, fmt::format("{}: must not be empty", name));
  }
  const auto state = model::parse_state(wanted.state);
  if (!state) co_return base::fail(bad_body, fmt::format("state: unknown state {}", wanted.state));
  const auto id = base::Id::parse(wanted.task_run_id);
  if (!id) {
    co_return base::fail(executor::task_run_not_found,
                         fmt::format("Task run '{}' not found on execution '{}'", wanted.task_run_id,
                                     loaded.row.execution.id.to_text()));
  }
  GYR_CO_TRY(auto answer, co_await submit(request, executor::ChangeRunState{loaded.row.execution.id, *id, *state}));
  co_return co_await show_answer(request, std::move(answer));
}

// ---------------------------------------------------------------------------------------------- final states

base::Task<base::Result<ExecutionAnswer>> change_status(Request* request, StatusQuery query) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  GYR_CO_TRY(auto answer, co_await submit(request, executor::ChangeState{loaded.row.execution.id, query.status}));
  co_return co_await show_answer(request, std::move(answer));
}

base::Task<base::Result<BulkAnswer>> change_statuses(Request* request, State wanted, BulkSelection ids) {
  if (!model::is_terminated(wanted)) {
    co_return base::fail(executor::wrong_change, "You can only change the state of an execution to a terminal state.");
  }
  co_return co_await bulk(
      request, std::move(ids), "change status",
      [](const store::ExecutionRow& row) {
        const State state = row.execution.state.current();
        const bool changeable = model::is_terminated(state) && state != State::killed;
        return std::string(changeable ? "" : "execution not in a terminated state or is killed");
      },
      [wanted](const BulkTarget& target) -> executor::Command { return executor::ChangeState{target.id, wanted}; });
}
base::Task<base::Result<BulkAnswer>> change_statuses_by_ids(Request* request, NewStatusQuery query, Ids ids) {
  return change_statuses(request, query.status, std::move(ids));
}
base::Task<base::Result<BulkAnswer>> change_statuses_by_query(Request* request, NewStatusQuery query) {
  return change_statuses(request, query.status, {});
}

// ---------------------------------------------------------------------------------------------- labels

base::Task<base::Result<ExecutionAnswer>> set_labels(Request* request, json::LabelList wanted) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  GYR_CO_TRY(auto answer,
             co_await submit(request, executor::SetLabels{loaded.row.execution.id, std::move(wanted.labels), false}));
  co_return co_await show_answer(request, std::move(answer));
}

base::Task<base::Result<BulkAnswer>> set_labels_of_many(Request* request, std::vector<model::Label> labels,
                                                        BulkSelection ids) {
  // Invalid labels refuse the request, independent of its targets.
  auto problem = std::make_shared<std::optional<base::Error>>();
  auto rule = [labels, problem](const store::ExecutionRow& row) {
    if (auto wanted = executor::wanted_labels(labels, row.execution.labels); !wanted) *problem = wanted.error();
    return std::string(model::is_terminated(row.execution.state.current()) ? "" : "execution is not terminated");
  };
  GYR_CO_TRY(auto found, co_await bulk_targets(request, std::move(ids), "set labels", std::move(rule)));
  if (auto* refused = std::get_if<Problem>(&found)) co_return BulkAnswer(std::move(*refused));
  if (*problem) co_return base::fail(**problem);
  std::vector<executor::Command> commands;
  for (const BulkTarget& target : std::get<std::vector<BulkTarget>>(found))
    commands.emplace_back(executor::SetLabels{target.id, labels, true});
  co_return co_await run_all(request, std::move(commands));
}
base::Task<base::Result<BulkAnswer>> set_labels_by_ids(Request* request, json::LabelsOfExecutions wanted) {
  return set_labels_of_many(request, std::move(wanted.labels.labels), std::move(wanted.ids));
}
base::Task<base::Result<BulkAnswer>> set_labels_by_query(Request* request, json::LabelList wanted) {
  return set_labels_of_many(request, std::move(wanted.labels), {});
}

}  // namespace

std::vector<Route> execution_change_routes() {
  const Right may_update{"EXECUTION", Action::update};
  return {
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/state",
       .operation = "updateTaskRunState",
       .summary = "Change the state of a task run and continue the execution from it",
       .rule = {may_update, of_entity},
       .handler = typed<change_run_state>,
       .body = json_body,
       .also_answers = {409},
       .also = {"~/executions/{executionId}/state"},
       .may_mean_start = true},
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/change-status",
       .operation = "updateExecutionStatus",
       .summary = "Change the final state of an execution",
       .rule = {may_update, of_entity},
       .handler = typed<change_status>,
       .also_answers = {409},
       .also = {"~/executions/{executionId}/change-status"},
       .may_mean_start = true},
      {.method = Method::post,
       .path = "~/executions/change-status/by-ids",
       .operation = "updateExecutionsStatusByIds",
       .summary = "Change the final state of executions by their ids",
       .rule = {may_update, of_each},
       .handler = typed<change_statuses_by_ids>,
       .body = json_body,
       .also_answers = {400}},
      {.method = Method::post,
       .path = "~/executions/change-status/by-query",
       .operation = "updateExecutionsStatusByQuery",
       .summary = "Change the final state of the executions that match",
       .rule = {may_update, of_rows},
       .handler = typed<change_statuses_by_query>,
       .filters = Resource::execution,
       .older = older::executions,
       .also_answers = {400}},
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/labels",
       .operation = "setLabelsOnTerminatedExecution",
       .summary = "Replace the labels of an ended execution; system labels are kept",
       .rule = {may_update, of_entity},
       .handler = typed<set_labels>,
       .body = json_body,
       .also_answers = {400, 409},
       .also = {"~/executions/{executionId}/labels"},
       .may_mean_start = true},
      {.method = Method::post,
       .path = "~/executions/labels/by-ids",
       .operation = "setLabelsOnTerminatedExecutionsByIds",
       .summary = "Add labels to ended executions by their ids",
       .rule = {may_update, of_each},
       .handler = typed<set_labels_by_ids>,
       .body = json_body,
       .also_answers = {400}},
      {.method = Method::post,
       .path = "~/executions/labels/by-query",
       .operation = "setLabelsOnTerminatedExecutionsByQuery",
       .summary = "Add labels to the ended executions that match",
       .rule = {may_update, of_rows},
       .handler = typed<set_labels_by_query>,
       .filters = Resource::execution,
       .older = older::executions,
       .body = json_body,
       .also_answers = {400}},
  };
}

}  // namespace gyr::web
