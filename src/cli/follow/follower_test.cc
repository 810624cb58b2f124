// Follower: every line once, in any order of arrival; children; notifications and signals.
#include "cli/follow/follower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <thread>

#include "cli/execution_text.h"
#include "cli/follow/wakeups.h"
#include "cli/program.h"
#include "cli/testing/fake_reader.h"
#include "cli/testing/fake_terminal.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using base::Id;
using model::State;
using testing::FakeReader;

Id id(uint64_t number) { return {1, number}; }

/// A follower over a reader that the test fills.
struct Fixture {
  executor::ChangeHub hub;
  FakeReader reader;
  int wakes = 0;
  std::vector<std::string> lines;
  Follower follower{hub, reader, "main", [this] { ++wakes; },
                    [this](const model::LogEntry& entry, std::string_view who) {
                      lines.push_back(fmt::format("{}: {}", who, entry.message));
                    }};

  void publish(uint64_t execution, bool ended = false, bool logs_only = false) {
    hub.publish({.execution = id(execution), .state = State::running, .ended = ended, .logs_only = logs_only});
  }
  void look(bool all = false) {
    auto looked = follower.look(all);
    EXPECT_TRUE(looked) << looked.error().message();
  }
};

TEST(Follower, ReadsRowsAndLogsAfterANotification) {
  Fixture f;
  f.follower.follow(id(1));
  f.look();
  EXPECT_EQ(f.follower.execution(id(1)), nullptr);
  f.reader.put_execution(id(1), State::running);
  f.reader.put_run(id(1), 0, id(10), "first", State::running);
  f.reader.put_line(id(1), id(10), 1, "one");
  f.publish(1);
  EXPECT_EQ(f.wakes, 1);
  f.look();
  ASSERT_NE(f.follower.execution(id(1)), nullptr);
  EXPECT_EQ(f.follower.tree().label_of(id(10)), "first");
  EXPECT_EQ(f.lines, std::vector<std::string>{"first: one"});
  f.publish(1);
  f.look();
  EXPECT_EQ(f.lines.size(), 1U) << "no line comes twice";
}

TEST(Follower, NotificationsOfLogsReadNoRows) {
  Fixture f;
  f.follower.follow(id(1));
  f.reader.put_execution(id(1), State::running);
  f.publish(1);
  f.look();
  size_t before = f.reader.execution_reads;
  f.reader.put_line(id(1), id(10), 1, "one");
  f.publish(1, false, true);
  f.look();
  EXPECT_EQ(f.reader.execution_reads, before);
  EXPECT_EQ(f.lines.size(), 1U);
}

