#include <gtest/gtest.h>

#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Harness;

struct Comparison : ::testing::Test {
  std::string start(std::string_view flow, const std::vector<test::Part>& inputs) {
    const auto reply = server.call(test::form("POST", fmt::format("executions/a.b/{}", flow), inputs));
    EXPECT_EQ(reply.status, 200) << reply.body;
    const std::string id = reply.text({"id"});
    server.wait_for_end(id);
    return id;
  }
  static const Value* of(const Value& list, std::string_view key, std::string_view name) {
    for (const Value& one : list.items()) {
      if (one.find(key)->text() == name) return &one;
    }
    return nullptr;
  }
  Harness server;
};

TEST_F(Comparison, ShowsWhatDiffers) {  // UI-1100
  const std::string source =
      "id: f\nnamespace: a.b\ninputs:\n  - {id: who, type: STRING}\n  - {id: same, type: STRING, defaults: x}\ntasks:\n"
      "  - {id: say, type: io.kestra.plugin.core.log.Log, message: \"{{ inputs.who }}\"}\n"
      "  - {id: maybe, type: io.kestra.plugin.core.log.Log, runIf: \"{{ inputs.who == 'b' }}\", message: m}\n"
      "outputs:\n  - {id: said, type: STRING, value: \"{{ inputs.who }}\"}\n";
  server.deploy(source);
  const std::string left = start("f", {{"who", "a", ""}});
  ASSERT_EQ(server.send("PUT", "flows/a.b/f", source + "description: new\n", "application/x-yaml").status, 200);
  const std::string right = start("f", {{"who", "b", ""}});
  const auto reply = server.get("executions/compare?left=" + left + "&right=" + right);
  ASSERT_EQ(reply.status, 200) << reply.body;
  const Value found = reply.json();
  EXPECT_EQ(found.find_path({"left", "id"})->text(), left);
  EXPECT_EQ(found.find_path({"right", "state"})->text(), "SUCCESS");
  const Value* who = of(*found.find("inputs"), "key", "who");
  ASSERT_NE(who, nullptr) << reply.body;
  EXPECT_EQ(who->find("left")->text(), "a");
  EXPECT_EQ(who->find("right")->text(), "b");
  EXPECT_FALSE(who->find("same")->as_boolean());
  EXPECT_TRUE(of(*found.find("inputs"), "key", "same")->find("same")->as_boolean());
  EXPECT_EQ(of(*found.find("outputs"), "key", "said")->find("right")->text(), "b");
  const Value* maybe = of(*found.find("tasks"), "taskId", "maybe");
  ASSERT_NE(maybe, nullptr) << reply.body;
  EXPECT_EQ(maybe->find_path({"left", "state"})->text(), "SKIPPED");
  EXPECT_EQ(maybe->find_path({"right", "state"})->text(), "SUCCESS");
  EXPECT_EQ(found.find_path({"flow", "leftRevision"})->as_integer(), 1);
  EXPECT_EQ(found.find_path({"flow", "rightRevision"})->as_integer(), 2);
  EXPECT_TRUE(found.find_path({"flow", "sameFlow"})->as_boolean());
  EXPECT_FALSE(found.find("moreTasks")->as_boolean());
}

TEST_F(Comparison, OfOtherFlowsHasTheTasksOfBoth) {
  server.deploy(test::log_flow("a.b", "one"));
  server.deploy("id: two\nnamespace: a.b\ntasks:\n  - {id: other, type: io.kestra.plugin.core.log.Log, message: m}\n");
  const std::string left = start("one", {}), right = start("two", {});
  const Value found = server.get("executions/compare?left=" + left + "&right=" + right).json();
  ASSERT_EQ(found.find("tasks")->size(), 2u);
  EXPECT_EQ(found.find("tasks")->items()[0].find("right"), nullptr);
  EXPECT_EQ(found.find("tasks")->items()[1].find("left"), nullptr);
  EXPECT_FALSE(found.find_path({"flow", "sameFlow"})->as_boolean());
}

TEST_F(Comparison, RefusesGarbage) {
  server.deploy(test::log_flow("a.b", "f"));
  const std::string id = start("f", {});
  EXPECT_EQ(server.get("executions/compare").status, 400);
  EXPECT_EQ(server.get("executions/compare?left=" + id).status, 400);
  EXPECT_EQ(server.get("executions/compare?left=x&right=" + id).status, 404);
  EXPECT_EQ(server.get("executions/compare?right=%25&left=" + id).status, 404);
  EXPECT_EQ(server.get("executions/compare?left=" + id + "&right=" + id).status, 200);
}

}  // namespace
}  // namespace gyr::web
