// `gyr config check` and `gyr config list`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/testing/run_command.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// A program whose check finds an error in texts with `wrong`, a warning in those with `old`.
Program checking_program() {
  Program program = testing::program();
  program.check_configuration = [](const std::string& name, const std::string& text) {
    std::vector<CheckedConfiguration> checked;
    const auto found = [&](std::string_view word, syntax::Severity severity) {
      const size_t at = text.find(word);
      if (at == std::string::npos) return;
      const auto column = static_cast<uint32_t>(at + 1);
      checked.push_back(
          {name,
           text,
           {{.code = base::ErrorCode{"GYR-C001"},
             .severity = severity,
             .message = "it is " + std::string(word),
             .span = syntax::Span{.line = 1, .column = column, .end_line = 1, .end_column = column + 3}}}});
    };
    found("wrong", syntax::Severity::error);
    found("old", syntax::Severity::warning);
    return checked;
  };
  program.configuration_keys = [] {
    using base::Value;
    return Value::list({Value::map({{"key", Value::string("a.port")},
                                    {"type", Value::string("integer")},
                                    {"limits", Value::string("from 0 to 9")},
                                    {"default", Value::integer(8)},
                                    {"title", Value::string("The port ([ports](a.md#b))")},
                                    {"documentation", Value::string("More.")},
                                    {"variable", Value::string("A_PORT")}}),
                        Value::map({{"key", Value::string("a.kind")},
                                    {"type", Value::string("name")},
                                    {"values", Value::list({Value::string("x"), Value::string("y")})},
                                    {"defaultText", Value::string("of the machine")},
                                    {"title", Value::string("The kind")},
                                    {"secret", Value::boolean(true)}})});
  };
  program.configuration_schema = [] { return base::Value::map({{"type", base::Value::string("object")}}); };
  return program;
}

TEST(ConfigCheckCommand, PrintsFindingsOfEveryFile) {
  testing::Files files;
  const std::string good = files.put("good.yml", "a: 1\n"), bad = files.put("bad.yml", "a: wrong\n"),
                    old = files.put("old.yml", "old: 1\n");
  auto result = testing::run_with(checking_program(), {"config", "check", good, bad, old});
  EXPECT_EQ(result.code, exit_failed);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("✓ " + good + "\n"), HasSubstr("error[GYR-C001]: it is wrong"), HasSubstr(bad + ":1:4"),
                    HasSubstr("✗ " + bad + "  1 error\n"), HasSubstr("✓ " + old + "  1 warning\n")));
  result = testing::run_with(checking_program(), {"config", "check", good, old});
  EXPECT_EQ(result.code, exit_ok) << "warnings do not count";
  EXPECT_EQ(testing::run_with(checking_program(), {"config", "check", "-"}, "wrong").code, exit_failed);
}

TEST(ConfigCheckCommand, PrintsJson) {
  testing::Files files;
  const std::string bad = files.put("bad.yml", "a: wrong\n");
  const auto result = testing::run_with(checking_program(), {"config", "check", "--json", bad});
  EXPECT_EQ(result.code, exit_failed);
  const auto value = syntax::parse_json(result.out);
  ASSERT_TRUE(value.has_value()) << result.out;
  EXPECT_EQ(value->at(0)->find("filename")->text(), bad);
  EXPECT_FALSE(value->at(0)->find("valid")->as_boolean());
  EXPECT_EQ(value->at(0)->find("diagnostics")->at(0)->find("column")->as_integer(), 4);
}

TEST(ConfigCheckCommand, NeedsFilesThatCanBeRead) {
  EXPECT_EQ(testing::run_with(checking_program(), {"config", "check"}).code, exit_usage);
  testing::Files files;
  const auto result =
      testing::run_with(checking_program(), {"config", "check", files.path("none.yml"), files.put("a.yml", "a: 1")});
  EXPECT_NE(result.code, exit_ok);
  EXPECT_THAT(result.err, HasSubstr("none.yml"));
  EXPECT_THAT(result.out, HasSubstr("a.yml")) << "the others are checked";
}

TEST(ConfigListCommand, PrintsAllKeys) {
  const auto result = testing::run_with(checking_program(), {"config", "list"});
  EXPECT_EQ(result.code, exit_ok);
  EXPECT_EQ(result.out,
            "a.port: integer from 0 to 9, default 8\n    The port (ports). More.\n    Variable: A_PORT\n\n"
            "a.kind: name (x, y), default of the machine, secret\n    The kind.\n");
}

TEST(ConfigListCommand, PrintsJsonAndTheSchema) {
  const auto keys = syntax::parse_json(testing::run_with(checking_program(), {"config", "list", "--json"}).out);
  ASSERT_TRUE(keys.has_value());
  EXPECT_EQ(keys->size(), 2u);
  const auto schema = syntax::parse_json(testing::run_with(checking_program(), {"config", "list", "--schema"}).out);
  ASSERT_TRUE(schema.has_value());
  EXPECT_EQ(schema->find("type")->text(), "object");
  const auto both = testing::run_with(checking_program(), {"config", "list", "--schema", "--json"});
  EXPECT_EQ(both.code, exit_usage);
  EXPECT_THAT(both.out, Not(HasSubstr("{")));
}

}  // namespace
}  // namespace gyr::cli
