// The request of the expression function `http` (EXPR-279).
#pragma once

#include "base/cancel.h"
#include "base/error.h"
#include "base/loop.h"
#include "base/task.h"
#include "base/value.h"
#include "plugin_api/run_context.h"

namespace gyr::plugins::core {

inline constexpr base::ErrorCode http_function_failed{"GYR-P041"};

/// Sends the request that the arguments of the call describe (uri, method, query, body, contentType, headers, options,
/// accept), as the HTTP tasks do. Returns the body of the response: JSON and YAML as values, anything else as text. An
/// error if there is no response or if its status is 400 or more. Runs on the loop; `client` outlives it.
base::Task<base::Result<base::Value>> http_function(plugin::HttpClient* client, base::Loop* loop, base::Instant now,
                                                    base::CancelToken cancel, base::Value arguments);

}  // namespace gyr::plugins::core
