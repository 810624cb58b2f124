// Holds of operators (EXEC-99): ignored executions do not change, kill switches end executions, and in maintenance mode
// nothing starts. Held executions are released as after a restart of the server.
#include "executor/partition_operator_holds.h"

#include <algorithm>

#include "base/log.h"
#include "base/probe.h"
#include "executor/errors.h"
#include "executor/partition_pending.h"

namespace gyr::executor {

using model::State;
using store::SwitchEffect;

namespace {

/// The number of executions that are checked together.
constexpr size_t review_page = 256;

bool begins(const engine::EventBody& body) {
  return std::holds_alternative<engine::Drive>(body) || std::holds_alternative<engine::Continue>(body) ||
         std::holds_alternative<engine::TimerDue>(body);
}

}  // namespace

// ---------------------------------------------------------------------------------------------- message by message

bool Partition::holds_back(Message& message) { return std::visit(Holder{*this}, message); }

const Hold* Partition::ignoring(base::Id execution) {
  if (const Hold* rule = operator_holds_->ignoring(execution)) return rule;
  if (!operator_holds_->ignores_by_flow()) return nullptr;
  if (const LiveExecution* live = live_executions_.peek(execution))
    return operator_holds_->ignoring(*live->state->flow().key(), execution);
  auto row = reader_->execution(execution);  // only its row: loading the execution can be the cause of the problem
  if (!row) {
    failed_to_read(row.error(), execution);
    return nullptr;
  }
  return *row ? operator_holds_->ignoring(*(*row)->execution.flow, execution) : nullptr;
}

const Hold* Partition::Holder::rule_of(const Command& command) const {
  const HoldSet& set = *partition.operator_holds_;
  if (const auto* create = std::get_if<CreateExecution>(&command)) return set.ignoring(*create->flow, create->id);
  if (const auto* change = std::get_if<ChangeTrigger>(&command)) return set.ignoring(*change->flow, {});
  if (const auto* remove = std::get_if<DeleteTrigger>(&command)) return set.ignoring(*remove->flow, {});
  const base::Id execution = execution_of(command);
  // a flow can be changed: this can be the correction
  return execution.is_none() ? nullptr : partition.ignoring(execution);
}

bool Partition::Holder::operator()(CommandMessage& message) const {
  const Hold* rule = rule_of(message.command);
  if (rule == nullptr) return false;
  partition.pending_->replies.push_back({std::move(message.reply), base::fail(ignored_error(*rule))});
  return true;
}

bool Partition::Holder::operator()(WorkerMessage& message) const {
  if (partition.ignoring(message.execution) == nullptr) return false;
  // Not acknowledged, so that its worker keeps it too.
  GYR_PROBE("a worker's report is held back");
  auto& reports = partition.held_back_[message.execution].reports;
  reports.push_back(std::move(message));
  return true;
}

bool Partition::Holder::operator()(InboxHint& message) const {
  // The row of a message that was held back was read, and only now the sender hints at it.
  if (message.sequence == 0 && partition.read_again_.erase(message.message.id) > 0) {
    GYR_PROBE("the hint at a message comes after its row was read");
    return true;
  }
  return partition.operator_holds_->ignoring(*message.message.flow, message.message.target) != nullptr;
}

bool Partition::Holder::operator()(InputsResolved& message) const {
  if (partition.operator_holds_->ignoring(*message.origin.flow, message.start.child) == nullptr) return false;
  partition.starting_children_.erase(message.start.child);
  GYR_PROBE("the creation of a child is held back");
  partition.early_kills_.erase(message.start.child);  // rows, like the message itself
  return true;
}

bool Partition::Holder::operator()(OutputsStored& message) const {
  if (partition.operator_holds_->ignoring(*message.origin.flow, message.origin.target) == nullptr) return false;
  partition.storing_outputs_.erase(message.ended.child);  // the same file is written again
  return true;
}

bool Partition::Holder::operator()(FlowEventJudged& message) const {
  if (partition.operator_holds_->ignoring(*message.origin.flow, {}) == nullptr) return false;
  partition.evaluating_events_.erase(message.origin.id);
  return true;
}

bool Partition::Holder::operator()(ContinueMessage& message) const {
  if (partition.ignoring(message.execution) == nullptr) return false;
  GYR_PROBE("the continuation of an execution is held back");
  partition.held_back_[message.execution].goes_on = true;
  return true;
}

bool Partition::Holder::operator()(RecoverMessage& message) const {
  if (partition.ignoring(message.execution) == nullptr) return false;
  GYR_PROBE("the recovery of an execution is held back");
  partition.held_back_[message.execution].recovers = true;
  return true;
}

bool Partition::Holder::operator()(WakeMessage& message) const {
  return partition.ignoring(message.execution) != nullptr;  // the date is in the row
}

bool Partition::Holder::operator()(AdmitMessage& message) const {
  const HoldSet& set = *partition.operator_holds_;
  if (!set.maintenance() && set.ignoring(*message.flow, {}) == nullptr) return false;
  GYR_PROBE("an admission is held back");
  if (Gate* gate = partition.gates_.find(*message.flow)) gate->asked = false;
  return true;
}

bool Partition::Holder::operator()(TriggerMessage& message) const {
  if (partition.operator_holds_->ignoring(*message.trigger.flow, {}) == nullptr) return false;
  if (message.answers.size() > 0) partition.asking_.erase(message.trigger);
  GYR_PROBE("a trigger's date is held back");
  if (message.due == base::Instant{}) partition.held_triggers_.insert(message.trigger);  // its row has no date
  return true;
}

bool Partition::Holder::operator()(TriggerReported& message) const {
  // The result is not lost: its execution is created and waits. Only new evaluations do not start.
  if (!std::holds_alternative<engine::trigger::EvaluationLost>(message.report.event)) return false;
  if (partition.operator_holds_->ignoring(*message.trigger.flow, {}) == nullptr) return false;
  partition.held_triggers_.insert(message.trigger);
  return true;
}

base::Instant Partition::life_of_trigger(const model::FlowKey& flow) const {
  if (released_ == nullptr || released_->ignoring(flow, {}) == nullptr) return life_began_;
  return std::max(life_began_, released_at_);
}

// ---------------------------------------------------------------------------------------------- steps

bool Partition::is_held_back(LiveExecution& live, const engine::EventBody& body) {
  if (std::holds_alternative<engine::StopRequested>(body)) return false;
  engine::ExecutionState& state = *live.state;
  const bool is_kill = std::holds_alternative<engine::KillRequested>(body);
  if (operator_holds_->stops_any() && !is_kill && !model::is_terminated(state.execution().state.current())) {
    stop_by_switch(live);
    if (model::is_terminated(state.execution().state.current())) {
      GYR_PROBE("a kill switch ends an execution before its event is applied");
      return true;
    }
  }
  if (state.execution().state.current() != State::created || !begins(body)) return false;
  const bool waits =
      operator_holds_->maintenance() || operator_holds_->ignoring(*state.flow().key(), state.execution().id) != nullptr;
  const auto* drive = std::get_if<engine::Drive>(&body);
  if (waits && drive != nullptr && !drive->recovered) {
    // A new one is stored as it is: found again by its activity or, as one with a date, by its alarm.
    GYR_PROBE("a new execution may not begin yet");
    state.set_wake(state.execution().schedule_date);
    note_change(live);
  }
  return waits;
}

void Partition::stop_by_switch(LiveExecution& live) {
  const engine::ExecutionState& state = *live.state;
  if (model::is_terminated(state.execution().state.current())) return;
  const Hold* rule = operator_holds_->strongest(*state.flow().key(), state.execution().id);
  if (rule == nullptr || rule->effect == SwitchEffect::ignore) return;
  if (state.ends_already()) {
    GYR_PROBE("a kill switch meets an execution that ends already");
    return;
  }
  const State end = rule->effect == SwitchEffect::cancel ? State::cancelled : State::killed;
  step(live, engine::StopRequested{end, rule->switch_id, origin_of(*rule)});
}

void Partition::process(ReviewMessage& message) {
  auto open = reader_->open_executions(first_slot_, last_slot_, message.after, review_page);
  if (!open) return failed_to_read(open.error(), {});
  bool all = open->size() < review_page;
  base::Id last = message.after;
  for (const auto& execution : *open) {
    if (pending_->bytes >= limits_.batch_bytes) {
      GYR_PROBE("a review of open executions ends at the size of a batch");
      all = false;  // the rest follows after this commit
      break;
    }
    last = execution.id;
    if (model::is_terminated(execution.state)) continue;
    const Hold* rule = operator_holds_->strongest(*execution.flow, execution.id);
    if (rule != nullptr && rule->effect == SwitchEffect::ignore) continue;
    const bool may_begin = execution.state == State::created && execution.activity == store::Activity::active &&
                           !operator_holds_->maintenance();
    if (rule == nullptr && !may_begin) continue;
    auto live = load(execution.id);
    if (!live) return failed_to_read(live.error(), execution.id);
    if (*live == nullptr || (*live)->quarantined) continue;
    if (may_begin) {
      step(**live, engine::Drive{});
    } else {
      stop_by_switch(**live);
    }
  }
  if (!all) pending_->reviewed.push_back(last);
}

// ---------------------------------------------------------------------------------------------- changes

void Partition::follow_operator_holds() {
  if (services_.operator_holds == nullptr) return;
  const auto& next_change = operator_holds_->next_change();
  const bool is_due = next_change && *next_change <= now_;
  if (services_.operator_holds->version() == operator_holds_->version() && !is_due) return;
  auto changed = change_operator_holds(services_.operator_holds->at(now_));
  if (changed) return;
  base::log::error("cannot read the executions that were held back: {}", changed.error().message());
  paused_until_ = now_ + limits_.retry_after_failure;
}

base::Result<void> Partition::change_operator_holds(HoldSetPtr next) {
  const HoldSetPtr before = operator_holds_;
  const bool releases = before->ignores_any();
  const bool goes_on = releases || (before->maintenance() && !next->maintenance());
  std::vector<store::StoredMessage> messages;
  std::vector<std::shared_ptr<const model::FlowKey>> queues;
  if (releases) {
    GYR_TRY(messages, released_messages(*before, *next));
  }
  if (goes_on) {
    GYR_TRY(queues, reader_->flows_with_queue(first_slot_, last_slot_));
  }
  if (next->ignores_any()) GYR_CHECK(end_listeners(*before, *next));

  operator_holds_ = std::move(next);
  services_.workers.set_operator_holds(operator_holds_);
  if (releases) {
    released_ = before;
    released_at_ = now_;
    take_up(std::move(messages));
    let_go();
  }
  if (goes_on) {
    refill_dates_ = true;
    for (auto& flow : gates_.forget_all()) waiting_.push_back(AdmitMessage{std::move(flow), {}});
    for (auto& flow : queues) waiting_.push_back(AdmitMessage{std::move(flow), {}});
  }
  if (goes_on || operator_holds_->stops_any()) waiting_.push_back(ReviewMessage{});
  return {};
}

base::Result<std::vector<store::StoredMessage>> Partition::released_messages(const HoldSet& before,
                                                                             const HoldSet& next) {
  constexpr size_t page = 10'000;
  std::vector<store::StoredMessage> released;
  for (int64_t sequence = 0;;) {
    GYR_TRY(auto messages, reader_->inbox(first_slot_, last_slot_, sequence, page));
    for (auto& stored : messages) {
      sequence = stored.sequence;
      const auto& [flow, target] = std::tie(*stored.message.flow, stored.message.target);
      if (before.ignoring(flow, target) != nullptr && next.ignoring(flow, target) == nullptr)
        released.push_back(std::move(stored));
    }
    if (messages.size() < page) return released;
  }
}

void Partition::take_up(std::vector<store::StoredMessage> messages) {
  std::unordered_set<base::Id> known;
  for (const auto& stored : messages) known.insert(stored.message.id);
  // Including those that have just arrived.
  std::erase_if(waiting_, [&known](const Message& message) {
    const auto* hint = std::get_if<InboxHint>(&message);
    return hint != nullptr && known.erase(hint->message.id) > 0;
  });
  read_again_.merge(known);
  for (auto& stored : messages) waiting_.push_back(InboxHint{std::move(stored.message), stored.sequence});
}

void Partition::let_go() {
  // Everything that is still ignored is held again.
  for (auto& [execution, held] : std::exchange(held_back_, {})) {
    for (auto& report : held.reports) waiting_.push_back(std::move(report));
    if (held.recovers) {
      waiting_.push_back(RecoverMessage{execution});
    } else if (held.goes_on) {
      waiting_.push_back(ContinueMessage{execution});
    }
  }
  for (const TriggerKey& trigger : std::exchange(held_triggers_, {})) {
    waiting_.push_back(TriggerReported{trigger, {{}, engine::trigger::EvaluationLost{}, {}}});
    waiting_.push_back(TriggerMessage{.trigger = trigger});
  }
}

base::Result<void> Partition::end_listeners(const HoldSet& before, const HoldSet& next) {
  GYR_TRY(auto heads, reader_->worker_triggers(first_slot_, last_slot_));
  for (auto& head : heads) {
    const bool newly = next.ignoring(*head.flow, {}) != nullptr && before.ignoring(*head.flow, {}) == nullptr;
    if (!newly || !head.evaluating || head.kind != store::TriggerKind::realtime) continue;
    GYR_TRY(auto row, reader_->trigger(*head.flow, head.trigger_id));
    if (!row || !row->evaluating_since) continue;
    held_triggers_.insert({head.flow, head.trigger_id});
    pending_->ended_evaluations.push_back({head.flow, 0, row->evaluation});
  }
  return {};
}

}  // namespace gyr::executor
