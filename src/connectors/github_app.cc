#include "connectors/github_app.h"

#include "base/text.h"
#include "connectors/definition.h"
#include "connectors/request_text.h"
#include "connectors/web_token.h"
#include "expression/template.h"
#include "plugin_api/render.h"
#include "plugins/core/http/exchange.h"
#include "plugins/host_calls.h"
#include "syntax/json.h"

namespace gyr::connectors {
namespace {

using base::Value;

/// GitHub accepts ten minutes at most, by its own clock.
constexpr int64_t valid_before_seconds = 60;
constexpr int64_t valid_after_seconds = 540;

struct AppToken {
  model::Dynamic<std::string> client_id;
  model::Dynamic<std::string> installation_id;
  model::Dynamic<std::string> private_key;
  model::Dynamic<std::string> endpoint;
  std::optional<plugins::core::HttpOptions> options;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<base::Result<std::string>> given(plugin::RunContext& context, const model::Dynamic<std::string>& property,
                                            std::string_view name) {
  GYR_CO_TRY(auto text, co_await context.render(property));
  if (!text || base::trim(*text).empty()) co_return base::fail(bad_property, fmt::format("`{}` must be given", name));
  co_return *std::move(text);
}

base::Task<plugin::TaskResult> AppToken::run(plugin::RunContext& context) const {
  if (context.http() == nullptr)
    co_return std::unexpected(plugin::Failure({plugin::task_failed, "requests are not available"}));
  GYR_CO_TRY(std::string client, co_await given(context, client_id, "clientId"));
  GYR_CO_TRY(std::string installation, co_await given(context, installation_id, "installationId"));
  GYR_CO_TRY(std::string key, co_await given(context, private_key, "privateKey"));
  GYR_CO_TRY(std::string address, co_await given(context, endpoint, "endpoint"));
  context.mask(key);
  GYR_CO_TRY(std::string web_token, app_web_token(client, key, context.now()));
  context.mask(web_token);
  while (address.ends_with('/')) address.pop_back();
  GYR_CO_TRY(std::string path, path_of(Value::list({Value::string("app"), Value::string("installations"),
                                                    Value::string(installation), Value::string("access_tokens")})));
  GYR_CO_TRY(auto prepared, co_await plugins::core::prepare_options(context, options));
  GYR_CO_TRY(prepared.address, plugins::core::build_address(address + path, Value()));
  net::ClientRequest& request = prepared.request;
  request.url = prepared.address.uri;
  request.method = "POST";
  request.bearer = web_token;
  request.headers.set("Accept", "application/vnd.github+json");
  GYR_CO_TRY(auto response, co_await context.http()->send(std::move(request), context.cancel_token()));
  auto body = syntax::parse_json(response.body);
  const Value* token = body && body->is_map() ? body->find("token") : nullptr;
  if (response.status >= 400 || token == nullptr || !token->is_string()) {
    const Value* words = body && body->is_map() ? body->find("message") : nullptr;
    co_return std::unexpected(plugin::Failure(
        {request_failed, fmt::format("GitHub: POST failed with status {}: {}", response.status,
                                     words == nullptr ? "no token in the answer" : expression::to_text(*words))}));
  }
  context.mask(token->text());
  base::MapBuilder outputs;
  GYR_CO_TRY(Value encrypted,
             co_await context.host_call(plugins::host_calls::encrypt, Value::map({{"value", *token}})));
  outputs.set("token", std::move(encrypted));
  if (const Value* expires = body->find("expires_at")) outputs.set("expiresAt", *expires);
  co_return plugin::Success{outputs.build(), std::nullopt};
}

}  // namespace

base::Result<std::string> app_web_token(std::string_view client_id, const std::string& private_key, base::Instant now) {
  return sign_web_token(Value::map({{"iat", Value::integer(now.seconds - valid_before_seconds)},
                                    {"exp", Value::integer(now.seconds + valid_after_seconds)},
                                    {"iss", Value::string(client_id)}}),
                        private_key, "privateKey");
}

plugin::TaskType github_app_token_task() {
  return plugin::task_type<AppToken>("io.kestra.plugin.github.auth.AppToken")
      .title("Gets a token of an installation of a GitHub app")
      .documentation("The token is encrypted in the outputs. GitHub ends it after an hour.")
      .trait(plugin::Trait::killable)
      .property("clientId", &AppToken::client_id, {.title = "Client id of the app", .required = true, .group = "main"})
      .property("installationId", &AppToken::installation_id,
                {.title = "Number of the installation", .required = true, .group = "main"})
      .property("privateKey", &AppToken::private_key,
                {.title = "Private key of the app, as PEM text", .required = true, .secret = true, .group = "main"})
      .property("endpoint", &AppToken::endpoint,
                {.title = "Address of the API",
                 .documentation = "Of an enterprise server: `https://HOST/api/v3`.",
                 .default_value = Value::string("https://api.github.com"),
                 .group = "connection"})
      .property("options", &AppToken::options, {.title = "Options of the HTTP client", .group = "connection"})
      .output("token", {.type = model::ValueType::string, .title = "Token, encrypted"})
      .output("expiresAt", {.type = model::ValueType::date_time, .title = "When the token ends"})
      .example("Opens an issue as an app", R"(id: flow
namespace: company.team
tasks:
  - id: token
    type: io.kestra.plugin.github.auth.AppToken
    clientId: Iv1.0123456789abcdef
    installationId: "1234567"
    privateKey: "{{ secret('GITHUB_APP_KEY') }}"
  - id: issue
    type: io.kestra.plugin.github.issues.Create
    appInstallationToken: "{{ outputs.token.token }}"
    repository: company/infrastructure
    title: "{{ flow.id }} failed"
)",
               true)
      .build();
}

}  // namespace gyr::connectors
