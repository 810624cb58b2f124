// The lease of a partition's slots in a store that several servers share (TRIG-201; principle: leases).
#pragma once

#include <functional>
#include <optional>

#include "base/loop.h"
#include "store/store.h"

namespace gyr::executor {

/// Fixed for the life of a keeper.
struct LeaseOptions {
  uint16_t first_slot = 0;
  uint16_t last_slot = 0;
  std::string owner;
  base::Duration length = base::Duration::of_seconds(10);
};

/// What a keeper works with, and whom it tells.
struct LeaseServices {
  using Question = std::move_only_function<base::Result<store::Lease>(store::Store&)>;
  using Answered = std::move_only_function<void(base::Result<store::Lease>)>;
  base::Loop& loop;
  /// Asks the store on a thread that may block; the answer comes on the loop, or never once that has stopped.
  std::function<void(Question, Answered)> ask;
  std::function<void(store::Lease)> taken;  ///< the partition may be recovered under it
  std::function<void()> renewed;            ///< it may go on, had it stood still
  std::function<void()> lost;               ///< for good: the partition has to hand over
};

/// Asks for the slots until they are free, then renews three times in the length of the lease, until somebody else has
/// them. Loop thread only; the loop has stopped before it is destroyed.
class LeaseKeeper {
 public:
  LeaseKeeper(LeaseOptions options, LeaseServices services)
      : options_(std::move(options)), services_(std::move(services)) {}

  void begin() { acquire(); }
  /// Whether nobody else can have the slots by this machine's own clock, counted from before the store was asked. Where
  /// it is false the partition stands still: it begins nothing, not even what its last commit has made durable.
  bool holds() const { return lease_ && services_.loop.now() < good_until_; }
  /// What was taken and is not known to be lost.
  const std::optional<store::Lease>& lease() const { return lease_; }

 private:
  void acquire();
  void renew();
  void later(void (LeaseKeeper::*step)());

  LeaseOptions options_;
  LeaseServices services_;
  std::optional<store::Lease> lease_;
  base::MonotonicTime good_until_{};
};

}  // namespace gyr::executor
