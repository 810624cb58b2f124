#include "main/installation.h"

#include <fstream>
#include <future>

#include "base/id.h"
#include "base/log.h"
#include "main/flow_folders.h"
#include "main/ui_files.h"
#include "main/version.h"
#include "web/http/access_log.h"
#include "web/http/host_resolution.h"

namespace gyr::main {
namespace {

/// How long the server waits for open requests when it stops.
constexpr std::chrono::seconds answer_grace{5};
// 10,000 clients that follow executions, and all others.
constexpr size_t max_connections = 12'000;

bool is_loopback(std::string_view address) {
  return address == "localhost" || address == "::1" || address.starts_with("127.");
}

/// An id that stays the same for one data folder (API-120).
std::string instance_of(const std::filesystem::path& data, const base::Clock& clock) {
  std::filesystem::path file = data / "instance-id";
  std::string id;
  if (std::ifstream in(file); std::getline(in, id) && id.size() == 36) return id;
  base::Id fresh = base::make_id(clock.now());
  id = fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", fresh.high >> 32, (fresh.high >> 16) & 0xFFFF,
                   fresh.high & 0xFFF, ((fresh.low >> 48) & 0x3FFF) | 0x8000, fresh.low & 0xFFFF'FFFF'FFFF);
  std::ofstream(file) << id << '\n';
  return id;
}

base::Task<void> end_server(std::unique_ptr<net::HttpServer> server, std::promise<void>* ended) {
  co_await server->shutdown(base::monotonic_now() + answer_grace);
  server.reset();
  ended->set_value();
}

/// The answer to requests during the start.
base::Task<net::ServerResponse> not_ready() {
  net::ServerResponse response = web::Server::error_response()(503, "the server is starting");
  response.headers.add("Retry-After", "1");
  co_return response;
}

}  // namespace

Installation::Installation(const cli::ServerOptions& options, const char* const* environment,
                           std::unique_ptr<process::Spawner> spawner)
    : options_(options),
      environment_(environment),
      spawner_(std::move(spawner)),
      data_(options.data.value_or(".gyr")) {}

Installation::~Installation() { stop(); }

base::Result<void> Installation::read_configuration() {
  reading_ = config::read_file(options_.config_file, environment_);
  config::log_warnings(reading_);
  if (reading_.failed()) return base::fail(reading_.error());
  const config::MicronautServer& given = settings().micronaut.server;
  server_.port = options_.port.value_or(static_cast<uint16_t>(given.port));
  server_.address = options_.local ? "127.0.0.1" : given.host;
  server_.error_response = web::Server::error_response();
  set_limits(given);
  management_port_ = static_cast<uint16_t>(settings().endpoints.all.port.value_or(config::default_management_port));
  grace_ = std::chrono::milliseconds(settings().kestra.server.termination_grace_period.to_millis());
  return prepare_credentials();
}

void Installation::set_limits(const config::MicronautServer& given) {
  server_.header_bytes = given.netty.max_header_size.bytes;
  server_.connections = max_connections;
  server_.body_bytes = given.max_request_size.bytes;
  server_.body_idle_timeout = std::chrono::milliseconds(given.read_idle_timeout.to_millis());
  server_.write_timeout = std::chrono::milliseconds(given.write_idle_timeout.to_millis());
  server_.idle_timeout = std::chrono::milliseconds(given.idle_timeout.to_millis());
}

base::Result<void> Installation::prepare_requests(web::Settings& settings) const {
  const config::MicronautServer& given = this->settings().micronaut.server;
  const auto named = [](const base::Error& error) { return base::Error(bad_configuration, error.message()); };
  std::vector<std::string> proxies = this->settings().gyr.trusted_proxies;
  if (proxies.empty()) proxies = web::private_networks();
  if (proxies == std::vector<std::string>{"none"}) proxies.clear();
  auto hosts = web::HostResolution::make({.host_header = given.host_resolution.host_header,
                                          .protocol_header = given.host_resolution.protocol_header,
                                          .port_header = given.host_resolution.port_header,
                                          .port_in_host = given.host_resolution.port_in_host,
                                          .allowed_hosts = given.host_resolution.allowed_hosts,
                                          .trusted_proxies = std::move(proxies)});
  if (!hosts) return base::fail(named(hosts.error()));
  settings.hosts = *std::move(hosts);
  const config::AccessLogger& logger = given.netty.access_logger;
  if (!logger.enabled) return {};
  auto log = web::AccessLog::open({.format = logger.log_format,
                                   .exclusions = logger.exclusions,
                                   .file = this->settings().gyr.access_log.file.value_or(""),
                                   .address = server_.address,
                                   .port = server_.port,
                                   .management_port = has_one_port() ? server_.port : management_port_});
  if (!log) return base::fail(named(log.error()));
  settings.access_log = *std::move(log);
  return {};
}

void Installation::reopen_logs() {
  if (web_settings_.access_log != nullptr) web_settings_.access_log->reopen();
}

