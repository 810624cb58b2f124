#include "model/flow_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/errors.h"
#include "model/flow_json.h"
#include "model/test_types.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace gyr::model {

namespace {

using testing::test_types;

constexpr std::string_view hello =
    "id: hello\nnamespace: company.team\ntasks:\n  - id: say\n    type: io.kestra.plugin.core.log.Log\n    message: "
    "hi\n";

ParsedFlow parse(std::string_view source, const ParseOptions& options = {}) {
  return parse_flow(source, test_types(), options);
}

/// A flow with this body around one valid task.
ParsedFlow with(std::string_view body) { return parse(std::string(hello) + std::string(body)); }

std::string constraints(std::string_view source) { return validation_constraints(parse(source)).value_or(""); }

// FLOW-10
TEST(FlowParser, EveryPropertyOfAFlow) {  // EXEC-164: quotas and draft are kept
  const ParsedFlow parsed = parse(R"(
id: all
namespace: company.team
description: |
  Everything
labels: {team: data, "n": 5}
revision: 7
disabled: true
draft: true
tenantId: main
updated: 2024-01-01T00:00:00Z
inputs:
  - {id: name, type: STRING, defaults: you}
  - {id: group, type: FORM, inputs: [{id: n, type: INT, required: false}]}
variables: {a: {b: [1, "{{ x }}"]}}
outputs:
  - {id: out, type: STRING, value: "{{ outputs.say.value }}", required: false}
tasks:
  - id: say
    type: io.kestra.plugin.core.debug.Return
    format: "{{ inputs.name }}"
    runIf: "{{ true }}"
    timeout: PT1M
    retry: {type: constant, interval: PT1S, maxAttempts: 3}
    allowFailure: true
    allowWarning: true
    logLevel: WARN
    logToFile: true
    workerGroup: {key: gpu, fallback: FAIL}
    taskCache: {enabled: true, ttl: PT1H}
    assets: {enableAuto: true}
    version: 1.0
    description: what it does
errors: [{id: e, type: io.kestra.plugin.core.debug.Return}]
finally: [{id: f, type: io.kestra.plugin.core.debug.Return}]
afterExecution: [{id: g, type: io.kestra.plugin.core.debug.Return}]
listeners: [{tasks: [{id: h, type: io.kestra.plugin.core.debug.Return}], conditions: [{type: io.kestra.plugin.core.condition.ExecutionStatus, in: [SUCCESS]}]}]
triggers:
  - id: often
    type: io.kestra.plugin.test.Interval
    interval: PT1M
    conditions: [{type: io.kestra.plugin.core.condition.ExecutionStatus}]
    labels: {from: trigger}
    inputs: {name: "{{ trigger.date }}"}
    stopAfter: [FAILED]
    minLogLevel: INFO
pluginDefaults: [{type: io.kestra.plugin.core.debug, values: {}}]
concurrency: {limit: 2, behavior: CANCEL}
retry: {type: random, minInterval: PT1S, maxInterval: PT2S}
sla: [{id: s, type: MAX_DURATION, duration: PT1H, behavior: CANCEL, labels: {sla: missed}}, {id: t, type: EXECUTION_ASSERTION, assert: "{{ true }}", behavior: NONE}]
checks: [{condition: "{{ true }}", message: m, style: ERROR, behavior: FAIL_EXECUTION}]
workerGroup: {key: all}
quotas: [{duration: PT1H, limit: 5}]
)");
  ASSERT_TRUE(parsed.ok()) << violation_lines(parsed, PathStyle::position);
  const Flow& flow = *parsed.flow;
  EXPECT_EQ(flow.id, "all");
  EXPECT_EQ(flow.namespace_, "company.team");
  EXPECT_EQ(flow.description, "Everything\n");
  EXPECT_EQ(flow.labels, (std::vector<Label>{{"team", "data"}, {"n", "5"}}));
  EXPECT_TRUE(flow.disabled);
  EXPECT_EQ(parsed.revision, 7);
  EXPECT_EQ(flow.inputs[0].id, "name");
  EXPECT_EQ(expand_inputs(flow.inputs)[1].id, "group.n");
  EXPECT_FALSE(flow.outputs[0].required);
  const TaskSpec& task = flow.tasks[0];
  EXPECT_EQ(task.type, "io.kestra.plugin.core.debug.Return");
  EXPECT_EQ(task.run_if.source(), base::Value::string("{{ true }}"));
  EXPECT_EQ(task.timeout.source(), base::Value::string("PT1M"));
  EXPECT_EQ(task.retry->max_attempts, 3);
  EXPECT_TRUE(task.allow_failure && task.allow_warning && task.log_to_file && task.task_cache->enabled);
  EXPECT_EQ(task.task_cache->ttl, base::Duration::of_seconds(3600));
  EXPECT_EQ(task.log_level, LogLevel::warn);
  EXPECT_EQ(task.worker_group->fallback, WorkerGroupFallback::fail);
  EXPECT_EQ(task.version, "1.0");
  EXPECT_TRUE(task.assets.has_value());
  EXPECT_EQ(flow.errors[0].id + flow.finally[0].id + flow.after_execution[0].id + flow.listeners[0].tasks[0].id,
            "efgh");
  const TriggerSpec& trigger = flow.triggers[0];
  EXPECT_EQ(trigger.properties<testing::IntervalTrigger>().interval, base::Duration::of_seconds(60));
  EXPECT_EQ(trigger.conditions[0].type, "io.kestra.plugin.core.condition.ExecutionStatus");
  EXPECT_EQ(trigger.stop_after, std::vector<State>{State::failed});
  EXPECT_EQ(trigger.log_level, LogLevel::info);
  EXPECT_TRUE(trigger.inputs.is_set());
  EXPECT_EQ(flow.concurrency->limit, 2);
  EXPECT_EQ(flow.concurrency->behavior, ConcurrencyBehavior::cancel);
  EXPECT_EQ(flow.retry->type, RetryType::random);
  EXPECT_EQ(flow.sla[0].duration, base::Duration::of_seconds(3600));
  EXPECT_EQ(flow.sla[1].behavior, SlaBehavior::none);
  EXPECT_EQ(flow.checks[0].style, CheckStyle::error);
  EXPECT_TRUE(flow.worker_group->key.is_set());
  EXPECT_TRUE(flow.quotas.is_list());
  EXPECT_EQ(flow.find_task("h"), &flow.listeners[0].tasks[0]);
  EXPECT_EQ(flow.find_task("nobody"), nullptr);
  EXPECT_EQ(flow.find_trigger("often"), &flow.triggers[0]);
  EXPECT_EQ(parsed.deprecated_paths, (std::vector<std::string>{"triggers[0].minLogLevel", "listeners"}));
}

// FLOW-1: JSON is a subset of YAML.
TEST(FlowParser, JsonIsAccepted) {
  const ParsedFlow parsed = parse(
      R"({"id": "j", "namespace": "n", "tasks": [{"id": "a", "type": "io.kestra.plugin.core.log.Log", "message": "hi"}]})");
  ASSERT_TRUE(parsed.ok()) << parsed.first_error();
  const auto value = *syntax::parse_json(
      R"({"id": "j", "namespace": "n", "tasks": [{"id": "a", "type": "io.kestra.plugin.core.log.Log"}]})");
  const ParsedFlow body = parse_flow(syntax::Node::of_value(value), test_types());
  EXPECT_EQ(validation_constraints(body), "Validation error: a.message: must not be null\n");
}

TEST(FlowParser, IdsStayAsWritten) {
  const ParsedFlow parsed = parse(
      "id: 123\nnamespace: 1.10\ntasks:\n  - {id: yes, type: io.kestra.plugin.core.debug.Return, format: 1.10, runIf: "
      "no}\n");
  ASSERT_TRUE(parsed.ok()) << parsed.first_error();
  EXPECT_EQ(parsed.flow->id, "123");
  EXPECT_EQ(parsed.flow->namespace_, "1.10");
  EXPECT_EQ(parsed.flow->tasks[0].id, "yes");
  EXPECT_EQ(parsed.flow->tasks[0].properties<testing::ReturnTask>().format.source(), base::Value::string("1.10"));
  EXPECT_EQ(parsed.flow->tasks[0].run_if.source(), base::Value::string("false"));
}

// FLOW-1
TEST(FlowParser, RevisionLineIsStripped) {
  EXPECT_EQ(strip_revision_line("id: a\nrevision: 3\nnamespace: n\n"), "id: a\nnamespace: n\n");
  EXPECT_EQ(strip_revision_line("revision: 12 # set by the server\r\nid: a\r\n"), "id: a\r\n");
  EXPECT_EQ(strip_revision_line("id: a\nrevision: 3"), "id: a\n");
  for (const char* kept : {"", "\n", "id: a\n  revision: 3\n", "revision: abc\n", "revisions: 3\n", "# revision: 3\n",
                           "description: |\n  revision: 3\n", "revision:\n", "revision: 3 4\n", "revision 3\n",
                           "id: a\n\n\n# comment\n"}) {
    EXPECT_EQ(strip_revision_line(kept), kept);
  }
}

// FLOW-80
TEST(FlowParser, SlasSayWhatTheyAskForAndWhatFollows) {
  auto valid = [](std::string_view slas) {
    return parse_flow(fmt::format("id: f\nnamespace: n\nsla: {}\ntasks:\n  - {{id: a, type: "
                                  "io.kestra.plugin.core.log.Log, message: hi}}\n",
                                  slas),
                      testing::test_types())
        .ok();
  };
  EXPECT_TRUE(valid("[{id: s, type: MAX_DURATION, duration: PT1H, behavior: CANCEL, labels: {sla: missed}}]"));
  EXPECT_TRUE(valid("[{id: s, type: EXECUTION_ASSERTION, assert: \"{{ true }}\", behavior: NONE}]"));
  EXPECT_FALSE(valid("[{id: s, type: MAX_DURATION, behavior: CANCEL}]")) << "duration";
  EXPECT_FALSE(valid("[{id: s, type: EXECUTION_ASSERTION, behavior: CANCEL}]")) << "assert";
  EXPECT_FALSE(valid("[{id: s, type: MAX_DURATION, duration: PT1H}]")) << "behavior";
  EXPECT_FALSE(valid("[{type: MAX_DURATION, duration: PT1H, behavior: FAIL}]")) << "id";
  EXPECT_FALSE(valid("[{id: s, type: OTHER, behavior: FAIL}]"));
  EXPECT_FALSE(valid("[{id: s, type: MAX_DURATION, duration: PT1H, behavior: FAIL, labels: {system.x: y}}]"));
}

TEST(FlowParser, DuplicateSlaIdsAreAWarning) {  // FLOW-80
  const ParsedFlow parsed = parse_flow(
      "id: f\nnamespace: n\ntasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: hi}\nsla:\n"
      "  - {id: s, type: MAX_DURATION, duration: PT1H, behavior: FAIL}\n  - {id: s, type: MAX_DURATION, duration: "
      "PT2H, behavior: NONE}\n",
      testing::test_types());
  EXPECT_TRUE(parsed.ok()) << parsed.first_error();
  EXPECT_THAT(parsed.warnings(), ::testing::Contains(::testing::HasSubstr("Duplicate sla with id [s]")));
}

// FLOW-6: what the compatibility cases expect, word for word.
TEST(FlowParser, TextsOfRest) {
  const std::string text = constraints(R"(
id: f
namespace: company.team
inputs: [{id: n, type: STRING}, {id: n, type: INT}]
tasks:
  - {id: a, type: io.kestra.plugin.core.log.Log, message: hi}
  - {id: a.b, type: io.kestra.plugin.core.log.Log}
  - id: s
    type: io.kestra.plugin.core.flow.Sequential
    tasks: [{id: a, type: io.kestra.plugin.core.log.Log, message: hi}]
finally: [{id: f, type: io.kestra.plugin.core.log.Log, message: hi}]
afterExecution: [{id: f, type: io.kestra.plugin.core.log.Log, message: hi}]
)");
  EXPECT_TRUE(text.starts_with("Validation error: ")) << text;
  EXPECT_NE(text.find(": Invalid Flow: Duplicate task id with name [a, f], Duplicate input with name [n]\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("a.b.message: must not be null\n"), std::string::npos) << text;
  EXPECT_NE(text.find("a.b.id: must match \"^[a-zA-Z0-9][a-zA-Z0-9_-]*\"\n"), std::string::npos) << text;
}

// FLOW-6: positions when saving, ids when validating; objects inside a task stay at their position.
TEST(FlowParser, PathsByPositionAndById) {
  const ParsedFlow parsed = with(
      "  - id: s\n    type: io.kestra.plugin.core.flow.Sequential\n    tasks:\n      - {id: deep, type: "
      "io.kestra.plugin.core.log.Log}\n"
      "      - {type: io.kestra.plugin.core.log.Log, message: x}\n  - {id: r, type: io.kestra.plugin.core.log.Log, "
      "message: x, retry: {type: constant}}\n"
      "errors:\n  - {id: e, type: io.kestra.plugin.core.log.Log}\n"
      "inputs:\n  - {id: f, type: FORM, inputs: [{id: g, type: ENUM}]}\n  - {id: v, type: STRING, validator: '['}\n  - "
      "{id: s, type: SELECT, values: [{a: 1}]}\n");
  EXPECT_EQ(violation_lines(parsed, PathStyle::position),
            "inputs[0].inputs[0].values: must not be null\n"
            "inputs[1].validator: invalid pattern [[]\n"
            "Cannot deserialize value of type `java.lang.String` from Object value (token `JsonToken.START_OBJECT`) "
            "(at inputs[2].values[0], line 18)\n"
            "tasks[1].tasks[0].message: must not be null\n"
            "tasks[1].tasks[1].id: must not be null\n"
            "tasks[2].retry.interval: must not be null\n"
            "errors[0].message: must not be null\n");
  EXPECT_EQ(violation_lines(parsed, PathStyle::id),
            "f.g.values: must not be null\n"
            "v.validator: invalid pattern [[]\n"
            "Cannot deserialize value of type `java.lang.String` from Object value (token `JsonToken.START_OBJECT`) "
            "(at inputs[2].values[0], line 18)\n"
            "s.deep.message: must not be null\n"
            "s.tasks[1].id: must not be null\n"
            "tasks[2].retry.interval: must not be null\n"
            "errors[0].message: must not be null\n");
  EXPECT_TRUE(
      invalid_entity_message(parsed).starts_with("Invalid entity: inputs[0].inputs[0].values: must not be null\n"));
  EXPECT_EQ(invalid_entity_message(parse(hello)), "");
  EXPECT_EQ(validation_constraints(parse(hello)), std::nullopt);
}

// FLOW-2, API-91
TEST(FlowParser, SourcesThatAreNotAFlow) {
  EXPECT_TRUE(constraints("id: a\nnamespace: [unclosed\n")
                  .starts_with("Unable to validate the flow: Illegal Flow source: YAML parsing error: "));
  EXPECT_NE(constraints("id: a\nnamespace: [unclosed\n").find("(at line "), std::string::npos);
  EXPECT_NE(constraints("id: a\nid: b\n").find("Duplicate field 'id'"), std::string::npos)
      << constraints("id: a\nid: b\n");
  EXPECT_NE(constraints("").find("Cannot create flow with null or blank source"), std::string::npos);
  EXPECT_NE(constraints("# only a comment\n").find("Cannot create flow with null or blank source"), std::string::npos);
  EXPECT_NE(constraints("- a\n").find("a flow is a mapping"), std::string::npos);
  EXPECT_EQ(constraints("id: t\nnamespace: n\ntasks: [{id: a, type: io.kestra.plugin.core.debug.UnknownTask}]\n"),
            "Validation error: Invalid type: io.kestra.plugin.core.debug.UnknownTask (at tasks[0], line 3)\n");
  EXPECT_EQ(constraints("id: t\nnamespace: n\ntasks: [{id: a, message: hi}]\n"),
            "Validation error: Invalid type: <null> (at tasks[0], line 3)\n");
}

TEST(FlowParser, WhatIsKnownOfABrokenFlow) {
  const ParsedFlow parsed = parse("id: broken\nnamespace: company.team\nrevision: 4\ntasks: 5\n");
  EXPECT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.id, "broken");
  EXPECT_EQ(parsed.namespace_, "company.team");
  EXPECT_EQ(parsed.revision, 4);
  EXPECT_NE(parsed.first_error(), "");
  EXPECT_EQ(parse("id: [a]\nnamespace: {b: c}\n").id, "");
}

// FLOW-5
TEST(FlowParser, ReservedIds) {
  for (const char* id : {"pause", "resume", "force-run", "change-status", "kill", "executions", "search", "source",
                         "disable", "enable"}) {
    const std::string text = constraints(
        fmt::format("id: {}\nnamespace: n\ntasks: [{{id: a, type: io.kestra.plugin.core.debug.Return}}]\n", id));
    EXPECT_EQ(text, fmt::format("Validation error: : Invalid Flow: Flow id is a reserved keyword: {}. List of reserved "
                                "keywords: pause, resume, "
                                "force-run, change-status, kill, executions, search, source, disable, enable\n",
                                id));
    EXPECT_TRUE(is_reserved_flow_id(id));
  }
  EXPECT_FALSE(is_reserved_flow_id("Pause"));
}

// FLOW-6: dashes. The reference reports only an expression that consists of the reference alone; we report it in any
// position [+].
TEST(FlowParser, DashReferences) {
  const std::unordered_set<std::string_view> ids{"my-key", "a.b-c"};
  for (const char* bad : {"{{ inputs.my-key }}", "{{inputs.my-key}}", "x {{ inputs.my-key | upper }}",
                          "{{ foo(inputs.my-key) }}", "{% if inputs.my-key %}", "{{ inputs.my-key.foo }}",
                          "{{ inputs.a.b-c }}", "{{ x }} {{ inputs.my-key", "{{ a ?? inputs.my-key }}"}) {
    EXPECT_TRUE(has_dash_reference(bad, "inputs", ids)) << bad;
  }
  for (const char* good : {"inputs.my-key", "{{ inputs['my-key'] }}", "{{ inputs.my-keyx }}", "{{ inputs.my }}",
                           "{{ myinputs.my-key }}", "{{ x.inputs.my-key }}", "{{ outputs.my-key }}",
                           "{{ x }} inputs.my-key", "{", "{{", "{ { inputs.my-key } }", ""}) {
    EXPECT_FALSE(has_dash_reference(good, "inputs", ids)) << good;
  }
  const ParsedFlow nested = parse(
      "id: f\nnamespace: n\ninputs: [{id: my-key, type: STRING}]\ntasks:\n  - id: s\n    type: "
      "io.kestra.plugin.core.flow.Sequential\n    tasks:\n"
      "      - {id: a, type: io.kestra.plugin.core.debug.Return, format: '{{ inputs.my-key }}'}\n"
      "  - {id: b, type: io.kestra.plugin.core.log.Log, message: [x, '{{ inputs.my-key }}']}\n"
      "  - {id: c, type: io.kestra.plugin.core.debug.Return, runIf: '{{ inputs.my-key }}'}\n");
  EXPECT_NE(nested.first_error().find("offending tasks: [s, a, b]"), std::string::npos) << nested.first_error();
}

// FLOW-6
TEST(FlowParser, AssetsMayBeSwitchedOff) {
  const std::string source = std::string(hello) + "    assets: {inputs: [{id: a}]}\n";
  EXPECT_TRUE(parse(source).ok());
  const ParsedFlow refused = parse(source, {.rules = {.allow_assets = false}});
  EXPECT_EQ(refused.first_error(),
            "Task 'say' can't have any `assets` because assets are only available in Enterprise Edition.");
}

// FLOW-7
TEST(FlowParser, Advice) {
  const ParsedFlow parsed = parse(R"(
id: f
namespace: n
tasks:
  - id: s
    type: io.kestra.plugin.core.flow.Sequential
    timeout: PT1S
    taskCache: {enabled: true}
    workerGroup: {key: x}
    tasks:
      - {id: a, type: io.kestra.core.tasks.log.Log, message: "{{ 1 + }}"}
      - {id: b, type: io.kestra.core.tasks.log.Log, message: hi, timeout: PT1S}
      - {id: c, type: io.kestra.plugin.core.debug.Echo, format: x}
  - {id: p, type: io.kestra.plugin.core.flow.Pause, delay: PT1S, timeout: PT1M}
  - {id: r, type: io.kestra.plugin.core.http.Request, uri: x, password: hunter2}
  - {id: q, type: io.kestra.plugin.core.http.Request, uri: x, password: "{{ secret('X') }}"}
)");
  ASSERT_TRUE(parsed.ok()) << parsed.first_error();
  const std::vector<std::string> warnings = parsed.warnings();
  ASSERT_EQ(warnings.size(), 5U) << fmt::format("{}", fmt::join(warnings, "\n"));
  EXPECT_EQ(warnings[0], "The task 's' cannot use the 'timeout' property as it's only relevant for runnable tasks.");
  EXPECT_EQ(warnings[1], "The task 's' cannot use the 'taskCache' property as it's only relevant for runnable tasks.");
  EXPECT_EQ(warnings[2],
            "The task 's' cannot use the 'workerGroup' property as it's only relevant for runnable tasks.");
  EXPECT_EQ(std::ranges::count(parsed.diagnostics, broken_expression, &syntax::Diagnostic::code), 1);
  EXPECT_EQ(warnings[3],
            "Task 'r': Property 'password' is annotated as a secret and should be provided as a Pebble expression "
            "(e.g., `{{ secret('MY_SECRET') }}`), not "
            "a plain-text value.");
  EXPECT_EQ(parsed.infos,
            std::vector<std::string>{"io.kestra.core.tasks.log.Log is replaced by io.kestra.plugin.core.log.Log"});
  EXPECT_EQ(parsed.deprecated_paths, (std::vector<std::string>{"tasks[0].tasks[2]", "tasks[1].delay"}));
  EXPECT_TRUE(
      parse(
          "id: f\nnamespace: n\ntasks: [{id: s, type: io.kestra.plugin.core.flow.Pause, taskCache: {enabled: true}}]\n",
          {.advise = false})
          .diagnostics.empty());
}

/// `line:column text: message help` of every advice about expressions.
std::vector<std::string> expression_advice(std::string_view source) {
  const ParsedFlow parsed = parse(source);
  EXPECT_TRUE(parsed.ok()) << parsed.first_error();
  std::vector<std::string> found;
  for (const syntax::Diagnostic& advice : parsed.diagnostics) {
    if (!advice.code.text.starts_with("GYR-X")) continue;
    EXPECT_EQ(advice.severity, syntax::Severity::warning);
    found.push_back(fmt::format("{}:{} {}: {} {}", advice.span->line, advice.span->column,
                                source.substr(advice.span->offset, advice.span->end_offset - advice.span->offset),
                                advice.message, advice.help));
  }
  return found;
}

// EXPR-7: advice about what will fail when it is rendered; the flow is valid.
TEST(FlowAdvice, NamesThatDoNotExist) {
  const std::string start =
      "id: f\nnamespace: n\ninputs:\n  - {id: name, type: STRING}\n  - {id: a.b, type: STRING}\ntasks:\n";
  const std::string echo = "io.kestra.plugin.core.debug.Return";
  EXPECT_EQ(expression_advice(start + "  - id: fetch\n    type: " + echo +
                              "\n    format: \"x {{ inputs.nme }} {{ inputs.a.b }} {{ inputs.name }}\"\n"),
            std::vector<std::string>{"9:26 nme: The flow has no input `nme`. did you mean `name`? available: name, a"});
  EXPECT_EQ(expression_advice(start + "  - {id: fetch, type: " + echo + ", format: a}\n  - {id: parse, type: " + echo +
                              ", format: a}\n  - id: say\n    type: " + echo +
                              "\n    format: |\n      first\n      {{ outputs.fetsh.value }}\n"),
            std::vector<std::string>{"13:18 fetsh: The flow has no task `fetsh` with outputs. did you mean `fetch`? "
                                     "tasks before this one: fetch, parse"});
  EXPECT_EQ(expression_advice(
                start + "  - {id: fetch, type: " + echo +
                ", format: \"{{ outputs.parse.value }}{{ outputs.fetch.value }}\"}\n  - {id: parse, type: " + echo +
                ", format: '{{ inputs.name | uper }}', runIf: '{{ nwo() }}'}\noutputs:\n  - {id: o, type: STRING, "
                "value: \"{{ outputs.prse.value }}\"}\n"),
            (std::vector<std::string>{
                "7:79 parse: The outputs of `parse` are read before the task has run. tasks before this one: none",
                "7:104 fetch: The outputs of `fetch` are read before the task has run. tasks before this one: none",
                "8:85 uper: Filter [uper] does not exist. did you mean `upper`?",
                "8:106 nwo: Function or Macro [nwo] does not exist. did you mean `now`?",
                "10:46 prse: The flow has no task `prse` with outputs. did you mean `parse`? tasks before this one: "
                "fetch, parse"}));
}

// EXPR-87, TASK-55: no advice where the expression says what holds otherwise, or where the order is open.
TEST(FlowAdvice, IsQuietWhereNothingIsWrong) {
  const std::string start = "id: f\nnamespace: n\ntasks:\n";
  EXPECT_TRUE(expression_advice(start + R"(
  - {id: one, type: io.kestra.plugin.core.debug.Return, format: "{{ outputs.two.value ?? inputs.none | default('x') }}{{ inputs.m is defined }}"}
  - {id: two, type: io.kestra.plugin.core.debug.Return, format: "{{ outputs.one.value }}{{ outputs[inputs].x }}{{ trigger.outputs.y }}"}
  - id: seq
    type: io.kestra.plugin.core.flow.Sequential
    tasks:
      - {id: inner, type: io.kestra.plugin.core.debug.Return, format: "{{ outputs.one.value }}{{ outputs.seq.x }}"}
    errors:
      - {id: failed, type: io.kestra.plugin.core.debug.Return, format: "{{ outputs.inner.value }}"}
  - {id: last, type: io.kestra.plugin.core.debug.Return, format: "{{ outputs.inner.value }}{% for outputs in vars.x %}{{ outputs.y.z }}{% endfor %}"}
errors:
  - {id: report, type: io.kestra.plugin.core.debug.Return, format: "{{ outputs.last.value }}"}
outputs:
  - {id: o, type: STRING, value: "{{ outputs.last.value }}"}
)")
                  .empty());
}

// The reference refuses some of these; an empty value is nothing here, wherever text would not do.
TEST(FlowParser, EmptyValuesCountAsMissing) {
  const ParsedFlow parsed = with(
      "    retry:\n    logLevel:\n    "
      "taskCache:\nerrors:\ninputs:\nlabels:\nvariables:\nconcurrency:\ntriggers:\npluginDefaults:\nrevision:\n");
  ASSERT_TRUE(parsed.ok()) << parsed.first_error();
  EXPECT_TRUE(parsed.flow->variables.is_map());
  EXPECT_EQ(constraints("id: f\nnamespace: n\ntasks:\n"), "Validation error: tasks: must not be empty\n");
}

// FLOW-10: the old name.
TEST(FlowParser, TaskDefaults) {
  const ParsedFlow parsed =
      with("    level: INFO\ntaskDefaults:\n  - {type: io.kestra.plugin.core.log.Log, values: {logLevel: ERROR}}\n");
  ASSERT_TRUE(parsed.ok()) << parsed.first_error();
  EXPECT_EQ(parsed.flow->tasks[0].log_level, LogLevel::error);
  EXPECT_EQ(parsed.deprecated_paths, std::vector<std::string>{"taskDefaults"});
}

// API-91
TEST(FlowParser, OneTaskOrTrigger) {
  EXPECT_EQ(
      validation_constraints(parse_task("id: t\ntype: io.kestra.plugin.core.log.Log\nmessage: hi\n", test_types())),
      std::nullopt);
  EXPECT_EQ(validation_constraints(parse_task("id: t\ntype: io.kestra.plugin.core.log.Log\n", test_types())),
            "Validation error: message: must not be null\n");
  EXPECT_NE(validation_constraints(parse_task("id: t\ntype: nothing\n", test_types()))->find("Invalid type: nothing"),
            std::string::npos);
  EXPECT_NE(validation_constraints(parse_task("[", test_types()))->find("YAML parsing error"), std::string::npos);
  EXPECT_EQ(validation_constraints(
                parse_trigger("id: t\ntype: io.kestra.plugin.test.Interval\ninterval: PT1M\n", test_types())),
            std::nullopt);
}

TEST(FlowJson, WhatInputsProposeIsText) {  // API-60, SDK-6
  const ParsedFlow parsed = parse(R"(
id: f
namespace: n
inputs:
  - {id: i, type: INT, defaults: 3}
  - {id: b, type: BOOL, defaults: true}
  - {id: f, type: FLOAT, defaults: 1.50}
  - {id: p, type: INT, prefill: 7}
  - {id: j, type: JSON, defaults: {a: [1, 2], b: x}}
  - {id: m, type: MULTISELECT, values: [a, b], defaults: [a]}
  - {id: s, type: STRING, defaults: 12}
  - {id: e, type: STRING, defaults: "{{ 1 }}"}
  - {id: g, type: FORM, inputs: [{id: c, type: INT, defaults: 4}]}
tasks: [{id: s, type: io.kestra.plugin.core.debug.Return, format: x}]
)");
  ASSERT_TRUE(parsed.ok()) << parsed.first_error();
  const base::Value flow = flow_to_value(*parsed.flow, test_types());
  const auto proposed = [&](size_t index, std::string_view name) {
    const base::Value input = flow.find("inputs")->items()[index];
    return syntax::write_json(*input.find(name));
  };
  EXPECT_EQ(proposed(0, "defaults"), R"("3")");
  EXPECT_EQ(proposed(1, "defaults"), R"("true")");
  EXPECT_EQ(proposed(2, "defaults"), R"("1.50")");
  EXPECT_EQ(proposed(3, "prefill"), R"("7")");
  EXPECT_EQ(proposed(4, "defaults"), R"("{\"a\":[1,2],\"b\":\"x\"}")");
  EXPECT_EQ(proposed(5, "defaults"), R"("[\"a\"]")");
  EXPECT_EQ(proposed(6, "defaults"), R"("12")");
  EXPECT_EQ(proposed(7, "defaults"), R"("{{ 1 }}")");
  EXPECT_EQ(syntax::write_json(*flow.find("inputs")->items()[8].find("inputs")->items()[0].find("defaults")), R"("4")");
  EXPECT_EQ(syntax::write_json(*input_to_value(parsed.flow->inputs[0], "i").find("defaults")), R"("3")");
}

// API-60
TEST(FlowJson, TasksAsWrittenLabelsAsList) {
  const ParsedFlow parsed = parse(R"(
id: f
namespace: n
labels: {team: data}
inputs:
  - {id: s, type: SELECT, values: [a, 1]}
  - {id: 5, type: INT, min: "3"}
tasks:
  - {id: 7, type: io.kestra.core.tasks.log.Log, message: 1.10, description: 0123, disabled: "true", retry: {type: constant, interval: PT1S}}
  - {id: s, type: io.kestra.plugin.core.flow.Sequential, tasks: [{id: r, type: io.kestra.plugin.core.debug.Return, format: 1.10}]}
concurrency: {limit: "3"}
pluginDefaults: [{type: io.kestra.plugin.core.log.Log, values: {level: WARN}}]
variables: {a: [1, ~]}
)");
  ASSERT_TRUE(parsed.ok()) << parsed.first_error();
  parsed.flow->revision = 3;
  EXPECT_EQ(
      syntax::write_json(flow_to_value(*parsed.flow, test_types())),
      R"({"id":"f","namespace":"n","revision":3,"labels":[{"key":"team","value":"data"}],)"
      R"("inputs":[{"id":"s","type":"SELECT","values":["a","1"],"required":true,"allowCustomValue":false,"autoSelectFirst":false,"isRadio":false},)"
      R"({"id":"5","type":"INT","min":3,"required":true}],"variables":{"a":[1,null]},)"
      R"("tasks":[{"id":"7","type":"io.kestra.core.tasks.log.Log","message":1.1,"description":"0123","disabled":true,)"
      R"("retry":{"type":"constant","interval":"PT1S","warningOnRetry":false,"behavior":"RETRY_FAILED_TASK"}},)"
      R"({"id":"s","type":"io.kestra.plugin.core.flow.Sequential","tasks":[{"id":"r","type":"io.kestra.plugin.core.debug.Return","format":"1.10"}]}],)"
      R"("pluginDefaults":[{"type":"io.kestra.plugin.core.log.Log","values":{"level":"WARN"},"forced":false}],)"
      R"("concurrency":{"limit":3,"behavior":"QUEUE"},"disabled":false,"deleted":false,"draft":false})");
  const std::vector<std::string> choices{"x", "y"};
  EXPECT_EQ(
      syntax::write_json(input_to_value(parsed.flow->inputs[0], "form.s", &choices)),
      R"({"id":"form.s","type":"SELECT","values":["x","y"],"required":true,"allowCustomValue":false,"autoSelectFirst":false,"isRadio":false})");
}

// FLOW-96: a flow of many tasks is parsed in a time that grows with its size.
TEST(FlowParser, ManyTasks) {
  std::string source = "id: many\nnamespace: n\ntasks:\n";
  for (int i = 0; i < 5000; ++i)
    source += fmt::format("  - {{id: t{}, type: io.kestra.plugin.core.log.Log, message: \"{{{{ vars.x }}}}\"}}\n", i);
  const ParsedFlow parsed = parse(source);
  ASSERT_TRUE(parsed.ok()) << parsed.first_error();
  EXPECT_EQ(parsed.flow->tasks.size(), 5000U);
}

// Hostile sources end in a finding, never in a crash.
TEST(FlowParser, HostileSources) {
  std::string nested = "id: f\nnamespace: n\ntasks:\n";
  std::string indent = "  ";
  for (int i = 0; i < 40; ++i) {
    nested += indent + fmt::format("- id: s{}\n", i) + indent + "  type: io.kestra.plugin.core.flow.Sequential\n" +
              indent + "  tasks:\n";
    indent += "    ";
  }
  nested += indent + "- {id: a, type: io.kestra.plugin.core.log.Log}\n";
  EXPECT_FALSE(parse(nested).ok());
  std::string cycle = "id: f\nnamespace: n\ninputs:\n";
  for (int i = 0; i < 2000; ++i)
    cycle += fmt::format("  - {{id: i{}, type: STRING, dependsOn: {{inputs: [i{}]}}}}\n", i, (i + 1) % 2000);
  EXPECT_FALSE(parse(cycle + "tasks: [{id: a, type: io.kestra.plugin.core.debug.Return}]\n").ok());
  std::string dots = "id: f\nnamespace: n\ninputs: [{id: a" + std::string(50'000, '.') +
                     ", type: STRING}]\ntasks: [{id: a, type: io.kestra.plugin.core.debug.Return}]\n";
  EXPECT_FALSE(parse(dots).ok());
  for (const std::string& source : {std::string("\0", 1), std::string("\xff\xfe"), std::string(1000, '['),
                                    std::string("id: \xc3\x28\n"), std::string(200'000, ' '), std::string("&a [*a]")}) {
    EXPECT_FALSE(parse(source).ok());
  }
}

}  // namespace

}  // namespace gyr::model
