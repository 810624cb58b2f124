// Leases: the right to change the rows of a range of slots (principle: leases).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/instant.h"

namespace gyr::store {

/// The right of one owner to change all rows of a range of slots. Each batch of the owner contains it. An owner that
/// was suspended and continues after a takeover can no longer write (TRIG-201).
struct Lease {
  uint16_t first_slot = 0;
  uint16_t last_slot = 0;
  uint64_t epoch = 0;  ///< higher with every owner; 0: none

  explicit operator bool() const { return epoch != 0; }
  friend bool operator==(const Lease&, const Lease&) = default;
};

/// The request of a server.
struct LeaseRequest {
  uint16_t first_slot = 0;
  uint16_t last_slot = 0;
  std::string owner;                     ///< shown to users if the lease is held
  std::optional<base::Duration> length;  ///< none: until it is released or the store is closed
};

/// The leases of a store that only one process uses: no other process can request them, so they are not stored. Not
/// thread-safe: used on the thread that applies batches.
class LeaseTable {
 public:
  base::Result<Lease> acquire(const LeaseRequest& request, base::Instant now);
  base::Result<void> renew(const Lease& lease, base::Duration length, base::Instant now);
  void release(const Lease& lease);
  /// Whether a batch with this lease can be applied. An expired lease is valid until another owner takes over.
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
