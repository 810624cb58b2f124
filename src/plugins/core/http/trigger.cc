// io.kestra.plugin.core.http.Trigger (TRIG-147, CORE-26)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/http/exchange.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct HttpTrigger : HttpProperties {
  base::Duration interval = base::Duration::of_seconds(60);
  model::Dynamic<std::string> response_condition;
  model::Dynamic<bool> encrypt_body;
  base::Task<plugin::PollResult> poll(plugin::RunContext& context) const;
};

base::Task<plugin::PollResult> HttpTrigger::poll(plugin::RunContext& context) const {
  GYR_CO_TRY(auto encrypt, co_await context.render(encrypt_body));
  GYR_CO_TRY(PreparedRequest prepared, co_await prepare_request(context, *this));
  prepared.allow_failed = true;  // CORE-26: the condition judges every answer
  const std::string uri = prepared.address.uri;
  const std::string method = prepared.request.method;
  const std::string charset = prepared.default_charset;
  GYR_CO_TRY(net::ClientResponse response, co_await exchange(context, std::move(prepared)));
  const Value body = has_no_content(response, method) ? Value() : Value::string(body_text(response, charset));
  const Value shown = Value::map({{"response", Value::map({{"statusCode", Value::narrow_integer(response.status)},
                                                           {"body", body},
                                                           {"headers", header_lists(response.headers)}})}});
  GYR_CO_TRY(const Value holds, co_await context.render_value(response_condition, shown, false));
  if (!expression::is_truthy(holds)) co_return std::optional<Value>();
  GYR_CO_TRY(Value outputs, co_await request_outputs(&context, &response, uri, body, encrypt.value_or(false)));
  co_return std::optional(std::move(outputs));
}

}  // namespace

plugin::TriggerType http_trigger() {
  return plugin::trigger_type<HttpTrigger>("io.kestra.plugin.core.http.Trigger", plugin::TriggerKind::polling)
      .title("Starts an execution when an HTTP response meets a condition")
      .documentation(
          "The trigger sends a request at each `interval`. Each response for which `responseCondition` is true starts "
          "an execution. The variable `trigger` has the outputs of the Request task: `uri`, `code`, `headers` and "
          "`body`.")
      .with([](auto& builder) { describe_http_request(builder); })
      .property("interval", &HttpTrigger::interval,
                {.title = "Interval between two requests", .default_value = Value::string("PT1M")})
      .property("responseCondition", &HttpTrigger::response_condition,
                {.title = "Condition to start an execution",
                 .documentation = "An expression over `response.statusCode`, `response.body` and `response.headers`.",
                 .default_value = Value::string("{{ response.statusCode < 400 }}")})
      .property("encryptBody", &HttpTrigger::encrypt_body,
                {.title = "Whether to encrypt the response body", .default_value = Value::boolean(false)})
      .output("uri", {.type = model::ValueType::uri, .title = "URL of the request"})
      .output("code", {.type = model::ValueType::integer, .title = "HTTP status code of the response"})
      .output("headers", {.type = model::ValueType::map,
                          .title = "Response headers: the name in lower case, with a list of values"})
      .output("body", {.type = model::ValueType::any, .title = "Response body as a string"})
      .output("encryptedBody",
              {.type = model::ValueType::object, .title = "Encrypted response body, with `encryptBody`"})
      .example("Starts an execution when a service is ready", R"(id: ready
type: io.kestra.plugin.core.http.Trigger
uri: https://example.com/status
interval: PT30S
responseCondition: "{{ json(response.body).ready }}"
)")
      .build();
}

}  // namespace gyr::plugins::core
