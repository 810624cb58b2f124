#include "cli/api_client.h"

#include <fmt/format.h>

#include "base/loop.h"
#include "cli/errors.h"
#include "net/http.h"
#include "net/loop.h"
#include "net/url.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

constexpr std::string_view default_server = "http://localhost:8080";
constexpr std::chrono::milliseconds max_call{60'000};
/// Archives are the largest answers. A server creates none that is larger.
constexpr size_t max_answer = 256u << 20;

using Response = base::Result<net::ClientResponse>;

base::Task<void> send(net::HttpClient* http, net::RunningLoop* loop, net::ClientRequest request,
                      std::optional<Response>* response) {
  *response = co_await http->send(std::move(request), *loop, base::CancelToken());
  loop->stop();
}

/// Waits for the answer on a loop that lives as long as the call.
Response answer_to(net::ClientRequest request) {
  auto loop = net::make_loop();
  auto http = net::make_http_client();
  std::optional<Response> response;
  base::TaskScope scope(*loop);
  loop->post([&] { scope.spawn(send(http.get(), loop.get(), std::move(request), &response)); });
  loop->run();
  if (!response) return base::fail(unreachable, "the connection ended without an answer");
  return *std::move(response);
}

base::Error refused(const net::ClientResponse& response) {
  std::string message = response.body;
  std::string hint;
  if (auto body = syntax::parse_json(response.body); body && body->is_map()) {
    if (const auto* text = body->find("message"); text != nullptr && text->is_string()) message = text->text();
    if (const auto* text = body->find("hint"); text != nullptr && text->is_string()) hint = text->text();
  }
  const bool who = response.status == 401 || response.status == 403;
  const base::ErrorCode code = response.status == 404 ? not_on_server : who ? not_logged_in : call_refused;
  base::Error error(code, fmt::format("the server answered {}: {}", response.status, message));
  if (who && hint.empty()) hint = "log in with `--user EMAIL:PASSWORD`; Kestra servers also accept `--api-token TOKEN`";
  return hint.empty() ? error : error.with_hint(std::move(hint));
}

}  // namespace

void ApiClient::declare(Arguments& arguments) {
  arguments.section("Options for the server");
  arguments.option("--server", "URL", server_, "address of the server (default: http://localhost:8080)");
  arguments.option("--user", "EMAIL:PASSWORD", user_, "log in with an email address and a password");
  arguments.option("--api-token", "TOKEN", api_token_, "log in with an API token of a Kestra server; overrides --user");
  arguments.option("--tenant", "TENANT", tenant_, "tenant (default: main); other tenants exist on Kestra servers only");
  arguments.list("--headers", "NAME=VALUE", headers_, "additional headers of the requests");
}

std::string path_part(std::string_view name) { return net::percent_encode(name); }

base::Result<std::string> ApiClient::send(const ApiCall& call) const {
  net::ClientRequest request;
  std::string server = server_.value_or(std::string(default_server));
  while (server.ends_with('/')) server.pop_back();
  request.method = call.method;
  request.url = fmt::format("{}/api/v1/{}/{}", server, path_part(tenant_.value_or("main")), call.path);
  request.total_timeout = max_call;
  request.max_body_bytes = max_answer;
  request.body = call.body;
  if (!call.content_type.empty()) request.headers.add("Content-Type", call.content_type);
  for (const auto& [name, value] : call.headers) request.headers.add(name, value);
  if (!call.upload.empty()) {
    request.multipart.push_back({.name = "fileContent",
                                 .value = {},
                                 .file = call.upload,
                                 .file_name = "file",
                                 .content_type = "application/octet-stream"});
  }
  if (api_token_) {
    request.bearer = *api_token_;
  } else if (user_) {
    const size_t colon = user_->find(':');
    if (colon == std::string::npos)
      return base::fail(wrong_usage, "the value of `--user` must have the form EMAIL:PASSWORD");
    request.basic_user = user_->substr(0, colon);
    request.basic_password = user_->substr(colon + 1);
  }
  for (const std::string& header : headers_) {
    const size_t equals = header.find('=');
    if (equals == std::string::npos)
      return base::fail(
          wrong_usage,
          fmt::format("`{}` is not a valid value for `--headers`: it must have the form NAME=VALUE", header));
    request.headers.add(header.substr(0, equals), header.substr(equals + 1));
  }
  auto response = answer_to(std::move(request));
  if (!response) {
    return base::fail(
        base::Error(unreachable, fmt::format("cannot reach the server {}: {}", server, response.error().message()))
            .with_hint("start a server with `gyr server local`, or use another one with `--server URL`"));
  }
  if (response->status < 200 || response->status > 299) return base::fail(refused(*response));
  return std::move(response->body);
}

base::Result<base::Value> ApiClient::call_json(const ApiCall& call) const {
  GYR_TRY(std::string body, send(call));
  if (body.empty()) return base::Value();
  return syntax::parse_json(body);
}

base::Result<base::Value> ApiClient::call(std::string method, std::string_view path, const base::Value& body) const {
  ApiCall call{.method = std::move(method), .path = std::string(path)};
  if (!body.is_null()) {
    call.body = syntax::write_json(body);
    call.content_type = "application/json";
  }
  return call_json(call);
}

}  // namespace gyr::cli
