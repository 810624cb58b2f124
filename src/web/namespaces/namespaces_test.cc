// What is configured of namespaces over the interface, and what flows see of it (API-67, API-108, GOV-1, GOV-2, GOV-4,
// EXPR-394).
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "syntax/json.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Harness;
using ::testing::HasSubstr;

std::string ids(const Value& page) {
  std::string ids;
  for (const Value& row : page.find("results")->items()) ids += std::string(row.find("id")->text()) + " ";
  return ids;
}

constexpr std::string_view reader_flow = R"(
id: reader
namespace: company.team
tasks:
  - id: t
    type: io.kestra.plugin.core.output.OutputValues
    values:
      own: kept
outputs:
  - id: seen
    type: STRING
    value: "{{ namespace.github.token ?? 'none' }} {{ namespace.region ?? 'none' }} {{ render(namespace.deep ?? 'none') }}"
  - id: values
    type: JSON
    value: "{{ outputs.t.values | toJson }}"
)";

std::string output(Harness& server, std::string_view name) {
  const Value execution = server.wait_for_end(server.run("company.team", "reader"));
  const Value* outputs = execution.find("outputs");
  if (outputs == nullptr || !outputs->is_map() || outputs->find(name) == nullptr) return syntax::write_json(execution);
  const Value& found = *outputs->find(name);
  return found.is_string() ? std::string(found.text()) : syntax::write_json(found);
}

TEST(Namespaces, AreCreatedReadChangedAndDeleted) {  // API-67, GOV-1
  Harness server;
  const auto made = server.post_json(
      "namespaces", R"({"id": "company.team", "description": "ours", "variables": {"a": 1}, "deleted": false})");
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_EQ(made.body, R"({"id":"company.team","deleted":false,"description":"ours","variables":{"a":1}})");
  EXPECT_EQ(server.get("namespaces/company.team").body, made.body);
  EXPECT_EQ(server.post_json("namespaces", R"({"id": "company.team"})").status, 422) << "it is there already";
  EXPECT_EQ(server.get("namespaces/company").status, 200) << "it is above one";
  EXPECT_EQ(server.get("namespaces/other").status, 404);
  EXPECT_EQ(server.send("PUT", "namespaces/company.team", R"({"description": "theirs"})", "application/json").body,
            R"({"id":"company.team","deleted":false,"description":"theirs"})");
  EXPECT_EQ(server.send("PUT", "namespaces/made.by.put", "{}", "application/json").status, 200);
  EXPECT_EQ(ids(server.get("namespaces/search?size=50").json()), "company company.team made made.by made.by.put ");
  EXPECT_EQ(ids(server.get("namespaces/search?existing=true").json()), "company.team made.by.put ");
  EXPECT_EQ(server.post_json("namespaces/autocomplete", R"({"q": "TEAM"})").body, R"(["company.team"])");
  EXPECT_EQ(server.post_json("namespaces/autocomplete", R"({"q": "TEAM", "ids": ["company"]})").body,
            R"(["company","company.team"])")
      << "what was chosen before comes first (API-50)";
  EXPECT_EQ(server.post_json("namespaces/autocomplete", R"({"ids": ["company", "unknown"]})").body, R"(["company"])");
  EXPECT_EQ(server.send("DELETE", "namespaces/company.team").status, 204);
  EXPECT_EQ(server.send("DELETE", "namespaces/company.team").status, 404);
  EXPECT_EQ(server.get("namespaces/company.team").status, 404);
  server.deploy(test::log_flow("made.by.put", "f"));
  EXPECT_EQ(server.send("DELETE", "namespaces/made.by.put").status, 204);
  EXPECT_EQ(server.get("namespaces/made.by.put").body, R"({"id":"made.by.put","deleted":false})")
      << "its flow is still there";
}

