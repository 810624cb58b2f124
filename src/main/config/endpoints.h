// `endpoints`: the management endpoints, their login and what each of them shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/schema.h"

namespace gyr::main::config {

inline constexpr int32_t default_management_port = 8081;

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
  bool enabled = true;
  std::optional<bool> sensitive;
  static const model::Schema& schema();
};

/// `endpoints.NAME`: one endpoint. What is not set follows AllEndpoints.
struct Endpoint {
  std::optional<bool> enabled;
  std::optional<bool> sensitive;
  static const model::Schema& schema();
};

/// `endpoints.NAME` of an endpoint that shows or changes what others must not see: without its own keys it is not
/// available and needs a login.
struct GuardedEndpoint : Endpoint {
  static const model::Schema& schema();
};

enum class HealthDetails : uint8_t { anonymous, authenticated, never };

/// `endpoints.health`.
struct HealthEndpoint {
  std::optional<bool> enabled;
  std::optional<bool> sensitive;
  HealthDetails details_visible = HealthDetails::anonymous;
  static const model::Schema& schema();
};

/// `endpoints.loggers`.
struct LoggersEndpoint {
  std::optional<bool> enabled;
  std::optional<bool> sensitive;
  bool write_sensitive = false;
  static const model::Schema& schema();
};

/// `endpoints`.
struct Endpoints {
  AllEndpoints all;
  Endpoint beans, info, metrics, prometheus, routes, scheduler, threaddump, version, worker;
  GuardedEndpoint configprops, env, refresh, stop;
  HealthEndpoint health;
  LoggersEndpoint loggers;
  static const model::Schema& schema();
};

}  // namespace gyr::main::config

namespace gyr::model {
GYR_NAMED_ENUM(main::config::HealthDetails, "endpoints.health.details-visible");
}  // namespace gyr::model
