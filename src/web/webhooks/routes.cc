// Webhooks: requests of others that start executions (API-83, TRIG-90 to TRIG-109).
#include "web/routes.h"

#include "base/log.h"
#include "base/text.h"
#include "command/errors.h"
#include "expression/convert.h"
#include "intake/starter.h"
#include "model/labels.h"
#include "web/evaluation.h"
#include "web/executions/executions.h"
#include "web/executions/start.h"
#include "web/flows.h"
#include "web/http/answers.h"
#include "web/http/errors.h"
#include "web/http/limits.h"
#include "web/http/typed.h"
#include "web/webhooks/guard.h"
#include "web/webhooks/values.h"
#include "web/webhooks/webhook.h"

namespace gyr::web {
namespace {

using base::Value;

using Shown = JsonOf<json::WebhookResponse>;
/// The execution, the outputs of the flow, or nothing.
using WebhookAnswer = std::variant<WithStatus<Shown>, net::ServerResponse>;

WebhookAnswer webhook_response(Request* request, const model::Execution& execution, int status = 200) {
  const json::WebhookResponse response{&execution, request->services().clock.now(),
                                       execution_url(request->own_url(), execution)};
  return WithStatus<Shown>{status, {to_json(response)}};
}

/// Labels of the trigger, rendered; one that cannot be is left out (TRIG-8), and the mark of TRIG-23.
base::Task<std::vector<model::Label>> trigger_labels(Request* request, const Webhook* webhook, Value roots,
                                                     base::Id execution) {
  std::vector<model::Label> labels;
  for (const model::Label& label : webhook->trigger->labels) {
    if (label.value.find('{') == std::string::npos) {
      labels.push_back(label);
      continue;
    }
    const model::DynamicSource source(Value::string(label.value));
    auto rendered = co_await render_property(request, webhook, &source, roots, execution);
    if (rendered) {
      labels.push_back({label.key, rendered->is_null() ? "" : expression::to_text(*rendered)});
    } else {
      base::log::warn("Failed to render label '{}', it will be omitted: {}", label.key, rendered.error().message());
    }
  }
  // TRIG-108
  const bool is_test = base::equals_ignoring_case(request->headers().get("X-Kestra-Test-Event").value_or(""), "true");
  labels.push_back({"system.from", is_test ? "testEvent" : "trigger"});
  co_return labels;
}

/// The code of the answer (TRIG-96).
base::Task<int> response_code(Request* request, const Webhook* webhook, const model::Execution* execution) {
  const model::DynamicSource& property = webhook->properties->response_code;
  if (!property.is_set()) co_return execution->state.current() == model::State::failed ? 500 : 200;
  base::Result<Value> rendered = property.source();
  if (!property.value_template().is_constant()) {
    auto state = co_await load_state(request, execution->id);
    std::shared_ptr<const expression::ValueTemplate> source(webhook->flow, &property.value_template());
    rendered = state ? co_await evaluate(request, *std::move(state), {}, std::move(source), false)
                     : base::Result<Value>(base::fail(state.error()));
  }
  if (rendered) {
    auto code = expression::to_integer(*rendered);
    if (code && *code && **code >= 200 && **code <= 599) co_return static_cast<int>(**code);
  }
  base::log::warn("the responseCode of webhook {} of {}.{} is not a status: {}", webhook->trigger->id,
                  webhook->flow->key->namespace_, webhook->flow->key->id,
                  rendered ? expression::to_text(*rendered) : rendered.error().message());
  co_return 500;
}

/// The outputs as the body (TRIG-94, TRIG-95).
net::ServerResponse outputs_answer(const Webhook& webhook, const model::Execution& execution, int status) {
  const Value& outputs = execution.outputs;
  if (webhook.properties->response_content_type == "text/plain") {
    std::string text;
    if (outputs.is_map() && outputs.size() == 1 && outputs.entries().front().value.is_string()) {
      text = outputs.entries().front().value.text();
    } else if (outputs.size() > 0) {
      text = to_json(outputs);
    }
    return text_answer(std::move(text), "text/plain; charset=utf-8", status);
  }
  return outputs.size() == 0 ? empty_answer(status) : json_answer(outputs, status);
}

base::Task<base::Result<WebhookAnswer>> answer_at_end(Request* request, const Webhook* webhook, TerminationWait* wait,
                                                      base::Id id) {
  GYR_CO_TRY(auto outcome, co_await wait->wait(max_wait));
  GYR_CO_TRY(auto loaded, co_await find_execution(request, id.to_text(), 1));
  const model::Execution& execution = loaded.row.execution;
  if (outcome != WaitOutcome::terminated) co_return webhook_response(request, execution, 202);
  const int status = co_await response_code(request, webhook, &execution);
  if (webhook->properties->return_outputs) co_return WebhookAnswer(outputs_answer(*webhook, execution, status));
  co_return webhook_response(request, execution, status);
}

base::Task<base::Result<executor::LoadedFlowPtr>> flow_of(Request* request) {
  auto flow = co_await runnable_flow(request, flow_of_path(*request), 0);
  if (!flow && flow.error().code() == executor::flow_disabled)
    co_return base::fail(executor::flow_disabled, "Cannot execute a disabled flow");
  co_return flow;
}

/// Evaluates the request, then starts the execution and answers; `is_started`: this call has created it.
base::Task<base::Result<WebhookAnswer>> start_by_webhook(Request* request, const Webhook* webhook,
                                                         executor::StartRequest start_request, bool* is_started) {
  const base::Id id = start_request.id;
  const auto& trigger = *webhook->trigger;
  Value roots;
  if (!trigger.conditions.empty() || trigger.when.is_set() || trigger.inputs.is_set() || !trigger.labels.empty()) {
    const auto labels = model::execution_labels(webhook->flow->compiled->flow().labels, {}, {}, id.to_text());
    roots = request->services().starter.roots(*webhook->flow->compiled, id, labels, start_request.trigger);
    if (!co_await webhook_conditions_hold(request, webhook, roots, id)) co_return WebhookAnswer(empty_answer(204));
    if (trigger.inputs.is_set()) {
      auto inputs = co_await render_property(request, webhook, &trigger.inputs, roots, id);
      if (!inputs) {
        note_refusal(request, webhook,
                     "A call started no execution because its inputs cannot be rendered: " + inputs.error().message());
        co_return base::fail(executor::invalid_inputs,
                             "cannot render the inputs of the webhook: " + inputs.error().message());
      }
      start_request.inputs = *std::move(inputs);
    }
  }
  if (!start_request.inputs.is_map()) start_request.inputs = Value::empty_map();
  start_request.trigger_labels = co_await trigger_labels(request, webhook, roots, id);

  std::optional<TerminationWait> wait;
  if (webhook->properties->wait) wait.emplace(request, id);
  auto answer = co_await start(request, std::move(start_request));
  if (!answer) {
    if (answer.error().code() == executor::invalid_inputs)
      note_refusal(request, webhook, "A call started no execution: " + answer.error().message());
    co_return base::fail(answer.error());
  }
  *is_started = !answer->existed;
  const base::Id started = answer->execution.id;
  if (wait && answer->existed) wait.emplace(request, started);
  if (wait) co_return co_await answer_at_end(request, webhook, &*wait, started);
  co_return webhook_response(request, answer->execution);
}

base::Task<base::Result<WebhookAnswer>> trigger_webhook(Request* request) {
  // Only the path of a trigger with a `path` has segments behind its key (API-83).
  std::string path = request->route().has_rest ? request->rest_of_path("path") : std::string();
  GYR_CO_TRY(auto flow, co_await flow_of(request));
  GYR_CO_TRY(Webhook webhook, co_await find_webhook(request, flow, std::string(request->path("key")), std::move(path)));
  if (auto refusal = refuse_by_rate(request, &webhook)) co_return WebhookAnswer(*std::move(refusal));
  GYR_CO_CHECK(co_await check_signature(request, &webhook));
  executor::StartRequest start_request;
  start_request.flow = *flow->key;
  start_request.id = model::make_execution_id(start_request.flow, request->services().clock.now());
  start_request.revision = flow->revision;
  start_request.check = false;  // FLOW-87
  GYR_CO_TRY(start_request.idempotency_key, idempotency_key_of(*request));
  const base::Id id = start_request.id;
  GYR_CO_TRY(WebhookContent content, co_await webhook_content(request, &webhook, id));
  start_request.trigger =
      model::ExecutionTrigger{webhook.trigger->id, webhook.trigger->type, std::move(content.variables), {}};
  bool is_started = false;
  auto outcome = co_await start_by_webhook(request, &webhook, std::move(start_request), &is_started);
  if (content.stored_files && !is_started) co_await remove_files(request, *flow->key, id);
  co_return outcome;
}

Route webhook_route(Method method, std::string_view operation, bool with_path) {
  return {.method = method,
          .path = with_path ? "~/executions/webhook/{namespace}/{id}/{key}/{path}"
                            : "~/executions/webhook/{namespace}/{id}/{key}",
          .operation = operation,
          .summary = with_path ? "Start an execution by a webhook trigger that has a path"
                               : "Start an execution by a webhook trigger",
          .rule = Rule::key({"EXECUTION", Action::create}, in_path("namespace")),
          .handler = typed<trigger_webhook>,
          .body = any_body,
          .also_answers = {202, 204, 409, 429, 503},
          .has_rest = with_path};
}

}  // namespace

std::vector<Route> webhook_routes() {
  return {webhook_route(Method::get, "triggerExecutionByGetWebhook", false),
          webhook_route(Method::post, "triggerExecutionByPostWebhook", false),
          webhook_route(Method::put, "triggerExecutionByPutWebhook", false),
          webhook_route(Method::get, "triggerExecutionByGetWebhookWithPath", true),
          webhook_route(Method::post, "triggerExecutionByPostWebhookWithPath", true),
          webhook_route(Method::put, "triggerExecutionByPutWebhookWithPath", true)};
}

}  // namespace gyr::web
