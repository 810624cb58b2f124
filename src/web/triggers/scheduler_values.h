// The triggers of this process, as JSON (TRIG-208).
#pragma once

#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// A trigger with its next date; null where there is none.
struct Schedulable {
  std::string tenant_id;
  std::string flow_namespace;
  std::string flow_id;
  std::optional<int32_t> flow_revision;
  std::string trigger_id;
  base::Value type;
  bool disabled = false;
  base::Value next;
};
/// A page of triggers.
struct Scheduler {
  uint64_t schedulable_count = 0;
  std::vector<Schedulable> schedulable;
};

}  // namespace json

template <>
struct Described<json::Schedulable> {
  using T = json::Schedulable;
  static constexpr std::string_view name = "Schedulable";
  static constexpr auto fields = std::tuple(
      field("tenantId", &T::tenant_id), field("flowNamespace", &T::flow_namespace), field("flowId", &T::flow_id),
      field("flowRevision", &T::flow_revision), field("triggerId", &T::trigger_id), field("type", &T::type),
      field("disabled", &T::disabled), field("next", &T::next, {.documentation = "A date-time"}));
};
template <>
struct Described<json::Scheduler> {
  using T = json::Scheduler;
  static constexpr std::string_view name = "Scheduler";
  static constexpr auto fields =
      std::tuple(field("schedulableCount", &T::schedulable_count), field("schedulable", &T::schedulable));
};

}  // namespace gyr::web
