// The servers of one installation and what stands behind them: what `gyr server …` starts and ends.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/task.h"
#include "cli/program.h"
#include "main/config/reader.h"
#include "main/runtime.h"
#include "net/http.h"
#include "net/loop.h"
#include "process/spawner.h"
#include "security/basic_auth.h"
#include "web/server.h"
#include "web/services.h"

namespace gyr::main {

/// A runtime and the HTTP servers in front of it. Made, started and stopped on one thread. start() takes the ports
/// before anything of the stored work goes on, so that a taken port is an error without consequences; until it returns,
/// requests are answered 503 with Retry-After. The options and the environment must outlive it.
class Installation {
 public:
  Installation(const cli::ServerOptions& options, const char* const* environment,
               std::unique_ptr<process::Spawner> spawner);
  ~Installation();

  /// Once. Afterwards it serves; on failure nothing runs any more after stop().
  base::Result<void> start();
  /// Clients first, then what runs: that may take as long as `kestra.server.termination-grace-period`.
  void stop();

  /// After start(): where people reach it.
  std::string url() const;
  uint16_t port() const;
  /// 0 where it is taken and nobody asked for it.
  uint16_t management_port() const;
  /// What was found in the configuration; where it has failed, start() has failed for it.
  const config::Reading& reading() const { return reading_; }

 private:
  base::Result<void> read_configuration();
  base::Result<void> prepare_credentials();
  const config::Settings& settings() const { return reading_.settings; }
  web::Settings web_settings_of_configuration();
  base::Result<void> listen();
  net::HttpServer::Handler gated(net::HttpServer::Handler handler);
  /// A server is made on the thread of its loop.
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
  std::vector<std::string> credential_errors_;
  std::unique_ptr<security::BasicAuthenticator> authenticator_;
  web::Settings web_settings_;
  std::unique_ptr<net::Pool> work_, passwords_;
  std::unique_ptr<Runtime> runtime_;
  bool begun_ = false;              ///< stored work goes on: stop() gives it the grace period
  std::atomic<bool> ready_{false};  ///< read by handlers on the loop
  std::unique_ptr<web::Server> web_;
  std::unique_ptr<net::HttpServer> http_, management_;
  std::unique_ptr<base::TaskScope> shutdowns_;
};

}  // namespace gyr::main
