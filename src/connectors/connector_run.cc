#include "connectors/connector_run.h"

#include <algorithm>

#include "base/text.h"
#include "connectors/request_text.h"
#include "connectors/token_cache.h"
#include "expression/convert.h"
#include "expression/template.h"
#include "syntax/ion.h"
#include "syntax/json.h"

namespace gyr::connectors {
namespace {

using base::Value;

constexpr size_t shown_of_answer = 2048;
constexpr size_t max_rows = 100'000;
constexpr int max_sends = 3;
/// The longest that a request waits because the system asked for it (PLUG-298).
constexpr std::chrono::seconds longest_wait{300};
/// A token is not used in its last minute: requests take time.
constexpr int64_t token_margin_seconds = 60;

/// Of all tasks of this process.
TokenCache& tokens() {
  static TokenCache all;
  return all;
}

std::unexpected<base::Error> property_error(const std::string& name, std::string_view message) {
  return base::fail(bad_property, fmt::format("`{}`: {}", name, message));
}

bool is_idempotent(std::string_view method) { return method != "POST" && method != "PATCH"; }

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

/// Scheme, host and port.
std::string_view origin_of(std::string_view url) {
  const size_t begin = url.find("://");
  return begin == std::string_view::npos ? url : url.substr(0, url.find_first_of("/?#", begin + 3));
}

}  // namespace

base::Task<plugin::TaskResult> ConnectorTask::run(plugin::RunContext& context) const {
  if (context.http() == nullptr)
    co_return std::unexpected(plugin::Failure({plugin::task_failed, "requests are not available"}));
  ConnectorRun run(context, *this);
  auto outputs = co_await run.run();
  if (!outputs) co_return std::unexpected(plugin::Failure(outputs.error()));
  co_return plugin::Success{*std::move(outputs), std::nullopt};
}

ConnectorRun::ConnectorRun(plugin::RunContext& context, const ConnectorTask& task)
    : context_(context), task_(task), definition_(*task.definition), element_(*task.element) {}

base::Task<base::Result<Value>> ConnectorRun::run() {
  GYR_CO_TRY(conn_, co_await read_properties(definition_.connection));
  GYR_CO_TRY(props_, co_await read_properties(element_.properties));
  GYR_CO_CHECK(check_given(definition_.at_least_one_of));
  GYR_CO_CHECK(check_given(element_.at_least_one_of));
  if (element_.fetch) {
    fetch_type_ = element_.fetch->default_type;
    auto written = task_.written.find("fetchType");
    if (written != task_.written.end()) {
      GYR_CO_TRY(Value given, co_await context_.render_value(written->second, {}, false));
      const std::string name = expression::to_text(given);
      const auto names = model::EnumNames<FetchType>::names();
      const auto found = std::ranges::find_if(names, [&](const auto& one) { return one.first == name; });
      if (found == names.end()) co_return property_error("fetchType", fmt::format("`{}` is none of its values", name));
      fetch_type_ = found->second;
    }
  }
  GYR_CO_TRY(template_, co_await plugins::core::prepare_options(context_, task_.options));
  for (const StepSpec& step : element_.steps) GYR_CO_CHECK(co_await run_step(step));
  base::MapBuilder outputs;
  GYR_CO_CHECK(co_await publish(&outputs));
  co_return outputs.build();
}

base::Task<base::Result<Value>> ConnectorRun::read_properties(const Properties& specs) {
  base::MapBuilder values;
  for (const auto& [name, spec] : specs) {
    GYR_CO_TRY(Value value, co_await read_property(name, spec));
    const bool given = !value.is_null() && !(value.is_string() && value.text().empty());
    if (!given && spec.required) co_return property_error(name, "must be given");
    values.set(name, given ? std::move(value) : Value());
  }
  co_return values.build();
}

base::Task<base::Result<Value>> ConnectorRun::read_property(const std::string& name, const PropertySpec& spec) {
  auto written = task_.written.find(name);
  if (written == task_.written.end()) co_return Value();
  const bool text = spec.type == PropertyKind::string || spec.type == PropertyKind::enumeration;
  GYR_CO_TRY(Value value, co_await context_.render_value(written->second, {}, !text));
  if (value.is_null()) co_return value;
  auto named = [&](const base::Error& error) { return property_error(name, error.message()); };
  switch (spec.type) {
    case PropertyKind::boolean: {
      auto flag = expression::to_boolean(value);
      if (!flag) co_return named(flag.error());
      co_return *flag ? Value::boolean(**flag) : Value();
    }
    case PropertyKind::integer: {
      auto number = expression::to_integer(value);
      if (!number) co_return named(number.error());
      co_return *number ? Value::fitting_integer(**number) : Value();
    }
    case PropertyKind::list: {
      auto list = expression::to_list(value);
      if (!list) co_return named(list.error());
      co_return *list;
    }
    case PropertyKind::map: {
      auto map = expression::to_map(value);
      if (!map) co_return named(map.error());
      co_return *map;
    }
    case PropertyKind::json: {
      if (!value.is_string() || base::trim(value.text()).empty()) co_return value;
      auto parsed = syntax::parse_json(value.text());
      if (!parsed) co_return named(parsed.error());
      co_return *parsed;
    }
    case PropertyKind::any: co_return value;
    case PropertyKind::enumeration:
      if (std::ranges::find(spec.values, expression::to_text(value)) == spec.values.end()) {
        co_return property_error(
            name, fmt::format("`{}` is none of {}", expression::to_text(value), fmt::join(spec.values, ", ")));
      }
      break;
    case PropertyKind::string: break;
  }
  const std::string found = expression::to_text(value);
  if (spec.secret && !found.empty()) context_.mask(found);
  co_return Value::string(found);
}

base::Result<void> ConnectorRun::check_given(const std::vector<std::vector<std::string>>& groups) const {
  auto given = [&](const std::string& name) {
    for (const Value* values : {&props_, &conn_}) {
      const Value* value = values->find(name);
      if (value != nullptr && !value->is_null()) return true;
    }
    return false;
  };
  for (const auto& group : groups) {
    if (std::ranges::none_of(group, given))
      return base::fail(bad_property, fmt::format("one of `{}` must be given", fmt::join(group, "`, `")));
  }
  return {};
}

Value ConnectorRun::extra() const {
  const plugin::RunInfo& info = context_.info();
  base::MapBuilder steps = steps_;
  return Value::map({{"props", props_},
                     {"conn", conn_},
                     {"steps", steps.build()},
                     {"response", response_},
                     {"item", item_},
                     {"task", Value::map({{"id", Value::string(info.task_id)},
                                          {"taskrunId", Value::string(info.task_run_id.to_text())},
                                          {"executionId", Value::string(info.execution_id.to_text())}})}});
}

base::Task<base::Result<Value>> ConnectorRun::render(const Template& source) {
  co_return co_await context_.render_value(source, extra(), true);
}

base::Task<base::Result<std::string>> ConnectorRun::render_text(const Template& source) {
  GYR_CO_TRY(Value value, co_await render(source));
  co_return value.is_null() ? std::string() : expression::to_text(value);
}

base::Task<base::Result<void>> ConnectorRun::run_step(const StepSpec& step) {
  if (step.condition.is_set()) {
    GYR_CO_TRY(Value holds, co_await render(step.condition));
    if (!expression::is_truthy(holds)) co_return base::Result<void>();
  }
  if (step.assert_that.is_set()) {
    GYR_CO_TRY(Value holds, co_await render(step.assert_that));
    if (expression::is_truthy(holds)) co_return base::Result<void>();
    GYR_CO_TRY(std::string message, co_await render_text(step.message));
    co_return base::fail(bad_property, std::move(message));
  }
  if (!step.foreach_items.is_set()) {
    GYR_CO_TRY(Value result, co_await run_request(step));
    steps_.set(step.id, std::move(result));
  } else {
    GYR_CO_TRY(Value items, co_await render(step.foreach_items));
    base::ListBuilder results;
    if (items.is_list()) {
      for (const Value& item : items.items()) {
        item_ = item;
        GYR_CO_TRY(Value result, co_await run_request(step));
        results.push(std::move(result));
      }
    }
    item_ = Value();
    steps_.set(step.id, results.build());
  }
  if (!step.log.is_set()) co_return base::Result<void>();
  GYR_CO_TRY(std::string line, co_await render_text(step.log));
  context_.log(model::LogLevel::info, line);
  co_return base::Result<void>();
}

base::Task<base::Result<Value>> ConnectorRun::run_request(const StepSpec& step) {
  GYR_CO_TRY(net::ClientRequest request, co_await build(*step.request));
  GYR_CO_TRY(Answer answer, co_await send(request));
  if (!step.pages.is_set()) co_return answer.value;
  base::ListBuilder rows;
  while (true) {
    GYR_CO_TRY(Value page, co_await render(step.pages));
    if (page.is_list()) {
      for (const Value& row : page.items()) rows.push(row);
    }
    if (element_.fetch && fetch_type_ == FetchType::fetch_one && rows.size() > 0) break;
    if (rows.size() > max_rows) {
      co_return base::fail(request_failed, fmt::format("{}: more than {} rows", definition_.title, max_rows));
    }
    if (answer.next.empty() || !page.is_list() || page.size() == 0) break;
    // Credentials go to no other host, whatever the answer says.
    if (origin_of(answer.next) != origin_of(request.url)) {
      co_return base::fail(request_failed, fmt::format("{}: the next page is on another host", definition_.title));
    }
    request.url = answer.next;
    GYR_CO_TRY(answer, co_await send(request));
  }
  base::MapBuilder result(answer.value);
  result.set("rows", rows.build());
  co_return result.build();
}

base::Task<base::Result<std::string>> ConnectorRun::build_path(const RequestSpec& spec) {
  if (!spec.path.is_set()) co_return std::string();
  GYR_CO_TRY(Value segments, co_await render(spec.path));
  co_return path_of(segments);
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
  }
  if (spec.query.is_set()) {
    GYR_CO_TRY(Value query, co_await render(spec.query));
    const std::string text = query_of(query);
    if (!text.empty()) url += (url.find('?') == std::string::npos ? "?" : "&") + text;
  }
  GYR_CO_TRY(auto address, plugins::core::build_address(url, Value()));
  request.url = address.uri;
  if (spec.json.is_set()) {
    GYR_CO_TRY(Value body, co_await render(spec.json));
    request.body = syntax::write_json(without_nulls(body));
    request.headers.set("Content-Type", "application/json");
  } else if (spec.form.is_set()) {
    GYR_CO_TRY(Value form, co_await render(spec.form));
    request.body = query_of(form);
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  }
  for (const Template* headers : {&definition_.http.headers, &spec.headers}) {
    if (!headers->is_set()) continue;
    GYR_CO_TRY(Value map, co_await render(*headers));
    if (!map.is_map()) continue;
    for (const auto& entry : map.entries()) {
      if (!entry.value.is_null()) request.headers.set(std::string(entry.name()), expression::to_text(entry.value));
    }
  }
  GYR_CO_CHECK(co_await authorize(&request));
  co_return request;
}

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
  if (auto known = tokens().find(token_key_, context_.now())) {
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
    tokens().put(token_key_, found, until, context_.now());
  }
  co_return found;
}

