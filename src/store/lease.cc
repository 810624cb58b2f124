#include "store/lease.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/execution.h"
#include "store/api/errors.h"

namespace gyr::store {

base::Result<Lease> LeaseTable::acquire(const LeaseRequest& request, base::Instant now) {
  if (request.first_slot > request.last_slot || request.last_slot >= model::slot_count) {
    return base::fail(store_failed,
                      fmt::format("invalid range of slots: {} to {}", request.first_slot, request.last_slot));
  }
  const auto overlaps = [&](const Held& held) {
    return held.lease.first_slot <= request.last_slot && request.first_slot <= held.lease.last_slot;
  };
  for (const Held& held : held_) {
    if (!overlaps(held) || (held.until && *held.until <= now)) continue;
    return base::fail(lease_held, fmt::format("slots {} to {} are leased by {}", held.lease.first_slot,
                                              held.lease.last_slot, held.owner));
  }
  std::erase_if(held_, overlaps);
  const Lease lease{request.first_slot, request.last_slot, ++last_epoch_};
  held_.push_back({lease, request.owner, request.length ? std::optional(now + *request.length) : std::nullopt});
  return lease;
}

base::Result<void> LeaseTable::renew(const Lease& lease, base::Duration length, base::Instant now) {
  GYR_CHECK(check(lease));
  std::ranges::find(held_, lease, &Held::lease)->until = now + length;
  return {};
}

void LeaseTable::release(const Lease& lease) {
  std::erase_if(held_, [&lease](const Held& held) { return held.lease == lease; });
}

base::Result<void> LeaseTable::check(const Lease& lease) const {
  if (std::ranges::find(held_, lease, &Held::lease) != held_.end()) return {};
  return base::fail(lease_lost,
                    fmt::format("another server now owns slots {} to {}", lease.first_slot, lease.last_slot));
}

}  // namespace gyr::store
