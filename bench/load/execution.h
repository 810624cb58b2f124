// What the generator reads from the API's JSON: which execution it is, how it stands and its own dates.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/instant.h"

namespace gyr::load {

/// An execution as an answer shows it (spec/05 API-62, API-63).
struct ExecutionView {
  std::string id;
  std::string state;
  std::optional<base::Instant> created;  ///< state.startDate
  std::optional<base::Instant> ended;    ///< state.endDate, only in a terminal state
  uint64_t task_runs = 0;
};

/// SUCCESS, WARNING, FAILED, KILLED, CANCELLED, SKIPPED or RETRIED.
bool is_terminal(std::string_view state);

/// Reads an Execution, ExecutionResponse or WebhookResponse; an error names what is missing or malformed.
base::Result<ExecutionView> parse_execution(std::string_view json);

/// `2026-11-20T10:06:07.213111675Z`, with any number of fraction digits up to nine; nothing on anything else.
std::optional<base::Instant> parse_utc(std::string_view text);

}  // namespace gyr::load
