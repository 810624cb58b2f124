// The HTTP status and the message prefix of each error: one table for all modules (API-40).
#pragma once

#include <string_view>

#include "base/error.h"

namespace gyr::web {

/// The answer for an error.
struct StatusRule {
  int status = 500;
  std::string_view prefix = {};  ///< `Illegal argument: ` …
  int retry_after_seconds = 0;   ///< 0: no Retry-After
};

/// An unknown code is an internal error: 500, without its message.
StatusRule status_of(base::ErrorCode code);

/// `Not Found`, `Unprocessable Entity` …
std::string_view status_title(int status);

}  // namespace gyr::web
