// io.kestra.plugin.core.condition.DateTimeBetween (TRIG-160)
#include "plugins/core/condition/condition.h"
#include "plugins/core/condition/dates.h"

namespace gyr::plugins::core {
namespace {

/// The date lies strictly after and/or before instants (TRIG-160).
struct DateTimeBetweenCondition {
  model::Dynamic<std::string> date;
  model::Dynamic<std::string> after;
  model::Dynamic<std::string> before;
  Truth holds(plugin::ConditionEvaluation& evaluation) const;
};

Truth DateTimeBetweenCondition::holds(plugin::ConditionEvaluation& evaluation) const {
  auto after = evaluation.rendered(this->after), before = evaluation.rendered(this->before);
  if (evaluation.stopped()) return std::nullopt;
  if (!after && !before) return evaluation.fail("Invalid condition with no before nor after");
  auto date = date_of(this->date, false, evaluation);
  auto from = after && date ? parse_date(*after, false, evaluation) : std::nullopt;
  auto until = before && date ? parse_date(*before, false, evaluation) : std::nullopt;
  if (evaluation.stopped()) return std::nullopt;
  return (!from || from->instant() < date->instant()) && (!until || date->instant() < until->instant());
}

}  // namespace

plugin::ConditionType date_time_between_condition() {
  return core_condition<DateTimeBetweenCondition>("DateTimeBetween")
      .title("Matches dates between two dates")
      .documentation("The date must be later than `after` and earlier than `before`. At least one of them is required.")
      .on_schedule()
      .about_dates()
      .property("date", &DateTimeBetweenCondition::date, date_options())
      .property("after", &DateTimeBetweenCondition::after,
                {.title = "Lower bound, with a UTC offset or a time zone", .shown_as = model::ValueType::date_time})
      .property("before", &DateTimeBetweenCondition::before,
                {.title = "Upper bound, with a UTC offset or a time zone", .shown_as = model::ValueType::date_time})
      .example("Matches dates in one year",
               "type: io.kestra.plugin.core.condition.DateTimeBetween\nafter: \"2024-01-01T00:00:00Z\"\nbefore: "
               "\"2025-01-01T00:00:00Z\"\n")
      .build();
}

}  // namespace gyr::plugins::core
