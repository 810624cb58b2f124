// Log entries as lines for people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/execution.h"

namespace gyr::cli {

/// `12:00:00.123 INFO  task-id  message`, in UTC; further lines of the message stand below its beginning. Without line
/// ends. `who`: the task, or what else the line is from.
std::vector<std::string> log_lines(const model::LogEntry& entry, std::string_view who, bool color);

}  // namespace gyr::cli
