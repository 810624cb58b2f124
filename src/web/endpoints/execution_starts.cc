// Starting executions, and checking inputs without starting (API-80 to API-82).
#include "web/executions.h"
#include "web/executions/values.h"
#include "web/flows.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/limits.h"
#include "web/routes.h"
#include "web/start.h"

namespace gyr::web {
namespace {

using base::Value;

base::Result<executor::StartRequest> request_of(Request* request) {
  executor::StartRequest start;
  start.flow = flow_of_path(*request);
  start.id = model::make_execution_id(start.flow, request->services().clock.now());
  start.revision = static_cast<int32_t>(request->integer("revision").value_or(0));
  GYR_TRY(start.labels, labels_of(request->texts("labels")));
  start.schedule_date = request->instant("scheduleDate");
  if (const auto kind = request->text("kind"))
    start.kind = model::parse_execution_kind(*kind).value_or(model::ExecutionKind::normal);
  GYR_TRY(start.idempotency_key, idempotency_key_of(*request));
  return start;
}

net::ServerResponse created(Request* request, const model::Execution& execution) {
  return json_answer(execution_text(execution, {}, text_options(request, &execution)));
}

/// Answers with the execution as it is at its end; a client that went away changes nothing for it.
base::Task<Outcome> answer_at_end(Request* request, TerminationWait* wait, const model::Execution* execution) {
  GYR_CO_CHECK(co_await wait->wait(max_wait));
  GYR_CO_TRY(auto loaded, co_await find_execution(request, execution->id.to_text()));
  auto options = text_options(request, execution);
  co_return execution_answer(&request->services().store, &request->loop(), std::move(loaded), std::move(options));
}

base::Task<Outcome> create_execution(Request* request) {
  GYR_CO_TRY(auto start_request, request_of(request));
  const base::Id id = start_request.id;
  const model::FlowKey key = start_request.flow;
  // Before the body is read: a large upload must not be transferred if the flow does not exist.
  GYR_CO_TRY(auto flow, co_await runnable_flow(request, key, start_request.revision));
  if (const auto breakpoints = request->text("breakpoints")) {
    GYR_CO_TRY(start_request.breakpoints, breakpoints_of(*breakpoints, *flow->compiled));
  }
  GYR_CO_TRY(auto sent, co_await read_inputs(request, flow, id, true));
  start_request.inputs = std::move(sent.values);
  std::optional<TerminationWait> wait;
  if (request->flag("wait")) wait.emplace(request, id);
  auto answer = co_await start(request, std::move(start_request));
  const bool used = answer && !answer->existed;
  if (sent.stored_files && !used) co_await remove_files(request, key, id);
  if (!answer) co_return base::fail(answer.error());
  const model::Execution& execution = answer->execution;
  if (!wait) co_return created(request, execution);
  if (answer->existed) wait.emplace(request, execution.id);
  co_return co_await answer_at_end(request, &*wait, &execution);
}

// ---------------------------------------------------------------------------------------------- checking

base::Task<Outcome> validate_inputs(Request* request) {
  executor::StartRequest start_request;
  start_request.flow = flow_of_path(*request);
  start_request.id = model::make_execution_id(start_request.flow, request->services().clock.now());
  start_request.revision = static_cast<int32_t>(request->integer("revision").value_or(0));
  GYR_CO_TRY(start_request.labels, labels_of(request->texts("labels")));
  GYR_CO_TRY(auto flow, co_await runnable_flow(request, start_request.flow, start_request.revision));
  GYR_CO_TRY(auto sent, co_await read_inputs(request, flow, start_request.id, false));
  start_request.inputs = std::move(sent.values);
  GYR_CO_TRY(auto report, co_await answer_of<executor::InputReport>(
                              &request->loop(), [starter = &request->services().starter,
                                                 start_request = std::move(start_request)](auto done) mutable {
                                starter->validate(std::move(start_request), std::move(done));
                              }));
  base::ListBuilder inputs;
  for (const auto& input : report.inputs.inputs) inputs.push(input_report(input));
  base::ListBuilder checks;
  for (const auto& failed : report.checks) {
    checks.push(Value::map({{"message", Value::string(failed.message)},
                            {"style", Value::string(model::to_text(failed.check->style))},
                            {"behavior", Value::string(model::to_text(failed.check->behavior))}}));
  }
  co_return json_answer(Value::map({{"id", Value::string(flow->key->id)},
                                    {"namespace", Value::string(flow->key->namespace_)},
                                    {"inputs", inputs.build()},
                                    {"checks", checks.build()}}));
}

}  // namespace

std::vector<Route> execution_start_routes() {
  constexpr Body form = multipart_body | urlencoded_body | optional_body;
  const QueryParameter labels{"labels", ValueKind::text_list, "Labels as `key:value`"};
  const QueryParameter revision{
      "revision", ValueKind::integer, "The revision of the flow; default: the current revision", false, {}, 1};
  return {
      {.method = Method::post,
       .path = "~/executions/{namespace}/{id}",
       .operation = "createExecution",
       .summary = "Start an execution of a flow",
       .rule = {{"EXECUTION", Action::create}, in_path("namespace")},
       .handler = create_execution,
       .query = {labels,
                 {"wait", ValueKind::boolean, "Respond only when the execution has ended", false, "false"},
                 revision,
                 {"scheduleDate", ValueKind::date_time, "When to start"},
                 {"breakpoints", ValueKind::text,
                  "Tasks to stop at, as `taskId` or `taskId.value`, separated by commas"},
                 {"kind", ValueKind::execution_kind, "NORMAL, TEST or PLAYGROUND"}},
       .body = form,
       .answer = answers<json::ExecutionResponse>,
       .also_answers = {409, 429, 503},
       .also = {"~/executions/trigger/{namespace}/{id}"}},
      {.method = Method::post,
       .path = "~/executions/{namespace}/{id}/validate",
       .operation = "validateNewExecutionInputs",
       .summary = "Check the inputs of a new execution",
       .rule = {{"EXECUTION", Action::create}, in_path("namespace")},
       .handler = validate_inputs,
       .query = {labels, revision},
       .body = form,
       .answer = answers<json::InputsValidation>,
       .also_answers = {409}},
  };
}

}  // namespace gyr::web
