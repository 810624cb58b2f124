#include "model/cron_dates.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <random>

#include "base/text.h"
#include "syntax/calendar.h"
#include "syntax/json.h"
#include "syntax/time.h"

namespace gyr::model {
namespace {

using base::Instant;

size_t fields_of(std::string_view expression) {
  size_t fields = 0;
  bool inside = false;
  for (char c : expression) {
    bool blank = c == ' ';
    if (!blank && !inside) ++fields;
    inside = !blank;
  }
  return fields;
}

base::Result<CronDates> dates_of(std::string_view expression, std::string_view zone) {
  GYR_TRY(Cron cron, parse_cron(expression, fields_of(expression) == 6));
  GYR_TRY(text::Zone found, text::Zone::find(zone));
  return CronDates(cron, found);
}

CronDates must(std::string_view expression, std::string_view zone = "UTC") {
  auto dates = dates_of(expression, zone);
  EXPECT_TRUE(dates.has_value()) << expression << (dates ? "" : dates.error().message());
  return *dates;
}

Instant at(std::string_view text) { return *syntax::parse_instant(text); }

std::string five(const CronDates& dates, Instant from, bool forward) {
  base::ListBuilder found;
  for (int i = 0; i < 5; ++i) {
    auto tick = forward ? dates.next(from) : dates.shown_previous(from);
    if (!tick) break;
    found.push(base::Value::string(dates.text_of(*tick)));
    from = *tick;
  }
  return syntax::write_json(found.build());
}

// TRIG-40 to TRIG-49: every row of the table, most of them run on the reference engine.
TEST(CronDates, EveryRowOfTheTable) {
  const char* root = std::getenv("GYR_SOURCE_DIR");
  std::ifstream file(std::string(root == nullptr ? "." : root) + "/docs/requirements/03-cron.tsv");
  std::string line;
  std::getline(file, line);
  size_t rows = 0;
  while (std::getline(file, line)) {
    auto columns = base::split(line, '\t');
    ASSERT_EQ(columns.size(), 7u) << line;
    SCOPED_TRACE(line);
    ++rows;
    auto dates = dates_of(columns[1], columns[2]);
    if (columns[5] == "error") {
      // `* * * * * *` and its like are errors where five fields are wanted, so with seconds they are none.
      EXPECT_FALSE(dates.has_value());
      continue;
    }
    ASSERT_TRUE(dates.has_value()) << dates.error().message();
    EXPECT_EQ(five(*dates, at(columns[3]), columns[4] == "next"), columns[5]);
  }
  EXPECT_EQ(rows, 236u);
}

// TRIG-47: the shown previous tick differs from the ticks only in hours whose beginning is skipped.
TEST(CronDates, ShownGoingBackWithoutHoursThatBeginInAGap) {  // CRON-196
  const Instant gap = at("2024-10-06T02:30:00+11:00");
  const auto daily = must("30 2 * * *", "Australia/Lord_Howe");
  EXPECT_EQ(daily.previous(at("2024-10-07T02:30:00+11:00")), gap) << "no run is lost";
  EXPECT_EQ(daily.shown_previous(at("2024-10-07T02:30:00+11:00")), at("2024-10-05T02:30:00+10:30"));
  const auto quarters = must("*/15 2 * * *", "Australia/Lord_Howe");
  EXPECT_EQ(quarters.shown_previous(at("2024-10-06T02:45:00+11:00")), gap) << "from within the hour";
  EXPECT_EQ(quarters.shown_previous(at("2024-10-06T09:00:00+11:00")), at("2024-10-05T02:45:00+10:30"));
  EXPECT_EQ(must("30 2,3 * * *", "Australia/Lord_Howe").shown_previous(at("2024-10-06T03:30:00+11:00")), gap);
  EXPECT_EQ(must("30 * * * *", "Australia/Lord_Howe").shown_previous(at("2024-10-06T03:30:00+11:00")), gap);
  const auto caracas = must("0 2 * * *", "America/Caracas");  // the gap is the second half of the hour
  EXPECT_EQ(caracas.shown_previous(at("2016-05-02T02:00:00-04:00")), at("2016-05-01T02:00:00-04:30"));
  for (const char* zone : {"Europe/Paris", "America/New_York", "Pacific/Apia", "Antarctica/Troll"}) {
    const auto hourly = must("0 */3 * * *", zone);
    for (Instant from = at("2011-01-01T00:00:00Z"); from < at("2012-02-01T00:00:00Z"); from = *hourly.next(from))
      ASSERT_EQ(hourly.shown_previous(from), hourly.previous(from)) << zone << " " << hourly.text_of(from);
  }
}

/// Whether the zone's clocks show a matching time: the definition, field by field.
bool matches(const Cron& cron, const text::Zone& zone, int64_t second) {
  int64_t local = second + zone.offset_at(second);
  int64_t day = local >= 0 ? local / 86'400 : (local - 86'399) / 86'400;
  int64_t time = local - day * 86'400;
  auto date = syntax::civil_from_days(day);
  auto weekday = static_cast<uint32_t>(((day + 4) % 7 + 7) % 7);
  uint32_t before_last = syntax::days_in_month(date.year, date.month) - date.day;
  bool by_date = (cron.days >> date.day & 1) != 0 || (cron.days_before_last >> before_last & 1) != 0;
  bool by_weekday = (cron.weekdays >> weekday & 1) != 0;
  bool on_day = cron.days_restricted && cron.weekdays_restricted ? by_date || by_weekday
                : cron.days_restricted                           ? by_date
                                                                 : by_weekday;
  return on_day && (cron.months >> date.month & 1) != 0 && (cron.hours >> (time / 3600) & 1) != 0 &&
         (cron.minutes >> (time / 60 % 60) & 1) != 0 && (cron.seconds >> (time % 60) & 1) != 0;
}

std::string random_field(std::mt19937_64& random, int least, int most) {
  auto number = [&] { return least + static_cast<int>(random() % static_cast<uint64_t>(most - least + 1)); };
  switch (random() % 6) {
    case 0:
    case 1: return "*";
    case 2: return fmt::format("{}", number());
    case 3: return fmt::format("*/{}", 1 + random() % static_cast<uint64_t>(most));
    case 4: {
      int a = number(), b = number();
      return fmt::format("{}-{}", std::min(a, b), std::max(a, b));
    }
    default: return fmt::format("{},{}", number(), number());
  }
}

// TRIG-46, TRIG-47: next and previous against the definition, minute by minute over the days around clock changes.
TEST(CronDates, AgreesWithBruteForceAroundEveryKindOfTransition) {
  std::mt19937_64 random(20'260'105);
  constexpr std::pair<const char*, const char*> places[] = {{"Europe/Paris", "2024-03-30T00:00:00Z"},
                                                            {"Europe/Paris", "2024-10-26T00:00:00Z"},
                                                            {"America/New_York", "2024-11-02T00:00:00Z"},
                                                            {"Australia/Lord_Howe", "2024-04-06T00:00:00Z"},
                                                            {"Australia/Lord_Howe", "2024-10-05T00:00:00Z"},
                                                            {"Pacific/Apia", "2011-12-29T00:00:00Z"},
                                                            {"America/Sao_Paulo", "2018-11-03T00:00:00Z"},
                                                            {"Antarctica/Troll", "2024-10-26T00:00:00Z"},
                                                            {"Africa/Casablanca", "2024-04-13T00:00:00Z"},
                                                            {"Asia/Pyongyang", "2018-05-04T00:00:00Z"},
                                                            {"UTC", "2024-02-28T00:00:00Z"},
                                                            {"+05:45", "2023-12-31T00:00:00Z"}};
  size_t compared = 0;
  for (int i = 0; i < 120; ++i) {
    const auto& [place, text] = places[random() % std::size(places)];
    std::string expression = fmt::format(
        "{} {} {} {} {}", random_field(random, 0, 59), random_field(random, 0, 23), random_field(random, 1, 28),
        random() % 3 == 0 ? random_field(random, 1, 12) : "*", random_field(random, 0, 7));
    auto dates = dates_of(expression, place);
    if (!dates) continue;  // 1-7 with names and steps beyond: not every random field is one
    SCOPED_TRACE(fmt::format("{} {} {}", expression, place, text));
    Cron cron = *parse_cron(expression, false);
    int64_t begin = at(text).seconds, end = begin + 3 * 86'400;
    std::vector<int64_t> ticks;
    for (int64_t minute = begin; minute < end; minute += 60) {
      if (matches(cron, dates->zone(), minute)) ticks.push_back(minute);
    }
    // Backwards: every one.
    Instant from{.seconds = end, .nanos = 0};
    for (auto tick = ticks.rbegin(); tick != ticks.rend(); ++tick, ++compared) {
      auto found = dates->previous(from);
      ASSERT_TRUE(found && found->seconds == *tick) << dates->text_of(from);
      from = *found;
    }
    // Forwards, from just before each tick, where no repetition is left out.
    for (int64_t tick : ticks) {
      auto found = dates->next({.seconds = tick - 1, .nanos = 500'000'000});
      ASSERT_TRUE(found && found->seconds == tick) << tick;
      EXPECT_TRUE(dates->is_tick(*found));
    }
  }
  EXPECT_GT(compared, 5'000u);
}

// TRIG-48: over every change of the clocks of many zones in 20 years, a daily job runs once a day, an hourly one each
// hour.
TEST(CronDates, DailyRunsOnceAndHourlyEachHourThroughAllTransitions) {
  for (const char* place :
       {"Europe/Paris", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Cairo", "Asia/Gaza",
        "America/Havana", "Europe/Dublin", "Pacific/Auckland", "Asia/Tehran"}) {
    SCOPED_TRACE(place);
    auto daily = must("30 1 * * *", place);
    auto hourly = must("0 * * * *", place);
    Instant from = at("2010-01-01T00:00:00Z"), end = at("2030-01-01T00:00:00Z");
    int64_t last_day = -1;
    for (auto tick = daily.next(from); tick && *tick < end; tick = daily.next(*tick)) {
      int64_t day = (tick->seconds + daily.zone().offset_at(tick->seconds)) / 86'400;
      ASSERT_GT(day, last_day) << daily.text_of(*tick);
      last_day = day;
    }
    for (auto tick = hourly.next(from); tick && *tick < end;) {
      auto next = hourly.next(*tick);
      ASSERT_TRUE(next.has_value());
      ASSERT_LE(next->seconds - tick->seconds, 5'400) << hourly.text_of(*tick);
      tick = next;
    }
  }
}

/// The zones that differ since 1970, from the system's database.
std::vector<std::string> zones() {
  std::ifstream file("/usr/share/zoneinfo/zone1970.tab");
  std::vector<std::string> found;
  for (std::string line; std::getline(file, line);) {
    const auto columns = base::split(line, '\t');
    if (!line.starts_with('#') && columns.size() >= 3) found.emplace_back(columns[2]);
  }
  return found;
}

/// A cron expression with times about this hour, where the clocks are set.
std::string cron_about(std::mt19937_64& random, int64_t hour) {
  const auto of = [&](int64_t shift) { return ((hour + shift) % 24 + 24) % 24; };
  const std::string minutes[] = {"*",    "0",       "30", "*/15", "*/20", "59", fmt::format("{}", random() % 60),
                                 "0,30", "15-45/10"};
  const int64_t low = std::min(of(-1), of(1)), high = std::max(of(-1), of(1));
  const std::string hours[] = {"*",
                               "*/2",
                               "*/3",
                               "*/12",
                               fmt::format("{}", of(0)),
                               fmt::format("{}", of(-1)),
                               fmt::format("{}", of(1)),
                               fmt::format("{},{}", of(0), of(1)),
                               fmt::format("{},{}", of(-1), of(0)),
                               fmt::format("{}-{}", low, high)};
  return fmt::format("{} {} * * *", minutes[random() % std::size(minutes)], hours[random() % std::size(hours)]);
}

/// The minutes of a span, looked at one by one.
struct Minutes {
  int64_t begin;
  std::vector<int64_t> local;  ///< what the clocks show
  std::vector<bool> tick;

  Minutes(const Cron& cron, const text::Zone& zone, int64_t from, int64_t until) : begin(from) {
    for (int64_t second = from; second < until; second += 60) {
      local.push_back(second + zone.offset_at(second));
      tick.push_back(matches(cron, zone, second));
    }
  }
  int64_t time(size_t i) const { return begin + static_cast<int64_t>(i) * 60; }
  int64_t offset(size_t i) const { return local[i] - time(i); }
  /// The next tick after this minute; the size if there is none.
  size_t behind(size_t i) const {
    for (++i; i < tick.size() && !tick[i]; ++i) {
    }
    return i;
  }
  /// TRIG-46 and TRIG-48, word by word; the size where it lies beyond the span.
  size_t next(size_t i) const {
    const size_t candidate = behind(i);
    if (candidate >= tick.size() || !tick[i] || offset(candidate) >= offset(i)) return candidate;
    const bool came_before = std::find(local.begin(), local.begin() + static_cast<std::ptrdiff_t>(candidate),
                                       local[candidate]) != local.begin() + static_cast<std::ptrdiff_t>(candidate);
    const size_t after = behind(candidate);
    return came_before && after - candidate >= 120 ? after : candidate;
  }
};

// TRIG-46 to TRIG-48: every change of the clocks of every zone in 20 years.
TEST(CronDates, AgreesWithBruteForceThroughEveryTransitionOfEveryZone) {
  constexpr int64_t hour = 3'600;
  const auto names = zones();
  ASSERT_GT(names.size(), 250u);
  std::mt19937_64 random(20'260'106);
  const int64_t begin = at("2010-01-01T00:00:00Z").seconds, end = at("2030-01-01T00:00:00Z").seconds;
  size_t transitions = 0, compared = 0;
  for (const std::string& name : names) {
    const auto zone = text::Zone::find(name);
    ASSERT_TRUE(zone.has_value()) << name;
    for (auto segment = zone->segment_at(begin); segment.end < end; segment = zone->segment_at(segment.end)) {
      const int64_t change = segment.end - segment.end % 60;
      ++transitions;
      const std::string expression = cron_about(random, (change + segment.offset) / hour % 24);
      const Cron cron = *parse_cron(expression, false);
      const CronDates dates(cron, *zone);
      const Minutes minutes(cron, *zone, change - 4 * hour, change + 7 * hour);
      for (size_t i = 60; i < 7 * 60; ++i) {
        const bool near = std::abs(minutes.time(i) - change) <= 60;
        if (!minutes.tick[i] && !near && i % 29 != 0) continue;
        if (minutes.tick[i] && !near && i % 5 != 0 && expression.starts_with("* ")) continue;  // each minute is one
        ++compared;
        const base::Instant from{.seconds = minutes.time(i), .nanos = 0};
        const auto next = dates.next(from);
        const size_t wanted = minutes.next(i);
        if (wanted < minutes.tick.size()) {
          ASSERT_TRUE(next && next->seconds == minutes.time(wanted))
              << name << " " << expression << " from " << dates.text_of(from);
        } else {
          ASSERT_TRUE(!next || next->seconds >= minutes.time(wanted))
              << name << " " << expression << " from " << dates.text_of(from);
        }
        size_t before = i;
        while (before > 0 && !minutes.tick[before - 1]) --before;
        const auto previous = dates.previous(from);
        if (before > 0) {
          ASSERT_TRUE(previous && previous->seconds == minutes.time(before - 1))
              << name << " " << expression << " before " << dates.text_of(from);
        } else {
          ASSERT_TRUE(!previous || previous->seconds < minutes.begin)
              << name << " " << expression << " before " << dates.text_of(from);
        }
      }
    }
  }
  EXPECT_GT(transitions, 2'000u);
  EXPECT_GT(compared, 100'000u);
}

// TRIG-49
TEST(CronDates, AnExpressionThatNeverMatchesHasNoDate) {
  auto never = must("0 0 30 2 *", "Europe/Paris");
  auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(never.next(at("2024-01-01T00:00:00Z")), std::nullopt);
  EXPECT_EQ(never.previous(at("2024-01-01T00:00:00Z")), std::nullopt);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
  auto centuries = must("0 0 29 2 *");
  EXPECT_EQ(centuries.text_of(*centuries.next(at("2096-02-29T00:00:00Z"))), "2104-02-29T00:00:00Z");
}

TEST(CronDates, TheEndsOfTime) {
  auto daily = must("0 0 * * *");
  EXPECT_EQ(daily.next({.seconds = INT64_MAX, .nanos = 999'999'999}), std::nullopt);
  EXPECT_EQ(daily.previous({.seconds = INT64_MIN + 1, .nanos = 0}), std::nullopt);
  EXPECT_EQ(daily.next(at("9999-12-31T00:00:00Z")), std::nullopt);
  EXPECT_EQ(daily.text_of(*daily.next({.seconds = -70'000'000'000, .nanos = 0})), "0001-01-01T00:00:00Z");
  EXPECT_EQ(daily.text_of(*daily.previous(at("1970-01-01T00:00:00.5Z"))), "1970-01-01T00:00:00Z");
  EXPECT_EQ(daily.text_of(*daily.previous(at("1970-01-01T00:00:00Z"))), "1969-12-31T00:00:00Z");
}

}  // namespace
}  // namespace gyr::model
