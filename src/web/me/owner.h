// Whose documents a request is about.
#pragma once

#include <string>

#include "web/http/request.h"

namespace gyr::web {

/// The name under which things are kept for the caller. Without a login everybody is the same user.
inline std::string owner_of(const Request& request) {
  return request.identity().username.empty() ? "anonymous" : request.identity().username;
}

}  // namespace gyr::web
