// Resumes paused executions: finds the pause, validates its inputs and submits the command to the executor (TASK-39,
// EXEC-83).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "command/commands.h"
#include "engine/execution_state.h"
#include "host/task_calls.h"
#include "intake/starter.h"
#include "model/input_resolution.h"

namespace gyr::executor {

/// A paused execution for its resume. Keeps the flow of `inputs` alive.
struct PausedExecution {
  std::shared_ptr<const engine::CompiledFlow> flow;
  base::Id execution;
  base::Id task_run;  ///< none: paused manually
  std::string task_id;
  std::span<const model::Input> inputs;  ///< `onResume`
  base::Value roots;  ///< the names that their expressions can use besides `inputs`: outputs, vars, labels …
};

/// Thread-safe; stateless between calls. Callbacks run on a thread that answers. If the execution is not paused, the
/// error is GYR-E034 (EXEC-83); if inputs are invalid, GYR-E045, and it stays paused.
class Resumer final : public ExecutionActions {
 public:
  Resumer(store::Store& store, FlowCache& flows, Starter& starter, Commands& commands, const engine::Settings& settings,
          const base::Clock& clock);

  using Found = std::move_only_function<void(base::Result<PausedExecution>)>;
  /// The first pause of an execution of the tenant, or the pause of one task run.
  void find(std::string tenant, base::Id execution, base::Id task_run, Found done);
  /// Resolves the given values without changing anything.
  void check(const PausedExecution& paused, base::Value given, Starter::Resolved done);
  /// Validates the values and resumes. `reply`: see Commands::submit.
  void resume(PausedExecution paused, base::Value given, std::string by, ReplyTo<ResumeExecution> reply);

  void resume(model::FlowKey flow, base::Id execution, base::Value inputs,
              std::move_only_function<void(base::Result<base::Value>)> done) override;

 private:
  base::Result<PausedExecution> read(store::Reader& reader, const std::string& tenant, base::Id execution,
                                     base::Id task_run) const;
  base::Value roots(const engine::ExecutionState& state, const engine::RunState& run) const;

  store::Store& store_;
  FlowCache& flows_;
  Starter& starter_;
  Commands& commands_;
  const engine::Settings& settings_;
  const base::Clock& clock_;
};

}  // namespace gyr::executor
