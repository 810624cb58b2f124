// The services of this process: registers them, sends their heartbeats, and checks those of other processes (EXEC-132,
// OPS-7, OPS-9).
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/loop.h"
#include "model/service.h"
#include "store/store.h"

namespace gyr::executor {

/// The settings of a registry. They do not change.
struct RegistryOptions {
  model::ServerIdentity server;
  std::vector<model::ServiceType> types;
  model::ServiceLiveness liveness;
  base::Duration purge_retention = base::Duration::of_seconds(7 * 86'400);  ///< how long INACTIVE services are kept
  base::Duration purge_initial_delay = base::Duration::of_seconds(3'600);
  base::Duration purge_fixed_delay = base::Duration::of_seconds(3'600);
};

/// The services that a registry uses. All must outlive it.
struct RegistryServices {
  store::Store& store;
  const base::Clock& clock;
  base::Loop& loop;
  /// Other servers consider the worker of this server dead, or the store did not respond within the timeout: the server
  /// must stop. True: its tasks already run elsewhere. Called at most once, on any thread. Never called for a server
  /// with all services in one process, which continues.
  std::function<void(bool replaced)> on_evicted;
  /// Whether the services that process work must be in MAINTENANCE (OPS-12): executors, indexers and workers. Empty:
  /// never. Thread-safe.
  std::function<bool()> in_maintenance = {};
};

/// A heartbeat reads the services that are not INACTIVE and writes those of this process; a second commit writes the
/// state changes of services without heartbeats. Every write refers to the row that was read, so that only one of two
/// servers succeeds. Call the constructor, join, begin and leave in this order; the loop must have stopped before the
/// registry is destroyed.
class ServiceRegistry {
 public:
  /// Beyond this number, the oldest INACTIVE services are deleted early.
  static constexpr size_t max_inactive = 1'000;

  ServiceRegistry(RegistryOptions options, RegistryServices services);

  /// Registers the services as CREATED; if they cannot be stored now, a later heartbeat does it. Blocks.
  void join();
  /// Sets the services to RUNNING and starts the heartbeats. Thread-safe.
  void begin();
  /// Sets TERMINATING and stops the heartbeats. Blocks; do not call it on the loop or on a thread of the store.
  void leave();
  /// Sets the final state, after leave(). Blocks.
  void left(bool gracefully);

  /// One heartbeat; `done` runs on any thread when its commits have ended.
  void beat(std::move_only_function<void()> done);

 private:
  struct Beat;
  void go_on();
  void apply(store::Reader& reader, std::shared_ptr<Beat> beat);
  /// Compares the stored rows with the own services, which take over their numbers. Returns a value if the server must
  /// stop: true if it is already replaced.
  std::optional<bool> eviction(const std::vector<model::Service>& stored);
  model::Service registered(model::ServiceType type, base::Instant now) const;
  std::vector<model::Service> next_own(base::Instant now) const;
  void collect_others(store::Reader& reader, const std::vector<model::Service>& stored, store::Batch& batch);
  void not_reached();
  void evict(bool replaced);
  void write_states(model::ServiceState state, const char* reason);

  RegistryOptions options_;
  RegistryServices services_;
  std::mutex mutex_;
  std::condition_variable idle_;
  std::vector<model::Service> own_;  // as stored
  bool begun_ = false;
  bool stopping_ = false;
  bool evicted_ = false;
  size_t open_beats_ = 0;
  base::MonotonicTime reached_{};
  base::MonotonicTime next_look_{};
  base::MonotonicTime next_purge_{};
};

}  // namespace gyr::executor
