// The weight of a log line on its way from a worker to the store.
#pragma once

#include <cstdint>

#include "model/execution.h"

namespace gyr::protocol {

/// The approximate size of a line without its text, in bytes. Without it, a window of bytes would admit any number of
/// short lines.
inline constexpr uint64_t log_line_bytes = 100;

/// The worker and the server use the same weights (LogStored).
inline uint64_t weight_of(const model::LogEntry& line) { return log_line_bytes + line.message.size(); }

}  // namespace gyr::protocol
