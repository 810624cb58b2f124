#include "cluster/change_hub.h"

#include <gtest/gtest.h>

namespace gyr::executor {
namespace {

base::Id id_of(uint64_t number) { return {1, number}; }

TEST(ChangeHub, TellsSubscribersOfTheirExecutionAndThoseOfEverything) {  // UI-1001
  ChangeHub hub;
  EXPECT_FALSE(hub.watches_all());
  int one = 0, all = 0;
  hub.publish({.execution = id_of(1)});
  auto of_one = hub.subscribe(id_of(1), [&](const Change&) { ++one; });
  EXPECT_FALSE(hub.watches_all());
  {
    auto of_all = hub.subscribe_all([&](const Change&) { ++all; });
    EXPECT_TRUE(hub.watches_all());
    hub.publish({.execution = id_of(1)});
    hub.publish({.execution = id_of(2)});
    hub.publish({.flow = std::make_shared<model::FlowKey>(model::FlowKey{"main", "a", "f"}), .trigger = "t"});
    EXPECT_EQ(one, 1);
    EXPECT_EQ(all, 3);
  }
  EXPECT_FALSE(hub.watches_all());
  hub.publish({.execution = id_of(1)});
  EXPECT_EQ(one, 2);
  EXPECT_EQ(all, 3);
}

TEST(ChangeHub, AMovedSubscriptionEndsOnce) {
  ChangeHub hub;
  int told = 0;
  auto first = hub.subscribe_all([&](const Change&) { ++told; });
  auto second = std::move(first);
  hub.publish({.execution = id_of(1)});
  second = ChangeHub::Subscription();
  hub.publish({.execution = id_of(1)});
  EXPECT_EQ(told, 1);
  EXPECT_FALSE(hub.watches_all());
}

}  // namespace
}  // namespace gyr::executor
