#include "executor/part/gate_keeper.h"

#include "base/invariant.h"
#include "base/probe.h"
#include "executor/turn.h"

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

base::Result<int64_t> GateKeeper::stored_slots(const model::FlowKey& flow) {
  GYR_TRY(auto counts, turn_.reader().count_by_state(flow));
  int64_t slots = 0;
  for (size_t state = 0; state < counts.size(); ++state) {
    if (engine::holds_slot_in(static_cast<State>(state))) slots += static_cast<int64_t>(counts[state]);
  }
  GYR_PROBE("a gate is made while executions are RESTARTED");
  // Few, for a moment: their rows tell whether they had a slot when they were restarted.
  if (counts[static_cast<size_t>(State::restarted)] == 0) return slots;
  store::ExecutionQuery query{store::Visible::internal("the queue of a flow")};
  query.tenant = flow.tenant;
  query.namespaces = {exactly(flow.namespace_)};
  query.flow_ids = {exactly(flow.id)};
  query.states = {State::restarted};
  query.kinds = {model::ExecutionKind::normal, model::ExecutionKind::test, model::ExecutionKind::playground,
                 model::ExecutionKind::loop};
  query.paging.size = 1'000;
  for (;; query.paging.page += 1) {
    GYR_TRY(auto page, turn_.reader().search_executions(query));
    for (const auto& row : page.results) {
      if (engine::ExecutionState::was_admitted(row.execution.state.current(), row.engine_state)) slots += 1;
    }
    if (page.results.size() < query.paging.size) return slots;
  }
}

base::Result<Gate*> GateKeeper::make(const std::shared_ptr<const model::FlowKey>& flow,
                                     std::optional<model::Concurrency> concurrency) {
  Gate gate(concurrency);
  GYR_TRY(int64_t slots, stored_slots(*flow));
  gate.add_slots(slots);
  for (base::Id id : turn_.changes.touched) {
    const LiveExecution* live = turn_.live.peek(id);
    if (live == nullptr || *live->state->flow().key() != *flow) continue;
    GYR_PROBE("a gate is made while its batch holds executions of the flow");
    gate.add_slots(static_cast<int64_t>(live->state->admitted) - static_cast<int64_t>(live->stored_admitted));
  }
  GYR_CHECK(read_queue(*flow, gate));
  return &gates_.add(flow, std::move(gate));
}

base::Result<void> GateKeeper::read_queue(const model::FlowKey& flow, Gate& gate) {
  gate.set_all_known(true);
  bool may_be_more = false;
  for (size_t asked_for = Gate::window;; asked_for *= 2) {
    GYR_TRY(auto queued, turn_.reader().queued_executions(flow, asked_for));
    may_be_more = queued.size() == asked_for;
    bool any = false;
    for (const auto& row : queued) {
      if (turn_.holds.set().ignoring(flow, row.execution) != nullptr) continue;
      any = true;
      if (!turn_.changes_in_batch(row.execution)) gate.enter({row.since, row.execution});
    }
    if (any || !may_be_more) break;  // where all of them are ignored, who may go on stands behind them
  }
  // What this batch has put there is not in the rows yet.
  for (base::Id id : turn_.changes.touched) {
    const LiveExecution* live = turn_.live.peek(id);
    if (live == nullptr || live->state->execution().state.current() != State::queued) continue;
    if (*live->state->flow().key() == flow && !live->quarantined) gate.enter(place_of(live->state->execution()));
  }
  if (may_be_more) gate.set_all_known(false);
  return {};
}

base::Result<std::optional<model::Concurrency>> GateKeeper::concurrency_of(const model::FlowKey& flow) {
  GYR_TRY(LoadedFlowPtr latest, turn_.services.flows.get(turn_.reader(), flow, 0));
  if (latest == nullptr || latest->compiled == nullptr) return std::nullopt;
  return latest->compiled->flow().concurrency;
}

base::Result<Gate*> GateKeeper::gate_of(const std::shared_ptr<const model::FlowKey>& flow) {
  if (Gate* gate = gates_.find(*flow)) return gate;
  GYR_TRY(auto concurrency, concurrency_of(*flow));
  if (!concurrency) return nullptr;
  return make(flow, concurrency);
}

base::Result<engine::Admission> GateKeeper::admission(const engine::ExecutionState& state) {
  if (state.flow_pointer() == unlimited_) return engine::Admission{};
  GYR_TRY(Gate * gate, gate_of(state.flow().key()));
  if (gate != nullptr) return gate->admission();
  unlimited_ = state.flow_pointer();
  return engine::Admission{};
}

void GateKeeper::note_progress(const engine::ExecutionState& state, bool held, State before) {
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

void GateKeeper::ask_to_admit(const std::shared_ptr<const model::FlowKey>& flow, Gate& gate) {
  if (!gate.may_admit() || std::exchange(gate.asked, true)) return;
  turn_.queue.put_first(AdmitMessage{flow});  // before anything else, so that it is in the same commit
}

base::Result<void> GateKeeper::free_slot(const std::shared_ptr<const model::FlowKey>& flow,
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

base::Result<Gate*> GateKeeper::of_queue(const std::shared_ptr<const model::FlowKey>& flow) {
  if (Gate* gate = gates_.find(*flow)) return gate;
  GYR_TRY(auto concurrency, concurrency_of(*flow));
  return make(flow, concurrency);
}

void GateKeeper::stop_asking(const model::FlowKey& flow) {
  if (Gate* gate = gates_.find(flow)) gate->asked = false;
}

base::Result<void> GateKeeper::recover() {
  GYR_TRY(auto flows, turn_.reader().flows_with_queue(turn_.slots.first, turn_.slots.last));
  for (auto& flow : flows) turn_.queue.put_last(AdmitMessage{std::move(flow)});
  return {};
}

void GateKeeper::undo() {
  for (auto& flow : gates_.forget_all()) turn_.queue.put_last(AdmitMessage{std::move(flow)});
}

void GateKeeper::flow_is_saved(const model::FlowKey& flow) {
  if (gates_.find(flow) != nullptr) turn_.queue.put_last(AdmitMessage{std::make_shared<const model::FlowKey>(flow)});
}

void GateKeeper::flow_was_saved(const model::FlowKey& flow) {
  gates_.forget(flow);  // with its limit; who waits is asked about behind this commit
  unlimited_.reset();
}

}  // namespace gyr::executor
