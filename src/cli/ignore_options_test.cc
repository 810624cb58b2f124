// The options of what a server ignores (CLI-33, OPS-2).
#include "cli/ignore_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/testing/run_command.h"

namespace gyr::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string text_of(const std::vector<executor::IgnoreOptions::Place>& places) {
  std::string text;
  for (const auto& place : places) text += place.tenant + "|" + place.namespace_ + "|" + place.flow + " ";
  return text;
}

TEST(IgnoreArguments, AcceptLists) {  // CLI-33, OPS-2
  const std::string one = "5tXmBTGDvOaBJzdTmpMkpm", two = "5tXmBTGDvOaBJzdTmpMkpn";
  auto done = testing::run({"server", "standalone", "--ignore-executions", one + ", " + two, "--ignore-flows",
                            "t|a.b|f,a|g,a.b.h", "--ignore-namespaces", "t|a.b", "--ignore-namespaces", "x",
                            "--ignore-tenants", "t,u"});
  ASSERT_EQ(done.code, exit_ok) << done.err;
  const auto& ignore = testing::last_server().ignore;
  EXPECT_THAT(ignore.executions, ElementsAre(*base::Id::parse(one), *base::Id::parse(two)));
  EXPECT_EQ(text_of(ignore.flows), "t|a.b|f |a|g |a.b|h ");
  EXPECT_EQ(text_of(ignore.namespaces), "t|a.b| |x| ");
  EXPECT_THAT(ignore.tenants, ElementsAre("t", "u"));
}

TEST(IgnoreArguments, FormerNamesOverride) {  // OPS-2
  auto done = testing::run({"server", "local", "--ignore-flows", "a|new", "--skip-flows", "a|old", "--skip-executions",
                            "5tXmBTGDvOaBJzdTmpMkpm", "--skip-namespaces", "n", "--skip-tenants", "t"});
  ASSERT_EQ(done.code, exit_ok) << done.err;
  const auto& ignore = testing::last_server().ignore;
  EXPECT_EQ(text_of(ignore.flows), "|a|old ");
  EXPECT_EQ(ignore.executions.size(), 1u);
  EXPECT_EQ(text_of(ignore.namespaces), "|n| ");
  EXPECT_THAT(ignore.tenants, ElementsAre("t"));
}

TEST(IgnoreArguments, InvalidValuesFail) {  // CLI-33
  for (const auto& [option, value] : {std::pair{"--ignore-executions", "no-id"},
                                      {"--ignore-executions", ""},
                                      {"--ignore-executions", "5tXmBTGDvOaBJzdTmpMkpm,,"},
                                      {"--ignore-flows", "alone"},
                                      {"--ignore-flows", "a||f"},
                                      {"--ignore-flows", "a|b|c|d"},
                                      {"--ignore-flows", ".f"},
                                      {"--ignore-namespaces", "t|"},
                                      {"--ignore-namespaces", "a|b|c"},
                                      {"--skip-tenants", ","}}) {
    auto done = testing::run({"server", "standalone", option, value});
    EXPECT_EQ(done.code, exit_usage) << option << " " << value;
    EXPECT_THAT(done.err, HasSubstr("GYR-C011")) << done.err;
  }
}

}  // namespace
}  // namespace gyr::cli
