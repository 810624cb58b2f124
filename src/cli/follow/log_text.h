// Formats log entries as lines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/execution.h"

namespace gyr::cli {

/// `12:00:00.123 INFO  task-id  message`, in UTC; further lines of the message are aligned below the first one. Without
/// line breaks. `who` is the task, or another source of the line.
std::vector<std::string> log_lines(const model::LogEntry& entry, std::string_view who, bool color);

}  // namespace gyr::cli
