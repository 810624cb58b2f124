// An installation: a runtime with its HTTP servers, as `gyr server …` starts and stops it.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/task.h"
#include "cli/program.h"
#include "main/config/reader.h"
#include "main/flow_sync.h"
#include "main/flow_watch.h"
#include "main/management_settings.h"
#include "main/runtime.h"
#include "net/http.h"
#include "net/loop.h"
#include "process/spawner.h"
#include "security/basic_auth.h"
#include "web/http/services.h"
#include "web/server.h"

namespace gyr::main {

/// A runtime and the HTTP servers in front of it. Constructed, started and stopped on one thread. start() opens the
/// ports before any stored work continues, so that a port in use is an error without consequences. Until start()
/// returns, requests get status 503 with Retry-After. The options and the environment must outlive this object.
class Installation {
 public:
  Installation(const cli::ServerOptions& options, const char* const* environment,
               std::unique_ptr<process::Spawner> spawner);
  ~Installation();

  /// Call once. On success the server accepts requests. On failure, call stop().
  base::Result<void> start();
  /// Stops accepting requests, then stops running tasks within `kestra.server.termination-grace-period`.
  void stop();

  /// Opens the file of the access log again. Any thread.
  void reopen_logs();
  /// Whether reopen_logs() has an effect.
  bool has_log_file() const {
    return settings().gyr.access_log.file.has_value() && web_settings_.access_log != nullptr;
  }
  /// What `POST /stop` on the management port calls, on the loop; before start().
  void on_stop_request(std::function<void()> stop) { stop_request_ = std::move(stop); }

  /// The address of the server, after start().
  std::string url() const;
  uint16_t port() const;
  /// 0 if the default port is in use, or if the port of the server serves both.
  uint16_t management_port() const;
  /// What was found in the configuration; where it has failed, start() has failed for it.
  const config::Reading& reading() const { return reading_; }

 private:
  base::Result<void> read_configuration();
  void set_limits(const config::MicronautServer& given);
  base::Result<void> prepare_credentials();
  /// The access log, and who is believed about the address of the server.
  base::Result<void> prepare_requests(web::Settings& settings) const;
  const config::Settings& settings() const { return reading_.settings; }
  web::Settings web_settings_of_configuration();
  web::ManagementSettings management_of_configuration();
  /// Whether the REST API and the management endpoints share a port.
  bool has_one_port() const { return management_port_ != 0 && management_port_ == server_.port; }
  base::Result<void> listen();
  net::HttpServer::Handler gated(net::HttpServer::Handler handler);
  /// Creates a server on the thread of its loop.
  base::Result<std::unique_ptr<net::HttpServer>> listen_on_loop(net::ServerOptions options,
                                                                net::HttpServer::Handler handler);
  void end_on_loop(std::unique_ptr<net::HttpServer> server);

  const cli::ServerOptions& options_;
  const char* const* environment_;
  std::unique_ptr<process::Spawner> spawner_;
  std::filesystem::path data_;
  config::Reading reading_;
  net::ServerOptions server_;
  uint16_t management_port_ = 0;
  std::chrono::milliseconds grace_{0};
  std::function<void()> stop_request_;
  std::vector<std::string> credential_errors_;
  bool stores_account_ = false;  ///< the first account can be created over the API
  std::unique_ptr<security::BasicAuthenticator> authenticator_;
  std::unique_ptr<security::BasicAuthenticator> management_authenticator_;
  web::Settings web_settings_;
  std::unique_ptr<net::Pool> work_, passwords_;
  std::unique_ptr<Runtime> runtime_;
  bool begun_ = false;              ///< stored work continues: stop() gives it the grace period
  std::atomic<bool> ready_{false};  ///< read by handlers on the loop
  std::unique_ptr<FlowWatch> watch_;
  std::unique_ptr<FlowSync> sync_;
  std::unique_ptr<web::Server> web_;
  std::unique_ptr<net::HttpServer> http_, management_;
  std::unique_ptr<base::TaskScope> shutdowns_;
};

}  // namespace gyr::main
