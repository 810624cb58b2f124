#include "base/cancel.h"

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace gyr::base {

struct CancelRegistration::Entry {
  std::function<void()> callback;
  std::weak_ptr<CancelToken::State> state;
  std::recursive_mutex running;  // held while the callback runs, so that destruction can wait for it
  bool removed = false;

  void run() {
    std::lock_guard lock(running);
    if (removed || !callback) return;
    auto once = std::move(callback);
    callback = nullptr;
    once();
  }
};

struct CancelToken::State {
  std::atomic<bool> cancelled{false};
  std::mutex mutex;
  std::vector<std::shared_ptr<CancelRegistration::Entry>> entries;
};

CancelRegistration& CancelRegistration::operator=(CancelRegistration&& other) noexcept {
  if (this != &other) {
    CancelRegistration old;
    old.entry_ = std::move(entry_);
    entry_ = std::move(other.entry_);
  }
  return *this;
}

CancelRegistration::~CancelRegistration() {
  if (!entry_) return;
  if (auto state = entry_->state.lock()) {
    std::lock_guard lock(state->mutex);
    std::erase(state->entries, entry_);
  }
  std::lock_guard lock(entry_->running);
  entry_->removed = true;
  entry_->callback = nullptr;
}

bool CancelToken::cancelled() const { return state_ && state_->cancelled.load(std::memory_order_acquire); }

CancelRegistration CancelToken::on_cancel(std::function<void()> callback) const {
  CancelRegistration registration;
  if (!state_) return registration;
  auto entry = std::make_shared<CancelRegistration::Entry>();
  entry->callback = std::move(callback);
  entry->state = state_;
  registration.entry_ = entry;
  {
    std::lock_guard lock(state_->mutex);
    if (!state_->cancelled.load(std::memory_order_relaxed)) {
      state_->entries.push_back(entry);
      return registration;
    }
  }
  entry->run();
  return registration;
}

CancelSource::CancelSource() : state_(std::make_shared<CancelToken::State>()) {}

bool CancelSource::cancelled() const { return state_->cancelled.load(std::memory_order_acquire); }

void CancelSource::cancel() {
  std::vector<std::shared_ptr<CancelRegistration::Entry>> entries;
  {
    std::lock_guard lock(state_->mutex);
    if (state_->cancelled.exchange(true, std::memory_order_release)) return;
    entries.swap(state_->entries);
  }
  for (auto& entry : entries) entry->run();
}

}  // namespace gyr::base
