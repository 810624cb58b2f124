#include "plugin_api/core_conditions.h"

#include "model/errors.h"
#include "model/labels.h"
#include "model/regex.h"
#include "plugin_api/registry.h"

namespace gyr::model {

using namespace plugin;  // NOLINT(google-build-using-namespace): names of enumerators in the tables below

std::span<const std::pair<std::string_view, DayOfWeek>> EnumNames<DayOfWeek>::names() {
  static constexpr std::pair<std::string_view, DayOfWeek> all[] = {
      {"MONDAY", DayOfWeek::monday},     {"TUESDAY", DayOfWeek::tuesday}, {"WEDNESDAY", DayOfWeek::wednesday},
      {"THURSDAY", DayOfWeek::thursday}, {"FRIDAY", DayOfWeek::friday},   {"SATURDAY", DayOfWeek::saturday},
      {"SUNDAY", DayOfWeek::sunday}};
  return all;
}

std::span<const std::pair<std::string_view, DayInMonth>> EnumNames<DayInMonth>::names() {
  static constexpr std::pair<std::string_view, DayInMonth> all[] = {{"FIRST", DayInMonth::first},
                                                                    {"LAST", DayInMonth::last},
                                                                    {"SECOND", DayInMonth::second},
                                                                    {"THIRD", DayInMonth::third},
                                                                    {"FOURTH", DayInMonth::fourth}};
  return all;
}

std::span<const std::pair<std::string_view, NamespaceComparison>> EnumNames<NamespaceComparison>::names() {
  static constexpr std::pair<std::string_view, NamespaceComparison> all[] = {{"EQUALS", NamespaceComparison::equals},
                                                                             {"PREFIX", NamespaceComparison::prefix},
                                                                             {"SUFFIX", NamespaceComparison::suffix}};
  return all;
}

std::span<const std::pair<std::string_view, TimeWindowType>> EnumNames<TimeWindowType>::names() {
  static constexpr std::pair<std::string_view, TimeWindowType> all[] = {
      {"DAILY_TIME_DEADLINE", TimeWindowType::daily_time_deadline},
      {"DAILY_TIME_WINDOW", TimeWindowType::daily_time_window},
      {"DURATION_WINDOW", TimeWindowType::duration_window},
      {"SLIDING_WINDOW", TimeWindowType::sliding_window}};
  return all;
}

}  // namespace gyr::model

namespace gyr::plugin {

using base::Value;
using model::BindContext;
using model::PropertyOptions;
using syntax::NodePtr;

// ---- time windows

namespace {

/// `09:00`, `09:00:00.000`, `09:00:00Z`, `09:00+01:00` (TRIG-134).
bool is_time_of_day(std::string_view text) {
  static const auto pattern =
      model::Regex::compile("([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,9})?)?(Z|[+-]\\d{2}:?\\d{2}(:\\d{2})?)?");
  return (*pattern)->matches(text) == true;
}

/// Tells which parts a type of window has, must have, and may not have.
class TimeWindowCheck {
 public:
  TimeWindowCheck(const TimeWindow& window, const NodePtr& node, BindContext& context)
      : window_(window), node_(node), context_(context) {}

  void run() {
    const std::string& deadline = window_.deadline;
    switch (window_.type) {
      case TimeWindowType::daily_time_deadline:
        refuse(window_.window.has_value(), "window", "a window");
        refuse(window_.window_advance.has_value(), "windowAdvance", "a window advance");
        refuse(!window_.start_time.empty(), "startTime", "a start time");
        refuse(!window_.end_time.empty(), "endTime", "an end time");
        need(!deadline.empty(), "a deadline");
        break;
      case TimeWindowType::daily_time_window:
        refuse(window_.window.has_value(), "window", "a window");
        refuse(window_.window_advance.has_value(), "windowAdvance", "a window advance");
        refuse(!deadline.empty(), "deadline", "a deadline");
        need(!window_.start_time.empty(), "a start time");
        need(!window_.end_time.empty(), "an end time");
        break;
      case TimeWindowType::duration_window:
      case TimeWindowType::sliding_window:
        refuse(!deadline.empty(), "deadline", "a deadline");
        refuse(!window_.start_time.empty(), "startTime", "a start time");
        refuse(!window_.end_time.empty(), "endTime", "an end time");
        refuse(window_.type == TimeWindowType::sliding_window && window_.window_advance, "windowAdvance",
               "a window advance");
        break;
    }
    check_time_of_day("startTime", window_.start_time, node_, context_);
    check_time_of_day("endTime", window_.end_time, node_, context_);
    check_time_of_day("deadline", deadline, node_, context_);
  }

