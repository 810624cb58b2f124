// The text form of a position in a log, for clients.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "store/api/logs.h"

namespace gyr::store {

/// Encodes the cursor with letters, digits, `-` and `_`, about 27 characters per source. Clients send it back
/// unchanged. The form is stable: later versions can read it. Thread-safe.
std::string to_text(const LogCursor& cursor);
/// Fails with bad_query for any text that to_text() does not return.
base::Result<LogCursor> parse_log_cursor(std::string_view text);

}  // namespace gyr::store
