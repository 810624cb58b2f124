#include "main/config/unused.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace gyr::main::config {
namespace {

constexpr std::string_view embedded_database = "everything is stored in the embedded database of the data folder";
constexpr std::string_view not_available = "not available in this version";
constexpr std::string_view fixed_limit = "the limit is fixed (docs/limits.md)";
constexpr std::string_view no_usage_report = "no usage data is sent";
constexpr std::string_view built_in_plugins = "plugins are part of the program";
constexpr std::string_view no_threads =
    "tasks start no threads here; `kestra.plugins.security` says which types may be used";
constexpr std::string_view health_checks = "the checks of the health endpoint are fixed";
constexpr std::string_view no_tls = "the server has no TLS; use a reverse proxy";
constexpr std::string_view one_user = "there is one user, that of `kestra.server.basic-auth`";
constexpr std::string_view virtual_machine = "it belongs to the Java virtual machine or its libraries";

constexpr UnusedKey table[] = {
    // Database and queue.
    {"datasources", embedded_database},
    {"flyway", embedded_database, true},
    {"jpa", embedded_database, true},
    {"kestra.queue.type", embedded_database, false, "kafka"},
    {"kestra.queue", embedded_database},
    {"kestra.repository.type", embedded_database, false, "elasticsearch"},
    {"kestra.repository", embedded_database},
    {"kestra.jdbc", embedded_database},
    {"kestra.kafka", embedded_database},
    {"kestra.elasticsearch", embedded_database},
    {"kestra.indexer", embedded_database},
    // Core.
    {"kestra.server-type", "the command says what the server does"},
    {"kestra.configurations", "configuration files are never deleted"},
    {"kestra.tutorial-flows", "there are no tutorial flows"},
    {"kestra.listeners", "listeners always run"},
    {"kestra.regex", fixed_limit},
    {"kestra.variables.cache-enabled", "templates are compiled once, with their flow"},
    {"kestra.variables.cache-size", "templates are compiled once, with their flow"},
    {"kestra.variables.max-render-depth", fixed_limit},
    {"kestra.pebble", fixed_limit},
    {"kestra.anonymous-usage-report", no_usage_report},
    {"kestra.ui-anonymous-usage-report", no_usage_report},
    {"kestra.policies", not_available},
    {"kestra.ai", not_available},
    {"kestra.traces", not_available},
    {"kestra.mail-service", not_available},
    // Server and workers.
    {"kestra.server.basic-auth.enabled", "a user name or a password asks for a login"},
    {"kestra.server.worker-task-restart-strategy", not_available},
    {"kestra.server.standalone", "the parts of a server start together"},
    {"kestra.heartbeat", "replaced by `kestra.server.liveness`"},
    {"kestra.worker.polling-trigger-timeout", not_available},
    {"kestra.worker.group-key", not_available},
    {"kestra.metrics.tags", not_available},
    {"kestra.metrics.labels", not_available},
    // Storage, secrets.
    {"kestra.storage.gcs", "this storage is not available in this version"},
    {"kestra.storage.azure", "this storage is not available in this version"},
    {"kestra.storage.seaweedfs", "this storage is not available in this version"},
    {"kestra.storage.isolation", not_available},
    {"kestra.storage.temp-file-deletion", "temporary files are deleted with their task"},
    {"kestra.secret.isolation", not_available},
    {"kestra.secret.cache", "secrets are not cached"},
    {"kestra.secret.aws-secret-manager", not_available},
    {"kestra.secret.azure-key-vault", not_available},
    {"kestra.secret.google-secret-manager", not_available},
    {"kestra.secret.elasticsearch", not_available},
    {"kestra.secret.vault", not_available},
    {"kestra.secret.cyberark", not_available},
    {"kestra.secret.doppler", not_available},
    {"kestra.secret.1password", not_available},
    // Plugins.
    {"kestra.plugins.configurations.values.outputs", "outputs of subflows are always available"},
    {"kestra.plugins.configurations.values.retry", not_available},
    {"kestra.plugins.repositories", built_in_plugins},
    {"kestra.plugins.local-repository-path", built_in_plugins},
    {"kestra.plugins.management", built_in_plugins},
    {"kestra.tasks.sdk", not_available},
    {"tasks.sdk", not_available},
    // Security, editions.
    {"kestra.security", one_user},
    {"micronaut.security", one_user},
    {"kestra.ee.java-security.authorized-class-prefix", no_threads},
    {"kestra.ee.java-security.forbidden-class-prefix", no_threads},
    {"kestra.ee.license", "no license is needed"},
    {"kestra.ee.tenants", not_available},
    {"kestra.ee.airgapped", not_available},
    {"kestra.ee.execution-data", not_available},
    {"kestra.ee.mail-service", not_available},
    {"kestra.ee.left-sidebar", not_available},
    {"kestra.ee.right-sidebar", not_available},
    {"kestra.ee.custom-links", not_available},
    // Observability.
    {"logger", "`--log-level` sets the level of the log, `POST /loggers/NAME` changes it"},
    {"otel", not_available},
    {"micronaut.otel", not_available},
    {"micronaut.metrics", "metrics are always available at the management port"},
    {"endpoints.health.disk-space", health_checks},
    {"endpoints.health.jdbc", health_checks},
    {"endpoints.health.status", health_checks},
    {"endpoints.health.discovery-client", health_checks},
    {"endpoints.env.active-environments", "there is one environment"},
    {"endpoints.kafkastreams", embedded_database},
    {"endpoints.caches", virtual_machine, true},
    // Network.
    {"micronaut.server.multipart.enabled", "forms with files are always accepted", false, "false"},
    {"micronaut.server.multipart.disk", "uploads are streamed to the storage", true},
    {"micronaut.server.multipart.mixed", "uploads are streamed to the storage", true},
    {"micronaut.server.multipart.threshold", "uploads are streamed to the storage", true},
    {"micronaut.server.multipart.location", "uploads are streamed to the storage", true},
    {"micronaut.server.cors.single-header", "headers with several values are always one header"},
    {"micronaut.server.cors.localhost-pass-through", not_available},
    // Plain HTTP where TLS was asked for would show everything to the network.
    {"micronaut.server.ssl.enabled", no_tls, false, "true"},
    {"micronaut.server.ssl", no_tls},
    {"micronaut.ssl.enabled", no_tls, false, "true"},
    {"micronaut.ssl", no_tls},
    {"micronaut.server.http-version", "the server uses HTTP/1.1"},
    {"micronaut.server.netty.access-logger.logger-name", "the access log is a log of its own"},
    {"micronaut.server.netty.max-chunk-size", virtual_machine, true},
    {"micronaut.server.netty.max-initial-line-length", virtual_machine, true},
    {"micronaut.server.netty.initial-buffer-size", virtual_machine, true},
    {"micronaut.server.netty.compression-threshold", virtual_machine, true},
    {"micronaut.server.netty.compression-level", virtual_machine, true},
    {"micronaut.server.netty.chunked-supported", virtual_machine, true},
    {"micronaut.server.netty.validate-headers", virtual_machine, true},
    {"micronaut.server.netty.use-native-transport", virtual_machine, true},
    {"micronaut.server.netty.fallback-protocol", virtual_machine, true},
    {"micronaut.server.netty.keep-alive-on-server-error", virtual_machine, true},
    {"micronaut.server.netty.log-level", virtual_machine, true},
    {"micronaut.server.netty.worker", virtual_machine, true},
    {"micronaut.server.netty.parent", virtual_machine, true},
    {"micronaut.server.netty.options", virtual_machine, true},
    {"micronaut.server.netty.child-options", virtual_machine, true},
    {"micronaut.server.netty.responses", virtual_machine, true},
    {"micronaut.server.netty.listeners", virtual_machine, true},
    {"micronaut.server.netty.http2", virtual_machine, true},
    {"micronaut.http", not_available},
    {"micronaut.io.watch.tenant-id", "there is one tenant, `main`"},
    {"micronaut.application", virtual_machine, true},
    {"micronaut.caches", virtual_machine, true},
    {"micronaut.executors", virtual_machine, true},
    {"micronaut.router", virtual_machine, true},
    {"micronaut.netty", virtual_machine, true},
    {"jackson", virtual_machine, true},
    {"netty", virtual_machine, true},
    {"kestra_configuration", "this is the name of an environment variable, which holds a whole document"},
};

std::string normal_path(std::string_view path) {
  std::string out;
  for (std::string_view part : base::split(path, '.')) {
    if (!out.empty()) out += '.';
    out += normal_key(part);
  }
  return out;
}

bool is_at_or_below(std::string_view path, std::string_view section) {
  return path.starts_with(section) && (path.size() == section.size() || path[section.size()] == '.');
}

}  // namespace

