#include "engine/items_task.h"

#include <algorithm>

#include "base/invariant.h"
#include "model/bind.h"

namespace gyr::engine {

plugin::TaskType describe_items_task() {
  using model::ValueType;
  return plugin::task_type<SubflowTask>(items_type)
      .title("Runs the executions of a ForEachItem")
      .documentation("ForEachItem creates this task. Do not use it in a flow.")
      .trait(plugin::Trait::executable)
      .with([](auto& builder) { describe_called_flow(builder); })
      .output("numberOfBatches",
              {.type = ValueType::integer, .title = "Number of batches, which is the number of executions"})
      .output("subflowOutputsBaseUri",
              {.type = ValueType::string,
               .title = "URI of the folder with the outputs of the executions",
               .documentation = "It is set at the end. `0/outputs.ion` has the outputs of the first batch."})
      .output("iterations", {.type = ValueType::map, .title = "Number of executions in each state"})
      .build();
}

ItemsState::ItemsState(base::Id first, uint32_t batches) : first_(first), batches_(batches, unbegun) {
  first_.low &= ~(1ULL << 51);  // counting up never reaches the bits of the slot
  tally_[unbegun] = batches;
}

base::Id ItemsState::child(uint32_t batch) const {
  auto other = replaced_.find(batch);
  if (other != replaced_.end()) return other->second;
  const base::Id id{first_.high, first_.low + batch};
  return first_.slot() && flow(batch) != nullptr ? id.with_slot(model::slot_of(*flow(batch))) : id;
}

std::optional<uint32_t> ItemsState::batch_of(base::Id child) const {
  const base::Id in_order = first_.slot() && child.slot() ? child.with_slot(*first_.slot()) : child;
  uint64_t distance = in_order.low - first_.low;
  if (child.high == first_.high && distance < batches_.size()) {
    auto batch = static_cast<uint32_t>(distance);
    if (begun(batch) && this->child(batch) == child) return batch;
    return std::nullopt;
  }
  for (const auto& [batch, id] : replaced_) {
    if (id == child && begun(batch)) return batch;
  }
  return std::nullopt;
}

std::optional<uint32_t> ItemsState::next() const {
  while (cursor_ < batches_.size() && begun(cursor_)) ++cursor_;
  if (cursor_ == batches_.size()) return std::nullopt;
  return cursor_;
}

base::Id ItemsState::begin(uint32_t batch, base::Id fresh) {
  GYR_INVARIANT(!begun(batch), "an item starts once");
  if (batches_[batch] == again) replaced_[batch] = fresh;
  put(batch, asked_for);
  return child(batch);
}

void ItemsState::replace(uint32_t batch, base::Id replacement) {
  replaced_[batch] = replacement;
  put(batch, code(model::State::created));
}

model::State ItemsState::state(uint32_t batch) const {
  uint8_t stored = batches_[batch];
  return stored == asked_for ? model::State::created : static_cast<model::State>(stored - 1);
}

void ItemsState::begin_again(uint32_t batch) {
  put(batch, again);
  cursor_ = std::min(cursor_, batch);
}

void ItemsState::put(uint32_t batch, uint8_t to) {
  GYR_INVARIANT(batch < batches_.size(), "an item belongs to a batch");
  GYR_INVARIANT(tally_[batches_[batch]] > 0, "a ForEachItem counts its items by state");
  tally_[batches_[batch]] -= 1;
  batches_[batch] = to;
  tally_[to] += 1;
}

uint32_t ItemsState::count(model::State state) const {
  return tally_[code(state)] + (state == model::State::created ? tally_[asked_for] : 0);
}

bool ItemsState::all_terminated() const {
  uint32_t ended = 0;
  for (size_t state = 0; state < model::state_count; ++state) {
    if (model::is_terminated(static_cast<model::State>(state))) ended += tally_[state + 1];
  }
  return ended == size();
}

void ItemsState::encode(base::Encoder& encoder) const {
  encoder.id(first_);
  encoder.bytes(std::string_view(reinterpret_cast<const char*>(batches_.data()), batches_.size()));
  encoder.varint(asked_to_end);
  encoder.varint(replaced_.size());
  for (const auto& [batch, id] : replaced_) {
    encoder.varint(batch);
    encoder.id(id);
  }
}

void ItemsState::set_flow(uint32_t batch, std::shared_ptr<const model::FlowKey> flow) {
  const auto known = std::ranges::find_if(flows_, [&flow](const auto& each) { return *each == *flow; });
  const auto number = static_cast<uint32_t>(known - flows_.begin());
  if (known == flows_.end()) flows_.push_back(std::move(flow));
  if (number == 0) {
    flow_of_.erase(batch);
  } else {
    flow_of_[batch] = number;
  }
}

const std::shared_ptr<const model::FlowKey>& ItemsState::flow(uint32_t batch) const {
  static const std::shared_ptr<const model::FlowKey> none;
  if (flows_.empty()) return none;
  auto other = flow_of_.find(batch);
  return flows_[other == flow_of_.end() ? 0 : other->second];
}

void ItemsState::encode_flows(base::Encoder& encoder) const {
  encoder.varint(flows_.size());
  for (const auto& flow : flows_) {
    encoder.bytes(flow->tenant);
    encoder.bytes(flow->namespace_);
    encoder.bytes(flow->id);
  }
  encoder.varint(flow_of_.size());
  for (const auto& [batch, number] : flow_of_) {
    encoder.varint(batch);
    encoder.varint(number);
  }
}

void ItemsState::decode_flows(base::Decoder& decoder) {
  constexpr size_t min_flow = 3;
  constexpr size_t min_entry = 2;
  flows_.clear();
  size_t flows = decoder.count(min_flow);
  for (size_t i = 0; i < flows && decoder.ok(); ++i) {
    model::FlowKey key;
    key.tenant = decoder.bytes();
    key.namespace_ = decoder.bytes();
    key.id = decoder.bytes();
    flows_.push_back(std::make_shared<const model::FlowKey>(std::move(key)));
  }
  size_t others = decoder.count(min_entry);
  for (size_t i = 0; i < others && decoder.ok(); ++i) {
    const uint64_t batch = decoder.varint();
    const uint64_t number = decoder.varint();
    if (batch >= batches_.size() || number >= flows_.size()) return decoder.set_damaged();
    flow_of_[static_cast<uint32_t>(batch)] = static_cast<uint32_t>(number);
  }
}

ItemsState ItemsState::decode(base::Decoder& decoder, std::shared_ptr<const model::FlowKey> flow) {
  constexpr size_t min_replacement = 17;
  ItemsState state;
  if (flow) state.flows_.push_back(std::move(flow));
  state.first_ = decoder.id();
  for (char stored : decoder.bytes()) {
    auto value = static_cast<uint8_t>(stored);
    if (value > model::state_count && value != again && value != asked_for) decoder.set_damaged();
    state.batches_.push_back(value);
    state.tally_[value] += 1;
  }
  state.asked_to_end = static_cast<uint32_t>(decoder.varint());
  size_t count = decoder.count(min_replacement);
  for (size_t i = 0; i < count && decoder.ok(); ++i) {
    uint64_t batch = decoder.varint();
    if (batch >= state.batches_.size()) decoder.set_damaged();
    state.replaced_[static_cast<uint32_t>(batch)] = decoder.id();
  }
  return state;
}

}  // namespace gyr::engine
