// The stored form of the states of flowables, type by type.
#include <algorithm>

#include "engine/flowable/flowable_state.h"

namespace gyr::engine {

using base::Value;

namespace {

void store(const PlainState&, StoredFlowable&) {}
void load(PlainState&, const StoredFlowable&) {}

void store_limit(const std::optional<int64_t>& concurrent, StoredFlowable& stored) {
  if (concurrent) stored.kept = Value::integer(*concurrent);
}
std::optional<int64_t> stored_limit(const StoredFlowable& stored) {
  return stored.kept.is_integer() ? std::optional(stored.kept.as_integer()) : std::nullopt;
}

void store(const ParallelState& own, StoredFlowable& stored) { store_limit(own.concurrent, stored); }
void load(ParallelState& own, const StoredFlowable& stored) { own.concurrent = stored_limit(stored); }

void store(const DagState& own, StoredFlowable& stored) { store_limit(own.concurrent, stored); }
void load(DagState& own, const StoredFlowable& stored) { own.concurrent = stored_limit(stored); }

void store(const PauseState& own, StoredFlowable& stored) {
  if (own.behavior.empty()) return;
  base::MapBuilder kept;
  kept.set("behavior", Value::string(own.behavior));
  if (own.duration) kept.set("duration", Value::duration(*own.duration));
  stored.kept = kept.build();
}
void load(PauseState& own, const StoredFlowable& stored) {
  const Value* behavior = stored.kept.find("behavior");
  if (behavior != nullptr && behavior->is_string()) own.behavior = behavior->text();
  const Value* duration = stored.kept.find("duration");
  if (duration != nullptr && duration->kind() == Value::Kind::duration) own.duration = duration->as_duration();
}

void store(const LoopUntilState& own, StoredFlowable& stored) { stored.number = own.round; }
void load(LoopUntilState& own, const StoredFlowable& stored) { own.round = stored.number; }

void store(const ForEachState& own, StoredFlowable& stored) { stored.kept = own.values; }
void load(ForEachState& own, const StoredFlowable& stored) { own.values = stored.kept; }

void store(const EachParallelState& own, StoredFlowable& stored) {
  stored.kept = own.values;
  stored.number = own.concurrent;
}
void load(EachParallelState& own, const StoredFlowable& stored) {
  own.values = stored.kept;
  own.concurrent = stored.number;
}

void store(const LoopState& own, StoredFlowable& stored) {
  stored.kept = own.values;
  stored.number = own.values_from_file ? 1 : 0;
}
void load(LoopState& own, const StoredFlowable& stored) {
  own.values = stored.kept;
  own.values_from_file = stored.number == 1;
}

void store(const IterationState& own, StoredFlowable& stored) { stored.number = own.ended_loop ? 1 : 0; }
void load(IterationState& own, const StoredFlowable& stored) { own.ended_loop = stored.number == 1; }

}  // namespace

StoredFlowable stored_flowable(const FlowableState& state) {
  StoredFlowable stored{
      .branch = state.branch, .target = state.target, .kept = {}, .settled = state.settled, .strict = state.strict};
  std::copy_n(state.frame.total.begin(), StoredFlowable::lists, stored.totals.begin());
  std::visit([&stored](const auto& own) { store(own, stored); }, state.detail);
  return stored;
}

FlowableState restored_flowable(const StoredFlowable& stored, FlowableDetail detail) {
  FlowableState state{.branch = stored.branch,
                      .target = stored.target,
                      .strict = stored.strict,
                      .settled = stored.settled,
                      .detail = std::move(detail)};
  std::ranges::copy(stored.totals, state.frame.total.begin());
  std::visit([&stored](auto& own) { load(own, stored); }, state.detail);
  return state;
}

}  // namespace gyr::engine
