// The security headers of answers.
#pragma once

#include "net/http.h"

namespace gyr::web {

/// Adds the headers to an answer that is complete except for its body, for all statuses: `X-Content-Type-Options`,
/// `Referrer-Policy`, `X-Frame-Options` and `Content-Security-Policy`. A header that a handler has set is kept. JSON,
/// plain text and event streams cannot load resources or be embedded in frames. Anything else, such as a file that a
/// task has created, also gets a sandbox, so that a browser never runs it as part of this site. Thread-safe.
void add_security_headers(net::ServerResponse& response);

}  // namespace gyr::web
