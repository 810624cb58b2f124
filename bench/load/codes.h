// What can go wrong in the generator. These codes stay inside the tool: people see the messages.
#pragma once

#include "base/error.h"

namespace gyr::load {

inline constexpr base::ErrorCode bad_option{"load-option"};
inline constexpr base::ErrorCode bad_answer{"load-answer"};
inline constexpr base::ErrorCode connection_failed{"load-connection"};
inline constexpr base::ErrorCode system_failed{"load-system"};

}  // namespace gyr::load
