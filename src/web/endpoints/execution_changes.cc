// Changes of ended executions: states and labels (EXEC-86, EXEC-87, EXEC-89, API-84, API-85).
#include "command/errors.h"
#include "executor/label_changes.h"
#include "expression/template.h"
#include "web/executions.h"
#include "web/executions/values.h"
#include "web/flows/values.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/values.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using base::Value;
using model::State;

/// A string of a JSON object; 422 if it is missing or has another type.
base::Result<std::string> text_member(const Value& object, std::string_view name) {
  const Value* member = object.is_map() ? object.find(name) : nullptr;
  if (member == nullptr || !member->is_string() || member->text().empty()) {
    return base::fail(bad_body, fmt::format("`{}`: must be a string", name));
  }
  return std::string(member->text());
}

base::Task<Outcome> change_run_state(Request* request) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  GYR_CO_TRY(Value body, co_await request->read_json());
  GYR_CO_TRY(std::string run, text_member(body, "taskRunId"));
  GYR_CO_TRY(std::string name, text_member(body, "state"));
  const auto state = model::parse_state(name);
  if (!state) co_return base::fail(bad_body, fmt::format("`state`: unknown state {}", name));
  const auto id = base::Id::parse(run);
  if (!id) {
    co_return base::fail(executor::task_run_not_found, fmt::format("Task run '{}' not found on execution '{}'", run,
                                                                   loaded.row.execution.id.to_text()));
  }
  GYR_CO_TRY(auto answer, co_await submit(request, executor::ChangeRunState{loaded.row.execution.id, *id, *state}));
  co_return co_await show_answer(request, std::move(answer));
}

// ---------------------------------------------------------------------------------------------- final states

base::Task<Outcome> change_status(Request* request) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  const State wanted = *model::parse_state(*request->text("status"));
  GYR_CO_TRY(auto answer, co_await submit(request, executor::ChangeState{loaded.row.execution.id, wanted}));
  co_return co_await show_answer(request, std::move(answer));
}

base::Task<Outcome> change_statuses(Request* request) {
  const State wanted = *model::parse_state(*request->text("newStatus"));
  if (!model::is_terminated(wanted)) {
    co_return base::fail(executor::wrong_change, "You can only change the state of an execution to a terminal state.");
  }
  co_return co_await bulk(
      request, "change status",
      [](const store::ExecutionRow& row) {
        const State state = row.execution.state.current();
        const bool changeable = model::is_terminated(state) && state != State::killed;
        return std::string(changeable ? "" : "execution not in a terminated state or is killed");
      },
      [wanted](Request*, const BulkTarget& target) -> executor::Command {
        return executor::ChangeState{target.id, wanted};
      });
}

// ---------------------------------------------------------------------------------------------- labels

/// `[{key, value}]`, or a map of keys to values (API-3).
base::Result<std::vector<model::Label>> labels_of_body(const Value* body) {
  std::vector<model::Label> labels;
  auto text_of = [](const Value* value) {
    return value == nullptr || value->is_null() ? std::string() : expression::to_text(*value);
  };
  if (body != nullptr && body->is_map()) {
    for (const auto& entry : body->entries()) labels.push_back({std::string(entry.name()), text_of(&entry.value)});
    return labels;
  }
  if (body == nullptr || !body->is_list()) return base::fail(bad_body, "labels must be a list of {key, value}");
  for (const Value& entry : body->items()) {
    if (!entry.is_map()) return base::fail(bad_body, "labels must be a list of {key, value}");
    labels.push_back({text_of(entry.find("key")), text_of(entry.find("value"))});
  }
  return labels;
}

base::Task<Outcome> set_labels(Request* request) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  GYR_CO_TRY(Value body, co_await request->read_json());
  GYR_CO_TRY(auto labels, labels_of_body(&body));
  GYR_CO_TRY(auto answer,
             co_await submit(request, executor::SetLabels{loaded.row.execution.id, std::move(labels), false}));
  co_return co_await show_answer(request, std::move(answer));
}

