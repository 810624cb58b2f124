// io.kestra.plugin.core.condition.Weekend (TRIG-164)
#include "plugins/core/condition/condition.h"
#include "plugins/core/condition/dates.h"
#include "text/moment.h"

namespace gyr::plugins::core {
namespace {

/// The date is a Saturday or Sunday (TRIG-164).
struct WeekendCondition {
  model::Dynamic<std::string> date;
  Truth holds(plugin::ConditionEvaluation& evaluation) const;
  bool is_about_days() const;
};

Truth WeekendCondition::holds(plugin::ConditionEvaluation& evaluation) const {
  auto date = date_of(this->date, true, evaluation);
  if (evaluation.stopped()) return std::nullopt;
  return text::iso_day_of_week(date->local_day) >= 6;
}

bool WeekendCondition::is_about_days() const { return is_of_the_tick(date); }

}  // namespace

plugin::ConditionType weekend_condition() {
  return core_condition<WeekendCondition>("Weekend")
      .title("Matches Saturdays and Sundays")
      .on_schedule()
      .about_dates()
      .property("date", &WeekendCondition::date, date_options())
      .example("Matches weekends", "type: io.kestra.plugin.core.condition.Weekend\n")
      .build();
}

}  // namespace gyr::plugins::core
