#include "cluster/change_hub.h"

namespace gyr::executor {

struct ChangeHub::Subscription::Entry {
  base::Id execution;
  Callback callback;
  std::mutex running;  // held while the callback runs: the end of a subscription waits for it
  bool ended = false;
};

ChangeHub::Subscription& ChangeHub::Subscription::operator=(Subscription&& other) noexcept {
  if (this != &other) {
    if (entry_) hub_->remove(entry_);
    hub_ = other.hub_;
    entry_ = std::move(other.entry_);
  }
  return *this;
}

ChangeHub::Subscription::~Subscription() {
  if (entry_) hub_->remove(entry_);
}

ChangeHub::Subscription ChangeHub::subscribe(base::Id execution, Callback callback) {
  return add(execution, std::move(callback));
}

ChangeHub::Subscription ChangeHub::subscribe_all(Callback callback) {
  watching_all_.fetch_add(1, std::memory_order_release);
  return add({}, std::move(callback));
}

ChangeHub::Subscription ChangeHub::add(base::Id execution, Callback callback) {
  Subscription subscription;
  subscription.hub_ = this;
  subscription.entry_ = std::make_shared<Subscription::Entry>();
  subscription.entry_->execution = execution;
  subscription.entry_->callback = std::move(callback);
  std::lock_guard lock(mutex_);
  entries_.emplace(execution, subscription.entry_);
  watched_.fetch_add(1, std::memory_order_release);
  return subscription;
}

void ChangeHub::remove(const std::shared_ptr<Subscription::Entry>& entry) {
  {
    std::lock_guard lock(mutex_);
    auto [begin, end] = entries_.equal_range(entry->execution);
    for (auto it = begin; it != end; ++it) {
      if (it->second == entry) {
        entries_.erase(it);
        watched_.fetch_sub(1, std::memory_order_release);
        if (entry->execution.is_none()) watching_all_.fetch_sub(1, std::memory_order_release);
        break;
      }
    }
  }
  std::lock_guard lock(entry->running);
  entry->ended = true;
  entry->callback = nullptr;
}

void ChangeHub::publish(const Change& change) {
  if (watched_.load(std::memory_order_acquire) == 0) return;
  std::vector<std::shared_ptr<Subscription::Entry>> interested;
  {
    std::lock_guard lock(mutex_);
    const auto take = [&](base::Id execution) {
      auto [begin, end] = entries_.equal_range(execution);
      for (auto it = begin; it != end; ++it) interested.push_back(it->second);
    };
    take({});
    if (!change.execution.is_none()) take(change.execution);
  }
  for (auto& entry : interested) {
    std::lock_guard lock(entry->running);
    if (!entry->ended) entry->callback(change);
  }
}

}  // namespace gyr::executor
