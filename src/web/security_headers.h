// The headers that tell browsers what they may do with an answer.
#pragma once

#include "net/http.h"

namespace gyr::web {

/// Adds them to an answer that is complete except for its body, whatever its status: `X-Content-Type-Options`,
/// `Referrer-Policy`, `X-Frame-Options` and `Content-Security-Policy`. A handler that has set one of them keeps its
/// own. JSON, plain text and event streams may load nothing and stand in no frame. Anything else, such as a file that a
/// task has made, is moreover put into a sandbox, so a browser never runs it as a part of this site. Any thread.
void add_security_headers(net::ServerResponse& response);

}  // namespace gyr::web
