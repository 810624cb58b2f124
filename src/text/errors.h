// The codes of errors that texts, patterns and time zones lead to.
#pragma once

#include "base/error.h"

namespace gyr::text {

inline constexpr base::ErrorCode evaluation_failed{"GYR-X003"};  ///< EXPR-362
inline constexpr base::ErrorCode limit_exceeded{"GYR-X004"};     ///< EXPR-372

}  // namespace gyr::text
