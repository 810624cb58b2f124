// How the requests of a connector prove who sends them (PLUG-711).
#include "base/id.h"
#include "base/text.h"
#include "connectors/connector_run.h"
#include "connectors/oauth1.h"
#include "connectors/request_text.h"
#include "connectors/token_cache.h"
#include "connectors/web_token.h"
#include "expression/convert.h"
#include "expression/template.h"
#include "syntax/json.h"

namespace gyr::connectors {
namespace {

using base::Value;

/// A token is not used in its last minute: requests take time.
constexpr int64_t token_margin_seconds = 60;
/// The lifetime of a web token that does not say another.
constexpr int64_t web_token_seconds = 540;
/// How long a session is used if the connector does not say it.
constexpr std::chrono::minutes session_lifetime{15};

Value text(std::string_view value) { return Value::string(value); }

/// What a `Set-Cookie` header of the answer gives for a name; empty if none does.
std::string cookie_of(const net::ClientResponse& response, std::string_view name) {
  for (std::string_view header : response.headers.all("Set-Cookie")) {
    const std::string_view pair = base::trim(header.substr(0, header.find(';')));
    const size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) return std::string(pair.substr(equals + 1));
  }
  return {};
}

}  // namespace

base::Task<base::Result<void>> ConnectorRun::authorize(net::ClientRequest* request) {
  token_key_.clear();
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
        request->credential_headers.push_back(std::move(name));
        break;
      }
      case AuthKind::query: {
        GYR_CO_TRY(std::string name, co_await render_text(auth.name));
        GYR_CO_TRY(std::string value, co_await render_text(auth.value));
        request->url +=
            (request->url.find('?') == std::string::npos ? "?" : "&") + query_of(Value::map({{name, text(value)}}));
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
      case AuthKind::oauth2_password:
      case AuthKind::oauth2_client:
      case AuthKind::oauth2_refresh:
      case AuthKind::jwt_bearer: {
        GYR_CO_TRY(request->bearer, co_await access_token(auth));
        break;
      }
      case AuthKind::oauth1: GYR_CO_CHECK(co_await sign_oauth1(auth, request)); break;
      case AuthKind::session: {
        GYR_CO_TRY(std::string session, co_await session_token(auth));
        GYR_CO_TRY(std::string name, co_await render_text(auth.name));
        if (auth.cookie) {
          const auto others = request->headers.get("Cookie");
          request->headers.set("Cookie",
                               fmt::format("{}{}{}={}", others.value_or(""), others ? "; " : "", name, session));
        } else {
          request->headers.set(name, session);
          request->credential_headers.push_back(name);
        }
        break;
      }
    }
    break;
  }
  co_return base::Result<void>();
}

base::Task<base::Result<void>> ConnectorRun::sign_oauth1(const AuthSpec& auth, net::ClientRequest* request) {
  OAuth1 credentials;
  GYR_CO_TRY(const std::string method, co_await render_text(auth.method));
  credentials.method = method == "HMAC-SHA1" ? OAuth1Method::hmac_sha1 : OAuth1Method::plaintext;
  GYR_CO_TRY(credentials.consumer_key, co_await render_text(auth.client_id));
  GYR_CO_TRY(credentials.consumer_secret, co_await render_text(auth.client_secret));
  GYR_CO_TRY(credentials.token, co_await render_text(auth.token));
  GYR_CO_TRY(credentials.token_secret, co_await render_text(auth.token_secret));
  for (const std::string* secret : {&credentials.consumer_secret, &credentials.token_secret}) {
    if (!secret->empty()) context_.mask(*secret);
  }
  credentials.nonce = base::Id{base::secure_random(), base::secure_random()}.to_text();
  credentials.timestamp = context_.now().seconds;
  const bool is_form = request->headers.get("Content-Type") == "application/x-www-form-urlencoded";
  GYR_CO_TRY(const std::string header,
             oauth1_header(credentials, request->method, request->url, is_form ? request->body : std::string()));
  request->headers.set("Authorization", header);
  co_return base::Result<void>();
}

/// The form that asks for a token; the assertion of a web token is added later, because it differs each time.
base::Task<base::Result<Value>> ConnectorRun::grant(const AuthSpec& auth) {
  base::MapBuilder form;
  GYR_CO_TRY(const std::string client, co_await render_text(auth.client_id));
  GYR_CO_TRY(const std::string secret, co_await render_text(auth.client_secret));
  GYR_CO_TRY(const std::string scope, co_await render_text(auth.scope));
  const std::string kind = auth.type == AuthKind::oauth2_password  ? "password"
                           : auth.type == AuthKind::oauth2_client  ? "client_credentials"
                           : auth.type == AuthKind::oauth2_refresh ? "refresh_token"
                                                                   : "urn:ietf:params:oauth:grant-type:jwt-bearer";
  form.set("grant_type", text(kind));
  if (!client.empty()) form.set("client_id", text(client));
  if (!secret.empty()) form.set("client_secret", text(secret));
  if (auth.type == AuthKind::oauth2_password) {
    GYR_CO_TRY(const std::string user, co_await render_text(auth.username));
    GYR_CO_TRY(const std::string password, co_await render_text(auth.password));
    form.set("username", text(user));
    form.set("password", text(password));
  } else if (auth.type == AuthKind::oauth2_refresh) {
    GYR_CO_TRY(const std::string token, co_await render_text(auth.token));
    form.set("refresh_token", text(token));
  }
  if (!scope.empty()) form.set("scope", text(scope));
  co_return form.build();
}