TEST(Namespaces, RefuseInvalidBodies) {  // API-40, GOV-1
  Harness server;
  for (std::string_view body :
       {"[]", "{}", "\"n\"", "{\"id\": 1}", "{\"id\": \"\"}", R"({"id": "a/b"})", R"({"id": "a..b"})",
        R"({"id": "n", "variables": [1]})", R"({"id": "n", "variables": "- a"})", R"({"id": "n", "variables": "{"})",
        R"({"id": "n", "description": 1})", R"({"id": "n", "pluginDefaults": {"a": 1}})",
        R"({"id": "n", "pluginDefaults": [1]})", R"({"id": "n", "pluginDefaults": [{"values": {}}]})",
        R"({"id": "n", "allowedNamespaces": [{"namespace": "x"}]})", R"({"id": "n", "storageType": "s3"})",
        R"({"id": "n", "secretReadOnly": true})", R"({"id": "n", "storageIsolation": {"enabled": true}})"}) {
    const auto reply = server.post_json("namespaces", std::string(body));
    EXPECT_EQ(reply.status, 422) << body << reply.body;
  }
  EXPECT_EQ(server.get("namespaces/n").status, 404);
  EXPECT_EQ(server.send("PUT", "namespaces/n", R"({"id": "m"})", "application/json").status, 422);
  EXPECT_EQ(server.send("PUT", "namespaces/n", "x", "text/csv").status, 415);
  const auto terraform = server.post_json(
      "namespaces",
      R"({"id": "n", "variables": "a: [1]", "pluginDefaults": "", "allowedNamespaces": [], "storageType": "", "quotas": {},
    "storageIsolation": {"enabled": false, "deniedServices": []}, "outputsInInternalStorage": false})");
  EXPECT_EQ(terraform.body, R"({"id":"n","deleted":false,"variables":{"a":[1]}})")
      << "a setting that asks for nothing is not refused (GOV-3)";
}

TEST(Namespaces, VariablesComeFromParentsAndAreReadLive) {  // GOV-2, EXPR-394
  Harness server;
  server.deploy(reader_flow);
  EXPECT_EQ(output(server, "seen"), "none none none");
  ASSERT_EQ(server
                .send("PUT", "namespaces/company",
                      R"({"variables": {"github.token": "of company", "region": "eu", "deep": "{{ flow.id }}"}})",
                      "application/json")
                .status,
            200);
  EXPECT_EQ(output(server, "seen"), "of company eu reader");
  ASSERT_EQ(server
                .send("PUT", "namespaces/company.team", R"({"variables": {"github": {"token": "of team"}}})",
                      "application/json")
                .status,
            200);
  ASSERT_EQ(
      server
          .send("PUT", "namespaces/company.team.child", R"({"variables": {"region": "of child"}})", "application/json")
          .status,
      200);
  EXPECT_EQ(output(server, "seen"), "of team eu reader") << "the nearest wins, children do not matter";
  EXPECT_EQ(server.get("namespaces/company.team/inherited-variables").body,
            R"({"github":{"token":"of company"},"region":"eu","deep":"{{ flow.id }}"})");
  EXPECT_EQ(server.get("namespaces/company/inherited-variables").body, "{}");
  EXPECT_EQ(server.send("DELETE", "namespaces/company").status, 204);
  EXPECT_EQ(output(server, "seen"), "of team none none");
  const auto offered = server.send("POST", "flows/expressions", std::string(reader_flow), "application/x-yaml");
  EXPECT_THAT(offered.body, HasSubstr("\"namespace.github\""));
}

