#include "plugins/core/http/http_options.h"

#include "model/variant.h"

namespace gyr::model {

using plugins::core::AuthType;
using plugins::core::FormerHttpLogLevel;
using plugins::core::HttpAuth;
using plugins::core::HttpLog;
using plugins::core::ProxyType;

std::span<const std::pair<std::string_view, ProxyType>> EnumNames<ProxyType>::names() {
  static constexpr std::pair<std::string_view, ProxyType> all[] = {
      {"DIRECT", ProxyType::direct}, {"HTTP", ProxyType::http}, {"SOCKS", ProxyType::socks}};
  return all;
}

std::span<const std::pair<std::string_view, HttpLog>> EnumNames<HttpLog>::names() {
  static constexpr std::pair<std::string_view, HttpLog> all[] = {{"REQUEST_HEADERS", HttpLog::request_headers},
                                                                 {"REQUEST_BODY", HttpLog::request_body},
                                                                 {"RESPONSE_HEADERS", HttpLog::response_headers},
                                                                 {"RESPONSE_BODY", HttpLog::response_body}};
  return all;
}

std::span<const std::pair<std::string_view, FormerHttpLogLevel>> EnumNames<FormerHttpLogLevel>::names() {
  using L = FormerHttpLogLevel;
  static constexpr std::pair<std::string_view, L> all[] = {
      {"ALL", L::all},   {"TRACE", L::trace}, {"DEBUG", L::debug}, {"INFO", L::info},
      {"WARN", L::warn}, {"ERROR", L::error}, {"OFF", L::off},     {"NOT_SPECIFIED", L::not_specified}};
  return all;
}

namespace {

const Schema& user_schema(std::string_view name) {
  static const auto make = [](std::string_view type) {
    return describe<HttpAuth>(type)
        .ignore("type")
        .property("username", &HttpAuth::username, {.title = "Username"})
        .property("password", &HttpAuth::password, {.title = "Password", .secret = true})
        .build();
  };
  static const Schema basic = make("io.kestra.core.http.client.configurations.BasicAuthConfiguration");
  static const Schema digest = make("io.kestra.core.http.client.configurations.DigestAuthConfiguration");
  return name == "BASIC" ? basic : digest;
}

const Schema& basic_schema() { return user_schema("BASIC"); }
const Schema& digest_schema() { return user_schema("DIGEST"); }

const Schema& bearer_schema() {
  static const Schema schema = describe<HttpAuth>("io.kestra.core.http.client.configurations.BearerAuthConfiguration")
                                   .ignore("type")
                                   .property("token", &HttpAuth::token, {.title = "Token", .secret = true})
                                   .build();
  return schema;
}

constexpr Variant variants[] = {{"BASIC", &basic_schema}, {"BEARER", &bearer_schema}, {"DIGEST", &digest_schema}};
constexpr AuthType variant_types[] = {AuthType::basic, AuthType::bearer, AuthType::digest};

}  // namespace

TypeInfo Binder<HttpAuth>::type_info() { return variant_type_info("HttpAuth", variants); }

void Binder<HttpAuth>::bind(const syntax::NodePtr& node, HttpAuth& target, BindContext& context) {
  const auto chosen = choose_variant(node, type_name(), variants, context);
  if (!chosen) return;
  target.type = variant_types[*chosen];
  variants[*chosen].schema().bind(node, &target, context);
}

}  // namespace gyr::model

