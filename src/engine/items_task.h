// The task `<id>_items` of a ForEachItem: one execution of another flow for each batch (TASK-55). Its behaviour is in
// lifecycle/items.cc.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/codec.h"
#include "base/id.h"
#include "base/value.h"
#include "engine/subflow_task.h"
#include "model/state.h"

namespace gyr::engine {

inline constexpr std::string_view items_type = "io.kestra.plugin.core.flow.ForEachItem$ForEachItemExecutable";
inline constexpr base::ErrorCode bad_batches{"GYR-E081"};  ///< the list of batches cannot be used

plugin::TaskType describe_items_task();

/// The executions of one run of this task: one byte per batch. It counts batches, not messages, so the counts stay
/// exact if a message arrives several times (TASK-56). The ids count up from the first one, each with
/// the slot of its own flow, so 100,000 ids need no memory.
class ItemsState {
 public:
  ItemsState() = default;
  ItemsState(base::Id first, uint32_t batches);

  uint32_t size() const { return static_cast<uint32_t>(batches_.size()); }
  /// Returns the execution of a batch that was started.
  base::Id child(uint32_t batch) const;
  std::optional<uint32_t> batch_of(base::Id child) const;
  /// Returns the next batch without an execution.
  std::optional<uint32_t> next() const;
  /// Starts the batch and returns the id of its execution; `fresh` is used if the batch had an execution before.
  base::Id begin(uint32_t batch, base::Id fresh);
  /// The execution was created (only needed if nothing waits for it).
  void confirm(uint32_t batch) { put(batch, code(model::State::created)); }
  bool begun(uint32_t batch) const { return batches_[batch] != unbegun && batches_[batch] != again; }
  model::State state(uint32_t batch) const;
  void set_state(uint32_t batch, model::State state) { put(batch, code(state)); }
  /// The batch gets a new execution.
  void begin_again(uint32_t batch);
  /// Another execution has replaced the execution of the batch (EXEC-156).
  void replace(uint32_t batch, base::Id replacement);

  /// Returns the flow of a batch that was started: each batch can have its own.
  void set_flow(uint32_t batch, std::shared_ptr<const model::FlowKey> flow);
  const std::shared_ptr<const model::FlowKey>& flow(uint32_t batch) const;

  /// The number of started batches in a state.
  uint32_t count(model::State state) const;
  uint32_t unconfirmed() const { return tally_[asked_for]; }
  bool all_terminated() const;

  void encode(base::Encoder& encoder) const;
  /// `flow`: the flow of all batches, in old rows that had one flow.
  static ItemsState decode(base::Decoder& decoder, std::shared_ptr<const model::FlowKey> flow);
  /// The parts of newer rows that decode() does not read.
  void encode_flows(base::Encoder& encoder) const;
  void decode_flows(base::Decoder& decoder);

  uint32_t asked_to_end = 0;  ///< the executions before this batch have received the kill
  base::Value addresses;      ///< of the batches; not stored: read again when needed

 private:
  static constexpr uint8_t unbegun = 0;
  static constexpr uint8_t again = 254;
  static constexpr uint8_t asked_for = 255;  ///< the start message was sent; counts as CREATED
  static uint8_t code(model::State state) { return static_cast<uint8_t>(state) + 1; }

  void put(uint32_t batch, uint8_t to);

  base::Id first_;
  std::vector<uint8_t> batches_;
  std::map<uint32_t, base::Id> replaced_;
  // the first one is the flow of all batches except those below
  std::vector<std::shared_ptr<const model::FlowKey>> flows_;
  std::map<uint32_t, uint32_t> flow_of_;
  std::array<uint32_t, 256> tally_{};  // the number of batches by byte
  mutable uint32_t cursor_ = 0;        // all batches before it have an execution
};

}  // namespace gyr::engine