base::Task<base::Result<ConnectorRun::Answer>> ConnectorRun::send(net::ClientRequest& request) {
  bool renewed = false;
  for (int attempt = 1;; ++attempt) {
    const base::MonotonicTime begin = context_.loop().now();
    auto response = co_await context_.http()->send(request, context_.cancel_token());
    const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(context_.loop().now() - begin).count();
    if (!response) {
      const bool again = attempt < max_sends && is_idempotent(request.method) && !context_.cancel_token().cancelled();
      if (again && co_await base::sleep_for(context_.loop(), std::chrono::seconds(attempt), context_.cancel_token()))
        continue;
      co_return base::fail(base::Error(response.error().code(), fmt::format("{}: {}: {}", definition_.title,
                                                                            request.method, response.error().message()))
                               .with_cause(response.error()));
    }
    context_.log(model::LogLevel::debug,
                 fmt::format("{} {}: {} in {} ms", request.method, request.url.substr(0, request.url.find('?')),
                             response->status, millis));
    if (response->status == 401 && !token_key_.empty() && !std::exchange(renewed, true)) {
      tokens().drop(token_key_);
      GYR_CO_CHECK(co_await authorize(&request));
      continue;
    }
    const auto wait = asked_wait(*response, context_.now());
    const bool refused = response->status != 503 || is_idempotent(request.method);
    if (wait && refused && attempt < max_sends) {
      if (*wait > longest_wait) {
        co_return base::fail(request_failed,
                             fmt::format("{}: too many requests: the next one is possible in {} seconds",
                                         definition_.title, wait->count()));
      }
      if (co_await base::sleep_for(context_.loop(), *wait, context_.cancel_token())) continue;
      co_return base::fail(plugin::task_cancelled, "the task was cancelled while it waited to send the request again");
    }
    Answer answer{.status = response->status, .value = {}, .next = {}};
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
    if (auto link = response->headers.get("Link")) answer.next = next_link(*link).value_or(std::string());
    response_ = answer.value;
    GYR_CO_CHECK(co_await judge(answer, request));
    co_return answer;
  }
}

