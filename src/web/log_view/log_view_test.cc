#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/store.h"
#include "web/log_view/log_index.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using model::LogLevel;
using test::Harness;

/// An execution whose log has exactly the lines of a test.
class LogView : public ::testing::Test {
 protected:
  void SetUp() override {
    harness_.deploy(R"(
id: f
namespace: a.b
tasks:
  - {id: one, type: io.kestra.plugin.core.output.OutputValues, values: {a: 1}}
  - {id: two, type: io.kestra.plugin.core.output.OutputValues, values: {a: 1}}
)");
    id_ = harness_.run("a.b", "f");
    const Value ended = harness_.wait_for_end(id_);
    for (const Value& run : ended.find("taskRunList")->items()) runs_.emplace_back(run.find("id")->text());
    ASSERT_EQ(runs_.size(), 2u);
    store::Batch batch;
    batch.deleted_logs.push_back(
        {.execution_id = *base::Id::parse(id_), .task_run_id = {}, .task_id = {}, .attempt = {}});
    ASSERT_TRUE(harness_.store().commit_and_wait(std::move(batch)).has_value());
  }
  /// A line of the first or the second task run, or of the execution itself (2), at this millisecond.
  void add(size_t run, uint32_t sequence, int64_t milli, std::string message, LogLevel level = LogLevel::info) {
    model::LogEntry line;
    line.execution_id = *base::Id::parse(id_);
    line.flow = std::make_shared<model::FlowKey>(model::FlowKey{"main", "a.b", "f"});
    if (run < runs_.size()) {
      line.task_id = run == 0 ? "one" : "two";
      line.task_run_id = *base::Id::parse(runs_[run]);
    }
    line.sequence = sequence;
    line.timestamp = base::Instant::of_millis(1'767'600'000'000 + milli);
    line.level = level;
    line.message = std::move(message);
    batch_.logs.push_back(std::move(line));
  }
  void store_lines() { ASSERT_TRUE(harness_.store().commit_and_wait(std::exchange(batch_, {})).has_value()); }
  /// Ten lines: the odd ones of the first run, the even ones of the second; 3 is WARN, 4 and 8 are ERROR.
  void add_ten() {
    for (uint32_t n = 1; n <= 10; ++n) {
      const LogLevel level = n == 3 ? LogLevel::warn : n % 4 == 0 ? LogLevel::error : LogLevel::info;
      add(n % 2 == 1 ? 0 : 1, (n + 1) / 2, n, fmt::format("line {}", n), level);
    }
    store_lines();
  }
  test::Reply get(const std::string& operation) { return harness_.get("logs/" + id_ + "/" + operation); }
  /// `1 2 3 +`: the numbers, with `-` in front and `+` behind where there is more.
  std::string numbers(const std::string& query) {
    const auto reply = get("window?" + query);
    EXPECT_EQ(reply.status, 200) << reply.body;
    if (reply.status != 200) return "";
    std::string out = reply.at({"more", "before"}).as_boolean() ? "-" : "";
    for (const Value& line : reply.at({"lines"}).items())
      out += fmt::format("{}{}", out.empty() || out == "-" ? "" : " ", line.find("n")->as_integer());
    return out + (reply.at({"more", "after"}).as_boolean() ? "+" : "");
  }
  std::string found(const std::string& query) {
    const auto reply = get("find?" + query);
    EXPECT_EQ(reply.status, 200) << reply.body;
    const Value n = reply.at({"n"}), index = reply.at({"index"});
    return fmt::format("{} {}/{}", n.is_null() ? 0 : n.as_integer(), index.is_null() ? 0 : index.as_integer(),
                       reply.at({"of"}).as_integer());
  }
  Harness harness_;
  std::string id_;
  std::vector<std::string> runs_;
  store::Batch batch_;
};

