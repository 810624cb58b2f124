// The lines by which a script talks to its task: `::{"outputs":{…}}::` (SCRIPT-30).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "model/execution.h"

namespace gyr::plugins::script {

inline constexpr base::ErrorCode bad_protocol_line{"GYR-P030"};

/// The content of one such line.
struct ProtocolMessage {
  struct Metric {
    model::MetricType type = model::MetricType::counter;
    std::string name;
    double value = 0;  ///< of a timer in milliseconds
    base::Value tags;  ///< a map of texts
  };
  struct Log {
    model::LogLevel level = model::LogLevel::info;
    std::string message;
  };
  base::Value outputs;            ///< a map, or null
  base::Value encrypted_outputs;  ///< a map, or null
  std::vector<Metric> metrics;
  std::vector<Log> logs;
};

/// The JSON between the colons where the whole line has the form of the protocol.
std::optional<std::string_view> protocol_text(std::string_view line);

/// Reads it. What it does not know is ignored; what it knows must be right, or the whole line counts for nothing. Only
/// the first JSON value is read: some programs glue lines together.
base::Result<ProtocolMessage> parse_protocol(std::string_view json);

}  // namespace gyr::plugins::script
