#include "executor/partition.h"

#include "base/assert.h"
#include "base/log.h"
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

/// What a row takes besides its values and texts, about.
constexpr uint64_t small_row_bytes = 200;

/// Of the execution's own row, about.
uint64_t row_bytes(const model::Execution& execution) {
  uint64_t bytes =
      small_row_bytes + execution.inputs.weight() + execution.outputs.weight() + execution.variables.weight();
  return execution.trigger ? bytes + execution.trigger->variables.weight() : bytes;
}

/// So many triggers are read together; fewer one by one, as they are looked at.
constexpr size_t many_dates = 8;

/// The batch will fail again however often it is tried; others not.
bool lies_in_the_batch(const base::Error& error) {
  return error.code() == store::batch_too_large || error.code() == store::store_conflict;
}

/// The execution a message is about; none for commands about flows.
base::Id target_of(const Partition::Message& message) {
  struct Target {
    base::Id operator()(const Partition::CommandMessage& of) const { return execution_of(of.command); }
    base::Id operator()(const Partition::WorkerMessage& of) const { return of.execution; }
    base::Id operator()(const Partition::InboxHint& of) const { return of.message.target; }
    base::Id operator()(const Partition::InputsResolved& of) const { return of.start.child; }
    base::Id operator()(const Partition::OutputsStored& of) const { return of.origin.target; }
    base::Id operator()(const Partition::ContinueMessage& of) const { return of.execution; }
    base::Id operator()(const Partition::RecoverMessage& of) const { return of.execution; }
    base::Id operator()(const Partition::WakeMessage& of) const { return of.execution; }
    base::Id operator()(const Partition::QuarantineMessage&) const { return {}; }
    base::Id operator()(const Partition::AdmitMessage& of) const { return of.admitted; }
    base::Id operator()(const Partition::FlowEventJudged&) const { return {}; }
    base::Id operator()(const Partition::TriggerMessage&) const { return {}; }
    base::Id operator()(const Partition::TriggerReported&) const { return {}; }
    base::Id operator()(const Partition::ReviewMessage&) const { return {}; }
  };
  return std::visit(Target{}, message);
}

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
      residents_(services_.flows, limits.residents),
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
  if (services_.restraints != nullptr) {
    restraints_ = services_.restraints->at(life_began_);
    services_.workers.restrain(restraints_);
    if (restraints_->stops_any()) waiting_.push_back(ReviewMessage{});
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
  const auto& change = restraints_->next_change();
  if (change && (!next || *change < *next)) next = change;
  return next;
}

base::Instant Partition::now() {
  // Histories never run backwards, nor does the partition's time within a turn.
  now_ = std::max(now_, services_.clock.now());
  return now_;
}

bool Partition::turn() {
  if (committing_) {
    if (!commit_done_.exchange(false, std::memory_order_acquire)) return false;
    committing_ = false;
    finish_commit(std::move(commit_outcome_));
  }
  if (is_lost()) return refuse_waiting();
  now_ = services_.clock.now();
  if (paused_until_) {
    // A clock that was set back must not make the pause longer.
    const bool set_back = now_ + limits_.retry_after_failure < *paused_until_;
    if (now_ < *paused_until_ && !set_back) return false;
    paused_until_.reset();
  }
  for (auto& message : mailbox_.take_all()) waiting_.push_back(std::move(message));
  follow_restraints();
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
    Message message = std::move(waiting_.front());
    waiting_.pop_front();
    const bool held = (!restraints_->empty() || !read_again_.empty()) && holds_back(message);
    if (!held && !unread_) process(message);
    if (std::exchange(unread_, false)) {
      waiting_.push_front(std::move(message));
      paused_until_ = now_ + limits_.retry_after_failure;
      break;
    }
    taken += 1;
    if (!held) pending_->messages.push_back(std::move(message));
  }
  one_by_one_ -= std::min(one_by_one_, taken);
  begin_commit();
  return true;
}

bool Partition::wind_up() {
  if (committing_) {
    if (!commit_done_.exchange(false, std::memory_order_acquire)) return true;
    committing_ = false;
    finish_commit(std::move(commit_outcome_));
  }
  for (auto& message : mailbox_.take_all()) waiting_.push_back(std::move(message));
  for (auto& message : waiting_) {
    if (auto* command = std::get_if<CommandMessage>(&message))
      command->reply(base::fail(shutting_down, "the server is shutting down"));
  }
  waiting_.clear();
  return false;
}

