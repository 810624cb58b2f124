// The request model that all HTTP tasks share (CORE-8, CORE-12, CORE-13).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/bind.h"
#include "model/dynamic.h"
#include "model/schema.h"

namespace gyr::plugins::core {

enum class ProxyType : uint8_t { direct, http, socks };
enum class AuthType : uint8_t { basic, bearer, digest };
enum class HttpLog : uint8_t { request_headers, request_body, response_headers, response_body };
/// The former option `logLevel`.
enum class FormerHttpLogLevel : uint8_t { all, trace, debug, info, warn, error, off, not_specified };

/// `options.timeout` (CORE-12).
struct HttpTimeout {
  model::Dynamic<base::Duration> connect;
  model::Dynamic<base::Duration> read_idle;
  static const model::Schema& schema();
};

/// `options.proxy` (CORE-12).
struct HttpProxy {
  model::Dynamic<ProxyType> type;
  model::Dynamic<std::string> address;
  model::Dynamic<int64_t> port;
  model::Dynamic<std::string> username;
  model::Dynamic<std::string> password;
  static const model::Schema& schema();
};

/// `options.ssl` (CORE-12).
struct HttpSsl {
  model::Dynamic<bool> insecure_trust_all;
  static const model::Schema& schema();
};

/// Which members are set depends on the type.
struct HttpAuth {
  AuthType type = AuthType::basic;
  model::Dynamic<std::string> username;
  model::Dynamic<std::string> password;
  model::Dynamic<std::string> token;
};

/// The property `options` of HTTP tasks (CORE-12), with its former spellings (CORE-13).
struct HttpOptions {
  std::optional<HttpTimeout> timeout;
  std::optional<HttpProxy> proxy;
  std::optional<HttpAuth> auth;
  std::optional<HttpSsl> ssl;
  model::Dynamic<bool> follow_redirects;
  model::Dynamic<bool> allow_failed;
  model::Dynamic<std::vector<int64_t>> allowed_response_codes;
  model::Dynamic<bool> tcp_keep_alive;
  model::Dynamic<std::string> default_charset;
  std::vector<HttpLog> logs;
  // Former spellings.
  std::optional<base::Duration> connect_timeout;
  std::optional<base::Duration> read_timeout;
  std::optional<ProxyType> proxy_type;
  std::string proxy_address;
  std::optional<int32_t> proxy_port;
  std::string proxy_username;
  std::string proxy_password;
  std::string basic_auth_user;
  std::string basic_auth_password;
  std::optional<FormerHttpLogLevel> log_level;
  // Former options that have no effect: this client has no connection pool per task and no such limit.
  std::optional<base::Duration> read_idle_timeout;
  std::optional<base::Duration> connection_pool_idle_timeout;
  std::optional<int64_t> max_content_length;
  static const model::Schema& schema();
};

/// Properties of every task that sends a request.
struct HttpProperties {
  model::Dynamic<std::string> uri;
  model::Dynamic<std::string> method;
  model::Dynamic<std::string> body;
  model::Dynamic<base::Value> form_data;
  model::Dynamic<std::string> content_type;
  model::Dynamic<base::Value> params;
  model::Dynamic<std::map<std::string, std::string>> headers;
  std::optional<HttpOptions> options;
  model::Dynamic<bool> allow_failed;   // former
  std::optional<HttpSsl> ssl_options;  // former
};

/// Adds them to a description: of a trigger, all of them but the former `allowFailed`.
template <class Builder>
void describe_http_request(Builder& builder) {
  using P = HttpProperties;
  using base::Value;
  builder.property("uri", &P::uri, {.title = "URL of the request", .required = true, .group = "main"})
      .property("method", &P::method, {.title = "HTTP method", .default_value = Value::string("GET"), .group = "main"})
      .property("body", &P::body, {.title = "Request body", .group = "main"})
      .property("formData", &P::form_data,
                {.title = "Form data of the request body",
                 .documentation = "With `contentType: multipart/form-data`, a value can be a file: a URI of internal "
                                  "storage, or a map with `name` and `content`.",
                 .group = "main",
                 .shown_as = model::ValueType::map})
      .property("contentType", &P::content_type,
                {.title = "Content type of the request body",
                 .documentation = "The default is `application/json`.",
                 .group = "main"})
      .property("params", &P::params,
                {.title = "Query parameters to append to the URL",
                 .documentation = "A list repeats the parameter.",
                 .group = "main",
                 .shown_as = model::ValueType::map})
      .property("headers", &P::headers,
                {.title = "Request headers",
                 .documentation = "They replace headers that other properties set.",
                 .group = "main"})
      .property("options", &P::options, {.title = "Options of the HTTP client", .group = "connection"})
      .property("sslOptions", &P::ssl_options,
                {.title = "Deprecated form of `options.ssl`", .deprecated = true, .group = "deprecated"});
}

/// The same, of a task.
template <class Builder>
void describe_http(Builder& builder) {
  describe_http_request(builder);
  builder
      .property("allowFailed", &HttpProperties::allow_failed,
                {.title = "Deprecated form of `options.allowFailed`", .deprecated = true, .group = "deprecated"})
      .metric("request.count", model::MetricType::counter, "Number of requests")
      .metric("request.bytes", model::MetricType::counter, "Number of bytes sent")
      .metric("response.count", model::MetricType::counter, "Number of responses")
      .metric("response.bytes", model::MetricType::counter, "Number of bytes received")
      .metric("response.length", model::MetricType::counter, "Size of the response body in bytes");
}

}  // namespace gyr::plugins::core

namespace gyr::model {

GYR_NAMED_ENUM(plugins::core::ProxyType, "java.net.Proxy$Type");
template <>
struct EnumNames<plugins::core::HttpLog> {
  static std::span<const std::pair<std::string_view, plugins::core::HttpLog>> names();
  static std::string_view type_name() {
    return "io.kestra.core.http.client.configurations.HttpConfiguration$LoggingType";
  }
};
GYR_NAMED_ENUM(plugins::core::FormerHttpLogLevel, "io.micronaut.logging.LogLevel");
template <>
struct Binder<plugins::core::HttpAuth> {
  static constexpr bool dynamic = false;
  static constexpr std::string_view type_name() {
    return "io.kestra.core.http.client.configurations.AbstractAuthConfiguration";
  }
  static TypeInfo type_info();
  static void bind(const syntax::NodePtr& node, plugins::core::HttpAuth& target, BindContext& context);
};

}  // namespace gyr::model
