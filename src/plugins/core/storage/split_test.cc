// Tasks that cut, turn round and sieve files: storage.Split, Reverse, DeduplicateItems, FilterItems, LocalFiles, and
// the workers' part of ForEachItem (CORE-31 to CORE-44, TASK-55).
#include <gmock/gmock.h>

#include "plugins/testing/task_test.h"

namespace gyr::plugins::testing {
namespace {

using base::Value;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Texts = std::vector<std::string>;

class StorageTasks : public TaskTest {
 protected:
  std::string task(std::string_view type, std::string_view properties) {
    return fmt::format("{{id: t, type: io.kestra.plugin.core.{}, {}}}", type, properties);
  }
  std::string put(std::string content, std::string name = "a.txt") {
    return context->fake_files.put(std::move(name), std::move(content));
  }
  std::string stored(const Value& uri) { return context->fake_files.stored.at(std::string(uri.text())); }
  Texts split(std::string content, std::string_view rules, std::string_view name = "a.txt") {
    Value given = outputs(
        task("storage.Split", fmt::format("from: '{}', {}", put(std::move(content), std::string(name)), rules)));
    Texts pieces;
    for (const Value& uri : given.find("uris")->items()) pieces.push_back(stored(uri));
    return pieces;
  }
};

TEST_F(StorageTasks, SplitCutsByLines) {  // CORE-40
  EXPECT_THAT(split("a\nb\nc\nd\ne", "rows: 2"), ElementsAre("a\nb\n", "c\nd\n", "e\n"));
  EXPECT_THAT(split("a\nb\nc\nd\ne", "partitions: 2"), ElementsAre("a\nc\ne\n", "b\nd\n"));
  EXPECT_THAT(split("a\nb\n", "partitions: 8"), ElementsAre("a\n", "b\n")) << "empty ones are dropped";
  EXPECT_THAT(split("a\nb\nc\nd\ne", "bytes: '3'"), ElementsAre("a\nb\n", "c\nd\n", "e\n"));
  EXPECT_THAT(split("a\nb\n", "bytes: 1KB"), ElementsAre("a\nb\n"));
  EXPECT_THAT(split("", "rows: 2"), IsEmpty());
  EXPECT_THAT(split("a\r\nb\nc", "rows: 2, separator: ';'"), ElementsAre("a;b;", "c;"));
  EXPECT_THAT(split("a\n\nb\n", "rows: 1"), ElementsAre("a\n", "\n", "b\n")) << "an empty line is one";
}

TEST_F(StorageTasks, SplitDealsByTheFirstGroup) {  // CORE-40
  EXPECT_THAT(split("ERROR one\nINFO two\nERROR three\nother", "regexPattern: '^(ERROR|INFO) '"),
              ElementsAre("ERROR one\nERROR three\n", "INFO two\n"));
  EXPECT_THAT(split("ERROR one\n", "regexPattern: '^ERROR'"), IsEmpty()) << "without a group nothing goes anywhere";
}

TEST_F(StorageTasks, SplitTakesTheFirstRule) {  // CORE-40
  EXPECT_THAT(split("a\nb\nc", "rows: 1, partitions: 2, bytes: 1KB"), ElementsAre("a\nb\nc\n"));
  EXPECT_THAT(split("a\nb\nc", "rows: 1, partitions: 2"), ElementsAre("a\nc\n", "b\n"));
}

TEST_F(StorageTasks, SplitKeepsTheExtensionAndLargeLines) {
  Value given = outputs(
      task("storage.Split", fmt::format("from: '{}', rows: 1", put(std::string(700'000, 'x') + "\ny", "a.csv"))));
  ASSERT_EQ(given.find("uris")->size(), 2u);
  EXPECT_TRUE(given.find("uris")->items()[0].text().ends_with(".csv"));
  EXPECT_EQ(stored(given.find("uris")->items()[0]).size(), 700'001u);
}

TEST_F(StorageTasks, SplitRefusesInvalidRules) {
  std::string from = fmt::format("from: '{}'", put("a"));
  EXPECT_THAT(failure(task("storage.Split", from)), HasSubstr("`rows`"));
  EXPECT_THAT(failure(task("storage.Split", from + ", bytes: three")), HasSubstr("three"));
  EXPECT_THAT(failure(task("storage.Split", from + ", bytes: 5B")), HasSubstr("5B"));
  EXPECT_THAT(failure(task("storage.Split", from + ", rows: 0")), HasSubstr("at least 1"));
  EXPECT_THAT(failure(task("storage.Split", from + ", rows: \"{{ 'two' }}\"")), HasSubstr("two"));
  EXPECT_THAT(failure(task("storage.Split", "from: 'kestra:///none', rows: 1")), HasSubstr("none"));
}

TEST_F(StorageTasks, ItemsAreCutByTheirSeparator) {  // TASK-55
  auto batches = [this](std::string content, std::string_view batch) {
    std::string uri = put(std::move(content));
    Value given = outputs(task("flow.ForEachItem$ForEachItemSplit", fmt::format("items: '{}'{}", uri, batch)));
    Texts pieces;
    std::string list = stored(*given.find("splits"));
    for (size_t at = 0; at < list.size();) {
      size_t end = list.find('\n', at);
      pieces.push_back(context->fake_files.stored.at(list.substr(at, end - at)));
      at = end + 1;
    }
    return pieces;
  };
  EXPECT_THAT(batches("a\nb\n", ""), ElementsAre("a\n", "b\n")) << "one line each where nothing is said";
  EXPECT_THAT(batches("a;b;c", ", batch: {rows: 2, separator: ';'}"), ElementsAre("a;b;", "c;"));
  EXPECT_THAT(batches("x1\ny1\nx2\n", ", batch: {regexPattern: '^(.)'}"), ElementsAre("x1\nx2\n", "y1\n"));
  EXPECT_THAT(batches("", ""), IsEmpty());
  EXPECT_THAT(failure(task("flow.ForEachItem$ForEachItemSplit", "items: words")),
              HasSubstr("Unable to split the items from words, this is not an internal storage URI!"));
}

TEST_F(StorageTasks, OutputsOfItemsAreJoinedPageByPage) {  // TASK-55
  context->host = [](std::string_view function, const Value& arguments) -> base::Result<Value> {
    EXPECT_EQ(function, "for-each-item.outputs");
    bool first = arguments.find("from")->as_integer() == 0;
    const Value lines = Value::string(first ? "{n:1}\n" : "{n:2}\n");
    return first ? Value::map({{"lines", lines}, {"next", Value::integer(7)}}) : Value::map({{"lines", lines}});
  };
  Value given = outputs("{id: t, type: io.kestra.plugin.core.flow.ForEachItem$ForEachItemMergeOutputs}");
  EXPECT_EQ(stored(*given.find("subflowOutputs")), "{n:1}\n{n:2}\n");
  context->host = [](std::string_view, const Value&) -> base::Result<Value> {
    return Value::map({{"lines", Value::string("")}});
  };
  EXPECT_TRUE(outputs("{id: t, type: io.kestra.plugin.core.flow.ForEachItem$ForEachItemMergeOutputs}").is_null())
      << "nothing to join";
}

TEST_F(StorageTasks, OutputsOfIterationsAreAFile) {  // PLUG-1: core.flow.Loop
  context->host = [](std::string_view function, const Value& arguments) -> base::Result<Value> {
    EXPECT_EQ(function, "loop.outputs");
    if (arguments.find("from")->as_integer() == 0)
      return Value::map({{"outputs", Value::list({Value::string("a")})}, {"next", Value::integer(1)}});
    return Value::map({{"outputs", Value::list({Value::string("b")})}});
  };
  const Value given = outputs("{id: t, type: io.kestra.plugin.core.flow.Loop$Outputs}");
  EXPECT_EQ(stored(*given.find("uri")), "\"a\"\n\"b\"\n");
  context->host = [](std::string_view, const Value&) -> base::Result<Value> {
    return Value::map({{"outputs", Value::list({})}});
  };
  EXPECT_EQ(stored(*outputs("{id: t, type: io.kestra.plugin.core.flow.Loop$Outputs}").find("uri")), "");
  context->host = [](std::string_view, const Value&) -> base::Result<Value> {
    return base::fail(plugin::task_failed, "gone");
  };
  EXPECT_THAT(failure("{id: t, type: io.kestra.plugin.core.flow.Loop$Outputs}"), HasSubstr("gone"));
}

TEST_F(StorageTasks, ReverseTurnsLinesRound) {  // CORE-42
  auto reversed = [this](std::string content, std::string_view more = "") {
    return stored(
        *outputs(task("storage.Reverse", fmt::format("from: '{}'{}", put(std::move(content)), more))).find("uri"));
  };
  EXPECT_EQ(reversed("é1\r\né2\n\né3\n"), "é3\n\né2\né1\n");
  EXPECT_EQ(reversed("é1\r\né2\n\né3\n", ", separator: '|'"), "é3||é2|é1|");
  EXPECT_EQ(reversed(""), "");
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += std::to_string(i) + "\n";
  std::string turned = reversed(many);
  EXPECT_EQ(turned.size(), many.size());
  EXPECT_TRUE(turned.starts_with("99999\n99998\n")) << "over the borders of blocks";
  EXPECT_TRUE(turned.ends_with("\n1\n0\n"));
  EXPECT_THAT(failure(task("storage.Reverse", fmt::format("from: '{}', charset: nope", put("a")))), HasSubstr("nope"));
}

constexpr std::string_view items =
    "{\"k\": 1, \"v\": \"a\"}\n{k:2,v:\"b\"}\n{\"k\": 1, \"v\": \"c\"}\n{\"k\": null, \"v\": \"d\"}\n{\"k\": null, "
    "\"v\": \"e\"}\n";

TEST_F(StorageTasks, DeduplicateKeepsTheLastOfEachKey) {  // CORE-36, CORE-41
  std::string uri = put(std::string(items), "items.ion");
  Value given = outputs(task("storage.DeduplicateItems", fmt::format("from: '{}', expr: \"{{{{ k }}}}\"", uri)));
  EXPECT_EQ(stored(*given.find("uri")), "{k:2,v:\"b\"}\n{\"k\": 1, \"v\": \"c\"}\n{\"k\": null, \"v\": \"e\"}\n")
      << "lines stay as they are";
  EXPECT_EQ(given.find("numKeys")->as_integer(), 3);
  EXPECT_EQ(given.find("processedItemsTotal")->as_integer(), 5);
  EXPECT_EQ(given.find("droppedItemsTotal")->as_integer(), 2);
  EXPECT_THAT(failure(task("storage.DeduplicateItems", fmt::format("from: '{}', expr: \"{{{{ nope }}}}\"", uri))),
              HasSubstr("nope"));
  EXPECT_THAT(failure(task("storage.DeduplicateItems", fmt::format("from: '{}', expr: x", put("1\n")))),
              HasSubstr("line 1"));
}

TEST_F(StorageTasks, FilterKeepsWhatHolds) {  // CORE-37, CORE-41
  std::string uri = put(std::string(items), "items.ion");
  auto kept = [&](std::string_view condition, std::string_view more = "") {
    Value given = outputs(
        task("storage.FilterItems", fmt::format("from: '{}', filterCondition: \"{}\"{}", uri, condition, more)));
    std::string values;
    std::string lines = stored(*given.find("uri"));
    for (size_t at = lines.find('v'); at != std::string::npos; at = lines.find('v', at + 1))
      values += lines[lines.find_first_of("abcde", at + 1)];
    return values;
  };
  EXPECT_EQ(kept("{{ k == 1 }}"), "ac");
  EXPECT_EQ(kept("{{ k == 1 }}", ", filterType: EXCLUDE"), "bde");
  EXPECT_EQ(kept(" {{ v == 'a' ? '0' : v == 'b' ? '' : 'yes' }} "), "cde");
  EXPECT_EQ(kept("{{ k == 1 ? nope : false }}", ", errorOrNullBehavior: INCLUDE"), "ac");
  EXPECT_EQ(kept("{{ k == 1 ? nope : false }}", ", errorOrNullBehavior: EXCLUDE, filterType: EXCLUDE"), "bde");
  EXPECT_THAT(
      failure(task("storage.FilterItems", fmt::format("from: '{}', filterCondition: \"{{{{ nope == 1 }}}}\"", uri))),
      HasSubstr("line 1"));
  EXPECT_THAT(
      failure(task("storage.FilterItems",
                   fmt::format("from: '{}', filterCondition: x, errorOrNullBehavior: INCLUDE", put("not [ an item")))),
      HasSubstr("line 1"));
}

TEST_F(StorageTasks, LocalFilesWritesAndKeeps) {  // CORE-39
  std::string uri = put("stored");
  Value given = outputs(
      task("storage.LocalFiles",
           fmt::format("inputs: {{a.txt: 'plain', sub/b.txt: '{}', c.csv: x}}, outputs: ['*.txt', 'sub/*']", uri)));
  const Value& uris = *given.find("uris");
  ASSERT_EQ(uris.size(), 2u);
  EXPECT_EQ(stored(*uris.find("a.txt")), "plain");
  EXPECT_EQ(stored(*uris.find("sub/b.txt")), "stored");
  EXPECT_EQ(outputs(task("storage.LocalFiles", "outputs: ['nothing*']")).find("uris")->size(), 0u);
}

TEST_F(StorageTasks, TemplatedTaskRunsWhatIsWritten) {  // TASK-103, CORE-91, EXPR-349, CORE-99
  context->variables = Value::map({{"kind", text("Return")}});
  Value given = outputs(
      "id: t\ntype: io.kestra.plugin.core.templating.TemplatedTask\nspec: |\n  type: io.kestra.plugin.core.debug.{{ "
      "kind }}\n  format: hey\n");
  EXPECT_EQ(given, Value::map({{"value", text("hey")}}));
  EXPECT_EQ(context->metric_value("length"), 3);
  auto refused = [this](std::string_view spec) {
    return failure("id: t\ntype: io.kestra.plugin.core.templating.TemplatedTask\nspec: '" + std::string(spec) + "'\n");
  };
  EXPECT_EQ(refused("{type: io.kestra.plugin.core.templating.TemplatedTask, spec: x}"),
            "The templated task cannot be of type 'io.kestra.plugin.core.templating.TemplatedTask'");
  EXPECT_THAT(refused("type: io.nope"), HasSubstr("io.nope"));
  EXPECT_THAT(refused("{type: io.kestra.plugin.core.debug.Return, nope: 1}"), HasSubstr("nope"));
  EXPECT_THAT(refused("just words"), HasSubstr("is not a task"));
}

TEST_F(StorageTasks, OfATemplatedTaskTheOuterPropertiesCount) {  // CORE-99
  // The inner retries, timeouts and allowFailure are parsed and have no effect: the task fails once, at once.
  std::string fails =
      "id: t\ntype: io.kestra.plugin.core.templating.TemplatedTask\nspec: |\n  type: "
      "io.kestra.plugin.core.execution.Fail\n"
      "  condition: true\n  errorMessage: no luck\n";
  for (std::string_view inner :
       {"", "  retry: {type: constant, interval: PT1H, maxAttempts: 5}\n", "  allowFailure: true\n",
        "  allowWarning: true\n", "  disabled: true\n", "  runIf: false\n"}) {
    context->logged.clear();
    EXPECT_EQ(failure(fails + std::string(inner)), "Fail on a condition") << inner;
    EXPECT_EQ(context->lines(model::LogLevel::error), (std::vector<std::string>{"no luck"})) << inner;
  }
  EXPECT_TRUE(run("id: t\ntype: io.kestra.plugin.core.templating.TemplatedTask\nspec: |\n  type: "
                  "io.kestra.plugin.core.flow.Sleep\n"
                  "  duration: PT0.05S\n  timeout: PT0.001S\n")
                  .has_value());
  // Those outside belong to this task as to any other.
  auto task = bind(
      "id: t\ntype: io.kestra.plugin.core.templating.TemplatedTask\ntimeout: PT5S\n"
      "retry: {type: constant, interval: PT1S, maxAttempts: 2}\nspec: '{type: io.kestra.plugin.core.flow.Sleep, "
      "duration: PT1H, timeout: PT1S}'\n");
  EXPECT_TRUE(task->timeout.is_set());
  EXPECT_TRUE(task->retry.has_value());
}

}  // namespace
}  // namespace gyr::plugins::testing
