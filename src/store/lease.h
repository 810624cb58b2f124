// Who may change what belongs to a range of slots (principle: leases).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/instant.h"

namespace gyr::store {

/// The right of one owner to change everything of a range of slots. Each batch of the owner names it: who was paused
/// and wakes behind a takeover cannot write any more (TRIG-201).
struct Lease {
  uint16_t first_slot = 0;
  uint16_t last_slot = 0;
  uint64_t epoch = 0;  ///< higher with every owner; 0: none

  explicit operator bool() const { return epoch != 0; }
  friend bool operator==(const Lease&, const Lease&) = default;
};

/// What a server asks for.
struct LeaseRequest {
  uint16_t first_slot = 0;
  uint16_t last_slot = 0;
  std::string owner;                     ///< for people who read that it is held
  std::optional<base::Duration> length;  ///< none: until it is released or the store is closed
};

/// The leases of a store that one process has to itself: nobody else can ask for them, so they need not outlive it. One
/// thread at a time, the one that applies batches.
class LeaseTable {
 public:
  base::Result<Lease> acquire(const LeaseRequest& request, base::Instant now);
  base::Result<void> renew(const Lease& lease, base::Duration length, base::Instant now);
  void release(const Lease& lease);
  /// Whether a batch under this lease may be applied. One that has run out counts until somebody takes over.
  base::Result<void> check(const Lease& lease) const;

 private:
  struct Held {
    Lease lease;
    std::string owner;
    std::optional<base::Instant> until;
  };
  std::vector<Held> held_;
  uint64_t last_epoch_ = 0;
};

}  // namespace gyr::store