base::Result<void> Installation::listen() {
  net::ServerOptions management = server_;
  management.port = management_port_;
  GYR_TRY(http_, listen_on_loop(server_, web_->handler(runtime_->loop())));
  if (has_one_port()) return {};
  auto second = listen_on_loop(management, web_->management_handler(runtime_->loop()));
  if (second) {
    management_ = std::move(*second);
  } else if (options_.local && !settings().endpoints.all.port) {
    // Several local servers on one machine are common. The port was not configured, so the server starts without it.
    base::log::warn("the management port is not available: {}", second.error().message());
  } else {
    return base::fail(second.error());
  }
  return {};
}

base::Result<void> Installation::start() {
  GYR_CHECK(read_configuration());
  RuntimeOptions runtime;
  runtime.data = data_;
  runtime.settings = settings();
  runtime.environment = environment_;
  runtime.spawner = std::move(spawner_);
  runtime.ignore = options_.ignore;
  GYR_TRY(runtime_, Runtime::make(std::move(runtime)));
  web_settings_ = web_settings_of_configuration();
  GYR_CHECK(prepare_requests(web_settings_));
  GYR_TRY(web_settings_.pages.pack, open_ui(options_.ui));
  work_ = net::make_pool("web", 4);
  passwords_ = net::make_pool("password", 1);
  web_ = std::make_unique<web::Server>(web::Services{runtime_->store(),
                                                     runtime_->storage(),
                                                     runtime_->commands(),
                                                     runtime_->starter(),
                                                     runtime_->resumer(),
                                                     runtime_->changes(),
                                                     runtime_->flows(),
                                                     runtime_->host(),
                                                     runtime_->registry(),
                                                     runtime_->settings(),
                                                     runtime_->secrets(),
                                                     runtime_->clock(),
                                                     *work_,
                                                     *passwords_,
                                                     authenticator_.get(),
                                                     &runtime_->workers(),
                                                     runtime_->host_files(),
                                                     &runtime_->task_meters(),
                                                     &runtime_->trigger_meters(),
                                                     &runtime_->operator_holds(),
                                                     management_authenticator_.get()},
                                       web_settings_);
  // Open the ports first: if one is in use, no task of an open execution has run yet.
  GYR_CHECK(listen());
  GYR_CHECK(runtime_->begin());
  begun_ = true;
  if (options_.watches_flows) {
    GYR_TRY(watch_, FlowWatch::start(*runtime_, options_.flow_paths));
  } else {
    load_flow_folders(*runtime_, options_.flow_paths);
  }
  if (const auto& folders = settings().micronaut.io.watch; folders.enabled) {
    GYR_TRY(sync_, FlowSync::start(*runtime_, folders.paths));
  }
  ready_.store(true, std::memory_order_release);
  return {};
}

std::string Installation::url() const {
  bool any = server_.address == "0.0.0.0" || server_.address == "::";
  std::string host = any                                              ? "127.0.0.1"
                     : server_.address.find(':') == std::string::npos ? server_.address
                                                                      : "[" + server_.address + "]";
  return fmt::format("http://{}:{}{}", host, http_->port(), web_settings_.context_path);
}

uint16_t Installation::port() const { return http_->port(); }
uint16_t Installation::management_port() const { return management_ == nullptr ? 0 : management_->port(); }

void Installation::stop() {
  if (runtime_ == nullptr) return;
  watch_.reset();
  sync_.reset();
  for (auto* server : {&http_, &management_}) {
    if (*server != nullptr) end_on_loop(std::move(*server));
  }
  runtime_->stop(begun_ ? grace_ : std::chrono::milliseconds(0));
  if (work_) work_->stop();
  if (passwords_) passwords_->stop();
  web_.reset();
  runtime_.reset();
}

base::Result<void> Installation::prepare_credentials() {
  const config::EndpointsLogin& management = settings().endpoints.all.basic_auth;
  if (!management.username.value_or("").empty()) {
    GYR_TRY(management_authenticator_,
            security::BasicAuthenticator::make({*management.username, management.password.value_or("")}, false));
  }
  if (options_.local) return {};
  const config::BasicAuth& given = settings().kestra.server.basic_auth;
  // Any value, even an empty one, means that a login is wanted: the server must not be open then (AUTH-5).
  if (given.username || given.password) {
    security::Credentials credentials{given.username.value_or(""), given.password.value_or("")};
    credential_errors_ = security::check_credentials(credentials);
    for (const auto& error : credential_errors_)
      base::log::error("kestra.server.basic-auth is not valid, nobody can log in: {}", error);
    if (!credential_errors_.empty()) return {};
    GYR_TRY(authenticator_, security::BasicAuthenticator::make(credentials, true));
    return {};
  }
  if (!is_loopback(server_.address)) {
    return base::fail(
        base::Error(bad_configuration, fmt::format("cannot listen on {} without authentication", server_.address))
            .with_hint("set kestra.server.basic-auth.username and kestra.server.basic-auth.password, or leave "
                       "micronaut.server.host unset"));
  }
  stores_account_ = true;
  base::log::warn(
      "the server needs no login until the first account is created at /ui/; or set kestra.server.basic-auth.username "
      "and kestra.server.basic-auth.password");
  return {};
}

