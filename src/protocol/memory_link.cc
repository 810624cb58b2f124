#include "protocol/memory_link.h"

#include <atomic>

#include "base/assert.h"

namespace gyr::protocol {

struct MemoryLink::State {
  base::Loop* loop;
  Receiver receiver;
  std::atomic<bool> closed{false};
  std::atomic<size_t> queued{0};

  void deliver(const std::string& bytes) {
    queued.fetch_sub(bytes.size(), std::memory_order_relaxed);
    if (closed.load(std::memory_order_acquire)) return;
    auto frame = decode_frame(bytes);
    GYR_ASSERT(frame.has_value());
    receiver(*std::move(frame));
  }
};

MemoryLink::MemoryLink(base::Loop* loop, Receiver receiver) : state_(std::make_shared<State>()) {
  state_->loop = loop;
  state_->receiver = std::move(receiver);
}

MemoryLink::~MemoryLink() { close(); }

void MemoryLink::close() { state_->closed.store(true, std::memory_order_release); }

size_t MemoryLink::queued_bytes() const { return state_->queued.load(std::memory_order_relaxed); }

Sent MemoryLink::send(const Frame& frame) {
  if (state_->closed.load(std::memory_order_acquire)) return Sent::closed;
  auto bytes = encode_frame(frame);
  if (!bytes) return Sent::too_large;
  state_->queued.fetch_add(bytes->size(), std::memory_order_relaxed);
  if (state_->loop == nullptr) {
    state_->deliver(*bytes);
    return Sent::yes;
  }
  state_->loop->post([state = state_, bytes = *std::move(bytes)] { state->deliver(bytes); });
  return Sent::yes;
}

}  // namespace gyr::protocol
