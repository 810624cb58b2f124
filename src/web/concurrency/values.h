// The concurrency limits of flows, as JSON.
#pragma once

#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// A flow with a limit, and how many of its executions run.
struct ConcurrencyLimit {
  std::string tenant_id;
  std::string namespace_;
  std::string flow_id;
  uint64_t running = 0;
};

}  // namespace json

template <>
struct Described<json::ConcurrencyLimit> {
  using T = json::ConcurrencyLimit;
  static constexpr std::string_view name = "ConcurrencyLimit";
  static constexpr auto fields =
      std::tuple(field("tenantId", &T::tenant_id, {.example = "main"}), field("namespace", &T::namespace_),
                 field("flowId", &T::flow_id, {.example = "load"}),
                 field("running", &T::running, {.documentation = "The executions that hold a slot"}));
};

}  // namespace gyr::web
