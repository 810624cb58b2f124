#include "cluster/lease_keeper.h"

#include <chrono>

#include "base/log.h"

namespace gyr::executor {
namespace {

std::chrono::nanoseconds in_nanos(base::Duration duration) { return std::chrono::nanoseconds(duration.to_nanos()); }

}  // namespace

void LeaseKeeper::later(void (LeaseKeeper::*step)()) {
  services_.loop.start_timer(services_.loop.now() + in_nanos(options_.length) / 3, [this, step] { (this->*step)(); });
}

void LeaseKeeper::acquire() {
  const base::MonotonicTime asked_at = services_.loop.now();
  store::LeaseRequest request{options_.first_slot, options_.last_slot, options_.owner, options_.length};
  services_.ask([request](store::Store& store) { return store.acquire_lease(request); },
                [this, asked_at](base::Result<store::Lease> lease) {
                  if (!lease) {
                    if (lease.error().code() != store::lease_held) {
                      base::log::warn("cannot acquire the lease of slots {} to {}: {}", options_.first_slot,
                                      options_.last_slot, lease.error().message());
                    }
                    return later(&LeaseKeeper::acquire);
                  }
                  lease_ = *lease;
                  good_until_ = asked_at + in_nanos(options_.length);
                  later(&LeaseKeeper::renew);
                  services_.taken(*lease);
                });
}

void LeaseKeeper::renew() {
  const base::MonotonicTime asked_at = services_.loop.now();
  const auto question = [lease = *lease_, length = options_.length](store::Store& store) -> base::Result<store::Lease> {
    GYR_CHECK(store.renew_lease(lease, length));
    return lease;
  };
  services_.ask(question, [this, asked_at](base::Result<store::Lease> lease) {
    if (!lease && lease.error().code() == store::lease_lost) {
      lease_.reset();
      return services_.lost();
    }
    later(&LeaseKeeper::renew);
    if (!lease) {
      base::log::warn("cannot renew the lease of slots {} to {}: {}", options_.first_slot, options_.last_slot,
                      lease.error().message());
      return;
    }
    good_until_ = asked_at + in_nanos(options_.length);
    services_.renewed();
  });
}

}  // namespace gyr::executor
