#include "cluster/service_registry.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "base/id.h"
#include "base/log.h"
#include "cluster/liveness.h"

namespace gyr::executor {

using model::Service;
using model::ServiceState;

namespace {

/// More rows than any installation has.
constexpr size_t max_services = 10'000;
/// The coordinators of several servers should not check at the same time (OPS-7).
constexpr uint64_t jitter_ms = 500;

std::chrono::nanoseconds nanos(base::Duration duration) { return std::chrono::nanoseconds(duration.to_nanos()); }

}  // namespace

/// Ends when the last commit that uses it has ended.
struct ServiceRegistry::Beat {
  Beat(ServiceRegistry& owner, std::move_only_function<void()> when_done)
      : registry(owner), done(std::move(when_done)) {}
  Beat(const Beat&) = delete;
  Beat& operator=(const Beat&) = delete;
  ~Beat() {
    if (done) done();
    std::lock_guard lock(registry.mutex_);
    registry.open_beats_ -= 1;
    registry.idle_.notify_all();  // with the lock: after it is released, the registry can be destroyed
  }
  ServiceRegistry& registry;
  std::move_only_function<void()> done;
};

ServiceRegistry::ServiceRegistry(RegistryOptions options, RegistryServices services)
    : options_(std::move(options)), services_(std::move(services)) {}

Service ServiceRegistry::registered(model::ServiceType type, base::Instant now) const {
  Service service;
  service.id = base::make_id(now);
  service.type = type;
  service.server = options_.server;
  service.liveness = options_.liveness;
  service.created = service.updated = now;
  (void)service.change(ServiceState::created, now, "registered");  // a state can occur again
  return service;
}

void ServiceRegistry::join() {
  const base::Instant now = services_.clock.now();
  store::Batch batch;
  for (model::ServiceType type : options_.types) {
    own_.push_back(registered(type, now));
    batch.services.push_back(own_.back());
    batch.services.back().sequence = 1;
  }
  std::vector<Service> written = batch.services;
  if (auto done = services_.store.commit_and_wait(std::move(batch)); done) {
    own_ = std::move(written);
  } else {
    base::log::warn("cannot register the services of this server: {}", done.error().message());
  }
}

void ServiceRegistry::begin() {
  {
    std::lock_guard lock(mutex_);
    begun_ = true;
    reached_ = next_look_ = services_.loop.now();
    next_purge_ = reached_ + nanos(options_.purge_initial_delay);
  }
  services_.loop.post([this] { go_on(); });
}

// The first heartbeat sets RUNNING. If liveness is off, it is the only one.
void ServiceRegistry::go_on() {
  beat([this] {
    if (!options_.liveness.enabled) return;
    services_.loop.post([this] {
      services_.loop.start_timer(services_.loop.now() + nanos(options_.liveness.heartbeat_interval),
                                 [this] { go_on(); });
    });
  });
}

void ServiceRegistry::beat(std::move_only_function<void()> done) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_ || evicted_) return;
    open_beats_ += 1;
  }
  auto beat = std::make_shared<Beat>(*this, std::move(done));
  services_.store.read([this, beat](store::Reader& reader) { apply(reader, beat); });
}

void ServiceRegistry::apply(store::Reader& reader, std::shared_ptr<Beat> beat) {
  auto stored = reader.services(false, max_services);
  if (!stored) {
    base::log::warn("cannot read the services: {}", stored.error().message());
    return not_reached();
  }
  std::optional<bool> evicted;
  std::vector<Service> next;
  store::Batch others;
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    evicted = eviction(*stored);
    if (!evicted) next = next_own(services_.clock.now());
    if (!evicted) collect_others(reader, *stored, others);
  }
  if (evicted) return evict(*evicted);
  store::Batch batch;
  batch.services = next;
  services_.store.commit(std::move(batch), [this, beat, next = std::move(next)](base::Result<void> outcome) mutable {
    if (outcome) {
      std::lock_guard lock(mutex_);
      own_ = std::move(next);
      reached_ = services_.loop.now();
      // otherwise the next heartbeat reads the rows of the other servers
    } else if (outcome.error().code() != store::store_conflict) {
      base::log::warn("cannot store a heartbeat: {}", outcome.error().message());
      not_reached();
    }
  });
  if (others.empty()) return;
  services_.store.commit(std::move(others), [beat](base::Result<void> outcome) {
    if (!outcome && outcome.error().code() != store::store_conflict) {
      base::log::warn("cannot store the end of other services: {}", outcome.error().message());
    }
  });
}

std::optional<bool> ServiceRegistry::eviction(const std::vector<Service>& stored) {
  const base::Instant now = services_.clock.now();
  for (Service& own : own_) {
    const auto row = std::ranges::find(stored, own.id, &Service::id);
    const bool is_there = row != stored.end();     // otherwise it is INACTIVE or deleted
    if (!is_there && own.sequence == 0) continue;  // not registered yet
    if (is_there) {
      const bool lives = model::is_running(row->state) || row->state == ServiceState::error;
      if (lives && row->sequence != own.sequence) own = *row;  // of a heartbeat with an unknown result
      if (lives) continue;
      own.sequence = row->sequence;
    }
    const ServiceState state = is_there ? row->state : ServiceState::inactive;
    base::log::error("other servers see the {} of this server as {}", to_text(own.type), to_text(state));
    if (!own.server.standalone && own.type != model::ServiceType::webserver) {
      return state == ServiceState::not_running || state == ServiceState::inactive;
    }
    if (!is_there) own = registered(own.type, now);
    own.state = ServiceState::running;  // without the rules: no other service can replace it
    own.changed = now;
    own.events.push_back({now, own.state, "came back"});
  }
  return std::nullopt;
}

