// How the requests of a connector prove who sends them (PLUG-711).
#include "connectors/connector_run.h"
#include "connectors/request_text.h"
#include "connectors/token_cache.h"
#include "expression/convert.h"
#include "expression/template.h"
#include "syntax/json.h"

namespace gyr::connectors {
namespace {

using base::Value;

/// A token is not used in its last minute: requests take time.
constexpr int64_t token_margin_seconds = 60;

}  // namespace

base::Task<base::Result<void>> ConnectorRun::authorize(net::ClientRequest* request) {
  for (const AuthSpec& auth : definition_.http.auth) {
    if (auth.when.is_set()) {
      GYR_CO_TRY(Value holds, co_await render(auth.when));
      if (!expression::is_truthy(holds)) continue;
    }
    switch (auth.type) {
      case AuthKind::header: {
        GYR_CO_TRY(std::string name, co_await render_text(auth.name));
        GYR_CO_TRY(std::string value, co_await render_text(auth.value));
        request->headers.set(name, value);
        break;
      }
      case AuthKind::basic: {
        GYR_CO_TRY(request->basic_user, co_await render_text(auth.username));
        GYR_CO_TRY(request->basic_password, co_await render_text(auth.password));
        break;
      }
      case AuthKind::bearer: {
        GYR_CO_TRY(request->bearer, co_await render_text(auth.token));
        break;
      }
      case AuthKind::oauth2_password: {
        GYR_CO_TRY(request->bearer, co_await password_token(auth));
        break;
      }
    }
    break;
  }
  co_return base::Result<void>();
}

/// The password grant of OAuth 2, and the token that it gave before.
base::Task<base::Result<std::string>> ConnectorRun::password_token(const AuthSpec& auth) {
  GYR_CO_TRY(std::string url, co_await render_text(auth.token_url));
  GYR_CO_TRY(std::string client, co_await render_text(auth.client_id));
  GYR_CO_TRY(std::string secret, co_await render_text(auth.client_secret));
  GYR_CO_TRY(std::string user, co_await render_text(auth.username));
  GYR_CO_TRY(std::string password, co_await render_text(auth.password));
  token_key_ = TokenCache::key_of({context_.info().tenant, url, client, secret, user, password});
  if (auto known = shared_tokens().find(token_key_, context_.now())) {
    context_.mask(*known);
    co_return *std::move(known);
  }
  net::ClientRequest request = template_.request;
  request.method = "POST";
  request.url = url;
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  auto text = [](const std::string& value) { return Value::string(value); };
  request.body = query_of(Value::map({{"grant_type", text("password")},
                                      {"client_id", text(client)},
                                      {"client_secret", text(secret)},
                                      {"username", text(user)},
                                      {"password", text(password)}}));
  auto response = co_await context_.http()->send(std::move(request), context_.cancel_token());
  if (!response) co_return base::fail(response.error());
  auto body = syntax::parse_json(response->body);
  const Value* token = body && body->is_map() ? body->find("access_token") : nullptr;
  if (response->status >= 400 || token == nullptr || !token->is_string() || token->text().empty()) {
    const Value* words = body && body->is_map() ? body->find("error_description") : nullptr;
    co_return base::fail(request_failed,
                         fmt::format("{}: cannot log in: {}: {}", definition_.title, response->status,
                                     words != nullptr ? expression::to_text(*words) : "no token in the answer"));
  }
  const std::string found(token->text());
  context_.mask(found);
  const Value* lifetime = body->find("expires_in");
  const int64_t seconds = lifetime != nullptr && lifetime->is_integer() ? lifetime->as_integer() : 0;
  if (seconds > token_margin_seconds) {
    base::Instant until = context_.now();
    until.seconds += seconds - token_margin_seconds;
    shared_tokens().put(token_key_, found, until, context_.now());
  }
  co_return found;
}

}  // namespace gyr::connectors
