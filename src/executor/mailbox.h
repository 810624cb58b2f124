// A queue of messages from many threads to one: push is lock-free, and the consumer takes all messages in order.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace gyr::executor {

/// A multi-producer, single-consumer queue. push() is thread-safe; take_all() is for the consumer. The destructor
/// destroys the remaining messages.
template <class T>
class Mailbox {
 public:
  Mailbox() = default;
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;
  ~Mailbox() { (void)take_all(); }

  /// Returns true if the queue was empty before: the consumer may have to be woken.
  bool push(T message) {
    auto* node = std::make_unique<Node>(std::move(message)).release();
    Node* head = head_.load(std::memory_order_relaxed);
    do {
      node->next = head;
    } while (!head_.compare_exchange_weak(head, node, std::memory_order_release, std::memory_order_relaxed));
    count_.fetch_add(1, std::memory_order_relaxed);
    return head == nullptr;
  }

  /// All messages, oldest first.
  std::vector<T> take_all() {
    Node* node = head_.exchange(nullptr, std::memory_order_acquire);
    std::vector<T> messages;
    while (node != nullptr) {
      std::unique_ptr<Node> owned(node);
      node = owned->next;
      messages.push_back(std::move(owned->message));
    }
    count_.fetch_sub(messages.size(), std::memory_order_relaxed);
    std::reverse(messages.begin(), messages.end());
    return messages;
  }

  bool empty() const { return head_.load(std::memory_order_relaxed) == nullptr; }
  /// The approximate number of waiting messages.
  size_t count() const { return count_.load(std::memory_order_relaxed); }

 private:
  struct Node {
    explicit Node(T message) : message(std::move(message)) {}
    T message;
    Node* next = nullptr;
  };
  std::atomic<Node*> head_{nullptr};
  std::atomic<size_t> count_{0};
};

}  // namespace gyr::executor
