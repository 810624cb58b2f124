// The services of this process: they register, tell that they live, and look after those of others (EXEC-132, OPS-7,
// OPS-9).
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

/// Fixed for the life of a registry.
struct RegistryOptions {
  model::ServerIdentity server;
  std::vector<model::ServiceType> types;
  model::ServiceLiveness liveness;
  base::Duration purge_retention =
      base::Duration::of_seconds(7 * 86'400);  ///< how long INACTIVE services are remembered
  base::Duration purge_initial_delay = base::Duration::of_seconds(3'600);
  base::Duration purge_fixed_delay = base::Duration::of_seconds(3'600);
};

/// What a registry works with; everything outlives it.
struct RegistryServices {
  store::Store& store;
  const base::Clock& clock;
  base::Loop& loop;
  /// Others hold this server's worker for dead, or the store could not be reached for longer than the timeout: it has
  /// to stop. With true its tasks run elsewhere already. Once at most, on any thread. Never for a server whose services
  /// are all in one process: it goes on.
  std::function<void(bool replaced)> on_evicted;
  /// Whether what works is to be in MAINTENANCE (OPS-12): executors, indexers and workers. Empty: never. Any thread.
  std::function<bool()> in_maintenance = {};
};

/// One beat reads the services that are not INACTIVE and writes those of this process; another commit holds what the
/// silence of others means. Every write names the row it was read from, so that of two servers one decides. Made,
/// joined, begun, left in this order; the loop has stopped before it is destroyed.
class ServiceRegistry {
 public:
  /// INACTIVE services beyond the newest of these are forgotten before their time.
  static constexpr size_t max_inactive = 1'000;

  ServiceRegistry(RegistryOptions options, RegistryServices services);

  /// Registers the services as CREATED; where that cannot be stored now, a later beat does it. Blocks.
  void join();
  /// They are RUNNING; beats from now on. Any thread.
  void begin();
  /// TERMINATING, and no more beats. Blocks; not on the loop, nor on a thread of the store.
  void leave();
  /// The end, after leave(). Blocks.
  void left(bool gracefully);

  /// One beat; `done` runs on any thread when its commits have ended.
  void beat(std::move_only_function<void()> done);

 private:
  struct Beat;
  void go_on();
  void apply(store::Reader& reader, std::shared_ptr<Beat> beat);
  /// What the stored rows say of the own ones, which take their numbers over. Where the server has to stop: whether it
  /// is replaced already.
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
  std::vector<model::Service> own_;  // as they are stored
  bool begun_ = false;
  bool stopping_ = false;
  bool evicted_ = false;
  size_t open_beats_ = 0;
  base::MonotonicTime reached_{};
  base::MonotonicTime next_look_{};
  base::MonotonicTime next_purge_{};
};

}  // namespace gyr::executor
