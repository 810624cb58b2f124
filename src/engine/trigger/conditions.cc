#include "engine/trigger/conditions.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "expression/dates/holidays.h"
#include "plugin_api/core_conditions.h"
#include "plugin_api/render.h"
#include "syntax/calendar.h"
#include "syntax/excerpt.h"
#include "syntax/time.h"
#include "text/moment.h"

namespace gyr::engine {
namespace {

using base::Value;
using expression::Outcome;
using model::ConditionSpec;

constexpr int64_t seconds_of_day = 86'400;

/// Root names with `trigger.outputs` in front of the caller's (TRIG-173).
class WithOutputs final : public expression::Context {
 public:
  WithOutputs(const expression::Context& names, Value outputs)
      : names_(names), trigger_(Value::map({{"outputs", std::move(outputs)}})) {}
  expression::Lookup root(std::string_view name) const override {
    return name == "trigger" ? expression::Lookup::of(trigger_) : names_.root(name);
  }
  std::vector<std::string> root_names() const override {
    auto names = names_.root_names();
    if (std::find(names.begin(), names.end(), "trigger") == names.end()) names.emplace_back("trigger");
    return names;
  }

 private:
  const expression::Context& names_;
  Value trigger_;
};

/// A date as an author or a trigger wrote it: the day on its own clocks, and the moment where it has an offset.
struct JudgedDate {
  int64_t local_day = 0;
  int64_t local_second = 0;  ///< of the day
  uint32_t nanos = 0;
  std::optional<int32_t> offset;  ///< none: a date alone
  base::Instant instant() const {
    return {.seconds = local_day * seconds_of_day + local_second - offset.value_or(0), .nanos = nanos};
  }
};

/// Evaluates one condition. If a rendering stopped, `stopped` contains the error or the need.
class Judge {
 public:
  explicit Judge(const ConditionSubject& subject) : subject_(subject) {}

  Outcome judge(const ConditionSpec& condition) {
    auto truth = truth_of(condition);
    if (stopped_) return std::move(*stopped_);
    return Value::boolean(truth.value_or(false));
  }

 private:
  using Truth = std::optional<bool>;  // nothing: stopped

  Truth stop(Outcome why) {
    if (!stopped_) stopped_ = std::move(why);
    return std::nullopt;
  }
  Truth fail(std::string message) { return stop(base::Error(unevaluable_condition, std::move(message))); }

  template <class T>
  std::optional<T> rendered(const model::Dynamic<T>& property, const expression::Context& names) {
    constexpr bool typed = plugin::detail::Convert<T>::typed;
    const auto& source = property.value_template();
    Outcome outcome =
        typed ? source.render_typed(names, subject_.environment) : source.render(names, subject_.environment);
    if (!outcome.ok()) {
      stop(std::move(outcome));
      return std::nullopt;
    }
    auto converted = plugin::detail::Convert<T>::from(outcome.value());
    if (!converted) stop(converted.error());
    return converted ? *converted : std::nullopt;
  }
  template <class T>
  std::optional<T> rendered(const model::Dynamic<T>& property) {
    return property.is_set() ? rendered(property, subject_.names) : std::nullopt;
  }
  bool stopped() const { return stopped_.has_value(); }

  // ---- dates

  std::optional<JudgedDate> parse_date(std::string_view text, bool may_be_a_day) {
    if (may_be_a_day) {
      if (auto day = syntax::parse_local_date(text)) return JudgedDate{.local_day = *day};
    }
    auto parsed = syntax::parse_date_time(text);
    if (!parsed || !parsed->offset_seconds) {
      fail(fmt::format("'{}' is not a date-time with an offset such as 2024-06-03T09:00:00+02:00{}",
                       syntax::excerpt(text), may_be_a_day ? " or a date such as 2024-06-03" : ""));
      return std::nullopt;
    }
    int64_t day = parsed->seconds >= 0 ? parsed->seconds / seconds_of_day
                                       : (parsed->seconds - seconds_of_day + 1) / seconds_of_day;
    return JudgedDate{day, parsed->seconds - day * seconds_of_day, parsed->nanos, parsed->offset_seconds};
  }

  std::optional<JudgedDate> date_of(const model::Dynamic<std::string>& property, bool may_be_a_day) {
    auto text = rendered(property);
    if (!text) {
      if (!stopped()) fail("the condition needs a date, but the event has none");
      return std::nullopt;
    }
    return parse_date(*text, may_be_a_day);
  }

