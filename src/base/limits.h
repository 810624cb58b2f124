// Limits that apply everywhere, each with its reason. The limits of a module are in the module.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gyr::base::limits {

/// Nesting of lists and maps in one Value. Recursive walks use the stack, about 200 bytes for each level; real data is
/// never nested this deep.
inline constexpr uint32_t value_depth = 256;

/// A string, list or map has at most this many characters or entries: sizes fit 32 bits with room for sums.
inline constexpr uint64_t value_size = 1ULL << 30;

/// A value whose encoded form is larger is stored once as a blob and referred to (principle: large values).
inline constexpr size_t blob_threshold_bytes = 64 * 1024;

}  // namespace gyr::base::limits
