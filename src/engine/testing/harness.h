// Runs flows in the pure engine without a server. A script answers the effects. After every step the execution can be
// written to rows and read back, so that every test covers recovery.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/execution_state.h"
#include "engine/settings.h"
#include "engine/step.h"
#include "plugin_api/registry.h"

namespace gyr::engine::testing {

/// The result of a worker for one attempt.
struct Outcome {
  model::State state = model::State::success;
  base::Value outputs;
};

/// One execution of one flow. Task types besides those of the engine: `test.Echo` (pure: `text` → `value`, logs it),
/// `test.Fail` (pure, fails with `text`) and `test.Work` (runs on a worker, answered by the script).
class Harness {
 public:
  explicit Harness(std::string_view flow_yaml);
  ~Harness();

  // ---- the script
  /// The outcomes of the attempts of a task, in order; the last one repeats. Without a script, attempts succeed with
  /// {result: <task id>}.
  void script(const std::string& task_id, std::vector<Outcome> outcomes) { scripts_[task_id] = std::move(outcomes); }
  /// Workers keep their jobs until finish_work() is called.
  void hold_work() { hold_ = true; }
  /// The answers of renderings outside the engine, by source text.
  std::function<base::Result<base::Value>(const RenderRequest&)> on_render;
  /// Whether the whole execution is written and read back after every step.
  bool reload = true;
  Settings settings;
  std::vector<model::Breakpoint> breakpoints;

  // ---- running
  void set_inputs(base::Value inputs) { inputs_ = std::move(inputs); }
  /// Creates the execution and runs it until no event is left. If `pass_time` is set, the time advances to deadlines.
  void run(bool pass_time = true);
  void deliver(EventBody body);
  /// Continues with a copy that replays this run (EXEC-85), or that restarts with another revision (EXEC-84). Returns
  /// false if the copy cannot be created. The original is discarded. The copy has not run yet: the caller runs it.
  bool replay(const std::string& task_id, const std::string& value = {});
  bool restart_with(std::string_view flow_yaml);
  bool replay_with(std::string_view flow_yaml, const std::string& task_id);
  /// Completes the held jobs of a task, oldest first.
  void finish_work(const std::string& task_id, Outcome outcome = {});
  /// Simulates the end and restart of the process: only the rows remain.
  void crash();
  void advance_time(base::Duration by) { now_ = now_ + by; }

  // ---- results
  ExecutionState& state() { return *state_; }
  model::State execution_state() const;
  /// `task:STATE` or `task[value]:STATE` in order of creation, separated by blanks.
  std::string tree() const;
  std::string states_of(const std::string& task_id, const std::string& value = {}) const;
  const RunState* find(const std::string& task_id, const std::string& value = {}) const;
  std::string history() const;
  std::vector<std::string> log_messages() const;
  /// The lines for the log of the server (EXEC-12).
  const std::vector<std::string>& server_log() const { return server_log_; }
  const std::vector<StartChild>& children() const { return children_; }
  const std::vector<RestartChild>& restarted_children() const { return restarted_children_; }
  const std::vector<KillChild>& killed_children() const { return killed_children_; }
  const std::vector<KillAttempt>& killed_attempts() const { return killed_attempts_; }
  const std::vector<base::Id>& replacements() const { return replacements_; }
  size_t killed_replacements() const { return killed_replacements_; }
  std::optional<base::Instant> schedule_date;
  base::Instant now() const { return now_; }
  /// The answer of the gate of the flow to all further events.
  Admission admission;
  bool defers_tasks = false;  ///< for all further events: Event::defers_tasks
  size_t ended_count() const { return ended_; }
  size_t steps() const { return steps_; }
  size_t held() const { return held_.size(); }
  /// Held jobs, oldest first.
  const std::vector<Dispatch>& held_work() const { return held_; }

 private:
  struct Rows;
  void take(Effects effects);
  bool copy(base::Id replayed);
  void use(std::string_view flow_yaml, int32_t revision);
  void store();
  void restore();
  void answer(const Dispatch& job);

  std::shared_ptr<const CompiledFlow> flow_;
  std::unique_ptr<ExecutionState> state_;
  std::unique_ptr<Rows> rows_;
  base::Value inputs_ = base::Value::empty_map();
  base::Instant now_ = base::Instant::of_millis(1'700'000'000'000);
  uint64_t seed_ = 1;
  std::map<std::string, std::vector<Outcome>> scripts_;
  std::map<std::string, size_t> attempts_;
  bool hold_ = false;
  std::vector<EventBody> pending_;
  std::vector<Dispatch> held_;
  std::vector<model::LogEntry> logs_;
  std::vector<std::string> server_log_;
  std::vector<StartChild> children_;
  std::vector<RestartChild> restarted_children_;
  std::vector<KillChild> killed_children_;
  std::vector<KillAttempt> killed_attempts_;
  std::vector<base::Id> replacements_;
  size_t killed_replacements_ = 0;
  size_t ended_ = 0;
  size_t steps_ = 0;
};

}  // namespace gyr::engine::testing
