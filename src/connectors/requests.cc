// Requests of a connector: built, sent, judged.
#include <algorithm>

#include "base/text.h"
#include "connectors/connector_run.h"
#include "connectors/request_text.h"
#include "connectors/token_cache.h"
#include "expression/convert.h"
#include "expression/template.h"
#include "syntax/json.h"

namespace gyr::connectors {
namespace {

using base::Value;

constexpr size_t shown_of_answer = 2048;
constexpr int max_sends = 3;
/// The longest that a request waits because the system asked for it (PLUG-298).
constexpr std::chrono::seconds longest_wait{300};

bool is_idempotent(const net::ClientRequest& request) {
  return request.idempotent.value_or(request.method != "POST" && request.method != "PATCH");
}

std::optional<int64_t> integer_header(const net::Headers& headers, std::string_view name) {
  auto text = headers.get(name);
  if (!text) return std::nullopt;
  const std::string_view digits = base::trim(*text);
  int64_t number = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || number < 0) return std::nullopt;
  return number;
}

/// How long the system wants requests to wait; nothing if it does not say so.
std::optional<std::chrono::seconds> asked_wait(const net::ClientResponse& response, base::Instant now) {
  const bool limited = response.status == 403 && integer_header(response.headers, "x-ratelimit-remaining") == 0;
  const auto after = integer_header(response.headers, "retry-after");
  if (response.status != 429 && response.status != 503 && !limited && !(response.status == 403 && after)) return {};
  if (after) return std::chrono::seconds(std::min<int64_t>(*after, 1'000'000));
  const auto reset = integer_header(response.headers, "x-ratelimit-reset");
  // A system that is down says so with 503; when its limits are reset does not matter then.
  if (reset && response.status != 503)
    return std::chrono::seconds(std::clamp<int64_t>(*reset - now.seconds, 1, 1'000'000));
  return std::chrono::seconds(1);
}

}  // namespace

base::Task<base::Result<std::string>> ConnectorRun::build_path(const RequestSpec& spec) {
  if (!spec.path.is_set()) co_return std::string();
  GYR_CO_TRY(Value segments, co_await render(spec.path));
  co_return path_of(segments);
}

base::Task<base::Result<void>> ConnectorRun::set_tls(net::ClientRequest* request) {
  const auto& tls = definition_.http.tls;
  if (!tls) co_return base::Result<void>();
  GYR_CO_TRY(request->client_certificate_pem, co_await render_text(tls->certificate));
  GYR_CO_TRY(request->client_key_pem, co_await render_text(tls->key));
  GYR_CO_TRY(request->ca_pem, co_await render_text(tls->authority));
  GYR_CO_TRY(const Value insecure, co_await render(tls->insecure));
  if (expression::is_truthy(insecure)) request->verify_tls = false;
  if (!request->client_key_pem.empty()) context_.mask(request->client_key_pem);
  co_return base::Result<void>();
}

base::Task<base::Result<net::ClientRequest>> ConnectorRun::build(const RequestSpec& spec) {
  net::ClientRequest request = template_.request;
  request.method = spec.method;
  std::string url;
  if (spec.url.is_set()) {
    GYR_CO_TRY(url, co_await render_text(spec.url));
  } else {
    GYR_CO_TRY(url, co_await render_text(definition_.http.base));
    while (url.ends_with('/')) url.pop_back();
    GYR_CO_TRY(std::string path, co_await build_path(spec));
    url += path;
    if (spec.slash) url += '/';
  }
  if (spec.query.is_set()) {
    GYR_CO_TRY(Value query, co_await render(spec.query));
    const std::string text = query_of(query);
    if (!text.empty()) url += (url.find('?') == std::string::npos ? "?" : "&") + text;
  }
  GYR_CO_TRY(auto address, plugins::core::build_address(url, Value()));
  request.url = address.uri;
  GYR_CO_CHECK(co_await set_body(spec, &request));
  GYR_CO_CHECK(co_await set_tls(&request));
  for (const Template* headers : {&definition_.http.headers, &spec.headers}) {
    if (!headers->is_set()) continue;
    GYR_CO_TRY(Value map, co_await render(*headers));
    if (!map.is_map()) continue;
    for (const auto& entry : map.entries()) {
      if (!entry.value.is_null()) request.headers.set(std::string(entry.name()), expression::to_text(entry.value));
    }
  }
  co_return request;
}

