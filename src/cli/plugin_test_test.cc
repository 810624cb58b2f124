// `gyr plugin test` (PLUG-722); what it runs is tested in connectors/connectors_test.cc.
#include <gmock/gmock.h>

#include "cli/errors.h"
#include "cli/testing/run_command.h"

namespace gyr::cli {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view connector = R"(connector: c
title: C
elements:
  - type: a.B
    title: T
    steps:
      - id: one
        request: {method: GET, url: "https://h.example/"}
    example: |
      id: t
      type: a.B
    tests:
      - {name: good, exchanges: [{request: {method: GET, url: "https://h.example/"}, response: {status: 200}}], outputs: {}}
      - {name: bad, exchanges: [{request: {method: GET, url: "https://h.example/"}, response: {status: 500}}], error: status 500}
)";

TEST(PluginTest, RunsTheTestsOfAConnector) {
  auto result = testing::run({"plugin", "test", "-"}, connector);
  EXPECT_EQ(result.code, exit_ok) << result.err;
  EXPECT_EQ(result.out, "ok     a.B: good\nok     a.B: bad\n2 tests, 0 failed\n");
  std::string wrong(connector);
  wrong.replace(wrong.find("error: status 500"), 17, "error: status 501");
  result = testing::run({"plugin", "test", "-"}, wrong);
  EXPECT_EQ(result.code, exit_failed);
  EXPECT_THAT(result.out, HasSubstr("FAILED a.B: bad: it failed with: C: GET failed with status 500"));
}

TEST(PluginTest, RefusesWhatIsNoConnector) {
  auto result = testing::run({"plugin", "test", "-"}, "connector: c\ntitle: C\nelementss: []\n");
  EXPECT_NE(result.code, exit_ok);
  EXPECT_THAT(result.err, HasSubstr("-:3"));
  EXPECT_EQ(testing::run({"plugin", "test"}).code, exit_usage);
  EXPECT_NE(testing::run({"plugin", "test", "/no/such/file"}).code, exit_ok);
}

}  // namespace
}  // namespace gyr::cli
