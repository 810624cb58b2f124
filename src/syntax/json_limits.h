// What a JSON text may be, and the errors of one that may not.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/error.h"

namespace gyr::syntax {

inline constexpr base::ErrorCode json_malformed{"GYR-J001"};
inline constexpr base::ErrorCode json_limit_exceeded{"GYR-J002"};

/// Beyond these a text is refused with GYR-J002.
struct JsonLimits {
  size_t bytes = 256 * 1024 * 1024;
  uint32_t depth = 200;
};

}  // namespace gyr::syntax
