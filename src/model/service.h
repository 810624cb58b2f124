// The services of a server, as they register themselves and report that they are alive (EXEC-132, OPS-6).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "base/value.h"

namespace gyr::model {

enum class ServiceType : uint8_t { executor, indexer, scheduler, webserver, worker };
std::string_view to_text(ServiceType type);
std::optional<ServiceType> parse_service_type(std::string_view text);

enum class ServiceState : uint8_t {
  created,
  running,
  error,
  disconnected,
  terminating,
  terminated_gracefully,
  terminated_forced,
  not_running,
  inactive,
  maintenance,
};
std::string_view to_text(ServiceState state);
/// `EMPTY` of older releases is INACTIVE.
std::optional<ServiceState> parse_service_state(std::string_view text);
/// CREATED, RUNNING, MAINTENANCE.
bool is_running(ServiceState state);
/// Executors, indexers and workers: those that maintenance mode keeps from work (OPS-12).
bool goes_into_maintenance(ServiceType type);
/// The table of OPS-6; a state may always repeat.
bool may_become(ServiceState from, ServiceState to);

/// Of one process: the instance that its services belong to.
struct ServerIdentity {
  std::string id;
  bool standalone = true;  ///< all services in one process
  std::string version;
  std::string hostname;
};

/// The heartbeat of a service, and how long it may be missing (`kestra.server.liveness`).
struct ServiceLiveness {
  bool enabled = true;
  base::Duration interval = base::Duration::of_seconds(5);
  base::Duration timeout = base::Duration::of_seconds(45);
  base::Duration initial_delay = base::Duration::of_seconds(45);
  base::Duration heartbeat_interval = base::Duration::of_seconds(3);
  base::Duration termination_grace = base::Duration::of_seconds(300);
};

/// One service. If it does not report, another process may change its state.
struct Service {
  /// The newest are kept: a service has few.
  static constexpr size_t max_events = 20;

  base::Id id;
  ServiceType type = ServiceType::worker;
  ServiceState state = ServiceState::created;
  ServerIdentity server;
  ServiceLiveness liveness;
  base::Instant created;
  base::Instant updated;  ///< its last heartbeat
  base::Instant changed;  ///< of its state
  int64_t sequence = 0;   ///< version of the row: a writer names the version that it has read
  struct Event {
    base::Instant at;
    ServiceState state = ServiceState::created;
    std::string value;  ///< why
  };
  std::vector<Event> events;

  /// Nothing happens, and false is returned, where the table does not allow it.
  bool change(ServiceState to, base::Instant now, std::string reason);
};

/// As the interface shows it and the store keeps it.
base::Value to_value(const Service& service);
/// Nothing if the value is not valid.
std::optional<Service> service_of(const base::Value& value);

}  // namespace gyr::model
