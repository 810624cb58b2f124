// The arithmetic of windows against the examples of the requirements and against a search minute by minute.
#include "engine/trigger/windows.h"

#include <gtest/gtest.h>

#include "base/codec.h"
#include "base/testing/record_samples.h"
#include "engine/trigger/window_state.h"
#include "syntax/time.h"

namespace gyr::engine {
namespace {

using base::Duration;
using base::Instant;
using base::Value;
using plugin::TimeWindowType;

Instant at(std::string_view text) {
  auto parsed = syntax::parse_date_time(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return {parsed->seconds - parsed->offset_seconds.value_or(0), parsed->nanos};
}

text::Zone zone(std::string_view id) { return *text::Zone::find(id); }

WindowRule duration(int64_t minutes, int64_t advance_minutes, std::string_view in = "UTC") {
  WindowRule rule;
  rule.length = Duration::of_seconds(minutes * 60);
  rule.advance = Duration::of_seconds(advance_minutes * 60);
  rule.zone = zone(in);
  return rule;
}

WindowRule daily(std::string_view from, std::string_view to, std::string_view in = "UTC") {
  plugin::TimeWindow window;
  window.type = TimeWindowType::daily_time_window;
  window.start_time = from;
  window.end_time = to;
  return window_rule(window, zone(in));
}

WindowRule deadline(std::string_view time, std::string_view in = "UTC") {
  plugin::TimeWindow window;
  window.type = TimeWindowType::daily_time_deadline;
  window.deadline = time;
  return window_rule(window, zone(in));
}

std::string ends(const WindowRule& rule, std::string_view moment) {
  const auto window = window_at(rule, at(moment));
  return window ? syntax::format_instant(window->ends) : "none";
}

TEST(Windows, OfADuration) {  // TRIG-130, TRIG-1075
  const auto same = [](const WindowRule& rule, std::string_view a, std::string_view b) {
    return window_at(rule, at(a))->start == window_at(rule, at(b))->start;
  };
  EXPECT_FALSE(same(duration(360, 360), "2024-05-01T11:50:00Z", "2024-05-01T12:10:00Z"));
  EXPECT_TRUE(same(duration(360, 360), "2024-05-01T11:50:00Z", "2024-05-01T11:55:00Z"));
  EXPECT_TRUE(same(duration(1440, 0), "2024-05-01T00:00:00Z", "2024-05-01T23:59:59.999Z"));
  EXPECT_FALSE(same(duration(1440, 0), "2024-05-01T23:59:59.999Z", "2024-05-02T00:00:00Z"));
  EXPECT_TRUE(same(duration(1440, -240), "2024-04-30T20:00:00Z", "2024-05-01T19:59:59Z")) << "anchored before midnight";
  EXPECT_EQ(ends(duration(1440, 0, "Europe/Paris"), "2024-05-01T10:00:00Z"), "2024-05-01T22:00:00Z");
  EXPECT_EQ(ends(duration(300, 0), "2024-05-01T21:00:00Z"), "2024-05-02T00:00:00Z") << "the last of the day is shorter";
  EXPECT_EQ(ends(duration(7 * 1440, 0), "2024-05-01T21:00:00Z"), "2024-05-06T00:00:00Z") << "weeks begin on Mondays";
}

TEST(Windows, OfADurationOnDaysWithAClockChange) {  // TRIG-130
  EXPECT_EQ(ends(duration(1440, 0, "Europe/Paris"), "2024-03-31T12:00:00Z"), "2024-03-31T22:00:00Z");
  EXPECT_EQ(ends(duration(1440, 0, "Europe/Paris"), "2024-10-27T12:00:00Z"), "2024-10-27T23:00:00Z");
  // 02:30 comes twice, both times in the window from 02:00 to 03:00.
  EXPECT_EQ(window_at(duration(60, 0, "Europe/Paris"), at("2024-10-27T00:30:00Z"))->start,
            window_at(duration(60, 0, "Europe/Paris"), at("2024-10-27T01:30:00Z"))->start);
}

TEST(Windows, OfADurationAgreeWithASearch) {  // TRIG-130
  for (int64_t length : {1, 7, 60, 360, 1000, 1440}) {
    for (int64_t advance : {-1500, -240, 0, 5, 360, 1439}) {
      const WindowRule rule = duration(length, advance);
      const int64_t day = at("2024-05-01T00:00:00Z").seconds / 60;
      for (int64_t minute = day; minute < day + 1440; minute += 13) {
        // The last begin of a window that is not behind this minute: anchors are a day apart.
        int64_t start = 0;
        int64_t next = 0;
        for (int64_t anchor = day - 4 * 1440 + advance; anchor <= minute; anchor += 1440) {
          for (int64_t begin = anchor; begin <= minute && begin < anchor + 1440; begin += length) {
            start = begin;
            next = std::min(begin + length, anchor + 1440);
          }
        }
        const auto window = window_at(rule, Instant{minute * 60, 5});
        ASSERT_TRUE(window);
        EXPECT_EQ(window->start, start * 60'000'000) << length << " " << advance << " " << minute - day;
        EXPECT_EQ(window->ends.seconds, next * 60) << length << " " << advance << " " << minute - day;
      }
    }
  }
}

TEST(Windows, UntilADeadline) {  // TRIG-132, TRIG-134, TRIG-1077
  EXPECT_EQ(ends(deadline("09:00"), "2024-05-01T08:59:59Z"), "2024-05-01T09:00:00Z");
  EXPECT_EQ(ends(deadline("09:00"), "2024-05-01T09:00:00Z"), "none");
  EXPECT_EQ(ends(deadline("09:00"), "2024-05-01T23:00:00Z"), "none");
  EXPECT_EQ(ends(deadline("09:00"), "2024-05-01T00:00:00Z"), "2024-05-01T09:00:00Z");
  EXPECT_EQ(ends(deadline("09:00", "America/New_York"), "2024-05-01T12:59:00Z"), "2024-05-01T13:00:00Z");
  EXPECT_EQ(ends(deadline("09:00:00.5+02:00", "America/New_York"), "2024-05-01T07:00:00.400Z"),
            "2024-05-01T07:00:00.500Z");
  EXPECT_EQ(ends(deadline("09:00Z", "Asia/Tokyo"), "2024-05-01T09:00:00Z"), "none");
}

TEST(Windows, BetweenTwoTimesOfDay) {  // TRIG-133, TRIG-1078
  EXPECT_EQ(ends(daily("06:00", "12:00"), "2024-05-01T05:59:59.999Z"), "none");
  EXPECT_EQ(ends(daily("06:00", "12:00"), "2024-05-01T06:00:00Z"), "2024-05-01T12:00:00Z");
  EXPECT_EQ(ends(daily("06:00", "12:00"), "2024-05-01T12:00:00Z"), "none");
  EXPECT_EQ(ends(daily("06:00", "06:00"), "2024-05-01T06:00:00Z"), "none") << "nothing lies between";
  EXPECT_EQ(ends(daily("22:00", "02:00"), "2024-05-01T23:00:00Z"), "2024-05-02T02:00:00Z") << "through midnight";
  EXPECT_EQ(ends(daily("22:00", "02:00"), "2024-05-02T01:59:00Z"), "2024-05-02T02:00:00Z");
  EXPECT_EQ(window_at(daily("22:00", "02:00"), at("2024-05-01T23:00:00Z"))->start,
            window_at(daily("22:00", "02:00"), at("2024-05-02T01:00:00Z"))->start);
  EXPECT_EQ(ends(daily("06:00+02:00", "12:00Z"), "2024-05-01T04:00:00Z"), "2024-05-01T12:00:00Z")
      << "each with its own offset";
  EXPECT_EQ(ends(daily("06:00+02:00", "12:00Z"), "2024-05-01T03:59:00Z"), "none");
  EXPECT_EQ(ends(daily("01:00", "04:00", "Europe/Paris"), "2024-03-31T00:30:00Z"), "2024-03-31T02:00:00Z")
      << "an hour is left out";
}

TEST(Windows, InvalidTimesOfDayAreReported) {  // TRIG-134
  EXPECT_FALSE(parse_time_of_day("noon").has_value());
  EXPECT_FALSE(parse_time_of_day("25:00").has_value());
  EXPECT_FALSE(parse_time_of_day("09:00+99:00").has_value());
  EXPECT_EQ(parse_time_of_day("09:00:01.5-03:30")->micros, (9 * 3600 + 1) * 1'000'000LL + 500'000);
  EXPECT_EQ(parse_time_of_day("09:00:01.5-03:30")->offset, -12'600);
}

// ---- what is in a window

constexpr base::Id first{1, 1}, second{2, 2}, third{3, 3};

WindowRule sliding(int64_t minutes) {
  WindowRule rule;
  rule.type = TimeWindowType::sliding_window;
  rule.length = Duration::of_seconds(minutes * 60);
  return rule;
}

Value one(std::string key, std::string value) { return Value::map({{std::move(key), Value::string(value)}}); }

TEST(WindowStates, KeepConditionsMetWithinTheLastHour) {  // TRIG-131, TRIG-1076
  const std::vector<std::string> both{"a", "b"};
  const std::vector<std::string> a{"a"}, b{"b"};
  WindowState state;
  state.note(sliding(60), first, at("2024-05-01T10:00:00Z"), a, {});
  EXPECT_EQ(state.count_met(both), 1u);
  WindowState late = state;
  state.note(sliding(60), second, at("2024-05-01T10:59:00Z"), b, {});
  EXPECT_EQ(state.count_met(both), 2u);
  late.note(sliding(60), second, at("2024-05-01T11:01:00Z"), b, {});
  EXPECT_EQ(late.count_met(both), 1u);
  // One that comes out of order does not bring back what is too old.
  late.note(sliding(60), third, at("2024-05-01T10:00:30Z"), a, {});
  EXPECT_EQ(late.count_met(both), 1u);
}

TEST(WindowStates, MergeTheOutputsOfAllContributions) {  // TRIG-116
  const std::vector<std::string> a{"a"};
  WindowState state;
  state.note(duration(1440, 0), second, at("2024-05-01T10:01:00Z"), a,
             Value::map({{"x", Value::string("late")}, {"y", Value::string("late")}}));
  state.note(duration(1440, 0), first, at("2024-05-01T10:00:00Z"), a,
             Value::map({{"x", Value::string("early")}, {"z", Value::string("early")}}));
  state.note(duration(1440, 0), third, at("2024-05-01T10:02:00Z"), {}, one("w", "of nobody"));
  state.note(duration(1440, 0), third, at("2024-05-01T10:02:00Z"), a, {});
  EXPECT_EQ(state.outputs(),
            Value::map({{"x", Value::string("late")}, {"z", Value::string("early")}, {"y", Value::string("late")}}));
  // The same execution again, in another state: its outputs count once, as they are now.
  state.note(duration(1440, 0), second, at("2024-05-01T10:03:00Z"), a, one("x", "again"));
  EXPECT_EQ(state.outputs(), Value::map({{"x", Value::string("again")}, {"z", Value::string("early")}}));
}

TEST(WindowStates, AreBounded) {
  const std::vector<std::string> a{"a"};
  WindowState many;
  for (uint64_t i = 1; i <= 3 * max_contributions; ++i) {
    many.note(duration(1440, 0), {i, i}, Instant{static_cast<int64_t>(i)}, a, one("k" + std::to_string(i), "v"));
  }
  EXPECT_EQ(many.outputs().size(), 3 * max_contributions) << "the oldest are merged, not lost";
  WindowState large;
  for (uint64_t i = 1; i <= 10; ++i) {
    large.note(duration(1440, 0), {i, i}, Instant{static_cast<int64_t>(i)}, a,
               one("k" + std::to_string(i), std::string(max_contributed_bytes / 3, 'x')));
  }
  EXPECT_LE(large.encode().size(), max_contributed_bytes + 10'000);
  EXPECT_EQ(large.count_met(a), 1u);
  EXPECT_NE(large.outputs().find("k10"), nullptr);
  EXPECT_EQ(large.outputs().find("k1"), nullptr);
}

TEST(WindowStates, SurviveAsRecords) {
  const std::vector<std::string> a{"a"}, both{"a", "b"};
  WindowState state;
  state.note(sliding(60), first, at("2024-05-01T10:00:00Z"), a, one("x", "y"));
  auto read = WindowState::decode(state.encode());
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->count_met(both), 1u);
  EXPECT_EQ(read->outputs(), one("x", "y"));
  EXPECT_EQ(read->latest(), at("2024-05-01T10:00:00Z"));
  std::string record = state.encode();
  EXPECT_FALSE(WindowState::decode(record.substr(0, record.size() - 1)).has_value());
  EXPECT_FALSE(WindowState::decode(record + "x").has_value());
  record[0] = 1 << 2;  // a number instead of a list
  EXPECT_FALSE(WindowState::decode(record).has_value());
}

WindowState sample_window() {
  const WindowRule rule;
  const std::vector<std::string> both{"a", "b"}, last{"b"};
  WindowState state;
  state.note(rule, base::Id{1, 2}, Instant::of_millis(1'700'000'000'123), both,
             Value::map({{"x", Value::string("y")}}));
  state.note(rule, base::Id{3, 4}, Instant{1'700'000'001, 5}, last, Value());
  return state;
}

TEST(WindowStates, RecordsOfEachLevelAreReadAndKeepWhatALaterOneAdds) {
  const base::testing::RecordSamples samples("level_1/windows.txt");
  for (const auto& [name, state] : {std::pair{"window", sample_window()}, {"window_plain", WindowState()}}) {
    samples.expect(name, state.encode());
    std::string record = samples.bytes(name);
    base::Encoder encoder(record);
    encoder.varint(900 << 2);
    encoder.varint(1);
    auto read = WindowState::decode(record);
    ASSERT_TRUE(read.has_value()) << name;
    EXPECT_EQ(read->encode(), record) << name;
  }
  const std::vector<std::string> both{"a", "b"};
  auto read = WindowState::decode(samples.bytes("window"));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->count_met(both), 2u);
  EXPECT_EQ(read->outputs(), one("x", "y"));
  EXPECT_EQ(read->latest(), (Instant{1'700'000'001, 5}));
}

}  // namespace
}  // namespace gyr::engine
