#include "execution.h"

#include <gtest/gtest.h>

namespace gyr::load {
namespace {

TEST(ExecutionView, ReadsTheIdTheStateAndItsDates) {  // API-62, API-63
  const auto execution = parse_execution(
      R"({"labels":[{"key":"id","value":"no"}],"id":"abc","taskRunList":[{"id":"t1","state":{"current":"FAILED"}},{"id":"t2"}],)"
      R"("state":{"current":"SUCCESS","histories":[],"startDate":"2026-11-20T10:06:07.5Z","endDate":"2026-11-20T10:06:07.501002003Z"}})");
  ASSERT_TRUE(execution.has_value());
  EXPECT_EQ(execution->id, "abc");
  EXPECT_EQ(execution->state, "SUCCESS");
  EXPECT_EQ(execution->task_runs, 2u);
  ASSERT_TRUE(execution->created && execution->ended);
  EXPECT_EQ((*execution->ended - *execution->created).to_nanos(), 1'002'003);
}

TEST(ExecutionView, OneThatRunsHasNoEnd) {
  const auto execution =
      parse_execution(R"({"id":"a","state":{"current":"RUNNING","startDate":"2026-01-01T00:00:00Z"}})");
  ASSERT_TRUE(execution.has_value());
  EXPECT_FALSE(execution->ended);
  EXPECT_FALSE(is_terminal(execution->state));
  EXPECT_EQ(execution->task_runs, 0u);
}

TEST(ExecutionView, RefusesWhatIsNoExecution) {
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {""sv, "\0\xff"sv, "{"sv, "[]"sv, "null"sv, "{}"sv, R"({"id":""})"sv, R"({"id":7})"sv, R"({"id":"a"})"sv,
        R"({"id":"a","state":"SUCCESS"})"sv, R"({"id":"a","state":{}})"sv}) {
    EXPECT_FALSE(parse_execution(text).has_value()) << text;
  }
}

TEST(ParseUtc, KnowsEveryFractionAndTheCalendar) {
  EXPECT_EQ(parse_utc("1970-01-01T00:00:00Z"), (base::Instant{0, 0}));
  EXPECT_EQ(parse_utc("2000-02-29T23:59:59.000000001Z"), (base::Instant{951'868'799, 1}));
  EXPECT_EQ(parse_utc("2026-11-20T10:06:07.2Z"), (base::Instant{1'795'169'167, 200'000'000}));
  EXPECT_EQ(parse_utc("2026-11-20T10:06:07.213111Z"), (base::Instant{1'795'169'167, 213'111'000}));
  for (const char* wrong :
       {"", "Z", "2026-11-20T10:06:07", "2026-11-20T10:06:07+00:00", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-11-20T24:00:00Z", "2026-11-20 10:06:07Z", "2026-11-20T10:06:07.Z", "2026-11-20T10:06:07.1234567890Z",
        "2026-11-20T10:06:07.12x4Z", "20x6-11-20T10:06:07Z"}) {
    EXPECT_FALSE(parse_utc(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace gyr::load
