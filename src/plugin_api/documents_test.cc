// JSON Schema and documentation from the descriptions, against golden files; the pages of the error codes.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "base/text.h"
#include "model/flow_parser.h"
#include "plugin_api/documentation.h"
#include "plugin_api/json_schema.h"
#include "plugin_api/test_plugins.h"
#include "syntax/json.h"

namespace gyr::plugin {

namespace {

using base::Value;
using testing::test_registry;
using Kind = model::TypeSource::Kind;

/// With GYR_UPDATE_GOLDEN=1 the file is written again; review the difference before you keep it.
void expect_golden(const std::string& name, const std::string& found) {
  const std::string path = testing::source_folder() + "/src/plugin_api/testdata/" + name;
  if (std::getenv("GYR_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << found;
    return;
  }
  EXPECT_EQ(found, testing::read_file(path).value_or("no such file: " + path));
}

// API-111
TEST(JsonSchema, OfOneType) {
  const TaskType& type = *test_registry().task("io.kestra.plugin.test.Everything");
  expect_golden("everything.schema.json",
                syntax::write_json(type_schema(Kind::task, type, false), {.pretty = true}) + "\n");
  const Value with_common = type_schema(Kind::task, type, true);
  EXPECT_NE(with_common.find_path({"properties", "properties", "retry"}), nullptr);
  EXPECT_EQ(with_common.find_path({"properties", "properties", "hidden"}), nullptr);
}

/// Every `$ref` leads to a definition.
void check_references(const Value& value, const Value& definitions) {
  if (value.is_list()) {
    for (const Value& item : value.items()) check_references(item, definitions);
    return;
  }
  if (!value.is_map()) return;
  for (const auto& entry : value.entries()) {
    if (entry.name() == "$ref") {
      constexpr std::string_view prefix = "#/definitions/";
      EXPECT_TRUE(entry.value.text().starts_with(prefix));
      EXPECT_NE(definitions.find(entry.value.text().substr(prefix.size())), nullptr) << entry.value.text();
    } else {
      check_references(entry.value, definitions);
    }
  }
}

// API-111
TEST(JsonSchema, OfWholeDocuments) {
  for (SchemaKind kind : {SchemaKind::flow, SchemaKind::task, SchemaKind::trigger, SchemaKind::plugin_default}) {
    const Value schema = json_schema(test_registry(), kind);
    EXPECT_EQ(schema.find("$schema")->text(), "http://json-schema.org/draft-07/schema#");
    check_references(schema, *schema.find("definitions"));
  }
  const Value flow = json_schema(test_registry(), SchemaKind::flow);
  EXPECT_EQ(flow.find("$ref")->text(), "#/definitions/io.kestra.core.models.flows.Flow");
  const Value& definitions = *flow.find("definitions");
  const Value& log = *definitions.find("io.kestra.plugin.core.log.Log");
  EXPECT_EQ(log.find_path({"properties", "type", "const"})->text(), "io.kestra.plugin.core.log.Log");
  EXPECT_EQ(syntax::write_json(*log.find("required")), R"(["type","id","message"])");
  EXPECT_EQ(definitions.find_path({"io.kestra.core.models.tasks.Task", "anyOf"})->size(),
            test_registry().tasks().size());
  EXPECT_EQ(definitions.find_path({"io.kestra.core.models.triggers.AbstractTrigger", "anyOf"})->size(), 4U);
  EXPECT_NE(definitions.find("io.kestra.core.models.flows.input.FormInput"), nullptr);
  EXPECT_EQ(
      definitions.find_path({"io.kestra.core.models.tasks.retrys.Constant", "properties", "type", "const"})->text(),
      "constant");
  const Value list = json_schema(test_registry(), SchemaKind::task, true);
  EXPECT_EQ(list.find("type")->text(), "array");
  EXPECT_EQ(json_schema(test_registry(), SchemaKind::flow), flow);
}

// principle: described once
TEST(Documentation, OfTypes) {
  expect_golden("everything.md",
                documentation_page(Kind::task, *test_registry().task("io.kestra.plugin.test.Everything")));
  expect_golden("return.md",
                documentation_page(Kind::task, *test_registry().task("io.kestra.plugin.core.debug.Return"), true));
  expect_golden("webhook.md",
                documentation_page(Kind::trigger, *test_registry().trigger("io.kestra.plugin.core.trigger.Webhook")));
  expect_golden("flow-trigger.md",
                documentation_page(Kind::trigger, *test_registry().trigger("io.kestra.plugin.core.trigger.Flow")));
}

TEST(Documentation, EveryCoreTypeHasWordsAndAnExampleThatParses) {
  const auto check = [](const TypeDescription& type, std::string_view section) {
    EXPECT_FALSE(type.title.empty()) << type.type;
    if (type.deprecated) return;
    EXPECT_FALSE(type.examples.empty()) << type.type;
    for (const auto& property : type.schema.properties()) {
      EXPECT_TRUE(!property.options.title.empty() || property.options.hidden) << type.type << " " << property.name;
    }
    for (const Example& example : type.examples) {
      std::string indented;
      for (const auto line : base::split(example.code, '\n')) {
        indented += (section == "conditions" ? "        " : "    ") + std::string(line) + "\n";
      }
      std::string flow =
          "id: f\nnamespace: n\ntasks: [{id: a, type: io.kestra.plugin.core.debug.Return}]\ntriggers:\n  -\n";
      if (section == "conditions")
        flow += "    id: t\n    type: io.kestra.plugin.core.trigger.Flow\n    conditions:\n      -\n";
      const auto parsed = model::parse_flow(flow + indented, test_registry());
      EXPECT_TRUE(parsed.ok()) << type.type << ": " << parsed.first_error() << "\n" << flow << indented;
    }
  };
  for (const TriggerType& type : test_registry().triggers()) check(type, "triggers");
  for (const ConditionType& type : test_registry().conditions()) check(type, "conditions");
}

// ---- the pages of the codes

struct Page {
  std::string code;
  std::string text;
  std::string example;  ///< of a block of YAML
};

std::vector<Page> pages(std::string_view prefix) {
  std::vector<Page> pages;
  for (const auto& entry : std::filesystem::directory_iterator(testing::source_folder() + "/docs/errors")) {
    Page page{entry.path().stem().string(), testing::read_file(entry.path().string()).value_or(""), ""};
    if (!page.code.starts_with(prefix)) continue;
    const size_t begin = page.text.find("```yaml\n");
    if (begin != std::string::npos)
      page.example = page.text.substr(begin + 8, page.text.find("```", begin + 8) - begin - 8);
    pages.push_back(std::move(page));
  }
  return pages;
}

TEST(ErrorPages, EveryCodeHasAPageAndViceVersa) {
  std::set<std::string> declared;
  for (const auto& file : std::filesystem::recursive_directory_iterator(testing::source_folder() + "/src")) {
    const std::string extension = file.path().extension().string();
    if ((extension != ".h" && extension != ".cc") || file.path().stem().string().ends_with("_test")) continue;
    const std::string text = testing::read_file(file.path().string()).value_or("");
    for (size_t at = text.find("\"GYR-"); at != std::string::npos; at = text.find("\"GYR-", at + 1)) {
      if (text.substr(at + 9, 1) == "\"") declared.insert(text.substr(at + 1, 8));
    }
  }
  EXPECT_GE(declared.size(), 40U);
  std::set<std::string> written;
  for (const Page& page : pages("GYR-")) {
    written.insert(page.code);
    EXPECT_TRUE(page.text.starts_with("# " + page.code + ": ")) << page.code;
    const auto lines = std::ranges::count(page.text, '\n');
    EXPECT_TRUE(lines >= 8 && lines <= 40) << page.code << " has " << lines << " lines";
  }
  EXPECT_EQ(written, declared);
}

// anchors E.3: the failing example of a page fails with that code.
TEST(ErrorPages, ExamplesFailAsTheySay) {
  // Only a server knows these, or the task of another module does.
  const std::set<std::string> elsewhere = {"GYR-F019", "GYR-F024", "GYR-F026", "GYR-F027", "GYR-F028",
                                           "GYR-F029", "GYR-F041", "GYR-F042", "GYR-F043", "GYR-F044",
                                           "GYR-I005", "GYR-I006", "GYR-I007"};
  int checked = 0;
  for (const char* prefix : {"GYR-F", "GYR-I"}) {
    for (const Page& page : pages(prefix)) {
      if (page.example.empty() || elsewhere.contains(page.code)) continue;
      const auto parsed = model::parse_flow(page.example, test_registry());
      const bool found =
          std::ranges::any_of(parsed.diagnostics, [&](const auto& finding) { return finding.code.text == page.code; });
      EXPECT_TRUE(found) << page.code << ": " << parsed.first_error();
      ++checked;
    }
  }
  EXPECT_GE(checked, 20);
}

}  // namespace

}  // namespace gyr::plugin
