#include "base/edge.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "base/loop.h"
#include "base/task.h"

namespace gyr::base {
namespace {

Error caught(void (*act)()) {
  try {
    act();
  } catch (...) {
    return caught_at(Edge::poller, "a test");
  }
  return {unexpected_exception, "nothing was thrown"};
}

TEST(Edge, MakesAnErrorOfWhateverIsThrown) {
  const uint64_t before = caught_count(Edge::poller);
  EXPECT_EQ(caught([] { throw std::runtime_error("reason"); }).message(), "reason");
  EXPECT_EQ(caught([] { throw std::bad_alloc(); }).message(), "out of memory");
  EXPECT_EQ(caught([] { throw 1; }).message(), "an exception of an unknown type");
  EXPECT_EQ(caught([] { throw 1; }).code(), unexpected_exception);
  EXPECT_EQ(caught_count(Edge::poller) - before, 4u);
}

TEST(Edge, EveryEdgeHasAName) {
  std::set<std::string_view> names;
  for (size_t i = 0; i < edge_count; ++i) names.insert(to_text(static_cast<Edge>(i)));
  EXPECT_EQ(names.size(), edge_count);
  EXPECT_FALSE(names.contains(""));
}

TEST(Edge, AFailedJobIsKnownOnlyWhileItsPartsGo) {
  EXPECT_EQ(FailedJob::current(), nullptr);
  {
    FailedJob failed(Error(unexpected_exception, "first"));
    ASSERT_NE(FailedJob::current(), nullptr);
    EXPECT_EQ(FailedJob::current()->message(), "first");
  }
  EXPECT_EQ(FailedJob::current(), nullptr);
}

TEST(Edge, APlanThatCannotBeReadIsRefused) {
  for (const char* plan : {"", "turn", "turn:x", "turn:x:0", "turn:x:-1", "turn:x:1x", "nowhere:x:1", "turn:x:1:other",
                           "turn:x:1,", "turn:x:99999999999999999999"}) {
    EXPECT_FALSE(plan_exceptions(plan)) << plan;
  }
}

TEST(Edge, ThrowsAsOftenAsPlanned) {
  maybe_throw(Edge::client, "planned");  // without a plan
  ASSERT_TRUE(plan_exceptions("client:planned:2,client:memory:1:bad_alloc"));
  maybe_throw(Edge::client, "another");
  maybe_throw(Edge::reader, "planned");
  EXPECT_THROW(maybe_throw(Edge::client, "planned"), std::runtime_error);
  EXPECT_THROW(maybe_throw(Edge::client, "planned"), std::runtime_error);
  maybe_throw(Edge::client, "planned");
  EXPECT_THROW(maybe_throw(Edge::client, "memory"), std::bad_alloc);
}

Task<void> throwing() {
  throw 1;
  co_return;
}

TEST(Edge, ACoroutineThatThrowsAnythingEndsAlone) {
  ManualLoop loop;
  TaskScope scope(loop);
  const uint64_t before = caught_count(Edge::coroutine);
  scope.spawn(throwing());
  EXPECT_EQ(scope.running(), 0u);
  EXPECT_EQ(caught_count(Edge::coroutine) - before, 1u);
}

}  // namespace
}  // namespace gyr::base