namespace gyr::plugins::core {

using base::Value;
using model::describe;
using model::Schema;

const Schema& HttpTimeout::schema() {
  static const Schema schema =
      describe<HttpTimeout>("io.kestra.core.http.client.configurations.TimeoutConfiguration")
          .property("connectTimeout", &HttpTimeout::connect,
                    {.title = "Connection timeout",
                     .documentation = "By default, only the operating system limits the time to connect."})
          .property("readIdleTimeout", &HttpTimeout::read_idle,
                    {.title = "Read idle timeout",
                     .documentation = "The request fails if the server sends no data for this duration.",
                     .default_value = Value::string("PT5M")})
          .build();
  return schema;
}

const Schema& HttpProxy::schema() {
  static const Schema schema =
      describe<HttpProxy>("io.kestra.core.http.client.configurations.ProxyConfiguration")
          .property("type", &HttpProxy::type, {.title = "Proxy type", .default_value = Value::string("DIRECT")})
          .property("address", &HttpProxy::address,
                    {.title = "Host of the proxy", .documentation = "By default, no proxy is used."})
          .property("port", &HttpProxy::port, {.title = "Port of the proxy"})
          .property("username", &HttpProxy::username, {.title = "Username"})
          .property("password", &HttpProxy::password, {.title = "Password", .secret = true})
          .build();
  return schema;
}

const Schema& HttpSsl::schema() {
  static const Schema schema = describe<HttpSsl>("io.kestra.core.http.client.configurations.SslOptions")
                                   .property("insecureTrustAllCertificates", &HttpSsl::insecure_trust_all,
                                             {.title = "Whether to skip the checks of certificates and host names",
                                              .documentation = "Use it only for tests."})
                                   .build();
  return schema;
}

const Schema& HttpOptions::schema() {
  using O = HttpOptions;
  static const Schema schema =
      describe<O>("io.kestra.core.http.client.configurations.HttpConfiguration")
          .property("timeout", &O::timeout, {.title = "Timeouts"})
          .property("proxy", &O::proxy, {.title = "Proxy"})
          .property("auth", &O::auth, {.title = "Credentials"})
          .property("ssl", &O::ssl, {.title = "TLS options"})
          .property("followRedirects", &O::follow_redirects,
                    {.title = "Whether to follow redirects", .default_value = Value::boolean(true)})
          .property("allowFailed", &O::allow_failed,
                    {.title = "Whether to accept responses with a status of 400 or higher",
                     .default_value = Value::boolean(false)})
          .property("allowedResponseCodes", &O::allowed_response_codes,
                    {.title = "Accepted HTTP status codes", .documentation = "Any other status fails the task."})
          .property("enabledTcpExtendedKeepAlive", &O::tcp_keep_alive,
                    {.title = "Whether to send TCP keep-alive probes on idle connections",
                     .default_value = Value::boolean(true)})
          .property("defaultCharset", &O::default_charset,
                    {.title = "Default character set of the response body",
                     .documentation = "It applies if the response does not specify a character set.",
                     .default_value = Value::string("UTF-8")})
          .property("logs", &O::logs,
                    {.title = "Parts of the request and the response to log",
                     .documentation = "Headers are logged at the level DEBUG, bodies at the level TRACE."})
          .property("connectTimeout", &O::connect_timeout,
                    {.title = "Deprecated form of `timeout.connectTimeout`", .deprecated = true})
          .property("readTimeout", &O::read_timeout,
                    {.title = "Deprecated form of `timeout.readIdleTimeout`", .deprecated = true})
          .property("proxyType", &O::proxy_type, {.title = "Deprecated form of `proxy.type`", .deprecated = true})
          .property("proxyAddress", &O::proxy_address,
                    {.title = "Deprecated form of `proxy.address`", .deprecated = true})
          .property("proxyPort", &O::proxy_port, {.title = "Deprecated form of `proxy.port`", .deprecated = true})
          .property("proxyUsername", &O::proxy_username,
                    {.title = "Deprecated form of `proxy.username`", .deprecated = true})
          .property("proxyPassword", &O::proxy_password,
                    {.title = "Deprecated form of `proxy.password`", .secret = true, .deprecated = true})
          .property("basicAuthUser", &O::basic_auth_user,
                    {.title = "Deprecated form of `auth.username`", .deprecated = true})
          .property("basicAuthPassword", &O::basic_auth_password,
                    {.title = "Deprecated form of `auth.password`", .secret = true, .deprecated = true})
          .property("logLevel", &O::log_level, {.title = "Deprecated form of `logs`", .deprecated = true})
          .property("readIdleTimeout", &O::read_idle_timeout, {.title = "Ignored", .deprecated = true})
          .property("connectionPoolIdleTimeout", &O::connection_pool_idle_timeout,
                    {.title = "Ignored", .deprecated = true})
          .property("maxContentLength", &O::max_content_length, {.title = "Ignored", .deprecated = true})
          .build();
  return schema;
}

}  // namespace gyr::plugins::core
