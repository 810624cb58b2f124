// The interface of the REST API for main: handlers for HTTP servers.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/loop.h"
#include "base/value.h"
#include "net/http.h"
#include "web/http/services.h"

namespace gyr::web {

struct Core;
struct Route;

/// Serves the REST API on any number of loops. Created by main; must outlive the HTTP servers that use its handlers.
/// Its handlers run as coroutines on their loop; blocking work runs on the pools of Services.
class Server {
 public:
  Server(const Services& services, Settings settings);
  ~Server();

  /// For net::listen() on this loop.
  net::HttpServer::Handler handler(base::Loop& loop);
  /// Health and build information for the management port (API-120). It has a login of its own, if any.
  net::HttpServer::Handler management_handler(base::Loop& loop);
  /// For net::ServerOptions::error_response: errors of the HTTP server itself have the same body as all errors
  /// (API-44).
  static std::function<net::ServerResponse(int status, std::string_view message)> error_response();

  /// All operations, in the order of the tables; for tests and listings.
  std::span<const Route> routes() const;

 private:
  std::unique_ptr<Core> core_;
};

}  // namespace gyr::web
