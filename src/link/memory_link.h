// Both ends of a link within one process. The same encoded frames pass as between machines, so the protocol is
// exercised from the first day (principle: WorkerLink).
#pragma once

#include <functional>
#include <memory>

#include "base/loop.h"
#include "link/frames.h"

namespace gyr::link {

/// Frames are encoded by the sender, posted to the receiver's loop and decoded there. A frame that does not decode is a
/// broken invariant: both ends are the same program, and what is too large was not sent.
class MemoryLink final : public Link {
 public:
  using Receiver = std::function<void(Frame)>;

  /// `receiver` runs on `loop`; null loop: at once, on the sending thread.
  MemoryLink(base::Loop* loop, Receiver receiver);
  ~MemoryLink() override;

  Sent send(const Frame& frame) override;
  size_t queued_bytes() const override;
  /// Frames sent from now on are refused; those under way are dropped.
  void close();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace gyr::link
