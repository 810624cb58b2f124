// What a step wants from the world, as data. The executor acts on it after the commit
// (principle: effects after the commit).
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/value.h"
#include "engine/event.h"
#include "model/execution.h"

namespace gyr::engine {

/// Give this attempt to a worker. Idempotent by attempt and epoch.
struct Dispatch {
  AttemptRef attempt;
  std::string task_id;
  std::optional<std::string> value;
  base::Value context;  ///< what the task's templates refer to
  uint32_t log_sequence = 0;
  /// Of a task whose children its worker runs: values of the run's ancestors and its own, outermost first (EXEC-111).
  std::vector<std::string> values = {};
  /// The first of the attempts before this one that were lost with their worker; without such its own number.
  int32_t resumed_attempt = 0;
};
/// A worker renders what the engine could not (HostRequest); the answer comes back as Rendered.
struct RenderRequest {
  base::Id task_run;  ///< none: of the execution itself
  uint32_t request = 0;
  std::string task_id;
  base::Value source;
  bool typed = false;
  base::Value context;
};
/// The worker that has this attempt shall end it; its result comes as WorkerFinished.
struct KillAttempt {
  AttemptRef attempt;
};
/// Start the flow a Subflow task names. The child's id is chosen here, so that starting twice is starting once.
struct StartChild {
  base::Id task_run;
  base::Id child;
  std::shared_ptr<const model::FlowKey> flow;
  int32_t revision = 0;  ///< 0: the latest
  base::Value inputs;
  std::vector<model::Label> labels;         ///< of the task
  std::vector<model::Label> parent_labels;  ///< all of the parent, or its system ones
  model::ExecutionTrigger trigger;
  std::optional<base::Instant> schedule_date;
  bool wait = true;
  uint32_t depth = 0;  ///< of the child: executions above it
};
/// The failed child of a Subflow run shall be restarted, because its caller is (EXEC-94).
struct RestartChild {
  base::Id task_run;
  std::shared_ptr<const model::FlowKey> flow;
  base::Id child;
};
/// The execution that a Subflow run started shall be killed too (kill with cascade).
struct KillChild {
  std::shared_ptr<const model::FlowKey> flow;
  base::Id child;
};
/// The execution has ended: tell its caller, release what it held, evaluate flow triggers.
struct Ended {
  model::State state = model::State::success;
  std::string outputs_problem = {};  ///< why there are no outputs, if they could not be rendered (FLOW-47)
};
/// The execution is RETRIED, and the date has come at which another one takes its place: the same flow, inputs, labels
/// and trigger (EXEC-52). Its id was chosen at the end of this one, so that starting twice is starting once.
struct StartReplacement {
  base::Id replacement;
};
/// Somebody killed a RETRIED execution before its date: nothing takes its place, and whoever waits is to be told.
struct ReplacementKilled {
  base::Id replacement;
};
/// The step stopped at its bounds; deliver a Continue.
struct ContinueLater {};

using Effect = std::variant<Dispatch, RenderRequest, KillAttempt, StartChild, RestartChild, KillChild, Ended,
                            StartReplacement, ReplacementKilled, ContinueLater>;

/// Everything one step gives besides the changed state itself.
struct Effects {
  std::vector<Effect> effects;
  std::vector<model::LogEntry> logs;
  std::vector<model::MetricEntry> metrics;
  /// Lines for the server's own log (EXEC-12: "Flow started" and the like).
  std::vector<std::string> server_log;
};

}  // namespace gyr::engine
