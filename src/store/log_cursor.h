// The text form of a place in a log, for clients.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "store/query.h"

namespace gyr::store {

/// The cursor as letters, digits, `-` and `_`, about 27 characters for each source. Clients give it back as it is. The
/// form is stable: a later version reads it, too. Any thread.
std::string to_text(const LogCursor& cursor);
/// Refuses (bad_query) anything that to_text() does not give.
base::Result<LogCursor> parse_log_cursor(std::string_view text);

}  // namespace gyr::store
