// What is asserted of what operators hold back (EXEC-99, OPS-12, OPS-13): what is ignored stays as it stands, kill
// switches end what they name and let nothing begin, and in maintenance mode nothing begins.
//
// Asserted when a partition hands a batch to the store: from the moment at which its server has read what is stored, no
// batch may go against it. What was handed over before may still become durable.
#include <fmt/format.h>

#include <algorithm>

#include "auditor.h"
#include "model/labels.h"

namespace gyr::simulation {
namespace {

using model::State;
using store::SwitchEffect;

/// In a history without faults everything that a switch names is stopped by then.
constexpr int64_t time_to_stop_us = 5'000'000;

const std::string* stop_label(const store::ExecutionRow& row) {
  return model::find_label(row.execution.labels, model::kill_switch_label);
}

bool is_stopping(const store::ExecutionRow& row) {
  const State state = row.execution.state.current();
  return model::is_terminated(state) || state == State::killing || stop_label(row) != nullptr;
}

bool has_states(const store::ExecutionRow& row, State wanted) {
  return std::ranges::any_of(row.execution.state.changes(),
                             [wanted](const auto& each) { return each.state == wanted; });
}

/// Some task ends the whole execution, or gives it up for another one.
bool any_decides(const std::vector<PlannedList>& lists) {
  return std::ranges::any_of(lists, [](const PlannedList& list) {
    return std::ranges::any_of(list.tasks, [](const PlannedTask& task) {
      return task.aim == Aim::cancelling || (task.retry && task.retry->gives_way) || any_decides(task.lists);
    });
  });
}

}  // namespace

void Auditor::told(size_t site) {
  Told& told = told_[site];
  told = {.maintenance = rows_.maintenance.on, .since_us = events_.now_us()};
  for (const auto& [id, row] : rows_.kill_switches) {
    if (row.enabled) told.switches.push_back(row);
  }
}

/// The strongest of them: the highest number.
SwitchEffect Auditor::effect_on(const Told& told, const model::FlowKey& flow, base::Id execution) const {
  SwitchEffect effect = SwitchEffect::pass;
  for (const auto& row : told.switches) {
    const bool is_over = row.end && events_.clock().now() >= *row.end;
    const bool is_named = row.scope.executions.empty() ||
                          std::ranges::find(row.scope.executions, execution) != row.scope.executions.end();
    const bool is_in_scope = (row.scope.namespace_.empty() || row.scope.namespace_ == flow.namespace_) &&
                             (row.scope.flow.empty() || row.scope.flow == flow.id);
    if (!is_over && is_named && is_in_scope) effect = std::max(effect, row.effect);
  }
  return effect;
}

void Auditor::proposed(size_t site, const store::Batch& batch) {
  const Told& told = told_[site];
  if (told.switches.empty() && !told.maintenance) return;
  for (const auto& row : batch.new_executions) audit_held(told, row, true);
  for (const auto& row : batch.executions) audit_held(told, row, false);
  for (const auto* rows : {&batch.new_task_runs, &batch.task_runs}) {
    for (const auto& row : *rows) audit_held(told, row);
  }
  const bool takes_away = std::ranges::any_of(batch.entities, [](const store::EntityRow& row) {
    const auto read = store::entity_of<store::KillSwitchRow>(row);
    return row.kind == store::StoredEntity<store::KillSwitchRow>::kind.name && read && !read->enabled;
  });
  if (takes_away) audit_overlooked(told);
}

void Auditor::audit_held(const Told& told, const store::ExecutionRow& row, bool is_new) {
  const base::Id id = row.execution.id;
  const State state = row.execution.state.current();
  const std::string name = fmt::format("execution {} of {}", id.to_text(), row.execution.flow->id);
  const SwitchEffect effect = effect_on(told, *row.execution.flow, id);
  // What a look found is kept as an execution that waits.
  const bool is_find = is_new && row.execution.trigger && row.execution.trigger->id == poll_id;
  if (effect == SwitchEffect::ignore && !(is_find && state == State::created))
    fail(fmt::format("{} is ignored and becomes {} (EXEC-99)", name, model::to_text(state)));
  const bool stops = effect == SwitchEffect::kill || effect == SwitchEffect::cancel;
  // A row in quarantine stays as it was before the step that could not be stored.
  const bool stays = row.quarantined || (told.maintenance && state == State::created);
  if (stops && !is_stopping(row) && !may_end_otherwise(row) && !stays)
    fail(fmt::format("{} goes on as {} under a kill switch (EXEC-99)", name, model::to_text(state)));
  if (!told.maintenance || forced_.contains(id) || touched_.contains(id)) return;
  if (is_new && row.execution.parent_id && has_states(row, State::restarted))
    return;  // goes on where another one stood
  const auto known = rows_.executions.find(id);
  const State before = known == rows_.executions.end() ? State::created : known->second.execution.state.current();
  if (before != State::created && before != State::queued) return;
  const bool waits = state == State::created || state == State::queued;
  const bool was_ended = state == State::killing || state == State::killed || state == State::cancelled;
  if (!waits && !was_ended)
    fail(fmt::format("{} becomes {} in maintenance mode (OPS-12)", name, model::to_text(state)));
}

void Auditor::audit_held(const Told& told, const store::TaskRunRow& row) {
  const auto execution = rows_.executions.find(row.execution_id);
  if (execution == rows_.executions.end()) return;  // new, and looked at as such
  if (effect_on(told, *execution->second.execution.flow, row.execution_id) == SwitchEffect::ignore)
    fail(fmt::format("{} of an execution that is ignored becomes {} (EXEC-99)", row.run.task_id,
                     model::to_text(row.run.state.current())));
}

void Auditor::given(size_t site, const protocol::Frame& frame) {
  const Told& told = hub_told_[site];
  const auto* job = std::get_if<protocol::Job>(&frame);
  const auto* look = std::get_if<protocol::TriggerJob>(&frame);
  if (job == nullptr && look == nullptr) return;
  const model::FlowKey& flow = job != nullptr ? job->flow : look->flow;
  const base::Id id = job != nullptr ? job->key.execution_id : base::Id();
  const std::string name = fmt::format("{} of {}", job != nullptr ? job->task_id : look->trigger_id, flow.id);
  if (told.maintenance) fail(name + " is given to a worker in maintenance mode (OPS-12)");
  if (effect_on(told, flow, id) == SwitchEffect::ignore)
    fail(name + " is given to a worker although it is ignored (EXEC-99)");
}

/// By something that stands above what a switch says: it has been decided, and only its outputs are asked for.
bool Auditor::may_end_otherwise(const store::ExecutionRow& row) const {
  const PlannedFlow& flow = *scenario_.find(row.execution.flow->id);
  const bool by_sla = flow.sla_behavior == "CANCEL" || flow.sla_behavior == "FAIL";
  return by_sla || (flow.retry && flow.retry->gives_way) || any_decides(flow.lists);
}

/// What a switch has ended begins nothing any more, unless somebody asks for it: what runs goes on to its end, and what
/// stands behind the end is run behind it.
void Auditor::audit_stopped_run(const store::TaskRunRow& row) {
  const auto execution = rows_.executions.find(row.execution_id);
  if (execution == rows_.executions.end() || stop_label(execution->second) == nullptr) return;
  const model::FlowKey& flow = *execution->second.execution.flow;
  if (was_changed(execution->second) || is_behind_the_end(*scenario_.find(flow.id), row.run.task_id)) return;
  const store::TaskRunRow* parent = rows_.find_run(row.execution_id, row.run.parent_id);
  if (parent != nullptr && is_directory(flow, parent->run.task_id)) return;  // its job runs on a worker
  fail(fmt::format("{} begins in execution {}, which a kill switch has ended (EXEC-99)", row.run.task_id,
                   row.execution_id.to_text()));
}

bool Auditor::was_changed(const store::ExecutionRow& row) const {
  const base::Id id = row.execution.id;
  return reopened_.contains(id) || copies_.contains(id) || touched_.contains(id);
}

/// OPS-13: it ends as the switch says, or by a kill.
void Auditor::audit_stopped(const store::ExecutionRow& row) {
  const std::string* label = stop_label(row);
  if (label == nullptr || was_changed(row)) return;
  const State state = row.execution.state.current();
  if (state != State::killed && !(state == State::cancelled && *label == "cancelled"))
    fail(fmt::format("execution {} was {} by a kill switch and ended {}", row.execution.id.to_text(), *label,
                     model::to_text(state)));
}

/// A switch is taken away that held for a while: whoever nothing kept from it has stopped all that it names.
void Auditor::audit_overlooked(const Told& told) {
  const int64_t since_us = events_.now_us() - time_to_stop_us;
  if (scenario_.faults.any() || scenario_.bounds.servers > 1 || told.since_us > since_us) return;
  for (const auto& [id, row] : rows_.executions) {
    const SwitchEffect effect = effect_on(told, *row.execution.flow, id);
    const bool stops = effect == SwitchEffect::kill || effect == SwitchEffect::cancel;
    const bool is_old =
        row.execution.state.last_date() < events_.clock().now() - base::Duration::of_micros(time_to_stop_us);
    if (stops && is_old && !is_stopping(row) && !may_end_otherwise(row)) {
      fail(fmt::format("execution {} of {} was overlooked by a kill switch (EXEC-99)", id.to_text(),
                       row.execution.flow->id));
    }
  }
}

}  // namespace gyr::simulation
