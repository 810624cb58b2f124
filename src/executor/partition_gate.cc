// The concurrency gate: who may begin, who waits, who is next (EXEC-60, EXEC-61). A slot is freed and the next
// execution admitted in one commit, by one partition, from the rows.
#include "base/invariant.h"
#include "base/log.h"
#include "base/probe.h"
#include "executor/partition.h"
#include "executor/partition_pending.h"

namespace gyr::executor {

using model::State;

namespace {

/// Place in the queue of an execution whose history ends in QUEUED, or did a step ago.
Gate::Place place_of(const model::Execution& execution) {
  const auto& changes = execution.state.changes();
  for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
    if (change->state == State::queued) return {base::Instant::of_micros(change->date.to_micros()), execution.id};
  }
  return {{}, execution.id};
}

store::TextFilter exactly(const std::string& text) { return {store::Operator::equals, {text}}; }

}  // namespace

base::Result<int64_t> Partition::stored_slots(const model::FlowKey& flow) {
  GYR_TRY(auto counts, reader_->count_by_state(flow));
  int64_t slots = 0;
  for (size_t state = 0; state < counts.size(); ++state) {
    if (engine::holds_slot_in(static_cast<State>(state))) slots += static_cast<int64_t>(counts[state]);
  }
  GYR_PROBE("a gate is made while executions are RESTARTED");
  // Few, for a moment: their rows tell whether they had a slot when they were restarted.
  if (counts[static_cast<size_t>(State::restarted)] == 0) return slots;
  store::ExecutionQuery query;
  query.tenant = flow.tenant;
  query.namespaces = {exactly(flow.namespace_)};
  query.flow_ids = {exactly(flow.id)};
  query.states = {State::restarted};
  query.kinds = {model::ExecutionKind::normal, model::ExecutionKind::test, model::ExecutionKind::playground,
                 model::ExecutionKind::loop};
  query.paging.size = 1'000;
  for (;; query.paging.page += 1) {
    GYR_TRY(auto page, reader_->search_executions(query));
    for (const auto& row : page.results) {
      if (engine::ExecutionState::was_admitted(row.execution.state.current(), row.engine_state)) slots += 1;
    }
    if (page.results.size() < query.paging.size) return slots;
  }
}

base::Result<Gate*> Partition::make_gate(const std::shared_ptr<const model::FlowKey>& flow,
                                         std::optional<model::Concurrency> concurrency) {
  Gate gate(concurrency);
  GYR_TRY(int64_t slots, stored_slots(*flow));
  gate.add_slots(slots);
  for (base::Id id : pending_->touched) {
    const LiveExecution* live = live_executions_.peek(id);
    if (live == nullptr || *live->state->flow().key() != *flow) continue;
    GYR_PROBE("a gate is made while its batch holds executions of the flow");
    gate.add_slots(static_cast<int64_t>(live->state->admitted) - static_cast<int64_t>(live->stored_admitted));
  }
  GYR_CHECK(read_queue(*flow, gate));
  return &gates_.add(flow, std::move(gate));
}

base::Result<void> Partition::read_queue(const model::FlowKey& flow, Gate& gate) {
  gate.set_all_known(true);
  bool may_be_more = false;
  for (size_t asked_for = Gate::window;; asked_for *= 2) {
    GYR_TRY(auto queued, reader_->queued_executions(flow, asked_for));
    may_be_more = queued.size() == asked_for;
    bool any = false;
    for (const auto& row : queued) {
      if (operator_holds_->ignoring(flow, row.execution) != nullptr) continue;
      any = true;
      if (!changes_in_batch(row.execution)) gate.enter({row.since, row.execution});
    }
    if (any || !may_be_more) break;  // where all of them are ignored, who may go on stands behind them
  }
  // What this batch has put there is not in the rows yet.
  for (base::Id id : pending_->touched) {
    const LiveExecution* live = live_executions_.peek(id);
    if (live == nullptr || live->state->execution().state.current() != State::queued) continue;
    if (*live->state->flow().key() == flow && !live->quarantined) gate.enter(place_of(live->state->execution()));
  }
  if (may_be_more) gate.set_all_known(false);
  return {};
}

bool Partition::is_deleted_in_batch(base::Id execution) const {
  return std::ranges::any_of(pending_->batch.deleted_executions,
                             [execution](const auto& gone) { return gone.id == execution; });
}

bool Partition::changes_in_batch(base::Id execution) const {
  if (const LiveExecution* live = live_executions_.peek(execution); live != nullptr && live->touched) return true;
  const auto& batch = pending_->batch;
  return is_deleted_in_batch(execution) ||
         std::ranges::any_of(batch.executions, [execution](const auto& row) { return row.execution.id == execution; });
}

