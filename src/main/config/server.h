// `kestra.server` and what clients are told: how a server behaves towards people, clients and other servers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "model/schema.h"

namespace gyr::main::config {

/// `kestra.server.liveness`.
struct Liveness {
  bool enabled = false;
  base::Duration interval;
  base::Duration timeout;
  base::Duration initial_delay;
  base::Duration heartbeat_interval;
  static const model::Schema& schema();
};

/// `kestra.server.service.purge`.
struct ServicePurge {
  base::Duration retention;
  base::Duration initial_delay;
  base::Duration fixed_delay;
  static const model::Schema& schema();
};

/// `kestra.server.service`.
struct ServiceSettings {
  ServicePurge purge;
  static const model::Schema& schema();
};

/// `kestra.server.basic-auth`. A name or a password that is set, even to an empty text, asks for a login (AUTH-5).
struct BasicAuth {
  std::optional<std::string> username;
  std::optional<std::string> password;
  std::string realm;
  std::vector<std::string> open_urls;
  static const model::Schema& schema();
};

/// `kestra.server.preview`.
struct Preview {
  int64_t initial_rows = 0;
  int64_t max_rows = 0;
  static const model::Schema& schema();
};

/// `kestra.server`.
struct Server {
  base::Duration termination_grace_period;
  Liveness liveness;
  ServiceSettings service;
  BasicAuth basic_auth;
  Preview preview;
  static const model::Schema& schema();
};

/// `kestra.environment`.
struct Environment {
  std::optional<std::string> name;
  std::string color;
  static const model::Schema& schema();
};

/// `kestra.system-flows`.
struct SystemFlows {
  std::string namespace_;
  static const model::Schema& schema();
};

/// `kestra.hidden-labels`.
struct HiddenLabels {
  std::vector<std::string> prefixes;
  static const model::Schema& schema();
};

/// `kestra.webserver`.
struct Webserver {
  std::string chart_default_duration;
  base::Value html_head;  ///< a text, or a list of texts
  std::string google_analytics;
  std::string content_security_policy;
  static const model::Schema& schema();
};

/// `kestra.compat`.
struct Compat {
  std::string version;
  static const model::Schema& schema();
};

/// `kestra.metrics`.
struct Metrics {
  std::string prefix;
  static const model::Schema& schema();
};

}  // namespace gyr::main::config
