#include "web/http/followers.h"

#include <algorithm>

namespace gyr::web {
namespace {

/// A view without a change since is shared for this long.
constexpr auto shared_time = std::chrono::seconds(1);
constexpr unsigned state_changes = 1;
constexpr unsigned log_changes = 2;

}  // namespace

FollowerGroup::Member::Member(std::shared_ptr<FollowerGroup> group, Notice notice, Wake wake)
    : group_(std::move(group)), notice_(std::move(notice)), wake_(wake) {
  group_->members_.push_back(this);
}

FollowerGroup::Member::~Member() {
  auto& members = group_->members_;
  const auto place = std::ranges::find(members, this);
  *place = members.back();
  members.pop_back();
}

FollowerGroup::FollowerGroup(base::Loop& loop, executor::ChangeHub& changes, base::Id execution)
    : loop_(loop),
      signal_(std::make_shared<Signal>(loop)),
      subscription_(changes.subscribe(
          execution, [signal = signal_](const executor::Change& change) { receive(signal, change); })) {}

void FollowerGroup::receive(const std::shared_ptr<Signal>& signal, const executor::Change& change) {
  signal->changes.fetch_add(1, std::memory_order_acq_rel);
  const unsigned kind = change.logs_only ? log_changes : state_changes;
  if (signal->waiting.fetch_or(kind, std::memory_order_acq_rel) != 0) return;  // the loop is about to tell them
  signal->loop.post([signal] {
    const unsigned kinds = signal->waiting.exchange(0, std::memory_order_acq_rel);
    if (const auto group = signal->group.lock()) group->wake_members(kinds);
  });
}

void FollowerGroup::wake_members(unsigned kinds) {
  for (const Member* member : members_) {
    if ((kinds & state_changes) != 0 || member->wake_ == Wake::changes_and_logs) member->notice_.raise();
  }
}

void FollowerGroup::wake_waiting() {
  for (const Notice& notice : std::exchange(waiting_, {})) notice.raise();
}

/// While a view is made; the others wait. Also if the follower that makes it leaves.
class FollowerGroup::Making {
 public:
  explicit Making(FollowerGroup& group) : group_(group) { group_.is_making_ = true; }
  Making(Making&&) = delete;
  ~Making() {
    group_.is_making_ = false;
    group_.wake_waiting();
  }

 private:
  FollowerGroup& group_;
};

base::Task<base::Result<FollowerGroup::SharedView>> FollowerGroup::view(Make make) {
  const auto self = shared_from_this();
  const uint64_t wanted = signal_->changes.load(std::memory_order_acquire);
  const auto asked_at = loop_.now();
  while (true) {
    if (newest_ && newest_change_ >= wanted && newest_at_ + shared_time >= asked_at) co_return newest_;
    if (!is_making_) break;
    const Notice made(loop_);
    waiting_.push_back(made);
    co_await made.wait(asked_at + std::chrono::minutes(1));
  }
  const Making making(*this);
  const uint64_t change = signal_->changes.load(std::memory_order_acquire);
  const auto at = loop_.now();
  GYR_CO_TRY(View view, co_await make());
  newest_ = std::make_shared<const View>(std::move(view));
  newest_change_ = change;
  newest_at_ = at;
  co_return newest_;
}

std::shared_ptr<FollowerGroup> Followers::group(base::Loop& loop, executor::ChangeHub& changes, base::Id execution) {
  std::lock_guard lock(mutex_);
  auto& place = groups_[{&loop, execution}];
  if (auto group = place.lock()) return group;
  auto group = std::make_shared<FollowerGroup>(loop, changes, execution);
  group->signal_->group = group;
  place = group;
  if (groups_.size() >= clean_at_) {
    std::erase_if(groups_, [](const auto& entry) { return entry.second.expired(); });
    clean_at_ = std::max<size_t>(64, 2 * groups_.size());
  }
  return group;
}

}  // namespace gyr::web
