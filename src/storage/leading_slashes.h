// What became of objects whose keys begin with a slash (STOR-7).
#pragma once

#include <cstdint>

namespace gyr::storage {

/// Counts of one run over an object store.
struct LeadingSlashes {
  uint64_t moved = 0;  ///< now under the key without it
  uint64_t there = 0;  ///< exist under that key with the same content; the old object was removed
  uint64_t kept = 0;   ///< another object exists: both were kept
};

}  // namespace gyr::storage
