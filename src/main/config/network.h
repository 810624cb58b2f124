// `micronaut` and `endpoints`: the addresses on which a server listens.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/schema.h"

namespace gyr::main::config {

inline constexpr int32_t default_management_port = 8081;

/// `micronaut.server`.
struct MicronautServer {
  int32_t port = 0;
  std::string host;
  std::string context_path;
  static const model::Schema& schema();
};

/// `micronaut`.
struct Micronaut {
  MicronautServer server;
  static const model::Schema& schema();
};

/// `endpoints.all`.
struct AllEndpoints {
  std::optional<int32_t> port;  ///< of the management server; default_management_port where nobody asked for one
  static const model::Schema& schema();
};

/// `endpoints`.
struct Endpoints {
  AllEndpoints all;
  static const model::Schema& schema();
};

}  // namespace gyr::main::config
