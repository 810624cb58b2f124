// A store that refuses and dies at will, for the tests of the executor.
#include "executor/testing/harness.h"

namespace gyr::executor::test {

void FaultyStore::refuse_one(size_t after, base::ErrorCode code) {
  std::lock_guard lock(mutex_);
  refuse_at_ = commits_ + after;
  refuse_code_ = code;
}

void FaultyStore::set_on_death(std::function<void()> on_death) {
  std::unique_lock lock(mutex_);
  on_death_ = std::move(on_death);
  if (!dead_ || !on_death_) return;
  auto at_once = std::exchange(on_death_, nullptr);
  lock.unlock();
  at_once();
}

void FaultyStore::die_after(size_t commits) {
  std::lock_guard lock(mutex_);
  dies_at_ = commits_ + commits;
}

void FaultyStore::hold() {
  std::lock_guard lock(mutex_);
  holding_ = true;
}

void FaultyStore::release() {
  std::vector<std::pair<store::Batch, Done>> held;
  {
    std::lock_guard lock(mutex_);
    holding_ = false;
    held.swap(held_);
  }
  for (auto& [batch, done] : held) below_->commit(std::move(batch), std::move(done));
}

void FaultyStore::wait_until_held() {
  std::unique_lock lock(mutex_);
  if (!held_one_.wait_for(lock, patience, [this] { return !held_.empty(); })) ADD_FAILURE() << "no commit came";
}

size_t FaultyStore::commits() const {
  std::lock_guard lock(mutex_);
  return commits_;
}

void FaultyStore::commit(store::Batch batch, Done done) {
  std::optional<base::Error> refused;
  std::function<void()> died;
  {
    std::lock_guard lock(mutex_);
    size_t number = commits_++;
    if (dies_at_ && number >= *dies_at_) {
      refused = base::Error(store::store_closed, "the process has died");
      dead_ = true;
      died = std::exchange(on_death_, nullptr);
    } else if (refuse_at_ == number) {
      refused = base::Error(refuse_code_, "the test refuses this commit");
    } else if (holding_) {
      held_.emplace_back(std::move(batch), std::move(done));
      held_one_.notify_all();
      return;
    }
  }
  if (died) died();
  if (refused) {
    done(base::fail(*refused));
    return committed();
  }
  below_->commit(std::move(batch), [this, done = std::move(done)](base::Result<void> outcome) mutable {
    done(std::move(outcome));
    committed();
  });
}

void FaultyStore::set_on_commit(std::function<void()> on_commit) {
  std::lock_guard lock(mutex_);
  on_commit_ = std::move(on_commit);
}

void FaultyStore::committed() {
  std::function<void()> on_commit;
  {
    std::lock_guard lock(mutex_);
    on_commit = on_commit_;
  }
  if (on_commit) on_commit();
}

}  // namespace gyr::executor::test
