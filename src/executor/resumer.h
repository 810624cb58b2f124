// Letting paused executions go on: what the pause asks for is found, checked, and handed to the executor (TASK-39,
// EXEC-83).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "executor/command.h"
#include "executor/host_service.h"
#include "executor/starter.h"
#include "model/input_resolution.h"

namespace gyr::executor {

/// A paused execution as whoever resumes it needs it. Keeps the flow alive that `inputs` stand in.
struct PausedExecution {
  std::shared_ptr<const engine::CompiledFlow> flow;
  base::Id execution;
  base::Id task_run;  ///< none: paused by hand
  std::string task_id;
  std::span<const model::Input> inputs;  ///< `onResume`
  base::Value roots;                     ///< what their expressions may name besides `inputs`: outputs, vars, labels …
};

/// Any thread; stateless between calls. Callbacks run on a thread that answers. What is not paused is GYR-E034
/// (EXEC-83), wrong inputs are GYR-E045, and it stays paused.
class Resumer final : public ExecutionActions {
 public:
  Resumer(store::Store& store, FlowCache& flows, Starter& starter, Executor& executor, const engine::Settings& settings,
          const base::Clock& clock);

  using Found = std::move_only_function<void(base::Result<PausedExecution>)>;
  /// The first pause of an execution of the tenant, or that of one task run.
  void find(std::string tenant, base::Id execution, base::Id task_run, Found done);
  /// What the given values come to; nothing is changed.
  void check(const PausedExecution& paused, base::Value given, Starter::Resolved done);
  /// Checks, and lets it go on. `reply` as Executor::submit gives it.
  void resume(PausedExecution paused, base::Value given, std::string by, Reply reply);

  void resume(model::FlowKey flow, base::Id execution, base::Value inputs,
              std::move_only_function<void(base::Result<base::Value>)> done) override;

 private:
  base::Result<PausedExecution> read(store::Reader& reader, const std::string& tenant, base::Id execution,
                                     base::Id task_run) const;
  base::Value roots(const engine::ExecutionState& state, const engine::RunState& run) const;

  store::Store& store_;
  FlowCache& flows_;
  Starter& starter_;
  Executor& executor_;
  const engine::Settings& settings_;
  const base::Clock& clock_;
};

}  // namespace gyr::executor
