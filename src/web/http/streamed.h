// Answers that are written while they are sent (API-49).
#pragma once

#include <functional>
#include <string>

#include "base/error.h"
#include "base/task.h"
#include "net/http.h"

namespace gyr::web {

/// Gives the next piece of an answer; empty at the end. It is called on the loop of the request, one call at a time,
/// and is destroyed when the client is gone.
using NextPiece = std::function<base::Task<base::Result<std::string>>()>;

/// Adds the pieces to an answer. The first is awaited before the answer starts, so that its error is a refusal.
base::Task<base::Result<net::ServerResponse>> streamed(net::ServerResponse response, NextPiece next);

}  // namespace gyr::web
