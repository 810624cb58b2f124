// The events of an execution. Events contain the time and the random bits, so that the same history always gives the
// same result (principle: pure engine).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "base/value.h"
#include "model/execution.h"

namespace gyr::engine {

/// Identifies an attempt of a run. A result with an older attempt or epoch than the stored one is stale.
struct AttemptRef {
  base::Id task_run;
  int32_t attempt = 0;  ///< counts from 0
  int32_t epoch = 0;    ///< incremented each time the same attempt is dispatched again
  friend bool operator==(const AttemptRef&, const AttemptRef&) = default;
};

/// The execution was created or loaded again: check everything and send open requests again.
struct Drive {
  bool recovered = false;
};
/// A step stopped at its limits; continue.
struct Continue {};
/// A deadline may have passed.
struct TimerDue {};

/// A worker has started the attempt.
struct WorkerStarted {
  AttemptRef attempt;
  std::string worker_id;
  base::Instant at;
};
/// The attempt has ended on its worker. The log lines of the run continue after `log_sequence`.
struct WorkerFinished {
  AttemptRef attempt;
  model::State state = model::State::success;  ///< SUCCESS, WARNING, FAILED, KILLED, SKIPPED
  base::Value outputs;
  base::Instant at;
  uint32_t log_sequence = 0;
  std::string log_file;
  std::vector<model::MetricEntry> metrics = {};
  /// Why an attempt did not reach a worker, to be logged here. A worker logs its own errors.
  std::string error = {};
};
/// A report of a worker about a child that it runs itself, in a WorkingDirectory (TASK-40). The first report about a
/// run creates the run.
struct ChildReported {
  enum class Kind : uint8_t {
    began,    ///< the attempt is running
    ended,    ///< the last attempt has ended with `state`
    retries,  ///< the attempt has failed; the worker will retry it
    skipped,  ///< the condition of the task is false: there is no attempt
    refused,  ///< the task failed before its first attempt
  };
  AttemptRef directory;  ///< the attempt of the enclosing WorkingDirectory
  base::Id task_run;     ///< chosen by the worker
  std::string task_id;
  int32_t attempt = 0;  ///< counts from 0
  Kind kind = Kind::began;
  model::State state = model::State::success;
  base::Value outputs = {};
  base::Instant at = {};
  uint32_t log_sequence = 0;
  std::string log_file = {};
  std::string worker_id = {};
  std::vector<model::MetricEntry> metrics = {};
};
/// The worker of the attempt was lost: run the attempt again (EXEC-133).
struct WorkerLost {
  AttemptRef attempt;
};
/// The answer to a RenderRequest effect.
struct Rendered {
  base::Id task_run;  ///< none: a rendering of the execution itself (outputs)
  uint32_t request = 0;
  bool ok = false;
  base::Value value;
  std::string error;
};

/// The child of a Subflow run was created, or could not be created.
struct ChildStarted {
  base::Id task_run;
  base::Id child;
  bool ok = false;
  std::string error;
  std::vector<std::string> undeclared = {};  ///< given inputs that its flow does not declare (FLOW-29)
};
/// The child of a Subflow run cannot be restarted: it does not exist any more, or has no task to restart from.
struct ChildNotRestarted {
  base::Id task_run;
  base::Id child;
};
/// The execution that a Subflow run waits for is RETRIED: another execution replaces it (EXEC-156).
struct ChildReplaced {
  base::Id task_run;
  base::Id child;
  base::Id replacement;
};
/// The execution that a Subflow run waits for has ended. For an execution that a ForEachItem counts, this can also be
/// another change of state (TASK-54).
struct ChildEnded {
  base::Id task_run;
  base::Id child;
  model::State state = model::State::success;
  base::Value outputs;
  int32_t revision = 0;
  /// Why the outputs of an execution that a ForEachItem counts could not be stored. It is logged, and `state` is
  /// FAILED.
  std::string problem = {};
  /// Why the outputs are missing, if they could not be rendered (TASK-53).
  std::string outputs_problem = {};
};

/// A request to kill the execution; with `cascade` also its children.
struct KillRequested {
  bool cascade = true;
};
/// A kill switch ends the execution: jobs of workers and child executions that have started run to their end, nothing
/// else starts (EXEC-99, OPS-13).
struct StopRequested {
  model::State end = model::State::killed;  ///< KILLED or CANCELLED
  std::string switch_id;                    ///< for a label
  std::string reason;                       ///< for the log
};
/// A request to run the failed tasks of an ended or paused execution again (EXEC-84): in place, or with another
/// revision in a copy (execution_copy.h). In a copy, runs that were not finished in the original start again too.
struct RestartRequested {
  bool in_copy = false;
};
/// A request to run this run of a copied execution again, and everything after it (EXEC-85).
struct ReplayRequested {
  base::Id task_run;
};
/// A request to set this final state on a run of an ended execution. The execution continues from the run (EXEC-86).
struct RunStateRequested {
  base::Id task_run;
  model::State state = model::State::success;
};

/// A request to pause a running execution (EXEC-83).
struct PauseRequested {};
/// A request to resume a paused execution, or one paused task run of it. The values are already validated (FLOW-27).
struct ResumeRequested {
  base::Id task_run;   ///< none: the execution was paused manually
  base::Value inputs;  ///< the inputs of `onResume`, as a map
  std::string by;      ///< the user, if signed in
};
/// A request to resume an execution at a breakpoint. It continues to the next of these breakpoints (EXEC-91).
struct BreakpointResumed {
  std::vector<model::Breakpoint> breakpoints;
};

/// A QUEUED execution leaves the queue: it is admitted and RUNNING, or takes a final state that a user chose (EXEC-61,
/// EXEC-88).
struct LeaveQueue {
  model::State state = model::State::running;
};
/// A request to start immediately, without regard to the limit or the date (EXEC-88).
struct ForceRunRequested {};

/// The checks of the flow do not allow it to run: it is created as FAILED (FLOW-86).
struct RefuseRequested {};

using EventBody = std::variant<Drive, Continue, TimerDue, WorkerStarted, WorkerFinished, ChildReported, WorkerLost,
                               Rendered, ChildStarted, ChildNotRestarted, ChildEnded, KillRequested, RestartRequested,
                               ReplayRequested, RunStateRequested, PauseRequested, ResumeRequested, BreakpointResumed,
                               RefuseRequested, LeaveQueue, ForceRunRequested, ChildReplaced, StopRequested>;

/// Whether the event reverts the end of an execution: the execution is RESTARTED before it continues.
bool takes_back_an_end(const EventBody& event);

/// The decision of the concurrency gate of the flow about an execution that wants to start (EXEC-60). The partition,
/// which knows all executions of the flow, adds it to each event of an execution that has not passed the gate yet.
struct Admission {
  enum class Verdict : uint8_t { open, queue, cancel, fail } verdict = Verdict::open;
  uint32_t running = 0;  ///< slots taken
};

/// One event with the time and the random bits of its step: the only external input of the engine.
struct Event {
  base::Instant now;
  uint64_t seed_high = 0;
  uint64_t seed_low = 0;
  EventBody body;
  Admission admission = {};
  bool defers_tasks = false;  ///< maintenance mode: no pure tasks run in the step (OPS-12)
};

}  // namespace gyr::engine
