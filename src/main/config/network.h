// `micronaut` and `endpoints`: the addresses on which a server listens.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/schema.h"

namespace gyr::main::config {

inline constexpr int32_t default_management_port = 8081;

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

/// `endpoints.all.basic-auth`: the login of the management port. Both or none.
struct EndpointsLogin {
  std::optional<std::string> username;
  std::optional<std::string> password;
  static const model::Schema& schema();
};

/// `endpoints.all`.
struct AllEndpoints {
  std::optional<int32_t> port;  ///< of the management server; default_management_port where nobody asked for one
  EndpointsLogin basic_auth;
  static const model::Schema& schema();
};

/// `endpoints`.
struct Endpoints {
  AllEndpoints all;
  static const model::Schema& schema();
};

}  // namespace gyr::main::config
