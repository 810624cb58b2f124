// Running a pure task inside a step (principle: pure tasks run ahead).
#pragma once

#include <optional>
#include <vector>

#include "engine/execution_state.h"
#include "engine/step.h"
#include "plugin/task_type.h"

namespace gyr::engine {

/// What an inline run gave.
struct InlineResult {
  plugin::TaskResult result;
  std::vector<model::LogEntry> logs;  ///< with sequences that follow the run's
  std::vector<model::MetricEntry> metrics;
  uint32_t log_sequence = 0;
};

/// Runs the task's coroutine now. Nothing where its rendering turned out not to be pure, or it suspended: then nothing
/// has happened and a worker runs it.
std::optional<InlineResult> run_inline(Step& step, RunState& run);

/// Splits a log message at 15,360 characters and appends the lines, all of the same moment (EXEC-121). Gives the
/// last sequence used.
uint32_t append_log_lines(std::vector<model::LogEntry>& out, model::LogEntry line, std::string_view message);

}  // namespace gyr::engine