TEST(Namespaces, ValidationKnowsTheirVariables) {  // EXPR-7, EXPR-394
  Harness server;
  const auto warnings = [&] {
    return server
        .send("POST", "flows/validate",
              "id: f\nnamespace: company.team\ntasks:\n  - id: t\n    type: io.kestra.plugin.core.log.Log\n    "
              "message: \"{{ namespace.regoin }} {{ namespace.x ?? 1 }}\"\n",
              "application/x-yaml")
        .body;
  };
  EXPECT_THAT(warnings(), HasSubstr("The namespace `company.team` has no variable `regoin`."));
  ASSERT_EQ(server.send("PUT", "namespaces/company", R"({"variables": {"region": "eu"}})", "application/json").status,
            200);
  EXPECT_THAT(warnings(), HasSubstr("did you mean `region`?"));
  ASSERT_EQ(server.send("PUT", "namespaces/company", R"({"variables": {"regoin": "eu"}})", "application/json").status,
            200);
  EXPECT_THAT(warnings(), ::testing::Not(HasSubstr("GYR-X011")));
}

TEST(Namespaces, PluginDefaultsApplyToNewExecutions) {  // GOV-4, FLOW-60
  Harness server;
  server.deploy(reader_flow);
  EXPECT_EQ(output(server, "values"), R"({"own":"kept"})");
  const auto set = [&](std::string_view namespace_, std::string_view value) {
    return server.send(
        "PUT", fmt::format("namespaces/{}", namespace_),
        fmt::format(
            R"({{"pluginDefaults": [{{"type": "io.kestra.plugin.core.output", "values": {{"values": {{"own": "x", "given": "{}"}}}}}}]}})",
            value),
        "application/json");
  };
  ASSERT_EQ(set("company", "by company").status, 200);
  EXPECT_EQ(output(server, "values"), R"({"own":"kept","given":"by company"})");
  ASSERT_EQ(set("company.team", "by team").status, 200);
  EXPECT_EQ(output(server, "values"), R"({"own":"kept","given":"by team"})") << "near before far";
  const test::Reply inherited = server.get("namespaces/company.team/inherited-plugindefaults");
  EXPECT_THAT(inherited.body, HasSubstr("by company"));
  EXPECT_EQ(inherited.json().items()[0].find("namespace")->text(), "company");
  EXPECT_EQ(server.get("namespaces/company/inherited-plugindefaults").body, "[]");
  EXPECT_EQ(server.send("DELETE", "namespaces/company.team").status, 204);
  EXPECT_EQ(server.send("DELETE", "namespaces/company").status, 204);
  EXPECT_EQ(output(server, "values"), R"({"own":"kept"})");
}

TEST(Namespaces, PluginDefaultsAreExportedAndImported) {  // GOV-4
  Harness server;
  EXPECT_EQ(server.send("POST", "namespaces/a/plugindefaults/export").body, "[]\n");
  const auto import = [&server](const std::string& text) {
    return server.call(test::form("POST", "namespaces/a/plugindefaults/import", {{"fileUpload", text, "d.yml"}}));
  };
  const auto first =
      import("- type: io.kestra.plugin.core.log\n  values: {level: DEBUG}\n- {type: x.y, values: {a: b}}\n");
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(first.body, "[]");
  EXPECT_EQ(import("pluginDefaults:\n  - type: io.kestra.plugin.core.log\n    values: {level: WARN}\n").status, 200);
  const auto exported = server.send("POST", "namespaces/a/plugindefaults/export");
  EXPECT_THAT(exported.header("Content-Disposition"), HasSubstr("a_plugin_defaults.yml"));
  EXPECT_THAT(exported.body, HasSubstr("x.y")) << "other types stay";
  EXPECT_THAT(exported.body, HasSubstr("WARN"));
  EXPECT_THAT(exported.body, ::testing::Not(HasSubstr("DEBUG"))) << "the same type is replaced";
  for (const char* wrong : {"", "text", "- 1", "- {values: {}}", "{"}) {
    EXPECT_EQ(import(wrong).status, 422) << wrong;
  }
  EXPECT_EQ(server.call(test::form("POST", "namespaces/a/plugindefaults/import", {})).status, 422);
  EXPECT_EQ(server.send("POST", "namespaces/a/plugindefaults/export").body, exported.body) << "nothing was stored";
}

}  // namespace
}  // namespace gyr::web
