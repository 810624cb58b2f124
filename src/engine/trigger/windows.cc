#include "engine/trigger/windows.h"

#include <algorithm>

#include "syntax/time.h"

namespace gyr::engine {
namespace {

using plugin::TimeWindowType;

constexpr int64_t second_us = 1'000'000;
constexpr int64_t day_us = 86'400 * second_us;
/// A Monday, so that windows of seven days are weeks.
constexpr int64_t anchor_us = 4 * day_us;

int64_t floor_mod(int64_t a, int64_t b) {
  const int64_t rest = a % b;
  return rest < 0 ? rest + b : rest;
}

int64_t offset_us(const TimeOfDay& time, const text::Zone& zone, base::Instant moment) {
  return int64_t{time.offset ? *time.offset : zone.offset_at(moment.seconds)} * second_us;
}

base::Instant instant_of_local(const text::Zone& zone, int64_t local_us) {
  const int64_t in_second = floor_mod(local_us, second_us);
  const base::Instant whole{.seconds = zone.from_local((local_us - in_second) / second_us)};
  return whole + base::Duration::of_micros(in_second);
}

Window duration_window(const WindowRule& rule, base::Instant moment) {
  const int64_t length = std::max<int64_t>(1, rule.length.to_micros());
  const int64_t advance = rule.advance.to_micros();
  const int64_t local = moment.to_micros() + int64_t{rule.zone.offset_at(moment.seconds)} * second_us;
  int64_t start = 0;
  int64_t end = 0;
  if (length <= day_us) {
    const int64_t in_day = floor_mod(local - advance, day_us);
    const int64_t day = local - in_day;
    start = day + in_day / length * length;
    end = std::min(start + length, day + day_us);
  } else {
    start = local - floor_mod(local - advance - anchor_us, length);
    end = start + length;
  }
  return {start, instant_of_local(rule.zone, end)};
}

std::optional<Window> daily_window(const WindowRule& rule, base::Instant moment) {
  const int64_t from_offset = offset_us(rule.from, rule.zone, moment);
  const int64_t to_offset = offset_us(rule.to, rule.zone, moment);
  const int64_t length = floor_mod((rule.to.micros - to_offset) - (rule.from.micros - from_offset), day_us);
  const int64_t local = moment.to_micros() + from_offset;
  const int64_t in_window = floor_mod(local - rule.from.micros, day_us);
  if (in_window >= length) return std::nullopt;
  const int64_t start = local - in_window;
  if (rule.from.offset) return Window{start, base::Instant::of_micros(start + length - from_offset)};
  return Window{start, instant_of_local(rule.zone, start + length)};
}

}  // namespace

base::Result<TimeOfDay> parse_time_of_day(std::string_view text) {
  TimeOfDay time;
  const size_t offset = text.find_first_of("Z+-");
  if (offset != std::string_view::npos) {
    GYR_TRY(auto zone, text::Zone::find(text.substr(offset)));
    time.offset = zone.offset_at(0);
  }
  GYR_TRY(const int64_t nanos, syntax::parse_local_time(text.substr(0, offset)));
  time.micros = nanos / 1'000;
  return time;
}

WindowRule window_rule(const plugin::TimeWindow& window, const text::Zone& zone) {
  const auto time_of = [](const std::string& text) {
    return text.empty() ? TimeOfDay{} : parse_time_of_day(text).value_or(TimeOfDay{});
  };
  WindowRule rule;
  rule.type = window.type;
  rule.length = window.window.value_or(rule.length);
  rule.advance = window.window_advance.value_or(base::Duration{});
  rule.zone = zone;
  if (window.type == TimeWindowType::daily_time_window) {
    rule.from = time_of(window.start_time);
    rule.to = time_of(window.end_time);
  } else if (window.type == TimeWindowType::daily_time_deadline) {
    rule.to = time_of(window.deadline);
    rule.from.offset = rule.to.offset;
  }
  return rule;
}

std::optional<Window> window_at(const WindowRule& rule, base::Instant moment) {
  switch (rule.type) {
    case TimeWindowType::duration_window: return duration_window(rule, moment);
    case TimeWindowType::sliding_window: return Window{0, moment + rule.length};
    case TimeWindowType::daily_time_deadline:
    case TimeWindowType::daily_time_window: return daily_window(rule, moment);
  }
  return std::nullopt;
}

}  // namespace gyr::engine
