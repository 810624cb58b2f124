// `--jq` on everything that prints JSON (CLI-60).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command.h"
#include "cli/testing/contract_server.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using ::testing::HasSubstr;

TEST(Jq, FiltersWhatACommandPrints) {
  testing::ContractServer server;
  server.on("GET flows/search?page=1&size=100", R"({"results":[{"id":"a","n":1},{"id":"b\u001b","n":2}],"total":2})");
  EXPECT_EQ(server.gyr({"flow", "list", "--jq", ".[].id"}).out, "a\nb\x1B\n") << "texts as they are in a pipe";
  EXPECT_EQ(server.gyr({"flow", "list", "--jq", "map(.n) | add, length"}).out, "3\n2\n");
  EXPECT_EQ(server.gyr({"--jq", ".[0]", "flow", "list"}).out, "{\"id\":\"a\",\"n\":1}\n");
  EXPECT_EQ(server.gyr({"flow", "list", "--json=n", "--jq", ".[1]"}).out, "{\"n\":2}\n");
  EXPECT_EQ(server.gyr({"flow", "list", "--jq", "empty"}).out, "");
  server.on("GET whatever", R"({"a":[1]})");
  EXPECT_EQ(server.gyr({"api", "GET", "whatever", "--jq", ".a[0]"}).out, "1\n");
  server.on("GET whatever", "{\"a\":1}\n{\"a\":2}\n");
  EXPECT_EQ(server.gyr({"api", "GET", "whatever", "--jq", ".a"}).out, "1\n2\n");
  EXPECT_EQ(testing::run({"version", "--jq", ".version"}).out, "1.2.3\n");
  EXPECT_EQ(testing::run({"explain", "--list", "--jq", ".[0].code"}).out, "GYR-A001\n");
  testing::FakeTerminal terminal(60, 10);
  EXPECT_EQ(server.gyr_on(terminal, {"flow", "list", "--jq", ".[1].id"}), exit_ok);
  EXPECT_EQ(terminal.screen(), "b") << "no control characters on a terminal";
}

TEST(Jq, FailsClearly) {
  testing::ContractServer server;
  const auto program = testing::run({"explain", "--list", "--jq", ".["});
  EXPECT_EQ(program.code, exit_usage);
  EXPECT_EQ(program.out, "");
  EXPECT_THAT(program.err, HasSubstr("is not a valid value for `--jq`"));
  EXPECT_TRUE(syntax::parse_json(program.err)) << "errors are JSON, as with --json";
  server.on("GET text", "not JSON");
  EXPECT_EQ(server.gyr({"api", "GET", "text", "--jq", "."}).code, exit_failed);
  const auto run = testing::run({"explain", "--list", "--jq", ".code"});
  EXPECT_EQ(run.code, exit_failed);
  EXPECT_THAT(run.err, HasSubstr("GYR-X006"));
  server.on("GET flows/search?page=1&size=100", R"({"message":"no"})", 404);
  const auto missing = server.gyr({"flow", "list", "--jq", "."});
  EXPECT_EQ(missing.code, exit_not_found) << "the exit code of the command";
  EXPECT_EQ(missing.out, "");
}

TEST(Jq, IsOfferedByEveryCommandWithJson) {
  for (const CommandInfo& command : all_commands()) {
    Arguments arguments;
    const auto made = command.make();
    made->declare(arguments);
    EXPECT_TRUE(!arguments.has("--json") || arguments.has("--jq")) << command.path;
  }
}

}  // namespace
}  // namespace gyr::cli
