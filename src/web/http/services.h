// The services and settings of the REST API. main sets both.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "web/http/cors_rule.h"
#include "web/http/limits.h"

namespace gyr::base {
class Clock;
}
namespace gyr::net {
class Pool;
}
namespace gyr::store {
class Store;
}
namespace gyr::storage {
class Storage;
}
namespace gyr::executor {
class ChangeHub;
class Commands;
class FlowCache;
class HostService;
class OperatorHolds;
class Resumer;
class TaskMeters;
class TriggerMeters;
class WorkerHub;
class Starter;
}  // namespace gyr::executor
namespace gyr::plugin {
class Registry;
}
namespace gyr::engine {
struct Settings;
}
namespace gyr::security {
class BasicAuthenticator;
class Secrets;
}  // namespace gyr::security

namespace gyr::web {

class AccessLog;
class HostResolution;
class Rights;
class UiPack;
struct ManagementSettings;

/// What an installation adds to the page of the web interface.
struct PageSettings {
  /// The files of the interface; null if this build has none.
  std::shared_ptr<const UiPack> pack;
  /// `kestra.webserver.html-head`: appended to `<head>` as it is. Its scripts and styles get the nonce of the answer.
  std::string html_head;
  /// `kestra.webserver.google-analytics`; empty: none.
  std::string google_analytics;
  /// `kestra.webserver.content-security-policy`: replaces the policy of the page. `{nonce}` stands for the nonce of the
  /// answer. Empty: the default.
  std::string content_security_policy;
};

/// All must outlive the Server and be thread-safe.
struct Services {
  store::Store& store;
  storage::Storage& storage;
  executor::Commands& commands;
  executor::Starter& starter;
  executor::Resumer& resumer;
  executor::ChangeHub& changes;
  executor::FlowCache& flows;
  executor::HostService& host;
  const plugin::Registry& registry;
  const engine::Settings& engine;
  const security::Secrets& secrets;
  const base::Clock& clock;
  net::Pool& work;       ///< for blocking storage operations and long computations; never the pool of the loop
  net::Pool& passwords;  ///< for the expensive hash of a password (AUTH-8)
  /// Null if no login is required (local mode), or no login is possible (Settings::credential_errors).
  security::BasicAuthenticator* authenticator = nullptr;
  /// For the metrics; null if no worker connects to this process.
  const executor::WorkerHub* workers = nullptr;
  /// Local files of this machine that can be shown (STOR-32); null if none can.
  storage::Storage* host_files = nullptr;
  const executor::TaskMeters* task_meters = nullptr;        ///< null if this process has no executor
  const executor::TriggerMeters* trigger_meters = nullptr;  ///< null if this process has no executor
  executor::OperatorHolds* operator_holds = nullptr;        ///< null if this process has no executor
  /// `endpoints.all.basic-auth`; null if the management port needs no login (API-120).
  security::BasicAuthenticator* management_authenticator = nullptr;
  const Rights* rights = nullptr;  ///< null: a caller who is signed in has all rights
};

/// Immutable after the server is created.
struct Settings {
  /// `micronaut.server.context-path`: empty, or `/name` (API-13).
  std::string context_path;
  /// `kestra.url`; empty: links use the host of the request (API-81).
  std::string url;
  /// `kestra.server.basic-auth.open-urls`: the prefixes of paths without credentials (AUTH-10).
  std::vector<std::string> open_urls = {"/ping", "/api/v1/executions/webhook/", "/api/v1/main/executions/webhook/"};
  /// `kestra.server.basic-auth.realm`.
  std::string realm = "Kestra";
  /// The problems of the configured credentials (AUTH-5). If there are any, every request that needs a login is
  /// refused.
  std::vector<std::string> credential_errors;
  /// Without configured credentials, the first account can be created over the API; from then on a login is required
  /// (AUTH-6).
  bool stores_account = false;
  /// `kestra.compat.version`: clients choose their generation by it (API-2).
  std::string compat_version = "1.3.31";
  /// `kestra.metrics.prefix` (OPS-21).
  std::string metrics_prefix = "kestra";
  std::string version = "0.0.0";
  std::string commit;
  std::string commit_date;
  std::string instance_uuid;
  std::string system_namespace = "system";
  std::vector<std::string> hidden_labels_prefixes = {"system.", "internal."};
  std::string chart_default_duration = "P30D";
  std::string environment_name;
  std::string environment_color;
  Limits limits;
  PageSettings pages;
  /// `micronaut.server.cors`; empty: no page of another origin may read answers (API-26).
  std::vector<CorsRule> cors;
  /// `endpoints`; null: the defaults of management.h.
  std::shared_ptr<const ManagementSettings> management;
  /// `micronaut.server.netty.access-logger`; null: requests are not logged (OPS-31).
  std::shared_ptr<AccessLog> access_log;
  /// `micronaut.server.host-resolution`; null: links use the host of the request (OPS-33).
  std::shared_ptr<const HostResolution> hosts;
};

}  // namespace gyr::web