base::Task<Outcome> set_labels_of_many(Request* request) {
  const bool by_query = request->route().filters.has_value();
  GYR_CO_TRY(Value body, co_await request->read_json());
  if (!by_query && !body.is_map()) co_return base::fail(bad_body, "the body must be {executionsId, executionLabels}");
  GYR_CO_TRY(auto labels, labels_of_body(by_query ? &body : body.find("executionLabels")));
  std::optional<Value> ids;
  if (!by_query) {
    const Value* list = body.find("executionsId");
    ids = list == nullptr ? Value() : *list;
  }
  // Invalid labels refuse the request, independent of its targets.
  auto problem = std::make_shared<std::optional<base::Error>>();
  GYR_CO_TRY(auto found, co_await bulk_targets(
                             request, "set labels",
                             [labels, problem](const store::ExecutionRow& row) {
                               if (auto wanted = executor::wanted_labels(labels, row.execution.labels); !wanted)
                                 *problem = wanted.error();
                               return std::string(model::is_terminated(row.execution.state.current())
                                                      ? ""
                                                      : "execution is not terminated");
                             },
                             std::move(ids)));
  if (auto* refused = std::get_if<net::ServerResponse>(&found)) co_return std::move(*refused);
  if (*problem) co_return base::fail(**problem);
  std::vector<executor::Command> commands;
  for (const BulkTarget& target : std::get<std::vector<BulkTarget>>(found))
    commands.emplace_back(executor::SetLabels{target.id, labels, true});
  GYR_CO_TRY(uint64_t count, co_await submit_all(request, std::move(commands)));
  co_return bulk_answer(count, request->services().clock.now());
}

}  // namespace

std::vector<Route> execution_change_routes() {
  const Right may_update{"EXECUTION", Action::update};
  const std::vector<QueryParameter> new_status{{"newStatus", ValueKind::state, "The final state", true}};
  return {
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/state",
       .operation = "updateTaskRunState",
       .summary = "Change the state of a task run and continue the execution from it",
       .rule = {may_update, of_entity},
       .handler = change_run_state,
       .body = json_body,
       .takes = json_type<json::TaskRunState>,
       .answer = answers<json::Execution>,
       .also_answers = {409},
       .also = {"~/executions/{executionId}/state"},
       .may_mean_start = true},
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/change-status",
       .operation = "updateExecutionStatus",
       .summary = "Change the final state of an execution",
       .rule = {may_update, of_entity},
       .handler = change_status,
       .query = {{"status", ValueKind::state, "The final state", true}},
       .answer = answers<json::Execution>,
       .also_answers = {409},
       .also = {"~/executions/{executionId}/change-status"},
       .may_mean_start = true},
      {.method = Method::post,
       .path = "~/executions/change-status/by-ids",
       .operation = "updateExecutionsStatusByIds",
       .summary = "Change the final state of executions by their ids",
       .rule = {may_update, of_each},
       .handler = change_statuses,
       .query = new_status,
       .body = json_body,
       .takes = json_type<std::vector<std::string>>,
       .answer = answers<json::BulkResponse>,
       .also_answers = {400}},
      {.method = Method::post,
       .path = "~/executions/change-status/by-query",
       .operation = "updateExecutionsStatusByQuery",
       .summary = "Change the final state of the executions that match",
       .rule = {may_update, of_rows},
       .handler = change_statuses,
       .query = new_status,
       .filters = Resource::execution,
       .answer = answers<json::BulkResponse>,
       .also_answers = {400}},
      {.method = Method::post,
       .path = "~/executions/{executionId}/actions/labels",
       .operation = "setLabelsOnTerminatedExecution",
       .summary = "Replace the labels of an ended execution; system labels are kept",
       .rule = {may_update, of_entity},
       .handler = set_labels,
       .body = json_body,
       .takes = json_type<std::vector<json::Label>>,
       .answer = answers<json::Execution>,
       .also_answers = {400, 409},
       .also = {"~/executions/{executionId}/labels"},
       .may_mean_start = true},
      {.method = Method::post,
       .path = "~/executions/labels/by-ids",
       .operation = "setLabelsOnTerminatedExecutionsByIds",
       .summary = "Add labels to ended executions by their ids",
       .rule = {may_update, of_each},
       .handler = set_labels_of_many,
       .body = json_body,
       .takes = json_type<json::LabelsOfExecutions>,
       .answer = answers<json::BulkResponse>,
       .also_answers = {400}},
      {.method = Method::post,
       .path = "~/executions/labels/by-query",
       .operation = "setLabelsOnTerminatedExecutionsByQuery",
       .summary = "Add labels to the ended executions that match",
       .rule = {may_update, of_rows},
       .handler = set_labels_of_many,
       .filters = Resource::execution,
       .body = json_body,
       .takes = json_type<std::vector<json::Label>>,
       .answer = answers<json::BulkResponse>,
       .also_answers = {400}},
  };
}

}  // namespace gyr::web