 private:
  std::string_view type_name() const {
    return model::EnumNames<TimeWindowType>::names()[static_cast<size_t>(window_.type)].first;
  }
  void refuse(bool given, std::string_view property, std::string_view what) {
    if (!given) return;
    context_.report(model::wrong_trigger, fmt::format("Time window of type `{}` cannot have {}.", type_name(), what),
                    node_->find_shared(property));
  }
  void need(bool given, std::string_view what) {
    if (given) return;
    context_.report(model::wrong_trigger, fmt::format("Time window of type `{}` must have {}.", type_name(), what),
                    node_);
  }
  const TimeWindow& window_;
  const NodePtr& node_;
  BindContext& context_;
};

}  // namespace

void check_time_of_day(std::string_view property, std::string_view text, const NodePtr& owner, BindContext& context) {
  if (text.empty() || is_time_of_day(text)) return;
  BindContext::Scope scope(context, property);
  syntax::Diagnostic& found = context.report(
      model::wrong_kind, fmt::format("Cannot deserialize value of type `java.time.LocalTime` from String \"{}\"", text),
      owner->find_shared(property));
  found.own_words = fmt::format("\"{}\" is not a time of day such as 09:00:00", text);
  found.label = "expected a time of day such as 09:00:00";
}

const model::Schema& TimeWindow::schema() {
  static const model::Schema schema =
      model::describe<TimeWindow>("io.kestra.core.models.triggers.TimeWindow")
          .property("type", &TimeWindow::type,
                    {.title = "Type of the window", .default_value = Value::string("DURATION_WINDOW")})
          .property("window", &TimeWindow::window, {.title = "Length of the window"})
          .property("windowAdvance", &TimeWindow::window_advance, {.title = "Offset of the windows from midnight"})
          .property("startTime", &TimeWindow::start_time,
                    {.title = "Start of the daily window", .shown_as = model::ValueType::time})
          .property("endTime", &TimeWindow::end_time,
                    {.title = "End of the daily window", .shown_as = model::ValueType::time})
          .property("deadline", &TimeWindow::deadline,
                    {.title = "End of the window, which starts at midnight", .shown_as = model::ValueType::time})
          .check([](const TimeWindow& window, const NodePtr& node, BindContext& context) {
            TimeWindowCheck(window, node, context).run();
          })
          .build();
  return schema;
}

// ---- conditions on dates

namespace {

constexpr std::string_view package = "io.kestra.plugin.core.condition.";

template <class T>
ConditionTypeBuilder<T> core(std::string_view name) {
  return condition_type<T>(fmt::format("{}{}", package, name));
}

PropertyOptions date_options() {
  return {.title = "Date to test", .default_value = Value::string("{{ trigger.date }}")};
}

}  // namespace

ConditionType DateTimeBetweenCondition::describe() {
  return core<DateTimeBetweenCondition>("DateTimeBetween")
      .title("Matches dates between two dates")
      .documentation("The date must be later than `after` and earlier than `before`. At least one of them is required.")
      .on_schedule()
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

ConditionType TimeBetweenCondition::describe() {
  return core<TimeBetweenCondition>("TimeBetween")
      .title("Matches times between two times of day")
      .documentation(
          "The bounds have a UTC offset. If `after` is not earlier than `before`, the range includes midnight.")
      .on_schedule()
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

ConditionType DayWeekCondition::describe() {
  return core<DayWeekCondition>("DayWeek")
      .title("Matches one day of the week")
      .on_schedule()
      .property("date", &DayWeekCondition::date, date_options())
      .property("dayOfWeek", &DayWeekCondition::day_of_week, {.title = "Day of the week", .required = true})
      .example("Matches Thursdays", "type: io.kestra.plugin.core.condition.DayWeek\ndayOfWeek: THURSDAY\n")
      .build();
}

ConditionType DayWeekInMonthCondition::describe() {
  return core<DayWeekInMonthCondition>("DayWeekInMonth")
      .title("Matches the first, second, third, fourth or last given weekday of a month")
      .on_schedule()
      .property("date", &DayWeekInMonthCondition::date, date_options())
      .property("dayOfWeek", &DayWeekInMonthCondition::day_of_week, {.title = "Day of the week", .required = true})
      .property("dayInMonth", &DayWeekInMonthCondition::day_in_month,
                {.title = "Position of the day in the month", .required = true})
      .example("Matches the first Monday of the month",
               "type: io.kestra.plugin.core.condition.DayWeekInMonth\ndayOfWeek: MONDAY\ndayInMonth: FIRST\n")
      .build();
}

ConditionType WeekendCondition::describe() {
  return core<WeekendCondition>("Weekend")
      .title("Matches Saturdays and Sundays")
      .on_schedule()
      .property("date", &WeekendCondition::date, date_options())
      .example("Matches weekends", "type: io.kestra.plugin.core.condition.Weekend\n")
      .build();
}

ConditionType PublicHolidayCondition::describe() {
  return core<PublicHolidayCondition>("PublicHoliday")
      .title("Matches public holidays")
      .on_schedule()
      .property("date", &PublicHolidayCondition::date, date_options())
      .property("country", &PublicHolidayCondition::country, {.title = "Country, as an ISO 3166-1 code"})
      .property("subDivision", &PublicHolidayCondition::sub_division,
                {.title = "Subdivision of the country, as an ISO 3166-2 code"})
      .example("Matches French holidays", "type: io.kestra.plugin.core.condition.PublicHoliday\ncountry: FR\n")
      .build();
}

// ---- conditions on anything

ConditionType ExpressionCondition::describe() {
  return core<ExpressionCondition>("Expression")
      .title("Matches if an expression is true")
      .documentation("An empty result, a blank string and `false` are false. Every other result is true.")
      .on_schedule()
      .on_execution()
      .property("expression", &ExpressionCondition::expression, {.title = "Expression to evaluate", .required = true})
      .example(
          "Tests the body of a webhook request",
          "type: io.kestra.plugin.core.condition.Expression\nexpression: \"{{ trigger.body.hello == 'world' }}\"\n")
      .build();
}

ConditionType NotCondition::describe() {
  return core<NotCondition>("Not")
      .title("Matches if none of its conditions matches")
      .on_schedule()
      .on_execution()
      .property("conditions", &NotCondition::conditions,
                {.title = "Conditions to evaluate", .required = true, .not_empty = true})
      .example(
          "Matches working days",
          "type: io.kestra.plugin.core.condition.Not\nconditions:\n  - type: io.kestra.plugin.core.condition.Weekend\n")
      .build();
}

ConditionType OrCondition::describe() {
  return core<OrCondition>("Or")
      .title("Matches if at least one of its conditions matches")
      .on_schedule()
      .on_execution()
      .property("conditions", &OrCondition::conditions,
                {.title = "Conditions to evaluate", .required = true, .not_empty = true})
      .example(
          "Matches two days of the week",
          "type: io.kestra.plugin.core.condition.Or\nconditions:\n  - type: io.kestra.plugin.core.condition.DayWeek\n  "
          "  dayOfWeek: MONDAY\n  - type: io.kestra.plugin.core.condition.DayWeek\n    dayOfWeek: FRIDAY\n")
      .build();
}

// ---- conditions on an upstream execution

ConditionType ExecutionFlowCondition::describe() {
  return core<ExecutionFlowCondition>("ExecutionFlow")
      .title("Matches executions of one flow")
      .on_execution()
      .property("namespace", &ExecutionFlowCondition::namespace_, {.title = "Namespace of the flow", .required = true})
      .property("flowId", &ExecutionFlowCondition::flow_id, {.title = "Id of the flow", .required = true})
      .example("Matches executions of one flow",
               "type: io.kestra.plugin.core.condition.ExecutionFlow\nnamespace: company.team\nflowId: upstream\n")
      .build();
}

ConditionType ExecutionNamespaceCondition::describe() {
  return core<ExecutionNamespaceCondition>("ExecutionNamespace")
      .title("Matches executions of a namespace")
      .on_execution()
      .property("namespace", &ExecutionNamespaceCondition::namespace_,
                {.title = "Namespace, or the prefix or suffix to compare with", .required = true})
      .property("comparison", &ExecutionNamespaceCondition::comparison, {.title = "Comparison of the namespace"})
      .property("prefix", &ExecutionNamespaceCondition::prefix,
                {.title = "Whether `namespace` is a prefix", .default_value = Value::boolean(false)})
      .example("Matches executions of a namespace and its child namespaces",
               "type: io.kestra.plugin.core.condition.ExecutionNamespace\nnamespace: company\ncomparison: PREFIX\n")
      .build();
}

ConditionType ExecutionStatusCondition::describe() {
  return core<ExecutionStatusCondition>("ExecutionStatus")
      .title("Matches executions in the given states")
      .on_execution()
      .property("in", &ExecutionStatusCondition::in, {.title = "States that match"})
      .property("notIn", &ExecutionStatusCondition::not_in, {.title = "States that do not match"})
      .example("Matches executions that ended with success or a warning",
               "type: io.kestra.plugin.core.condition.ExecutionStatus\nin: [SUCCESS, WARNING]\n")
      .build();
}

ConditionType ExecutionLabelsCondition::describe() {
  return core<ExecutionLabelsCondition>("ExecutionLabels")
      .title("Matches executions with the given labels")
      .on_execution()
      .property("labels", &ExecutionLabelsCondition::labels,
                {.title = "Labels that the execution must have", .required = true})
      .check([](const ExecutionLabelsCondition& condition, const NodePtr& node, BindContext& context) {
        model::check_no_system_labels(condition.labels, "labels", node, context);
      })
      .example("Matches executions of one team",
               "type: io.kestra.plugin.core.condition.ExecutionLabels\nlabels:\n  team: data\n")
      .build();
}

ConditionType ExecutionOutputsCondition::describe() {
  return core<ExecutionOutputsCondition>("ExecutionOutputs")
      .title("Matches if an expression over the outputs of the flow is true")
      .on_execution()
      .property(
          "expression", &ExecutionOutputsCondition::expression,
          {.title = "Expression to evaluate", .documentation = "The outputs are `trigger.outputs`.", .required = true})
      .example(
          "Tests one output",
          "type: io.kestra.plugin.core.condition.ExecutionOutputs\nexpression: \"{{ trigger.outputs.rows > 0 }}\"\n")
      .build();
}

ConditionType HasRetryAttemptCondition::describe() {
  return core<HasRetryAttemptCondition>("HasRetryAttempt")
      .title("Matches executions in which a task was retried")
      .on_execution()
      .property("in", &HasRetryAttemptCondition::in, {.title = "Attempt states that match"})
      .property("notIn", &HasRetryAttemptCondition::not_in, {.title = "Attempt states that do not match"})
      .example("Matches executions with a failed attempt",
               "type: io.kestra.plugin.core.condition.HasRetryAttempt\nin: [FAILED]\n")
      .build();
}

// ---- old ones

ConditionType FlowCondition::describe() {
  return core<FlowCondition>("FlowCondition")
      .title("Replaced by ExecutionFlow")
      .deprecated()
      .property("namespace", &FlowCondition::namespace_,
                {.title = "Namespace of the flow with the trigger", .required = true})
      .property("flowId", &FlowCondition::flow_id, {.title = "Id of the flow with the trigger", .required = true})
      .build();
}

ConditionType FlowNamespaceCondition::describe() {
  return core<FlowNamespaceCondition>("FlowNamespaceCondition")
      .title("Replaced by ExecutionNamespace")
      .deprecated()
      .property("namespace", &FlowNamespaceCondition::namespace_,
                {.title = "Namespace of the flow with the trigger", .required = true})
      .property("prefix", &FlowNamespaceCondition::prefix,
                {.title = "Whether `namespace` is a prefix", .default_value = Value::boolean(false)})
      .build();
}

ConditionType MultipleCondition::describe() {
  return core<MultipleCondition>("MultipleCondition")
      .title("Replaced by `preconditions` of the Flow trigger")
      .deprecated()
      .on_execution()
      .property("id", &MultipleCondition::id,
                {.title = "Id of the condition",
                 .required = true,
                 .not_blank = true,
                 .pattern = "^[a-zA-Z0-9][a-zA-Z0-9_-]*"})
      .property("conditions", &MultipleCondition::conditions,
                {.title = "Conditions by name", .required = true, .not_empty = true})
      .property("timeWindow", &MultipleCondition::time_window,
                {.title = "Time window in which all conditions must match"})
      .property("window", &MultipleCondition::window, {.title = "Replaced by `timeWindow`", .deprecated = true})
      .property("windowAdvance", &MultipleCondition::window_advance,
                {.title = "Replaced by `timeWindow`", .deprecated = true})
      .property(
          "resetOnSuccess", &MultipleCondition::reset_on_success,
          {.title = "Whether all conditions must match again after a match", .default_value = Value::boolean(true)})
      .build();
}

void register_core_conditions(Registry& registry) {
  registry.add(DateTimeBetweenCondition::describe());
  registry.add(DayWeekCondition::describe());
  registry.add(DayWeekInMonthCondition::describe());
  registry.add(ExecutionFlowCondition::describe());
  registry.add(ExecutionLabelsCondition::describe());
  registry.add(ExecutionNamespaceCondition::describe());
  registry.add(ExecutionOutputsCondition::describe());
  registry.add(ExecutionStatusCondition::describe());
  registry.add(ExpressionCondition::describe());
  registry.add(FlowCondition::describe());
  registry.add(FlowNamespaceCondition::describe());
  registry.add(HasRetryAttemptCondition::describe());
  registry.add(MultipleCondition::describe());
  registry.add(NotCondition::describe());
  registry.add(OrCondition::describe());
  registry.add(PublicHolidayCondition::describe());
  registry.add(TimeBetweenCondition::describe());
  registry.add(WeekendCondition::describe());
}

}  // namespace gyr::plugin
