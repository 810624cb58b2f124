// io.kestra.plugin.core.trigger.Schedule (TRIG-30 to TRIG-39). When it fires: src/engine/trigger/schedule.cc.
#include <fmt/format.h>

#include "model/cron.h"
#include "model/errors.h"
#include "plugin_api/schedule_trigger.h"
#include "plugins/core/trigger/schedule_checks.h"
#include "plugins/core/trigger/triggers.h"

namespace gyr::plugins::core {

using base::Value;
using model::BindContext;
using model::ValueType;
using syntax::NodePtr;

plugin::TriggerType schedule_trigger() {
  return plugin::trigger_type<plugin::ScheduleTrigger>(plugin::schedule_type, plugin::TriggerKind::schedule)
      .title("Starts executions on a cron schedule")
      .documentation(
          "The expression has five fields: minute, hour, day of the month, month and day of the week. With "
          "`withSeconds`, a field for the seconds comes first. The macros `@hourly`, `@daily`, `@weekly`, `@monthly` "
          "and `@yearly` are also allowed.")
      .property("cron", &plugin::ScheduleTrigger::cron, {.title = "Cron expression", .required = true})
      .property("withSeconds", &plugin::ScheduleTrigger::with_seconds,
                {.title = "Whether the expression starts with a field for the seconds",
                 .default_value = Value::boolean(false)})
      .property("timezone", &plugin::ScheduleTrigger::timezone,
                {.title = "Time zone of the schedule", .documentation = "The default is the time zone of the server."})
      .property("lateMaximumDelay", &plugin::ScheduleTrigger::late_maximum_delay,
                {.title = "Maximum delay of an execution", .documentation = "Dates with a longer delay are skipped."})
      .property("recoverMissedSchedules", &plugin::ScheduleTrigger::recover_missed_schedules,
                {.title = "Action on dates that were missed while the server was stopped"})
      .property("scheduleConditions", &plugin::ScheduleTrigger::schedule_conditions,
                {.title = "Deprecated name of `conditions`", .deprecated = true})
      .property("backfill", &plugin::ScheduleTrigger::backfill, {.title = "Ignored", .deprecated = true})
      .property("interval", &plugin::ScheduleTrigger::interval, refused_interval())
      .check([](const plugin::ScheduleTrigger& trigger, const NodePtr& node, BindContext& context) {
        if (const auto cron = model::parse_cron(trigger.cron, trigger.with_seconds); !cron) {
          context.report(model::invalid_cron,
                         fmt::format("invalid cron expression '{}': {}", trigger.cron, cron.error().message()),
                         node->find_shared("cron"));
        }
        if (const NodePtr zone = node->find_shared("timezone"); zone != nullptr && !zone->is_null()) {
          check_zone(trigger.timezone, zone, context);
        }
        refuse_interval(trigger.interval, context);
      })
      .output("date", {.type = ValueType::date_time, .title = "Scheduled date of the execution"})
      .output("next", {.type = ValueType::date_time, .title = "Next scheduled date"})
      .output("previous", {.type = ValueType::date_time, .title = "Previous scheduled date"})
      .example("Starts an execution every 15 minutes",
               "id: quarterly\ntype: io.kestra.plugin.core.trigger.Schedule\ncron: \"*/15 * * * *\"\n")
      .example("Starts an execution at nine o'clock on working days, in the time zone of Paris",
               "id: morning\ntype: io.kestra.plugin.core.trigger.Schedule\ncron: \"0 9 * * MON-FRI\"\ntimezone: "
               "Europe/Paris\n")
      .build();
}

}  // namespace gyr::plugins::core
