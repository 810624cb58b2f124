#include "plugin_api/flow_trigger.h"

namespace gyr::model {

std::span<const std::pair<std::string_view, plugin::TimeWindowType>> EnumNames<plugin::TimeWindowType>::names() {
  static constexpr std::pair<std::string_view, plugin::TimeWindowType> all[] = {
      {"DAILY_TIME_DEADLINE", plugin::TimeWindowType::daily_time_deadline},
      {"DAILY_TIME_WINDOW", plugin::TimeWindowType::daily_time_window},
      {"DURATION_WINDOW", plugin::TimeWindowType::duration_window},
      {"SLIDING_WINDOW", plugin::TimeWindowType::sliding_window}};
  return all;
}

std::span<const std::pair<std::string_view, plugin::PreconditionField>> EnumNames<plugin::PreconditionField>::names() {
  static constexpr std::pair<std::string_view, plugin::PreconditionField> all[] = {
      {"FLOW_ID", plugin::PreconditionField::flow_id},
      {"NAMESPACE", plugin::PreconditionField::namespace_},
      {"STATE", plugin::PreconditionField::state},
      {"EXPRESSION", plugin::PreconditionField::expression}};
  return all;
}

std::span<const std::pair<std::string_view, plugin::PreconditionOperator>>
EnumNames<plugin::PreconditionOperator>::names() {
  static constexpr std::pair<std::string_view, plugin::PreconditionOperator> all[] = {
      {"EQUAL_TO", plugin::PreconditionOperator::equal_to},
      {"NOT_EQUAL_TO", plugin::PreconditionOperator::not_equal_to},
      {"IN", plugin::PreconditionOperator::in},
      {"NOT_IN", plugin::PreconditionOperator::not_in},
      {"IS_TRUE", plugin::PreconditionOperator::is_true},
      {"IS_FALSE", plugin::PreconditionOperator::is_false},
      {"IS_NULL", plugin::PreconditionOperator::is_null},
      {"IS_NOT_NULL", plugin::PreconditionOperator::is_not_null},
      {"STARTS_WITH", plugin::PreconditionOperator::starts_with},
      {"ENDS_WITH", plugin::PreconditionOperator::ends_with},
      {"REGEX", plugin::PreconditionOperator::regex},
      {"CONTAINS", plugin::PreconditionOperator::contains}};
  return all;
}

std::span<const std::pair<std::string_view, plugin::PreconditionOperand>>
EnumNames<plugin::PreconditionOperand>::names() {
  static constexpr std::pair<std::string_view, plugin::PreconditionOperand> all[] = {
      {"AND", plugin::PreconditionOperand::and_}, {"OR", plugin::PreconditionOperand::or_}};
  return all;
}

std::span<const std::pair<std::string_view, plugin::DependencyMode>> EnumNames<plugin::DependencyMode>::names() {
  static constexpr std::pair<std::string_view, plugin::DependencyMode> all[] = {
      {"ALL", plugin::DependencyMode::all},
      {"ANY", plugin::DependencyMode::any},
      {"AT_LEAST", plugin::DependencyMode::at_least}};
  return all;
}

}  // namespace gyr::model

namespace gyr::plugin {

TimeWindow DependencyWindow::time_window() const {
  TimeWindow window;
  if (!deadline.empty()) {
    window.type = TimeWindowType::daily_time_deadline;
    window.deadline = deadline;
  } else if (!from.empty()) {
    window.type = TimeWindowType::daily_time_window;
    window.start_time = from;
    window.end_time = to;
  } else if (lookback) {
    window.type = TimeWindowType::sliding_window;
    window.window = lookback;
  } else {
    window.window = every;
    window.window_advance = offset;
  }
  return window;
}

}  // namespace gyr::plugin
