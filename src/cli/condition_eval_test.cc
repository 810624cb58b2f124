// `gyr condition eval`. Its batch mode also runs every row of docs/requirements/03-conditions.tsv (TRIG-160 to
// TRIG-180).
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "base/text.h"
#include "cli/testing/run_command.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using testing::run;

TEST(ConditionEval, EveryRowOfTheTable) {
  const char* root = std::getenv("GYR_SOURCE_DIR");
  std::ifstream file(std::string(root == nullptr ? "." : root) + "/docs/requirements/03-conditions.tsv");
  std::string line, batch;
  std::vector<std::string> rows, wanted;
  std::getline(file, line);
  while (std::getline(file, line)) {
    auto columns = base::split(line, '\t');
    ASSERT_EQ(columns.size(), 5u) << line;
    batch += fmt::format("{{\"id\":\"{}\",\"condition\":{},\"context\":{}}}\n", columns[0], columns[1], columns[2]);
    rows.push_back(line);
    wanted.emplace_back(columns[3]);
  }
  EXPECT_EQ(rows.size(), 279u);
  auto result = run({"condition", "eval", "--batch", "-"}, batch);
  auto answers = base::split(base::trim(result.out), '\n');
  ASSERT_EQ(answers.size(), rows.size()) << result.err;
  for (size_t i = 0; i < rows.size(); ++i) {
    auto answer = syntax::parse_json(answers[i]);
    ASSERT_TRUE(answer.has_value());
    const auto* value = answer->find("value");
    std::string found = answer->find("ok")->as_boolean() ? (value->as_boolean() ? "true" : "false") : "error";
    EXPECT_EQ(found, wanted[i]) << rows[i] << "\n" << answers[i];
  }
}

TEST(ConditionEval, OneCondition) {
  testing::Files files;
  std::string weekend = files.put("weekend.yaml", "type: io.kestra.plugin.core.condition.Weekend\n");
  std::string sunday = files.put("sunday.yaml", "trigger: {date: '2024-06-02'}\n");
  EXPECT_EQ(run({"condition", "eval", weekend, "--context", sunday}).out, "true\n");
  EXPECT_EQ(run({"condition", "eval", weekend, "--context", "-"}, R"({"trigger":{"date":"2024-06-03T00:00:00Z"}})").out,
            "false\n");
  EXPECT_EQ(run({"condition", "eval", weekend, "--context", sunday, "--json"}).out,
            "{\"ok\":true,\"value\":true,\"error\":null}\n");
}

TEST(ConditionEval, TheOffsetOfTheDateDecidesTheDay) {  // TRIG-178
  const auto evaluated = [](std::string_view condition, std::string_view date) {
    testing::Files files;
    auto file = files.put("condition.yaml", fmt::format("{{type: io.kestra.plugin.core.condition.{}, date: '{{{{ "
                                                        "trigger.at }}}}'}}",
                                                        condition));
    auto result =
        run({"condition", "eval", file, "--context", "-"}, fmt::format(R"({{"trigger":{{"at":"{}"}}}})", date));
    return result.code == exit_ok ? result.out : result.err;
  };
  // Friday 22:30 in UTC is Saturday where the clocks are two hours ahead, and Saturday 00:30 in UTC is Friday in the
  // west.
  EXPECT_EQ(evaluated("Weekend", "2024-05-31T22:30:00Z"), "false\n");
  EXPECT_EQ(evaluated("Weekend", "2024-06-01T00:30:00+02:00"), "true\n");
  EXPECT_EQ(evaluated("Weekend", "2024-06-01T00:30:00+02:00[Europe/Paris]"), "true\n");
  EXPECT_EQ(evaluated("Weekend", "2024-05-31T19:30:00-05:00"), "false\n");
  EXPECT_EQ(evaluated("DayWeek, dayOfWeek: SATURDAY", "2024-06-01"), "true\n");
  // A day alone is not a moment.
  EXPECT_NE(evaluated("DateTimeBetween, after: '2024-01-01T00:00:00Z'", "2024-06-01")
                .find("is not a date-time with an offset"),
            std::string::npos);
  for (const char* wrong :
       {"2024-06-01T10:00:00", "2024-13-01", "2024-02-30T10:00:00Z", "", "Saturday", "1717228800"}) {
    const std::string told = evaluated("Weekend", wrong);
    EXPECT_NE(told.find("is not a date-time with an offset such as 2024-06-03T09:00:00+02:00 or a date"),
              std::string::npos)
        << wrong << ": " << told;
  }
}

TEST(ConditionEval, ReportsErrors) {
  testing::Files files;
  std::string weekend = files.put("weekend.yaml", "type: io.kestra.plugin.core.condition.Weekend\n");
  auto result = run({"condition", "eval", weekend, "--context", "-"}, R"({"trigger":{"date":"tomorrow"}})");
  EXPECT_EQ(result.code, exit_failed);
  EXPECT_NE(result.err.find("'tomorrow' is not a date-time with an offset"), std::string::npos) << result.err;
  EXPECT_NE(run({"condition", "eval", "-"}, "type: nonsense").code, exit_ok);
  EXPECT_EQ(run({"condition", "eval"}).code, exit_usage);
  EXPECT_EQ(run({"condition", "eval", weekend, "--batch", "-"}).code, exit_usage);
  auto asks = run({"condition", "eval", "-"},
                  "{type: io.kestra.plugin.core.condition.Expression, expression: \"{{ kv('a') }}\"}");
  EXPECT_NE(asks.err.find("needs a server"), std::string::npos) << asks.err;
  auto null =
      run({"condition", "eval", "-"}, "{type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: a, flowId: b}");
  EXPECT_NE(null.err.find("Invalid condition with null execution"), std::string::npos) << null.err;
  auto lines =
      run({"condition", "eval", "--batch", "-"},
          "{\"id\":1}\n{\"id\":2,\"condition\":{},\"context\":[]}\n{\"id\":3,\"condition\":{\"type\":\"x\"}}\n");
  EXPECT_NE(lines.out.find("`condition` is missing or is not an object"), std::string::npos) << lines.out;
  EXPECT_NE(lines.out.find("`context` is not an object"), std::string::npos) << lines.out;
  EXPECT_NE(lines.out.find("unknown condition type \\\"x\\\""), std::string::npos) << lines.out;
}

}  // namespace
}  // namespace gyr::cli
