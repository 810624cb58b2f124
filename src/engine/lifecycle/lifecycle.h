// The steps in the life of an execution, one file each. Every function works on a Step and leaves the execution
// consistent.
#pragma once

#include <string_view>

#include "engine/event.h"
#include "engine/step.h"

namespace gyr::engine {

// start.cc: creation, scheduled start, recovery (EXEC-11, EXEC-100).
void drive(Step& step, const Drive& event);

// gate.cc: the concurrency limit of the flow (EXEC-60, EXEC-61, EXEC-88).
/// Whether the execution can start; if not, it is QUEUED or has ended.
bool pass_gate(Step& step);
void leave_queue(Step& step, const LeaveQueue& event);
void force_run(Step& step);

// admit.cc: a new run: runIf, then its start by kind (TASK-6).
void admit(Step& step, RunState& run);
/// Whether the run can start, or continue with its children, in the current state of the execution. It cannot if the
/// execution is paused, at a breakpoint, being killed or has ended; tasks after the end can (EXEC-82).
bool may_go_on(const ExecutionState& state, const RunState& run);

// dispatch.cc: work for workers (EXEC-13).
void dispatch(Step& step, RunState& run);
void send_to_worker(Step& step, RunState& run);

// result.cc: reports of workers (EXEC-6, TASK-5).
void worker_started(Step& step, const WorkerStarted& event);
void worker_finished(Step& step, const WorkerFinished& event);
void worker_lost(Step& step, const WorkerLost& event);
/// Dispatches the job of the run again. An attempt that had started is replaced and does not count as a retry
/// (EXEC-133).
void resubmit(Step& step, RunState& run);
/// Whether a worker has started the last attempt and has not ended it.
bool attempt_is_open(const RunState& run);
/// A restart starts the run again: in a copy of an open execution its last attempt is still open, as in the original.
bool begins_again(const RunState& run);
/// An attempt of a worker or Subflow run has ended: retry, allowances, end (TASK-5).
void attempt_ended(Step& step, RunState& run, model::State attempt_state, base::Instant at);

/// Sends the metrics of the attempt with the next commit.
void keep_metrics(Step& step, const std::vector<model::MetricEntry>& metrics);

// retry.cc (EXEC-50 to EXEC-54).
/// Whether a failed attempt is retried: by this execution at a date, or by a replacement.
bool schedule_retry(Step& step, RunState& run, base::Instant at);
/// Retries at its date.
void retry_now(Step& step, RunState& run);
/// The worker of the run retries it by itself: sets the visible states, without a date of the engine.
void retry_on_worker(Step& step, RunState& run, base::Instant at);
void retried_on_worker(Step& step, RunState& run, base::Instant at);

// replace.cc: retries by a new execution (EXEC-52).
/// Whether another execution replaces this execution, starting at the date of the retry.
bool replace_execution(Step& step, RunState& run, const model::Retry& retry, base::Instant at);
/// Starts the replacement at its date.
void start_replacement(Step& step);
/// A kill of a RETRIED execution is for its replacement.
void kill_replacement(Step& step);

// sla.cc (EXEC-70, EXEC-71).
/// Evaluates all SLAs once.
void advance_slas(Step& step);
/// Sets the timer for the next MAX_DURATION.
void watch_slas(Step& step);

// listeners.cc (EXEC-43).
void decide_listeners(Step& step);

// flowables.cc: start, progress and end of flowable runs (TASK-20 to TASK-28).
void start_flowable(Step& step, RunState& run);
void advance_flowable(Step& step, RunState& run);
/// Starts the next task of a list that runs one after another (TASK-22).
void next_of_list(Step& step, RunState* parent, ListRole role, const TaskList& list,
                  std::optional<int32_t> iteration = {});
/// A flowable cannot get a value that it needs: it fails, without its own `errors` and `finally` (TASK-26).
void fail_flowable(Step& step, RunState& run, std::string_view message);

// pause.cc: pauses of tasks and manual pauses (TASK-39, EXEC-83).
void pause_run(Step& step, RunState& run, std::optional<base::Duration> at_most);
void pause_out_of_time(Step& step, RunState& run);
void pause_execution(Step& step);
void resume(Step& step, const ResumeRequested& event);

// breakpoints.cc (EXEC-91).
/// Returns true if the run, which is about to start, stops the execution.
bool stop_at_breakpoint(Step& step, RunState& run);
void resume_from_breakpoint(Step& step, const BreakpointResumed& event);

// rounds.cc: the next round of a LoopUntil (TASK-38).
void next_round(Step& step, RunState& run);

// directory.cc: a WorkingDirectory, which is one job of one worker that reports its children (TASK-40).
void start_directory(Step& step, RunState& run);
void child_reported(Step& step, const ChildReported& event);
void directory_finished(Step& step, RunState& run, const WorkerFinished& event);
/// Whether a worker runs it as part of the job of its parent.
bool runs_in_directory(const Step& step, const RunState& run);
/// Removes the children that the worker created: the job starts again.
void drop_directory_children(ExecutionState& state, RunState& run);

// subflow.cc (TASK-50 to TASK-53).
void start_subflow(Step& step, RunState& run);
/// Ends the run before its child exists: a failed attempt, then allowances and retries as usual (TASK-52).
void fail_child_start(Step& step, RunState& run, std::string_view message);
/// Why the run cannot start an execution below this one; nothing if it can.
std::optional<std::string> too_deep(const Step& step);
/// Creates the message that starts a child, from the rendered properties of the task; the caller chooses the id of the
/// child.
base::Result<StartChild> make_start(Step& step, RunState& run, const base::Value& rendered,
                                    std::optional<int32_t> iteration);
/// The form of an execution in log lines that the UI shows as a link.
std::string link_to(base::Id child, const model::FlowKey& flow);
/// Starts the run with its next attempt, unless an attempt is still running.
void begin_child_attempt(Step& step, RunState& run);
void child_started(Step& step, const ChildStarted& event);
/// Logs the inputs that the flow of a started child does not declare, one line each (FLOW-29).
void warn_of_undeclared(Step& step, RunState& run, const ChildStarted& event, const model::FlowKey& flow);
void child_not_restarted(Step& step, const ChildNotRestarted& event);
void child_ended(Step& step, const ChildEnded& event);
void child_replaced(Step& step, const ChildReplaced& event);

// items.cc: the executions of a ForEachItem (TASK-55, TASK-56).
void start_items(Step& step, RunState& run);
/// Starts the batches that can start now, and ends the run if none is left.
void advance_items(Step& step, RunState& run);
void item_started(Step& step, RunState& run, const ChildStarted& event);
void item_not_restarted(Step& step, RunState& run, const ChildNotRestarted& event);
/// Counts the new state of one of its executions.
void item_moved(Step& step, RunState& run, const ChildEnded& event);
void item_replaced(Step& step, RunState& run, const ChildReplaced& event);
/// Asks all its running executions to end.
void kill_items(Step& step, const RunState& run);

// updating.cc: tasks that change the execution (TASK-80 to TASK-85).
void run_updating(Step& step, RunState& run);

// finish.cc: end of the execution, outputs, afterExecution (EXEC-20 to EXEC-42, FLOW-46).
void advance_execution(Step& step);
void finish_execution(Step& step, model::State state);
/// The step met a problem that it cannot handle: the execution fails with the message (EXEC-14).
void fail_execution(Step& step, std::string_view message);
/// The same for a problem outside of a step. An execution that is being killed becomes KILLED; an execution that has
/// ended only loses the tasks after its end.
void fail_by_exception(Step& step, std::string_view reason);
/// Ends the execution in this state immediately: all open runs take the state, workers are not stopped (TASK-84).
void end_execution(Step& step, model::State state);
/// Every open run takes the state; a later report of its worker replaces the state for that run only (TASK-27).
void end_open_runs(Step& step, model::State state);

// limits.cc: limits of one execution (settings.h, ExecutionLimits).
/// Why a value is too large for the outputs of a task or a flow, as the end of a sentence about the outputs.
std::optional<std::string> too_large(const base::Value& outputs, const ExecutionLimits& limits);
/// Handles a result that is too large: the outputs are dropped, the log of the run contains the reason, and the attempt
/// has failed (STOR-14).
bool drop_large_outputs(Step& step, RunState& run);
/// Fails an execution that exceeds its limits; returns true if it did.
bool enforce_limits(Step& step);

// kill.cc (EXEC-80 to EXEC-82).
void kill(Step& step, const KillRequested& event);
/// Ends an execution that is being killed, when no worker and no child is left to wait for, or the deadline has passed.
void advance_killing(Step& step);
/// Asks the worker of the attempt to end it, and with `cascade` the child of the run to end.
void stop_elsewhere(Step& step, const RunState& run, bool cascade);

// stop.cc: kill switches (EXEC-99).
void stop(Step& step, const StopRequested& event);
/// Ends the execution when none of its jobs and children is running any more.
void advance_stopping(Step& step);

// restart.cc: an end is reverted (EXEC-84 to EXEC-86).
void restart(Step& step, const RestartRequested& event);
void replay(Step& step, const ReplayRequested& event);
void change_run_state(Step& step, const RunStateRequested& event);

}  // namespace gyr::engine
