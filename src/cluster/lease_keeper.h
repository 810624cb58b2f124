// The lease of a partition's slots in a store that several servers share (TRIG-201; principle: leases).
#pragma once

#include <functional>
#include <optional>

#include "base/loop.h"
#include "store/store.h"

namespace gyr::executor {

/// The settings of a keeper. They do not change.
struct LeaseOptions {
  uint16_t first_slot = 0;
  uint16_t last_slot = 0;
  std::string owner;
  base::Duration length = base::Duration::of_seconds(10);
};

/// The services and callbacks of a keeper.
struct LeaseServices {
  using Question = std::move_only_function<base::Result<store::Lease>(store::Store&)>;
  using Answered = std::move_only_function<void(base::Result<store::Lease>)>;
  base::Loop& loop;
  /// Accesses the store on a thread that may block. The answer arrives on the loop, or never if the loop has stopped.
  std::function<void(Question, Answered)> ask;
  std::function<void(store::Lease)> taken;  ///< the partition can be recovered under this lease
  std::function<void()> renewed;            ///< the partition can continue if it was stopped
  std::function<void()> lost;               ///< the lease is lost for good: the partition must be handed over
};

/// Tries to acquire the slots until they are free, then renews the lease three times per lease period, until another
/// server owns the slots. Use it only on the loop; the loop must have stopped before the keeper is destroyed.
class LeaseKeeper {
 public:
  LeaseKeeper(LeaseOptions options, LeaseServices services)
      : options_(std::move(options)), services_(std::move(services)) {}

  void begin() { acquire(); }
  /// Whether, by the clock of this machine, no other server can own the slots. The period is counted from before the
  /// request to the store. If it is false, the partition stops: it processes nothing, not even the effects of its last
  /// commit.
  bool holds() const { return lease_ && services_.loop.now() < good_until_; }
  /// The lease that was acquired and is not known to be lost.
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
