// io.kestra.plugin.core.trigger.Webhook (TRIG-90 to TRIG-109). How a request fires it: src/web/webhooks/webhook.cc.
#include "model/errors.h"
#include "plugin_api/flow_trigger.h"
#include "plugin_api/webhook_trigger.h"
#include "plugins/core/trigger/triggers.h"

namespace gyr::plugin {

using base::Value;
using model::BindContext;
using syntax::NodePtr;

const model::Schema& WebhookSignature::schema() {
  static const model::Schema schema =
      model::describe<WebhookSignature>("io.kestra.plugin.core.trigger.Webhook$Signature")
          .property("preset", &WebhookSignature::preset,
                    {.title = "Signature scheme: GITHUB, STRIPE, SLACK or GENERIC",
                     .documentation = "GENERIC is an HMAC-SHA256 of the body.",
                     .default_value = Value::string("GENERIC")})
          .property("secret", &WebhookSignature::secret,
                    {.title = "Shared secret of the signature", .required = true, .secret = true, .text_only = true})
          .property("header", &WebhookSignature::header,
                    {.title = "Header with the signature",
                     .documentation = "The presets GITHUB, STRIPE and SLACK have a default."})
          .property("tolerance", &WebhookSignature::tolerance,
                    {.title = "Maximum age of the signed date", .documentation = "The default is five minutes."})
          .check([](const WebhookSignature& signature, const NodePtr& node, BindContext& context) {
            const bool has_date =
                signature.preset == SignaturePreset::stripe || signature.preset == SignaturePreset::slack;
            if (signature.preset == SignaturePreset::generic && signature.header.empty()) {
              context.report(model::wrong_trigger,
                             "invalid webhook: a signature with the preset GENERIC requires `header`", node);
            }
            if (signature.tolerance && !has_date) {
              context.report(model::wrong_trigger, "invalid webhook: `tolerance` requires the preset STRIPE or SLACK",
                             node->find_shared("tolerance"));
            }
            if (signature.tolerance && (signature.tolerance->is_negative() || signature.tolerance->is_zero())) {
              context.report(model::wrong_trigger, "invalid webhook: `tolerance` must be greater than 0",
                             node->find_shared("tolerance"));
            }
          })
          .build();
  return schema;
}

const model::Schema& WebhookRateLimit::schema() {
  static const model::Schema schema =
      model::describe<WebhookRateLimit>("io.kestra.plugin.core.trigger.Webhook$RateLimit")
          .property(
              "requests", &WebhookRateLimit::requests,
              {.title = "Maximum number of requests in the period", .required = true, .minimum = 1, .maximum = 10'000})
          .property("per", &WebhookRateLimit::per,
                    {.title = "Length of the period", .default_value = Value::string("PT1M")})
          .check([](const WebhookRateLimit& limit, const NodePtr& node, BindContext& context) {
            if (!limit.per.is_negative() && !limit.per.is_zero()) return;
            context.report(model::wrong_trigger, "invalid webhook: `per` must be greater than 0",
                           node->find_shared("per"));
          })
          .build();
  return schema;
}

}  // namespace gyr::plugin

namespace gyr::plugins::core {

using base::Value;
using model::BindContext;
using model::ValueType;
using syntax::NodePtr;

namespace {

/// A MultipleCondition gathers events over time; a request is one event (TRIG-91).
void refuse_multiple_conditions(const NodePtr& node, BindContext& context) {
  const NodePtr conditions = node->find_shared("conditions");
  if (conditions == nullptr || !conditions->is_sequence()) return;
  for (const NodePtr& condition : conditions->items()) {
    const syntax::Node* type = condition->is_mapping() ? condition->find("type") : nullptr;
    if (type == nullptr || !type->is_scalar()) continue;
    const auto* found = context.types().find(model::TypeSource::Kind::condition, model::scalar_text(*type));
    if (found == nullptr || found->type != plugin::multiple_condition_type) continue;
    context.report(model::wrong_trigger, "invalid webhook: conditions of type MultipleCondition are not supported",
                   condition);
  }
}

}  // namespace

plugin::TriggerType webhook_trigger() {
  return plugin::trigger_type<plugin::WebhookTrigger>(plugin::webhook_type, plugin::TriggerKind::webhook)
      .title("Starts an execution for each HTTP request")
      .documentation(
          "The URL is `/api/v1/{tenant}/executions/webhook/{namespace}/{flowId}/{key}`. It accepts GET, POST and PUT. "
          "The key is the only credential: choose a key that cannot be guessed.")
      .property(
          "key", &plugin::WebhookTrigger::key,
          {.title = "Secret key, the last part of the URL", .required = true, .text_only = true, .max_length = 256})
      .property(
          "wait", &plugin::WebhookTrigger::wait,
          {.title = "Whether the response waits until the execution ends", .default_value = Value::boolean(false)})
      .property("returnOutputs", &plugin::WebhookTrigger::return_outputs,
                {.title = "Whether the response contains the outputs of the flow",
                 .documentation = "Requires `wait`.",
                 .default_value = Value::boolean(false)})
      .property("responseContentType", &plugin::WebhookTrigger::response_content_type,
                {.title = "Content type of the response: `application/json` or `text/plain`",
                 .documentation = "Requires `wait` and `returnOutputs`."})
      .property("responseCode", &plugin::WebhookTrigger::response_code,
                {.title = "HTTP status code of the response", .documentation = "Requires `wait`."})
      .property("fetchType", &plugin::WebhookTrigger::fetch_type,
                {.title = "Destination of the request body",
                 .documentation =
                     "`STORE` stores the body in internal storage and sets `trigger.uri` instead of `trigger.body`."})
      .property("signature", &plugin::WebhookTrigger::signature,
                {.title = "Signature check",
                 .documentation = "Requests without a valid signature are rejected with status 401."})
      .property("rateLimit", &plugin::WebhookTrigger::rate_limit,
                {.title = "Rate limit", .documentation = "Requests beyond the limit are rejected with status 429."})
      .property("maxBodyBytes", &plugin::WebhookTrigger::max_body_bytes,
                {.title = "Maximum size of the body in bytes",
                 .documentation = "Larger requests are rejected with status 413.",
                 .minimum = 1})
      .property("path", &plugin::WebhookTrigger::path,
                {.title = "Path that follows the key in the URL",
                 .documentation = "It can have several segments, such as `orders/new`. Webhooks of a flow can then "
                                  "share a key."})
      .check([](const plugin::WebhookTrigger& trigger, const NodePtr& node, BindContext& context) {
        refuse_multiple_conditions(node, context);
        if (!trigger.fetch_type.empty() && trigger.fetch_type != "STORE") {
          context.report(model::wrong_trigger, "invalid webhook: fetchType must be 'STORE'",
                         node->find_shared("fetchType"));
        }
        const std::string& type = trigger.response_content_type;
        if (type.empty() || type == "application/json" || type == "text/plain") return;
        context.report(model::wrong_trigger,
                       "invalid webhook: responseContentType must be either 'application/json' or 'text/plain'",
                       node->find_shared("responseContentType"));
      })
      .output("body",
              {.type = ValueType::any, .title = "Request body: a map or list if the body is JSON, otherwise a string"})
      .output("headers", {.type = ValueType::map, .title = "Request headers: a list of values for each name"})
      .output("parameters", {.type = ValueType::map, .title = "Query parameters: a list of values for each name"})
      .output("uri", {.type = ValueType::uri, .title = "URI of the stored body, with `fetchType: STORE`"})
      .output("parts", {.type = ValueType::list,
                        .title = "Files of a multipart form, with name, filename, contentType, size and uri"})
      .output("formFields",
              {.type = ValueType::map, .title = "Fields of a multipart form: a list of values for each name"})
      .example("Receives requests with a secret key",
               "id: hook\ntype: io.kestra.plugin.core.trigger.Webhook\nkey: 4wjtkzwVGBM9yKnjm3yv8r\n")
      .example("Receives requests signed by GitHub, at most ten per minute",
               "id: hook\ntype: io.kestra.plugin.core.trigger.Webhook\nkey: github\nsignature:\n  preset: GITHUB\n  "
               "secret: \"{{ secret('GITHUB_WEBHOOK') }}\"\n"
               "rateLimit:\n  requests: 10\n  per: PT1M\n")
      .build();
}

}  // namespace gyr::plugins::core
