#include "cluster/liveness.h"

#include <optional>
#include <string>
#include <utility>

namespace gyr::executor {

using model::Service;
using model::ServiceState;

namespace {

struct StateChange {
  ServiceState to;
  std::string reason;
};

bool is_silent(const Service& service, base::Instant now) {
  return service.liveness.enabled && now - service.updated > service.liveness.timeout &&
         now - service.created > service.liveness.initial_delay;
}

std::optional<StateChange> change_of(const Service& service, base::Instant now) {
  using enum ServiceState;
  const bool grace_is_over = now - service.changed > service.liveness.termination_grace;
  switch (service.state) {
    case created:
    case running:
    case maintenance:
      if (is_silent(service, now)) return StateChange{disconnected, "no heartbeat within the timeout"};
      return std::nullopt;
    case error:  // its process ends, or has ended
      if (is_silent(service, now)) return StateChange{terminating, "in error, and no heartbeat within the timeout"};
      return std::nullopt;
    case disconnected:
    case terminating:
    case terminated_forced:
      if (grace_is_over) return StateChange{not_running, "the grace period is over"};
      return std::nullopt;
    case terminated_gracefully:
      // No work of the worker is needed any more.
      if (service.type == model::ServiceType::worker || grace_is_over) return StateChange{not_running, "it has ended"};
      return std::nullopt;
    case not_running: return StateChange{inactive, "it is gone"};
    case inactive: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Service> changes_by_silence(std::span<const Service> services, std::string_view own_server,
                                        base::Instant now) {
  std::vector<Service> changed;
  for (const Service& service : services) {
    if (service.server.id == own_server) continue;
    auto change = change_of(service, now);
    if (!change) continue;
    Service next = service;
    if (next.change(change->to, now, std::move(change->reason))) changed.push_back(std::move(next));
  }
  return changed;
}

}  // namespace gyr::executor
