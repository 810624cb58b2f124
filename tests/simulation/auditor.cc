#include "auditor.h"

#include <fmt/format.h>

#include <algorithm>

#include "model.h"
#include "model/labels.h"
#include "random.h"
#include "state_rules.h"

namespace gyr::simulation {
namespace {

using model::State;

constexpr size_t max_violations = 10;

std::string_view text_of(State state) { return model::to_text(state); }

std::string token_of(const model::TaskRun& run) {
  const base::Value* token = run.outputs.is_map() ? run.outputs.find("token") : nullptr;
  return token != nullptr && token->is_string() ? std::string(token->text()) : std::string();
}

bool has_label(const store::ExecutionRow& row, std::string_view key) {
  return std::ranges::any_of(row.execution.labels, [key](const model::Label& label) { return label.key == key; });
}

}  // namespace

std::string action_name(size_t action) { return fmt::format("action-{}", action); }

void Auditor::fail(std::string promise) {
  if (violations_.size() < max_violations)
    violations_.push_back(fmt::format("{} ms: {}", events_.now_us() / 1000, std::move(promise)));
}

void Auditor::committed(const store::Batch& batch) {
  for (const auto* rows : {&batch.new_executions, &batch.executions}) {
    for (const auto& row : *rows) audit_execution(row);
  }
  for (const auto* rows : {&batch.new_task_runs, &batch.task_runs}) {
    for (const auto& row : *rows) audit_run(row);
  }
  for (const auto& line : batch.logs) {
    note(line.task_run_id);
    note(mix(line.sequence, line.message));
    if (line.trigger_id == schedule_id && line.message.starts_with("Skipped "))
      skips_[line.flow->id].push_back(line.message);
  }
  for (const auto& gone : batch.deleted_executions) {
    note(gone.id);
    if (auto row = rows_.executions.find(gone.id); row != rows_.executions.end()) deleted_.insert(*row);
  }
  for (const auto& message : batch.inbox) note(mix(message.id.low, message.kind));
  for (base::Id id : batch.applied_inbox_ids) note(id);
  for (int64_t sequence : batch.applied_inbox) note(static_cast<uint64_t>(sequence));
  note(static_cast<uint64_t>(events_.now_us()));
  if (auto applied = rows_.apply(batch); !applied)
    fail("the store took what contradicts its rows: " + applied.error().message());
  audit_limits(batch);
}

/// EXEC-60, EXEC-61: a slot is held from admission to the end.
void Auditor::audit_limits(const store::Batch& batch) {
  if (batch.executions.empty() && batch.new_executions.empty()) return;
  for (const auto& flow : scenario_.flows) {
    if (flow.limit == 0) continue;
    size_t slots = 0;
    size_t allowed = flow.limit;
    for (const auto& action : scenario_.actions) {  // these take a slot whatever the limit says (EXEC-88)
      const bool forces = action.kind == Action::Kind::unqueue || action.kind == Action::Kind::force_run;
      allowed += forces && scenario_.actions[action.target].flow == flow.id ? 1 : 0;
    }
    for (const auto& [id, row] : rows_.executions) {
      const State state = row.execution.state.current();
      const bool waits = state == State::created || state == State::queued || state == State::restarted;
      slots += row.execution.flow->id == flow.id && !waits && !model::is_terminated(state) ? 1 : 0;
    }
    if (slots > allowed)
      fail(fmt::format("{} executions of {} run at once, {} may (EXEC-60)", slots, flow.id, allowed));
  }
}

void Auditor::audit_history(const std::string& what, const model::StateHistory& before,
                            const model::StateHistory& after, Kind kind) {
  const auto& old_changes = before.changes();
  const auto& changes = after.changes();
  if (changes.size() < old_changes.size() || !std::equal(old_changes.begin(), old_changes.end(), changes.begin())) {
    fail(what + ": its history was rewritten");
    return;
  }
  for (size_t i = std::max<size_t>(1, old_changes.size()); i < changes.size(); ++i) {
    const State from = changes[i - 1].state;
    const State to = changes[i].state;
    const bool legal = kind == Kind::execution ? may_follow_in_execution(from, to)
                                               : may_follow_in_run(from, to, kind == Kind::reopened_run);
    if (!legal) fail(fmt::format("{}: {} after {} (EXEC-4)", what, text_of(to), text_of(from)));
    if (changes[i].date < changes[i - 1].date) fail(what + ": its history runs backwards (EXEC-5)");
  }
}

void Auditor::audit_execution(const store::ExecutionRow& row) {
  const base::Id id = row.execution.id;
  auto known = rows_.executions.find(id);
  const bool fresh = known == rows_.executions.end();
  // By a person or by its caller: flowables above the failed tasks run again (EXEC-84). What leaves a pause is not
  // meant.
  const auto& changes = row.execution.state.changes();
  const bool began_again =
      std::ranges::any_of(changes, [](const auto& change) { return change.state == State::restarted; });
  // A kill switch ends a copy at its birth, before it shows RESTARTED.
  if (fresh && id.slot() != model::slot_of(*row.execution.flow))
    fail("the id of execution " + id.to_text() + " does not carry the slot of its flow");
  if (fresh && row.execution.parent_id && (began_again || model::is_terminated(changes.back().state)))
    copies_.insert(id);
  if (has_label(row, "system.restarted") || copies_.contains(id)) reopened_.insert(id);
  // What it takes over from another one may stand in any state.
  if (!fresh || !copies_.contains(id)) {
    audit_history("execution " + id.to_text(), fresh ? model::StateHistory() : known->second.execution.state,
                  row.execution.state, Kind::execution);
  }
  const State state = row.execution.state.current();
  if ((state == State::paused || state == State::breakpoint || row.quarantined) && on_hold_) on_hold_(id);
  note(id);
  note(mix(static_cast<uint64_t>(row.execution.state.current()), row.execution.state.changes().size()));
  note(mix(static_cast<uint64_t>(row.activity), row.wake_at ? static_cast<uint64_t>(row.wake_at->to_micros()) : 0));
}

void Auditor::audit_run(const store::TaskRunRow& row) {
  const store::TaskRunRow* known = rows_.find_run(row.execution_id, row.run.id);
  const model::StateHistory none;
  if (known != nullptr || !copies_.contains(row.execution_id)) {
    audit_history(fmt::format("task run {} of {}", row.run.id.to_text(), row.run.task_id),
                  known == nullptr ? none : known->run.state, row.run.state,
                  reopened_.contains(row.execution_id) ? Kind::reopened_run : Kind::run);
  }
  if (known != nullptr && row.run.attempts.size() < known->run.attempts.size())
    fail("task run " + row.run.id.to_text() + " has lost an attempt");
  if (known == nullptr || token_of(known->run) != token_of(row.run)) audit_token(row);
  if (known == nullptr) audit_stopped_run(row);
  known_runs_.insert(row.run.id);
  if (row.run.state.current() == State::paused && on_hold_) on_hold_(row.execution_id);
  note(row.run.id);
  note(mix(static_cast<uint64_t>(row.run.state.current()), row.run.state.changes().size()));
  note(mix(row.run.attempts.size(), token_of(row.run)));
}

void Auditor::audit_token(const store::TaskRunRow& row) {
  const std::string token = token_of(row.run);
  if (token.empty()) return;
  auto body = bodies_.find(token);
  if (body == bodies_.end()) return fail("the outputs of task run " + row.run.id.to_text() + " come from nowhere");
  const protocol::AttemptKey& key = body->second.key;
  const bool copied = key.execution_id != row.execution_id && copies_.contains(row.execution_id) &&
                      rows_.find_run(row.execution_id, row.run.id) == nullptr;
  if (copied) return;
  if (key.task_run_id != row.run.id || key.execution_id != row.execution_id)
    return fail("a result went to another task run");
  if (key.epoch != newest_epoch_[body->second.directory ? body->second.directory : row.run.id]) {
    fail(fmt::format("a stale result was applied to task run {} of {}: epoch {} where {} was given out",
                     row.run.id.to_text(), row.run.task_id, key.epoch, newest_epoch_[row.run.id]));
  }
}

bool Auditor::is_directory(const model::FlowKey& flow, const std::string& task_id) const {
  const PlannedFlow* planned = scenario_.find(flow.id);
  const PlannedTask* task = planned == nullptr ? nullptr : find_task(*planned, task_id);
  return task != nullptr && task->type.ends_with("WorkingDirectory");
}

void Auditor::dispatched(const executor::WorkOrigin& origin, const engine::Dispatch& job) {
  const store::TaskRunRow* row = rows_.find_run(origin.execution, job.attempt.task_run);
  const std::string name = fmt::format("task run {} of {}", job.attempt.task_run.to_text(), job.task_id);
  if (row == nullptr) return fail(name + " was given out before it was stored");
  const State state = row->run.state.current();
  const bool directory = is_directory(*origin.flow, job.task_id);  // shows no SUBMITTED (TASK-40)
  const bool may_go = directory ? state == State::created || state == State::restarted || state == State::running
                                : state == State::submitted;
  if (!may_go) {
    fail(fmt::format("{} was given out although it is stored as {}", name, text_of(row->run.state.current())));
  }
  if (static_cast<size_t>(job.attempt.attempt) != row->run.attempts.size())
    fail(name + " was given out as an attempt that is not stored");
  int32_t& newest = newest_epoch_[job.attempt.task_run];
  if (job.attempt.epoch <= newest) fail(fmt::format("{} was given out twice with epoch {}", name, job.attempt.epoch));
  newest = std::max(newest, job.attempt.epoch);
  audit_stopped_run(*row);
}

void Auditor::acknowledged(const executor::WorkOrigin& origin, const engine::AttemptRef& attempt) {
  const store::TaskRunRow* row = rows_.find_run(origin.execution, attempt.task_run);
  const auto execution = rows_.executions.find(origin.execution);
  if (execution != rows_.executions.end() && execution->second.quarantined)
    return;  // it runs again when it is released
  if (row == nullptr || is_directory(*origin.flow, row->run.task_id))
    return;  // its `errors` and `finally` may still be to run
  // A result from before a restart is dropped: the run waits for another attempt now.
  const auto newest = newest_epoch_.find(attempt.task_run);
  const bool is_old = newest != newest_epoch_.end() && attempt.epoch < newest->second;
  if (is_old || row->run.state.current() == State::restarted) return;
  const auto& attempts = row->run.attempts;
  const auto number = static_cast<size_t>(attempt.attempt);
  const bool recorded = number < attempts.size() && model::is_terminated(attempts[number].state.current());
  if (!recorded && !model::is_terminated(row->run.state.current())) {
    fail("the result of task run " + row->run.id.to_text() + " was acknowledged before it was stored");
  }
}

std::string Auditor::body_started(const protocol::Job& job, base::Id directory) {
  std::string token = fmt::format("{}.{}.{}", job.key.task_run_id.to_text(), job.key.epoch, bodies_.size());
  note(mix(job.key.task_run_id.low, static_cast<uint64_t>(job.key.epoch)));
  const store::TaskRunRow* row = rows_.find_run(job.key.execution_id, job.key.task_run_id);
  if (row != nullptr && static_cast<size_t>(job.key.attempt) < row->run.attempts.size()) {
    const State recorded = row->run.attempts[static_cast<size_t>(job.key.attempt)].state.current();
    const bool finished = recorded == State::success || recorded == State::warning || recorded == State::failed;
    // Those that took their parent's end may be under way still (TASK-27).
    if (finished && job.key.epoch > newest_epoch_[job.key.task_run_id])
      fail("a finished attempt of " + job.task_id + " runs again");
  }
  bodies_.emplace(token, Body{job.key, job.flow.id, job.task_id, directory, {}});
  return token;
}

void Auditor::logged(const std::string& token, uint32_t sequence, std::string text) {
  bodies_[token].lines.emplace_back(sequence, std::move(text));
}

void Auditor::accepted(size_t action, base::Id execution) {
  note(mix(action, execution.low));
  auto [entry, added] = accepted_.emplace(action, execution);
  if (!added && entry->second != execution)
    fail(fmt::format("one idempotency key was answered with two executions (request {})", action));
  if (!rows_.executions.contains(execution)) fail(fmt::format("request {} was answered before it was durable", action));
}

// ---------------------------------------------------------------------------------------------- the end

void Auditor::finish(store::Reader& reader) {
  audit_readable(reader);
  audit_requests();
  for (const auto& [id, row] : rows_.executions) audit_open(row);
  for (const auto& flow : scenario_.flows) {
    if (flow.polls) audit_trigger(flow);
    if (!flow.dates.empty()) audit_dates(flow);
  }
  if (!rows_.inbox.empty()) fail(fmt::format("{} messages between executions were never applied", rows_.inbox.size()));
  if (!violations_.empty()) return;  // what is open or missing makes the rest unfit to be looked at
  audit_children();
  audit_cascade();
  audit_items();
  audit_logs();
  for (const auto& [id, row] : rows_.executions) {
    const PlannedFlow* flow = scenario_.find(row.execution.flow->id);
    if (flow == nullptr) continue;
    audit_replacement(row);
    audit_sla(row);
    audit_stopped(row);
    static const std::map<uint32_t, store::TaskRunRow> no_runs;
    auto runs = rows_.task_runs.find(id);
    // Two exceptions at one message end the execution where it stands (EXEC-14).
    const bool ended_by_exception = std::ranges::any_of(rows_.logs, [&](const auto& line) {
      return line.second.execution_id == id &&
             line.second.message.starts_with("an unexpected error of the server ended this execution");
    });
    for (auto& problem : check_against_model(*flow, row, runs == rows_.task_runs.end() ? no_runs : runs->second,
                                             was_touched(row) || ended_by_exception)) {
      fail(std::move(problem));
    }
  }
}

void Auditor::audit_readable(store::Reader& reader) {
  for (const auto& [id, row] : rows_.executions) {
    auto stored = reader.execution(id);
    if (!stored || !*stored) {
      fail("execution " + id.to_text() + " is not in the store any more");
      continue;
    }
    if ((*stored)->execution.state != row.execution.state)
      fail("execution " + id.to_text() + " is not what was committed");
    auto runs = reader.task_runs(id, 0, 100'000);
    auto known = rows_.task_runs.find(id);
    const size_t expected = known == rows_.task_runs.end() ? 0 : known->second.size();
    if (!runs || runs->size() != expected) {
      fail("execution " + id.to_text() + " has lost or gained task runs");
      continue;
    }
    for (const auto& run : *runs) {
      if (run.run.state != known->second.at(run.position).run.state)
        fail("task run " + run.run.id.to_text() + " is not what was committed");
    }
  }
}

void Auditor::audit_requests() {
  for (const auto& [action, id] : accepted_) {
    if (!rows_.executions.contains(id) && !deleted_.contains(id))
      fail(fmt::format("request {} was accepted and its execution is lost", action));
    if (!scenario_.actions[action].keyed) continue;
    // What was made from it has its name, too.
    auto created_by = [name = action_name(action)](const auto& entry) {
      return entry.second.execution.trace_parent == name && entry.second.execution.parent_id.is_none();
    };
    if (std::ranges::count_if(rows_.executions, created_by) + std::ranges::count_if(deleted_, created_by) > 1)
      fail(fmt::format("request {} has an idempotency key and created two executions", action));
  }
  for (base::Id id : killed_) {
    auto row = rows_.executions.find(id);
    if (row == rows_.executions.end()) continue;
    if (row->second.execution.state.current() != State::killed)
      fail("a kill of " + id.to_text() + " was accepted and it ended otherwise");
  }
}

void Auditor::audit_open(const store::ExecutionRow& row) {
  const State state = row.execution.state.current();
  if (row.activity == store::Activity::ended && model::is_terminated(state)) {
    for (const auto& [position, run] : rows_.task_runs[row.execution.id]) {
      if (!model::is_terminated(run.run.state.current())) {
        fail(fmt::format("execution {} has ended and its {} is {}", row.execution.id.to_text(), run.run.task_id,
                         text_of(run.run.state.current())));
      }
    }
    return;
  }
  std::string waiting;
  for (const auto& [position, run] : rows_.task_runs[row.execution.id]) {
    if (!model::is_terminated(run.run.state.current()))
      waiting += fmt::format(" {}:{}", run.run.task_id, text_of(run.run.state.current()));
  }
  fail(fmt::format("stuck: execution {} of {} stays {}{}{}; open:{}", row.execution.id.to_text(),
                   row.execution.flow->id, text_of(state), row.quarantined ? " in quarantine" : "",
                   row.wake_at ? " although it has a date" : "", waiting));
}

/// Takes the place of a RETRIED one under the same caller (EXEC-156).
bool Auditor::is_replacement(const store::ExecutionRow& row) const {
  if (deleted_.contains(row.execution.parent_id)) return true;
  auto before = rows_.executions.find(row.execution.parent_id);
  return before != rows_.executions.end() && before->second.execution.caller_task_run == row.execution.caller_task_run;
}

bool Auditor::was_touched(const store::ExecutionRow& row) const {
  return touched_.contains(row.execution.id) || has_label(row, model::kill_switch_label) ||
         copies_.contains(row.execution.id) || (row.execution.parent_id && touched_.contains(row.execution.parent_id));
}

/// EXEC-52: one takes the place of each that gives way.
void Auditor::audit_replacement(const store::ExecutionRow& row) {
  const base::Id id = row.execution.id;
  if (row.execution.state.current() != State::retried || was_touched(row) || reopened_.contains(id))
    return;  // a restart may fail once more
  size_t count = 0;
  for (const auto& [other, candidate] : rows_.executions) {
    if (candidate.execution.parent_id != id) continue;
    if (has_label(candidate, "system.replay") && !has_label(row, "system.replay")) continue;
    count += 1;
    if (candidate.execution.original_id != row.execution.original_id)
      fail(other.to_text() + " does not know what it comes from (EXEC-52)");
    if (candidate.execution.attempt_number <= row.execution.attempt_number) {
      fail(fmt::format("{} is attempt {} and takes the place of attempt {} (EXEC-52)", other.to_text(),
                       candidate.execution.attempt_number, row.execution.attempt_number));
    }
  }
  auto gave_up = [id](const auto& line) {
    return line.second.execution_id == id &&
           line.second.message == "The execution was killed before it was tried again";
  };
  count += static_cast<size_t>(
      std::ranges::count_if(deleted_, [id](const auto& gone) { return gone.second.execution.parent_id == id; }));
  if (count > 1) fail(fmt::format("{} executions take the place of {}", count, id.to_text()));
  if (count == 0 && std::ranges::none_of(rows_.logs, gave_up))
    fail("nothing takes the place of " + id.to_text() + ", which is RETRIED");
}

/// EXEC-70: whoever takes longer is noticed, and nobody else.
void Auditor::audit_sla(const store::ExecutionRow& row) {
  const PlannedFlow& flow = *scenario_.find(row.execution.flow->id);
  if (flow.sla_seconds == 0 || scenario_.faults.clock_jump > 0 || was_touched(row) ||
      reopened_.contains(row.execution.id))
    return;
  int64_t slack_seconds = 30;  // nobody looks while the server is down, or while it is held back
  for (const Intervention& each : scenario_.interventions) slack_seconds += each.length_ms / 1'000;
  const auto& history = row.execution.state.changes();
  auto ended = std::ranges::find_if(
      history, [](const auto& change) { return change.state == State::killing || model::is_terminated(change.state); });
  const base::Duration lasted = (ended == history.end() ? history.back() : *ended).date - history.front().date;
  const bool late = has_label(row, "late");
  const bool inherited = row.execution.parent_id && late;  // of the one in whose place it stands
  if (late && !inherited && lasted < base::Duration::of_seconds(flow.sla_seconds))
    fail(row.execution.id.to_text() + " violates its SLA too early");
  if (!late && lasted > base::Duration::of_seconds(flow.sla_seconds + slack_seconds))
    fail(row.execution.id.to_text() + " violates its SLA and nobody notices");
}

void Auditor::audit_children() {
  std::map<base::Id, size_t> children;
  for (const auto& [id, row] : deleted_) children[row.execution.caller_task_run] += is_replacement(row) ? 0 : 1;
  for (const auto& [id, row] : rows_.executions) {
    const base::Id caller = row.execution.caller_execution;
    if (!caller) continue;
    const store::TaskRunRow* run = rows_.find_run(caller, row.execution.caller_task_run);
    if (run ==
        nullptr) {  // a restart takes the runs of handlers away (EXEC-84), a loop those of its last round (TASK-38)
      if (!known_runs_.contains(row.execution.caller_task_run))
        fail("execution " + id.to_text() + " was started by a task run that does not exist");
    } else {
      children[run->run.id] += is_replacement(row) ? 0 : 1;
    }
  }
  for (const auto& [execution, runs] : rows_.task_runs) {
    const PlannedFlow* flow = scenario_.find(rows_.executions.at(execution).execution.flow->id);
    for (const auto& [position, row] : runs) {
      const PlannedTask* task = flow == nullptr ? nullptr : find_task(*flow, row.run.task_id);
      if (task == nullptr || task->starts.empty() || copies_.contains(execution)) continue;
      const size_t count = children[row.run.id];
      if (count > task->repeats * row.run.attempts.size()) {
        fail(fmt::format("task run {} of {} started {} executions in {} attempts", row.run.id.to_text(),
                         row.run.task_id, count, row.run.attempts.size()));
      }
      const bool by_itself = row.run.state.current() == State::success && !was_touched(rows_.executions.at(execution));
      if (by_itself && count < task->repeats) {
        fail(fmt::format("task run {} of {} succeeded and started {} of {} executions", row.run.id.to_text(),
                         row.run.task_id, count, task->repeats));
      }
    }
  }
}

/// EXEC-81: what a killed execution had started begins nothing behind its end.
void Auditor::audit_cascade() {
  if (scenario_.faults.clock_jump > 0) return;  // their dates are of different times
  for (const auto& [id, row] : rows_.executions) {
    const auto caller = rows_.executions.find(row.execution.caller_execution);
    if (caller == rows_.executions.end() || !killed_.contains(caller->first)) continue;
    // Not yet of those in the place of a RETRIED one: a kill that comes before they are born does not reach them.
    if (row.execution.parent_id || was_changed(row) || was_changed(caller->second)) continue;
    const store::TaskRunRow* run = rows_.find_run(caller->first, row.execution.caller_task_run);
    if (run == nullptr || run->run.force_execution) continue;  // what stands behind the end runs behind a kill, too
    const bool came_later = row.execution.state.started() > caller->second.execution.state.last_date();
    if (came_later && row.execution.state.current() != State::killed) {
      fail(fmt::format("execution {} was started behind the kill of its caller {} and ended {} (EXEC-81)", id.to_text(),
                       caller->first.to_text(), text_of(row.execution.state.current())));
    }
  }
}

/// Whether this is the task of a ForEachItem that waits for its executions: nobody stores outputs for one that does
/// not.
bool Auditor::waits_for_items(const store::ExecutionRow& row, std::string_view task_id) const {
  constexpr std::string_view suffix = "_items";
  const PlannedFlow* flow = task_id.ends_with(suffix) ? scenario_.find(row.execution.flow->id) : nullptr;
  if (flow == nullptr) return false;
  const PlannedTask* task = find_task(*flow, std::string(task_id.substr(0, task_id.size() - suffix.size())));
  return task != nullptr && std::ranges::find(task->properties, "wait: false") == task->properties.end();
}

/// TASK-55: the outputs of each execution of a ForEachItem are a file of their own below one folder.
void Auditor::audit_items() {
  if (scenario_.faults.failed_file > 0) return;
  std::map<std::string, size_t> wanted;
  for (const auto& [id, row] : rows_.executions) {
    const model::Execution& execution = row.execution;
    if (execution.caller_execution.is_none() || execution.outputs.size() == 0) continue;
    const store::TaskRunRow* run = rows_.find_run(execution.caller_execution, execution.caller_task_run);
    const bool counts = run != nullptr && run->run.state.current() == State::success &&
                        execution.state.current() != State::retried &&
                        waits_for_items(rows_.executions.at(execution.caller_execution), run->run.task_id);
    const base::Value* folder = counts ? run->run.outputs.find("subflowOutputsBaseUri") : nullptr;
    if (folder != nullptr && execution.original_id == id) wanted[std::string(folder->text()) + "/"] += 1;
  }
  for (const auto& [folder, count] : wanted) {
    const auto files = static_cast<size_t>(
        std::ranges::count_if(files_, [&folder](const std::string& file) { return file.starts_with(folder); }));
    if (files < count) fail(fmt::format("{} of {} outputs are files below {} (TASK-55)", files, count, folder));
  }
}

void Auditor::audit_logs() {
  // Worker hubs do not write log lines under a lease yet: those of an attempt whose server was taken over may come
  // late.
  if (scenario_.bounds.servers > 1) return;
  std::set<std::tuple<base::Id, int32_t, uint32_t, std::string>> emitted;
  for (const auto& [token, body] : bodies_) {
    for (const auto& [sequence, text] : body.lines)
      emitted.insert({body.key.task_run_id, body.key.attempt, sequence, text});
  }
  std::map<base::Id, size_t> echoes;
  for (const auto& [key, line] : rows_.logs) {
    if (line.thread == "worker" && !emitted.contains({line.task_run_id, line.attempt, line.sequence, line.message})) {
      fail("a log line was stored that nobody wrote: " + line.message);
    }
    if (line.thread != "worker" && line.message == "echo " + line.task_run_id.to_text()) echoes[line.task_run_id] += 1;
  }
  for (const auto& [execution, runs] : rows_.task_runs) {
    for (const auto& [position, row] : runs) {
      const std::string token = token_of(row.run);
      if (!token.empty()) {
        const Body& body = bodies_.at(token);
        if (body.key.task_run_id != row.run.id) continue;  // in a copy: its lines stand with the original
        for (const auto& [sequence, text] : body.lines) {
          auto line = rows_.logs.find({execution, row.run.id, body.key.attempt, sequence});
          if (line == rows_.logs.end() || line->second.message != text)
            fail("a log line of " + row.run.task_id + " is lost: " + text);
        }
      } else if (!was_touched(rows_.executions.at(execution)) && row.run.task_id.starts_with("echo") &&
                 row.run.state.current() == State::success && !row.run.attempts.empty() && echoes[row.run.id] != 1) {
        fail(fmt::format("{} ran once and its line stands {} times", row.run.task_id, echoes[row.run.id]));
      }
    }
  }
}

std::string Auditor::end_of_execution(base::Id execution) const {
  const auto& row = rows_.executions.at(execution);
  std::map<std::string, std::string> ends;
  auto runs = rows_.task_runs.find(execution);
  if (runs == rows_.task_runs.end()) return std::string(text_of(row.execution.state.current()));
  std::map<base::Id, std::string> paths;
  for (const auto& [position, run] : runs->second) {
    std::string path = run.run.parent_id ? paths[run.run.parent_id] + "/" : std::string();
    path += run.run.task_id + (run.run.value ? "[" + *run.run.value + "]" : "");
    paths[run.run.id] = path;
    size_t attempts = 0;
    for (const auto& attempt : run.run.attempts) attempts += attempt.state.current() == State::resubmitted ? 0 : 1;
    ends[path] = fmt::format("{} in {}", text_of(run.run.state.current()), attempts);
    std::vector<std::string> below;
    for (const auto& [id, child] : rows_.executions) {
      if (child.execution.caller_task_run == run.run.id) below.push_back(end_of_execution(id));
    }
    std::ranges::sort(below);
    for (const auto& end : below) ends[path] += " {" + end + "}";
  }
  std::string out(text_of(row.execution.state.current()));
  for (const auto& [path, end] : ends) out += "; " + path + " " + end;
  return out;
}

std::string Auditor::end_of(size_t action) const {
  auto accepted = accepted_.find(action);
  if (accepted == accepted_.end() || !rows_.executions.contains(accepted->second)) return {};
  std::string out = end_of_execution(accepted->second);
  for (base::Id id = accepted->second; !id.is_none();) {  // and those that took its place
    auto next = std::ranges::find_if(rows_.executions,
                                     [id](const auto& entry) { return entry.second.execution.parent_id == id; });
    id = next == rows_.executions.end() ? base::Id() : next->first;
    if (!id.is_none()) out += "; then " + end_of_execution(id);
  }
  return out;
}

}  // namespace gyr::simulation
