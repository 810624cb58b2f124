// Who wants to know that an execution has changed: requests that wait for an end, streams that follow (API-47, API-81).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/id.h"
#include "model/state.h"

namespace gyr::executor {

/// What a commit changed of one execution.
struct Change {
  base::Id execution;
  model::State state = model::State::created;
  bool ended = false;      ///< terminated, and what runs after the end is done as well
  bool logs_only = false;  ///< log lines were stored; state and ended say nothing
};

/// Subscriptions by execution. Publishing to executions nobody watches costs one atomic read. Any thread.
class ChangeHub {
 public:
  using Callback = std::function<void(const Change&)>;

  /// Ends with the object. The callback runs on an executor's thread, after the commit, and must not block; it does not
  /// run any more once the subscription is destroyed.
  class Subscription {
   public:
    Subscription() = default;
    Subscription(Subscription&& other) noexcept = default;
    Subscription& operator=(Subscription&& other) noexcept;
    ~Subscription();

   private:
    friend class ChangeHub;
    struct Entry;
    ChangeHub* hub_ = nullptr;
    std::shared_ptr<Entry> entry_;
  };

  Subscription subscribe(base::Id execution, Callback callback);
  void publish(const Change& change);

 private:
  void remove(const std::shared_ptr<Subscription::Entry>& entry);

  std::atomic<size_t> watched_{0};
  std::mutex mutex_;
  std::unordered_multimap<base::Id, std::shared_ptr<Subscription::Entry>> entries_;
};

}  // namespace gyr::executor