base::Task<base::Result<void>> ConnectorRun::judge(const Answer& answer, const net::ClientRequest& request) {
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

base::Task<base::Result<void>> ConnectorRun::publish(base::MapBuilder* outputs) {
  for (const auto& [name, spec] : element_.outputs) {
    auto value = co_await render(spec.value);
    if (!value) {
      co_return base::fail(base::Error(request_failed, fmt::format("{}: the answer has another form than expected: {}",
                                                                   definition_.title, value.error().message()))
                               .with_cause(value.error()));
    }
    if (!value->is_null()) outputs->set(name, *std::move(value));
  }
  if (element_.fetch) GYR_CO_CHECK(co_await publish_rows(outputs));
  co_return base::Result<void>();
}

base::Task<base::Result<void>> ConnectorRun::publish_rows(base::MapBuilder* outputs) {
  const FetchSpec& fetch = *element_.fetch;
  auto rendered = co_await render(fetch.rows);
  if (!rendered || !rendered->is_list())
    co_return base::fail(request_failed, fmt::format("{}: the answer has no list of rows", definition_.title));
  const Value rows = *std::move(rendered);
  size_t size = rows.size();
  if (fetch_type_ == FetchType::fetch) {
    outputs->set(fetch.output, rows);
  } else if (fetch_type_ == FetchType::fetch_one) {
    size = std::min<size_t>(size, 1);
    base::ListBuilder first;
    if (size == 1) first.push(rows.items()[0]);
    if (fetch.one_as_list) {
      outputs->set(fetch.one, first.build());
    } else if (size == 1) {
      outputs->set(fetch.one, rows.items()[0]);
    }
  } else if (fetch_type_ == FetchType::store) {
    if (context_.files() == nullptr)
      co_return base::fail(plugin::task_failed, "cannot store rows: internal storage is not available");
    std::string lines;
    for (const Value& row : rows.items()) {
      syntax::append_ion(lines, row);
      lines += '\n';
    }
    GYR_CO_TRY(std::string uri, co_await context_.files()->store_bytes(std::move(lines), "rows.ion"));
    outputs->set("uri", Value::string(uri));
  }
  outputs->set("size", Value::fitting_integer(static_cast<int64_t>(size)));
  context_.metric(model::MetricType::counter, "fetch.size", static_cast<double>(size), Value::empty_map());
  co_return base::Result<void>();
}

}  // namespace gyr::connectors
