// The executions of a ForEachItem, one for each batch of its file (TASK-55, TASK-56, EXEC-94).
#include <fmt/format.h>

#include "base/invariant.h"
#include "base/probe.h"
#include "base/text.h"
#include "engine/item_end.h"
#include "engine/lifecycle/lifecycle.h"
#include "model/storage_paths.h"

namespace gyr::engine {

using base::Value;
using model::State;

namespace {

const SubflowTask& properties(const ExecutionState& state, const RunState& run) {
  return state.flow().task(run.task).spec->properties<SubflowTask>();
}
const SubflowTask& properties(const Step& step, const RunState& run) { return properties(step.state(), run); }

/// The batch, if the event contains a state that is not counted yet.
std::optional<uint32_t> moved_batch(const ExecutionState& state, const RunState& run, const ChildEnded& event) {
  auto batch = run.items->batch_of(event.child);
  const bool counts =
      run.stage == Stage::running && !model::is_terminated(run.run.state.current()) && properties(state, run).wait;
  if (!batch || !counts) return std::nullopt;
  if (event.state == State::retried) return std::nullopt;  // item_replaced: the one in its place counts
  State before = run.items->state(*batch);
  bool again = event.state == State::restarted;  // restarted separately: its next end counts (EXEC-94)
  if ((model::is_terminated(before) && !again) || before == event.state) {
    GYR_PROBE("the state of an item is told twice");
    return std::nullopt;
  }
  return batch;
}

/// The address of the list of batches, which the task before has left.
std::optional<std::string> list_of_batches(Step& step, const RunState& run) {
  if (run.parent == nullptr) return std::nullopt;
  uint32_t split = step.task(*run.parent).branches[0][0];
  for (RunState* before : step.state().runs_of_task(split)) {
    if (before->parent != run.parent) continue;
    const Value* address = before->run.outputs.find("splits");
    if (address != nullptr && address->is_string()) return std::string(address->text());
  }
  return std::nullopt;
}

/// The addresses of the batches, one a line; nothing while they are being read, or where they cannot be (then the run
/// has failed).
std::optional<Value> read_batches(Step& step, RunState& run) {
  auto address = list_of_batches(step, run);
  if (!address) {
    fail_child_start(step, run, fmt::format("the list of batches is missing [{}]", bad_batches.text));
    return std::nullopt;
  }
  auto rendering = step.render(run, expression::ValueTemplate(Value::string("{{ read('" + *address + "') }}")), false);
  if (rendering.kind == Step::Rendering::Kind::pending) return std::nullopt;
  if (rendering.kind == Step::Rendering::Kind::failed || !rendering.value.is_string()) {
    fail_child_start(step, run,
                     fmt::format("the list of batches cannot be read: {} [{}]", rendering.error, bad_batches.text));
    return std::nullopt;
  }
  base::ListBuilder addresses;
  for (std::string_view line : base::split(rendering.value.text(), '\n')) {
    if (!line.empty()) addresses.push(Value::string(line));
  }
  return addresses.build();
}

/// `numberOfBatches` and `iterations`; a state that was left stays with 0.
void tell_counts(Step& step, RunState& run) {
  const ItemsState& items = *run.items;
  base::MapBuilder counts;
  const Value* before = run.run.outputs.find("iterations");
  auto seen = [before](State state) { return before != nullptr && before->find(model::to_text(state)) != nullptr; };
  for (size_t i = 0; i < model::state_count; ++i) {
    auto state = static_cast<State>(i);
    uint32_t count = items.count(state);
    if (count > 0 || seen(state)) counts.set(model::to_text(state), Value::narrow_integer(static_cast<int32_t>(count)));
  }
  base::MapBuilder outputs;
  outputs.set("numberOfBatches", Value::narrow_integer(static_cast<int32_t>(items.size())));
  outputs.set("iterations", counts.build());
  run.run.outputs = outputs.build();
  step.state().touch(run);
}

State state_of_all(const ItemsState& items) {
  for (State state : {State::failed, State::killed, State::warning}) {
    if (items.count(state) > 0) return state;
  }
  return State::success;
}

/// The location of the outputs of the executions is only reported at the end.
void end_items(Step& step, RunState& run, State state) {
  run.items->addresses = {};
  const model::FlowKey& key = *step.flow().key();
  base::MapBuilder outputs;
  outputs.set("subflowOutputsBaseUri",
              Value::string(model::task_run_folder(key.namespace_, key.id, step.state().execution().id, run.run.task_id,
                                                   run.run.id)));
  for (const auto& entry : run.run.outputs.entries()) outputs.set(entry.name(), entry.value);
  run.run.outputs = outputs.build();
  step.state().set_wait(run, Wait::nothing);
  attempt_ended(step, run, state, step.now());
}

/// Starts the execution of a batch; returns false if it must wait, or if the run has failed.
bool begin_one(Step& step, RunState& run, uint32_t batch) {
  ItemsState& items = *run.items;
  GYR_INVARIANT(items.addresses.size() == items.size(), "every batch of a ForEachItem has an address");
  auto iteration = static_cast<int32_t>(batch);
  Value entries =
      Value::map({{"items", items.addresses.items()[batch]}, {"iteration", Value::narrow_integer(iteration)}});
  auto rendering = step.render(run, *step.task(run).decision, false, entries);
  if (rendering.kind == Step::Rendering::Kind::pending) return false;
  auto refused = [&](std::string_view message) {
    fail_child_start(step, run, message);
    return false;
  };
  if (rendering.kind == Step::Rendering::Kind::failed) return refused(rendering.error);
  auto start = make_start(step, run, rendering.value, iteration);
  if (!start) return refused(start.error().message());
  if (!run.child_flow) run.child_flow = start->flow;
  items.set_flow(batch, start->flow);
  start->child = items.begin(batch, step.new_execution_id(*start->flow));
  step.log(run, model::LogLevel::info, "Created new execution " + link_to(start->child, *start->flow));
  step.charge(1, rendering.value.weight());
  step.emit(*std::move(start));
  return true;
}

/// A restart restarts the failed executions; the others are finished (EXEC-94).
void restart_items(Step& step, RunState& run) {
  ItemsState& items = *run.items;
  bool in_place = properties(step, run).restart_behavior == RestartBehavior::retry_failed;
  begin_child_attempt(step, run);
  items.asked_to_end = 0;
  for (uint32_t batch = 0; batch < items.size(); ++batch) {
    if (!items.begun(batch)) continue;
    bool ended_well = model::is_terminated_without_failure(items.state(batch)) && items.state(batch) != State::killed;
    if (ended_well) continue;
    bool ended = model::is_terminated(items.state(batch));
    if (!ended || in_place) {
      items.confirm(batch);
      step.emit(RestartChild{run.run.id, items.flow(batch), items.child(batch)});
    } else {
      items.begin_again(batch);
    }
  }
  tell_counts(step, run);
  advance_items(step, run);
}

/// The execution is being killed: its children are asked to end, within the step's bounds (EXEC-81).
void kill_some(Step& step, RunState& run) {
  ItemsState& items = *run.items;
  for (uint32_t batch = items.asked_to_end; batch < items.size(); ++batch) {
    items.asked_to_end = batch;
    if (!items.begun(batch) || model::is_terminated(items.state(batch))) continue;
    GYR_INVARIANT(items.flow(batch) != nullptr, "the flow of an item is known");
    if (!step.may_begin(&run)) {
      GYR_PROBE("the kill of a ForEachItem needs another step");
      return step.state().touch(run);
    }
    step.charge(1, 0);
    step.emit(KillChild{items.flow(batch), items.child(batch)});
  }
  step.state().set_wait(run, Wait::nothing);
  step.end_run(run, State::killed);
}

}  // namespace

void start_items(Step& step, RunState& run) {
  bool goes_on =
      run.run.state.current() == State::restarted && run.items && run.child_flow && properties(step, run).wait;
  if (goes_on) return restart_items(step, run);
  if (auto problem = too_deep(step)) return fail_child_start(step, run, *problem);
  run.items.reset();
  run.child_flow.reset();
  auto addresses = read_batches(step, run);
  if (!addresses) return;
  run.items =
      std::make_unique<ItemsState>(step.new_execution_id(*step.flow().key()), static_cast<uint32_t>(addresses->size()));
  run.items->addresses = *std::move(addresses);
  run.run.outputs = {};
  begin_child_attempt(step, run);
  advance_items(step, run);
}

void advance_items(Step& step, RunState& run) {
  State execution = step.state().execution().state.current();
  if (step.state().is_being_ended() && !run.run.force_execution) return kill_some(step, run);
  bool may_go_on = execution == State::running || execution == State::retrying || run.run.force_execution;
  if (!may_go_on || run.run.state.current() != State::running || (run.wait == Wait::rendering && !run.rendered)) return;
  ItemsState& items = *run.items;
  while (auto batch = items.next()) {
    if (!step.may_begin(&run)) {
      GYR_PROBE("the items of a ForEachItem need another step");
      break;
    }
    if (items.addresses.is_null()) {
      auto addresses = read_batches(step, run);
      if (!addresses) return;
      if (addresses->size() != items.size()) {
        return fail_child_start(step, run,
                                fmt::format("the list of batches has changed since the start [{}]", bad_batches.text));
      }
      items.addresses = *std::move(addresses);
    }
    bool begun = begin_one(step, run, *batch);
    if (!begun) break;
  }
  if (model::is_terminated(run.run.state.current()) || run.stage != Stage::running)
    return;  // it failed and can be retried
  if (run.wait != Wait::rendering) step.state().set_wait(run, Wait::child);
  tell_counts(step, run);
  if (items.next()) return;
  items.addresses = {};
  bool wait = properties(step, run).wait;
  if (wait && items.all_terminated()) {
    end_items(step, run, properties(step, run).transmit_failed ? state_of_all(items) : State::success);
  } else if (!wait && items.unconfirmed() == 0) {
    end_items(step, run, State::success);
  }
}

void item_started(Step& step, RunState& run, const ChildStarted& event) {
  auto batch = run.items->batch_of(event.child);
  if (!batch || run.stage != Stage::running || model::is_terminated(run.run.state.current())) return;
  if (!event.ok) {
    GYR_PROBE("an item cannot be started");
    run.items->begin_again(*batch);  // a restart tries it again
    tell_counts(step, run);
    fail_child_start(step, run, event.error);
    return;
  }
  warn_of_undeclared(step, run, event, *run.items->flow(*batch));
  if (properties(step, run).wait) return;
  run.items->confirm(*batch);
  step.state().touch(run);
  step.schedule(run);
}

void item_not_restarted(Step& step, RunState& run, const ChildNotRestarted& event) {
  auto batch = run.items->batch_of(event.child);
  if (!batch || run.stage != Stage::running || model::is_terminated(run.run.state.current())) return;
  run.items->begin_again(*batch);
  step.state().touch(run);
  step.schedule(run);
}

void item_moved(Step& step, RunState& run, const ChildEnded& event) {
  auto batch = moved_batch(step.state(), run, event);
  if (!batch) return;
  if (!event.problem.empty()) step.log(run, model::LogLevel::error, event.problem);
  run.items->set_state(*batch, event.state);
  step.charge(1, 0);
  tell_counts(step, run);
  step.schedule(run);
}

std::optional<ItemEnd> item_to_store(const ExecutionState& state, const ChildEnded& event) {
  if (!model::is_terminated(event.state) || event.outputs.size() == 0) return std::nullopt;
  const RunState* run = state.find(event.task_run);
  if (run == nullptr || !run->items) return std::nullopt;
  auto batch = moved_batch(state, *run, event);
  if (!batch) return std::nullopt;
  return ItemEnd{*batch, run->run.task_id};
}

void item_replaced(Step& step, RunState& run, const ChildReplaced& event) {
  auto batch = run.items->batch_of(event.child);
  if (!batch || run.stage != Stage::running || model::is_terminated(run.run.state.current())) return;
  GYR_PROBE("an item is replaced by a new execution");
  run.items->replace(*batch, event.replacement);
  step.charge(1, 0);
  tell_counts(step, run);
}

void kill_items(Step& step, const RunState& run) {
  if (!run.child_flow) return;  // in a copy of an execution: they belong to the original
  for (uint32_t batch = 0; batch < run.items->size(); ++batch) {
    if (!run.items->begun(batch) || model::is_terminated(run.items->state(batch))) continue;
    step.emit(KillChild{run.items->flow(batch), run.items->child(batch)});
  }
}

}  // namespace gyr::engine
