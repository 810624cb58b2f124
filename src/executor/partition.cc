#include "executor/partition.h"

#include "base/assert.h"
#include "base/edge.h"
#include "base/invariant.h"
#include "base/log.h"
#include "base/probe.h"
#include "engine/items_task.h"
#include "engine/step.h"
#include "executor/errors.h"
#include "executor/partition_pending.h"
#include "executor/trigger_meters.h"

namespace gyr::executor {

using model::State;

namespace {

/// A ForEachItem counts it by its state.
bool is_counted(const model::Execution& execution) {
  return !execution.caller_execution.is_none() && execution.trigger && execution.trigger->type == engine::items_type;
}

/// The approximate size of the row of an execution.
uint64_t row_bytes(const model::Execution& execution) {
  uint64_t bytes =
      small_row_bytes + execution.inputs.weight() + execution.outputs.weight() + execution.variables.weight();
  return execution.trigger ? bytes + execution.trigger->variables.weight() : bytes;
}

/// The message that starts a child of this execution.
StartChildMessage start_message(engine::StartChild start, const WorkOrigin& caller) {
  StartChildMessage message;
  message.child = start.child;
  message.flow = *start.flow;
  message.revision = start.revision;
  message.inputs = std::move(start.inputs);
  message.labels = std::move(start.labels);
  message.parent_labels = std::move(start.parent_labels);
  message.trigger = std::move(start.trigger);
  message.schedule_date = start.schedule_date;
  message.wait = start.wait;
  message.caller_flow = *caller.flow;
  message.caller_execution = caller.execution;
  message.caller_task_run = start.task_run;
  message.depth = start.depth;
  return message;
}

/// From this number on, triggers are read together; otherwise one by one.
constexpr size_t many_dates = 8;

}  // namespace

std::shared_ptr<const model::FlowKey> caller_flow(const model::Execution& execution) {
  if (execution.caller_execution.is_none() || !execution.trigger) return nullptr;
  const base::Value* namespace_ = execution.trigger->variables.find("namespace");
  const base::Value* id = execution.trigger->variables.find("flowId");
  if (namespace_ == nullptr || id == nullptr || !namespace_->is_string() || !id->is_string()) return nullptr;
  return std::make_shared<const model::FlowKey>(
      model::FlowKey{execution.flow->tenant, std::string(namespace_->text()), std::string(id->text())});
}

Partition::Partition(PartitionServices services, PartitionLimits limits, uint16_t first_slot, uint16_t last_slot,
                     InFlight* in_flight, size_t in_flight_place, std::function<void()> wake_thread)
    : services_(std::move(services)),
      limits_(limits),
      first_slot_(first_slot),
      last_slot_(last_slot),
      in_flight_(in_flight),
      in_flight_place_(in_flight_place),
      wake_thread_(std::move(wake_thread)),
      live_executions_(services_.flows, limits.live_executions),
      wakes_(limits.wakes),
      trigger_wakes_(limits.trigger_wakes),
      pending_(std::make_unique<Pending>()) {}

Partition::~Partition() { GYR_ASSERT(!committing_); }

void Partition::push(Message message) {
  if (mailbox_.push(std::move(message))) wake_thread_();
}

base::Result<void> Partition::recover(store::Lease lease) {
  lease_ = lease;
  GYR_TRY(reader_, services_.store.open_reader());
  life_began_ = services_.clock.now();
  if (services_.operator_holds != nullptr) {
    operator_holds_ = services_.operator_holds->at(life_began_);
    services_.workers.set_operator_holds(operator_holds_);
    if (operator_holds_->stops_any()) waiting_.push_back(ReviewMessage{});
  }
  GYR_CHECK(refill_wakes());
  GYR_CHECK(refill_trigger_wakes());
  GYR_CHECK(recover_evaluations());
  constexpr size_t page = 10'000;
  base::Id after;
  for (;;) {
    GYR_TRY(auto ids, reader_->active_executions(first_slot_, last_slot_, after, page));
    for (base::Id id : ids) waiting_.push_back(RecoverMessage{id});
    if (ids.size() < page) break;
    after = ids.back();
  }
  GYR_TRY(auto flows, reader_->flows_with_queue(first_slot_, last_slot_));
  for (auto& flow : flows) waiting_.push_back(AdmitMessage{std::move(flow), {}});
  return queue_inbox(std::nullopt);
}

base::Result<void> Partition::queue_inbox(std::optional<base::Id> target) {
  constexpr size_t page = 10'000;
  int64_t sequence = 0;
  for (;;) {
    GYR_TRY(auto messages, reader_->inbox(first_slot_, last_slot_, sequence, page));
    for (auto& stored : messages) {
      GYR_INVARIANT(stored.sequence > sequence, "the messages of an inbox are ordered by number");
      sequence = stored.sequence;
      if (!target || stored.message.target == *target)
        waiting_.push_back(InboxHint{std::move(stored.message), stored.sequence});
    }
    if (messages.size() < page) return {};
  }
}

std::optional<base::Instant> Partition::next_wake() const {
  if (committing_ || is_lost()) return std::nullopt;
  if (paused_until_) return paused_until_;
  auto next = wakes_.next();
  if (auto trigger = trigger_wakes_.next(); trigger && (!next || *trigger < *next)) next = trigger;
  const auto& change = operator_holds_->next_change();
  if (change && (!next || *change < *next)) next = change;
  return next;
}

base::Instant Partition::now() {
  // The dates of a history do not decrease, and neither does the time of the partition during a turn.
  now_ = std::max(now_, services_.clock.now());
  return now_;
}

bool Partition::turn() {
  try {
    return take_turn();
  } catch (...) {
    start_over(base::caught_at(base::Edge::turn, "the turn of a partition"));
    return true;
  }
}

bool Partition::take_turn() {
  if (!take_outcome()) return false;
  if (is_lost()) return refuse_waiting(taken_over());
  const base::Instant moment = services_.clock.now();
  if (moment < now_) GYR_PROBE("a turn begins after the clock was set back");
  now_ = moment;
  if (paused_until_) {
    // A clock that was set back must not extend the pause.
    const bool set_back = now_ + limits_.retry_after_failure < *paused_until_;
    if (now_ < *paused_until_ && !set_back) return false;
    if (set_back) GYR_PROBE("the pause after a failed commit ends because the clock was set back");
    paused_until_.reset();
  }
  if (!begin_again()) return false;
  for (auto& message : mailbox_.take_all()) waiting_.push_back(std::move(message));
  follow_operator_holds();
  if (paused_until_) return false;
  queue_due_dates();
  if (waiting_.empty() && pending_->ended_evaluations.empty()) return false;

  end_batch_ = false;
  size_t taken = 0;
  size_t most = one_by_one_ > 0 ? 1 : limits_.drain;
  // Who takes a slot that became free is in the commit that freed it, unless a batch would grow without end.
  auto may_take = [&] {
    const bool goes_along =
        one_by_one_ == 0 && taken < 2 * most && std::holds_alternative<AdmitMessage>(waiting_.front());
    return taken < most || goes_along;
  };
  while (!waiting_.empty() && may_take() && !end_batch_ && !abandoned_ && pending_->bytes < limits_.batch_bytes) {
    const bool alone = goes_alone(waiting_.front());
    if (alone && taken > 0) break;
    end_batch_ = alone;
    Message message = std::move(waiting_.front());
    waiting_.pop_front();
    bool held = false;
    try {
      held = (!operator_holds_->empty() || !read_again_.empty()) && holds_back(message);
      if (!held && !unread_) process(message);
    } catch (...) {
      held = unread_ = false;
      escaped(&message, base::caught_at(base::Edge::turn, "a message of a partition"));
    }
    if (std::exchange(unread_, false)) {
      GYR_PROBE("a message is applied again because the store could not be read");
      waiting_.push_front(std::move(message));
      paused_until_ = now_ + limits_.retry_after_failure;
      break;
    }
    taken += 1;
    if (!held) pending_->messages.push_back(std::move(message));
  }
  if (one_by_one_ > 0) GYR_PROBE("a message gets a batch of its own");
  if (pending_->bytes >= limits_.batch_bytes) GYR_PROBE("a batch ends at its size before the mailbox is empty");
  if (!waiting_.empty() && taken >= most) GYR_PROBE("a batch ends at its number of messages");
  one_by_one_ -= std::min(one_by_one_, taken);
  begin_commit();
  return true;
}

bool Partition::wind_up() {
  try {
    if (!take_outcome()) return true;
  } catch (...) {
    (void)base::caught_at(base::Edge::turn, "the last turn of a partition");  // its target is in the store
  }
  (void)refuse_waiting({shutting_down, "the server is shutting down"});  // the result is not needed
  return false;
}

bool Partition::refuse_waiting(const base::Error& error) {
  for (auto& message : mailbox_.take_all()) waiting_.push_back(std::move(message));
  const bool any = !waiting_.empty();
  // Everything else is a row, or a worker keeps it until its owner asks.
  for (auto& message : waiting_) {
    if (auto* command = std::get_if<CommandMessage>(&message)) command->reply(base::fail(error));
  }
  waiting_.clear();
  return any;
}

base::Result<void> Partition::refill_wakes() {
  const size_t capacity = wakes_.capacity();
  std::vector<TimerIndex<base::Id>::Entry> entries;
  for (size_t asked_for = capacity;; asked_for *= 2) {
    GYR_TRY(auto wakes, reader_->next_wakes(first_slot_, last_slot_, asked_for));
    // Where not all fit, those that are ignored must not take the places of others for good.
    const bool chooses = wakes.size() >= capacity && operator_holds_->ignores_any();
    const bool all = wakes.size() < asked_for;
    entries.clear();
    for (const auto& wake : wakes) {
      if (!chooses || ignoring(wake.execution) == nullptr) entries.emplace_back(wake.at, wake.execution);
    }
    if (all || entries.size() >= capacity) break;
    GYR_PROBE("dates of ignored executions fill the index of dates");
  }
  if (entries.size() >= capacity) GYR_PROBE("more executions have dates than the index of dates holds");
  wakes_.refill(std::move(entries));
  return {};
}

void Partition::queue_due_dates() {
  auto refilled = wakes_.needs_refill() || refill_dates_ ? refill_wakes() : base::Result<void>();
  if (refilled && (trigger_wakes_.needs_refill() || refill_dates_)) refilled = refill_trigger_wakes();
  if (refilled) refill_dates_ = false;
  if (!refilled) base::log::error("cannot read the next dates: {}", refilled.error().message());
  if (services_.trigger_meters != nullptr) services_.trigger_meters->looked();
  for (size_t i = 0; i < limits_.drain; ++i) {
    auto due = wakes_.take_due(now_);
    if (!due) break;
    waiting_.push_back(WakeMessage{due->second, due->first});
  }
  const auto earliest = trigger_wakes_.next();
  size_t taken = 0;
  for (; taken < limits_.drain; ++taken) {
    auto due = trigger_wakes_.take_due(now_);
    if (!due) break;
    waiting_.push_back(TriggerMessage{.trigger = std::move(due->second), .due = due->first});
  }
  if (taken >= many_dates) read_due_triggers(*earliest);
}

base::Result<LiveExecution*> Partition::load(base::Id execution) {
  // Its row is there until the commit: read now, it would be written again behind it.
  if (is_deleted_in_batch(execution)) return nullptr;
  std::optional<Unloadable> unloadable;
  auto live = live_executions_.load(*reader_, execution, unloadable);
  if (unloadable) fail_unloadable(*std::move(unloadable));
  return live;
}

void Partition::fail_unloadable(Unloadable unloadable) {
  // FLOW-94: the execution exists, but its flow cannot be executed: it fails with the reason.
  store::ExecutionRow& row = unloadable.row;
  if (model::is_terminated(row.execution.state.current()) || changes_in_batch(row.execution.id)) return;
  GYR_PROBE("an execution fails because it cannot be loaded");
  const bool admitted = engine::ExecutionState::was_admitted(row.execution.state.current(), row.engine_state);
  if (auto freed = forget_slot(row.execution.flow, row.execution, admitted); !freed) {
    return abandon_batch(freed.error(), row.execution.id);
  }
  row.execution.error = unloadable.reason;
  row.execution.state.set(model::State::failed, now_);
  if (row.execution.trigger) {
    if (auto told = end_for_trigger(row.execution, model::State::failed); !told)
      return abandon_batch(told.error(), row.execution.id);
  }
  row.activity = store::Activity::ended;
  row.wake_at.reset();
  model::LogEntry line;
  line.execution_id = row.execution.id;
  line.flow = row.execution.flow;
  line.sequence = line_of_executor;
  line.timestamp = now_;
  line.level = model::LogLevel::error;
  line.thread = "executor";
  line.message = "Cannot execute an invalid flow: " + unloadable.reason;
  pending_->batch.logs.push_back(std::move(line));
  if (auto caller = caller_flow(row.execution)) {
    send(caller, row.execution.caller_execution,
         ChildEndedMessage{
             row.execution.caller_task_run, row.execution.id, model::State::failed, {}, row.execution.revision});
  }
  notify_flow_triggers_of_end(row.execution);
  pending_->batch.executions.push_back(std::move(row));
}

void Partition::step(LiveExecution& live, engine::EventBody body) {
  if (!operator_holds_->empty() && is_held_back(live, body)) return;
  engine::ExecutionState& state = *live.state;
  base::Id id = state.execution().id;
  stepping_ = id;
  GYR_INVARIANT(!live.quarantined, "an execution in quarantine is left alone");
  const bool is_timer = std::holds_alternative<engine::TimerDue>(body);
  engine::Event event{now(), base::secure_random(), base::secure_random(), std::move(body)};
  event.defers_tasks = operator_holds_->maintenance();
  const State before = state.execution().state.current();
  const bool held = state.admitted;
  if (!held && (before == State::created || before == State::restarted)) {
    auto admitted = admission(state);
    if (!admitted) return abandon_batch(admitted.error(), id);
    event.admission = *admitted;
  }
  uint64_t outputs_before = state.outputs_bytes();
  const size_t changes_before = state.execution().state.changes().size();
  const size_t runs_before = state.run_count();
  if (in_flight_ != nullptr) in_flight_->set(in_flight_place_, id);
  engine::Effects effects = engine::advance(state, services_.settings, event);
  if (base::exceptions_are_planned()) {
    const bool is_first = std::holds_alternative<engine::Drive>(event.body);
    base::maybe_throw(base::Edge::turn, state.flow().key()->id + (is_first ? "" : "+"));
  }
  if (in_flight_ != nullptr) in_flight_->set(in_flight_place_, {});
  if (is_timer) {
    const auto next = state.next_wake();
    GYR_INVARIANT(!next || *next > event.now, "a timer that was due is gone");
  }
  note_progress(state, held, before);
  notify_flow_triggers(state, changes_before, runs_before);

  if (!live.touched) {
    live.touched = true;
    pending_->touched.push_back(id);
    pending_->bytes += row_bytes(state.execution());
  }
  if (state.outputs_bytes() > outputs_before) pending_->bytes += state.outputs_bytes() - outputs_before;
  for (const auto& line : effects.logs) pending_->bytes += line.message.size() + small_row_bytes;
  auto& batch = pending_->batch;
  std::move(effects.logs.begin(), effects.logs.end(), std::back_inserter(batch.logs));
  if (services_.task_meters != nullptr) {
    for (const auto& metric : effects.metrics) {
      const engine::CompiledTask* task = state.flow().find(metric.task_id);
      if (task != nullptr) pending_->measured.push_back({task->type_name(), metric});
    }
  }
  std::move(effects.metrics.begin(), effects.metrics.end(), std::back_inserter(batch.metrics));
  for (auto& line : effects.server_log) {
    if (base::log::level() <= base::log::Level::debug) {
      pending_->server_log.push_back(state.flow().key()->namespace_ + "." + state.flow().key()->id + " " +
                                     id.to_text() + ": " + line);
    }
  }

  const model::Execution& execution = state.execution();
  if (execution.state.current() != before && is_counted(execution) &&
      !model::is_terminated(execution.state.current())) {
    // TASK-54; the end itself is reported by Ended.
    send(caller_flow(execution), execution.caller_execution,
         ChildEndedMessage{execution.caller_task_run, id, execution.state.current(), {}, execution.revision});
  }
  act_on(live, std::move(effects.effects));
  stepping_ = {};
}

void Partition::act_on(LiveExecution& live, std::vector<engine::Effect> effects) {
  const engine::ExecutionState& state = *live.state;
  const model::Execution& execution = state.execution();
  const WorkOrigin origin{state.flow().key(), state.flow().revision(), execution.id, state.flow().flow().templates};
  for (auto& effect : effects) {
    if (auto* start = std::get_if<engine::StartChild>(&effect)) {
      auto flow = start->flow;
      const base::Id child = start->child;
      send(flow, child, start_message(std::move(*start), origin));
    } else if (auto* restart = std::get_if<engine::RestartChild>(&effect)) {
      GYR_PROBE("a child is restarted by its caller");
      send(restart->flow, restart->child, RestartMessage{*origin.flow, execution.id, restart->task_run});
    } else if (auto* kill = std::get_if<engine::KillChild>(&effect)) {
      send(kill->flow, kill->child, KillMessage{true});
    } else if (std::holds_alternative<engine::ReplacementKilled>(effect)) {
      tell_caller(live, effect);
    } else if (std::holds_alternative<engine::Ended>(effect)) {
      tell_caller(live, effect);
      if (execution.trigger)
        tell_trigger(execution, state.flow().flow().find_trigger(execution.trigger->id), execution.state.current());
    } else if (const auto* replacement = std::get_if<engine::StartReplacement>(&effect)) {
      send(origin.flow, replacement->replacement, ReplaceMessage{execution.id});
    } else if (std::holds_alternative<engine::ContinueLater>(effect)) {
      GYR_PROBE("a step reaches its bounds and continues later");
      pending_->continuations.push_back(execution.id);
    } else {
      pending_->work.push_back({origin, std::move(effect)});
    }
  }
  if (operator_holds_->stops_any()) stop_by_switch(live);  // for a restarted execution
}

void Partition::tell_caller(const LiveExecution& live, const engine::Effect& effect) {
  const model::Execution& execution = live.state->execution();
  auto caller = caller_flow(execution);
  if (caller == nullptr) return;
  const base::Id run = execution.caller_task_run;
  if (const auto* killed = std::get_if<engine::ReplacementKilled>(&effect)) {
    send(caller, execution.caller_execution,
         ChildEndedMessage{run, killed->replacement, State::killed, {}, execution.revision});
  } else if (execution.state.current() == State::retried) {
    GYR_PROBE("a caller is told that its child was replaced");
    send(caller, execution.caller_execution, ChildReplacedMessage{run, execution.id, live.state->replacement});
  } else {
    const auto* ended = std::get_if<engine::Ended>(&effect);
    send(caller, execution.caller_execution,
         ChildEndedMessage{run, execution.id, execution.state.current(), execution.outputs, execution.revision,
                           ended != nullptr ? ended->outputs_problem : std::string()});
  }
}

void Partition::send(const std::shared_ptr<const model::FlowKey>& flow, base::Id target, const InboxBody& body) {
  GYR_INVARIANT(flow != nullptr, "a message goes to a flow");
  store::InboxMessage message = make_inbox_message(base::make_id(now_), flow, target, body);
  pending_->bytes += message.payload.size() + small_row_bytes;
  pending_->batch.inbox.push_back(message);
  pending_->hints.push_back(std::move(message));
}

}  // namespace gyr::executor
