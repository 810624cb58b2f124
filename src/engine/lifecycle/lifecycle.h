// The steps of an execution's life, one file each. Every function works on a Step and leaves the execution consistent.
#pragma once

#include <string_view>

#include "engine/event.h"
#include "engine/step.h"

namespace gyr::engine {

// start.cc: creation, scheduled start, recovery (EXEC-11, EXEC-100).
void drive(Step& step, const Drive& event);

// gate.cc: the concurrency limit of the flow (EXEC-60, EXEC-61, EXEC-88).
/// Whether the execution may begin; where not it is QUEUED or has ended.
bool pass_gate(Step& step);
void leave_queue(Step& step, const LeaveQueue& event);
void force_run(Step& step);

// admit.cc: a new run: runIf, then its start by kind (TASK-6).
void admit(Step& step, RunState& run);
/// Whether the run may begin, or go on with its children, as the execution stands: not while it is paused, at a
/// breakpoint, being killed or over; what runs after the end may (EXEC-82).
bool may_go_on(const ExecutionState& state, const RunState& run);

// dispatch.cc: work for workers (EXEC-13).
void dispatch(Step& step, RunState& run);
void send_to_worker(Step& step, RunState& run);

// result.cc: what workers report (EXEC-6, TASK-5).
void worker_started(Step& step, const WorkerStarted& event);
void worker_finished(Step& step, const WorkerFinished& event);
void worker_lost(Step& step, const WorkerLost& event);
/// The run's job is given out again; an attempt that had begun is replaced and does not use up retries (EXEC-133).
void resubmit(Step& step, RunState& run);
/// A worker has begun with the last attempt and has not ended it.
bool attempt_is_open(const RunState& run);
/// A restart lets it begin anew: in a copy of an open execution its last attempt is still open, in the original.
bool begins_again(const RunState& run);
/// An attempt of a worker or Subflow run has ended: retry, allowances, end (TASK-5).
void attempt_ended(Step& step, RunState& run, model::State attempt_state, base::Instant at);

/// The attempt's metrics go out with the next commit.
void keep_metrics(Step& step, const std::vector<model::MetricEntry>& metrics);

// retry.cc (EXEC-50 to EXEC-54).
/// Whether a failed attempt is tried again: by this execution at a date, or by one that takes its place.
bool schedule_retry(Step& step, RunState& run, base::Instant at);
/// At its date.
void retry_now(Step& step, RunState& run);
/// The worker that has the run tries it again by itself: the states that people see, without a date of ours.
void retry_on_worker(Step& step, RunState& run, base::Instant at);
void retried_on_worker(Step& step, RunState& run, base::Instant at);

// replace.cc: retries by a new execution (EXEC-52).
/// Whether the execution gives way to another one, which begins at the retry's date.
bool replace_execution(Step& step, RunState& run, const model::Retry& retry, base::Instant at);
/// At its date.
void start_replacement(Step& step);
/// A kill of a RETRIED execution is meant for what takes its place.
void kill_replacement(Step& step);

// sla.cc (EXEC-70, EXEC-71).
/// One pass over all SLAs.
void advance_slas(Step& step);
/// Sets the alarm for the next MAX_DURATION.
void watch_slas(Step& step);

// listeners.cc (EXEC-43).
void decide_listeners(Step& step);

// flowables.cc: start, progress and end of flowable runs (TASK-20 to TASK-28).
void start_flowable(Step& step, RunState& run);
void advance_flowable(Step& step, RunState& run);
/// Begins the next task of a list that runs one after another (TASK-22).
void next_of_list(Step& step, RunState* parent, ListRole role, const TaskList& list,
                  std::optional<int32_t> iteration = {});
/// What a flowable needs could not be had: it fails, without its own errors and finally (TASK-26).
void fail_flowable(Step& step, RunState& run, std::string_view message);

// pause.cc: pauses of tasks and by hand (TASK-39, EXEC-83).
void pause_run(Step& step, RunState& run, std::optional<base::Duration> at_most);
void pause_out_of_time(Step& step, RunState& run);
void pause_execution(Step& step);
void resume(Step& step, const ResumeRequested& event);

// breakpoints.cc (EXEC-91).
/// True where the run, about to begin, stops the execution.
bool stop_at_breakpoint(Step& step, RunState& run);
void resume_from_breakpoint(Step& step, const BreakpointResumed& event);

// rounds.cc: the next round of a LoopUntil (TASK-38).
void next_round(Step& step, RunState& run);

// directory.cc: a flowable that is one job of one worker, which reports its children (TASK-40).
void start_directory(Step& step, RunState& run);
void child_reported(Step& step, const ChildReported& event);
void directory_finished(Step& step, RunState& run, const WorkerFinished& event);
/// Whether a worker runs it as part of its parent's job.
bool runs_in_directory(const Step& step, const RunState& run);
/// Forgets the children that the worker made: the job begins anew.
void drop_directory_children(ExecutionState& state, RunState& run);

// subflow.cc (TASK-50 to TASK-53).
void start_subflow(Step& step, RunState& run);
/// Ends the run before a child exists: a failed attempt, then allowances and retries as usual (TASK-52).
void fail_child_start(Step& step, RunState& run, std::string_view message);
/// Why the run may start no execution below this one; nothing where it may.
std::optional<std::string> too_deep(const Step& step);
/// The message that starts a child, from the rendered properties of the task; the child's id is still to be chosen.
base::Result<StartChild> make_start(Step& step, RunState& run, const base::Value& rendered,
                                    std::optional<int32_t> iteration);
/// How log lines show an execution, so that pages can lead to it.
std::string link_to(base::Id child, const model::FlowKey& flow);
/// Sets the run going and gives it its next attempt, unless it has one that still runs.
void begin_child_attempt(Step& step, RunState& run);
void child_started(Step& step, const ChildStarted& event);
/// Logs the inputs that the flow of a started child does not declare, a line each (FLOW-29).
void warn_of_undeclared(Step& step, RunState& run, const ChildStarted& event, const model::FlowKey& flow);
void child_not_restarted(Step& step, const ChildNotRestarted& event);
void child_ended(Step& step, const ChildEnded& event);
void child_replaced(Step& step, const ChildReplaced& event);

// items.cc: the executions of a ForEachItem (TASK-55, TASK-56).
void start_items(Step& step, RunState& run);
/// Begins what may begin now, and ends the run where nothing is left.
void advance_items(Step& step, RunState& run);
void item_started(Step& step, RunState& run, const ChildStarted& event);
void item_not_restarted(Step& step, RunState& run, const ChildNotRestarted& event);
/// One of its executions has another state, which is counted.
void item_moved(Step& step, RunState& run, const ChildEnded& event);
void item_replaced(Step& step, RunState& run, const ChildReplaced& event);
/// Asks all of its executions that may still run to end.
void kill_items(Step& step, const RunState& run);

// updating.cc: tasks that change the execution (TASK-80 to TASK-85).
void run_updating(Step& step, RunState& run);

// finish.cc: end of the execution, outputs, afterExecution (EXEC-20 to EXEC-42, FLOW-46).
void advance_execution(Step& step);
void finish_execution(Step& step, model::State state);
/// The step met something it cannot handle: the execution fails with the message (EXEC-14).
void fail_execution(Step& step, std::string_view message);
/// The same from outside; one that is being killed is KILLED, one that has ended only has no tasks behind its end any
/// more.
void fail_by_exception(Step& step, std::string_view reason);
/// Ends it in this state now: all that is open takes it, workers are not stopped (TASK-84).
void end_execution(Step& step, model::State state);
/// Every open run takes the state; what its worker says later replaces it for that run alone (TASK-27).
void end_open_runs(Step& step, model::State state);

// limits.cc: bounds of one execution (settings.h, ExecutionLimits).
/// Why a value is more than the outputs of a task or a flow may be, as the end of a sentence about them.
std::optional<std::string> too_large(const base::Value& outputs, const ExecutionLimits& limits);
/// A result of more than a task may give: the outputs are dropped and the run's log says so; the attempt has failed
/// (STOR-14).
bool drop_large_outputs(Step& step, RunState& run);
/// Fails an execution that has grown beyond its bounds; true where it did.
bool enforce_limits(Step& step);

// kill.cc (EXEC-80 to EXEC-82).
void kill(Step& step, const KillRequested& event);
/// Ends an execution that is being killed, once no worker and no child is waited for, or its time is up.
void advance_killing(Step& step);
/// Asks a worker to end the run's attempt, and with `cascade` the run's child to end.
void stop_elsewhere(Step& step, const RunState& run, bool cascade);

// stop.cc: kill switches (EXEC-99).
void stop(Step& step, const StopRequested& event);
/// Ends the execution when nothing of it is under way any more.
void advance_stopping(Step& step);

// restart.cc: an end is taken back (EXEC-84 to EXEC-86).
void restart(Step& step, const RestartRequested& event);
void replay(Step& step, const ReplayRequested& event);
void change_run_state(Step& step, const RunStateRequested& event);

}  // namespace gyr::engine
