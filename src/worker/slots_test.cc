#include "worker/slots.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gyr::worker {
namespace {

/// Takes a place, says so, and keeps it until it is told to go.
base::Task<void> hold(Slots& slots, base::CancelToken cancel, std::string share, std::vector<std::string>& order,
                      std::vector<Slots::Slot>& held) {
  auto slot = co_await slots.take(std::move(cancel), share);
  order.push_back(slot ? share : share + " cancelled");
  if (slot) held.push_back(std::move(slot));
}

class SlotsTest : public ::testing::Test {
 protected:
  void ask(std::string share, base::CancelToken cancel = {}) {
    scope_.spawn(hold(slots_, std::move(cancel), std::move(share), order_, held_));
  }
  void give_one_back() {
    held_.erase(held_.begin());
    loop_.run_ready();
  }
  std::string order() const {
    std::string all;
    for (const auto& each : order_) all += each + ' ';
    return all;
  }

  base::ManualLoop loop_;
  Slots slots_{loop_, 2};
  std::vector<std::string> order_;
  std::vector<Slots::Slot> held_;
  base::TaskScope scope_{loop_};
};

// Fair dispatch: a flow with many waiting processes does not keep another's first one waiting for all of them.
TEST_F(SlotsTest, SharesTakeTurnsAndKeepTheirOrder) {
  for (int i = 0; i < 6; ++i) ask("crowd");
  ask("guest");
  ask("guest");
  loop_.run_ready();
  EXPECT_EQ(order(), "crowd crowd ");
  for (int i = 0; i < 6; ++i) give_one_back();
  EXPECT_EQ(order(), "crowd crowd crowd guest crowd guest crowd crowd ");
  give_one_back();
  give_one_back();
  ask("late");
  loop_.run_ready();
  EXPECT_EQ(order_.back(), "late");
}

TEST_F(SlotsTest, ACancelledWaiterTakesNoTurn) {
  base::CancelSource cancel;
  ask("a");
  ask("a");
  ask("b", cancel.token());
  ask("c");
  loop_.run_ready();
  cancel.cancel();
  loop_.run_ready();
  EXPECT_EQ(order(), "a a b cancelled ");
  give_one_back();
  EXPECT_EQ(order(), "a a b cancelled c ");
  give_one_back();
  give_one_back();
  ask("d");
  loop_.run_ready();
  EXPECT_EQ(order_.back(), "d");
}

}  // namespace
}  // namespace gyr::worker
