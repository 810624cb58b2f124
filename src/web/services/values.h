// The services of the installation, as JSON.
#pragma once

#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// The server that runs a service.
struct ServerSummary {
  std::string id;
  std::string type;
  std::string version;
  std::string hostname;
};

/// A service in a list, without events, configuration and metrics.
struct ServiceSummary {
  std::string id;
  std::string type;
  std::string state;
  ServerSummary server;
  base::Instant created_at;
  base::Instant updated_at;
};

/// The number of running services of one type.
struct ActiveService {
  std::string type;
  int64_t total = 0;
};

/// The number of running services.
struct ActiveServices {
  int64_t total = 0;
  std::vector<ActiveService> services;
};

// Written by model::to_value.
struct ServerInstance;
struct ServiceEvent;
struct ServiceInstance;

}  // namespace json

template <>
struct Described<json::ServerSummary> {
  using T = json::ServerSummary;
  static constexpr std::string_view name = "ServerSummary";
  static constexpr auto fields =
      std::tuple(field("id", &T::id), field("type", &T::type, {.example = "STANDALONE"}),
                 field("version", &T::version, {.example = "1.3.0"}), field("hostname", &T::hostname));
};
template <>
struct Described<json::ServiceSummary> {
  using T = json::ServiceSummary;
  static constexpr std::string_view name = "ServiceSummary";
  static constexpr auto fields = std::tuple(
      field("id", &T::id), field("type", &T::type, {.example = "WORKER"}),
      field("state", &T::state, {.example = "RUNNING"}), field("server", &T::server),
      field("createdAt", &T::created_at), field("updatedAt", &T::updated_at, {.documentation = "The last heartbeat"}));
};
template <>
struct Described<json::ActiveService> {
  using T = json::ActiveService;
  static constexpr std::string_view name = "ActiveService";
  static constexpr auto fields = std::tuple(field("type", &T::type, {.example = "WORKER"}), field("total", &T::total));
};
template <>
struct Described<json::ActiveServices> {
  using T = json::ActiveServices;
  static constexpr std::string_view name = "ActiveServices";
  static constexpr auto fields = std::tuple(field("total", &T::total), field("services", &T::services));
};
template <>
struct Described<json::ServerInstance> {
  static constexpr std::string_view name = "ServerInstance";
  static constexpr auto fields =
      std::tuple(field<std::string>("id"), field<std::string>("type"), field<std::string>("version"),
                 field<std::string>("hostname"), field<Object>("props"), field<std::vector<Object>>("metrics"));
};
template <>
struct Described<json::ServiceEvent> {
  static constexpr std::string_view name = "ServiceEvent";
  static constexpr auto fields = std::tuple(field<base::Instant>("ts"), field<std::string>("value"),
                                            field<std::string>("type"), field<std::string>("state"));
};
template <>
struct Described<json::ServiceInstance> {
  static constexpr std::string_view name = "ServiceInstance";
  static constexpr auto fields = std::tuple(
      field<std::string>("id"), field<std::string>("type"), field<std::string>("state"),
      field<json::ServerInstance>("server"), field<base::Instant>("createdAt"), field<base::Instant>("updatedAt"),
      field<base::Instant>("stateChangedAt"), field<std::vector<json::ServiceEvent>>("events"), field<Object>("config"),
      field<Object>("props"), field<std::vector<Object>>("metrics"), field<int64_t>("seqId"));
};

}  // namespace gyr::web
