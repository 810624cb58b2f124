// What became of objects whose keys begin with a slash (STOR-7).
#pragma once

#include <cstdint>

namespace gyr::storage {

/// Counts of one run over an object store.
struct LeadingSlashes {
  uint64_t moved = 0;  ///< now under the key without it
  uint64_t there = 0;  ///< were there under that key with the same content; the old one was removed
  uint64_t kept = 0;   ///< something else is there: both were left as they are
};

}  // namespace gyr::storage
