// `gyr flow plan` and `gyr flow apply` against a server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/testing/contract_server.h"

namespace gyr::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A folder with a new flow, a changed one, one that is the same, and one that was changed on the server; the server
/// has another one.
class FlowPlan : public ::testing::Test {
 protected:
  FlowPlan() {
    files.put("f/a.yaml", "id: a\nnamespace: n\n");
    files.put("f/b.yaml", "id: b\nnamespace: n\nx: 2\n");
    files.put("f/c.yaml", "id: c\nnamespace: n\n");
    server.on("GET flows/n/a?source=true", R"({"message":"no flow"})", 404)
        .on("GET flows/n/b?source=true", R"({"source":"id: b\nnamespace: n\nx: 1\n"})")
        .on("GET flows/n/b/revisions", R"([{"revision":1,"source":"id: b\nnamespace: n\nx: 1\n"}])")
        .on("GET flows/n/c?source=true", R"({"source":"id: c\nnamespace: n\n"})")
        .on("GET flows/n", R"([{"id":"b"},{"id":"c"},{"id":"old"}])");
  }
  void add_drift() {
    files.put("f/d.yaml", "id: d\nnamespace: n\n");
    server.on("GET flows/n/d?source=true", R"({"source":"id: d\nnamespace: n\ny: 1\n"})")
        .on("GET flows/n/d/revisions",
            R"([{"revision":1,"source":"id: d\nnamespace: n\n"},{"revision":2,"source":"id: d\nnamespace: n\ny: 1\n"}])");
  }
  std::string file(const std::string& name) const { return files.path("f/" + name); }

  testing::ContractServer server;
  testing::Files files;
};

TEST_F(FlowPlan, ShowsWhatWouldChange) {
  add_drift();
  const auto plan = server.gyr({"flow", "plan", files.path("f")});
  EXPECT_EQ(plan.code, exit_ok) << plan.err;
  EXPECT_EQ(plan.out, "+ n.a  " + file("a.yaml") + "\n~ n.b  " + file("b.yaml") + "  +1 -1 lines\n! n.d  " +
                          file("d.yaml") +
                          "  (the file is revision 1, and the server has revision 2)  +0 -1 lines\n"
                          "? n.old  (only on the server; --prune deletes it)\n"
                          "1 to create, 1 to update, 1 changed on the server, 1 unchanged, 1 only on the server\n");
  for (const auto& call : server.calls()) EXPECT_EQ(call.method, "GET");
  EXPECT_THAT(server.gyr({"flow", "plan", files.path("f"), "--prune", "--diff"}).out,
              ::testing::AllOf(HasSubstr("- n.old\n"), HasSubstr("    -x: 1\n    +x: 2\n")));
  EXPECT_EQ(server.gyr({"flow", "plan", files.path("f"), "--exit-code"}).code, exit_failed);
  EXPECT_EQ(
      server.gyr({"flow", "plan", files.path("f"), "--jq", ".[] | select(.action == \"drift\") | .serverRevision"}).out,
      "2\n");
}

TEST_F(FlowPlan, ApplySavesAllInOneCall) {
  server.on("POST flows/bulk?delete=false", "[]").on("DELETE flows/delete/by-ids", R"({"count":1})");
  const auto applied = server.gyr({"flow", "apply", files.path("f"), "--prune"});
  EXPECT_EQ(applied.code, exit_ok) << applied.err;
  EXPECT_THAT(applied.out, HasSubstr("applied 1 to create, 1 to update, 1 to delete, 1 unchanged\n"));
  ASSERT_EQ(server.lines().size(), 7U);
  EXPECT_EQ(server.calls()[5].body, "id: a\nnamespace: n\n---\nid: b\nnamespace: n\nx: 2\n");
  EXPECT_EQ(server.calls()[6].body, R"([{"namespace":"n","id":"old"}])");
  const auto dry = server.gyr({"flow", "apply", files.path("f"), "--dry-run", "--override"});
  EXPECT_EQ(dry.code, exit_ok);
  for (const auto& call : server.calls()) EXPECT_EQ(call.method, "GET");
}

TEST_F(FlowPlan, ApplyDoesNotUndoChangesOnTheServer) {
  add_drift();
  const auto refused = server.gyr({"flow", "apply", files.path("f")});
  EXPECT_EQ(refused.code, exit_failed);
  EXPECT_THAT(refused.err, HasSubstr("GYR-C024"));
  EXPECT_THAT(refused.err,
              HasSubstr("n.d: the file is revision 1, and the server has revision 2; nothing was changed"));
  for (const auto& call : server.calls()) EXPECT_EQ(call.method, "GET");
  server.on("POST flows/bulk?delete=false", "[]");
  EXPECT_EQ(server.gyr({"flow", "apply", files.path("f"), "--overwrite"}).code, exit_ok);
}

TEST_F(FlowPlan, NothingToDoAndWrongUse) {
  EXPECT_EQ(server.gyr({"flow", "apply", file("c.yaml")}).out,
            "? n.b  (only on the server; --prune deletes it)\n? n.old  (only on the server; --prune deletes it)\n"
            "nothing to do\n");
  EXPECT_EQ(server.gyr({"flow", "plan", file("c.yaml"), "--exit-code"}).code, exit_ok);
  files.put("f/e.yaml", "id: a\nnamespace: n\n");
  const auto twice = server.gyr({"flow", "plan", files.path("f")});
  EXPECT_EQ(twice.code, exit_failed);
  EXPECT_THAT(twice.err, HasSubstr("GYR-C022"));
  EXPECT_EQ(server.gyr({"flow", "plan"}).code, exit_usage);
  EXPECT_EQ(server.gyr({"flow", "plan", files.path("none")}).code, exit_not_found);
}

}  // namespace
}  // namespace gyr::cli
