// The health of the server, as JSON.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// Why a part is down: a code, because the answer is public.
struct HealthError {
  std::string error;
};

/// One part of the server.
struct HealthIndicator {
  std::string status;
  std::optional<HealthError> details;
};

/// The parts that an answer tells about.
struct HealthDetails {
  std::optional<HealthIndicator> database;
  std::optional<HealthIndicator> storage;
  std::optional<HealthIndicator> disk;
  std::optional<HealthIndicator> service;
  std::optional<HealthIndicator> maintenance;
};

/// The health of the server.
struct Health {
  std::string name = "gyrfalcon";
  std::string status;
  HealthDetails details;
};

/// One part of the installation.
struct HealthPart {
  std::string name;
  std::string state;
  std::string text;
  std::vector<std::pair<std::string, uint64_t>> figures;
  base::Instant at;
};

/// The health of the whole installation (UI-891).
struct InstallationHealth {
  std::vector<HealthPart> parts;
};

/// The version of the program.
struct Version {
  std::string version;
  std::string commit;
  std::string commit_date;
  std::string type = "standalone";
};

}  // namespace json

template <>
struct Described<json::HealthError> {
  static constexpr std::string_view name = "HealthError";
  static constexpr auto fields = std::tuple(field("error", &json::HealthError::error));
};
template <>
struct Described<json::HealthIndicator> {
  using T = json::HealthIndicator;
  static constexpr std::string_view name = "HealthIndicator";
  static constexpr auto fields =
      std::tuple(field("status", &T::status, {.example = "UP"}), field("details", &T::details));
};
template <>
struct Described<json::HealthDetails> {
  using T = json::HealthDetails;
  static constexpr std::string_view name = "HealthDetails";
  static constexpr auto fields =
      std::tuple(field("database", &T::database), field("storage", &T::storage), field("disk", &T::disk),
                 field("service", &T::service), field("maintenance", &T::maintenance));
};
template <>
struct Described<json::Health> {
  using T = json::Health;
  static constexpr std::string_view name = "Health";
  static constexpr auto fields = std::tuple(field("name", &T::name), field("status", &T::status, {.example = "UP"}),
                                            field("details", &T::details));
};
template <>
struct Described<json::HealthPart> {
  using T = json::HealthPart;
  static constexpr std::string_view name = "HealthPart";
  static constexpr auto fields = std::tuple(
      field("name", &T::name, {.documentation = "database, storage, scheduler, executor, workers or queue"}),
      field("state", &T::state, {.documentation = "ok, degraded or down", .example = "ok"}), field("text", &T::text),
      field("figures", &T::figures), field("at", &T::at, {.documentation = "How old the figures are"}));
};
template <>
struct Described<json::InstallationHealth> {
  using T = json::InstallationHealth;
  static constexpr std::string_view name = "InstallationHealth";
  static constexpr auto fields = std::tuple(field("parts", &T::parts));
};
template <>
struct Described<json::Version> {
  using T = json::Version;
  static constexpr std::string_view name = "Version";
  static constexpr auto fields = std::tuple(field("version", &T::version), field("commit", &T::commit),
                                            field("commitDate", &T::commit_date), field("type", &T::type));
};

}  // namespace gyr::web
