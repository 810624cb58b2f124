// io.kestra.plugin.core.condition.PublicHoliday (TRIG-165)
#include <fmt/format.h>

#include "expression/dates/holidays.h"
#include "plugins/core/condition/condition.h"
#include "plugins/core/condition/dates.h"
#include "syntax/excerpt.h"

namespace gyr::plugins::core {
namespace {

/// The date is a public holiday of the country or its part (TRIG-165).
struct PublicHolidayCondition {
  model::Dynamic<std::string> date;
  model::Dynamic<std::string> country;
  model::Dynamic<std::string> sub_division;
  Truth holds(plugin::ConditionEvaluation& evaluation) const;
  bool is_about_days() const;
};

Truth PublicHolidayCondition::holds(plugin::ConditionEvaluation& evaluation) const {
  auto country = evaluation.rendered(this->country), subdivision = evaluation.rendered(sub_division);
  auto date = date_of(this->date, true, evaluation);
  if (evaluation.stopped()) return std::nullopt;
  std::string where = country.value_or(evaluation.subject().country);
  if (where.empty()) return evaluation.fail("set `country`: the locale of the server has no country");
  auto is_holiday = expression::is_public_holiday(date->local_day, where, subdivision.value_or(""));
  // A part without its own calendar uses that of the country (TRIG-165).
  if (!is_holiday) is_holiday = expression::is_public_holiday(date->local_day, where);
  if (!is_holiday)
    return evaluation.fail(
        fmt::format("no calendar of holidays is available for the country '{}'", syntax::excerpt(where)));
  return *is_holiday;
}

bool PublicHolidayCondition::is_about_days() const {
  return is_of_the_tick(date) && is_constant(country) && is_constant(sub_division);
}

}  // namespace

plugin::ConditionType public_holiday_condition() {
  return core_condition<PublicHolidayCondition>("PublicHoliday")
      .title("Matches public holidays")
      .on_schedule()
      .about_dates()
      .property("date", &PublicHolidayCondition::date, date_options())
      .property("country", &PublicHolidayCondition::country, {.title = "Country, as an ISO 3166-1 code"})
      .property("subDivision", &PublicHolidayCondition::sub_division,
                {.title = "Subdivision of the country, as an ISO 3166-2 code"})
      .example("Matches French holidays", "type: io.kestra.plugin.core.condition.PublicHoliday\ncountry: FR\n")
      .build();
}

}  // namespace gyr::plugins::core
