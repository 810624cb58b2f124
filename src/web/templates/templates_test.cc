// Stored templates over the interface (API-4, TASK-41).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "storage/zip.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Harness;
using test::Reply;
using ::testing::HasSubstr;

constexpr const char* yaml = "application/x-yaml";

test::HarnessOptions with_templates() {
  test::HarnessOptions options;
  options.templates = true;
  return options;
}

std::string source(std::string_view namespace_, std::string_view id, std::string_view message) {
  return fmt::format(
      "id: {}\nnamespace: {}\ndescription: about  # kept\ntasks:\n  - {{id: say, type: io.kestra.plugin.core.log.Log, "
      "message: {}}}\n",
      id, namespace_, message);
}

TEST(TemplateEndpoints, DoNotExistIfTemplatesAreDisabled) {  // API-4, TASK-41
  Harness server;
  EXPECT_EQ(server.get("templates/search").status, 404);
  EXPECT_EQ(server.send("POST", "templates", source("a.b", "t", "x"), yaml).status, 404);
  EXPECT_EQ(server.get("templates/a.b/t").status, 404);
  EXPECT_FALSE(server.get("/api/v1/configs").at({"isTemplateEnabled"}).as_boolean());
}

TEST(TemplateEndpoints, CreateReadUpdateDelete) {  // API-4
  Harness server(with_templates());
  EXPECT_TRUE(server.get("/api/v1/configs").at({"isTemplateEnabled"}).as_boolean());
  const Reply created = server.send("POST", "templates", source("a.b", "t", "one"), yaml);
  EXPECT_EQ(created.status, 200) << created.body;
  EXPECT_EQ(created.text({"id"}), "t");
  EXPECT_EQ(created.text({"tenantId"}), "main");
  EXPECT_EQ(server.send("POST", "templates", source("a.b", "t", "one"), yaml).status, 422) << "it is there already";
  EXPECT_EQ(server.get("templates/a.b/t").text({"description"}), "about");
  EXPECT_EQ(server.send("PUT", "templates/a.b/t", source("a.b", "t", "two"), yaml).status, 200);
  EXPECT_EQ(server.send("PUT", "templates/a.b/t", source("a.b", "u", "two"), yaml).status, 422) << "another id";
  EXPECT_EQ(server.send("PUT", "templates/a.b/t", source("a.c", "t", "two"), yaml).status, 422) << "another namespace";
  EXPECT_EQ(server.send("PUT", "templates/a.b/u", source("a.b", "u", "two"), yaml).status, 404);
  EXPECT_THAT(server.get("templates/a.b/t").body, HasSubstr("two"));
  EXPECT_EQ(server.send("DELETE", "templates/a.b/t").status, 204);
  EXPECT_EQ(server.send("DELETE", "templates/a.b/t").status, 404);
  EXPECT_EQ(server.get("templates/a.b/t").status, 404);
  EXPECT_EQ(server.send("POST", "templates", source("a.b", "t", "again"), yaml).status, 200);
}

TEST(TemplateEndpoints, OneOfManyConcurrentCreationsSucceeds) {  // API-4
  Harness server(with_templates());
  constexpr size_t clients = 8;
  for (int round = 0; round < 5; ++round) {
    const std::string id = fmt::format("t{}", round);
    std::vector<std::future<Reply>> calls;
    for (size_t i = 0; i < clients; ++i)
      calls.push_back(server.start({"POST", "templates", source("a.b", id, fmt::format("number{}", i)), yaml, {}}));
    size_t created = 0;
    for (size_t i = 0; i < clients; ++i) {
      const Reply reply = calls[i].get();
      if (reply.status == 200) {
        created += 1;
        EXPECT_THAT(server.get("templates/a.b/" + id).body, HasSubstr(fmt::format("number{}", i)));
      } else {
        EXPECT_EQ(reply.status, 422) << reply.body;
        EXPECT_THAT(reply.body, HasSubstr("Template id already exists"));
      }
    }
    EXPECT_EQ(created, 1u);
  }
}

TEST(TemplateEndpoints, RefuseInvalidTemplates) {  // API-4
  Harness server(with_templates());
  for (const char* wrong :
       {"", "[1]", "{", "id: t", "id: t\nnamespace: a.b\ntasks: []\n",
        "id: 'a b'\nnamespace: a.b\ntasks:\n  - {id: x, type: io.kestra.plugin.core.log.Log, message: x}\n",
        "id: t\nnamespace: a.b\ntasks:\n  - {id: x, type: no.such.Type}\n"}) {
    EXPECT_EQ(server.send("POST", "templates", wrong, yaml).status, 422) << wrong;
  }
  const Reply inputs =
      server.send("POST", "templates", source("a.b", "t", "x") + "inputs:\n  - {id: i, type: STRING}\n", yaml);
  EXPECT_EQ(inputs.status, 422);
  EXPECT_THAT(inputs.body, HasSubstr("unknown property of a template"));
  const Value found = server
                          .send("POST", "templates/validate",
                                source("a.b", "t", "x") + "---\nid: wrong\nnamespace: a.b\ntasks: []\n", yaml)
                          .json();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found.items()[0].find("constraints"), nullptr);
  EXPECT_EQ(found.items()[0].find("namespace")->text(), "a.b");
  EXPECT_NE(found.items()[1].find("constraints"), nullptr);
  EXPECT_EQ(server.get("templates/search").at({"total"}).as_integer(), 0) << "nothing was stored";
}

