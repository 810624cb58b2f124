// The effects of a step, as data. The executor carries them out after the commit (principle: effects after the commit).
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

/// Dispatch this attempt to a worker. Idempotent by attempt and epoch.
struct Dispatch {
  AttemptRef attempt;
  std::string task_id;
  std::optional<std::string> value;
  base::Value context;  ///< the values that the templates of the task use
  uint32_t log_sequence = 0;
  /// For a task whose children run on its worker: the values of the ancestors of the run and of the run itself,
  /// outermost first (EXEC-111).
  std::vector<std::string> values = {};
  /// The number of the first attempt in the series of attempts that were lost with their workers; otherwise the number
  /// of this attempt.
  int32_t resumed_attempt = 0;
};
/// A worker renders what the engine cannot render (HostRequest). The answer arrives as Rendered.
struct RenderRequest {
  base::Id task_run;  ///< none: for the execution itself
  uint32_t request = 0;
  std::string task_id;
  base::Value source;
  bool typed = false;
  base::Value context;
};
/// The worker of this attempt must end it; the result arrives as WorkerFinished.
struct KillAttempt {
  AttemptRef attempt;
};
/// Start the flow that a Subflow task names. The engine chooses the id of the child, so that starting twice has the
/// same effect as starting once.
struct StartChild {
  base::Id task_run;
  base::Id child;
  std::shared_ptr<const model::FlowKey> flow;
  int32_t revision = 0;  ///< 0: the latest
  base::Value inputs;
  std::vector<model::Label> labels;         ///< of the task
  std::vector<model::Label> parent_labels;  ///< all labels of the parent, or only its system labels
  model::ExecutionTrigger trigger;
  std::optional<base::Instant> schedule_date;
  bool wait = true;
  uint32_t depth = 0;  ///< of the child: the number of executions above it
};
/// Restart the failed child of a Subflow run, because its caller is restarted (EXEC-94).
struct RestartChild {
  base::Id task_run;
  std::shared_ptr<const model::FlowKey> flow;
  base::Id child;
};
/// Also kill the execution that a Subflow run started (kill with cascade).
struct KillChild {
  std::shared_ptr<const model::FlowKey> flow;
  base::Id child;
};
/// The execution has ended: inform its caller, release its resources, evaluate flow triggers.
struct Ended {
  model::State state = model::State::success;
  std::string outputs_problem = {};  ///< why the outputs are missing, if they could not be rendered (FLOW-47)
};
/// The execution is RETRIED and the date of its replacement has come: start a new execution with the same flow, inputs,
/// labels and trigger (EXEC-52). The id was chosen at the end of this execution, so that starting twice has the same
/// effect as starting once.
struct StartReplacement {
  base::Id replacement;
};
/// A RETRIED execution was killed before its date: it is not replaced, and its waiting caller must be informed.
struct ReplacementKilled {
  base::Id replacement;
};
/// The step stopped at its limits; deliver a Continue.
struct ContinueLater {};

using Effect = std::variant<Dispatch, RenderRequest, KillAttempt, StartChild, RestartChild, KillChild, Ended,
                            StartReplacement, ReplacementKilled, ContinueLater>;

/// The result of one step, apart from the changed state itself.
struct Effects {
  std::vector<Effect> effects;
  std::vector<model::LogEntry> logs;
  std::vector<model::MetricEntry> metrics;
  /// Lines for the log of the server (EXEC-12: "Flow started" and others).
  std::vector<std::string> server_log;
};

}  // namespace gyr::engine
