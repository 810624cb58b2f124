// Log lines of a worker on their way to the server: they wait for their confirmation (principle: back-pressure).
#include <gmock/gmock.h>

#include "protocol/log_weight.h"
#include "worker/testing/worker_fixture.h"

namespace gyr::worker::testing {
namespace {

using model::State;
using ::testing::IsEmpty;

/// Writes a line of 100 KB two hundred times, and waits for room before each as a script does.
struct Chatty {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    std::string line(100'000, 'x');
    for (int i = 0; i < 200; ++i) {
      co_await context.log_room();
      context.log(model::LogLevel::info, line);
    }
    co_return plugin::Success{};
  }
};

/// Writes 100,000 lines of one character.
struct Ticker {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    for (int i = 0; i < 100'000; ++i) {
      if (i % 100 == 0) co_await context.log_room();
      context.log(model::LogLevel::info, "x");
    }
    co_return plugin::Success{};
  }
};

class WorkerLogs : public TaskFixture {
 protected:
  WorkerLogs() {
    registry_.add(type<Chatty>("test.Chatty"));
    registry_.add(type<Ticker>("test.Ticker"));
  }
  uint64_t log_bytes() const {
    uint64_t bytes = 0;
    for (const auto& line : lines()) bytes += line.size();
    return bytes;
  }
  uint64_t log_weight() const { return log_bytes() + lines().size() * protocol::log_line_bytes; }
  /// The server stores what has come, again and again, until the task has ended.
  void store_until_the_end() {
    for (uint64_t stored = 0; sent<protocol::Result>().empty();) {
      const uint64_t now = log_weight();
      ASSERT_GT(now, stored) << "the task waits, and nothing is left to store";
      receive(protocol::LogStored{now - std::exchange(stored, now)});
    }
  }
};

TEST_F(WorkerLogs, LogLinesWaitForTheirConfirmation) {  // principle: back-pressure
  constexpr uint64_t window = 2 * 1024 * 1024;
  deploy_task("{id: task, type: test.Chatty}");
  give();
  EXPECT_THAT(sent<protocol::Result>(), IsEmpty()) << "20 MB are more than the window";
  uint64_t first = log_bytes();
  EXPECT_GE(first, window - 200'000);
  EXPECT_LE(first, window + 600'000);
  for (const auto& chunk : sent<protocol::LogChunk>()) {
    uint64_t bytes = 0;
    for (const auto& line : chunk.entries) bytes += line.message.size();
    EXPECT_LE(bytes, 300'000u) << "a chunk is bounded, however long one message is";
  }
  store_until_the_end();
  EXPECT_EQ(result().state, State::success);
  EXPECT_EQ(log_bytes(), 20'000'000u) << "and nothing is lost";
}

// A million lines of a few bytes would fit any window of bytes.
TEST_F(WorkerLogs, ShortLinesCountWithTheirOverhead) {  // principle: back-pressure
  deploy_task("{id: task, type: test.Ticker}");
  give();
  EXPECT_THAT(sent<protocol::Result>(), IsEmpty());
  EXPECT_GE(lines().size(), 10'000u);
  EXPECT_LE(lines().size(), 30'000u);
  store_until_the_end();
  EXPECT_EQ(result().state, State::success);
  EXPECT_EQ(lines().size(), 100'000u);
}

}  // namespace
}  // namespace gyr::worker::testing
