#include "plugins/core/http/exchange.h"

#include <fstream>

#include "base/text.h"
#include "expression/template.h"
#include "plugins/core/http/charset.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

/// How much of a body goes into the message of a failure.
constexpr size_t shown_of_body = 8 * 1024;
/// The wait before the second request, unless the response specifies one.
constexpr auto retry_pause = std::chrono::seconds(1);
/// The longest `Retry-After` that is obeyed: a task has its own timeout and retry for more.
constexpr auto max_retry_pause = std::chrono::hours(1);

bool asks_to_retry(int status) { return status == 429 || status == 503; }

/// Seconds of `Retry-After`; dates there are rare, and count as no hint.
std::chrono::nanoseconds retry_delay(const net::ClientResponse& response) {
  auto given = response.headers.get("Retry-After");
  if (!given) return retry_pause;
  std::string_view text = base::trim(*given);
  int64_t seconds = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0) return retry_pause;
  return std::min<std::chrono::nanoseconds>(std::chrono::seconds(std::min<int64_t>(seconds, 86400)), max_retry_pause);
}

bool wants(const std::vector<HttpLog>& logs, HttpLog log) {
  return std::find(logs.begin(), logs.end(), log) != logs.end();
}

/// `name: value` lines; credentials are not shown.
std::string header_lines(const net::Headers& headers) {
  std::string lines;
  for (const auto& [name, value] : headers.fields()) {
    bool secret = base::equals_ignoring_case(name, "Authorization") ||
                  base::equals_ignoring_case(name, "Proxy-Authorization") ||
                  base::equals_ignoring_case(name, "Cookie") || base::equals_ignoring_case(name, "Set-Cookie");
    lines += fmt::format("\n    {}: {}", name, secret ? "******" : base::repair_utf8(value));
  }
  return lines;
}

void log_request(plugin::RunContext& context, const PreparedRequest& prepared) {
  const net::ClientRequest& request = prepared.request;
  if (wants(prepared.logs, HttpLog::request_headers)) {
    std::string lines = header_lines(request.headers);
    bool credentials = !request.bearer.empty() || !request.basic_user.empty();
    if (credentials && !request.headers.get("Authorization")) lines += "\n    Authorization: ******";
    context.log(model::LogLevel::debug, fmt::format("request:\n    {} {}{}", request.method, request.url, lines));
  }
  if (!wants(prepared.logs, HttpLog::request_body)) return;
  std::string body =
      request.multipart.empty() ? base::repair_utf8(request.body) : fmt::format("{} parts", request.multipart.size());
  context.log(model::LogLevel::trace, "request body:\n" + body);
}

void log_response(plugin::RunContext& context, const PreparedRequest& prepared, const net::ClientResponse& response) {
  context.log(model::LogLevel::debug, fmt::format("Request '{}' was answered with the response code '{}'",
                                                  prepared.address.uri, response.status));
  if (wants(prepared.logs, HttpLog::response_headers)) {
    context.log(model::LogLevel::debug,
                fmt::format("response:\n    {}{}", response.status, header_lines(response.headers)));
  }
  if (wants(prepared.logs, HttpLog::response_body)) {
    context.log(model::LogLevel::trace, "response body:\n" + body_text(response, prepared.default_charset));
  }
}

/// Bytes of a message's head: lines of `name: value`, and the blank one.
size_t head_bytes(const net::Headers& headers) {
  size_t bytes = 2;
  for (const auto& [name, value] : headers.fields()) bytes += name.size() + value.size() + 4;
  return bytes;
}

