// Logging in and out by cookie (AUTH-12, API-17).
#include "web/routes.h"

#include "base/text.h"
#include "net/header_value.h"
#include "syntax/json.h"
#include "web/http/answers.h"
#include "web/http/authentication.h"
#include "web/http/errors.h"
#include "web/http/request.h"
#include "web/session/values.h"

namespace gyr::web {
namespace {

constexpr size_t login_bytes = 16 * 1024;

base::Result<void> add_cookie(Request* request, net::ServerResponse& response, std::string_view name,
                              std::string_view value, bool http_only, bool remove) {
  net::CookieOptions options;
  options.path = request->settings().context_path.empty() ? "/" : request->settings().context_path;
  options.http_only = http_only;
  options.secure = request->own_url().starts_with("https://");
  if (remove) options.max_age_seconds = 0;
  GYR_TRY(std::string cookie, net::set_cookie(name, value, options));
  response.headers.add("Set-Cookie", std::move(cookie));
  return {};
}

base::Task<Outcome> login(Request* request) {
  if (!request->core().authenticator->required()) co_return json_answer(base::Value::empty_map());
  GYR_CO_TRY(std::string body, co_await request->read_body(login_bytes));
  GYR_CO_TRY(base::Value given, syntax::parse_json(body));
  auto sent = read_json<json::Credentials>(given);
  if (!sent) co_return base::fail(bad_body, "username and password are required");
  security::Credentials credentials{std::move(sent->username), std::move(sent->password)};
  const std::string token = base::base64_encode(fmt::format("{}:{}", credentials.username, credentials.password));
  GYR_CO_TRY(bool right, co_await request->core().authenticator->check(std::move(credentials), &request->loop()));
  if (!right) co_return base::fail(unauthenticated, "Unauthorized");
  auto response = json_answer(base::Value::empty_map());
  GYR_CO_CHECK(add_cookie(request, response, "BASIC_AUTH", token, true, false));
  // JavaScript cannot read the other cookie; this one shows that it exists.
  GYR_CO_CHECK(add_cookie(request, response, "kestraBasicAuthenticated", "true", false, false));
  co_return response;
}

base::Task<Outcome> logout(Request* request) {
  auto response = json_answer(base::Value::empty_map());
  GYR_CO_CHECK(add_cookie(request, response, "BASIC_AUTH", "", true, true));
  GYR_CO_CHECK(add_cookie(request, response, "kestraBasicAuthenticated", "", false, true));
  co_return response;
}

}  // namespace

std::vector<Route> session_routes() {
  return {
      {.method = Method::post,
       .path = "$/login",
       .operation = "login",
       .summary = "Log in and get a cookie",
       .rule = Rule::open(),
       .handler = login,
       .body = json_body,
       .takes = json_type<json::Credentials>,
       .answer = answers<Object>,
       .also_answers = {429}},
      {.method = Method::post,
       .path = "$/logout",
       .operation = "logout",
       .summary = "Log out and delete the cookie",
       .rule = Rule::open(),
       .handler = logout,
       .answer = answers<Object>},
  };
}

}  // namespace gyr::web