/// Sends the request of a step, and its older forms to a server that does not know it.
base::Task<base::Result<ConnectorRun::Answer>> ConnectorRun::ask(const RequestSpec& spec, bool idempotent) {
  GYR_CO_TRY(net::ClientRequest request, co_await build(spec));
  if (idempotent) request.idempotent = true;
  auto answer = co_await send(request, spec);
  for (const RequestSpec& older : spec.older) {
    if (answer || last_status_ != 404) break;
    GYR_CO_TRY(request, co_await build(older));
    if (idempotent) request.idempotent = true;
    answer = co_await send(request, older);
  }
  co_return answer;
}

base::Task<base::Result<ConnectorRun::Answer>> ConnectorRun::send(const net::ClientRequest& request,
                                                                  const RequestSpec& spec) {
  bool renewed = false;
  for (int attempt = 1;; ++attempt) {
    net::ClientRequest proven = request;
    GYR_CO_CHECK(co_await authorize(&proven));
    const base::MonotonicTime begin = context_.loop().now();
    last_status_ = 0;
    auto response = co_await context_.http()->send(std::move(proven), cancel_);
    const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(context_.loop().now() - begin).count();
    if (!response) {
      const bool again = attempt < max_sends && is_idempotent(request) && !cancel_.cancelled();
      if (again && co_await base::sleep_for(context_.loop(), std::chrono::seconds(attempt), cancel_)) continue;
      co_return base::fail(base::Error(response.error().code(), fmt::format("{}: {}: {}", definition_.title,
                                                                            request.method, response.error().message()))
                               .with_cause(response.error()));
    }
    last_status_ = response->status;
    context_.log(model::LogLevel::debug,
                 fmt::format("{} {}: {} in {} ms", request.method, request.url.substr(0, request.url.find('?')),
                             response->status, millis));
    if (response->status == 401 && !token_key_.empty() && !std::exchange(renewed, true)) {
      shared_tokens().drop(token_key_, token_);
      continue;
    }
    const auto wait = asked_wait(*response, context_.now());
    const bool refused = response->status != 503 || is_idempotent(request);
    if (wait && refused && attempt < max_sends) {
      if (*wait > longest_wait) {
        co_return base::fail(request_failed,
                             fmt::format("{}: too many requests: the next one is possible in {} seconds",
                                         definition_.title, wait->count()));
      }
      if (co_await base::sleep_for(context_.loop(), *wait, cancel_)) continue;
      co_return base::fail(plugin::task_cancelled, "the task was cancelled while it waited to send the request again");
    }
    Answer answer{.status = response->status, .value = {}, .link = {}};
    base::MapBuilder headers;
    for (const auto& [name, value] : response->headers.fields())
      headers.set(base::to_lower_ascii(name), Value::string(base::repair_utf8(value)));
    Value body;
    if (!response->body.empty()) {
      auto parsed = syntax::parse_json(response->body);
      body = parsed ? *parsed : Value::string(plugins::core::body_text(*response, "UTF-8"));
    }
    answer.value = Value::map(
        {{"status", Value::narrow_integer(answer.status)}, {"headers", headers.build()}, {"body", std::move(body)}});
    if (auto link = response->headers.get("Link")) answer.link = next_link(*link).value_or(std::string());
    response_ = answer.value;
    GYR_CO_CHECK(co_await judge(answer, request, spec));
    co_return answer;
  }
}

base::Task<base::Result<void>> ConnectorRun::judge(const Answer& answer, const net::ClientRequest& request,
                                                   const RequestSpec& spec) {
  if (spec.accept.is_set()) {
    GYR_CO_TRY(Value holds, co_await render(spec.accept));
    if (expression::is_truthy(holds)) co_return base::Result<void>();
  }
  const auto& codes = template_.allowed_codes;
  bool succeeded = answer.status < 400 || template_.allow_failed;
  if (!codes.empty()) succeeded = std::ranges::find(codes, answer.status) != codes.end();
  if (succeeded && definition_.http.success.is_set()) {
    GYR_CO_TRY(Value holds, co_await render(definition_.http.success));
    succeeded = expression::is_truthy(holds);
  }
  if (succeeded) co_return base::Result<void>();
  std::string words;
  if (definition_.http.error.is_set()) {
    auto said = co_await render_text(definition_.http.error);
    if (said) words = *std::move(said);  // an answer in another form is shown as it is
  }
  if (base::trim(words).empty()) {
    const Value body = *answer.value.find("body");
    words = body.is_container() ? syntax::write_json(body) : expression::to_text(body);
  }
  if (words.size() > shown_of_answer) words = base::repair_utf8(words.substr(0, shown_of_answer)) + "…";
  co_return base::fail(request_failed, fmt::format("{}: {} failed with status {}: {}", definition_.title,
                                                   request.method, answer.status, words));
}

}  // namespace gyr::connectors
