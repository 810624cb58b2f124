// Codes of what can be wrong with a configuration. Each has a page in docs/errors/.
#pragma once

#include "base/error.h"

namespace gyr::main {

inline constexpr base::ErrorCode bad_configuration{"GYR-C001"};  ///< a value cannot be used, or the file cannot be read
inline constexpr base::ErrorCode unknown_key{"GYR-C002"};        ///< neither this program nor Kestra has the key
inline constexpr base::ErrorCode unused_key{"GYR-C003"};  ///< a key of Kestra that has no effect here, or an old one
inline constexpr base::ErrorCode unset_variable{"GYR-C004"};  ///< `${NAME}` of a variable that is not set

}  // namespace gyr::main