namespace {

/// `kestra.webserver.html-head` as one text.
std::string html_head(const base::Value& given) {
  if (given.is_string()) return std::string(given.text()) + "\n";
  std::string head;
  if (!given.is_list()) return head;
  for (const base::Value& part : given.items()) head.append(part.text()).append("\n");
  return head;
}

/// Without configurations, everything is allowed.
std::vector<web::CorsRule> cors_rules(const config::CrossOrigin& given) {
  std::vector<web::CorsRule> rules;
  if (!given.enabled) return rules;
  for (const auto& [name, one] : given.configurations) {
    rules.push_back({.origins = one.allowed_origins,
                     .origin_pattern = one.allowed_origins_regex.value_or(""),
                     .methods = one.allowed_methods,
                     .headers = one.allowed_headers,
                     .exposed_headers = one.exposed_headers,
                     .allow_credentials = one.allow_credentials,
                     .max_age_s = one.max_age});
  }
  if (rules.empty()) rules.emplace_back();
  return rules;
}

}  // namespace

web::Settings Installation::web_settings_of_configuration() {
  const config::Kestra& given = this->settings().kestra;
  web::Settings settings;
  settings.context_path = this->settings().micronaut.server.context_path;
  if (settings.context_path == "/") settings.context_path.clear();
  if (settings.context_path.ends_with('/')) settings.context_path.pop_back();
  if (!settings.context_path.empty() && !settings.context_path.starts_with('/')) settings.context_path.insert(0, "/");
  settings.url = given.url.value_or("");
  settings.cors = cors_rules(this->settings().micronaut.server.cors);
  settings.open_urls = given.server.basic_auth.open_urls;
  settings.realm = given.server.basic_auth.realm;
  settings.credential_errors = credential_errors_;
  settings.stores_account = stores_account_;
  settings.compat_version = given.compat.version;
  settings.version = version.number;
  settings.commit = version.commit;
  settings.commit_date = version.commit_date;
  settings.instance_uuid = instance_of(data_, runtime_->clock());
  settings.system_namespace = given.system_flows.namespace_;
  settings.hidden_labels_prefixes = given.hidden_labels.prefixes;
  settings.chart_default_duration = given.webserver.chart_default_duration;
  settings.metrics_prefix = given.metrics.prefix;
  settings.environment_name = given.environment.name.value_or("");
  settings.environment_color = given.environment.color;
  settings.limits.preview_rows = given.server.preview.initial_rows;
  settings.limits.max_preview_rows = given.server.preview.max_rows;
  settings.limits.body_bytes = this->settings().micronaut.server.max_request_size.bytes;
  settings.limits.part_bytes = this->settings().micronaut.server.multipart.max_file_size.bytes;
  settings.management = std::make_shared<const web::ManagementSettings>(management_of_configuration());
  settings.pages.html_head = html_head(given.webserver.html_head);
  settings.pages.google_analytics = given.webserver.google_analytics;
  settings.pages.content_security_policy = given.webserver.content_security_policy;
  return settings;
}

web::ManagementSettings Installation::management_of_configuration() {
  web::ManagementSettings management = management_settings(reading_);
  management.on_main_port = has_one_port();
  management.stop = stop_request_;
  management.refresh = [this]() -> base::Result<std::vector<std::string>> {
    const config::Reading now = config::read_file(options_.config_file, environment_);
    config::log_warnings(now);
    if (now.failed()) return base::fail(now.error());
    auto changed = changed_keys(reading_.given, now.given);
    if (!changed.empty())
      base::log::info("the configuration has changed; the next start uses: {}", fmt::join(changed, ", "));
    return changed;
  };
  return management;
}

net::HttpServer::Handler Installation::gated(net::HttpServer::Handler handler) {
  return [this, handler = std::move(handler)](net::ServerRequest request) {
    return ready_.load(std::memory_order_acquire) ? handler(std::move(request)) : not_ready();
  };
}

base::Result<std::unique_ptr<net::HttpServer>> Installation::listen_on_loop(net::ServerOptions options,
                                                                            net::HttpServer::Handler handler) {
  std::promise<base::Result<std::unique_ptr<net::HttpServer>>> made;
  auto answer = made.get_future();
  runtime_->loop().post(
      [&] { made.set_value(net::listen(runtime_->loop(), std::move(options), gated(std::move(handler)))); });
  return answer.get();
}

void Installation::end_on_loop(std::unique_ptr<net::HttpServer> server) {
  std::promise<void> ended;
  auto answer = ended.get_future();
  base::Loop& loop = runtime_->loop();
  loop.post([&] {
    shutdowns_ = std::make_unique<base::TaskScope>(loop);
    shutdowns_->spawn(end_server(std::move(server), &ended));
  });
  answer.wait();
  std::promise<void> left;
  auto gone = left.get_future();
  loop.post([&] {
    shutdowns_.reset();
    left.set_value();
  });
  gone.wait();
}

}  // namespace gyr::main
