// io.kestra.plugin.core.condition.TimeBetween (TRIG-161)
#include <fmt/format.h>

#include "plugins/core/condition/condition.h"
#include "plugins/core/condition/dates.h"
#include "syntax/excerpt.h"
#include "syntax/time.h"

namespace gyr::plugins::core {
namespace {

/// The time of day lies strictly after and/or before times with offset (TRIG-161).
struct TimeBetweenCondition {
  model::Dynamic<std::string> date;
  model::Dynamic<std::string> after;
  model::Dynamic<std::string> before;
  Truth holds(plugin::ConditionEvaluation& evaluation) const;
};

/// Nanoseconds of the day of a time with offset, counted as if in UTC: the order of Java's OffsetTime.
std::optional<int64_t> time_of(const std::string& text, plugin::ConditionEvaluation& evaluation) {
  auto parsed = syntax::parse_date_time("1970-01-01T" + text);
  if (parsed && parsed->offset_seconds && parsed->zone.empty()) {
    return (parsed->seconds - *parsed->offset_seconds) * base::nanos_per_second + parsed->nanos;
  }
  evaluation.fail(fmt::format("'{}' is not a time with an offset such as 09:00:00+02:00", syntax::excerpt(text)));
  return std::nullopt;
}

Truth TimeBetweenCondition::holds(plugin::ConditionEvaluation& evaluation) const {
  auto after = evaluation.rendered(this->after), before = evaluation.rendered(this->before);
  if (evaluation.stopped()) return std::nullopt;
  if (!after && !before) return evaluation.fail("Invalid condition: no 'before' or 'after' value defined");
  auto date = date_of(this->date, false, evaluation);
  auto from = after && date ? time_of(*after, evaluation) : std::nullopt;
  auto until = before && date ? time_of(*before, evaluation) : std::nullopt;
  if (evaluation.stopped()) return std::nullopt;
  int64_t time = (date->local_second - *date->offset) * base::nanos_per_second + date->nanos;
  if (!from) return time < *until;
  if (!until) return time > *from;
  // Not in order: through midnight (TRIG-161).
  return *from < *until ? *from < time && time < *until : *from < time || time < *until;
}

}  // namespace

plugin::ConditionType time_between_condition() {
  return core_condition<TimeBetweenCondition>("TimeBetween")
      .title("Matches times between two times of day")
      .documentation(
          "The bounds have a UTC offset. If `after` is not earlier than `before`, the range includes midnight.")
      .on_schedule()
      .about_dates()
      .property("date", &TimeBetweenCondition::date, date_options())
      .property("after", &TimeBetweenCondition::after,
                {.title = "Lower bound, with a UTC offset", .shown_as = model::ValueType::time})
      .property("before", &TimeBetweenCondition::before,
                {.title = "Upper bound, with a UTC offset", .shown_as = model::ValueType::time})
      .example(
          "Matches working hours",
          "type: io.kestra.plugin.core.condition.TimeBetween\nafter: \"08:00:00+02:00\"\nbefore: \"18:00:00+02:00\"\n")
      .build();
}

}  // namespace gyr::plugins::core