TEST(Follower, LateLinesAreRead) {
  Fixture f;
  f.follower.follow(id(1));
  f.reader.put_execution(id(1), State::running);
  f.reader.put_line(id(1), id(10), 3, "three", 30'000);
  f.publish(1);
  f.look();
  f.reader.put_line(id(1), id(10), 2, "two", 25'000);  // within the window of late lines
  f.reader.put_line(id(1), id(10), 1, "one", 1'000);   // long before
  f.publish(1);
  f.look();
  EXPECT_EQ(f.lines, (std::vector<std::string>{"t: three", "t: two"}));
  ASSERT_TRUE(f.follower.last_logs());
  EXPECT_EQ(f.lines, (std::vector<std::string>{"t: three", "t: two", "t: one"}));
  ASSERT_TRUE(f.follower.last_logs());
  EXPECT_EQ(f.lines.size(), 3U);
}

TEST(Follower, ManyLinesAreReadInPages) {
  Fixture f;
  f.follower.follow(id(1));
  f.reader.put_execution(id(1), State::running);
  for (uint32_t i = 1; i <= 3'500; ++i) f.reader.put_line(id(1), id(10), i, fmt::format("{}", i), i);
  f.publish(1);
  f.look();
  ASSERT_EQ(f.lines.size(), 3'500U);
  EXPECT_EQ(f.lines.back(), "t: 3500");
}

TEST(Follower, RunsAreReadOnceTheyHaveEnded) {
  Fixture f;
  f.follower.follow(id(1));
  f.reader.put_execution(id(1), State::running);
  for (uint32_t i = 0; i < 2'500; ++i)
    f.reader.put_run(id(1), i, id(1'000 + i), fmt::format("t{}", i), i == 2'499 ? State::running : State::success);
  f.publish(1);
  f.look();
  EXPECT_EQ(f.follower.tree().size(), 2'500U);
  size_t before = f.reader.runs_read;
  f.reader.put_run(id(1), 2'499, id(1'000 + 2'499), "t2499", State::success);
  f.reader.put_run(id(1), 2'500, id(9'999), "new", State::running);
  f.publish(1);
  f.look();
  EXPECT_LE(f.reader.runs_read - before, 3U) << "a step costs what it touches";
  EXPECT_EQ(f.follower.tree().size(), 2'501U);
}

TEST(Follower, ARestartReadsTheRunsAgain) {
  Fixture f;
  f.follower.follow(id(1));
  f.reader.put_execution(id(1), State::running);
  f.reader.put_run(id(1), 0, id(10), "a", State::failed);
  f.publish(1);
  f.look();
  f.reader.put_execution(id(1), State::restarted);
  f.reader.put_run(id(1), 0, id(10), "a", State::running);
  f.publish(1);
  f.look();
  EXPECT_TRUE(f.follower.tree().failed(1).empty());
}

TEST(Follower, RemovedRunsDisappear) {
  Fixture f;
  f.follower.follow(id(1));
  f.reader.put_execution(id(1), State::running);
  f.reader.put_run(id(1), 0, id(10), "a", State::running);
  f.publish(1);
  f.look();
  f.reader.remove_run(id(1), 0);
  f.publish(1);
  f.look();
  EXPECT_EQ(f.follower.tree().size(), 0U);
}

TEST(Follower, ChildrenAreFollowed) {
  Fixture f;
  f.follower.follow(id(1));
  f.reader.put_execution(id(1), State::running);
  f.reader.put_run(id(1), 0, id(10), "call", State::running);
  f.publish(1);
  f.look();
  f.reader.put_execution(id(2), State::running, id(1), id(10));
  f.reader.put_run(id(2), 0, id(20), "inside", State::running);
  f.reader.put_line(id(2), id(20), 1, "from the child");
  f.publish(1);
  f.look();
  EXPECT_EQ(f.lines, std::vector<std::string>{"flow-2/inside: from the child"});
  f.reader.put_execution(id(1), State::success, {}, {}, store::Activity::ended);
  f.publish(1, true);
  EXPECT_TRUE(f.follower.urgent());
  f.look();
  EXPECT_FALSE(f.follower.urgent());
  EXPECT_FALSE(f.follower.finished(id(1)))
      << "a child that nobody waits for is waited for: the engine ends with this command";
  f.reader.put_execution(id(2), State::success, id(1), id(10), store::Activity::ended);
  f.publish(2, true);
  f.look();
  EXPECT_TRUE(f.follower.finished(id(1)));
}

TEST(Follower, APausedChildIsNotWaitedFor) {
  Fixture f;
  f.follower.follow(id(1));
  f.reader.put_execution(id(1), State::success, {}, {}, store::Activity::ended);
  f.reader.put_execution(id(2), State::paused, id(1), id(10), store::Activity::idle);
  f.publish(1, true);
  f.look();
  EXPECT_TRUE(f.follower.finished(id(1)));
}

TEST(Follower, ReadingAllNeedsNoNotification) {
  Fixture f;
  f.follower.follow(id(1));
  f.reader.put_execution(id(1), State::success, {}, {}, store::Activity::ended);
  f.look();
  EXPECT_FALSE(f.follower.finished(id(1)));
  f.look(true);
  EXPECT_TRUE(f.follower.finished(id(1)));
}

TEST(Follower, ErrorsOfTheStoreAreReturned) {
  Fixture f;
  f.follower.follow(id(1));
  f.reader.fails = true;
  f.publish(1);
  EXPECT_FALSE(f.follower.look(false));
}

TEST(ExecutionText, IsOneDocumentOverManyPages) {
  FakeReader reader;
  reader.put_execution(id(1), State::success);
  for (uint32_t i = 0; i < 1'200; ++i) reader.put_run(id(1), i, id(100 + i), "t", State::success);
  for (uint32_t i = 1; i <= 1'001; ++i) reader.put_line(id(1), id(100), i, fmt::format("line {}", i), i);
  testing::BufferOutput output;
  ASSERT_TRUE(write_execution(output, reader, *reader.execution(id(1)).value(), {}));
  auto json = syntax::parse_json(output.text);
  ASSERT_TRUE(json) << json.error().message();
  EXPECT_EQ(json->find("flowId")->text(), "flow-1");
  EXPECT_EQ(json->find("taskRunList")->size(), 1'200U);
  ASSERT_EQ(json->find("logs")->size(), 1'001U);
  EXPECT_EQ(json->find("logs")->items().back().find("message")->text(), "line 1001");
}

// ------------------------------------------------------------------------------------------------ waking

TEST(Wakeups, NotificationsFromOtherThreads) {
  Wakeups wakeups;
  EXPECT_FALSE(wakeups.wait(base::monotonic_now()).notified);
  wakeups.notify();
  wakeups.notify();
  EXPECT_TRUE(wakeups.wait(std::nullopt).notified);
  EXPECT_FALSE(wakeups.wait(base::monotonic_now()).notified);
  std::thread other([&] { wakeups.notify(); });
  EXPECT_TRUE(wakeups.wait(std::nullopt).notified);
  other.join();
}

TEST(Wakeups, WaitEndsAtItsTime) {
  Wakeups wakeups;
  auto until = base::monotonic_now() + std::chrono::milliseconds(5);
  wakeups.wait(until);
  EXPECT_GE(base::monotonic_now(), until);
}

TEST(Wakeups, SignalsAreCounted) {
  Wakeups wakeups;
  EXPECT_EQ(wakeups.wait(base::monotonic_now()).signals, 0);
  ::raise(SIGINT);
  EXPECT_EQ(wakeups.wait(std::nullopt).signals, 1);
  ::raise(SIGTERM);
  EXPECT_EQ(wakeups.wait(std::nullopt).signals, 2);
}

TEST(WakeupsDeathTest, ASecondSignalWithoutAListenerEndsTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        Wakeups wakeups;
        ::raise(SIGINT);
        ::raise(SIGINT);
      },
      ::testing::ExitedWithCode(exit_interrupted),
      ::testing::HasSubstr(""));  // no regex: libonig brings its own regcomp()
  EXPECT_EXIT(
      {
        Wakeups wakeups;
        wakeups.wait(base::monotonic_now());
        wakeups.leave();
        ::raise(SIGINT);
        ::raise(SIGINT);
      },
      ::testing::ExitedWithCode(exit_interrupted),
      ::testing::HasSubstr(""));  // no regex: libonig brings its own regcomp()
}

}  // namespace
}  // namespace gyr::cli
