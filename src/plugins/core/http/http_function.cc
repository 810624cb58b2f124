#include "plugins/core/http/http_function.h"

#include <fmt/format.h>

#include "base/text.h"
#include "expression/convert.h"
#include "expression/template.h"
#include "net/http_syntax.h"
#include "plugin_api/render.h"
#include "plugins/core/http/exchange.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

/// The hands of a task that only sends a request: its properties are values already, nothing of them is rendered again.
class FunctionContext final : public plugin::RunContext {
 public:
  FunctionContext(plugin::HttpClient* client, base::Loop* loop, base::Instant now, base::CancelToken cancel)
      : client_(client), loop_(loop), now_(now), cancel_(std::move(cancel)) {}

  const plugin::RunInfo& info() const override { return info_; }
  base::Task<base::Result<Value>> render_value(const model::DynamicSource& source, Value /*extra*/,
                                               bool /*typed*/) override {
    co_return source.is_set() ? source.source() : Value();
  }
  void log(model::LogLevel /*level*/, std::string_view /*message*/) override {}
  void metric(model::MetricType /*type*/, std::string_view /*name*/, double /*value*/, Value /*tags*/) override {}
  void mask(std::string_view /*secret*/) override {}
  base::Task<base::Result<Value>> host_call(std::string_view /*function*/, Value /*arguments*/) override {
    co_return base::fail(plugin::host_refused, "an HTTP request in an expression cannot call the server");
  }
  base::CancelToken cancel_token() const override { return cancel_; }
  base::Loop& loop() override { return *loop_; }
  base::Instant now() const override { return now_; }
  plugin::Files* files() override { return nullptr; }
  plugin::Processes* processes() override { return nullptr; }
  plugin::HttpClient* http() override { return client_; }

 private:
  plugin::RunInfo info_;
  plugin::HttpClient* client_;
  base::Loop* loop_;
  base::Instant now_;
  base::CancelToken cancel_;
};

base::Error wrong(std::string_view argument, std::string_view reason) {
  return base::Error(http_function_failed, fmt::format("The 'http' function: the argument '{}' {}", argument, reason));
}

Value argument(const Value& arguments, std::string_view name) {
  const Value* found = arguments.find(name);
  return found == nullptr ? Value() : *found;
}

/// What is sent: texts as they are, maps and lists in the format of the content type.
std::string body_of(const Value& body, std::string_view content_type) {
  if (!body.is_container()) return expression::to_text(body);
  return content_type.find("yaml") != std::string_view::npos ? syntax::write_yaml(body) : syntax::write_json(body);
}

base::Result<void> set_headers(const Value& headers, const Value& accept, HttpProperties& properties) {
  base::MapBuilder all;
  if (!accept.is_null()) all.set("Accept", Value::string(expression::to_text(accept)));
  if (!headers.is_null() && !headers.is_map()) return base::fail(wrong("headers", "must be a map"));
  for (const auto& entry : headers.is_map() ? headers.entries() : std::span<const base::MapEntry>()) {
    std::string text;
    // A list repeats the header, which is the same as its values with commas between them.
    for (const Value& item : entry.value.is_list() ? entry.value.items() : std::span(&entry.value, 1)) {
      text += (text.empty() ? "" : ", ") + expression::to_text(item);
    }
    all.set(entry.key, Value::string(text));
  }
  if (all.size() > 0) properties.headers = model::Dynamic<std::map<std::string, std::string>>(all.build());
  return {};
}

base::Result<HttpProperties> properties_of(const Value& arguments) {
  HttpProperties properties;
  auto text = [&](std::string_view name, model::Dynamic<std::string>& target) {
    if (Value value = argument(arguments, name); !value.is_null())
      target = model::Dynamic<std::string>(Value::string(expression::to_text(value)));
  };
  text("uri", properties.uri);
  text("method", properties.method);
  text("contentType", properties.content_type);
  if (Value query = argument(arguments, "query"); !query.is_null()) {
    if (!query.is_map()) return base::fail(wrong("query", "must be a map"));
    properties.params = model::Dynamic<Value>(query);
  }
  if (Value body = argument(arguments, "body"); !body.is_null()) {
    Value type = argument(arguments, "contentType");
    properties.body = model::Dynamic<std::string>(Value::string(body_of(body, type.is_string() ? type.text() : "")));
  }
  GYR_CHECK(set_headers(argument(arguments, "headers"), argument(arguments, "accept"), properties));
  if (Value options = argument(arguments, "options"); !options.is_null()) {
    if (!options.is_map()) return base::fail(wrong("options", "must be a map"));
    auto bound = model::detail::bind_rendered(HttpOptions::schema(), options, &properties.options.emplace());
    if (!bound) return base::fail(wrong("options", "cannot be used: " + bound.error().message()));
  }
  return properties;
}

bool is_type(std::string_view type, std::string_view part) {
  return base::to_lower_ascii(type.substr(0, type.find(';'))).find(part) != std::string::npos;
}

/// The body by its content type; an empty one is nothing.
base::Result<Value> value_of(const net::ClientResponse& response, const PreparedRequest& sent) {
  std::string text = body_text(response, sent.default_charset);
  std::string type(response.headers.get("Content-Type").value_or(""));
  if (is_type(type, "json") && !base::trim(text).empty()) {
    auto parsed = syntax::parse_json(text);
    if (!parsed)
      return base::fail(http_function_failed,
                        "Failed to execute HTTP Request: the response is not valid JSON: " + parsed.error().message());
    return parsed;
  }
  if (is_type(type, "yaml") && !base::trim(text).empty()) {
    auto parsed = syntax::parse_yaml(text, {}, syntax::YamlAliases::as_text);
    if (!parsed)
      return base::fail(http_function_failed,
                        "Failed to execute HTTP Request: the response is not valid YAML: " + parsed.error().message());
    return (*parsed)->to_value();
  }
  return Value::string(text);
}

}  // namespace

base::Task<base::Result<Value>> http_function(plugin::HttpClient* client, base::Loop* loop, base::Instant now,
                                              base::CancelToken cancel, Value arguments) {
  GYR_CO_TRY(HttpProperties properties, properties_of(arguments));
  FunctionContext context(client, loop, now, std::move(cancel));
  GYR_CO_TRY(PreparedRequest prepared, co_await prepare_request(context, properties));
  const PreparedRequest sent = prepared;
  prepared.allow_failed = true;  // its failure has words of its own
  auto response = co_await exchange(context, std::move(prepared));
  if (!response)
    co_return base::fail(http_function_failed,
                         "Failed to execute HTTP Request " + sent.address.uri + ": " + response.error().message());
  const bool is_allowed = !sent.allowed_codes.empty() || sent.allow_failed || response->status < 400;
  if (!is_allowed) {
    co_return base::fail(http_function_failed,
                         fmt::format("Failed to execute HTTP Request, server respond with status {} : {}",
                                     response->status, net::reason_phrase(response->status)));
  }
  co_return value_of(*response, sent);
}

}  // namespace gyr::plugins::core
