// io.kestra.plugin.core.http.Request (CORE-20, CORE-23)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/http/exchange.h"
#include "plugins/host_calls.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct Request : HttpProperties {
  model::Dynamic<bool> encrypt_body;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> Request::run(plugin::RunContext& context) const {
  GYR_CO_TRY(auto encrypt, co_await context.render(encrypt_body));
  GYR_CO_TRY(PreparedRequest prepared, co_await prepare_request(context, *this));
  std::string uri = prepared.address.uri;
  std::string method = prepared.request.method;
  std::string charset = prepared.default_charset;
  GYR_CO_TRY(net::ClientResponse response, co_await exchange(context, std::move(prepared)));

  Value body = has_no_content(response, method) ? Value() : Value::string(body_text(response, charset));
  GYR_CO_TRY(Value outputs,
             co_await request_outputs(&context, &response, std::move(uri), std::move(body), encrypt.value_or(false)));
  co_return plugin::Success{std::move(outputs), std::nullopt};
}

}  // namespace

base::Task<base::Result<Value>> request_outputs(plugin::RunContext* context, const net::ClientResponse* response,
                                                std::string uri, Value body, bool encrypt) {
  base::MapBuilder outputs;
  outputs.set("uri", Value::string(uri));
  outputs.set("code", Value::narrow_integer(response->status));
  outputs.set("headers", header_lists(response->headers));
  if (!body.is_null() && encrypt) {
    GYR_CO_TRY(Value encrypted, co_await context->host_call(host_calls::encrypt, Value::map({{"value", body}})));
    outputs.set("encryptedBody", std::move(encrypted));
  } else if (!body.is_null()) {
    outputs.set("body", std::move(body));
  }
  co_return outputs.build();
}

plugin::TaskType http_request_task() {
  return plugin::task_type<Request>("io.kestra.plugin.core.http.Request")
      .title("Sends an HTTP request")
      .documentation(
          "The response body becomes an output. For large or binary bodies, use `io.kestra.plugin.core.http.Download`.")
      .trait(plugin::Trait::killable)
      .with([](auto& builder) { describe_http(builder); })
      .property("encryptBody", &Request::encrypt_body,
                {.title = "Whether to encrypt the response body",
                 .default_value = Value::boolean(false),
                 .group = "advanced"})
      .output("uri", {.type = model::ValueType::uri, .title = "URL of the request"})
      .output("code", {.type = model::ValueType::integer, .title = "HTTP status code of the response"})
      .output("headers", {.type = model::ValueType::map,
                          .title = "Response headers: the name in lower case, with a list of values"})
      .output("body", {.type = model::ValueType::any, .title = "Response body as a string"})
      .output("encryptedBody",
              {.type = model::ValueType::object, .title = "Encrypted response body, with `encryptBody`"})
      .output("formData", {.type = model::ValueType::map, .title = "Not set"})
      .example("Sends a GET request", R"(id: get
type: io.kestra.plugin.core.http.Request
uri: https://dummyjson.com/products
)")
      .example("Sends JSON with a bearer token", R"(id: post
type: io.kestra.plugin.core.http.Request
uri: https://example.com/orders
method: POST
contentType: application/json
body: "{{ outputs.order.values | toJson }}"
options:
  auth:
    type: BEARER
    token: "{{ secret('TOKEN') }}"
)")
      .build();
}

}  // namespace gyr::plugins::core
