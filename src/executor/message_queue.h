// The messages of a partition that have not been applied yet.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <utility>

#include "executor/mailbox.h"
#include "executor/message/message.h"

namespace gyr::executor {

/// Made before its partition, and outlives it.
class MessageQueue {
 public:
  using WakeThread = std::function<void()>;

  /// `wake_thread` is called on any thread when there is something to do.
  explicit MessageQueue(WakeThread wake_thread)
      : wake_thread_(std::make_shared<const WakeThread>(std::move(wake_thread))) {}

  // ---- thread-safe
  void push(Message message) {
    if (mailbox_.push(std::move(message))) (*wake_thread_)();
  }
  /// The approximate number of messages in the mailbox.
  size_t arrived() const { return mailbox_.count(); }
  /// Another server now owns the slots of the partition: it stops, and its commands are refused.
  bool is_lost() const { return lost_.load(std::memory_order_acquire); }

  // ---- only on the thread of the partition
  void set_lost() { lost_.store(true, std::memory_order_release); }
  bool has_arrived() const { return !mailbox_.empty(); }
  void take_arrived() {
    for (auto& message : mailbox_.take_all()) waiting.push_back(std::move(message));
  }
  /// The next message is this one: it belongs to the current batch.
  void put_first(Message message) { waiting.push_front(std::move(message)); }
  void put_last(Message message) { waiting.push_back(std::move(message)); }
  /// Wakes the thread of the partition, also after the end of this queue.
  const std::shared_ptr<const WakeThread>& wake_thread() const { return wake_thread_; }

  std::deque<Message> waiting;  ///< taken from the mailbox and not applied yet

 private:
  std::shared_ptr<const WakeThread> wake_thread_;
  Mailbox<Message> mailbox_;
  std::atomic<bool> lost_{false};
};

}  // namespace gyr::executor
