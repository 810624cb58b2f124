// `micronaut`: the HTTP server, its address and its limits.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/schema.h"

namespace gyr::main::config {

/// `micronaut.server.cors.configurations.NAME`: pages of which other origins may call the server.
struct CorsOrigins {
  std::vector<std::string> allowed_origins;
  std::optional<std::string> allowed_origins_regex;
  std::vector<std::string> allowed_methods;
  std::vector<std::string> allowed_headers;
  std::vector<std::string> exposed_headers;
  bool allow_credentials = true;
  int64_t max_age = 0;  ///< in seconds
  static const model::Schema& schema();
};

/// `micronaut.server.cors`.
struct CrossOrigin {
  bool enabled = false;
  std::map<std::string, CorsOrigins> configurations;  ///< empty: one that allows everything
  static const model::Schema& schema();
};

/// `micronaut.server`.
struct MicronautServer {
  int32_t port = 0;
  std::string host;
  std::string context_path;
  CrossOrigin cors;
  static const model::Schema& schema();
};

/// `micronaut`.
struct Micronaut {
  MicronautServer server;
  static const model::Schema& schema();
};

}  // namespace gyr::main::config