  Truth truth(const plugin::DateTimeBetweenCondition& condition) {
    auto after = rendered(condition.after), before = rendered(condition.before);
    if (stopped()) return std::nullopt;
    if (!after && !before) return fail("Invalid condition with no before nor after");
    auto date = date_of(condition.date, false);
    auto from = after && date ? parse_date(*after, false) : std::nullopt;
    auto until = before && date ? parse_date(*before, false) : std::nullopt;
    if (stopped()) return std::nullopt;
    return (!from || from->instant() < date->instant()) && (!until || date->instant() < until->instant());
  }

  /// Nanoseconds of the day of a time with offset, counted as if in UTC: the order of Java's OffsetTime.
  std::optional<int64_t> time_of(const std::string& text) {
    auto parsed = syntax::parse_date_time("1970-01-01T" + text);
    if (parsed && parsed->offset_seconds && parsed->zone.empty()) {
      return (parsed->seconds - *parsed->offset_seconds) * base::nanos_per_second + parsed->nanos;
    }
    fail(fmt::format("'{}' is not a time with an offset such as 09:00:00+02:00", syntax::excerpt(text)));
    return std::nullopt;
  }

  Truth truth(const plugin::TimeBetweenCondition& condition) {
    auto after = rendered(condition.after), before = rendered(condition.before);
    if (stopped()) return std::nullopt;
    if (!after && !before) return fail("Invalid condition: no 'before' or 'after' value defined");
    auto date = date_of(condition.date, false);
    auto from = after && date ? time_of(*after) : std::nullopt;
    auto until = before && date ? time_of(*before) : std::nullopt;
    if (stopped()) return std::nullopt;
    int64_t time = (date->local_second - *date->offset) * base::nanos_per_second + date->nanos;
    if (!from) return time < *until;
    if (!until) return time > *from;
    // Not in order: through midnight (TRIG-161).
    return *from < *until ? *from < time && time < *until : *from < time || time < *until;
  }

  Truth truth(const plugin::DayWeekCondition& condition) {
    auto weekday = rendered(condition.day_of_week);
    auto date = date_of(condition.date, true);
    if (stopped()) return std::nullopt;
    return weekday && is_weekday(*date, *weekday);
  }

  static bool is_weekday(const JudgedDate& date, plugin::DayOfWeek weekday) {
    return text::iso_day_of_week(date.local_day) == static_cast<uint32_t>(weekday) + 1;
  }

  Truth truth(const plugin::DayWeekInMonthCondition& condition) {
    auto weekday = rendered(condition.day_of_week);
    auto position = rendered(condition.day_in_month);
    auto date = date_of(condition.date, true);
    if (stopped()) return std::nullopt;
    if (!weekday || !position || !is_weekday(*date, *weekday)) return false;
    auto civil = syntax::civil_from_days(date->local_day);
    switch (*position) {
      case plugin::DayInMonth::first: return civil.day <= 7;
      case plugin::DayInMonth::second: return civil.day > 7 && civil.day <= 14;
      case plugin::DayInMonth::third: return civil.day > 14 && civil.day <= 21;
      case plugin::DayInMonth::fourth: return civil.day > 21 && civil.day <= 28;
      case plugin::DayInMonth::last: return civil.day + 7 > syntax::days_in_month(civil.year, civil.month);
    }
    return false;
  }

  Truth truth(const plugin::WeekendCondition& condition) {
    auto date = date_of(condition.date, true);
    if (stopped()) return std::nullopt;
    return text::iso_day_of_week(date->local_day) >= 6;
  }

  Truth truth(const plugin::PublicHolidayCondition& condition) {
    auto country = rendered(condition.country), subdivision = rendered(condition.sub_division);
    auto date = date_of(condition.date, true);
    if (stopped()) return std::nullopt;
    std::string where = country.value_or(subject_.country);
    if (where.empty()) return fail("set `country`: the locale of the server has no country");
    auto is_holiday = expression::is_public_holiday(date->local_day, where, subdivision.value_or(""));
    // A part without its own calendar uses that of the country (TRIG-165).
    if (!is_holiday) is_holiday = expression::is_public_holiday(date->local_day, where);
    if (!is_holiday)
      return fail(fmt::format("there is no calendar of holidays for the country '{}'", syntax::excerpt(where)));
    return *is_holiday;
  }

