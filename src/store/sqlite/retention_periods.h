// How long the store keeps data that is over.
#pragma once

#include <cstdint>

namespace gyr::store {

/// Retention periods (docs/limits.md). 0 keeps the data for ever.
struct Retention {
  int32_t execution_days = 30;  ///< after their end; includes task runs, logs, metrics
  int32_t idempotency_days = 7;
  int32_t deleted_key_days = 30;  ///< how long the revision of a deleted key is kept (KV-7)
};

}  // namespace gyr::store
