// The messages of a partition that have not been applied yet.
#pragma once

#include <deque>
#include <functional>
#include <utility>

#include "executor/mailbox.h"
#include "executor/message/message.h"

namespace gyr::executor {

/// push() and arrived() are thread-safe; everything else is for the thread of the partition.
class MessageQueue {
 public:
  explicit MessageQueue(std::function<void()> wake_thread) : wake_thread_(std::move(wake_thread)) {}

  void push(Message message) {
    if (mailbox_.push(std::move(message))) wake_thread_();
  }
  /// The approximate number of messages in the mailbox.
  size_t arrived() const { return mailbox_.count(); }

  bool has_arrived() const { return !mailbox_.empty(); }
  void take_arrived() {
    for (auto& message : mailbox_.take_all()) waiting.push_back(std::move(message));
  }
  /// The next message is this one: it belongs to the current batch.
  void put_first(Message message) { waiting.push_front(std::move(message)); }
  void put_last(Message message) { waiting.push_back(std::move(message)); }
  /// Wakes the thread of the partition; the copy works without this queue.
  const std::function<void()>& wake_thread() const { return wake_thread_; }

  std::deque<Message> waiting;  ///< taken from the mailbox and not applied yet

 private:
  std::function<void()> wake_thread_;
  Mailbox<Message> mailbox_;
};

}  // namespace gyr::executor