  // ---- any event

  Truth truth(const plugin::ExpressionCondition& condition) {
    auto outcome = condition.expression.value_template().render(subject_.names, subject_.environment);
    if (!outcome.ok()) return stop(std::move(outcome));
    return expression::holds_as_expression(outcome.value());
  }

  /// Whether one of them holds, tested in order up to the first.
  Truth any_of(const std::vector<ConditionSpec>& conditions) {
    for (const ConditionSpec& part : conditions) {
      Truth found = truth_of(part);
      if (!found) return std::nullopt;
      if (*found) return true;
    }
    return false;
  }
  Truth truth(const plugin::NotCondition& condition) {
    Truth any = any_of(condition.conditions);
    return any ? Truth(!*any) : std::nullopt;
  }
  Truth truth(const plugin::OrCondition& condition) { return any_of(condition.conditions); }

  // ---- executions

  const model::Execution* observed() {
    if (subject_.observed.execution == nullptr) fail("Invalid condition with null execution");
    return subject_.observed.execution;
  }

  Truth truth(const plugin::ExecutionFlowCondition& condition) {
    const model::Execution* execution = observed();
    if (execution == nullptr) return std::nullopt;
    auto namespace_ = rendered(condition.namespace_), flow = rendered(condition.flow_id);
    if (stopped()) return std::nullopt;
    return namespace_ == execution->flow->namespace_ && flow == execution->flow->id;
  }

  Truth truth(const plugin::ExecutionNamespaceCondition& condition) {
    const model::Execution* execution = observed();
    if (execution == nullptr) return std::nullopt;
    auto namespace_ = rendered(condition.namespace_);
    auto comparison = rendered(condition.comparison);
    auto prefix = rendered(condition.prefix);
    if (stopped()) return std::nullopt;
    const std::string& own = execution->flow->namespace_;
    auto unset = prefix.value_or(false) ? plugin::NamespaceComparison::prefix : plugin::NamespaceComparison::equals;
    switch (comparison.value_or(unset)) {
      case plugin::NamespaceComparison::prefix: return own.starts_with(namespace_.value_or(""));
      case plugin::NamespaceComparison::suffix: return own.ends_with(namespace_.value_or(""));
      case plugin::NamespaceComparison::equals: return namespace_ == own;
    }
    return false;
  }

  static bool is_in(const std::vector<model::State>& states, model::State state) {
    return std::find(states.begin(), states.end(), state) != states.end();
  }

  Truth truth(const plugin::ExecutionStatusCondition& condition) {
    const model::Execution* execution = observed();
    if (execution == nullptr) return std::nullopt;
    auto in = rendered(condition.in), not_in = rendered(condition.not_in);
    if (stopped()) return std::nullopt;
    model::State state = execution->state.current();
    return (!in || in->empty() || is_in(*in, state)) && (!not_in || !is_in(*not_in, state));
  }

  Truth truth(const plugin::ExecutionLabelsCondition& condition) {
    const model::Execution* execution = observed();
    if (execution == nullptr) return std::nullopt;
    return std::all_of(condition.labels.begin(), condition.labels.end(), [&](const model::Label& wanted) {
      return std::find(execution->labels.begin(), execution->labels.end(), wanted) != execution->labels.end();
    });
  }

  Truth truth(const plugin::ExecutionOutputsCondition& condition) {
    const model::Execution* execution = observed();
    if (execution == nullptr) return std::nullopt;
    if (execution->outputs.size() == 0) return false;
    WithOutputs names(subject_.names, execution->outputs);
    auto value = rendered(condition.expression, names);
    if (!value && !stopped()) return fail("the expression returned an empty value, expected true or false");
    return value;
  }

  Truth truth(const plugin::HasRetryAttemptCondition& condition) {
    if (observed() == nullptr) return std::nullopt;
    auto in = rendered(condition.in), not_in = rendered(condition.not_in);
    if (stopped()) return std::nullopt;
    for (const model::TaskRun* run : subject_.observed.task_runs) {
      if (run->attempts.size() < 2) continue;
      for (const model::Attempt& attempt : run->attempts) {
        model::State state = attempt.state.current();
        if ((!in || in->empty() || is_in(*in, state)) && (!not_in || !is_in(*not_in, state))) return true;
      }
    }
    return false;
  }

