// Subscriptions to changes of executions: requests that wait for an end, and event streams (API-47, API-81).
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

/// The change of one execution by a commit.
struct Change {
  base::Id execution;
  model::State state = model::State::created;
  bool ended = false;      ///< terminated, including the tasks after the end
  bool logs_only = false;  ///< only log lines were stored; `state` and `ended` are not set
};

/// Subscriptions by execution. Publishing a change of an execution without subscribers costs one atomic read.
/// Thread-safe.
class ChangeHub {
 public:
  using Callback = std::function<void(const Change&)>;

  /// A subscription ends with this object. The callback runs on a thread of the executor after the commit and must not
  /// block. It never runs after the subscription is destroyed.
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
