// What the silence of services means: the rules of the coordinator (OPS-7).
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "model/service.h"

namespace gyr::executor {

/// The services whose state changes now, as they are then, each by one step: silent ones are DISCONNECTED; those that
/// are, or that end, beyond their grace period NOT_RUNNING; those INACTIVE. Services of `own_server` are left alone.
std::vector<model::Service> changes_by_silence(std::span<const model::Service> services, std::string_view own_server,
                                               base::Instant now);

}  // namespace gyr::executor
