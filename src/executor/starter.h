// Starting executions: the flow is found, labels and inputs are resolved, checks are made, then the executor is asked
// (FLOW-27, FLOW-51, FLOW-86, API-80).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "executor/command.h"
#include "executor/executor.h"
#include "executor/flow_cache.h"
#include "executor/host_service.h"
#include "executor/input_resolver.h"
#include "model/input_resolution.h"

namespace gyr::executor {

inline constexpr base::ErrorCode invalid_inputs{"GYR-E045"};  ///< 422: every wrong input in one message (FLOW-28)
inline constexpr base::ErrorCode checks_failed{"GYR-E046"};   ///< 422: a check blocks the start (FLOW-86)

/// Everything about one execution that is to be started. Wrong inputs are GYR-E045, a blocking check GYR-E046.
struct StartRequest {
  base::Id id;  ///< of the new execution; files were stored under it
  model::FlowKey flow;
  int32_t revision = 0;              ///< 0: the current one
  base::Value inputs;                ///< raw values by input id; a FILE is the address it was stored under
  std::vector<model::Label> labels;  ///< of the caller
  std::vector<model::Label> trigger_labels;
  std::optional<model::ExecutionTrigger> trigger;
  std::optional<base::Instant> schedule_date;
  model::ExecutionKind kind = model::ExecutionKind::normal;
  std::string idempotency_key;
  std::vector<model::Breakpoint> breakpoints;  ///< where it is to stop (EXEC-91)
  bool check = true;                           ///< made by people and API calls, not by triggers (FLOW-87)
};

/// A check that does not hold.
struct FailedCheck {
  const model::Check* check = nullptr;
  std::string message;
};

/// What the validate operation tells (FLOW-30). Keeps the flow alive that the rest points into.
struct InputReport {
  std::shared_ptr<const engine::CompiledFlow> flow;
  model::ResolvedInputs inputs;
  std::vector<FailedCheck> checks;
};

class Resumer;

/// Any thread; stateless between calls. Callbacks run on this thread or on one that answers.
class Starter final : public InputResolver {
 public:
  Starter(store::Store& store, FlowCache& flows, HostService& host, const engine::Settings& settings,
          const base::Clock& clock);
  ~Starter() override;
  /// Before the first start. Tasks may resume executions from then on.
  void set_executor(Executor& executor);
  /// For executions that were started and paused.
  Resumer& resumer() { return *resumer_; }

  /// Creates the execution; `reply` as Executor::submit gives it.
  void start(StartRequest request, Reply reply);
  /// Resolves without creating anything.
  void validate(StartRequest request, std::move_only_function<void(base::Result<InputReport>)> done);
  void resolve(InputRequest request, Done done) override;
  void evaluate(HostScope scope, Evaluate evaluate, Done done) override;

  /// Resolves some inputs of a flow, or of a Pause in it, over these roots.
  using Resolved = std::move_only_function<void(base::Result<model::ResolvedInputs>)>;
  void resolve_inputs(std::shared_ptr<const engine::CompiledFlow> flow, std::span<const model::Input> inputs,
                      base::Id execution, base::Value given, base::Value roots, Resolved done);

  /// A revision that may be started, or why not (FLOW-94, FLOW-95). `done` at once where it is in memory.
  void runnable_flow(const model::FlowKey& key, int32_t revision,
                     std::move_only_function<void(base::Result<LoadedFlowPtr>)> done);

  /// Roots of contexts before an execution exists: flow, labels, vars, envs, globals, kestra, execution, trigger.
  base::Value roots(const engine::CompiledFlow& flow, base::Id execution, const std::vector<model::Label>& labels,
                    const std::optional<model::ExecutionTrigger>& trigger) const;

 private:
  struct Resolving;
  void resolve_all(std::shared_ptr<const engine::CompiledFlow> flow, base::Id execution, base::Value given,
                   base::Value roots, Resolved done);
  void run_checks(std::shared_ptr<const engine::CompiledFlow> flow, base::Id execution, base::Value roots,
                  std::move_only_function<void(std::vector<FailedCheck>)> done);
  void submit(StartRequest request, const LoadedFlowPtr& flow, std::vector<model::Label> labels, base::Value inputs,
              bool failed_checks, Reply reply);

  store::Store& store_;
  FlowCache& flows_;
  HostService& host_;
  const engine::Settings& settings_;
  const base::Clock& clock_;
  Executor* executor_ = nullptr;
  std::unique_ptr<Resumer> resumer_;
};

}  // namespace gyr::executor
