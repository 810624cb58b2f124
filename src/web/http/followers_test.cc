#include "web/http/followers.h"

#include <gtest/gtest.h>

#include <deque>

#include "base/one_shot.h"
#include "web/http/errors.h"

namespace gyr::web {
namespace {

using View = FollowerGroup::View;

/// A group on a loop that the test drives; each view is made when the test says so.
struct FollowersWorld {
  base::ManualLoop loop;
  executor::ChangeHub hub;
  Followers followers;
  base::Id id{1, 7};
  std::shared_ptr<FollowerGroup> group = followers.group(loop, hub, id);
  base::TaskScope scope{loop};
  std::deque<base::OneShot<base::Result<void>>> making;
  std::vector<std::string> seen;

  ~FollowersWorld() { EXPECT_EQ(scope.running(), 0u); }
  static base::Task<base::Result<View>> make(FollowersWorld* world) {
    const size_t number = world->making.size() + 1;
    auto slot = world->making.emplace_back(world->loop);
    GYR_CO_CHECK(co_await slot.wait());
    co_return View{fmt::format("view {}", number), true, false};
  }
  static base::Task<void> look(FollowersWorld* world) {
    const auto view = co_await world->group->view([world] { return make(world); });
    world->seen.push_back(view ? (*view)->json : view.error().to_string());
  }
  void follow() {
    scope.spawn(look(this));
    loop.run_ready();
  }
  void change(bool logs_only = false) {
    hub.publish({.execution = id, .logs_only = logs_only});
    loop.run_ready();
  }
  void made(size_t number, base::Result<void> outcome = {}) {
    making.at(number - 1).deliver(std::move(outcome));
    loop.run_ready();
  }
};

using Texts = std::vector<std::string>;

TEST(Followers, ShareTheViewOfAChange) {  // API-47
  FollowersWorld world;
  for (int i = 0; i < 3; ++i) world.follow();
  EXPECT_EQ(world.making.size(), 1u);
  world.made(1);
  EXPECT_EQ(world.seen, (Texts{"view 1", "view 1", "view 1"}));
  world.follow();
  EXPECT_EQ(world.seen.size(), 4u) << "nothing has changed";
  world.change();
  world.follow();
  EXPECT_EQ(world.making.size(), 2u);
  world.made(2);
  EXPECT_EQ(world.seen.back(), "view 2");
}

TEST(Followers, AViewThatBeganBeforeAChangeIsNotEnough) {  // API-47
  FollowersWorld world;
  world.follow();
  world.change();
  world.follow();
  EXPECT_EQ(world.making.size(), 1u);
  world.made(1);
  EXPECT_EQ(world.seen, Texts{"view 1"});
  ASSERT_EQ(world.making.size(), 2u);
  world.made(2);
  EXPECT_EQ(world.seen, (Texts{"view 1", "view 2"}));
}

TEST(Followers, AViewIsMadeAgainAfterAWhile) {  // durations grow
  FollowersWorld world;
  world.follow();
  world.made(1);
  world.loop.advance(std::chrono::seconds(2));
  world.follow();
  ASSERT_EQ(world.making.size(), 2u);
  world.made(2);
  EXPECT_EQ(world.seen, (Texts{"view 1", "view 2"}));
}

TEST(Followers, AFailureIsThatOfOneFollower) {
  FollowersWorld world;
  world.follow();
  world.follow();
  world.made(1, base::fail(bad_argument, "no luck"));
  EXPECT_EQ(world.seen.size(), 1u);
  ASSERT_EQ(world.making.size(), 2u);
  world.made(2);
  EXPECT_EQ(world.seen.back(), "view 2");
}

base::Task<void> wait_for_notice(const Notice* notice, base::MonotonicTime until, int* woken) {
  if (co_await notice->wait(until)) ++*woken;
}

TEST(Followers, AreWokenByTheirKindOfChange) {  // API-47
  FollowersWorld world;
  const Notice state(world.loop), logs(world.loop);
  int of_state = 0, of_logs = 0;
  {
    FollowerGroup::Member first(world.group, state, FollowerGroup::Wake::changes);
    FollowerGroup::Member second(world.group, logs, FollowerGroup::Wake::changes_and_logs);
    const auto until = world.loop.now() + std::chrono::hours(1);
    world.scope.spawn(wait_for_notice(&state, until, &of_state));
    world.scope.spawn(wait_for_notice(&logs, until, &of_logs));
    world.change(true);
    EXPECT_EQ(of_state, 0);
    EXPECT_EQ(of_logs, 1);
    world.change();
    EXPECT_EQ(of_state, 1);
  }
  // However many changes there are, the loop is told once until it has looked.
  for (int i = 0; i < 5; ++i) world.hub.publish({.execution = world.id});
  EXPECT_EQ(world.loop.run_ready(), 1u);
}

TEST(Followers, OfAnExecutionAreOneGroupOfTheirLoop) {
  FollowersWorld world;
  base::ManualLoop other;
  EXPECT_EQ(world.followers.group(world.loop, world.hub, world.id), world.group);
  EXPECT_NE(world.followers.group(world.loop, world.hub, {1, 8}), world.group);
  EXPECT_NE(world.followers.group(other, world.hub, world.id), world.group);
  world.group.reset();
  world.hub.publish({.execution = world.id});
  EXPECT_EQ(world.loop.run_ready(), 0u) << "nobody follows any more";
}

}  // namespace
}  // namespace gyr::web