TEST_F(LogView, WindowsAreAroundAnyPlace) {  // UI-652
  add_ten();
  EXPECT_EQ(numbers("at=first&size=3"), "1 2 3+");
  EXPECT_EQ(numbers("at=last&size=3"), "-8 9 10");
  EXPECT_EQ(numbers(""), "1 2 3 4 5 6 7 8 9 10");
  EXPECT_EQ(numbers("at=5&before=2&after=2"), "-3 4 5 6+");
  EXPECT_EQ(numbers("at=5&size=1"), "-5+");
  EXPECT_EQ(numbers("at=99&size=2"), "-");
  EXPECT_EQ(numbers("at=99&size=2&before=2"), "-9 10");
  EXPECT_EQ(numbers("at=2026-01-05T08:00:00.007Z&size=2"), "-7 8+");
  EXPECT_EQ(numbers("at=first&minLevel=WARN"), "3 4 8");
  EXPECT_EQ(numbers("at=5&minLevel=WARN&before=1&size=2"), "-4 8");
  EXPECT_EQ(numbers("at=first&taskId=two"), "2 4 6 8 10");
  EXPECT_EQ(numbers("at=first&size=2&taskRunId=" + runs_[0]), "1 3+");
  EXPECT_EQ(numbers("at=first&attempt=1"), "");
  EXPECT_EQ(numbers("at=first&q=LINE%201"), "1 10");
  EXPECT_EQ(numbers("at=first&q=%5B68%5D%24&regex=true"), "6 8");
  const auto window = get("window?at=4&size=2");
  EXPECT_EQ(window.at({"first"}).as_integer(), 4);
  EXPECT_EQ(window.at({"last"}).as_integer(), 5);
  EXPECT_EQ(window.at({"total"}).as_integer(), 10);
  const Value line = window.at({"lines"}).items()[0];
  EXPECT_EQ(line.find("message")->text(), "line 4");
  EXPECT_EQ(line.find("level")->text(), "ERROR");
  EXPECT_EQ(line.find("taskRunId")->text(), runs_[1]);
  EXPECT_EQ(line.find("taskId")->text(), "two");
}

TEST_F(LogView, TheLinesOfTheExecutionItselfAreAFilterToo) {  // UI-650
  add_ten();
  EXPECT_EQ(numbers("at=first&taskRunId=none"), "");
  add(2, 1, 20, "The execution was restarted");
  store_lines();
  EXPECT_EQ(numbers("at=first&taskRunId=none"), "11");
  EXPECT_EQ(get("profile?taskRunId=none").at({"total"}).as_integer(), 1);
  EXPECT_EQ(found("q=restarted&taskRunId=none"), "11 1/1");
  EXPECT_EQ(get("window?taskRunId=no-one").status, 422);
}

TEST_F(LogView, NumbersStayWhenLinesArriveLate) {  // UI-652
  add_ten();
  EXPECT_EQ(found("q=line%207"), "7 1/1");
  add(0, 6, 0, "late: line 7");  // its time is before all others
  store_lines();
  EXPECT_EQ(numbers("at=10&size=5"), "-10 11");
  EXPECT_EQ(found("q=line%207&from=7"), "11 2/2");
  EXPECT_EQ(found("q=line%207"), "7 1/2");
  EXPECT_EQ(get("profile?q=late").at({"matches"}).as_integer(), 1);
}

TEST_F(LogView, AProfileCountsLevelsPartsAndRuns) {  // UI-650
  EXPECT_EQ(get("profile").at({"total"}).as_integer(), 0);
  EXPECT_EQ(numbers("at=last"), "");
  add_ten();
  const auto profile = get("profile?buckets=5&q=8");
  ASSERT_EQ(profile.status, 200) << profile.body;
  EXPECT_EQ(profile.at({"total"}).as_integer(), 10);
  EXPECT_EQ(profile.at({"levels", "ERROR"}).as_integer(), 2);
  EXPECT_EQ(profile.at({"levels", "TRACE"}).as_integer(), 0);
  EXPECT_EQ(profile.at({"matches"}).as_integer(), 1);
  const Value buckets = profile.at({"buckets"});
  ASSERT_EQ(buckets.size(), 5u);
  EXPECT_EQ(buckets.items()[3].find("n")->as_integer(), 7);
  EXPECT_EQ(buckets.items()[3].find("lines")->as_integer(), 2);
  EXPECT_EQ(buckets.items()[3].find("error")->as_integer(), 1);
  EXPECT_EQ(buckets.items()[3].find("match")->as_integer(), 1);
  EXPECT_EQ(buckets.items()[1].find("warn")->as_integer(), 1);
  const Value runs = profile.at({"runs"});
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs.items()[1].find("taskRunId")->text(), runs_[1]);
  EXPECT_EQ(runs.items()[1].find("first")->as_integer(), 2);
  EXPECT_EQ(runs.items()[1].find("errors")->as_integer(), 2);
  const auto errors = get("profile?minLevel=ERROR");
  EXPECT_EQ(errors.at({"total"}).as_integer(), 2);
  EXPECT_EQ(errors.at({"levels", "INFO"}).as_integer(), 7) << "the counts offer the other levels";
  EXPECT_EQ(get("profile?buckets=100000000").at({"buckets"}).size(), 10u);
}

