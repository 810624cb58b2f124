// io.kestra.plugin.core.condition.DayWeek (TRIG-162)
#include "plugins/core/condition/condition.h"
#include "plugins/core/condition/dates.h"

namespace gyr::plugins::core {
namespace {

/// The date is that day of the week (TRIG-162).
struct DayWeekCondition {
  model::Dynamic<std::string> date;
  model::Dynamic<DayOfWeek> day_of_week;
  Truth holds(plugin::ConditionEvaluation& evaluation) const;
  bool is_about_days() const;
};

Truth DayWeekCondition::holds(plugin::ConditionEvaluation& evaluation) const {
  auto weekday = evaluation.rendered(day_of_week);
  auto date = date_of(this->date, true, evaluation);
  if (evaluation.stopped()) return std::nullopt;
  return weekday && date->is(*weekday);
}

bool DayWeekCondition::is_about_days() const { return is_of_the_tick(date) && is_constant(day_of_week); }

}  // namespace

plugin::ConditionType day_week_condition() {
  return core_condition<DayWeekCondition>("DayWeek")
      .title("Matches one day of the week")
      .on_schedule()
      .about_dates()
      .property("date", &DayWeekCondition::date, date_options())
      .property("dayOfWeek", &DayWeekCondition::day_of_week, {.title = "Day of the week", .required = true})
      .example("Matches Thursdays", "type: io.kestra.plugin.core.condition.DayWeek\ndayOfWeek: THURSDAY\n")
      .build();
}

}  // namespace gyr::plugins::core
