// Durable messages between entities.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/execution.h"

namespace gyr::store {

/// A durable message to an entity of another partition or of the same one (principle: durable messages). The commit of
/// the sender writes it, the commit that applies it deletes it. Two messages with the same id are one message.
struct InboxMessage {
  base::Id id;
  uint16_t slot = 0;  ///< of the receiving flow
  base::Id target;    ///< the receiving execution; none: the flow
  std::shared_ptr<const model::FlowKey> flow;
  uint8_t kind = 0;  ///< the executor defines its meaning and payload
  std::string payload;
};
/// A stored message with its position in the queue: first in, first out per target.
struct StoredMessage {
  int64_t sequence = 0;
  InboxMessage message;
};

/// Reads messages from a snapshot; see Reader.
class InboxReader {
 public:
  virtual ~InboxReader() = default;

  /// Of a range of slots [first, last].
  virtual base::Result<std::vector<StoredMessage>> inbox(uint16_t first_slot, uint16_t last_slot,
                                                         int64_t after_sequence, size_t limit) = 0;
};

/// The part of a batch that changes messages.
struct InboxChanges {
  std::vector<InboxMessage> inbox;
  std::vector<int64_t> applied_inbox;       ///< the sequences of stored messages
  std::vector<base::Id> applied_inbox_ids;  ///< of messages that were written earlier in the same commit stream

  bool empty() const;
  size_t weight() const;
};

}  // namespace gyr::store
