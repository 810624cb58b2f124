// Which HTTP status an error is, and the words its message begins with: one table for all modules (API-40).
#pragma once

#include <string_view>

#include "base/error.h"

namespace gyr::web {

/// How an error is answered.
struct StatusRule {
  int status = 500;
  std::string_view prefix = {};  ///< `Illegal argument: ` …
  int retry_after_seconds = 0;   ///< 0: no Retry-After
};

/// An unknown code is a failure of ours: 500, and nothing of its message is told.
StatusRule status_of(base::ErrorCode code);

/// `Not Found`, `Unprocessable Entity` …
std::string_view status_title(int status);

}  // namespace gyr::web
