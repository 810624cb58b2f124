#include "plugins/core/trigger/time_window.h"

#include <fmt/format.h>

#include "model/errors.h"
#include "model/regex.h"
#include "plugin_api/flow_trigger.h"

namespace gyr::plugins::core {

using model::BindContext;
using syntax::NodePtr;

namespace {

/// `09:00`, `09:00:00.000`, `09:00:00Z`, `09:00+01:00` (TRIG-134).
bool is_time_of_day(std::string_view text) {
  static const auto pattern =
      model::Regex::compile("([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,9})?)?(Z|[+-]\\d{2}:?\\d{2}(:\\d{2})?)?");
  return (*pattern)->matches(text) == true;
}

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

}  // namespace gyr::plugins::core

namespace gyr::plugin {

using base::Value;
using model::BindContext;
using plugins::core::check_time_of_day;
using syntax::NodePtr;

namespace {

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

}  // namespace gyr::plugin
