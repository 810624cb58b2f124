// Between the server and its rows: commits that take time, fail, or die in the middle.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <set>

#include "auditor.h"
#include "canary.h"
#include "events.h"
#include "random.h"
#include "scenario.h"
#include "store/store.h"

namespace gyr::simulation {

/// What the store does to the server, besides answering it.
struct StoreHooks {
  std::function<void()> crash;    ///< at once; abandon() is part of it
  std::function<void()> stop;     ///< in order: what is answered is still acted on
  std::function<void()> refused;  ///< a commit was refused
};

/// What one server has of the store. Applies its commits one after another, each after some virtual time, also while
/// its process sleeps: they have been sent. Lives as long as the world, longer than any life of the server.
class FaultyStore final : public store::Store {
 public:
  /// `site`: of the server whose store it is.
  FaultyStore(Events& events, uint64_t seed, size_t site, const Faults& faults, Canary canary,
              std::shared_ptr<store::Store> below, Auditor& auditor, StoreHooks hooks);

  void commit(store::Batch batch, Done done) override;
  size_t backlog_bytes() const override { return 0; }
  uint64_t generation() const override { return below_->generation(); }
  base::Result<store::Lease> acquire_lease(store::LeaseRequest request) override {
    return below_->acquire_lease(std::move(request));
  }
  base::Result<void> renew_lease(const store::Lease& lease, base::Duration length) override {
    if (!calm_ && random_.chance(faults_.lost_renewal))
      return base::fail(store::store_failed, "simulated: nobody answers");
    return below_->renew_lease(lease, length);
  }
  base::Result<void> release_lease(const store::Lease& lease) override { return below_->release_lease(lease); }
  void read(std::move_only_function<void(store::Reader&)> work) override { below_->read(std::move(work)); }
  base::Result<std::unique_ptr<store::Reader>> open_reader() override;
  base::Result<void> backup(const std::string& folder) override { return below_->backup(folder); }
  base::Result<bool> apply_retention(base::Instant now) override { return below_->apply_retention(now); }
  base::Result<size_t> purge_expired_keys(base::Instant now, size_t at_most) override {
    return below_->purge_expired_keys(now, at_most);
  }
  base::Result<std::vector<store::LeftFiles>> left_files(base::Id after, size_t at_most) override {
    return below_->left_files(after, at_most);
  }
  base::Result<void> forget_left_files(const std::vector<store::LeftFiles>& gone) override {
    return below_->forget_left_files(gone);
  }
  bool writable() const override { return events_.now_us() >= full_until_us_; }
  void close() override { below_->close(); }

  /// What is there before the history begins.
  base::Result<void> prepare(store::Batch batch) { return below_->commit_and_wait(std::move(batch)); }
  /// The server is gone: whoever waits for a commit hears that nobody knows.
  void abandon();
  /// From now on all goes well.
  void calm() { calm_ = true; }
  /// The crash sweep: the server dies at the commit of this number (from 1), before or after it is applied.
  void die_at(uint64_t commit, bool applied) {
    dies_at_ = commit;
    dies_applied_ = applied;
  }
  uint64_t commits() const { return commits_; }
  /// A partition has its turn: what it reads may fail.
  void set_in_turn(bool in_turn) { in_turn_ = in_turn; }

 private:
  struct Waiting {
    store::Batch batch;
    Done done;
  };
  void schedule();
  void write();
  /// True where the front commit was dealt with by a fault.
  bool suffer();
  bool suffer_sweep();
  /// Whether it is refused for what is in it.
  bool is_rejected(const store::Batch& batch);
  base::Result<void> before_read();
  base::Result<void> apply_front();
  void answer_front(base::Result<void> outcome);

  Events& events_;
  Random random_;
  size_t site_;
  Faults faults_;
  Canary canary_;
  std::shared_ptr<store::Store> below_;
  Auditor& auditor_;
  StoreHooks hooks_;
  std::deque<Waiting> queue_;
  bool writing_ = false;
  uint64_t turn_ = 0;  ///< writes scheduled before an abandon() do not happen
  uint64_t commits_ = 0;
  uint64_t dies_at_ = 0;
  bool dies_applied_ = false;
  int64_t full_until_us_ = 0;
  bool calm_ = false;
  bool in_turn_ = false;
  base::Id rejected_;  ///< the execution that cannot be stored
  int64_t rejected_until_us_ = 0;
  std::set<base::Id> rejected_before_;
};

}  // namespace gyr::simulation
