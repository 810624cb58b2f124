// Both ends of a link within one process. The frames are encoded in the same way as between machines, so this link
// exercises the same protocol (principle: WorkerLink).
#pragma once

#include <functional>
#include <memory>

#include "base/loop.h"
#include "protocol/frames.h"

namespace gyr::protocol {

/// The sender encodes frames, posts them to the loop of the receiver, and the receiver decodes them there. A frame that
/// cannot be decoded is a broken invariant, because both ends are the same program and frames that are too large are
/// not sent.
class MemoryLink final : public Link {
 public:
  using Receiver = std::function<void(Frame)>;

  /// The handler `receiver` runs on `loop`. If the loop is null, it runs immediately on the sending thread.
  MemoryLink(base::Loop* loop, Receiver receiver);
  ~MemoryLink() override;

  Sent send(const Frame& frame) override;
  size_t queued_bytes() const override;
  /// From now on, new frames are refused and frames in transit are dropped.
  void close();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace gyr::protocol
