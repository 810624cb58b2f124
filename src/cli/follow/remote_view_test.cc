// The live tree of an execution of a server (CLI-60).
#include "cli/follow/remote_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/testing/contract_server.h"
#include "syntax/json.h"
#include "syntax/time.h"

namespace gyr::cli {
namespace {

using ::testing::HasSubstr;

/// An execution with a task `p` that has a child `c` in this state.
std::string execution(const std::string& state) {
  return fmt::format(
      R"({{"id":"x1","namespace":"n","flowId":"f","state":{{"current":"{0}","histories":[{{"state":"{0}","date":)"
      R"("2024-03-01T10:00:00Z"}}]}},"taskRunList":[{{"id":"1","taskId":"p","state":{{"current":"RUNNING","histories":)"
      R"([{{"state":"RUNNING","date":"2024-03-01T10:00:00Z"}}]}}}},{{"id":"2","taskId":"c","value":"v","parentTaskRunId":)"
      R"("1","state":{{"current":"{0}","histories":[{{"state":"{0}","date":"2024-03-01T10:00:00Z"}}]}}}}]}})",
      state);
}

TEST(RemoteView, IsATreeWithLinesAbove) {
  testing::FakeTerminal terminal(60, 12);
  RemoteView view(terminal, false);
  view.log("first\nsecond\n");
  const base::Instant now = *syntax::parse_instant("2024-03-01T10:00:05Z");
  view.show(*syntax::parse_json(execution("RUNNING")), now);
  EXPECT_EQ(terminal.screen(),
            "first\nsecond\n● n.f  RUNNING  5 s  x1\n ● p        RUNNING   5 s\n   ● c [v]  RUNNING   5 s");
  view.show_again(*syntax::parse_instant("2024-03-01T10:00:06Z"));
  EXPECT_THAT(terminal.screen(), HasSubstr("n.f  RUNNING  6 s"));
  view.show(*syntax::parse_json(execution("SUCCESS")), now);
  EXPECT_THAT(terminal.screen(), HasSubstr("✓ n.f  SUCCESS"));
}

TEST(RemoteView, StrangeAnswersDoNoHarm) {
  testing::FakeTerminal terminal(60, 12);
  RemoteView view(terminal, false);
  const base::Instant now = *syntax::parse_instant("2024-03-01T10:00:05Z");
  for (const char* text : {"{}", "[]", "1", R"({"taskRunList":[1,{"id":"!"},{"id":"1","state":{"histories":[{}]}}]})"})
    view.show(*syntax::parse_json(text), now);
  EXPECT_NE(terminal.screen(), "");
}

TEST(RemoteView, FollowIsATreeOnATerminalOnly) {
  testing::ContractServer server;
  server
      .on("GET executions/x1/follow",
          "id: progress\ndata: " + execution("RUNNING") + "\n\nid: end\ndata: " + execution("SUCCESS") + "\n\n")
      .on("GET executions/x1", execution("SUCCESS"));
  testing::FakeTerminal terminal(60, 12);
  EXPECT_EQ(server.gyr_on(terminal, {"execution", "follow", "x1", "--no-logs"}), exit_ok);
  EXPECT_TRUE(terminal.screen().starts_with("✓ n.f  SUCCESS")) << terminal.screen();
  EXPECT_EQ(terminal.screen().find("x1 SUCCESS"), std::string::npos) << terminal.screen();
  EXPECT_EQ(server.gyr({"execution", "follow", "x1", "--no-logs"}).out,
            "RUNNING p\nRUNNING c[v]\nSUCCESS c[v]\nx1 SUCCESS\n");
}

}  // namespace
}  // namespace gyr::cli
