// The task `<id>_items` of a ForEachItem: one execution of another flow for each batch (TASK-55). What it does is in
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

/// The executions of one run of it: a byte a batch. Counting by batch and not by message makes counts exact however
/// often a message comes (TASK-56). Ids count up from the first one, each with the slot of its own flow, so that
/// 100,000 of them need no memory.
class ItemsState {
 public:
  ItemsState() = default;
  ItemsState(base::Id first, uint32_t batches);

  uint32_t size() const { return static_cast<uint32_t>(batches_.size()); }
  /// The execution of a batch that was begun.
  base::Id child(uint32_t batch) const;
  std::optional<uint32_t> batch_of(base::Id child) const;
  /// The next batch without an execution.
  std::optional<uint32_t> next() const;
  /// Begins it and gives the id of its execution; `fresh` is taken where the batch had one before.
  base::Id begin(uint32_t batch, base::Id fresh);
  /// The execution is there (only of interest where nobody waits for it).
  void confirm(uint32_t batch) { put(batch, code(model::State::created)); }
  bool begun(uint32_t batch) const { return batches_[batch] != unbegun && batches_[batch] != again; }
  model::State state(uint32_t batch) const;
  void set_state(uint32_t batch, model::State state) { put(batch, code(state)); }
  /// It gets a new execution.
  void begin_again(uint32_t batch);
  /// Another execution has taken the place of its own (EXEC-156).
  void replace(uint32_t batch, base::Id replacement);

  /// The flow of a batch that was begun: each may have its own.
  void set_flow(uint32_t batch, std::shared_ptr<const model::FlowKey> flow);
  const std::shared_ptr<const model::FlowKey>& flow(uint32_t batch) const;

  /// How many are in a state; of those begun.
  uint32_t count(model::State state) const;
  uint32_t unconfirmed() const { return tally_[asked_for]; }
  bool all_terminated() const;

  void encode(base::Encoder& encoder) const;
  /// `flow`: of all batches, in rows that were written when there was one.
  static ItemsState decode(base::Decoder& decoder, std::shared_ptr<const model::FlowKey> flow);
  /// What decode() does not read of newer rows.
  void encode_flows(base::Encoder& encoder) const;
  void decode_flows(base::Decoder& decoder);

  uint32_t asked_to_end = 0;  ///< the executions before this batch have been told that they are killed
  base::Value addresses;      ///< of the batches; not stored: read again where it is needed

 private:
  static constexpr uint8_t unbegun = 0;
  static constexpr uint8_t again = 254;
  static constexpr uint8_t asked_for = 255;  ///< the message is out; counts as CREATED
  static uint8_t code(model::State state) { return static_cast<uint8_t>(state) + 1; }

  void put(uint32_t batch, uint8_t to);

  base::Id first_;
  std::vector<uint8_t> batches_;
  std::map<uint32_t, base::Id> replaced_;
  std::vector<std::shared_ptr<const model::FlowKey>> flows_;  // the first is that of all batches but those below
  std::map<uint32_t, uint32_t> flow_of_;
  std::array<uint32_t, 256> tally_{};  // batches by their byte
  mutable uint32_t cursor_ = 0;        // nothing before it is without an execution
};

}  // namespace gyr::engine
