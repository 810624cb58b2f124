// Starts executions: finds the flow, resolves labels and inputs, evaluates the checks, then submits the command to the
// executor (FLOW-27, FLOW-51, FLOW-86, API-80).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "catalog/flow_cache.h"
#include "command/commands.h"
#include "host/host_service.h"
#include "host/input_resolver.h"
#include "model/input_resolution.h"

namespace gyr::executor {

/// 422: the message contains all invalid inputs (FLOW-28)
inline constexpr base::ErrorCode invalid_inputs{"GYR-E045"};
inline constexpr base::ErrorCode checks_failed{"GYR-E046"};  ///< 422: a check blocks the start (FLOW-86)

/// A request to start an execution. Invalid inputs are GYR-E045, a blocking check is GYR-E046.
struct StartRequest {
  base::Id id;  ///< of the new execution; its files are stored under this id
  model::FlowKey flow;
  int32_t revision = 0;              ///< 0: the current one
  base::Value inputs;                ///< raw values by input id; the value of a FILE is the URI of the stored file
  std::vector<model::Label> labels;  ///< of the caller
  std::vector<model::Label> trigger_labels;
  std::optional<model::ExecutionTrigger> trigger;
  std::optional<base::Instant> schedule_date;
  model::ExecutionKind kind = model::ExecutionKind::normal;
  std::string idempotency_key;
  std::vector<model::Breakpoint> breakpoints;  ///< breakpoints (EXEC-91)
  bool check = true;                           ///< true for requests of users and the API, false for triggers (FLOW-87)
};

/// A check that failed.
struct FailedCheck {
  const model::Check* check = nullptr;
  std::string message;
};

/// The result of the validate operation (FLOW-30). Keeps the flow of its pointers alive.
struct InputReport {
  std::shared_ptr<const engine::CompiledFlow> flow;
  model::ResolvedInputs inputs;
  std::vector<FailedCheck> checks;
};

/// Thread-safe; stateless between calls. Callbacks run on this thread or on one that answers.
class Starter final : public InputResolver {
 public:
  Starter(store::Store& store, FlowCache& flows, HostService& host, Commands& commands,
          const engine::Settings& settings, const base::Clock& clock);

  /// Creates the execution; `reply`: see Commands::submit.
  void start(StartRequest request, ReplyTo<CreateExecution> reply);
  /// Resolves the inputs without creating an execution.
  void validate(StartRequest request, std::move_only_function<void(base::Result<InputReport>)> done);
  void resolve(InputRequest request, Done done) override;
  void evaluate(HostScope scope, Evaluate evaluate, Done done) override;

  /// Resolves some inputs of a flow, or of a Pause in it, with these roots.
  using Resolved = std::move_only_function<void(base::Result<model::ResolvedInputs>)>;
  void resolve_inputs(std::shared_ptr<const engine::CompiledFlow> flow, std::span<const model::Input> inputs,
                      base::Id execution, base::Value given, base::Value roots, Resolved done);

  /// Returns a revision that can be started, or the reason why not (FLOW-94, FLOW-95). `done` runs immediately if it is
  /// in memory.
  void runnable_flow(const model::FlowKey& key, int32_t revision,
                     std::move_only_function<void(base::Result<LoadedFlowPtr>)> done);

  /// The roots of contexts before an execution exists: flow, labels, vars, envs, globals, kestra, execution, trigger.
  base::Value roots(const engine::CompiledFlow& flow, base::Id execution, const std::vector<model::Label>& labels,
                    const std::optional<model::ExecutionTrigger>& trigger) const;

 private:
  struct Resolving;
  void resolve_all(std::shared_ptr<const engine::CompiledFlow> flow, base::Id execution, base::Value given,
                   base::Value roots, Resolved done);
  void run_checks(std::shared_ptr<const engine::CompiledFlow> flow, base::Id execution, base::Value roots,
                  std::move_only_function<void(std::vector<FailedCheck>)> done);
  void submit(StartRequest request, const LoadedFlowPtr& flow, std::vector<model::Label> labels, base::Value inputs,
              bool failed_checks, ReplyTo<CreateExecution> reply);

  store::Store& store_;
  FlowCache& flows_;
  HostService& host_;
  Commands& commands_;
  const engine::Settings& settings_;
  const base::Clock& clock_;
};

}  // namespace gyr::executor
