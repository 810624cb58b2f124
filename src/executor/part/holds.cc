#include "executor/part/holds.h"

#include <algorithm>

#include "base/log.h"
#include "base/probe.h"
#include "executor/turn.h"

namespace gyr::executor {

using model::State;
using store::SwitchEffect;

namespace {

bool begins(const engine::EventBody& body) {
  return std::holds_alternative<engine::Drive>(body) || std::holds_alternative<engine::Continue>(body) ||
         std::holds_alternative<engine::TimerDue>(body);
}

}  // namespace

void Holds::recover(base::Instant now) {
  if (turn_.services.operator_holds == nullptr) return;
  set_ = turn_.services.operator_holds->at(now);
  turn_.services.workers.set_operator_holds(set_);
  if (set_->stops_any()) turn_.queue.put_last(ReviewMessage{});
}

void Holds::forget() {
  held_back_.clear();
  held_triggers_.clear();
  read_again_.clear();
}

bool Holds::have_changed() const {
  return turn_.services.operator_holds != nullptr && turn_.services.operator_holds->version() != set_->version();
}

// ---- rules

const Hold* Holds::ignoring(base::Id execution) {
  if (const Hold* rule = set_->ignoring(execution)) return rule;
  if (!set_->ignores_by_flow()) return nullptr;
  if (const LiveExecution* live = turn_.live.peek(execution))
    return set_->ignoring(*live->state->flow().key(), execution);
  auto row =
      turn_.reader().execution(execution);  // only its row: loading the execution can be the cause of the problem
  if (!row) {
    turn_.failed_to_read(row.error(), execution);
    return nullptr;
  }
  return *row ? set_->ignoring(*(*row)->execution.flow, execution) : nullptr;
}

base::Instant Holds::life_of(const model::FlowKey& flow) const {
  if (released_ == nullptr || released_->ignoring(flow, {}) == nullptr) return turn_.triggers.life_began();
  return std::max(turn_.triggers.life_began(), released_at_);
}

bool Holds::is_held_back(LiveExecution& live, const engine::EventBody& body) {
  if (std::holds_alternative<engine::StopRequested>(body)) return false;
  engine::ExecutionState& state = *live.state;
  const bool is_kill = std::holds_alternative<engine::KillRequested>(body);
  if (set_->stops_any() && !is_kill && !model::is_terminated(state.execution().state.current())) {
    stop_by_switch(live);
    if (model::is_terminated(state.execution().state.current())) {
      GYR_PROBE("a kill switch ends an execution before its event is applied");
      return true;
    }
  }
  if (state.execution().state.current() != State::created || !begins(body)) return false;
  const bool waits = set_->maintenance() || set_->ignoring(*state.flow().key(), state.execution().id) != nullptr;
  const auto* drive = std::get_if<engine::Drive>(&body);
  if (waits && drive != nullptr && !drive->recovered) {
    // A new one is stored as it is: found again by its activity or, as one with a date, by its alarm.
    GYR_PROBE("a new execution may not begin yet");
    state.set_wake(state.execution().schedule_date);
    turn_.note_change(live);
  }
  return waits;
}

void Holds::stop_by_switch(LiveExecution& live) {
  const engine::ExecutionState& state = *live.state;
  if (model::is_terminated(state.execution().state.current())) return;
  const Hold* rule = set_->strongest(*state.flow().key(), state.execution().id);
  if (rule == nullptr || rule->effect == SwitchEffect::ignore) return;
  if (state.ends_already()) {
    GYR_PROBE("a kill switch meets an execution that ends already");
    return;
  }
  const State end = rule->effect == SwitchEffect::cancel ? State::cancelled : State::killed;
  turn_.step(live, engine::StopRequested{end, rule->switch_id, origin_of(*rule)});
}

// ---- changes

base::Result<void> Holds::follow() {
  if (turn_.services.operator_holds == nullptr) return {};
  const auto& next_change = set_->next_change();
  const bool is_due = next_change && *next_change <= turn_.moment();
  if (!have_changed() && !is_due) return {};
  return change(turn_.services.operator_holds->at(turn_.moment()));
}

base::Result<void> Holds::change(HoldSetPtr next) {
  const HoldSetPtr before = set_;
  const bool releases = before->ignores_any();
  const bool goes_on = releases || (before->maintenance() && !next->maintenance());
  std::vector<store::StoredMessage> messages;
  std::vector<std::shared_ptr<const model::FlowKey>> queues;
  if (releases) {
    GYR_TRY(messages, released_messages(*before, *next));
  }
  if (goes_on) {
    GYR_TRY(queues, turn_.reader().flows_with_queue(turn_.slots.first, turn_.slots.last));
  }
  if (next->ignores_any()) GYR_CHECK(end_listeners(*before, *next));

  set_ = std::move(next);
  turn_.services.workers.set_operator_holds(set_);
  if (releases) {
    released_ = before;
    released_at_ = turn_.moment();
    take_up(std::move(messages));
    let_go();
  }
  if (goes_on) {
    needs_dates_ = true;
    turn_.gates.undo();
    for (auto& flow : queues) turn_.queue.put_last(AdmitMessage{std::move(flow)});
  }
  if (goes_on || set_->stops_any()) turn_.queue.put_last(ReviewMessage{});
  return {};
}

base::Result<std::vector<store::StoredMessage>> Holds::released_messages(const HoldSet& before, const HoldSet& next) {
  constexpr size_t page = 10'000;
  std::vector<store::StoredMessage> released;
  for (int64_t sequence = 0;;) {
    GYR_TRY(auto messages, turn_.reader().inbox(turn_.slots.first, turn_.slots.last, sequence, page));
    for (auto& stored : messages) {
      sequence = stored.sequence;
      const auto& [flow, target] = std::tie(*stored.message.flow, stored.message.target);
      if (before.ignoring(flow, target) != nullptr && next.ignoring(flow, target) == nullptr)
        released.push_back(std::move(stored));
    }
    if (messages.size() < page) return released;
  }
}

void Holds::take_up(std::vector<store::StoredMessage> messages) {
  std::unordered_set<base::Id> known;
  for (const auto& stored : messages) known.insert(stored.message.id);
  // Including those that have just arrived.
  std::erase_if(turn_.queue.waiting, [&known](const Message& message) {
    const auto* hint = std::get_if<InboxHint>(&message);
    return hint != nullptr && known.erase(hint->message.id) > 0;
  });
  read_again_.merge(known);
  for (auto& stored : messages) turn_.queue.put_last(InboxHint{std::move(stored.message), stored.sequence});
}

void Holds::let_go() {
  // Everything that is still ignored is held again.
  for (auto& [execution, held] : std::exchange(held_back_, {})) {
    for (auto& report : held.reports) turn_.queue.put_last(std::move(report));
    if (held.recovers) {
      turn_.queue.put_last(RecoverMessage{execution});
    } else if (held.goes_on) {
      turn_.queue.put_last(ContinueMessage{execution});
    }
  }
  for (const TriggerKey& trigger : std::exchange(held_triggers_, {})) {
    turn_.queue.put_last(TriggerReported{trigger, {{}, engine::trigger::EvaluationLost{}, {}}});
    turn_.queue.put_last(TriggerMessage{.trigger = trigger});
  }
}

base::Result<void> Holds::end_listeners(const HoldSet& before, const HoldSet& next) {
  GYR_TRY(auto heads, turn_.reader().worker_triggers(turn_.slots.first, turn_.slots.last));
  for (auto& head : heads) {
    const bool newly = next.ignoring(*head.flow, {}) != nullptr && before.ignoring(*head.flow, {}) == nullptr;
    if (!newly || !head.evaluating || head.kind != store::TriggerKind::realtime) continue;
    GYR_TRY(auto row, turn_.reader().trigger(*head.flow, head.trigger_id));
    if (!row || !row->evaluating_since) continue;
    held_triggers_.insert({head.flow, head.trigger_id});
    turn_.changes.ended_evaluations.push_back({head.flow, 0, row->evaluation});
  }
  return {};
}

}  // namespace gyr::executor