/// A signed web token: it is the bearer token, or what a token is asked for with.
base::Task<base::Result<std::string>> ConnectorRun::web_token(const AuthSpec& auth) {
  GYR_CO_TRY(const std::string key, co_await render_text(auth.private_key));
  GYR_CO_TRY(const Value claims, co_await render(auth.claims));
  if (!claims.is_map()) co_return base::fail(bad_property, "the claims of the web token are no map");
  base::MapBuilder all(claims);
  const int64_t now = context_.now().seconds;
  all.set_if_absent("iat", Value::integer(now - token_margin_seconds));
  all.set_if_absent("exp", Value::integer(now + web_token_seconds));
  GYR_CO_TRY(std::string token, sign_web_token(all.build(), key, "privateKey"));
  context_.mask(token);
  co_return token;
}

/// A token that the system gives for what is known, or gave before.
base::Task<base::Result<std::string>> ConnectorRun::access_token(const AuthSpec& auth) {
  if (auth.type == AuthKind::jwt_bearer && !auth.token_url.is_set()) co_return co_await web_token(auth);
  GYR_CO_TRY(std::string url, co_await render_text(auth.token_url));
  GYR_CO_TRY(Value form, co_await grant(auth));
  std::string proof;
  if (auth.type == AuthKind::jwt_bearer) {
    GYR_CO_TRY(const std::string key, co_await render_text(auth.private_key));
    GYR_CO_TRY(const Value claims, co_await render(auth.claims));
    proof = key + syntax::write_json(claims);
  }
  token_key_ = TokenCache::key_of({context_.info().tenant, url, query_of(form), proof});
  if (auto known = shared_tokens().find(token_key_, context_.now())) {
    context_.mask(*known);
    token_ = *known;
    co_return *std::move(known);
  }
  if (auth.type == AuthKind::jwt_bearer) {
    GYR_CO_TRY(const std::string assertion, co_await web_token(auth));
    base::MapBuilder whole(form);
    whole.set("assertion", text(assertion));
    form = whole.build();
  }
  net::ClientRequest request = template_.request;
  request.method = "POST";
  request.url = url;
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  request.body = query_of(form);
  GYR_CO_CHECK(co_await set_tls(&request));
  auto response = co_await context_.http()->send(std::move(request), cancel_);
  if (!response) co_return base::fail(response.error());
  auto body = syntax::parse_json(response->body);
  const Value* token = body && body->is_map() ? body->find("access_token") : nullptr;
  if (response->status >= 400 || token == nullptr || !token->is_string() || token->text().empty()) {
    const Value* words = body && body->is_map() ? body->find("error_description") : nullptr;
    if (words == nullptr && body && body->is_map()) words = body->find("error");
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
  token_ = found;
  co_return found;
}

/// The token or cookie of a session: of one that was opened before, or of a new one.
base::Task<base::Result<std::string>> ConnectorRun::session_token(const AuthSpec& auth) {
  GYR_CO_TRY(net::ClientRequest request, co_await build(*auth.login));
  GYR_CO_TRY(const auto lifetime, co_await render_duration(auth.lifetime, session_lifetime, "lifetime"));
  if (auth.username.is_set()) {
    GYR_CO_TRY(request.basic_user, co_await render_text(auth.username));
    GYR_CO_TRY(request.basic_password, co_await render_text(auth.password));
  }
  token_key_ = TokenCache::key_of(
      {context_.info().tenant, request.method, request.url, request.body, request.basic_user, request.basic_password});
  if (auto known = shared_tokens().find(token_key_, context_.now())) {
    context_.mask(*known);
    token_ = *known;
    co_return *std::move(known);
  }
  auto response = co_await context_.http()->send(std::move(request), cancel_);
  if (!response) co_return base::fail(response.error());
  if (response->status >= 400)
    co_return base::fail(request_failed,
                         fmt::format("{}: cannot log in: status {}", definition_.title, response->status));
  std::string found;
  if (auth.token.is_set()) {
    auto body = syntax::parse_json(response->body);
    const Value before = std::exchange(response_, Value::map({{"status", Value::narrow_integer(response->status)},
                                                              {"body", body ? *body : Value::string("")}}));
    auto token = co_await render_text(auth.token);
    response_ = before;
    if (!token) co_return base::fail(other_form(token.error()));
    found = *std::move(token);
  } else {
    GYR_CO_TRY(const std::string name, co_await render_text(auth.name));
    found = cookie_of(*response, name);
  }
  if (found.empty())
    co_return base::fail(request_failed, fmt::format("{}: cannot log in: no session in the answer", definition_.title));
  if (found.find_first_of("\r\n;") != std::string::npos)
    co_return base::fail(request_failed,
                         fmt::format("{}: cannot log in: the session makes no sense", definition_.title));
  context_.mask(found);
  base::Instant until = context_.now();
  until.seconds += std::chrono::duration_cast<std::chrono::seconds>(lifetime).count();
  shared_tokens().put(token_key_, found, until, context_.now());
  token_ = found;
  co_return found;
}

}  // namespace gyr::connectors