std::string normal_key(std::string_view key) {
  std::string out;
  for (char c : key) {
    if (std::isalnum(static_cast<unsigned char>(c)))
      out.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  }
  return out;
}

bool is_refused(const UnusedKey& unused, std::string_view value) {
  const auto refused = base::split(unused.refused, ' ');
  return !value.empty() &&
         std::ranges::any_of(refused, [&](std::string_view one) { return base::equals_ignoring_case(one, value); });
}

const UnusedKey* find_unused(std::string_view path) {
  const std::string wanted = normal_path(path);
  for (const UnusedKey& entry : table) {
    if (is_at_or_below(wanted, normal_path(entry.path))) return &entry;
  }
  return nullptr;
}

bool has_unused_below(std::string_view path) {
  const std::string section = normal_path(path);
  return std::ranges::any_of(table, [&](const UnusedKey& entry) {
    const std::string known = normal_path(entry.path);
    return known.size() > section.size() && is_at_or_below(known, section);
  });
}

const UnusedKey* find_unused_variable(std::string_view name) {
  const std::string wanted = normal_key(name);
  for (const UnusedKey& entry : table) {
    if (wanted.starts_with(normal_key(entry.path))) return &entry;
  }
  return nullptr;
}

std::vector<std::string_view> unused_names_below(std::string_view path) {
  std::vector<std::string_view> names;
  for (const UnusedKey& entry : table) {
    std::string_view rest = entry.path;
    if (!is_at_or_below(rest, path) || rest.size() == path.size()) continue;
    rest.remove_prefix(path.size() + 1);
    names.push_back(rest.substr(0, rest.find('.')));
  }
  return names;
}

}  // namespace gyr::main::config