  Truth truth(const plugin::FlowCondition& condition) {
    if (subject_.listener == nullptr) return fail("the condition needs a listening flow");
    return subject_.listener->namespace_ == condition.namespace_ && subject_.listener->id == condition.flow_id;
  }

  Truth truth(const plugin::FlowNamespaceCondition& condition) {
    if (subject_.listener == nullptr) return fail("the condition needs a listening flow");
    const std::string& own = subject_.listener->namespace_;
    return condition.prefix ? own.starts_with(condition.namespace_) : own == condition.namespace_;
  }

  Truth truth_of(const ConditionSpec& condition);
  template <class T>
  static Truth judge_as(Judge& judge, const ConditionSpec& condition) {
    return judge.truth(condition.properties<T>());
  }

  const ConditionSubject& subject_;
  std::optional<Outcome> stopped_;
};

Judge::Truth Judge::truth_of(const ConditionSpec& condition) {
  using namespace plugin;
  struct Row {
    std::string_view name;
    Truth (*judge)(Judge&, const ConditionSpec&);
  };
  static constexpr Row rows[] = {
      {"DateTimeBetween", &judge_as<DateTimeBetweenCondition>},
      {"TimeBetween", &judge_as<TimeBetweenCondition>},
      {"DayWeek", &judge_as<DayWeekCondition>},
      {"DayWeekInMonth", &judge_as<DayWeekInMonthCondition>},
      {"Weekend", &judge_as<WeekendCondition>},
      {"PublicHoliday", &judge_as<PublicHolidayCondition>},
      {"Expression", &judge_as<ExpressionCondition>},
      {"Not", &judge_as<NotCondition>},
      {"Or", &judge_as<OrCondition>},
      {"ExecutionFlow", &judge_as<ExecutionFlowCondition>},
      {"ExecutionNamespace", &judge_as<ExecutionNamespaceCondition>},
      {"ExecutionStatus", &judge_as<ExecutionStatusCondition>},
      {"ExecutionLabels", &judge_as<ExecutionLabelsCondition>},
      {"ExecutionOutputs", &judge_as<ExecutionOutputsCondition>},
      {"HasRetryAttempt", &judge_as<HasRetryAttemptCondition>},
      {"FlowCondition", &judge_as<FlowCondition>},
      {"FlowNamespaceCondition", &judge_as<FlowNamespaceCondition>},
  };
  constexpr std::string_view family = "io.kestra.plugin.core.condition.";
  std::string_view name = condition.type;
  if (name.starts_with(family)) name.remove_prefix(family.size());
  for (const Row& row : rows) {
    if (row.name == name) return row.judge(*this, condition);
  }
  return fail(fmt::format("a condition of type {} cannot be evaluated on a single event", condition.type));
}

/// The conditions inside of a Not or an Or; empty for all others.
std::span<const ConditionSpec> parts_of(const ConditionSpec& condition) {
  if (condition.is("io.kestra.plugin.core.condition.Not"))
    return condition.properties<plugin::NotCondition>().conditions;
  if (condition.is("io.kestra.plugin.core.condition.Or")) return condition.properties<plugin::OrCondition>().conditions;
  return {};
}

}  // namespace

Outcome holds(const ConditionSpec& condition, const ConditionSubject& subject) {
  return Judge(subject).judge(condition);
}

Outcome all_hold(const std::vector<ConditionSpec>& conditions, const ConditionSubject& subject) {
  for (const ConditionSpec& condition : conditions) {
    Outcome outcome = holds(condition, subject);
    if (!outcome.ok() || !outcome.value().as_boolean()) return outcome;
  }
  return Value::boolean(true);
}

bool reads_task_runs(const ConditionSpec& condition) {
  if (condition.is("io.kestra.plugin.core.condition.HasRetryAttempt")) return true;
  return std::ranges::any_of(parts_of(condition), reads_task_runs);
}

bool is_about_dates(const ConditionSpec& condition) {
  constexpr std::string_view names[] = {"DateTimeBetween", "TimeBetween",   "DayWeek", "DayWeekInMonth",
                                        "Weekend",         "PublicHoliday", "Not",     "Or"};
  return std::ranges::any_of(names, [&](std::string_view name) {
    return condition.is(fmt::format("io.kestra.plugin.core.condition.{}", name));
  });
}

}  // namespace gyr::engine
