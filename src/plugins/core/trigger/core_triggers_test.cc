#include <gtest/gtest.h>

#include "model/errors.h"
#include "model/flow_parser.h"
#include "plugin_api/flow_trigger.h"
#include "plugin_api/schedule_trigger.h"
#include "plugin_api/test_plugins.h"
#include "plugin_api/webhook_trigger.h"
#include "syntax/yaml.h"

namespace gyr::plugin {

namespace {

using testing::test_registry;

model::ParsedFlow parse(std::string_view trigger) {
  return model::parse_flow(
      "id: f\nnamespace: n\ntasks:\n  - {id: a, type: io.kestra.plugin.core.debug.Return}\ntriggers:\n  - {id: t, " +
          std::string(trigger) + "}\n",
      test_registry());
}

std::string told(std::string_view trigger) { return model::violation_lines(parse(trigger), model::PathStyle::id); }

constexpr const char* schedule = "type: io.kestra.plugin.core.trigger.Schedule, ";
constexpr const char* webhook = "type: io.kestra.plugin.core.trigger.Webhook, ";
constexpr const char* flow = "type: io.kestra.plugin.core.trigger.Flow, ";

// TRIG-1, TRIG-2, TRIG-4, TRIG-5, TRIG-6
TEST(Trigger, CommonPropertiesAndRules) {
  const auto parsed = parse(
      std::string(schedule) +
      "cron: '@daily', description: '**each** night', conditions: [{type: io.kestra.plugin.core.condition.Weekend}, "
      "{type: io.kestra.plugin.core.condition.Expression, expression: '{{ true }}'}]");
  ASSERT_TRUE(parsed.ok()) << parsed.first_error();
  const auto& trigger = parsed.flow->triggers[0];
  EXPECT_EQ(trigger.description, "**each** night");
  EXPECT_FALSE(trigger.disabled);
  ASSERT_EQ(trigger.conditions.size(), 2u);
  EXPECT_EQ(trigger.conditions[1].type, "io.kestra.plugin.core.condition.Expression");

  EXPECT_EQ(told(std::string(schedule) + "cron: '@daily'}\n  - {id: t, " + std::string(webhook) + "key: k"),
            ": Invalid Flow: Duplicate trigger id with name [t]\n");
  EXPECT_NE(told(std::string(schedule) + "cron: '@daily', foo: 1").find("Unrecognized field \"foo\""),
            std::string::npos);
  EXPECT_NE(told(std::string(schedule) + "cron: '@daily', conditions: {a: b}"), "");
  EXPECT_NE(told(std::string(schedule) + "cron: '@daily', disabled: sometimes"), "");
}

// TRIG-2
TEST(Trigger, Ids) {
  const auto named = [](const std::string& id) {
    return model::violation_lines(
        model::parse_flow(
            "id: f\nnamespace: n\ntasks:\n  - {id: a, type: io.kestra.plugin.core.debug.Return}\ntriggers:\n  - {" +
                id + "type: io.kestra.plugin.core.trigger.Schedule, cron: '@daily'}\n",
            test_registry()),
        model::PathStyle::id);
  };
  for (const std::string& good : {std::string("t"), std::string("9_a-B"), std::string(5'000, 'x')})
    EXPECT_EQ(named("id: " + good + ", "), "");
  EXPECT_EQ(named(""), "triggers[0].id: must not be null\n");
  EXPECT_EQ(named("id: '', "), "triggers[0].id: must not be blank\n");
  for (const char* bad : {"_t", "-t", "a b", "a.b", "é"}) {
    EXPECT_NE(named(std::string("id: ") + bad + ", ").find("must match \"^[a-zA-Z0-9][a-zA-Z0-9_-]*\""),
              std::string::npos)
        << bad;
  }
}

// TRIG-20
TEST(Trigger, PluginDefaultsOfTheFlowAndTheInstallation) {
  std::vector<std::string> problems;
  const auto instance = syntax::parse_yaml(
      "[{type: io.kestra.plugin.core.trigger, values: {timezone: Europe/Paris, stopAfter: [FAILED]}}]");
  const std::vector levels{model::plugin_defaults_of((*instance)->to_value(), problems)};
  ASSERT_TRUE(problems.empty());
  const auto parsed = model::parse_flow(
      "id: f\nnamespace: n\ntasks:\n  - {id: a, type: io.kestra.plugin.core.debug.Return}\n"
      "pluginDefaults: [{type: io.kestra.plugin.core.trigger.Schedule, values: {cron: '@daily', timezone: UTC}}]\n"
      "triggers:\n  - {id: t, type: io.kestra.plugin.core.trigger.Schedule}\n  - {id: w, type: "
      "io.kestra.plugin.core.trigger.Webhook, key: k}\n",
      test_registry(), {.defaults = levels});
  ASSERT_TRUE(parsed.ok()) << parsed.first_error();
  const auto& own = parsed.flow->triggers[0].properties<ScheduleTrigger>();
  EXPECT_EQ(own.cron, "@daily");
  EXPECT_EQ(own.timezone, "UTC") << "the flow's go before the installation's";
  EXPECT_EQ(parsed.flow->triggers[0].stop_after, std::vector{model::State::failed});
  EXPECT_EQ(parsed.flow->triggers[1].stop_after, std::vector{model::State::failed})
      << "by the beginning of the type; what a type does not have is left out";
}

// TRIG-30 to TRIG-39, TRIG-45
TEST(Schedule, PropertiesAndRules) {
  const auto parsed = parse(
      std::string(schedule) +
      "cron: '0 9 * * *', timezone: Europe/Paris, withSeconds: false, inputs: {a: b}, lateMaximumDelay: PT1H, "
      "recoverMissedSchedules: LAST, "
      "scheduleConditions: [{type: io.kestra.plugin.core.condition.Weekend}], backfill: {start: 2024-01-01T00:00:00Z}");
  ASSERT_TRUE(parsed.ok()) << parsed.first_error();
  const auto& trigger = parsed.flow->triggers[0].properties<ScheduleTrigger>();
  EXPECT_EQ(trigger.cron, "0 9 * * *");
  EXPECT_EQ(trigger.recover_missed_schedules, RecoverMissedSchedules::last);
  EXPECT_EQ(trigger.schedule_conditions[0].type, "io.kestra.plugin.core.condition.Weekend");
  EXPECT_EQ(parsed.deprecated_paths,
            (std::vector<std::string>{"triggers[0].scheduleConditions", "triggers[0].backfill"}));

  EXPECT_EQ(
      told(std::string(schedule) + "cron: '* * *'"),
      "triggers[0]: invalid cron expression '* * *': Cron expression contains 3 parts but we expect one of [5]\n");
  EXPECT_EQ(told(std::string(schedule) + "cron: ''"), "triggers[0]: invalid cron expression '': Empty expression!\n");
  EXPECT_EQ(told(std::string(schedule) + "disabled: false"), "triggers[0].cron: must not be null\n");
  EXPECT_EQ(told(std::string(schedule) + "cron: '* * * * * *', withSeconds: true"), "");
  EXPECT_EQ(told(std::string(schedule) + "cron: '@daily', timezone: Mars/Phobos"),
            "triggers[0].timezone: timezone '(Mars/Phobos)' is not a valid time-zone ID\n");
  EXPECT_EQ(told(std::string(schedule) + "cron: '@daily', timezone: ''"),
            "triggers[0].timezone: timezone '()' is not a valid time-zone ID\n");
  EXPECT_EQ(told(std::string(schedule) + "cron: '@daily', interval: PT1S"), "triggers[0].interval: must be null\n");
  EXPECT_EQ(told(std::string(schedule) + "cron: '@daily', labels: {system.a: b}"),
            "triggers[0].labels[0]: System labels can only be set by Kestra itself, offending label: system.a=b.\n");
}

// TRIG-80 to TRIG-82
TEST(ScheduleOnDates, PropertiesAndRules) {
  const std::string type = "type: io.kestra.plugin.core.trigger.ScheduleOnDates, ";
  EXPECT_EQ(told(type + "dates: [2030-01-01T00:00:00Z]"), "");
  EXPECT_EQ(told(type + "dates: []"), "");
  EXPECT_EQ(told(type + "dates: \"{{ kv('dates') }}\", timezone: '{{ vars.zone }}'"), "");
  EXPECT_EQ(told(type + "timezone: UTC"), "triggers[0].dates: must not be null\n");
  EXPECT_EQ(told(type + "dates: [], timezone: nowhere"),
            "triggers[0].timezone: timezone '(nowhere)' is not a valid time-zone ID\n");
}

// TRIG-90 to TRIG-96
TEST(Webhook, PropertiesAndRules) {
  const auto parsed = parse(std::string(webhook) +
                            "key: \"{{ secret('KEY') }}\", wait: true, returnOutputs: true, responseContentType: "
                            "text/plain, responseCode: '{{ 201 }}', inputs: {a: 1}");
  ASSERT_TRUE(parsed.ok()) << parsed.first_error();
  EXPECT_TRUE(parsed.flow->triggers[0].properties<WebhookTrigger>().return_outputs);
  EXPECT_EQ(told(std::string(webhook) + "wait: true"), "triggers[0].key: must not be null\n");
  EXPECT_EQ(told(std::string(webhook) + "key: " + std::string(257, 'k')),
            "triggers[0].key: size must be between 0 and 256\n");
  EXPECT_EQ(told(std::string(webhook) + "key: " + std::string(256, 'k')), "");
  EXPECT_EQ(told(std::string(webhook) + "key: k, responseContentType: text/html"),
            "triggers[0]: invalid webhook: responseContentType must be either 'application/json' or 'text/plain'\n");
  EXPECT_EQ(told(std::string(webhook) +
                 "key: k, conditions: [{type: io.kestra.core.models.conditions.types.MultipleCondition, id: m, "
                 "conditions: {a: {type: io.kestra.plugin.core.condition.Weekend}}}]"),
            "triggers[0]: invalid webhook: conditions of type MultipleCondition are not supported\n");
}

// What goes beyond 1.3: signatures, rates, sizes; TRIG-97
TEST(Webhook, GuardsAndTheirRules) {
  const auto parsed = parse(std::string(webhook) +
                            "key: k, fetchType: STORE, signature: {preset: STRIPE, secret: \"{{ secret('S') }}\", "
                            "tolerance: PT1M}, rateLimit: {requests: 5}, maxBodyBytes: 100");
  ASSERT_TRUE(parsed.ok()) << parsed.first_error();
  const auto& trigger = parsed.flow->triggers[0].properties<WebhookTrigger>();
  EXPECT_EQ(trigger.signature->preset, SignaturePreset::stripe);
  EXPECT_EQ(trigger.signature->tolerance, base::Duration::of_seconds(60));
  EXPECT_EQ(trigger.rate_limit->per, base::Duration::of_seconds(60));
  EXPECT_EQ(trigger.max_body_bytes, 100);
  const auto more = [](std::string_view text) { return told(std::string(webhook) + "key: k, " + std::string(text)); };
  EXPECT_EQ(more("fetchType: FETCH"), "triggers[0]: invalid webhook: fetchType must be 'STORE'\n");
  EXPECT_EQ(more("signature: {secret: s}"),
            "triggers[0].signature: invalid webhook: a signature with the preset GENERIC requires `header`\n");
  EXPECT_EQ(more("signature: {preset: GITHUB}"), "triggers[0].signature.secret: must not be null\n");
  EXPECT_EQ(more("signature: {preset: GITHUB, secret: s, tolerance: PT1M}"),
            "triggers[0].signature: invalid webhook: `tolerance` requires the preset STRIPE or SLACK\n");
  EXPECT_EQ(more("signature: {preset: SLACK, secret: s, tolerance: PT0S}"),
            "triggers[0].signature: invalid webhook: `tolerance` must be greater than 0\n");
  EXPECT_NE(more("signature: {preset: GITLAB, secret: s}"), "");
  EXPECT_EQ(more("rateLimit: {per: PT1S}"), "triggers[0].rateLimit.requests: must not be null\n");
  EXPECT_NE(more("rateLimit: {requests: 0}"), "");
  EXPECT_EQ(more("rateLimit: {requests: 1, per: PT0S}"),
            "triggers[0].rateLimit: invalid webhook: `per` must be greater than 0\n");
  EXPECT_NE(more("maxBodyBytes: 0"), "");
}

// TRIG-110 to TRIG-125, FLOW-7
TEST(Flow, PropertiesAndRules) {
  const auto parsed = parse(std::string(flow) +
                            "states: [SUCCESS], preconditions: {id: p, flows: [{namespace: a, flowId: b, states: "
                            "[FAILED], labels: {x: y}}], where: [{id: w, operand: OR, filters: "
                            "[{field: NAMESPACE, type: STARTS_WITH, value: a}, {field: STATE, type: IN, values: "
                            "[SUCCESS]}, {field: FLOW_ID, type: IS_NULL}]}], resetOnSuccess: false}");
  ASSERT_TRUE(parsed.ok()) << parsed.first_error();
  const auto& preconditions = *parsed.flow->triggers[0].properties<FlowTrigger>().preconditions;
  EXPECT_EQ(preconditions.flows[0].flow_id, "b");
  EXPECT_EQ(preconditions.where[0].operand, PreconditionOperand::or_);
  EXPECT_EQ(preconditions.time_window.type, TimeWindowType::duration_window);
  EXPECT_FALSE(preconditions.reset_on_success);
  EXPECT_TRUE(parsed.warnings().empty());

  const auto everything = parse("type: io.kestra.plugin.core.trigger.Flow");
  ASSERT_TRUE(everything.ok());
  EXPECT_EQ(everything.warnings(),
            std::vector<std::string>{"This flow will be triggered for EVERY execution of EVERY flow on your instance. "
                                     "We recommend adding the preconditions property to "
                                     "the Flow trigger 't'."});
  EXPECT_TRUE(
      parse(std::string(flow) + "conditions: [{type: io.kestra.plugin.core.condition.Weekend}]").warnings().empty());

  const auto filter = [](std::string_view text) {
    return told(std::string(flow) + "preconditions: {id: p, where: [{id: w, filters: [{" + std::string(text) + "}]}]}");
  };
  const std::string at = "triggers[0].preconditions.where[0].filters[0]: ";
  EXPECT_EQ(filter("field: FLOW_ID, type: EQUAL_TO"), at + "`value` cannot be null for type EQUAL_TO\n");
  EXPECT_EQ(filter("field: EXPRESSION, type: IS_TRUE"), at + "`value` cannot be null for type IS_TRUE\n");
  EXPECT_EQ(filter("field: STATE, type: IN, value: x"),
            at + "`value` must be null for type IN\n" + at + "`values` cannot be null for type IN\n");
  EXPECT_EQ(filter("field: STATE, type: REGEX, value: x, values: [y]"), at + "`values` must be null for type REGEX\n");
  EXPECT_EQ(told(std::string(flow) + "preconditions: {where: [{id: w, filters: []}]}"),
            "triggers[0].preconditions.id: must not be null\ntriggers[0].preconditions.where[0].filters: must not be "
            "empty\n");
}

// TRIG-114, TRIG-136
TEST(Flow, TheNewerSpelling) {
  const auto newer = [](std::string_view text) { return told(std::string(flow) + std::string(text)); };
  EXPECT_EQ(newer("dependsOn: [{namespace: a, flowId: b, states: [SUCCESS], labels: {x: y}, when: '{{ true }}'}, {}], "
                  "mode: AT_LEAST, minSatisfied: 1, "
                  "window: {every: PT6H, offset: PT1H, timezone: Europe/Paris, fireOnce: true}"),
            "");
  for (const char* window :
       {"deadline: '09:00'", "from: '09:00', to: '10:00'", "lookback: PT1H", "every: P1D", "timezone: UTC"}) {
    EXPECT_EQ(newer("dependsOn: [{flowId: b}], window: {" + std::string(window) + "}"), "") << window;
  }
  EXPECT_TRUE(parse(std::string(flow) + "dependsOn: [{flowId: b}]").warnings().empty());
  const std::string at = "triggers[0]: ";
  EXPECT_EQ(newer("dependsOn: [{flowId: b}], preconditions: {id: p}"),
            at + "a Flow trigger cannot have both `preconditions` and `dependsOn`\n");
  EXPECT_EQ(newer("mode: ANY"), at + "`mode` requires `dependsOn`\n");
  EXPECT_EQ(newer("window: {lookback: PT1H}"), at + "`window` requires `dependsOn`\n");
  EXPECT_EQ(newer("dependsOn: [{flowId: b}], mode: AT_LEAST"),
            at + "the mode AT_LEAST requires a `minSatisfied` greater than 0\n");
  EXPECT_EQ(newer("dependsOn: [{flowId: b}], mode: AT_LEAST, minSatisfied: 2"),
            at + "`minSatisfied` is greater than the number of entries in `dependsOn`\n");
  EXPECT_EQ(newer("dependsOn: [{flowId: b}], minSatisfied: 1"), at + "`minSatisfied` requires the mode AT_LEAST\n");
  const std::string in_window = "triggers[0].window: ";
  const auto window = [&](std::string_view text) {
    return newer("dependsOn: [{flowId: b}], window: {" + std::string(text) + "}");
  };
  EXPECT_EQ(
      window("deadline: '09:00', lookback: PT1H"),
      in_window +
          "a window must have exactly one of `deadline`, `from` with `to`, `lookback`, or `every` with `offset`\n");
  EXPECT_EQ(window("from: '09:00'"), in_window + "`from` and `to` of a window must be set together\n");
  EXPECT_EQ(window("offset: PT1H"), in_window + "`offset` requires `every`\n");
  EXPECT_NE(window("deadline: noon").find("java.time.LocalTime"), std::string::npos);
  EXPECT_NE(window("lookback: PT1H, timezone: Mars/Phobos").find("is not a valid time-zone ID"), std::string::npos);
  EXPECT_NE(newer("dependsOn: [{flowName: b}]"), "");
}

// FLOW-6
TEST(Flow, DuplicatePreconditionIds) {
  const std::string trigger =
      "type: io.kestra.plugin.core.trigger.Flow, preconditions: {id: p}}\n  - {id: u, type: "
      "io.kestra.plugin.core.trigger.Flow, preconditions: {id: p}";
  EXPECT_EQ(told(trigger), ": Invalid Flow: Duplicate preconditions with id [p]\n");
}

// TRIG-130 to TRIG-134
TEST(TimeWindow, PartsByType) {
  const auto window = [](std::string_view text) {
    return told(std::string(flow) + "preconditions: {id: p, timeWindow: {" + std::string(text) + "}}");
  };
  const std::string at = "triggers[0].preconditions.timeWindow: Time window of type ";
  EXPECT_EQ(window("window: PT1H, windowAdvance: PT1M"), "");
  EXPECT_EQ(window("type: SLIDING_WINDOW, window: PT1H"), "");
  EXPECT_EQ(window("type: DAILY_TIME_DEADLINE, deadline: '09:00:00.00Z'"), "");
  EXPECT_EQ(window("type: DAILY_TIME_DEADLINE, deadline: '09:00:00+01:00'"), "");
  EXPECT_EQ(window("type: DAILY_TIME_WINDOW, startTime: '09:00', endTime: '10:00:00'"), "");
  EXPECT_EQ(window("type: DAILY_TIME_DEADLINE"), at + "`DAILY_TIME_DEADLINE` must have a deadline.\n");
  EXPECT_EQ(window("type: DAILY_TIME_DEADLINE, deadline: '09:00', window: PT1H, windowAdvance: PT1H, startTime: "
                   "'09:00', endTime: '09:00'"),
            at + "`DAILY_TIME_DEADLINE` cannot have a window.\n" + at +
                "`DAILY_TIME_DEADLINE` cannot have a window advance.\n" + at +
                "`DAILY_TIME_DEADLINE` cannot have a start time.\n" + at +
                "`DAILY_TIME_DEADLINE` cannot have an end time.\n");
  EXPECT_EQ(window("type: DAILY_TIME_WINDOW, deadline: '09:00'"),
            at + "`DAILY_TIME_WINDOW` cannot have a deadline.\n" + at +
                "`DAILY_TIME_WINDOW` must have a start time.\n" + at + "`DAILY_TIME_WINDOW` must have an end time.\n");
  EXPECT_EQ(window("type: SLIDING_WINDOW, windowAdvance: PT1H"),
            at + "`SLIDING_WINDOW` cannot have a window advance.\n");
  EXPECT_EQ(window("startTime: '09:00'"), at + "`DURATION_WINDOW` cannot have a start time.\n");
  EXPECT_NE(window("type: DAILY_TIME_DEADLINE, deadline: noon").find("java.time.LocalTime"), std::string::npos);
}

// TRIG-160 to TRIG-177
TEST(Conditions, PropertiesAndRules) {
  const auto condition = [](std::string_view text) {
    return told(std::string(schedule) + "cron: '@daily', conditions: [{type: io.kestra.plugin.core.condition." +
                std::string(text) + "}]");
  };
  const std::string at = "triggers[0].conditions[0]";
  for (const char* good :
       {"DateTimeBetween, after: '2024-01-01T00:00:00Z'", "TimeBetween, before: '10:00:00+02:00'",
        "DayWeek, dayOfWeek: MONDAY", "DayWeek, dayOfWeek: '{{ vars.day }}'",
        "DayWeekInMonth, dayOfWeek: MONDAY, dayInMonth: FIRST", "Weekend", "Weekend, date: '{{ now() }}'",
        "PublicHoliday, country: FR", "Expression, expression: '{{ true }}'",
        "Not, conditions: [{type: io.kestra.plugin.core.condition.Weekend}]", "ExecutionFlow, namespace: a, flowId: b",
        "ExecutionNamespace, namespace: a, comparison: PREFIX", "ExecutionStatus, in: [SUCCESS]",
        "ExecutionLabels, labels: {a: b}", "ExecutionOutputs, expression: '{{ true }}'",
        "HasRetryAttempt, in: [FAILED]", "FlowCondition, namespace: a, flowId: b",
        "FlowNamespaceCondition, namespace: a, prefix: true",
        "MultipleCondition, id: m, conditions: {a: {type: io.kestra.plugin.core.condition.Weekend}}, window: PT1H"}) {
    EXPECT_EQ(condition(good), "") << good;
  }
  EXPECT_EQ(condition("DayWeek"), at + ".dayOfWeek: must not be null\n");
  EXPECT_EQ(condition("Not, conditions: []"), at + ".conditions: must not be empty\n");
  EXPECT_EQ(condition("Or"), at + ".conditions: must not be null\n");
  EXPECT_EQ(condition("ExecutionLabels, labels: {system.a: b}"),
            at + ".labels[0]: System labels can only be set by Kestra itself, offending label: system.a=b.\n");
  EXPECT_EQ(condition("MultipleCondition, id: 'a b', conditions: {}"),
            at + ".id: must match \"^[a-zA-Z0-9][a-zA-Z0-9_-]*\"\n" + at + ".conditions: must not be empty\n");
  EXPECT_NE(condition("Weekend, foo: 1")
                .find("Unrecognized field \"foo\" (class io.kestra.plugin.core.condition.Weekend), not marked as "
                      "ignorable (2 known properties: \"type\", \"date\")"),
            std::string::npos)
      << condition("Weekend, foo: 1");
  EXPECT_NE(
      condition("Not, conditions: [{type: io.kestra.plugin.core.condition.Weeken}]")
          .find(
              "Invalid type: io.kestra.plugin.core.condition.Weeken (at triggers[0].conditions[0].conditions[0], line"),
      std::string::npos);
  const auto weekend =
      parse(std::string(schedule) + "cron: '@daily', conditions: [{type: io.kestra.plugin.core.condition.Weekend}]");
  const model::ConditionSpec& bound = weekend.flow->triggers[0].conditions[0];
  EXPECT_TRUE(Registry::condition_type_of(bound)->is_about_days(*bound.object)) << "`date` is {{ trigger.date }}";
}

}  // namespace

}  // namespace gyr::plugin
