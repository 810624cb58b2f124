// `gyr trigger …` (CLI-3).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/testing/run_command.h"

namespace gyr::cli {
namespace {

using ::testing::HasSubstr;
using testing::run;

TEST(TriggerCommands, ReportThatTheServerIsUnreachable) {  // principle: stable interfaces (exit code 5)
  const auto result = run({"trigger", "explain", "a.b", "flow", "t", "--server", "http://127.0.0.1:1"});
  EXPECT_EQ(result.code, 5);
  EXPECT_THAT(result.err, HasSubstr("cannot reach the server http://127.0.0.1:1: "));
}

TEST(TriggerCommands, ReportMissingNamesAndActions) {
  EXPECT_EQ(run({"trigger", "list", "a.b"}).code, 2);
  EXPECT_EQ(run({"trigger", "explain", "a.b", "flow"}).code, 2);
  EXPECT_EQ(run({"trigger", "enable", "a.b", "fl/ow", "t"}).code, 2);
  EXPECT_EQ(run({"trigger", "backfill", "a.b", "flow", "t"}).code, 2);
  EXPECT_EQ(run({"trigger", "backfill", "a.b", "flow", "t", "--pause", "--resume"}).code, 2);
  EXPECT_EQ(run({"trigger", "backfill", "a.b", "flow", "t", "--start", "2024-01-01T00:00:00Z", "--inputs", "x"}).code,
            2);
}

}  // namespace
}  // namespace gyr::cli
