// The rules for services without heartbeats (OPS-7).
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "model/service.h"

namespace gyr::executor {

/// Returns the services whose state changes now, with the new state, one step each: services without a heartbeat become
/// DISCONNECTED; DISCONNECTED and ending services become NOT_RUNNING after their grace period; then INACTIVE. Services
/// of `own_server` are excluded.
std::vector<model::Service> changes_by_silence(std::span<const model::Service> services, std::string_view own_server,
                                               base::Instant now);

}  // namespace gyr::executor
