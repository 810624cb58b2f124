// Bounds of one execution: beyond them it fails with the name and value of the limit and stays readable
// (principle: bounded).
#include <fmt/format.h>

#include "base/probe.h"
#include "engine/lifecycle/lifecycle.h"

namespace gyr::engine {

using model::State;

std::optional<std::string> too_large(const base::Value& outputs, const ExecutionLimits& limits) {
  if (outputs.weight() > limits.run_outputs_bytes) {
    return fmt::format("have about {} bytes; at most {} are allowed", outputs.weight(), limits.run_outputs_bytes);
  }
  if (outputs.depth() > limits.outputs_depth) {
    return fmt::format("have {} levels of lists and maps; at most {} are allowed", outputs.depth(),
                       limits.outputs_depth);
  }
  return std::nullopt;
}

bool drop_large_outputs(Step& step, RunState& run) {
  auto problem = too_large(run.run.outputs, step.settings().execution);
  if (!problem) return false;
  GYR_PROBE("the outputs of a task run are too large");
  run.run.outputs = {};
  run.has_encrypted_outputs = false;
  step.log(run, model::LogLevel::error,
           fmt::format("the outputs {}. They are dropped: write large results to a file [{}]", *problem,
                       execution_limit.text));
  return true;
}

bool enforce_limits(Step& step) {
  const ExecutionLimits& limits = step.settings().execution;
  ExecutionState& state = step.state();
  State current = state.execution().state.current();
  if (model::is_terminated(current) || current == State::killing) return false;
  if (step.task_runs_exhausted()) {
    GYR_PROBE("an execution has all the task runs it may have");
    fail_execution(step,
                   fmt::format("the execution has {} task runs and needs another one; at most {} are allowed [{}]",
                               state.run_count(), limits.task_runs, execution_limit.text));
    return true;
  }
  uint64_t bytes = state.outputs_bytes() + state.execution().variables.weight();
  if (bytes > limits.outputs_bytes) {
    fail_execution(
        step,
        fmt::format("the outputs and variables of the execution have about {} bytes in total; at most {} are allowed. "
                    "Write large results to files [{}]",
                    bytes, limits.outputs_bytes, execution_limit.text));
    return true;
  }
  return false;
}

}  // namespace gyr::engine
