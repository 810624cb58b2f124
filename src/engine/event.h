// What can happen to an execution. Events carry the time and the random bits, so that the same history gives the same
// result (principle: pure engine).
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

/// Which attempt of which run something is about. A result with an older attempt or epoch than the stored one is stale.
struct AttemptRef {
  base::Id task_run;
  int32_t attempt = 0;  ///< counts from 0
  int32_t epoch = 0;    ///< raised each time the same attempt is given out again
  friend bool operator==(const AttemptRef&, const AttemptRef&) = default;
};

/// The execution was created or loaded again: look at everything, send again what is under way.
struct Drive {
  bool recovered = false;
};
/// A step stopped at its bounds; go on.
struct Continue {};
/// A deadline may have come.
struct TimerDue {};

/// A worker has begun with the attempt.
struct WorkerStarted {
  AttemptRef attempt;
  std::string worker_id;
  base::Instant at;
};
/// The attempt has ended on its worker; log lines of the run go on behind `log_sequence`.
struct WorkerFinished {
  AttemptRef attempt;
  model::State state = model::State::success;  ///< SUCCESS, WARNING, FAILED, KILLED, SKIPPED
  base::Value outputs;
  base::Instant at;
  uint32_t log_sequence = 0;
  std::string log_file;
  std::vector<model::MetricEntry> metrics = {};
  /// Of an attempt that reached no worker: why, to be logged here. A worker has logged its own.
  std::string error = {};
};
/// What a worker tells of a child that it runs itself, inside a directory (TASK-40). The first report about a run makes
/// it.
struct ChildReported {
  enum class Kind : uint8_t {
    began,    ///< the attempt runs
    ended,    ///< the last attempt has ended with `state`
    retries,  ///< the attempt has failed; the worker tries again
    skipped,  ///< its condition does not hold: there is no attempt
    refused,  ///< it failed before there was an attempt
  };
  AttemptRef directory;  ///< the attempt of the directory that it belongs to
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
/// The worker that ran the attempt is gone: run it again (EXEC-133).
struct WorkerLost {
  AttemptRef attempt;
};
/// Answer to a RenderRequest effect.
struct Rendered {
  base::Id task_run;  ///< none: a rendering of the execution itself (outputs)
  uint32_t request = 0;
  bool ok = false;
  base::Value value;
  std::string error;
};

/// The child of a Subflow run exists, or could not be made.
struct ChildStarted {
  base::Id task_run;
  base::Id child;
  bool ok = false;
  std::string error;
  std::vector<std::string> undeclared = {};  ///< inputs that were given and that its flow does not declare (FLOW-29)
};
/// The child of a Subflow run that was to be restarted cannot be: it is gone, or has nothing to restart from.
struct ChildNotRestarted {
  base::Id task_run;
  base::Id child;
};
/// The execution that a Subflow run waits for is RETRIED: another one takes its place (EXEC-156).
struct ChildReplaced {
  base::Id task_run;
  base::Id child;
  base::Id replacement;
};
/// The execution that a Subflow run waits for has ended; one that a ForEachItem counts may also just have moved on
/// (TASK-54).
struct ChildEnded {
  base::Id task_run;
  base::Id child;
  model::State state = model::State::success;
  base::Value outputs;
  int32_t revision = 0;
  /// Why the outputs of one that a ForEachItem counts could not be stored: to be logged, `state` is FAILED then.
  std::string problem = {};
  /// Why there are no outputs, if they could not be rendered (TASK-53).
  std::string outputs_problem = {};
};

/// Somebody wants the execution ended; with `cascade` its children too.
struct KillRequested {
  bool cascade = true;
};
/// A kill switch ends the execution: what workers and other executions have begun goes on to its end, nothing else
/// begins (EXEC-99, OPS-13).
struct StopRequested {
  model::State end = model::State::killed;  ///< KILLED or CANCELLED
  std::string switch_id;                    ///< for a label
  std::string reason;                       ///< for the log
};
/// The failed tasks of an ended or paused execution shall run again (EXEC-84): in place, or with another revision in a
/// copy (execution_copy.h), where what was still under way in the original is begun again, too.
struct RestartRequested {
  bool in_copy = false;
};
/// This run of an execution that is a copy shall run again, and what follows it (EXEC-85).
struct ReplayRequested {
  base::Id task_run;
};
/// A run of an ended execution takes this final state, and the execution goes on from there (EXEC-86).
struct RunStateRequested {
  base::Id task_run;
  model::State state = model::State::success;
};

/// Somebody pauses a running execution (EXEC-83).
struct PauseRequested {};
/// Somebody lets a paused execution, or one paused task run of it, go on. The values were checked (FLOW-27).
struct ResumeRequested {
  base::Id task_run;   ///< none: the execution was paused by hand
  base::Value inputs;  ///< a map: those of `onResume`
  std::string by;      ///< who, where somebody is signed in
};
/// An execution at a breakpoint goes on, to the next of these (EXEC-91).
struct BreakpointResumed {
  std::vector<model::Breakpoint> breakpoints;
};

/// An execution that is QUEUED leaves the queue: to RUNNING, admitted, or to an end that a person chose (EXEC-61,
/// EXEC-88).
struct LeaveQueue {
  model::State state = model::State::running;
};
/// Somebody wants it to go on at once, whatever the limit or its date say (EXEC-88).
struct ForceRunRequested {};

/// The checks of the flow forbid it to run: it is created straight in FAILED (FLOW-86).
struct RefuseRequested {};

using EventBody = std::variant<Drive, Continue, TimerDue, WorkerStarted, WorkerFinished, ChildReported, WorkerLost,
                               Rendered, ChildStarted, ChildNotRestarted, ChildEnded, KillRequested, RestartRequested,
                               ReplayRequested, RunStateRequested, PauseRequested, ResumeRequested, BreakpointResumed,
                               RefuseRequested, LeaveQueue, ForceRunRequested, ChildReplaced, StopRequested>;

/// Whether it makes an end undone: RESTARTED is shown before the execution goes on.
bool takes_back_an_end(const EventBody& event);

/// What the concurrency gate of the flow says to an execution that wants to begin (EXEC-60). The partition, which knows
/// the others, gives it with each event of one that has not passed yet.
struct Admission {
  enum class Verdict : uint8_t { open, queue, cancel, fail } verdict = Verdict::open;
  uint32_t running = 0;  ///< slots taken
};

/// One event with the time and the random bits of its step: all that the engine may take from outside.
struct Event {
  base::Instant now;
  uint64_t seed_high = 0;
  uint64_t seed_low = 0;
  EventBody body;
  Admission admission = {};
  bool defers_tasks = false;  ///< maintenance mode: pure tasks do not run in the step either (OPS-12)
};

}  // namespace gyr::engine
