// A partition that another server has taken over stops; nothing of it is lost (TRIG-201, SCALE-2).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "executor/executor.h"
#include "executor/testing/harness.h"

namespace gyr::executor {
namespace {

using model::State;
using test::Harness;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view nap = R"(
tasks:
  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}
)";

/// A flow of `company.team` in the partition of this number, of two.
std::string flow_in(size_t partition) {
  for (int i = 0;; ++i) {
    std::string id = "flow" + std::to_string(i);
    if (model::slot_of({"main", "company.team", id}) / (model::slot_count / 2) == partition) return id;
  }
}

std::string refusal(const base::Result<Answer>& answer) {
  return answer ? "" : std::string(answer.error().code().text);
}

TEST(Leases, APartitionWhoseCommitIsRefusedIsDropped) {  // TRIG-201, SCALE-2
  Harness server({.threads = 1, .partitions = 2});
  const std::string gone = flow_in(0), kept = flow_in(1);
  server.deploy(nap, gone);
  server.deploy(nap, kept);
  const base::Id before = server.run(gone);
  auto job = server.workers().take("nap");

  server.store().refuse_one(0, store::lease_lost);
  server.workers().finish(job);
  // Behind the refused commit, as whatever comes to this partition from now on.
  EXPECT_EQ(refusal(server.submit(server.create(gone))), store::lease_lost.text);
  EXPECT_EQ(refusal(server.submit(KillExecution{before})), store::lease_lost.text);
  EXPECT_THAT(server.workers().acknowledged(), IsEmpty()) << "its worker keeps the result";
  EXPECT_EQ(server.workers().waiting(), 0u);

  // The other partition does not notice.
  const base::Id other = server.run(kept);
  server.workers().finish(server.workers().take("nap"));
  EXPECT_EQ(server.wait_for_end(other), State::success);

  // The next owner finds everything as the last commit left it.
  server.stop();
  server.start();
  EXPECT_THAT(server.executions(gone), SizeIs(1));
  server.workers().finish(server.workers().take("nap"));
  EXPECT_EQ(server.wait_for_end(before), State::success);
}

TEST(Leases, ACommandWhoseCommitIsRefusedGetsTheError) {  // TRIG-201
  Harness server({.threads = 1, .partitions = 2});
  const std::string flow = flow_in(0);
  server.deploy(nap, flow);
  server.store().refuse_one(0, store::lease_lost);
  EXPECT_EQ(refusal(server.submit(server.create(flow))), store::lease_lost.text);
  server.stop();
  server.start();
  EXPECT_THAT(server.executions(flow), IsEmpty());
}

// Each life has the slots for itself, and gives them back at its end.
TEST(Leases, TheSlotsAreHeldWhileTheServerRuns) {  // TRIG-201
  Harness server({.threads = 1, .partitions = 2});
  auto other = server.store().acquire_lease({0, 1023, "another server", std::nullopt});
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().code(), store::lease_held);
  server.stop_executor();
  EXPECT_TRUE(server.store().acquire_lease({0, 1023, "another server", std::nullopt}).has_value());
}

}  // namespace
}  // namespace gyr::executor
