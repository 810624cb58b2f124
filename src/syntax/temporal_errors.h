// The errors of texts that are not a date, a time or a duration.
#pragma once

#include "base/error.h"

namespace gyr::syntax {

inline constexpr base::ErrorCode bad_duration{"GYR-T001"};
inline constexpr base::ErrorCode bad_date{"GYR-T002"};

}  // namespace gyr::syntax
