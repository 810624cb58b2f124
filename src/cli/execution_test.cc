// `gyr execution …` (CLI-3).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/testing/run_command.h"

namespace gyr::cli {
namespace {

using ::testing::HasSubstr;
using testing::run;

TEST(ExecutionCommands, ReportThatTheServerIsUnreachable) {  // principle: stable interfaces (exit code 5)
  const auto result = run({"execution", "get", "5tXmBTGDvOaBJzdTmpMkpm", "--server", "http://127.0.0.1:1"});
  EXPECT_EQ(result.code, 5);
  EXPECT_THAT(result.err, HasSubstr("cannot reach the server http://127.0.0.1:1: "));
  EXPECT_THAT(result.err, HasSubstr("gyr server local"));
  EXPECT_EQ(result.out, "");
}

TEST(ExecutionCommands, ReportInvalidIdsAndOptions) {
  EXPECT_EQ(run({"execution", "explain"}).code, 2);
  EXPECT_EQ(run({"execution", "kill", "a/b"}).code, 2);
  EXPECT_EQ(run({"execution", "restart", "x", "--revision", "two"}).code, 2);
  EXPECT_EQ(run({"execution", "replay", "x", "--from", "a&b"}).code, 2);
  EXPECT_EQ(run({"execution", "get", "x", "--user", "nobody"}).code, 2);
}

}  // namespace
}  // namespace gyr::cli