base::Result<std::optional<model::Concurrency>> Partition::concurrency_of(const model::FlowKey& flow) {
  GYR_TRY(LoadedFlowPtr latest, services_.flows.get(*reader_, flow, 0));
  if (latest == nullptr || latest->compiled == nullptr) return std::nullopt;
  return latest->compiled->flow().concurrency;
}

base::Result<Gate*> Partition::gate_of(const std::shared_ptr<const model::FlowKey>& flow) {
  if (Gate* gate = gates_.find(*flow)) return gate;
  GYR_TRY(auto concurrency, concurrency_of(*flow));
  if (!concurrency) return nullptr;
  return make_gate(flow, concurrency);
}

base::Result<engine::Admission> Partition::admission(const engine::ExecutionState& state) {
  if (state.flow_pointer() == unlimited_) return engine::Admission{};
  GYR_TRY(Gate * gate, gate_of(state.flow().key()));
  if (gate != nullptr) return gate->admission();
  unlimited_ = state.flow_pointer();
  return engine::Admission{};
}

void Partition::note_progress(const engine::ExecutionState& state, bool held, State before) {
  const State now = state.execution().state.current();
  const bool queued = now == State::queued, was_queued = before == State::queued;
  if (held == state.admitted && queued == was_queued) return;
  const auto& flow = state.flow().key();
  Gate* gate = gates_.find(*flow);
  if (gate == nullptr) return;  // made later, it counts this one as it is then
  if (held != state.admitted) gate->add_slots(state.admitted ? 1 : -1);
  GYR_INVARIANT(gate->slots() >= 0, "no more slots are freed than were taken");
  if (queued && !was_queued) gate->enter(place_of(state.execution()));
  if (!queued && was_queued) gate->leave(place_of(state.execution()));
  ask_to_admit(flow, *gate);
}

void Partition::ask_to_admit(const std::shared_ptr<const model::FlowKey>& flow, Gate& gate) {
  if (!gate.may_admit() || std::exchange(gate.asked, true)) return;
  waiting_.push_front(AdmitMessage{flow, {}});  // before anything else, so that it is in the same commit
}

base::Result<void> Partition::forget_slot(const std::shared_ptr<const model::FlowKey>& flow,
                                          const model::Execution& execution, bool admitted) {
  const bool queued = execution.state.current() == State::queued;
  if (!admitted && !queued) return {};
  GYR_TRY(Gate * gate, gate_of(flow));
  if (gate == nullptr) return {};
  GYR_PROBE("a slot or a place in a queue is freed without a step");
  if (admitted) gate->free_slot();
  if (queued) gate->leave(place_of(execution));
  ask_to_admit(flow, *gate);
  return {};
}

void Partition::process(AdmitMessage& message) {
  Gate* gate = gates_.find(*message.flow);
  if (gate == nullptr) {
    auto concurrency = concurrency_of(*message.flow);
    if (!concurrency) return failed_to_read(concurrency.error(), {});
    auto made = make_gate(message.flow, *concurrency);
    if (!made) return failed_to_read(made.error(), {});
    gate = *made;
  }
  gate->asked = false;
  message.admitted = {};
  if (gate->first() == nullptr && !gate->all_known()) {
    if (auto read = read_queue(*message.flow, *gate); !read) return failed_to_read(read.error(), {});
    if (gate->first() == nullptr && !gate->all_known()) {
      end_batch_ = true;  // all that could be read is in this batch: the rest is read behind its commit
      return ask_to_admit(message.flow, *gate);
    }
  }
  if (!gate->may_admit()) {
    GYR_PROBE("nobody can be admitted after all");
    if (!gate->is_limited()) gates_.forget(*message.flow);
    return;
  }
  const Gate::Place next = *gate->first();
  if (operator_holds_->ignoring(*message.flow, next.second) != nullptr) {
    GYR_PROBE("the next execution of a queue is ignored");
    gate->leave(next);  // it keeps its place in the rows
    return ask_to_admit(message.flow, *gate);
  }
  message.admitted = next.second;
  auto live = load(next.second);
  if (!live) return failed_to_read(live.error(), next.second);
  gate->leave(next);
  GYR_PROBE("the next execution of a queue is admitted");
  if (*live != nullptr && !(*live)->quarantined) step(**live, engine::LeaveQueue{});
  GYR_INVARIANT(gate->keeps_limit(), "the number of admitted executions does not exceed the limit");
  ask_to_admit(message.flow, *gate);
}

}  // namespace gyr::executor
