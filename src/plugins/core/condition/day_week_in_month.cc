// io.kestra.plugin.core.condition.DayWeekInMonth (TRIG-163)
#include "plugins/core/condition/condition.h"
#include "plugins/core/condition/dates.h"
#include "syntax/calendar.h"

namespace gyr::plugins::core {

enum class DayInMonth : uint8_t { first, last, second, third, fourth };

}  // namespace gyr::plugins::core

namespace gyr::model {

GYR_NAMED_ENUM(plugins::core::DayInMonth, "io.kestra.plugin.core.condition.DayWeekInMonth$DayInMonth");

std::span<const std::pair<std::string_view, plugins::core::DayInMonth>> EnumNames<plugins::core::DayInMonth>::names() {
  static constexpr std::pair<std::string_view, plugins::core::DayInMonth> all[] = {
      {"FIRST", plugins::core::DayInMonth::first},
      {"LAST", plugins::core::DayInMonth::last},
      {"SECOND", plugins::core::DayInMonth::second},
      {"THIRD", plugins::core::DayInMonth::third},
      {"FOURTH", plugins::core::DayInMonth::fourth}};
  return all;
}

}  // namespace gyr::model

namespace gyr::plugins::core {
namespace {

/// The date is the nth such weekday of its month (TRIG-163).
struct DayWeekInMonthCondition {
  model::Dynamic<std::string> date;
  model::Dynamic<DayOfWeek> day_of_week;
  model::Dynamic<DayInMonth> day_in_month;
  Truth holds(plugin::ConditionEvaluation& evaluation) const;
  bool is_about_days() const;
};

Truth DayWeekInMonthCondition::holds(plugin::ConditionEvaluation& evaluation) const {
  auto weekday = evaluation.rendered(day_of_week);
  auto position = evaluation.rendered(day_in_month);
  auto date = date_of(this->date, true, evaluation);
  if (evaluation.stopped()) return std::nullopt;
  if (!weekday || !position || !date->is(*weekday)) return false;
  auto civil = syntax::civil_from_days(date->local_day);
  switch (*position) {
    case DayInMonth::first: return civil.day <= 7;
    case DayInMonth::second: return civil.day > 7 && civil.day <= 14;
    case DayInMonth::third: return civil.day > 14 && civil.day <= 21;
    case DayInMonth::fourth: return civil.day > 21 && civil.day <= 28;
    case DayInMonth::last: return civil.day + 7 > syntax::days_in_month(civil.year, civil.month);
  }
  return false;
}

bool DayWeekInMonthCondition::is_about_days() const {
  return is_of_the_tick(date) && is_constant(day_of_week) && is_constant(day_in_month);
}

}  // namespace

plugin::ConditionType day_week_in_month_condition() {
  return core_condition<DayWeekInMonthCondition>("DayWeekInMonth")
      .title("Matches the first, second, third, fourth or last given weekday of a month")
      .on_schedule()
      .about_dates()
      .property("date", &DayWeekInMonthCondition::date, date_options())
      .property("dayOfWeek", &DayWeekInMonthCondition::day_of_week, {.title = "Day of the week", .required = true})
      .property("dayInMonth", &DayWeekInMonthCondition::day_in_month,
                {.title = "Position of the day in the month", .required = true})
      .example("Matches the first Monday of the month",
               "type: io.kestra.plugin.core.condition.DayWeekInMonth\ndayOfWeek: MONDAY\ndayInMonth: FIRST\n")
      .build();
}

}  // namespace gyr::plugins::core
