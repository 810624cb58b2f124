// Finds a free port.
#pragma once

#include <cstdint>

#include "base/error.h"

namespace gyr::net {

inline constexpr base::ErrorCode no_free_port{"GYR-N020"};

/// A TCP port of the loopback interface that was free a moment ago (EXPR-302). Somebody else may take it before its
/// user does.
base::Result<uint16_t> free_port();

}  // namespace gyr::net
