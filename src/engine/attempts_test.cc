// Attempts of a run: retries, results that are too late, work that is given out again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/harness.h"

namespace gyr::engine {
namespace {

using model::State;
using testing::Harness;

TEST(Retry, SucceedsTheThirdTime) {  // EXEC-51, FLOW-70 to FLOW-72
  Harness flow(R"(
tasks:
  - id: a
    type: test.Work
    retry: {type: constant, interval: PT1M, maxAttempts: 3, warningOnRetry: true}
  - {id: b, type: test.Echo, text: x}
)");
  flow.script("a", {{State::failed, {}}, {State::failed, {}}, {State::success, {}}});
  flow.run();
  EXPECT_EQ(flow.tree(), "a:WARNING b:SUCCESS");
  EXPECT_EQ(flow.find("a")->run.attempts.size(), 3u);
  EXPECT_EQ(flow.states_of("a"),
            "CREATED SUBMITTED RUNNING FAILED RETRYING CREATED SUBMITTED RUNNING FAILED RETRYING CREATED SUBMITTED "
            "RUNNING WARNING");
  EXPECT_EQ(flow.history(), "CREATED RUNNING RETRYING RUNNING RETRYING RUNNING WARNING");
}

TEST(Retry, ExhaustedIsAFailureWithErrors) {  // EXEC-53
  Harness flow(R"(
tasks:
  - id: group
    type: io.kestra.plugin.core.flow.Sequential
    retry: {type: exponential, interval: PT1S, maxInterval: PT10S, maxAttempts: 2}
    tasks:
      - {id: a, type: test.Work}
errors:
  - {id: e, type: test.Echo, text: x}
)");
  flow.script("a", {{State::failed, {}}});
  flow.run();
  EXPECT_EQ(flow.tree(), "group:FAILED a:FAILED e:SUCCESS");
  EXPECT_EQ(flow.find("a")->run.attempts.size(), 2u);
}

TEST(Results, StaleOnesAreNeverApplied) {  // EXEC-6; principle: recovery
  Harness flow("tasks:\n  - {id: a, type: test.Work}\n  - {id: b, type: test.Work}\n");
  flow.hold_work();
  flow.run();
  base::Id run = flow.find("a")->run.id;
  flow.deliver(WorkerFinished{
      {run, 0, 0}, State::failed, {}, base::Instant::of_millis(1'700'000'000'100), 0, {}});  // older epoch
  EXPECT_EQ(flow.tree(), "a:SUBMITTED");
  flow.finish_work("a");
  EXPECT_EQ(flow.tree(), "a:SUCCESS b:SUBMITTED");
  flow.deliver(
      WorkerFinished{{run, 0, 1}, State::failed, {}, base::Instant::of_millis(1'700'000'000'200), 0, {}});  // again
  EXPECT_EQ(flow.tree(), "a:SUCCESS b:SUBMITTED");
}

TEST(Recovery, DispatchesUnfinishedWorkAgain) {  // EXEC-131, EXEC-133
  Harness flow("tasks:\n  - {id: a, type: test.Work}\n");
  flow.hold_work();
  flow.run();
  flow.deliver(WorkerStarted{{flow.find("a")->run.id, 0, 1}, "w", base::Instant::of_millis(1'700'000'000'100)});
  flow.crash();
  EXPECT_EQ(flow.held(), 1u);
  EXPECT_EQ(flow.find("a")->run.attempts[0].state.current(), State::resubmitted);
  flow.finish_work("a");
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_EQ(flow.find("a")->run.attempts.size(), 2u);
}

TEST(Recovery, AnAttemptKnowsTheLostAttemptsBeforeIt) {  // RUNNER-7
  Harness flow("tasks:\n  - {id: a, type: test.Work, retry: {type: constant, interval: PT1S, maxAttempts: 3}}\n");
  flow.hold_work();
  flow.run();
  auto resumed = [&flow] { return flow.held_work().back().resumed_attempt; };
  EXPECT_EQ(resumed(), 0);
  for (int32_t lost = 0; lost < 2; ++lost) {
    flow.deliver(WorkerStarted{flow.held_work().back().attempt, "w", base::Instant::of_millis(1'700'000'000'100)});
    flow.crash();
    EXPECT_EQ(resumed(), 0) << "the job that the first attempt began may still be there";
    EXPECT_EQ(flow.held_work().back().attempt.attempt, lost + 1);
  }
}

}  // namespace
}  // namespace gyr::engine
