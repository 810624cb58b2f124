// `gyr flow fmt` and `gyr flow lint`.
#include "cli/flow_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "cli/errors.h"
#include "cli/testing/run_command.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace gyr::cli {
namespace {

using ::testing::HasSubstr;

std::string formatted(std::string_view text) {
  auto result = format_flow(text);
  return result ? *result : std::string(result.error().code().text);
}

TEST(FlowFormat, IndentsByTwo) {
  EXPECT_EQ(
      formatted("id: f\r\nnamespace:   n  \ntasks:\n-   id: a\n    type: T\n    tasks:\n    - id: b\n      type: U\n"
                "    list:\n    - x\n    - - y\n      - z\n\n\n\ntriggers:\n      - id: t\n        when: {a: 1,\n"
                "          b: 2}"),
      "id: f\nnamespace:   n\ntasks:\n  - id: a\n    type: T\n    tasks:\n      - id: b\n        type: U\n"
      "    list:\n      - x\n      - - y\n        - z\n\ntriggers:\n  - id: t\n    when: {a: 1,\n      b: 2}\n");
}

TEST(FlowFormat, KeepsCommentsAndTexts) {
  EXPECT_EQ(
      formatted("# first\n\n\nid: f # here\ntasks:\n# about a\n- id: a\n  script: |\n      if x:\n          y  \n\n"
                "      z\n  # of a\n  more: >-\n   one\n   two\n- |\n  text\n  # no comment\n# last\n"),
      "# first\n\nid: f # here\ntasks:\n  # about a\n  - id: a\n    script: |\n      if x:\n          y  \n\n"
      "      z\n    # of a\n    more: >-\n      one\n      two\n  - |\n    text\n    # no comment\n# last\n");
  EXPECT_EQ(formatted("a: \"one\n\n  two\"\nb: |2\n    deep\nc: plain\n  text\n"),
            "a: \"one\n\n  two\"\nb: |2\n    deep\nc: plain\n  text\n");
}

TEST(FlowFormat, KeepsDocumentsAndRefusesWhatIsNotYaml) {
  EXPECT_EQ(formatted("id: a\n---\n\nid: b\n\n"), "id: a\n---\nid: b\n");
  EXPECT_EQ(formatted(""), "");
  EXPECT_EQ(formatted("# nothing\n"), "# nothing\n");
  EXPECT_EQ(formatted("a: [1\n"), "GYR-Y001");
}

TEST(FlowFormat, NeverChangesValuesAndIsStable) {
  const char* root = std::getenv("GYR_SOURCE_DIR");
  size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(
           std::filesystem::path(root == nullptr ? "." : root) / "examples")) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream stream(entry.path());
    const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    const auto once = format_flow(text);
    ASSERT_TRUE(once) << entry.path() << once.error().message();
    EXPECT_EQ(formatted(*once), *once) << entry.path();
    ++files;
  }
  EXPECT_GT(files, 10U);
}

TEST(FlowFmt, RewritesFiles) {
  testing::Files files;
  const std::string bad = files.put("f/a.yaml", "id: a\ntasks:\n- id: x\n"), good = files.put("f/b.yml", "id: b\n");
  std::filesystem::permissions(bad, std::filesystem::perms::owner_all);
  const auto check = testing::run({"flow", "fmt", "--check", files.path("f")});
  EXPECT_EQ(check.code, exit_failed);
  EXPECT_EQ(check.out, bad + "\n");
  const auto diff = testing::run({"flow", "fmt", "--diff", files.path("f")});
  EXPECT_EQ(diff.code, exit_failed);
  EXPECT_THAT(diff.out, HasSubstr("-- id: x\n+  - id: x\n"));
  EXPECT_EQ(testing::run({"flow", "fmt", files.path("f")}).out, bad + "\n");
  EXPECT_EQ(testing::run({"flow", "fmt", "--check", files.path("f")}).code, exit_ok);
  EXPECT_EQ(std::filesystem::status(bad).permissions(), std::filesystem::perms::owner_all);
  EXPECT_EQ(testing::run({"flow", "fmt", "-"}, "a:\n- 1\n").out, "a:\n  - 1\n");
  EXPECT_EQ(testing::run({"flow", "fmt"}).code, exit_usage);
  const auto broken = testing::run({"flow", "fmt", "-"}, "a: [\n");
  EXPECT_EQ(broken.code, exit_failed);
  EXPECT_EQ(broken.out, "");
}

constexpr const char* valid =
    "id: f\nnamespace: n\ntasks:\n  - id: a\n    type: io.kestra.plugin.core.log.Log\n    message: hi\n";

TEST(FlowLint, FindsWhatValidateFindsAndMore) {
  testing::Files files;
  files.put("f/a.yaml", valid);
  const std::string again = files.put("f/b.yaml", std::string(valid) + "\n\n\n");
  files.put("f/c.yaml", "id: c\nnamespace: n\ntasks:\n  - id: a\n    type: no.such.Type\n");
  const auto text = testing::run({"flow", "lint", files.path("f")});
  EXPECT_EQ(text.code, exit_failed);
  EXPECT_THAT(text.out, HasSubstr("the flow n.f is also in " + files.path("f/a.yaml")));
  EXPECT_THAT(text.out, HasSubstr("the file is not formatted"));
  EXPECT_THAT(text.out, HasSubstr("no.such.Type"));
  EXPECT_THAT(text.out, HasSubstr("3 files: 2 errors, 1 warning\n"));
  EXPECT_EQ(testing::run({"flow", "lint", files.path("f/a.yaml")}).code, exit_ok);
  EXPECT_EQ(testing::run({"flow", "lint", again}).code, exit_ok) << "a warning";
  EXPECT_EQ(testing::run({"flow", "lint", again, "--strict"}).code, exit_failed);
  EXPECT_EQ(testing::run({"flow", "lint", again, "--strict", "--no-format"}).code, exit_ok);
  EXPECT_EQ(testing::run({"flow", "lint", again, "--jq", ".[].code"}).out, "GYR-C023\n");
}

TEST(FlowLint, ReportsForCi) {
  testing::Files files;
  const std::string file = files.put("c.yaml", "id: c\nnamespace: n\ntasks:\n  - id: a\n    type: no.such.Type<&\n");
  const auto github = testing::run({"flow", "lint", file, "--format", "github"});
  EXPECT_THAT(github.out, HasSubstr("::error file=" + file + ",line=5,endLine=5,col="));
  EXPECT_THAT(github.out, HasSubstr(",title=GYR-"));
  const auto junit = testing::run({"flow", "lint", file, "--format", "junit"});
  EXPECT_THAT(junit.out, HasSubstr("<testsuites tests=\"1\" failures=\"1\">"));
  EXPECT_THAT(junit.out, HasSubstr("no.such.Type&lt;&amp;"));
  const auto tap = testing::run({"flow", "lint", file, "--format", "tap"});
  EXPECT_THAT(tap.out, HasSubstr("TAP version 13\n1..1\nnot ok 1 - " + file + "\n# " + file + ":5:"));
  const auto sarif = syntax::parse_json(testing::run({"flow", "lint", file, "--format", "sarif"}).out);
  ASSERT_TRUE(sarif);
  EXPECT_EQ(sarif->find("version")->text(), "2.1.0");
  EXPECT_EQ(testing::run({"flow", "lint", file, "--format", "html"}).code, exit_usage);
  EXPECT_EQ(testing::run({"flow", "lint"}).code, exit_usage);
}

}  // namespace
}  // namespace gyr::cli