TEST_F(LogView, FindsTheNextAndThePreviousMatch) {  // UI-650
  add_ten();
  EXPECT_EQ(found("level=ERROR"), "4 1/2");
  EXPECT_EQ(found("level=ERROR&from=4"), "8 2/2");
  EXPECT_EQ(found("level=ERROR&from=8"), "0 0/2");
  EXPECT_EQ(found("level=ERROR&back=true"), "8 2/2");
  EXPECT_EQ(found("level=ERROR&back=true&from=8"), "4 1/2");
  EXPECT_EQ(found("level=ERROR&back=true&from=4"), "0 0/2");
  EXPECT_EQ(found("q=line%201&back=true&from=10"), "1 1/2");
  EXPECT_EQ(found("q=no%20such"), "0 0/0");
  EXPECT_EQ(found("q=.&taskId=one"), "0 0/0");
  EXPECT_EQ(found("q=.&taskId=one&regex=true"), "1 1/5");
}

TEST_F(LogView, DeletedLinesAreNotMissed) {
  add_ten();
  EXPECT_EQ(numbers("at=first&size=2"), "1 2+");
  ASSERT_EQ(harness_.send("DELETE", "logs/" + id_ + "?taskId=one").status, 200);
  EXPECT_EQ(numbers("at=first&size=9"), "1 2 3 4 5") << "the numbers of the rest begin again";
}

TEST_F(LogView, HostileLinesAreTextAndLongOnesAreCut) {  // UI-650
  add(0, 1, 1, std::string("<script>\0\x1b[31m", 14));
  add(0, 2, 2, "\xFF\xFE not UTF-8");
  std::string longest = "ä";
  for (int i = 0; i < 100'000; ++i) longest += "ä";
  add(0, 3, 3, longest);
  store_lines();
  const auto window = get("window?at=first");
  ASSERT_EQ(window.status, 200);
  const auto lines = window.at({"lines"});
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines.items()[0].find("message")->text(), std::string_view("<script>\0\x1b[31m", 14));
  const Value& cut = lines.items()[2];
  EXPECT_EQ(cut.find("cut")->as_integer(), 200'002);
  EXPECT_LE(cut.find("message")->text().size(), 16u * 1024);
  EXPECT_EQ(cut.find("message")->text().size() % 2, 0u) << "no character is broken";
  const auto whole = harness_.get(std::string(cut.find("uri")->text()));
  ASSERT_EQ(whole.status, 200) << whole.body;
  EXPECT_EQ(whole.at({"lines"}).items()[0].find("message")->text(), longest);
  EXPECT_EQ(found("q=%3Cscript%3E"), "1 1/1");
}

TEST_F(LogView, RefusesGarbage) {
  add_ten();
  for (const char* query :
       {"at=", "at=0", "at=-1", "at=x", "at=1.5", "at=99999999999999999999", "size=0", "size=x", "before=-1", "after=x",
        "minLevel=LOUD", "taskRunId=%2F", "attempt=-1", "regex=maybe", "whole=true", "whole=x&size=1"}) {
    EXPECT_EQ(get(std::string("window?") + query).status, 422) << query;
  }
  EXPECT_EQ(get("find?q=(&regex=true").status, 422);
  EXPECT_EQ(get("find?from=-1").status, 422);
  EXPECT_EQ(get("find?level=x").status, 422);
  EXPECT_EQ(get("profile?buckets=0").status, 422);
  EXPECT_EQ(get("profile?q=" + std::string(1'001, 'x')).status, 422);
  EXPECT_EQ(numbers("at=first&size=2000000000&before=2000000000&after=2000000000"), "1 2 3 4 5 6 7 8 9 10");
  EXPECT_EQ(get("window?q=%00").status, 422);
  for (const char* operation : {"window", "profile", "find"}) {
    EXPECT_EQ(harness_.get(fmt::format("logs/0350tXGoneGoneGoneGone/{}", operation)).status, 404);
    EXPECT_EQ(harness_.get(fmt::format("logs/%00/{}", operation)).status, 422);
  }
}

TEST_F(LogView, LinesOfManyReadsAreOneIndex) {  // UI-1064
  constexpr uint32_t count = 45'000;
  static_assert(count > 2 * indexed_lines_a_read);
  for (uint32_t n = 1; n <= count; ++n) {
    add(n % 2, (n + 1) / 2, n, fmt::format("entry {}", n), n % 1'000 == 0 ? LogLevel::error : LogLevel::info);
    if (n % 15'000 == 0) store_lines();
  }
  EXPECT_EQ(numbers("at=30000&size=2"), "-30000 30001+");
  EXPECT_EQ(found("q=entry%2044999&from=5"), "44999 1/1");
  EXPECT_EQ(found("level=ERROR&from=30000"), "31000 31/45");
  EXPECT_EQ(get("profile").at({"total"}).as_integer(), count);
}

}  // namespace
}  // namespace gyr::web
