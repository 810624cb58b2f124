#include "plugins/core/trigger/schedule_checks.h"

#include <fmt/format.h>

#include "model/errors.h"
#include "model/time_zone.h"

namespace gyr::plugins::core {

using model::BindContext;
using syntax::NodePtr;

model::PropertyOptions refused_interval() { return {.title = "Not allowed in a schedule", .hidden = true}; }

void refuse_interval(const NodePtr& interval, BindContext& context) {
  if (interval == nullptr) return;
  BindContext::Scope scope(context, "interval");
  context.report(model::wrong_trigger, "must be null", interval).own_words =
      "property \"interval\" is not allowed: a schedule has dates, not intervals";
}

void check_zone(std::string_view zone, const NodePtr& place, BindContext& context) {
  if (model::is_time_zone(zone)) return;
  BindContext::Scope scope(context, "timezone");
  syntax::Diagnostic& found =
      context.report(model::wrong_trigger, fmt::format("timezone '({})' is not a valid time-zone ID", zone), place);
  found.own_words = fmt::format("\"{}\" is not a time zone", zone);
  found.help = "a region such as Europe/Paris, or an offset such as +02:00";
}

}  // namespace gyr::plugins::core
