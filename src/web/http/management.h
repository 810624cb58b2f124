// What the management port serves, and to whom (API-120, OPS-20).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/value.h"

namespace gyr::web {

/// One endpoint: all paths below the first part of a path.
struct EndpointRule {
  bool enabled = true;     ///< false: its paths do not exist
  bool sensitive = false;  ///< a login is needed, also where the port itself has none
};

/// Who sees which part of the server is down.
enum class HealthAudience : uint8_t { everybody, signed_in, nobody };

/// `endpoints`. Immutable; any thread.
struct ManagementSettings {
  /// By the first part of the path: `health`, `env`. An endpoint that is not here has the rule `others`.
  std::map<std::string, EndpointRule, std::less<>> endpoints;
  EndpointRule others;
  bool loggers_write_sensitive = false;
  HealthAudience health_details = HealthAudience::everybody;
  /// Whether the main port serves the endpoints as a second port is not open.
  bool on_main_port = false;
  /// The configuration in use, by name below its sections. It must not contain secrets.
  base::Value configuration = base::Value::empty_map();
  /// The parts of the server: name and kind.
  std::vector<std::pair<std::string, std::string>> components;
  /// Begins the stop of the server; returns at once. Any thread. Empty: the program cannot be stopped in this way.
  std::function<void()> stop;
  /// Reads the configuration again and returns the names of the keys that have changed. Any thread; blocks. Empty: the
  /// program cannot read it again.
  std::function<base::Result<std::vector<std::string>>()> refresh;

  const EndpointRule& rule_of(std::string_view endpoint) const {
    const auto found = endpoints.find(endpoint);
    return found == endpoints.end() ? others : found->second;
  }
};

/// Endpoints that show or change the whole server: they are off, and need a login unless their own key says otherwise.
inline constexpr std::string_view guarded_endpoints[] = {"configprops", "env", "refresh", "stop"};

/// What applies where nothing is configured.
ManagementSettings default_management();

}  // namespace gyr::web
