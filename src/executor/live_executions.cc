#include "executor/live_executions.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/invariant.h"
#include "base/probe.h"
#include "command/errors.h"

namespace gyr::executor {

base::Result<void> check_quarantine(const LiveExecution& live) {
  if (!live.quarantined) return {};
  return base::fail(base::Error(quarantined, "the execution is in quarantine")
                        .with_hint("release the execution first: gyr execution release ID; or kill it"));
}

LiveExecution* LiveExecutions::find(base::Id id) {
  auto found = live_executions_.find(id);
  if (found == live_executions_.end()) return nullptr;
  found->second.used = ++clock_;
  return &found->second;
}

const LiveExecution* LiveExecutions::peek(base::Id id) const {
  auto found = live_executions_.find(id);
  return found == live_executions_.end() ? nullptr : &found->second;
}

LiveExecution& LiveExecutions::add(std::unique_ptr<engine::ExecutionState> state) {
  base::Id id = state->execution().id;
  GYR_INVARIANT(!id.is_none(), "an execution has an id");
  GYR_INVARIANT(!live_executions_.contains(id), "an execution is in memory at most once");
  LiveExecution live;
  live.state = std::move(state);
  live.used = ++clock_;
  const auto [place, is_new] = live_executions_.insert_or_assign(id, std::move(live));
  budget_.used += is_new ? 1 : 0;
  return place->second;
}

base::Result<LiveExecution*> LiveExecutions::load(store::Reader& reader, base::Id id,
                                                  std::optional<Unloadable>& unloadable) {
  if (LiveExecution* live = find(id)) return live;
  GYR_TRY(auto row, reader.execution(id));
  if (!row) return nullptr;
  GYR_TRY(LoadedFlowPtr flow, flows_.of_execution(reader, *row));
  if (flow == nullptr || flow->compiled == nullptr) {
    unloadable = Unloadable{*std::move(row),
                            flow == nullptr ? "the flow of the execution does not exist any more" : flow->exception};
    return nullptr;
  }
  auto state = std::make_unique<engine::ExecutionState>(flow->compiled, std::move(row->execution), false);
  auto restored = state->restore_engine_state(row->engine_state);
  constexpr size_t page = 5'000;
  uint32_t from = 0;
  for (bool more = restored.has_value(); more;) {
    GYR_TRY(auto runs, reader.task_runs(id, from, page));
    more = runs.size() == page;
    for (auto& run : runs) {
      from = run.position + 1;
      restored = state->restore_run(std::move(run.run), run.position, run.engine_state);
      if (!restored) break;
    }
    more = more && restored;
  }
  if (!restored) {
    GYR_PROBE("the rows of an execution are damaged");
    row->execution = std::move(state->execution());
    unloadable = Unloadable{*std::move(row), restored.error().message()};
    return nullptr;
  }
  state->finish_restore();
  LiveExecution& live = add(std::move(state));
  live.aborts = row->aborts;
  live.quarantined = row->quarantined;
  live.stored_activity = row->activity;
  live.stored_admitted = live.state->admitted;
  live.stored_wake = row->wake_at;
  return &live;
}

base::Result<void> restore_runs(store::Reader& reader, std::string_view engine_state, engine::ExecutionState& state,
                                size_t max_runs) {
  constexpr size_t page = 5'000;
  GYR_CHECK(state.restore_engine_state(engine_state));
  for (uint32_t from = 0;;) {
    GYR_TRY(auto runs, reader.task_runs(state.execution().id, from, page));
    for (auto& run : runs) {
      from = run.position + 1;
      GYR_CHECK(state.restore_run(std::move(run.run), run.position, run.engine_state));
    }
    if (state.run_count() > max_runs)
      return base::fail(too_many_runs, fmt::format("the execution has more than {} task runs", max_runs));
    if (runs.size() < page) break;
  }
  state.finish_restore();
  return {};
}

void LiveExecutions::drop(base::Id id) { budget_.used -= live_executions_.erase(id); }

void LiveExecutions::clear() {
  budget_.used -= live_executions_.size();
  live_executions_.clear();
}

namespace {

/// Nothing is to be done until a message or a date comes, and the rows hold all that is needed then. A result of a
/// worker finds its run by the rows as well.
bool rows_are_enough(const engine::ExecutionState& state) {
  if (activity_of(state) != store::Activity::active) return true;
  return state.waiting_for_workers() > 0 && state.waiting_for_rendering() == 0 && state.unfinished.empty() &&
         state.rendered.empty() && state.outputs_requested == 0;
}

}  // namespace

bool waits_for_somebody(const LiveExecution& live) {
  if (live.touched || live.stored_activity != store::Activity::idle || !rows_are_enough(*live.state)) return false;
  const model::State state = live.state->execution().state.current();
  return state == model::State::paused || state == model::State::breakpoint || live.state->waiting_for_resume() > 0;
}

void LiveExecutions::trim() {
  if (budget_.used <= budget_.capacity || live_executions_.size() <= budget_.share()) return;
  std::vector<std::pair<uint64_t, base::Id>> idle;
  for (const auto& [id, live] : live_executions_) {
    if (!live.touched && rows_are_enough(*live.state)) idle.emplace_back(live.used, id);
  }
  std::sort(idle.begin(), idle.end());
  GYR_PROBE("idle executions are dropped from memory");
  // trims more than necessary, so that not every batch trims
  const size_t surplus =
      std::min(budget_.used - budget_.capacity * 9 / 10, live_executions_.size() - budget_.share() * 9 / 10);
  for (size_t i = 0; i < idle.size() && i < surplus; ++i) drop(idle[i].second);
}

store::Activity activity_of(const engine::ExecutionState& state) {
  model::State current = state.execution().state.current();
  if (model::is_terminated(current)) {
    const auto& after = state.frame().of(engine::ListRole::after);
    bool done = after.terminated == state.frame().total_of(engine::ListRole::after);
    if (done && state.waiting_for_workers() == 0) return store::Activity::ended;
    // A Pause after the end waits for a user like any other.
    const bool held =
        state.waiting_for_resume() > 0 && state.waiting_for_workers() == 0 && state.waiting_for_rendering() == 0;
    return held ? store::Activity::idle : store::Activity::active;
  }
  if (state.waiting_for_workers() > 0 || !state.unfinished.empty() || state.waiting_for_rendering() > 0) {
    return store::Activity::active;
  }
  if (state.ending) return store::Activity::active;  // its outputs are being rendered, no user action is needed
  switch (current) {
    case model::State::restarted: return store::Activity::active;  // its next step follows
    case model::State::paused:
    case model::State::queued:
    case model::State::breakpoint: return store::Activity::idle;
    case model::State::created:
      return state.execution().schedule_date ? store::Activity::idle : store::Activity::active;
    default:
      // Every open run waits for a child or for its date.
      return state.open_waits_are_durable() ? store::Activity::idle : store::Activity::active;
  }
}

store::ExecutionRow execution_row(const LiveExecution& live) {
  store::ExecutionRow row;
  row.execution = live.state->execution();
  row.activity = live.quarantined ? store::Activity::idle : activity_of(*live.state);
  row.wake_at = live.quarantined ? std::nullopt : live.state->next_wake();
  row.aborts = live.aborts;
  row.quarantined = live.quarantined;
  row.engine_state = live.state->encode_engine_state();
  return row;
}

store::TaskRunRow task_run_row(base::Id execution, const engine::RunState& run) {
  store::TaskRunRow row;
  row.execution_id = execution;
  row.position = run.position;
  row.run = run.run;
  row.engine_state = engine::ExecutionState::encode_run_state(run);
  return row;
}

namespace {

/// At the end of an execution, this many runs are checked; for larger executions only the counters.
constexpr size_t max_checked_runs = 1'000;

/// The invariants of a row to be stored. An ended execution is checked completely, because no later step will do so.
void check_row(const LiveExecution& live, store::Activity activity, std::optional<base::Instant> wake) {
  const engine::ExecutionState& state = *live.state;
  const model::State current = state.execution().state.current();
  const bool is_over = model::is_terminated(current);
  GYR_INVARIANT(activity != store::Activity::ended || is_over, "an ended execution is in a final state");
  GYR_INVARIANT(activity != store::Activity::ended || !wake || current == model::State::retried,
                "an ended execution has no timer");
  GYR_INVARIANT(!is_over || !state.admitted, "an ended execution holds no slot");
  if (activity != store::Activity::ended) return;
  GYR_INVARIANT(state.waiting_for_workers() == 0, "no worker has a job of an ended execution");
  GYR_INVARIANT(state.waiting_for_rendering() == 0, "no expression of an ended execution is being rendered");
  for (auto role : {engine::ListRole::tasks, engine::ListRole::errors, engine::ListRole::finally_})
    GYR_INVARIANT(state.frame().of(role).running() == 0, "all task runs of an ended execution have ended");
  if (state.run_count() <= max_checked_runs) state.check_consistency();
}

}  // namespace

bool collect_changes(LiveExecution& live, store::Batch& batch) {
  engine::ExecutionState& state = *live.state;
  auto changes = state.take_changes();
  auto wake = live.quarantined ? std::nullopt : state.next_wake();
  auto activity = live.quarantined ? store::Activity::idle : activity_of(state);
  bool row_changed = changes.execution || wake != live.stored_wake || activity != live.stored_activity;
  if (!row_changed && changes.runs.empty() && changes.removed_runs.empty()) return false;
  base::Id id = state.execution().id;
  if (!live.quarantined) check_row(live, activity, wake);
  if (row_changed) {
    (changes.execution_is_new ? batch.new_executions : batch.executions).push_back(execution_row(live));
    live.stored_wake = wake;
    live.stored_activity = activity;
    live.stored_admitted = state.admitted;
  }
  for (const auto& change : changes.runs) {
    (change.is_new ? batch.new_task_runs : batch.task_runs).push_back(task_run_row(id, *change.state));
  }
  for (base::Id gone : changes.removed_runs) batch.deleted_task_runs.emplace_back(id, gone);
  return true;
}

}  // namespace gyr::executor
