// Templates put into flows (TASK-41).
#include "model/template_expansion.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "syntax/json.h"
#include "syntax/yaml.h"

namespace gyr::model {
namespace {

syntax::NodePtr yaml(const std::string& text) {
  auto node = syntax::parse_yaml(text);
  EXPECT_TRUE(node.has_value()) << text;
  return node ? *node : nullptr;
}

ExpandedFlow expand(const std::string& flow, const std::map<std::string, std::string>& templates) {
  return expand_templates(yaml(flow), [&](std::string_view namespace_, std::string_view id) -> StoredTemplatePtr {
    const auto found = templates.find(fmt::format("{}/{}", namespace_, id));
    if (found == templates.end()) return nullptr;
    return std::make_shared<const StoredTemplate>(StoredTemplate{3, found->second.size(), yaml(found->second)});
  });
}

std::string json(const syntax::NodePtr& node) { return syntax::write_json(node->to_value()); }

constexpr const char* one = "tasks: [{id: t, type: io.kestra.plugin.core.flow.Template, namespace: n, templateId: a}]";

TEST(TemplateExpansion, PutsTasksAndErrorsBelowTheTask) {  // TASK-41
  const auto expanded = expand(
      "tasks: [{id: t, type: io.kestra.plugin.core.flow.Template, namespace: n, templateId: a, errors: [{id: own}], "
      "_tasks: [{id: forged}]}]",
      {{"n/a", "{tasks: [{id: x}], errors: [{id: e}], finally: [{id: f}]}"}});
  EXPECT_EQ(
      json(expanded.node),
      R"({"tasks":[{"id":"t","type":"io.kestra.plugin.core.flow.Template","namespace":"n","templateId":"a","_tasks":[{"id":"x"}],)"
      R"("errors":[{"id":"e"},{"id":"own"}],"finally":[{"id":"f"}]}]})");
  EXPECT_EQ(to_text(expanded.used), "n/a@3");
}

TEST(TemplateExpansion, LooksWhereTasksStandAndNowhereElse) {  // TASK-41
  const std::string task = "{id: t, type: io.kestra.core.tasks.flows.Template, namespace: n, templateId: a}";
  for (const char* place : {"tasks: [{}]", "errors: [{}]", "finally: [{}]", "afterExecution: [{}]",
                            "listeners: [{{tasks: [{}]}}]", "tasks: [{{tasks: [{{task: {}}}]}}]",
                            "tasks: [{{then: [{}]}}]", "tasks: [{{cases: {{x: [{}]}}}}]", "tasks: [{{onPause: {}}}]"}) {
    EXPECT_EQ(expand(fmt::format(fmt::runtime(place), task), {{"n/a", "tasks: [{id: x}]"}}).used.size(), 1u) << place;
  }
  const std::string data = fmt::format("tasks: [{{inputs: {{x: {0}, tasks: [{0}]}}, variables: [{0}]}}]", task);
  const auto untouched = expand(data, {{"n/a", "tasks: [{id: x}]"}});
  EXPECT_TRUE(untouched.used.empty());
  EXPECT_EQ(json(untouched.node), json(yaml(data)));
}

TEST(TemplateExpansion, RefusesATemplateThatContainsItself) {  // TASK-41
  const auto expanded = expand(
      one, {{"n/a", "tasks: [{id: u, type: io.kestra.plugin.core.flow.Template, namespace: n, templateId: b}]"},
            {"n/b", "tasks: [{id: v, type: io.kestra.plugin.core.flow.Template, namespace: n, templateId: a}]"}});
  EXPECT_NE(json(expanded.node).find("The template 'n.a' contains itself"), std::string::npos);
  EXPECT_EQ(to_text(expanded.used), "n/a@3 n/b@3");
}

TEST(TemplateExpansion, IsBoundedInDepthAndBytes) {  // TASK-41
  std::map<std::string, std::string> chain;
  for (int i = 0; i < 500; ++i) {
    const std::string name = i == 0 ? "a" : fmt::format("a{}", i);
    chain["n/" + name] = fmt::format(
        "tasks: [{{id: u, type: io.kestra.plugin.core.flow.Template, namespace: n, templateId: a{}}}]", i + 1);
  }
  EXPECT_NE(json(expand(one, chain).node).find("it is nested too deeply in other tasks"), std::string::npos);
  std::string twice = "tasks: [";
  for (int i = 0; i < 10; ++i)
    twice += fmt::format("{{id: u{}, type: io.kestra.plugin.core.flow.Template, namespace: n, templateId: b}},", i);
  twice += "]";
  const std::string large = "tasks: [{id: x, message: " + std::string(1024 * 1024, 'x') + "}]";
  EXPECT_NE(json(expand(one, {{"n/a", twice}, {"n/b", large}}).node).find("the templates of the flow have more than"),
            std::string::npos);
}

TEST(TemplateExpansion, ReportsMissingAndInvalidTemplates) {  // TASK-41
  EXPECT_NE(json(expand(one, {}).node).find("Unable to find the template 'n.a'"), std::string::npos);
  EXPECT_EQ(to_text(expand(one, {}).used), "n/a@0");
  EXPECT_NE(json(expand(one, {{"n/a", "[1]"}}).node).find("Cannot read the template 'n.a'"), std::string::npos);
  const auto strange =
      expand("tasks: [{id: t, type: io.kestra.plugin.core.flow.Template, namespace: 'n m@1', templateId: [1]}]", {});
  EXPECT_TRUE(strange.used.empty()) << "no such name can be stored";
  EXPECT_NE(json(without_templates(yaml(one), "because")).find("\"_problem\":\"because\""), std::string::npos);
}

TEST(TemplateExpansion, VersionsAreReadBack) {  // TASK-41
  const std::vector<UsedTemplate> used{{"company.team", "a", 3}, {"n", "b-c_d", 0}};
  EXPECT_EQ(used_templates_of(to_text(used)), used);
  EXPECT_TRUE(used_templates_of("").empty());
  for (const char* damaged : {" ", "n/a", "n@3", "@/3", "n/a@", "n/a@x", "n/a@-1", "n/a@99999999999999999999"})
    EXPECT_TRUE(used_templates_of(damaged).empty()) << damaged;
}

}  // namespace
}  // namespace gyr::model