TEST(TemplateEndpoints, ListSelectAndDelete) {  // API-4
  Harness server(with_templates());
  for (const auto& [namespace_, id] : {std::pair{"a.b", "one"}, {"a.b", "two"}, {"a.bc", "one"}, {"a.b.c", "three"}})
    server.send("POST", "templates", source(namespace_, id, "x"), yaml);
  EXPECT_EQ(server.get("templates/search?namespace=a.b").at({"total"}).as_integer(), 3) << "a.bc is not below it";
  EXPECT_EQ(server.get("templates/search?q=ONE").at({"total"}).as_integer(), 2);
  EXPECT_EQ(server.get("templates/search?size=3&page=2").at({"results"}).size(), 1u);
  EXPECT_EQ(server.get("templates/distinct-namespaces").json().size(), 3u);
  EXPECT_EQ(server
                .send("DELETE", "templates/delete/by-ids",
                      R"([{"namespace":"a.b","id":"one"},{"namespace":"a.b","id":"none"}])", "application/json")
                .at({"count"})
                .as_integer(),
            1);
  EXPECT_EQ(server.send("DELETE", "templates/delete/by-query?namespace=a.b").at({"count"}).as_integer(), 2);
  EXPECT_EQ(server.get("templates/search").at({"total"}).as_integer(), 1);
}

TEST(TemplateEndpoints, ANamespaceIsReplaced) {  // API-4
  Harness server(with_templates());
  server.send("POST", "templates", source("a.b", "old", "x"), yaml);
  const std::string both = source("a.b", "one", "x") + "---\n" + source("a.b", "two", "x");
  EXPECT_EQ(server.send("POST", "templates/a.b?delete=false", both, yaml).json().size(), 2u);
  EXPECT_EQ(server.get("templates/search").at({"total"}).as_integer(), 3);
  EXPECT_EQ(server.send("POST", "templates/a.b", both + "---\n" + source("a.b", "one", "x"), yaml).status, 422)
      << "one twice";
  EXPECT_EQ(server.send("POST", "templates/a.b", source("a.c", "one", "x"), yaml).status, 422)
      << "of another namespace";
  EXPECT_EQ(server.send("POST", "templates/a.b", both, yaml).status, 200);
  EXPECT_EQ(server.get("templates/a.b/old").status, 404) << "it was not in the body";
}

TEST(TemplateEndpoints, ExportAndImport) {  // API-4
  Harness server(with_templates());
  const std::string text = source("a.b", "one", "x");
  server.send("POST", "templates", text, yaml);
  const Reply all = server.get("templates/export/by-query");
  storage::ZipReader zip(all.body);
  const auto entry = zip.next();
  ASSERT_TRUE(entry.has_value() && entry->has_value()) << all.body;
  EXPECT_EQ((*entry)->name, "a.b.one.yml");
  EXPECT_EQ(*zip.unpack(10'000), text) << "byte for byte";
  EXPECT_FALSE((*zip.next()).has_value());
  EXPECT_EQ(server.post_json("templates/export/by-ids", R"([{"namespace":"a.b","id":"none"}])").status, 200);
  server.send("DELETE", "templates/a.b/one");
  EXPECT_EQ(server.call(test::form("POST", "templates/import", {{"fileUpload", all.body, "templates.zip"}})).body,
            "[]");
  EXPECT_EQ(server.get("templates/a.b/one").status, 200);
  EXPECT_EQ(server
                .call(test::form("POST", "templates/import",
                                 {{"fileUpload", "id: x\n---\n" + source("a.b", "two", "x"), "t.yaml"}}))
                .body,
            R"(["0"])");
  EXPECT_EQ(server.get("templates/a.b/two").status, 200);
  EXPECT_EQ(server.call(test::form("POST", "templates/import", {{"fileUpload", "PK garbage", "t.zip"}})).status, 422);
}

TEST(TemplateEndpoints, StoredTemplatesRun) {  // TASK-41
  Harness server(with_templates());
  server.deploy(
      "id: f\nnamespace: a.b\ntasks:\n  - {id: t, type: io.kestra.plugin.core.flow.Template, namespace: a.b, "
      "templateId: t}\n");
  server.send("POST", "templates", source("a.b", "t", "x"), yaml);
  const std::string execution = server.run("a.b", "f");
  server.wait_for_end(execution);
  const Reply shown = server.get("executions/" + execution);
  EXPECT_EQ(shown.at({"state", "current"}).text(), "SUCCESS");
  EXPECT_THAT(shown.body, HasSubstr("\"taskId\":\"say\""));
  EXPECT_THAT(server.get("flows/a.b/f").body, ::testing::Not(HasSubstr("_tasks")))
      << "the flow is shown as it was written";
}

}  // namespace
}  // namespace gyr::web
