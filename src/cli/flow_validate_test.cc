// `gyr flow validate`: files, documents, includes, outputs, exit codes (CLI-4, CLI-10, FLOW-7).
#include <gtest/gtest.h>

#include "cli/include.h"
#include "cli/testing/run_command.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using testing::run;

constexpr std::string_view good = R"(id: good
namespace: company.team
tasks:
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: hi
)";
constexpr std::string_view bad = R"(id: bad
namespace: company.team
tasks:
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: hi
    retries: 3
)";

TEST(Validate, GoodFlow) {
  testing::Files files;
  std::string path = files.put("good.yaml", good);
  testing::Result result = run({"flow", "validate", "--local", path});
  EXPECT_EQ(result.code, exit_ok);
  EXPECT_EQ(result.out, "✓ " + path + "  company.team.good\n1 flow, all valid\n");
  EXPECT_TRUE(result.err.empty());
}

TEST(Validate, InvalidFlowShowsThePlace) {
  testing::Files files;
  std::string path = files.put("bad.yaml", bad);
  testing::Result result = run({"flow", "validate", path});
  EXPECT_EQ(result.code, exit_failed);
  EXPECT_NE(result.out.find("error[GYR-F014]: unknown property \"retries\" of io.kestra.plugin.core.log.Log\n"),
            std::string::npos)
      << result.out;
  EXPECT_NE(result.out.find(path + ":7:5"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("7 |     retries: 3\n  |     ^^^^^^^"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("did you mean `retry`?"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("✗ " + path + "  company.team.bad  1 error"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("1 flow, 0 valid, 1 not valid; 1 error"), std::string::npos) << result.out;
}

TEST(Validate, SeveralDocumentsCountLinesOfTheFile) {
  std::string text = fmt::format("{}---\n{}", good, bad);
  testing::Result result = run({"flow", "validate", "-"}, text);
  EXPECT_EQ(result.code, exit_failed);
  EXPECT_NE(result.out.find("<stdin>:14:5"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("14 |     retries: 3"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("2 flows, 1 valid, 1 not valid"), std::string::npos) << result.out;
}

TEST(Validate, SyntaxErrorsOfLaterDocumentsHaveTheirLine) {
  std::string text = fmt::format("{}---\nid: [broken\n", good);
  testing::Result result = run({"flow", "validate", "-", "--json"}, text);
  EXPECT_EQ(result.code, exit_failed);
  auto json = syntax::parse_json(result.out);
  ASSERT_TRUE(json && json->size() == 2U) << result.out;
  const base::Value& found = json->items()[1].find("diagnostics")->items()[0];
  EXPECT_GE(found.find("line")->as_integer(), 8);
  EXPECT_EQ(found.find("message")->text().find("line 1"), std::string_view::npos) << found.find("message")->text();
}

TEST(Validate, FoldersAreReadRecursively) {
  testing::Files files;
  files.put("b/two.yml", good);
  files.put("a.yaml", good);
  files.put("b/c/three.yaml", bad);
  files.put("b/readme.md", "no flow");
  std::filesystem::create_directory_symlink(files.path(), files.path("b/again"));
  testing::Result result = run({"flow", "validate", files.path()});
  EXPECT_EQ(result.code, exit_failed);
  EXPECT_NE(result.out.find("3 flows, 2 valid, 1 not valid"), std::string::npos) << result.out;
  EXPECT_LT(result.out.find("a.yaml"), result.out.find("three.yaml"));
  EXPECT_LT(result.out.find("three.yaml"), result.out.find("two.yml"));
}

TEST(Validate, NothingToCheckIsAnError) {
  testing::Files files;
  files.put("readme.md", "no flow");
  EXPECT_EQ(run({"flow", "validate", files.path()}).code, exit_not_found);
  EXPECT_EQ(run({"flow", "validate", files.path("missing.yaml")}).code, exit_not_found);
  EXPECT_EQ(run({"flow", "validate"}).code, exit_usage);
  EXPECT_EQ(run({"flow", "validate", "-"}, "").code, exit_failed);
  EXPECT_EQ(run({"flow", "validate", "-"}, "# only a comment\n").code, exit_failed);
  EXPECT_EQ(run({"flow", "validate", "--json", "--sarif", "-"}, good).code, exit_usage);
}

TEST(Validate, Json) {
  testing::Files files;
  std::string path = files.put("flows.yaml", fmt::format("{}---\n{}", good, bad));
  testing::Result result = run({"flow", "validate", "--json", path});
  EXPECT_EQ(result.code, exit_failed);
  auto json = syntax::parse_json(result.out);
  ASSERT_TRUE(json && json->size() == 2U) << result.out;
  const base::Value& first = json->items()[0];
  EXPECT_EQ(first.find("flow")->text(), "good");
  EXPECT_EQ(first.find("namespace")->text(), "company.team");
  EXPECT_TRUE(first.find("constraints")->is_null());
  const base::Value& second = json->items()[1];
  EXPECT_EQ(second.find("index")->as_integer(), 1);
  EXPECT_EQ(second.find("filename")->text(), path);
  EXPECT_TRUE(second.find("constraints")->text().starts_with("Validation error: "))
      << second.find("constraints")->text();
  const base::Value& found = second.find("diagnostics")->items()[0];
  EXPECT_EQ(found.find("code")->text(), "GYR-F014");
  EXPECT_EQ(found.find("line")->as_integer(), 14);
  EXPECT_EQ(found.find("column")->as_integer(), 5);
  // Programs get the reference's sentence, as from the REST API.
  EXPECT_TRUE(found.find("message")->text().starts_with("Unrecognized field \"retries\" (class io.kestra.plugin."))
      << found.find("message")->text();
}

/// The text of a flow and the title of its error.
struct Title {
  std::string_view flow;
  std::string_view title;
};

constexpr std::string_view one_task =
    "id: a\nnamespace: b\ntasks: [{id: t, type: io.kestra.plugin.core.log.Log, message: hi}]\n";

std::vector<Title> titles_of_flows() {
  return {
      {"concurency: {limit: 1}", "unknown property \"concurency\" of Flow"},
      {"triggers: [{id: t, type: io.kestra.plugin.core.trigger.Schedule}]",
       "property \"cron\" of io.kestra.plugin.core.trigger.Schedule is required"},
      {"triggers: [{id: t, type: io.kestra.plugin.core.trigger.Schedul}]",
       "unknown trigger type \"io.kestra.plugin.core.trigger.Schedul\""},
      {"triggers: [{id: t}]", "property \"type\" of a trigger is required"},
      {"triggers: [{id: t, type: io.kestra.plugin.core.trigger.Schedule, cron: \"@daily\", timezone: Mars}]",
       "\"Mars\" is not a time zone"},
      {"inputs: [{id: n, type: INTT}]", "unknown type \"INTT\""},
      {"inputs: [{id: n}]", "property \"type\" is required"},
      {"inputs: [{id: n, type: STRING, validator: \"[A-Z\"}]", "\"[A-Z\" is not a valid regular expression"},
      {"inputs: [{id: n, type: INT}, {id: n, type: INT}]", "duplicate input id: n"},
      {"concurrency: {limit: 0}", "property \"limit\" must be at least 1"},
      {"concurrency: {limit: many}", "\"many\" is not an integer"},
      {"concurrency: {limit: [1]}", "expected an integer, found a list"},
      {"concurrency: {limit: 99999999999}",
       "99999999999 is out of range: the number must be from -2147483648 to 2147483647"},
      {"concurrency: {limit: 1, behavior: STOP}", "\"STOP\" is not one of the allowed values: QUEUE, CANCEL, FAIL"},
      {"labels: 5", "labels must be a mapping, or a list of entries with `key` and `value`"},
      {"labels: {team: [data]}", "the value of the label \"team\" must be a string, a number or a boolean"},
      {"outputs: {a: 1}", "expected a list, found a mapping"},
  };
}

// Principle: explains itself. A title says what is wrong in plain words, without the classes of the reference.
TEST(Validate, TitlesArePlainWords) {
  for (const Title& row : titles_of_flows()) {
    const testing::Result result = run({"flow", "validate", "-"}, fmt::format("{}{}\n", one_task, row.flow));
    EXPECT_NE(result.out.find(fmt::format("]: {}\n", row.title)), std::string::npos) << row.flow << '\n' << result.out;
  }
  const auto title = [](std::string_view source, std::string_view expected) {
    const testing::Result result = run({"flow", "validate", "-"}, std::string(source));
    EXPECT_NE(result.out.find(fmt::format("]: {}", expected)), std::string::npos) << source << '\n' << result.out;
  };
  title("- a\n", "a flow must be a mapping with `id`, `namespace` and `tasks`\n");
  title("\n", "the source is empty\n");
  title("id: [a\n", "the source is not valid YAML: ");
}

TEST(Validate, SarifHasOneRunForAllFiles) {
  testing::Files files;
  files.put("one.yaml", bad);
  files.put("two.yaml", fmt::format("{}    message: again\n", bad));
  testing::Result result = run({"flow", "validate", "--sarif", files.path()});
  EXPECT_EQ(result.code, exit_failed);
  auto json = syntax::parse_json(result.out);
  ASSERT_TRUE(json) << result.out;
  ASSERT_EQ(json->find("runs")->size(), 1U);
  const base::Value& sarif_run = json->find("runs")->items()[0];
  const base::Value& rules = *sarif_run.find_path({"tool", "driver", "rules"});
  std::set<std::string> files_seen;
  for (const base::Value& found : sarif_run.find("results")->items()) {
    int64_t index = found.find("ruleIndex")->as_integer();
    EXPECT_EQ(rules.items()[static_cast<size_t>(index)].find("id")->text(), found.find("ruleId")->text());
    files_seen.emplace(
        found.find("locations")->items()[0].find("physicalLocation")->find("artifactLocation")->find("uri")->text());
  }
  EXPECT_EQ(files_seen.size(), 2U);
  EXPECT_EQ(rules.size(), 2U);
}

TEST(Validate, WarningsDoNotFail) {
  std::string text =
      fmt::format("{}triggers:\n  - id: all\n    type: io.kestra.plugin.core.trigger.Flow\n", good);  // FLOW-7
  testing::Result result = run({"flow", "validate", "-"}, text);
  EXPECT_EQ(result.code, exit_ok) << result.out;
  EXPECT_NE(result.out.find("warning["), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("all valid; 1 warning"), std::string::npos) << result.out;
}

TEST(Validate, HostileFilesGiveErrors) {
  for (std::string text : {std::string("\0\0\0", 3), std::string("\xff\xfe\xfd"), std::string(200'000, '['),
                           std::string("id: \x1B[2J\n"), std::string("a: &a [*a]\n"), std::string("- - - -\n")}) {
    testing::Result result = run({"flow", "validate", "-"}, text);
    EXPECT_EQ(result.code, exit_failed);
    EXPECT_EQ(result.out.find('\x1B'), std::string::npos);
    EXPECT_NE(result.out.find("error[GYR-"), std::string::npos);
  }
}

TEST(Validate, FilesBeyondTheLimitAreRefused) {
  testing::Result result = run({"flow", "validate", "-"}, std::string(read_limit_bytes + 1, '#'));
  EXPECT_EQ(result.code, exit_failed);
  EXPECT_NE(result.err.find("GYR-C013"), std::string::npos) << result.err;
}

// ------------------------------------------------------------------------------------------------ CLI-4

std::string expanded(const testing::Files& files, std::string_view text) {
  testing::BufferOutput out, err;
  Console console{out, err};
  auto result = expand_includes(std::string(text), files.path(), "main.yaml", console);
  return result ? *result : "ERR: " + result.error().message();
}

TEST(Include, LinesAndParts) {
  testing::Files files;
  files.put("sql/query.sql", "SELECT 1\nFROM t\n");
  files.put("name.txt", "Ada\n");
  EXPECT_EQ(expanded(files, "plain [[ x ]]\n"), "plain [[ x ]]\n");
  EXPECT_EQ(expanded(files, "a: |\n  [[> sql/query.sql]]\nb: 1\n"), "a: |\n  SELECT 1\n  FROM t\nb: 1\n");
  EXPECT_EQ(expanded(files, "# [[>sql/query.sql ]]"), "# SELECT 1\n# FROM t");
  EXPECT_EQ(expanded(files, "a: \"Hi [[> name.txt]]!\" # [[> name.txt]]\n"), "a: \"Hi Ada!\" # Ada\n");
  EXPECT_EQ(expanded(files, "a: '[[> sql/query.sql]]'\n"), "a: 'SELECT 1\nFROM t'\n");
  EXPECT_EQ(expanded(files, "a: \\[[> name.txt]]\n"), "a: [[> name.txt]]\n");
  EXPECT_EQ(expanded(files, "open [[> only\n"), "open [[> only\n");
}

TEST(Include, PathsAreRelativeToTheIncludingFile) {
  testing::Files files;
  files.put("a/outer.txt", "[[> inner.txt]]");
  files.put("a/inner.txt", "found");
  EXPECT_EQ(expanded(files, "[[> a/outer.txt]]\n"), "found\n");
}

TEST(Include, ErrorsHaveAPlace) {
  testing::Files files;
  files.put("self.yaml", "[[> self.yaml]]");
  EXPECT_NE(expanded(files, "[[> self.yaml]]").find("nested more than 16 levels deep"), std::string::npos);
  EXPECT_NE(expanded(files, "[[> none.yaml]]").find("does not exist"), std::string::npos);
  EXPECT_NE(expanded(files, "[[> ]]").find("has no path"), std::string::npos);
  std::string path = files.put("main.yaml", "id: x\nnamespace: [[> none.txt]]\n");
  testing::Result result = run({"flow", "validate", path});
  EXPECT_EQ(result.code, exit_failed);
  EXPECT_NE(result.err.find("GYR-C017"), std::string::npos);
  EXPECT_NE(result.err.find(path + ":2"), std::string::npos) << result.err;
}

TEST(Include, TheTotalSizeIsLimited) {
  testing::Files files;
  for (int i = 0; i < 14; ++i) {
    std::string line = fmt::format("[[> {}.txt]]\n", i + 1);
    std::string ten;
    for (int j = 0; j < 10; ++j) ten += line;
    files.put(fmt::format("{}.txt", i), ten);
  }
  files.put("14.txt", std::string(1'000'000, 'x'));
  EXPECT_NE(expanded(files, "[[> 0.txt]]").find("together are larger than 64 MB"), std::string::npos);
}

}  // namespace
}  // namespace gyr::cli