void give_metrics(plugin::RunContext& context, const PreparedRequest& prepared, const net::ClientResponse& response) {
  const net::ClientRequest& request = prepared.request;
  Value tags = Value::map({{"request.method", Value::string(request.method)},
                           {"request.scheme", Value::string(prepared.address.scheme)},
                           {"request.hostname", Value::string(prepared.address.host)},
                           {"response.code", Value::string(std::to_string(response.status))}});
  auto count = [&](std::string_view name, size_t value) {
    context.metric(model::MetricType::counter, name, static_cast<double>(value), tags);
  };
  constexpr size_t request_line_rest = 12;  // blanks, ` HTTP/1.1`, line end
  count("request.count", 1);
  count("request.bytes", request.method.size() + request.url.size() + request_line_rest + head_bytes(request.headers) +
                             request.body.size());
  count("response.count", 1);
  count("response.bytes", head_bytes(response.headers) + response.body_bytes);
  if (!has_no_content(response, request.method)) count("response.length", response.body_bytes);
}

/// The body of an answer that fails the task; where it went to a file, the beginning of that.
base::Task<std::string> failure_text(plugin::RunContext& context, const PreparedRequest& prepared,
                                     net::ClientResponse response) {
  if (prepared.request.to_file && context.files() != nullptr) {
    co_await context.files()->on_pool([&] {
      std::ifstream file(*prepared.request.to_file, std::ios::binary);
      response.body.resize(shown_of_body + 1);
      file.read(response.body.data(), static_cast<std::streamsize>(response.body.size()));
      response.body.resize(static_cast<size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    });
  }
  co_return body_text(response, prepared.default_charset);
}

bool counts_as_failure(const PreparedRequest& prepared, int status) {
  if (!prepared.allowed_codes.empty()) {
    return std::find(prepared.allowed_codes.begin(), prepared.allowed_codes.end(), status) ==
           prepared.allowed_codes.end();
  }
  return status >= 400 && !prepared.allow_failed;
}

}  // namespace

base::Task<base::Result<net::ClientResponse>> exchange(plugin::RunContext& context, PreparedRequest prepared) {
  plugin::HttpClient* client = context.http();
  if (client == nullptr) co_return base::fail(plugin::task_failed, "HTTP requests are not available");
  log_request(context, prepared);
  for (bool may_retry = true;; may_retry = false) {
    auto response = co_await client->send(prepared.request, context.cancel_token());
    if (!response) co_return base::fail(response.error());
    log_response(context, prepared, *response);
    give_metrics(context, prepared, *response);
    if (may_retry && asks_to_retry(response->status)) {
      if (co_await base::sleep_for(context.loop(), retry_delay(*response), context.cancel_token())) continue;
      co_return base::fail(plugin::task_cancelled, "the task was cancelled while it waited to send the request again");
    }
    if (!counts_as_failure(prepared, response->status)) co_return *std::move(response);
    std::string body = co_await failure_text(context, prepared, *response);
    if (body.size() > shown_of_body) body = base::repair_utf8(body.substr(0, shown_of_body)) + "…";
    co_return base::fail(response_failed,
                         fmt::format("Failed http request with response code '{}' of '{}' and body:\n{}",
                                     response->status, prepared.address.uri, body));
  }
}

Value header_lists(const net::Headers& headers) {
  std::map<std::string, base::ListBuilder> lists;
  for (const auto& [name, value] : headers.fields())
    lists[base::to_lower_ascii(name)].push(Value::string(base::repair_utf8(value)));
  base::MapBuilder map;
  for (auto& [name, values] : lists) map.set(name, values.build());
  return map.build();
}

std::string body_text(const net::ClientResponse& response, std::string_view default_charset) {
  auto type = response.headers.get("Content-Type");
  std::string charset = (type ? charset_of(*type) : std::nullopt).value_or(std::string(default_charset));
  auto text = decode_text(response.body, charset);
  // A response in an unknown charset is read in the default charset, which was checked before the request.
  if (!text) text = decode_text(response.body, default_charset);
  return text ? *std::move(text) : base::repair_utf8(response.body);
}

bool has_no_content(const net::ClientResponse& response, std::string_view method) {
  return method == "HEAD" || response.status == 204 || response.status == 304 || response.status < 200;
}

}  // namespace gyr::plugins::core
