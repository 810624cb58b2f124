// The whole configuration of an installation. Each section is a struct that describes its keys once. config/reader.h
// reads it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "main/config/endpoints.h"
#include "main/config/network.h"
#include "main/config/plugins.h"
#include "main/config/secrets.h"
#include "main/config/server.h"
#include "main/config/storage.h"
#include "main/config/tasks.h"
#include "model/schema.h"

namespace gyr::main::config {

/// `kestra.kv.purge-expired` (KV-5).
struct KeyPurge {
  bool enabled = false;
  base::Duration initial_delay;
  base::Duration fixed_delay;
  int64_t batch_size = 0;
  static const model::Schema& schema();
};

/// `kestra.kv`.
struct Keys {
  KeyPurge purge_expired;
  static const model::Schema& schema();
};

/// `kestra`: keys that Kestra has too.
struct Kestra {
  std::optional<std::string> url;
  Environment environment;
  Server server;
  Webserver webserver;
  SystemFlows system_flows;
  HiddenLabels hidden_labels;
  Compat compat;
  Metrics metrics;
  Worker worker;
  Tasks tasks;
  Variables variables;
  LocalFiles local_files;
  Plugins plugins;
  Templates templates;
  Encryption encryption;
  Secret secret;
  Storage storage;
  Retries retries;
  Keys kv;
  Enterprise ee;
  static const model::Schema& schema();
};

/// `gyr.retention`.
struct RetentionSettings {
  int32_t execution_days = 0;
  static const model::Schema& schema();
};

/// `gyr.access-log`.
struct AccessLogFile {
  std::optional<std::string> file;
  static const model::Schema& schema();
};

/// `gyr`: keys that only this program has.
struct Own {
  RetentionSettings retention;
  AccessLogFile access_log;
  std::vector<std::string> trusted_proxies;
  static const model::Schema& schema();
};

/// Everything. Immutable once read; any thread.
struct Settings {
  Micronaut micronaut;
  Endpoints endpoints;
  Kestra kestra;
  Own gyr;
  static const model::Schema& schema();
};

}  // namespace gyr::main::config
