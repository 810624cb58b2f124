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
        .property("username", &HttpAuth::username, {.title = "User"})
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
                    {.title = "Longest time to connect; no limit of our own without"})
          .property("readIdleTimeout", &HttpTimeout::read_idle,
                    {.title = "Longest silence of the other side", .default_value = Value::string("PT5M")})
          .build();
  return schema;
}

const Schema& HttpProxy::schema() {
  static const Schema schema =
      describe<HttpProxy>("io.kestra.core.http.client.configurations.ProxyConfiguration")
          .property("type", &HttpProxy::type, {.title = "Kind of proxy", .default_value = Value::string("DIRECT")})
          .property("address", &HttpProxy::address, {.title = "Host of the proxy; none without"})
          .property("port", &HttpProxy::port, {.title = "Its port"})
          .property("username", &HttpProxy::username, {.title = "User"})
          .property("password", &HttpProxy::password, {.title = "Password", .secret = true})
          .build();
  return schema;
}

const Schema& HttpSsl::schema() {
  static const Schema schema =
      describe<HttpSsl>("io.kestra.core.http.client.configurations.SslOptions")
          .property("insecureTrustAllCertificates", &HttpSsl::insecure_trust_all,
                    {.title = "Whether certificates and host names are not checked: only for tests"})
          .build();
  return schema;
}

const Schema& HttpOptions::schema() {
  using O = HttpOptions;
  static const Schema schema =
      describe<O>("io.kestra.core.http.client.configurations.HttpConfiguration")
          .property("timeout", &O::timeout, {.title = "Time limits"})
          .property("proxy", &O::proxy, {.title = "Proxy"})
          .property("auth", &O::auth, {.title = "Credentials"})
          .property("ssl", &O::ssl, {.title = "TLS"})
          .property("followRedirects", &O::follow_redirects,
                    {.title = "Whether redirects are followed", .default_value = Value::boolean(true)})
          .property("allowFailed", &O::allow_failed,
                    {.title = "Whether a status of 400 or more is no failure", .default_value = Value::boolean(false)})
          .property("allowedResponseCodes", &O::allowed_response_codes,
                    {.title = "The only statuses that are no failure"})
          .property(
              "enabledTcpExtendedKeepAlive", &O::tcp_keep_alive,
              {.title = "Whether the connection is probed while it is silent", .default_value = Value::boolean(true)})
          .property("defaultCharset", &O::default_charset,
                    {.title = "Character set of bodies that name none", .default_value = Value::string("UTF-8")})
          .property("logs", &O::logs, {.title = "What is logged: headers at DEBUG, bodies at TRACE"})
          .property("connectTimeout", &O::connect_timeout,
                    {.title = "Former spelling of `timeout.connectTimeout`", .deprecated = true})
          .property("readTimeout", &O::read_timeout,
                    {.title = "Former spelling of `timeout.readIdleTimeout`", .deprecated = true})
          .property("proxyType", &O::proxy_type, {.title = "Former spelling of `proxy.type`", .deprecated = true})
          .property("proxyAddress", &O::proxy_address,
                    {.title = "Former spelling of `proxy.address`", .deprecated = true})
          .property("proxyPort", &O::proxy_port, {.title = "Former spelling of `proxy.port`", .deprecated = true})
          .property("proxyUsername", &O::proxy_username,
                    {.title = "Former spelling of `proxy.username`", .deprecated = true})
          .property("proxyPassword", &O::proxy_password,
                    {.title = "Former spelling of `proxy.password`", .secret = true, .deprecated = true})
          .property("basicAuthUser", &O::basic_auth_user,
                    {.title = "Former spelling of `auth.username`", .deprecated = true})
          .property("basicAuthPassword", &O::basic_auth_password,
                    {.title = "Former spelling of `auth.password`", .secret = true, .deprecated = true})
          .property("logLevel", &O::log_level, {.title = "Former spelling of `logs`", .deprecated = true})
          .property("readIdleTimeout", &O::read_idle_timeout, {.title = "Without effect", .deprecated = true})
          .property("connectionPoolIdleTimeout", &O::connection_pool_idle_timeout,
                    {.title = "Without effect", .deprecated = true})
          .property("maxContentLength", &O::max_content_length, {.title = "Without effect", .deprecated = true})
          .build();
  return schema;
}

}  // namespace gyr::plugins::core
