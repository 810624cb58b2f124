// One step: applies an event to an execution, with all its consequences that need no external input (EXEC-10).
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "engine/effect.h"
#include "engine/event.h"
#include "engine/execution_state.h"
#include "engine/settings.h"
#include "expression/context.h"
#include "expression/template.h"

namespace gyr::engine {

/// The state of one call of advance(). The life-cycle files (lifecycle/*.cc) and flowables use it.
class Step {
 public:
  Step(ExecutionState& state, const Settings& settings, const Event& event);

  ExecutionState& state() { return state_; }
  const ExecutionState& state() const { return state_; }
  const CompiledFlow& flow() const { return state_.flow(); }
  const CompiledTask& task(const RunState& run) const { return state_.flow().task(run.task); }
  const Settings& settings() const { return settings_; }
  base::Instant now() const { return event_.now; }
  const Event& event() const { return event_; }
  base::Id new_id() { return ids_.next(); }
  base::Id new_execution_id(const model::FlowKey& flow) { return new_id().with_slot(model::slot_of(flow)); }
  uint64_t random() { return ids_.random(); }
  Effects& effects() { return effects_; }
  void emit(Effect effect) { effects_.effects.push_back(std::move(effect)); }

  // ---- creating and ending runs
  /// Creates a run of a task below `parent` (null: top level). It is processed later in this step.
  RunState& create_run(uint32_t task, RunState* parent, ListRole role, std::optional<std::string> value = {},
                       std::optional<int32_t> iteration = {});
  /// Sets a terminal state on a run: closes its last attempt, counts it, schedules its parent.
  void end_run(RunState& run, model::State state);
  void add_attempt(RunState& run, std::initializer_list<model::State> states);
  /// Sets this state on everything below `run` that is not terminated (TASK-27).
  void end_descendants(RunState& run, model::State state);

  // ---- the next work of the step
  void schedule(RunState& run);
  void schedule_execution() { execution_queued_ = true; }
  /// Schedules a pass over the SLAs if the flow has any (EXEC-70).
  void schedule_slas() { slas_queued_ = !flow().slas().empty(); }
  bool slas_are_next() const { return slas_queued_; }
  /// Another step follows.
  void continue_later() { continue_later_ = true; }
  void schedule_parent(const RunState& run);
  /// The runs that wait for nothing, or for their children.
  void schedule_open_runs();
  /// Whether another run can start below `parent` (null: top level) in this step. False: the limits of the step are
  /// reached, a ContinueLater is sent and the next step processes the parent again; or the execution has the maximum
  /// number of runs and fails.
  bool may_begin(RunState* parent);
  bool task_runs_exhausted() const { return task_runs_exhausted_; }
  void charge(uint32_t runs, uint64_t bytes) {
    spent_runs_ += runs;
    spent_bytes_ += bytes;
  }

  // ---- rendering
  /// The outcome of a rendering for a run.
  struct Rendering {
    enum class Kind : uint8_t { done, failed, pending } kind = Kind::pending;
    base::Value value;
    std::string error;
  };
  /// Renders in the context of the run, or uses the answer that has arrived, or requests it (then `pending`: the caller
  /// returns and is called again at the same stage).
  Rendering render(RunState& run, const expression::ValueTemplate& source, bool typed,
                   const base::Value& task_run_entries = {});
  expression::Environment environment();

  // ---- log lines and metrics of a run (executor side)
  void log(RunState& run, model::LogLevel level, std::string_view message);
  void log_execution(model::LogLevel level, std::string_view message);
  void server_log(std::string line) { effects_.server_log.push_back(std::move(line)); }

  /// Applies the event and continues until nothing changes or the limits are reached.
  Effects run();

 private:
  void check(bool was_over) const;
  void note_group_progress(const RunState& run);
  void schedule_everything();
  void apply();
  void work();

  ExecutionState& state_;
  const Settings& settings_;
  const Event& event_;
  base::IdGenerator ids_;
  Effects effects_;
  std::deque<RunState*> queue_;
  bool execution_queued_ = false;
  bool slas_queued_ = false;
  bool continue_later_ = false;
  bool task_runs_exhausted_ = false;
  uint32_t spent_runs_ = 0;
  uint64_t spent_bytes_ = 0;
};

/// The engine. It is pure: no clock, disk, network or random device (principle: pure engine). The same state and event
/// give the same result.
Effects advance(ExecutionState& state, const Settings& settings, const Event& event);

}  // namespace gyr::engine
