// Runs a pure task inside a step (principle: pure tasks run ahead).
#pragma once

#include <optional>
#include <vector>

#include "engine/execution_state.h"
#include "engine/step.h"
#include "plugin_api/task_type.h"

namespace gyr::engine {

/// The result of an inline run.
struct InlineResult {
  plugin::TaskResult result;
  std::vector<model::LogEntry> logs;  ///< the sequence numbers continue those of the run
  std::vector<model::MetricEntry> metrics;
  uint32_t log_sequence = 0;
};

/// Runs the coroutine of the task now. Returns nothing if its rendering is not pure or the coroutine suspended. In this
/// case there are no effects, and a worker runs the task.
std::optional<InlineResult> run_inline(Step& step, RunState& run);

/// Splits a log message at 15,360 characters and appends the lines, all with the same time (EXEC-121). Returns the last
/// sequence number used.
uint32_t append_log_lines(std::vector<model::LogEntry>& out, model::LogEntry line, std::string_view message);

}  // namespace gyr::engine
