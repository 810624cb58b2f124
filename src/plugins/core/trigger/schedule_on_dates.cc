// io.kestra.plugin.core.trigger.ScheduleOnDates. When it fires: src/engine/trigger/schedule.cc.
#include "plugin_api/schedule_trigger.h"
#include "plugins/core/trigger/schedule_checks.h"
#include "plugins/core/trigger/triggers.h"

namespace gyr::plugins::core {

using base::Value;
using model::BindContext;
using model::ValueType;
using syntax::NodePtr;

plugin::TriggerType schedule_on_dates_trigger() {
  return plugin::trigger_type<plugin::ScheduleOnDatesTrigger>(plugin::schedule_on_dates_type,
                                                              plugin::TriggerKind::schedule)
      .title("Starts executions on the given dates")
      .property("dates", &plugin::ScheduleOnDatesTrigger::dates,
                {.title = "Dates, with a UTC offset", .required = true})
      .property("timezone", &plugin::ScheduleOnDatesTrigger::timezone,
                {.title = "Time zone of dates without a UTC offset",
                 .documentation = "The default is the time zone of the server."})
      .property("recoverMissedSchedules", &plugin::ScheduleOnDatesTrigger::recover_missed_schedules,
                {.title = "Action on dates that were missed while the server was stopped"})
      .property("interval", &plugin::ScheduleOnDatesTrigger::interval, refused_interval())
      .check([](const plugin::ScheduleOnDatesTrigger& trigger, const NodePtr& node, BindContext& context) {
        const NodePtr zone = node->find_shared("timezone");
        if (zone != nullptr && zone->is_scalar() && !zone->is_null() && zone->text().find("{{") == std::string::npos) {
          check_zone(model::scalar_text(*zone), zone, context);
        }
        refuse_interval(trigger.interval, context);
      })
      .example("Starts an execution on two dates",
               "id: launch\ntype: io.kestra.plugin.core.trigger.ScheduleOnDates\ntimezone: UTC\ndates:\n  - "
               "2030-01-01T09:00:00Z\n  - "
               "2030-02-01T09:00:00Z\n")
      .build();
}

}  // namespace gyr::plugins::core
