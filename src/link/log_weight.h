// What a log line counts for on its way from a worker into the store.
#pragma once

#include <cstdint>

#include "model/execution.h"

namespace gyr::link {

/// About what it takes beside its text; without it a window of bytes would hold any number of short lines.
inline constexpr uint64_t log_line_bytes = 100;

/// Worker and server count alike (LogStored).
inline uint64_t weight_of(const model::LogEntry& line) { return log_line_bytes + line.message.size(); }

}  // namespace gyr::link
