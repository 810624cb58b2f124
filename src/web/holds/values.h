// Kill switches and the maintenance mode, as JSON.
#pragma once

#include "store/rows.h"
#include "web/http/described.h"

namespace gyr::model {
GYR_NAMED_ENUM(store::SwitchEffect, "io.kestra.core.models.killswitch.EvaluationType");
}  // namespace gyr::model

namespace gyr::web {
namespace json {

/// A kill switch.
struct KillSwitch {
  std::string id;
  std::string name;
  std::optional<std::string> tenant_id;
  std::optional<std::string> namespace_;
  std::optional<std::string> flow_id;
  std::optional<std::vector<std::string>> execution_ids;
  base::Instant start_date;
  std::optional<base::Instant> end_date;
  std::optional<std::string> description;
  store::SwitchEffect evaluation_type = store::SwitchEffect::kill;
  bool enabled = false;
  bool deleted = false;
};

/// A kill switch to create or to change; what is absent has no value afterwards.
struct KillSwitchToWrite {
  std::optional<std::string> id;
  std::optional<std::string> name;
  std::optional<std::string> tenant_id;
  std::optional<std::string> namespace_;
  std::optional<std::string> flow_id;
  std::optional<std::vector<std::string>> execution_ids;
  std::optional<base::Instant> start_date;
  std::optional<base::Instant> end_date;
  std::optional<std::string> description;
  store::SwitchEffect evaluation_type = store::SwitchEffect::kill;
  std::optional<bool> enabled;
};

/// How many running services of a type there are, and how many of them rest.
struct ServicesInMaintenance {
  int64_t total = 0;
  int64_t in_maintenance = 0;
};

/// The state of the maintenance mode.
struct MaintenanceStatus {
  bool maintenance = false;
  bool ready = false;
  std::map<std::string, ServicesInMaintenance> services;
};

/// An object without fields.
struct Nothing {};

}  // namespace json

template <>
struct Described<json::KillSwitch> {
  using T = json::KillSwitch;
  static constexpr std::string_view name = "KillSwitch";
  static constexpr auto fields = std::tuple(
      field("id", &T::id), field("name", &T::name, {.example = "Stop the imports"}),
      field("tenantId", &T::tenant_id, {.example = "main"}),
      field("namespace", &T::namespace_, {.documentation = "Including its child namespaces"}),
      field("flowId", &T::flow_id), field("executionIds", &T::execution_ids), field("startDate", &T::start_date),
      field("endDate", &T::end_date), field("description", &T::description),
      field("evaluationType", &T::evaluation_type), field("enabled", &T::enabled, {.example = "true"}),
      field("deleted", &T::deleted, {.documentation = "Archived: without effect, still listed"}));
};
template <>
struct Described<json::KillSwitchToWrite> {
  using T = json::KillSwitchToWrite;
  static constexpr std::string_view name = "KillSwitchToWrite";
  static constexpr auto fields =
      std::tuple(field("id", &T::id, {.documentation = "Default: a new id"}),
                 field("name", &T::name, {.documentation = "Required", .example = "Stop the imports"}),
                 field("tenantId", &T::tenant_id,
                       {.documentation = "Required, unless `executionIds` is given", .example = "main"}),
                 field("namespace", &T::namespace_), field("flowId", &T::flow_id),
                 field("executionIds", &T::execution_ids, {.documentation = "Default: all executions of the scope"}),
                 field("startDate", &T::start_date, {.documentation = "Default: now"}), field("endDate", &T::end_date),
                 field("description", &T::description), field("evaluationType", &T::evaluation_type),
                 field("enabled", &T::enabled));
};
template <>
struct Described<json::ServicesInMaintenance> {
  using T = json::ServicesInMaintenance;
  static constexpr std::string_view name = "ServicesInMaintenance";
  static constexpr auto fields = std::tuple(field("total", &T::total), field("inMaintenance", &T::in_maintenance));
};
template <>
struct Described<json::MaintenanceStatus> {
  using T = json::MaintenanceStatus;
  static constexpr std::string_view name = "MaintenanceStatusResponse";
  static constexpr auto fields =
      std::tuple(field("maintenance", &T::maintenance),
                 field("ready", &T::ready, {.documentation = "All tasks have ended and all services rest"}),
                 field("services", &T::services, {.documentation = "By type of service"}));
};
template <>
struct Described<json::Nothing> {
  static constexpr std::string_view name = "Nothing";
  static constexpr auto fields = std::tuple();
};

}  // namespace gyr::web
