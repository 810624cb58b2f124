#include "plugins/core/condition/dates.h"

#include <fmt/format.h>

#include "syntax/excerpt.h"
#include "syntax/time.h"
#include "text/moment.h"

namespace gyr::model {

std::span<const std::pair<std::string_view, plugins::core::DayOfWeek>> EnumNames<plugins::core::DayOfWeek>::names() {
  static constexpr std::pair<std::string_view, plugins::core::DayOfWeek> all[] = {
      {"MONDAY", plugins::core::DayOfWeek::monday},       {"TUESDAY", plugins::core::DayOfWeek::tuesday},
      {"WEDNESDAY", plugins::core::DayOfWeek::wednesday}, {"THURSDAY", plugins::core::DayOfWeek::thursday},
      {"FRIDAY", plugins::core::DayOfWeek::friday},       {"SATURDAY", plugins::core::DayOfWeek::saturday},
      {"SUNDAY", plugins::core::DayOfWeek::sunday}};
  return all;
}

}  // namespace gyr::model

namespace gyr::plugins::core {

namespace {

constexpr int64_t seconds_of_day = 86'400;

}  // namespace

base::Instant ConditionDate::instant() const {
  return {.seconds = local_day * seconds_of_day + local_second - offset.value_or(0), .nanos = nanos};
}

bool ConditionDate::is(DayOfWeek weekday) const {
  return text::iso_day_of_week(local_day) == static_cast<uint32_t>(weekday) + 1;
}

model::PropertyOptions date_options() {
  return {.title = "Date to test", .default_value = base::Value::string("{{ trigger.date }}")};
}

std::optional<ConditionDate> parse_date(std::string_view text, bool may_be_a_day,
                                        plugin::ConditionEvaluation& evaluation) {
  if (may_be_a_day) {
    if (auto day = syntax::parse_local_date(text)) return ConditionDate{.local_day = *day};
  }
  auto parsed = syntax::parse_date_time(text);
  if (!parsed || !parsed->offset_seconds) {
    evaluation.fail(fmt::format("'{}' is not a date-time with an offset such as 2024-06-03T09:00:00+02:00{}",
                                syntax::excerpt(text), may_be_a_day ? " or a date such as 2024-06-03" : ""));
    return std::nullopt;
  }
  const int64_t day =
      parsed->seconds >= 0 ? parsed->seconds / seconds_of_day : (parsed->seconds - seconds_of_day + 1) / seconds_of_day;
  return ConditionDate{day, parsed->seconds - day * seconds_of_day, parsed->nanos, parsed->offset_seconds};
}

std::optional<ConditionDate> date_of(const model::Dynamic<std::string>& property, bool may_be_a_day,
                                     plugin::ConditionEvaluation& evaluation) {
  auto text = evaluation.rendered(property);
  if (!text) {
    if (!evaluation.stopped()) evaluation.fail("the condition needs a date, but the event has none");
    return std::nullopt;
  }
  return parse_date(*text, may_be_a_day, evaluation);
}

bool is_of_the_tick(const model::DynamicSource& date) {
  return date.is_set() && date.source().is_string() && date.source().text() == "{{ trigger.date }}";
}

bool is_constant(const model::DynamicSource& property) {
  return !property.is_set() || property.value_template().is_constant();
}

}  // namespace gyr::plugins::core
