// `micronaut`: the HTTP server, its address and its limits.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "main/config/byte_size.h"
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

/// `micronaut.server.netty.access-logger`.
struct AccessLogger {
  bool enabled = false;
  std::string log_format;
  std::vector<std::string> exclusions;
  static const model::Schema& schema();
};

/// `micronaut.server.netty`.
struct Netty {
  AccessLogger access_logger;
  ByteSize max_header_size;
  static const model::Schema& schema();
};

/// `micronaut.server.multipart`.
struct Multipart {
  ByteSize max_file_size;
  static const model::Schema& schema();
};

/// `micronaut.server.host-resolution`. Empty texts: not set.
struct HostHeaders {
  std::string host_header;
  std::string protocol_header;
  std::string port_header;
  bool port_in_host = false;
  std::vector<std::string> allowed_hosts;
  static const model::Schema& schema();
};

/// `micronaut.server`.
struct MicronautServer {
  int32_t port = 0;
  std::string host;
  std::string context_path;
  CrossOrigin cors;
  HostHeaders host_resolution;
  ByteSize max_request_size;
  Multipart multipart;
  base::Duration read_idle_timeout;
  base::Duration write_idle_timeout;
  base::Duration idle_timeout;
  Netty netty;
  static const model::Schema& schema();
};

/// `micronaut.io.watch`: flows and folders in step (CLI-57).
struct FolderWatch {
  bool enabled = false;
  std::vector<std::string> paths;
  static const model::Schema& schema();
};

/// `micronaut.io`.
struct Io {
  FolderWatch watch;
  static const model::Schema& schema();
};

/// `micronaut`.
struct Micronaut {
  MicronautServer server;
  Io io;
  static const model::Schema& schema();
};

}  // namespace gyr::main::config