base::Result<void> Partition::refill_wakes() {
  const size_t capacity = wakes_.capacity();
  std::vector<WakeIndex<base::Id>::Entry> entries;
  for (size_t asked_for = capacity;; asked_for *= 2) {
    GYR_TRY(auto wakes, reader_->next_wakes(first_slot_, last_slot_, asked_for));
    // Where not all fit, those that are ignored must not take the places of others for good.
    const bool chooses = wakes.size() >= capacity && restraints_->ignores_any();
    const bool all = wakes.size() < asked_for;
    entries.clear();
    for (const auto& wake : wakes) {
      if (!chooses || ignoring(wake.execution) == nullptr) entries.emplace_back(wake.at, wake.execution);
    }
    if (all || entries.size() >= capacity) break;
  }
  wakes_.refill(std::move(entries));
  return {};
}

void Partition::queue_due_dates() {
  auto refilled = wakes_.needs_refill() || refill_dates_ ? refill_wakes() : base::Result<void>();
  if (refilled && (trigger_wakes_.needs_refill() || refill_dates_)) refilled = refill_trigger_wakes();
  if (refilled) refill_dates_ = false;
  if (!refilled) base::log::error("reading the next dates failed: {}", refilled.error().message());
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

base::Result<Resident*> Partition::load(base::Id execution) {
  std::optional<Unloadable> unloadable;
  auto resident = residents_.load(*reader_, execution, unloadable);
  if (unloadable) fail_unloadable(*std::move(unloadable));
  return resident;
}

void Partition::fail_unloadable(Unloadable unloadable) {
  // FLOW-94: the execution exists, its flow cannot be run: it fails and says why.
  store::ExecutionRow& row = unloadable.row;
  if (model::is_terminated(row.execution.state.current()) || changes_in_batch(row.execution.id)) return;
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
  line.sequence = 1'000'000;  // beyond what the execution itself has written
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
  tell_listeners_of_end(row.execution);
  pending_->batch.executions.push_back(std::move(row));
}

void Partition::step(Resident& resident, engine::EventBody body) {
  if (!restraints_->empty() && is_restrained(resident, body)) return;
  engine::ExecutionState& state = *resident.state;
  base::Id id = state.execution().id;
  engine::Event event{now(), base::secure_random(), base::secure_random(), std::move(body)};
  event.defers_tasks = restraints_->maintenance();
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
  if (in_flight_ != nullptr) in_flight_->set(in_flight_place_, {});
  note_progress(state, held, before);
  tell_listeners(state, changes_before, runs_before);

  if (!resident.touched) {
    resident.touched = true;
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

  WorkOrigin origin{state.flow().key(), state.flow().revision(), id, state.flow().flow().templates};
  const model::Execution& execution = state.execution();
  if (execution.state.current() != before && is_counted(execution) &&
      !model::is_terminated(execution.state.current())) {
    // TASK-54; the end itself is told by Ended.
    send(caller_flow(execution), execution.caller_execution,
         ChildEndedMessage{execution.caller_task_run, id, execution.state.current(), {}, execution.revision});
  }
  for (auto& effect : effects.effects) {
    if (auto* start = std::get_if<engine::StartChild>(&effect)) {
      StartChildMessage message;
      message.child = start->child;
      message.flow = *start->flow;
      message.revision = start->revision;
      message.inputs = std::move(start->inputs);
      message.labels = std::move(start->labels);
      message.parent_labels = std::move(start->parent_labels);
      message.trigger = std::move(start->trigger);
      message.schedule_date = start->schedule_date;
      message.wait = start->wait;
      message.caller_flow = *origin.flow;
      message.caller_execution = id;
      message.caller_task_run = start->task_run;
      message.depth = start->depth;
      send(start->flow, start->child, std::move(message));
    } else if (auto* restart = std::get_if<engine::RestartChild>(&effect)) {
      send(restart->flow, restart->child, RestartMessage{*origin.flow, id, restart->task_run});
    } else if (auto* kill = std::get_if<engine::KillChild>(&effect)) {
      send(kill->flow, kill->child, KillMessage{true});
    } else if (std::holds_alternative<engine::Ended>(effect) ||
               std::holds_alternative<engine::ReplacementKilled>(effect)) {
      tell_caller(resident, effect);
      if (execution.trigger && std::holds_alternative<engine::Ended>(effect)) {
        tell_trigger(execution, state.flow().flow().find_trigger(execution.trigger->id), execution.state.current());
      }
    } else if (const auto* replacement = std::get_if<engine::StartReplacement>(&effect)) {
      send(origin.flow, replacement->replacement, ReplaceMessage{id});
    } else if (std::get_if<engine::ContinueLater>(&effect) != nullptr) {
      pending_->continuations.push_back(id);
    } else {
      pending_->work.push_back({origin, std::move(effect)});
    }
  }
  if (restraints_->stops_any()) stop_by_switch(resident);  // one that was restarted
}

void Partition::tell_caller(const Resident& resident, const engine::Effect& effect) {
  const model::Execution& execution = resident.state->execution();
  auto caller = caller_flow(execution);
  if (caller == nullptr) return;
  const base::Id run = execution.caller_task_run;
  if (const auto* killed = std::get_if<engine::ReplacementKilled>(&effect)) {
    send(caller, execution.caller_execution,
         ChildEndedMessage{run, killed->replacement, State::killed, {}, execution.revision});
  } else if (execution.state.current() == State::retried) {
    send(caller, execution.caller_execution, ChildReplacedMessage{run, execution.id, resident.state->replacement});
  } else {
    const auto* ended = std::get_if<engine::Ended>(&effect);
    send(caller, execution.caller_execution,
         ChildEndedMessage{run, execution.id, execution.state.current(), execution.outputs, execution.revision,
                           ended != nullptr ? ended->outputs_problem : std::string()});
  }
}

void Partition::send(const std::shared_ptr<const model::FlowKey>& flow, base::Id target, const InboxBody& body) {
  store::InboxMessage message = make_inbox_message(base::make_id(now_), flow, target, body);
  pending_->bytes += message.payload.size() + small_row_bytes;
  pending_->batch.inbox.push_back(message);
  pending_->hints.push_back(std::move(message));
}

void Partition::collect(Resident& resident) {
  collect_changes(resident, pending_->batch);
  if (resident.stored_wake) wakes_.add(*resident.stored_wake, resident.state->execution().id);
}

bool Partition::is_overtaken(const engine::Dispatch& job, base::Id execution) {
  Resident* resident = residents_.find(execution);
  if (resident == nullptr) return true;
  const engine::RunState* run = resident->state->find(job.attempt.task_run);
  return run == nullptr || run->epoch != job.attempt.epoch || model::is_terminated(run->run.state.current());
}

void Partition::begin_commit() {
  if (abandoned_) {
    finish_commit(base::fail(*std::exchange(abandoned_, std::nullopt)));
    return;
  }
  for (base::Id id : pending_->touched) {
    if (Resident* resident = residents_.find(id)) collect(*resident);
  }
  collect_windows();
  for (auto& [key, trigger] : pending_->triggers) {
    if (trigger.deleted) pending_->batch.deleted_triggers.push_back({*key.flow, key.id});
    if (trigger.changed && trigger.row) pending_->batch.triggers.push_back(*std::move(trigger.row));
  }
  // What is recorded as finished by this very batch (killed, ended with its parent) is not begun behind it.
  std::erase_if(pending_->work, [this](const Pending::Work& work) {
    const auto* job = std::get_if<engine::Dispatch>(&work.effect);
    return job != nullptr && is_overtaken(*job, work.origin.execution);
  });
  if (pending_->batch.empty()) {
    finish_commit({});
    return;
  }
  committing_ = true;
  pending_->batch.lease = lease_;
  services_.store.commit(std::exchange(pending_->batch, {}), [this, wake = wake_thread_](base::Result<void> outcome) {
    commit_outcome_ = std::move(outcome);
    commit_done_.store(true, std::memory_order_release);
    wake();  // not a member: once the flag is set this partition may be gone
  });
}

void Partition::finish_commit(base::Result<void> outcome) {
  if (is_lost() || (!outcome && outcome.error().code() == store::lease_lost)) {
    drop_everything(outcome);
  } else if (outcome) {
    release();
  } else {
    take_back(outcome.error());
  }
  pending_ = std::make_unique<Pending>();
  residents_.trim();
}

void Partition::release() {
  Pending& pending = *pending_;
  for (const auto& flow : pending.flows) {
    services_.flows.saved(flow);
    gates_.forget(*flow->key);  // with its limit; who waits is asked about behind this commit
    unlimited_.reset();
  }
  gates_.trim();
  for (base::Id id : pending.touched) {
    Resident* resident = residents_.find(id);
    if (resident == nullptr) continue;
    resident->touched = false;
    const auto& execution = resident->state->execution();
    bool ended = resident->stored_activity == store::Activity::ended;
    services_.changes.publish({id, execution.state.current(), ended});
    // Who waits for a slot or for a person is a row, however many they are.
    const bool waits_to_begin = !restraints_->empty() && execution.state.current() == State::created;
    if (ended || execution.state.current() == State::queued || waits_to_begin || waits_for_somebody(*resident))
      residents_.drop(id);
  }
  // What was only looked at, by a command that was refused, is in memory again.
  for (const auto& message : pending.messages) {
    Resident* resident = residents_.find(target_of(message));
    if (resident != nullptr && waits_for_somebody(*resident)) residents_.drop(target_of(message));
  }
  for (auto& work : pending.work) {
    if (auto* job = std::get_if<engine::Dispatch>(&work.effect)) {
      services_.workers.dispatch(work.origin, std::move(*job));
    } else if (auto* request = std::get_if<engine::RenderRequest>(&work.effect)) {
      services_.workers.render(work.origin, std::move(*request));
    } else if (auto* kill = std::get_if<engine::KillAttempt>(&work.effect)) {
      services_.workers.kill(work.origin, kill->attempt);
    }
  }
  for (const auto& acknowledgement : pending.acknowledgements) {
    services_.workers.acknowledge(acknowledgement.origin, acknowledgement.attempt);
  }
  for (const auto& ended : pending.ended_evaluations) services_.workers.end_evaluation(ended);
  for (auto& asked : pending.evaluations)
    services_.workers.evaluate(asked.origin, asked.trigger_id, std::move(asked.evaluation));
  for (const auto& event : pending.heard) services_.workers.event_stored(event.listener, event.number, event.problem);
  for (auto& hint : pending.hints) services_.route(std::move(hint));
  for (base::Id id : pending.continuations) waiting_.push_back(ContinueMessage{id});
  for (base::Id id : pending.reviewed) waiting_.push_back(ReviewMessage{id});
  for (const auto& measured : pending.measured) services_.task_meters->add(measured.task_type, measured.metric);
  for (auto& reply : pending.replies) reply.reply(std::move(reply.answer));
  for (const auto& line : pending.server_log) base::log::debug("{}", line);
}

void Partition::take_back(const base::Error& error) {
  // Nothing of the batch is true: everything it touched is forgotten and read again when it is needed (DESIGN 7).
  Pending& pending = *pending_;
  base::log::warn("a commit failed, its work is taken back: {}", error.message());
  for (base::Id id : pending.touched) residents_.drop(id);
  for (auto& flow : gates_.forget_all()) waiting_.push_back(AdmitMessage{std::move(flow), {}});
  for (auto& reply : pending.replies) reply.reply(base::fail(error));
  // Commands have their answer; everything else is applied again.
  std::deque<Message> again;
  for (auto& message : pending.messages) {
    if (!std::holds_alternative<CommandMessage>(message)) again.push_back(std::move(message));
  }
  // Their inputs are resolved, and the message that says so is applied again.
  for (const auto& message : again) {
    if (const auto* resolved = std::get_if<InputsResolved>(&message)) starting_children_.insert(resolved->start.child);
    if (const auto* judged = std::get_if<FlowEventJudged>(&message)) judging_events_.insert(judged->origin.id);
    if (const auto* stored = std::get_if<OutputsStored>(&message)) {
      storing_outputs_[stored->ended.child].message = stored->origin.id;
    }
  }
  paused_until_ = now_ + limits_.retry_after_failure;
  if (lies_in_the_batch(error)) {
    if (pending.messages.size() == 1) {
      for (const auto& message : again) give_up(message, error);
      return;
    }
    one_by_one_ = again.size();
  }
  for (auto it = again.rbegin(); it != again.rend(); ++it) waiting_.push_front(std::move(*it));
}

void Partition::give_up(const Message& message, const base::Error& error) {
  if (const auto* judged = std::get_if<FlowEventJudged>(&message)) {
    base::log::error("what an event means to flow {}.{} cannot be stored, it is dropped: {}",
                     judged->origin.flow->namespace_, judged->origin.flow->id, error.message());
    judging_events_.insert(judged->origin.id);
    waiting_.push_front(FlowEventJudged{judged->origin, judged->sequence, nullptr});
    return;
  }
  if (const auto* reported = std::get_if<TriggerReported>(&message)) return give_up_report(*reported, error);
  if (std::holds_alternative<ReviewMessage>(message))
    return base::log::error("what is open could not be looked through: {}", error.message());
  if (const auto* stored = std::get_if<OutputsStored>(&message)) storing_outputs_.erase(stored->ended.child);
  // Of a command its caller hears.
  base::Id id = std::holds_alternative<CommandMessage>(message) ? base::Id() : target_of(message);
  base::log::error("what happened to execution {} cannot be stored, it is left alone: {}", id.to_text(),
                   error.message());
  if (id) waiting_.push_front(QuarantineMessage{id, error.message()});
  if (const auto* trigger = std::get_if<TriggerMessage>(&message)) {
    trigger_wakes_.add(now_ + engine::trigger::lock_check, trigger->trigger);  // its flow may be changed until then
  }
}

void Partition::abandon_batch(const base::Error& error, base::Id execution) {
  base::log::error("what belongs to a change of execution {} could not be read: {}", execution.to_text(),
                   error.message());
  abandoned_ = error;
  pending_->touched.push_back(execution);  // dropped with the rest
}

void Partition::failed_to_read(const base::Error& error, base::Id execution) {
  base::log::error("execution {} could not be read: {}", execution.to_text(), error.message());
  unread_ = true;
}

}  // namespace gyr::executor
