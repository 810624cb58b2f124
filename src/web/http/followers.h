// Those who follow the same execution on one loop: its changes reach them as one, and what they are shown is made once
// (API-47).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/id.h"
#include "base/loop.h"
#include "base/task.h"
#include "cluster/change_hub.h"
#include "web/http/notice.h"

namespace gyr::web {

/// The followers of one execution on one loop. However many there are, a commit only posts one callback to the loop:
/// what an execution costs does not depend on those who follow it. Used on the loop.
class FollowerGroup : public std::enable_shared_from_this<FollowerGroup> {
 public:
  enum class Wake : uint8_t { changes, changes_and_logs };
  FollowerGroup(base::Loop& loop, executor::ChangeHub& changes, base::Id execution);

  /// A follower that is woken; ends with this object.
  class Member {
   public:
    Member(std::shared_ptr<FollowerGroup> group, Notice notice, Wake wake);
    Member(Member&&) = delete;
    ~Member();
    FollowerGroup& group() const { return *group_; }

   private:
    friend class FollowerGroup;
    std::shared_ptr<FollowerGroup> group_;
    Notice notice_;
    Wake wake_;
  };

  /// The execution as every follower is shown it.
  struct View {
    std::string json;
    bool is_there = false;
    bool ended = false;
  };
  using SharedView = std::shared_ptr<const View>;
  using Make = std::function<base::Task<base::Result<View>>()>;
  /// A view that contains all changes until now. `make` runs if no other follower has made it since the last change, or
  /// if that was long ago: durations grow without a change. It must give the same for all followers.
  base::Task<base::Result<SharedView>> view(Make make);

 private:
  /// What the callback of the hub uses, on its threads.
  struct Signal {
    explicit Signal(base::Loop& loop) : loop(loop) {}
    base::Loop& loop;
    std::atomic<uint64_t> changes{0};
    std::atomic<unsigned> waiting{0};  ///< the kinds of changes of which the followers have not been told yet
    std::weak_ptr<FollowerGroup> group;
  };
  friend class Followers;
  class Making;
  static void receive(const std::shared_ptr<Signal>& signal, const executor::Change& change);
  void wake_members(unsigned kinds);
  void wake_waiting();

  base::Loop& loop_;
  std::shared_ptr<Signal> signal_;
  std::vector<const Member*> members_;
  SharedView newest_;
  uint64_t newest_change_ = 0;  ///< the number of changes before the view was made
  base::MonotonicTime newest_at_;
  bool is_making_ = false;
  std::vector<Notice> waiting_;  ///< followers that wait for the view that is made
  executor::ChangeHub::Subscription subscription_;
};

/// The groups of a server. Thread-safe.
class Followers {
 public:
  /// The group of an execution on a loop; call it on the loop.
  std::shared_ptr<FollowerGroup> group(base::Loop& loop, executor::ChangeHub& changes, base::Id execution);

 private:
  std::mutex mutex_;
  std::map<std::pair<base::Loop*, base::Id>, std::weak_ptr<FollowerGroup>> groups_;
  size_t clean_at_ = 64;  ///< groups without followers are removed when there are so many
};

}  // namespace gyr::web
