// Logging in and out by cookie (AUTH-12, API-17).
#include "web/routes.h"

#include "base/text.h"
#include "net/header_value.h"
#include "syntax/json.h"
#include "web/http/answers.h"
#include "web/http/authentication.h"
#include "web/http/errors.h"
#include "web/http/request.h"
#include "web/http/sessions.h"
#include "web/http/typed.h"
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
  std::string user = credentials.username;
  GYR_CO_TRY(bool right, co_await request->core().authenticator->check(std::move(credentials), &request->loop()));
  if (!right) co_return base::fail(unauthenticated, "Unauthorized");
  GYR_CO_TRY(const std::string token, co_await request->core().authenticator->begin_session(
                                          std::move(user), request->access(), &request->loop()));
  auto response = json_answer(base::Value::empty_map());
  GYR_CO_CHECK(add_cookie(request, response, session_cookie, token, true, false));
  // JavaScript cannot read the first cookie; these show that it exists, and what requests must send with it (API-19).
  GYR_CO_CHECK(add_cookie(request, response, csrf_cookie, Sessions::csrf_of(token), false, false));
  GYR_CO_CHECK(add_cookie(request, response, "kestraBasicAuthenticated", "true", false, false));
  co_return response;
}

base::Task<Outcome> logout(Request* request) {
  if (const auto token = Sessions::token_of(request->headers())) {
    // The operation is open, so nobody else has looked at it: another page must not end a session.
    GYR_CO_CHECK(check_origin(request->headers()));
    GYR_CO_CHECK(co_await request->core().authenticator->sessions().end(*token, request->access(), &request->loop()));
  }
  auto response = json_answer(base::Value::empty_map());
  GYR_CO_CHECK(add_cookie(request, response, session_cookie, "", true, true));
  GYR_CO_CHECK(add_cookie(request, response, csrf_cookie, "", false, true));
  GYR_CO_CHECK(add_cookie(request, response, "BASIC_AUTH", "", true, true));
  GYR_CO_CHECK(add_cookie(request, response, "kestraBasicAuthenticated", "", false, true));
  co_return response;
}

/// All broken rules, as a list of messages (AUTH-5).
net::ServerResponse refused_account(Request* request, const std::vector<std::string>& messages) {
  Problem problem;
  problem.status = 400;
  problem.message = fmt::format("{}", fmt::join(messages, "; "));
  for (const std::string& message : messages) problem.violations.push_back({message, "basicAuth"});
  return problem_answer(problem, request);
}

/// API-17. `uid` is of clients that name the installation; it has no effect.
base::Task<Outcome> create_first_account(Request* request) {
  Authenticator& authenticator = *request->core().authenticator;
  GYR_CO_CHECK(check_origin(request->headers()));
  if (!authenticator.wants_account()) {
    GYR_CO_TRY(const Identity caller, co_await authenticator.identify(&request->http(), &request->loop()));
    if (caller.anonymous) co_return base::fail(unauthenticated, "Unauthorized");
    co_return base::fail(illegal_state, "there is an account already, or no login is required");
  }
  GYR_CO_TRY(std::string body, co_await request->read_body(login_bytes));
  GYR_CO_TRY(const base::Value given, syntax::parse_json(body));
  const base::Value* username = given.find("username");
  const base::Value* password = given.find("password");
  security::Credentials credentials;
  if (username != nullptr && username->is_string()) credentials.username = username->text();
  if (password != nullptr && password->is_string()) credentials.password = password->text();
  if (const auto problems = security::check_credentials(credentials); !problems.empty())
    co_return refused_account(request, problems);
  GYR_CO_CHECK(co_await authenticator.create_account(std::move(credentials), request->access(), &request->loop()));
  co_return empty_answer(204);
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
       .path = "~/basicAuth",
       .operation = "createBasicAuth",
       .summary = "Create the first account; from then on a login is required",
       .rule = Rule::open(),
       .handler = create_first_account,
       .body = json_body,
       .takes = json_type<json::FirstAccount>,
       .status = 204,
       .also_answers = {400, 409, 429}},
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
