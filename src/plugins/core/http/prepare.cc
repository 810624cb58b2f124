// From the properties of an HTTP task to the request (CORE-8 to CORE-13).
#include "expression/template.h"
#include "plugin_api/render.h"
#include "plugins/core/http/charset.h"
#include "plugins/core/http/exchange.h"

namespace gyr::plugins::core {
namespace {

namespace fs = std::filesystem;
using base::Value;

constexpr std::string_view user_agent = "Kestra";
constexpr auto default_read_idle = std::chrono::minutes(5);
constexpr std::string_view multipart_type = "multipart/form-data";
constexpr std::string_view form_type = "application/x-www-form-urlencoded";
constexpr std::string_view default_type = "application/json";

/// Milliseconds for the client, where 0 means no limit: a limit of less than one is one.
std::chrono::milliseconds limit_of(base::Duration duration) {
  int64_t millis = duration.to_millis();
  constexpr int64_t longest = 10LL * 365 * 24 * 3600 * 1000;
  return std::chrono::milliseconds(std::clamp<int64_t>(millis, 1, longest));
}

/// Rendered text of a property that may be absent.
base::Task<base::Result<std::string>> text_of(plugin::RunContext& context, const model::Dynamic<std::string>& property,
                                              std::string otherwise) {
  GYR_CO_TRY(auto text, co_await context.render(property));
  co_return std::move(text).value_or(std::move(otherwise));
}

/// A map property, also where an expression gives it; null where it is absent.
base::Task<base::Result<Value>> map_of(plugin::RunContext& context, const model::Dynamic<Value>& property) {
  if (!property.is_set()) co_return Value();
  GYR_CO_TRY(Value rendered, co_await context.render_value(property, {}, false));
  if (rendered.is_null()) co_return Value();
  co_return expression::to_map(rendered);
}

bool is_address(const Value& value) {
  if (!value.is_string()) return false;
  std::string_view text = value.text();
  return text.starts_with("kestra://") || text.starts_with("nsfile://") || text.starts_with("file://");
}

/// A part that sends a file of internal storage, by way of a copy in the working directory.
base::Task<base::Result<void>> fetch_part(plugin::RunContext& context, std::string uri, std::string file_name,
                                          net::ClientRequest::FormPart* part) {
  plugin::Files* files = context.files();
  if (files == nullptr)
    co_return base::fail(plugin::task_failed, "cannot send files: internal storage is not available");
  GYR_CO_TRY(fs::path directory, files->working_directory());
  std::string unique = base::make_id(context.now()).to_text();
  fs::path local = directory / unique;
  std::string name = file_name.empty() ? unique + fs::path(uri).extension().string() : std::move(file_name);
  GYR_CO_CHECK(co_await files->fetch(std::move(uri), local));
  part->file = local.string();
  part->file_name = std::move(name);
  part->content_type = "application/octet-stream";
  co_return base::Result<void>();
}

/// One entry of a multipart form (CORE-11).
base::Task<base::Result<net::ClientRequest::FormPart>> form_part(plugin::RunContext& context, std::string name,
                                                                 Value value) {
  net::ClientRequest::FormPart part;
  part.name = std::move(name);
  if (is_address(value)) {
    GYR_CO_CHECK(co_await fetch_part(context, std::string(value.text()), {}, &part));
    co_return part;
  }
  const Value* file_name = value.find("name");
  const Value* content = value.find("content");
  if (file_name != nullptr && content != nullptr && file_name->is_string()) {
    if (is_address(*content)) {
      GYR_CO_CHECK(co_await fetch_part(context, std::string(content->text()), std::string(file_name->text()), &part));
      co_return part;
    }
    part.file_name = file_name->text();
    part.value = expression::to_text(*content);
    part.content_type = "application/octet-stream";
    co_return part;
  }
  part.value = value.is_null() ? std::string() : expression::to_text(value);
  part.content_type = "text/plain; charset=UTF-8";
  co_return part;
}

base::Task<base::Result<void>> set_body(plugin::RunContext& context, const HttpProperties& properties,
                                        PreparedRequest* prepared) {
  net::ClientRequest& request = prepared->request;
  GYR_CO_TRY(std::string type, co_await text_of(context, properties.content_type, std::string(default_type)));
  GYR_CO_TRY(Value form, co_await map_of(context, properties.form_data));
  if (form.is_map() && form.size() > 0) {
    if (type == multipart_type) {
      for (const auto& entry : form.entries()) {
        GYR_CO_TRY(auto part, co_await form_part(context, std::string(entry.name()), entry.value));
        request.multipart.push_back(std::move(part));
      }
      co_return base::Result<void>();  // the client writes the header, with its boundary
    }
    request.body = form_text(form);
    bool own_type = properties.content_type.is_set() && type != default_type;
    request.headers.set("Content-Type",
                        (own_type ? type : std::string(form_type)) + (charset_of(type) ? "" : "; charset=UTF-8"));
    co_return base::Result<void>();
  }
  if (!properties.body.is_set()) {
    request.headers.set("Content-Type", std::move(type));
    co_return base::Result<void>();
  }
  GYR_CO_TRY(std::string text, co_await text_of(context, properties.body, ""));
  std::string charset = charset_of(type).value_or(prepared->default_charset);
  GYR_CO_TRY(request.body, encode_text(text, charset));
  request.headers.set("Content-Type", charset_of(type) ? type : fmt::format("{}; charset={}", type, charset));
  co_return base::Result<void>();
}

base::Task<base::Result<void>> set_auth(plugin::RunContext& context, const HttpOptions& options,
                                        net::ClientRequest* request) {
  if (!options.auth) {
    request->basic_user = options.basic_auth_user;
    request->basic_password = options.basic_auth_password;
    co_return base::Result<void>();
  }
  const HttpAuth& auth = *options.auth;
  GYR_CO_TRY(request->basic_user, co_await text_of(context, auth.username, ""));
  GYR_CO_TRY(request->basic_password, co_await text_of(context, auth.password, ""));
  GYR_CO_TRY(request->bearer, co_await text_of(context, auth.token, ""));
  request->digest = auth.type == AuthType::digest;
  co_return base::Result<void>();
}

base::Result<void> set_proxy(net::ClientRequest& request, ProxyType type, const std::string& address, int64_t port) {
  if (address.empty()) return {};
  if (type == ProxyType::direct) {
    return base::fail(
        base::Error(plugin::task_failed, fmt::format("the proxy `{}` cannot be used with the type DIRECT", address))
            .with_hint("set `proxy.type` to HTTP or SOCKS"));
  }
  if (port < 0 || port > 65535)
    return base::fail(plugin::task_failed, fmt::format("`proxy.port` must be from 0 to 65535, not {}", port));
  // Names are resolved by the proxy, as the reference's SOCKS client does.
  request.proxy = fmt::format("{}://{}{}", type == ProxyType::socks ? "socks5h" : "http", address,
                              port > 0 ? fmt::format(":{}", port) : "");
  return {};
}

base::Task<base::Result<void>> set_proxy_options(plugin::RunContext& context, const HttpOptions& options,
                                                 net::ClientRequest* request) {
  if (!options.proxy) {
    request->proxy_user = options.proxy_username;
    request->proxy_password = options.proxy_password;
    co_return set_proxy(*request, options.proxy_type.value_or(ProxyType::direct), options.proxy_address,
                        options.proxy_port.value_or(0));
  }
  const HttpProxy& proxy = *options.proxy;
  GYR_CO_TRY(auto type, co_await context.render(proxy.type));
  GYR_CO_TRY(std::string address, co_await text_of(context, proxy.address, ""));
  GYR_CO_TRY(auto port, co_await context.render(proxy.port));
  GYR_CO_TRY(request->proxy_user, co_await text_of(context, proxy.username, ""));
  GYR_CO_TRY(request->proxy_password, co_await text_of(context, proxy.password, ""));
  co_return set_proxy(*request, type.value_or(ProxyType::direct), address, port.value_or(0));
}

base::Task<base::Result<void>> set_timeouts(plugin::RunContext& context, const HttpOptions& options,
                                            net::ClientRequest* request) {
  if (options.connect_timeout) request->connect_timeout = limit_of(*options.connect_timeout);
  if (options.read_timeout) request->read_idle_timeout = limit_of(*options.read_timeout);
  if (!options.timeout) co_return base::Result<void>();
  GYR_CO_TRY(auto connect, co_await context.render(options.timeout->connect));
  if (connect) request->connect_timeout = limit_of(*connect);
  GYR_CO_TRY(auto idle, co_await context.render(options.timeout->read_idle));
  if (idle && !options.read_timeout) request->read_idle_timeout = limit_of(*idle);
  co_return base::Result<void>();
}

std::vector<HttpLog> logs_of(const HttpOptions& options) {
  if (!options.logs.empty() || !options.log_level) return options.logs;
  switch (*options.log_level) {
    case FormerHttpLogLevel::all:
    case FormerHttpLogLevel::trace:
      return {HttpLog::request_headers, HttpLog::request_body, HttpLog::response_headers, HttpLog::response_body};
    case FormerHttpLogLevel::debug: return {HttpLog::request_headers, HttpLog::response_headers};
    case FormerHttpLogLevel::info: return {HttpLog::response_headers};
    default: return {};
  }
}

base::Task<base::Result<void>> set_options(plugin::RunContext& context, const HttpOptions& options,
                                           PreparedRequest* prepared) {
  net::ClientRequest& request = prepared->request;
  GYR_CO_CHECK(co_await set_timeouts(context, options, &request));
  GYR_CO_CHECK(co_await set_proxy_options(context, options, &request));
  GYR_CO_CHECK(co_await set_auth(context, options, &request));
  if (options.ssl) {
    GYR_CO_TRY(auto insecure, co_await context.render(options.ssl->insecure_trust_all));
    request.verify_tls = !insecure.value_or(false);
  }
  GYR_CO_TRY(auto follow, co_await context.render(options.follow_redirects));
  request.follow_redirects = follow.value_or(true);
  GYR_CO_TRY(auto allow_failed, co_await context.render(options.allow_failed));
  prepared->allow_failed = allow_failed.value_or(false);
  GYR_CO_TRY(auto codes, co_await context.render(options.allowed_response_codes));
  prepared->allowed_codes = std::move(codes).value_or(std::vector<int64_t>());
  GYR_CO_TRY(prepared->default_charset, co_await text_of(context, options.default_charset, "UTF-8"));
  GYR_CO_CHECK(encode_text("", prepared->default_charset));
  prepared->logs = logs_of(options);
  co_return base::Result<void>();
}

}  // namespace

base::Task<base::Result<PreparedRequest>> prepare_options(plugin::RunContext& context,
                                                          const std::optional<HttpOptions>& options) {
  PreparedRequest prepared;
  prepared.request.connect_timeout = std::chrono::milliseconds(0);
  prepared.request.read_idle_timeout = default_read_idle;
  prepared.request.headers.set("User-Agent", std::string(user_agent));
  if (options) GYR_CO_CHECK(co_await set_options(context, *options, &prepared));
  co_return prepared;
}

base::Task<base::Result<PreparedRequest>> prepare_request(plugin::RunContext& context,
                                                          const HttpProperties& properties) {
  GYR_CO_TRY(PreparedRequest prepared, co_await prepare_options(context, properties.options));
  net::ClientRequest& request = prepared.request;
  GYR_CO_TRY(std::string uri, co_await text_of(context, properties.uri, ""));
  GYR_CO_TRY(Value params, co_await map_of(context, properties.params));
  GYR_CO_TRY(prepared.address, build_address(uri, params));
  request.url = prepared.address.uri;
  GYR_CO_TRY(request.method, co_await text_of(context, properties.method, "GET"));
  GYR_CO_TRY(auto allow_failed, co_await context.render(properties.allow_failed));
  if (allow_failed) prepared.allow_failed = *allow_failed;
  if (properties.ssl_options) {
    GYR_CO_TRY(auto insecure, co_await context.render(properties.ssl_options->insecure_trust_all));
    if (insecure) request.verify_tls = !*insecure;
  }
  GYR_CO_CHECK(co_await set_body(context, properties, &prepared));
  GYR_CO_TRY(auto headers, co_await context.render(properties.headers));
  for (auto& [name, value] : headers.value_or(std::map<std::string, std::string>())) request.headers.set(name, value);
  if (request.headers.get("Authorization")) {  // the author's own header wins over `auth`
    request.basic_user.clear();
    request.basic_password.clear();
    request.bearer.clear();
  }
  co_return prepared;
}

}  // namespace gyr::plugins::core
