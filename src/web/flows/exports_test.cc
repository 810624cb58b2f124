// Exports that are written while they are sent, and fast imports (API-49, API-88 to API-92).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/zip.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Harness;
using test::Reply;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* yaml = "application/x-yaml";

std::string many_flows(std::string_view namespace_, int count) {
  std::string body;
  for (int i = 0; i < count; ++i)
    body += (i == 0 ? "" : "---\n") + test::log_flow(namespace_, fmt::format("f{:04}", i)) + "\n";
  return body;
}

std::vector<std::string> names_in(const std::string& archive) {
  storage::ZipReader zip(archive);
  std::vector<std::string> names;
  for (;;) {
    auto entry = zip.next();
    if (!entry || !*entry) return names;
    names.push_back((*entry)->name);
  }
}

/// More than one part of an export and of an import.
constexpr int several_parts = 450;

TEST(FlowExports, HoldEveryFlowOnce) {  // API-49
  Harness server;
  const Reply written = server.send("POST", "flows/a.b", many_flows("a.b", several_parts), yaml);
  ASSERT_EQ(written.status, 200) << written.body.substr(0, 500);
  EXPECT_EQ(written.json().size(), static_cast<size_t>(several_parts));
  server.deploy(test::log_flow("z", "last", "labels: {team: data}\n"));
  const auto names = names_in(server.get("flows/export/by-query").body);
  ASSERT_EQ(names.size(), several_parts + 1u);
  EXPECT_EQ(names.front(), "a.b.f0000.yml");
  EXPECT_EQ(names.back(), "z.last.yml");
  EXPECT_TRUE(std::ranges::is_sorted(names));
  EXPECT_THAT(names_in(server.get("flows/export/by-query?filters[namespace][EQUALS]=z").body),
              ElementsAre("z.last.yml"));
  EXPECT_TRUE(names_in(server.get("flows/export/by-query?filters[namespace][IN]=").body).empty());

  const std::string csv = server.get("flows/export/by-query/csv").body;
  EXPECT_EQ(std::ranges::count(csv, '\n'), several_parts + 2) << "a row each, and the columns";
  EXPECT_THAT(csv, StartsWith("tenantId,id,namespace,revision,description,inputs,outputs,labels,"));
  EXPECT_THAT(csv, HasSubstr(R"("[{""key"":""team"",""value"":""data""}]")")) << "the first row has no labels";
}

TEST(FlowImports, StoreLaterSourcesOfAFlowAfterEarlierOnes) {  // API-90
  Harness server;
  const std::string twice = test::log_flow("a.b", "one", "description: first\n") + "\n---\n" +
                            test::log_flow("a.b", "two") + "\n---\nid: broken\nnamespace: a.b\n---\n" +
                            test::log_flow("a.b", "one", "description: second\n");
  const Reply reply = server.call(test::form("POST", "flows/import", {{"fileUpload", twice, "flows.yml"}}));
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.body, R"(["2"])") << "the position of what could not be imported";
  EXPECT_EQ(server.get("flows/a.b/one").text({"description"}), "second");
  EXPECT_EQ(server.get("flows/a.b/one").at({"revision"}).as_integer(), 2);
  EXPECT_EQ(server.get("flows/a.b/two").status, 200);
}

TEST(FlowImports, StopAtTheFirstProblemIfAsked) {  // API-90
  Harness server;
  const std::string sources =
      test::log_flow("a.b", "one") + "\n---\nid: broken\nnamespace: a.b\n---\n" + test::log_flow("a.b", "two");
  const Reply reply =
      server.call(test::form("POST", "flows/import?failOnError=true", {{"fileUpload", sources, "flows.yml"}}));
  EXPECT_EQ(reply.status, 422) << reply.body;
  EXPECT_EQ(server.get("flows/a.b/one").status, 200);
  EXPECT_EQ(server.get("flows/a.b/two").status, 404);
}

TEST(FlowImports, AFormWithoutAFileIsRefused) {  // API-90
  Harness server;
  const Reply reply = server.call(test::form("POST", "flows/import", {}));
  EXPECT_EQ(reply.status, 422);
  EXPECT_THAT(reply.text({"message"}), HasSubstr("the form has no file `fileUpload`"));
}

TEST(FlowRevisions, OfADeletedFlowAreListed) {  // API-88
  Harness server;
  server.deploy(test::log_flow("a.b", "one"));
  ASSERT_EQ(server.send("DELETE", "flows/a.b/one").status, 204);
  EXPECT_EQ(server.get("flows/a.b/one/revisions").json().size(), 1u);
  const Value all = server.get("flows/a.b/one/revisions?allowDelete=true").json();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_TRUE(all.items()[1].find("deleted")->as_boolean());
  EXPECT_EQ(server.get("flows/a.b/never/revisions").status, 404);
}

TEST(FlowDeprecations, NameTasksWithFormerTypes) {  // API-88
  Harness server;
  server.deploy(test::log_flow("a.b", "fine"));
  server.deploy("id: old\nnamespace: a.b.c\ntasks:\n  - {id: say, type: io.kestra.core.tasks.log.Log, message: x}\n");
  const Value found = server.get("flows/deprecated?namespace=a.b").json();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.items()[0].find("flowId")->text(), "old");
  const Value& task = found.items()[0].find("deprecatedTasks")->items()[0];
  EXPECT_EQ(task.find("taskId")->text(), "say");
  EXPECT_EQ(task.find("taskType")->text(), "io.kestra.core.tasks.log.Log");
  EXPECT_EQ(task.find("replacement")->text(), "io.kestra.plugin.core.log.Log");
  EXPECT_EQ(server.get("flows/deprecated?namespace=a.bc").json().size(), 0u);
}

TEST(FlowTasks, AreReplacedInTheSource) {  // API-92
  Harness server;
  server.deploy(
      "id: f\nnamespace: a.b\ntasks:\n  # about it\n  - {id: t, type: io.kestra.plugin.core.log.Log, message: old}\n");
  const std::string task = R"({"id":"t","type":"io.kestra.plugin.core.log.Log","message":"new"})";
  const Reply changed = server.send("PATCH", "flows/a.b/f/t", task, "application/json");
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.at({"revision"}).as_integer(), 2);
  EXPECT_EQ(server.get("flows/a.b/f?source=true").text({"source"}),
            "id: f\nnamespace: a.b\ntasks:\n  # about it\n  - " + task + "\n");
  EXPECT_EQ(server.send("PATCH", "flows/a.b/f/other", task, "application/json").status, 422) << "another id";
  EXPECT_EQ(server.send("PATCH", "flows/a.b/f/no", R"({"id":"no","type":"x"})", "application/json").status, 404);
  EXPECT_EQ(server.send("PATCH", "flows/a.b/none/t", task, "application/json").status, 404);
  EXPECT_EQ(server.send("PATCH", "flows/a.b/f/t", R"({"id":"t","type":"no.such.Type"})", "application/json").status,
            422);
}

}  // namespace
}  // namespace gyr::web