std::vector<Service> ServiceRegistry::next_own(base::Instant now) const {
  std::vector<Service> next = own_;
  for (Service& service : next) {
    if (begun_ && service.state == ServiceState::created) (void)service.change(ServiceState::running, now, "started");
    if (begun_ && goes_into_maintenance(service.type) && services_.in_maintenance) {
      const bool rests = services_.in_maintenance();
      const ServiceState wanted = rests ? ServiceState::maintenance : ServiceState::running;
      const bool may = service.state == ServiceState::running || service.state == ServiceState::maintenance;
      if (may && service.state != wanted)
        (void)service.change(wanted, now, rests ? "maintenance mode is on" : "maintenance mode is off");
    }
    service.updated = now;
    service.sequence += 1;
  }
  return next;
}

void ServiceRegistry::collect_others(store::Reader& reader, const std::vector<Service>& stored, store::Batch& batch) {
  const bool coordinates =
      begun_ && std::ranges::find(options_.types, model::ServiceType::executor) != options_.types.end();
  const base::MonotonicTime moment = services_.loop.now();
  if (!coordinates || moment < next_look_) return;
  next_look_ =
      moment + nanos(options_.liveness.interval) + std::chrono::milliseconds(base::secure_random() % jitter_ms);
  const base::Instant now = services_.clock.now();
  batch.services = changes_by_silence(stored, options_.server.id, now);
  for (Service& service : batch.services) {
    base::log::warn("the {} of server {} on {} is {}: {}", to_text(service.type), service.server.id,
                    service.server.hostname, to_text(service.state), service.events.back().value);
    service.sequence += 1;
  }
  if (moment < next_purge_) return;
  next_purge_ = moment + nanos(options_.purge_fixed_delay);
  auto all = reader.services(true, max_services);
  if (!all) return base::log::warn("cannot read the services: {}", all.error().message());
  std::erase_if(*all, [](const Service& service) { return service.state != ServiceState::inactive; });
  std::ranges::sort(*all, std::ranges::greater(), &Service::changed);
  for (size_t i = 0; i < all->size(); ++i) {
    const Service& service = (*all)[i];
    if (i >= max_inactive || now - service.changed > options_.purge_retention)
      batch.deleted_services.push_back(service.id);
  }
}

void ServiceRegistry::not_reached() {
  bool too_long = false;
  {
    std::lock_guard lock(mutex_);
    too_long = !options_.server.standalone && services_.loop.now() - reached_ > nanos(options_.liveness.timeout);
  }
  if (!too_long) return;
  base::log::error("the store did not respond within kestra.server.liveness.timeout");
  evict(false);
}

void ServiceRegistry::evict(bool replaced) {
  {
    std::lock_guard lock(mutex_);
    if (std::exchange(evicted_, true)) return;
  }
  services_.on_evicted(replaced);
}

void ServiceRegistry::leave() {
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    idle_.wait(lock, [this] { return open_beats_ == 0; });
  }
  write_states(ServiceState::terminating, "the server ends");
}

void ServiceRegistry::left(bool gracefully) {
  write_states(gracefully ? ServiceState::terminated_gracefully : ServiceState::terminated_forced,
               gracefully ? "nothing was running any more" : "the grace period was over");
}

void ServiceRegistry::write_states(ServiceState state, const char* reason) {
  base::Result<void> outcome;
  for (int attempt = 0; attempt < 2; ++attempt) {  // a second attempt with the row that another server has written
    const base::Instant now = services_.clock.now();
    store::Batch batch;
    for (const Service& own : own_) {
      Service next = own;
      if (next.state == ServiceState::created) (void)next.change(ServiceState::error, now, "it did not start");
      if (!next.change(state, now, reason)) continue;
      next.updated = now;
      next.sequence += 1;
      batch.services.push_back(std::move(next));
    }
    if (batch.empty()) return;
    std::vector<Service> written = batch.services;
    outcome = services_.store.commit_and_wait(std::move(batch));
    if (outcome) {
      own_ = std::move(written);
      return;
    }
    if (outcome.error().code() != store::store_conflict) break;
    auto reader = services_.store.open_reader();
    auto stored = reader ? (*reader)->services(true, max_services) : base::fail(reader.error());
    if (!stored) break;
    std::erase_if(own_, [&stored](Service& own) {
      const auto row = std::ranges::find(*stored, own.id, &Service::id);
      if (row != stored->end()) own = *row;
      return row == stored->end();
    });
  }
  base::log::warn("cannot store the state {} of the services of this server: {}", to_text(state),
                  outcome.error().message());
}

}  // namespace gyr::executor
