#include "plugins/runner/remote_job.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace gyr::plugins::runner {
namespace {

std::vector<std::string> unglued(std::string_view text) {
  std::vector<std::string> lines;
  each_unglued_line(text, [&](std::string_view line) { lines.emplace_back(line); });
  return lines;
}
using Lines = std::vector<std::string>;

TEST(RemoteJob, NamesWhatItRuns) {  // RUNNER-5
  EXPECT_EQ(remote_job_name("Company.Team", "daily_Report", "load.it", 0), "companyteam-daily-report-loadit-aaaaa");
  EXPECT_EQ(remote_job_name("a", "b", "c", 35 + 36 * 26), "a-b-c-90aaa");
  const std::string longest = remote_job_name(std::string(200, 'n'), "f", "t", ~0ULL);
  EXPECT_EQ(longest.size(), 63U);
  EXPECT_EQ(remote_job_name(std::string(56, 'n'), "f", "t", 0), std::string(56, 'n') + "-aaaaa") << "no two hyphens";
  EXPECT_EQ(remote_job_name("-_.", "f", "", 0), "f-aaaaa");
  EXPECT_EQ(remote_job_name("", "\xff\xfe", "é", 0), "aaaaa");
  std::set<std::string> all;
  for (uint64_t i = 0; i < 5'000; ++i) all.insert(remote_job_name("n", "f", "t", i));
  EXPECT_EQ(all.size(), 5'000U);
}

TEST(RemoteJob, BreaksGluedLines) {  // SCRIPT-32
  EXPECT_EQ(unglued(R"(::{"outputs":{"a":1}}::::{"outputs":{"b":2}}::)"),
            (Lines{R"(::{"outputs":{"a":1}}::)", R"(::{"outputs":{"b":2}}::)"}));
  EXPECT_EQ(unglued("progress 10%\rprogress 20%\r\rdone::{\"x\":1}::"),
            (Lines{"progress 10%", "progress 20%", "done", "::{\"x\":1}::"}));
  EXPECT_EQ(unglued("plain"), (Lines{"plain"}));
  EXPECT_EQ(unglued(":::{"), (Lines{":", "::{"}));
  EXPECT_EQ(unglued("a ::b:: {"), (Lines{"a ::b:: {"}));
  EXPECT_TRUE(unglued("").empty());
  EXPECT_TRUE(unglued("\r\r").empty());
  EXPECT_EQ(unglued(std::string(100'000, ':') + "{").size(), 2U);
  std::string many;
  for (int i = 0; i < 1'000; ++i) many += "::{}::";
  EXPECT_EQ(unglued(many).size(), 1'000U);
}

}  // namespace
}  // namespace gyr::plugins::runner
