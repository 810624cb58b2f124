// Subscriptions to changes of executions: requests that wait for an end, and event streams (API-47, API-81).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/id.h"
#include "model/execution.h"
#include "model/state.h"

namespace gyr::executor {

/// The change of one execution by a commit.
struct Change {
  base::Id execution;
  model::State state = model::State::created;
  bool ended = false;      ///< terminated, including the tasks after the end
  bool logs_only = false;  ///< only log lines were stored; `state` and `ended` are not set
  /// Of the state of a trigger, or of a flow that was saved (then `trigger` is empty): only for subscribers to
  /// everything, without `execution`.
  std::shared_ptr<const model::FlowKey> flow = {};
  std::string trigger = {};
};

/// Subscriptions by execution, and to everything. Publishing a change without subscribers costs one atomic read.
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
  /// Every change of this process: of executions, triggers and flows.
  Subscription subscribe_all(Callback callback);
  void publish(const Change& change);
  /// Whether somebody has subscribed to everything: changes of triggers and flows need not be collected otherwise.
  bool watches_all() const { return watching_all_.load(std::memory_order_acquire) > 0; }

 private:
  Subscription add(base::Id execution, Callback callback);
  void remove(const std::shared_ptr<Subscription::Entry>& entry);

  std::atomic<size_t> watched_{0};
  std::atomic<size_t> watching_all_{0};
  std::mutex mutex_;
  /// By execution; under no id: to everything.
  std::unordered_multimap<base::Id, std::shared_ptr<Subscription::Entry>> entries_;
};

}  // namespace gyr::executor
