// Dag, AllowFailure, EachSequential, EachParallel, Template in the engine (TASK-32, TASK-36, TASK-37, TASK-41).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/harness.h"
#include "engine/types.h"
#include "model/flow_parser.h"

namespace gyr::engine {
namespace {

using base::Value;
using model::State;
using ::testing::Contains;
using testing::Harness;
using ::testing::HasSubstr;

TEST(Dag, StartsTasksWhoseDependenciesHaveEnded) {  // TASK-32
  Harness flow(R"(
tasks:
  - id: dag
    type: io.kestra.plugin.core.flow.Dag
    tasks:
      - task: {id: last, type: test.Work}
        dependsOn: [left, right]
      - task: {id: left, type: test.Work}
        dependsOn: [root]
      - task: {id: right, type: test.Work, runIf: "{{ false }}"}
        dependsOn: [root]
      - task: {id: root, type: test.Work}
      - task: {id: alone, type: test.Work}
)");
  flow.hold_work();
  flow.run();
  EXPECT_EQ(flow.tree(), "dag:RUNNING root:SUBMITTED alone:SUBMITTED");
  flow.finish_work("root");
  EXPECT_EQ(flow.tree(), "dag:RUNNING root:SUCCESS alone:SUBMITTED left:SUBMITTED right:SKIPPED");
  flow.finish_work("left");
  flow.finish_work("last");
  EXPECT_EQ(flow.execution_state(), State::running);
  flow.finish_work("alone");
  EXPECT_EQ(flow.tree(), "dag:SUCCESS root:SUCCESS alone:SUCCESS left:SUCCESS right:SKIPPED last:SUCCESS");
}

TEST(Dag, HonoursItsLimit) {  // TASK-32
  Harness flow(R"(
tasks:
  - id: dag
    type: io.kestra.plugin.core.flow.Dag
    concurrent: 1
    tasks:
      - task: {id: a, type: test.Work}
      - task: {id: b, type: test.Work}
)");
  flow.hold_work();
  flow.run();
  EXPECT_EQ(flow.tree(), "dag:RUNNING a:SUBMITTED");
  flow.finish_work("a");
  flow.finish_work("b");
  EXPECT_EQ(flow.execution_state(), State::success);
}

TEST(Dag, ItsLimitMayBeAnExpression) {  // TASK-3, and of a Parallel (TASK-31)
  for (const char* tasks :
       {"type: io.kestra.plugin.core.flow.Dag, tasks: [{task: {id: a, type: test.Work}}, {task: {id: b, type: "
        "test.Work}}]",
        "type: io.kestra.plugin.core.flow.Parallel, tasks: [{id: a, type: test.Work}, {id: b, type: test.Work}]"}) {
    for (const char* limit : {"\"{{ 3 - 2 }}\"", "1"}) {
      Harness flow("\ntasks:\n  - {id: p, concurrent: " + std::string(limit) + ", " + tasks + "}\n");
      flow.hold_work();
      flow.run();
      EXPECT_EQ(flow.tree(), "p:RUNNING a:SUBMITTED") << tasks;
    }
    Harness wrong("\ntasks:\n  - {id: p, concurrent: \"{{ 'many' }}\", " + std::string(tasks) + "}\n");
    wrong.run();
    EXPECT_EQ(wrong.tree(), "p:FAILED") << tasks;  // TASK-26
  }
}

TEST(Dag, ADisabledTaskBlocksNoOtherTask) {  // TASK-32 [+], EXEC-165
  Harness flow(R"(
tasks:
  - id: dag
    type: io.kestra.plugin.core.flow.Dag
    tasks:
      - task: {id: off, type: test.Echo, text: x, disabled: true}
      - task: {id: on, type: test.Echo, text: x}
        dependsOn: [off]
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "dag:SUCCESS on:SUCCESS");
}

TEST(Dag, NoTaskStartsAfterAFailure) {  // TASK-32, TASK-21
  Harness flow(R"(
tasks:
  - id: dag
    type: io.kestra.plugin.core.flow.Dag
    tasks:
      - task: {id: ko, type: test.Work}
      - task: {id: long, type: test.Work}
      - task: {id: after, type: test.Work}
        dependsOn: [ko]
      - task: {id: later, type: test.Work}
        dependsOn: [long]
    errors:
      - {id: handler, type: test.Work}
)");
  flow.hold_work();
  flow.run();
  flow.finish_work("ko", {State::failed, {}});
  flow.finish_work("long");
  flow.finish_work("handler");
  EXPECT_EQ(flow.tree(), "dag:FAILED ko:FAILED long:SUCCESS handler:SUCCESS");
}

TEST(Dag, AGraphInEachRoundOfALoop) {  // TASK-32: children of one Dag, not of the task
  Harness flow(R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    concurrencyLimit: 0
    values: [a, b]
    tasks:
      - id: dag
        type: io.kestra.plugin.core.flow.Dag
        tasks:
          - task: {id: second, type: test.Echo, text: x}
            dependsOn: [first]
          - task: {id: first, type: test.Echo, text: x}
)");
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_EQ(flow.state().run_count(), 7U);
}

/// What validation says about a Dag of these entries.
std::string problem(const std::string& entries) {
  plugin::Registry registry;
  register_engine_types(registry);
  auto parsed = model::parse_flow(
      "id: f\nnamespace: a\ntasks:\n  - id: dag\n    type: io.kestra.plugin.core.flow.Dag\n    tasks: " + entries,
      registry);
  return parsed.ok() ? "" : parsed.first_error();
}

std::string entry(const std::string& id, const std::string& depends_on) {
  return "{task: {id: " + id + ", type: io.kestra.plugin.core.execution.Exit}, dependsOn: [" + depends_on + "]}";
}

TEST(Dag, InvalidGraphsAreReported) {  // TASK-32
  EXPECT_EQ(problem("[" + entry("a", "") + "," + entry("b", "a") + "]"), "");
  EXPECT_THAT(problem("[" + entry("a", "x, y") + "," + entry("b", "x") + "]"),
              HasSubstr("Not existing task id in dependency: x, y"));
  EXPECT_THAT(
      problem("[" + entry("a", "b") + "," + entry("b", "a") + "," + entry("c", "a") + "," + entry("d", "") + "]"),
      HasSubstr("Cyclic dependency detected: a, b"));
  EXPECT_THAT(problem("[" + entry("a", "a") + "]"), HasSubstr("Cyclic dependency detected: a"));
  EXPECT_THAT(problem("[]"), HasSubstr("must not be empty"));
}

TEST(EachParallel, ItsLimitMayBeAnExpression) {  // TASK-36, TASK-3
  for (const char* limit : {"\"{{ 3 - 2 }}\"", "1"}) {
    Harness flow("\ntasks:\n  - {id: p, type: io.kestra.plugin.core.flow.EachParallel, concurrent: " +
                 std::string(limit) + ", value: \"{{ ['x', 'y'] }}\", tasks: [{id: a, type: test.Work}]}\n");
    flow.hold_work();
    flow.run();
    EXPECT_EQ(flow.tree(), "p:RUNNING a[x]:SUBMITTED") << limit;
    flow.crash();
    flow.finish_work("a");
    EXPECT_EQ(flow.tree(), "p:RUNNING a[x]:SUCCESS a[y]:SUBMITTED") << limit;
  }
  for (const char* all : {"\"{{ 0 }}\"", "\"{{ -1 }}\""}) {
    Harness flow("\ntasks:\n  - {id: p, type: io.kestra.plugin.core.flow.EachParallel, concurrent: " +
                 std::string(all) + ", value: [x, y], tasks: [{id: a, type: test.Work}]}\n");
    flow.hold_work();
    flow.run();
    EXPECT_EQ(flow.tree(), "p:RUNNING a[x]:SUBMITTED a[y]:SUBMITTED") << all;
  }
  Harness wrong(
      "\ntasks:\n  - {id: p, type: io.kestra.plugin.core.flow.EachParallel, concurrent: \"{{ 'many' }}\", value: [x], "
      "tasks: [{id: a, type: test.Work}]}\n");
  wrong.run();
  EXPECT_EQ(wrong.tree(), "p:FAILED");  // TASK-26
}

TEST(AllowFailure, AFailureBecomesAWarning) {  // TASK-37
  Harness flow(R"(
tasks:
  - id: allow
    type: io.kestra.plugin.core.flow.AllowFailure
    tasks:
      - id: seq
        type: io.kestra.plugin.core.flow.Sequential
        tasks:
          - {id: ko, type: test.Fail, text: x}
      - {id: never, type: test.Echo, text: x}
    errors:
      - {id: own, type: test.Echo, text: x}
    finally:
      - {id: last, type: test.Echo, text: x}
  - id: quiet
    type: io.kestra.plugin.core.flow.AllowFailure
    allowWarning: true
    tasks:
      - {id: ko2, type: test.Fail, text: x}
  - {id: after, type: test.Echo, text: x}
errors:
  - {id: flows, type: test.Echo, text: x}
)");
  flow.run();
  EXPECT_EQ(flow.tree(),
            "allow:WARNING seq:FAILED ko:FAILED own:SUCCESS last:SUCCESS quiet:SUCCESS ko2:FAILED after:SUCCESS");
  EXPECT_EQ(flow.execution_state(), State::warning);
}

TEST(AllowFailure, WithoutAFailureItIsASequence) {  // TASK-37
  Harness flow(R"(
tasks:
  - id: allow
    type: io.kestra.plugin.core.flow.AllowFailure
    tasks:
      - {id: a, type: test.Echo, text: x}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "allow:SUCCESS a:SUCCESS");
}

TEST(EachSequential, OneValueAfterAnother) {  // TASK-36
  Harness flow(R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.EachSequential
    value: '["a", "b", "a"]'
    tasks:
      - {id: one, type: test.Echo, text: "{{ taskrun.value }}"}
      - {id: two, type: test.Echo, text: "{{ outputs.one[taskrun.value].value }}"}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "each:SUCCESS one[a]:SUCCESS two[a]:SUCCESS one[b]:SUCCESS two[b]:SUCCESS");
  EXPECT_EQ(flow.find("two", "b")->run.iteration, 1);
}

TEST(EachParallel, EveryTaskOfEveryValueAtOnce) {  // TASK-36
  Harness flow(R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.EachParallel
    value: [a, b]
    tasks:
      - {id: one, type: test.Work}
      - {id: two, type: test.Work}
)");
  flow.hold_work();
  flow.run();
  EXPECT_EQ(flow.tree(), "each:RUNNING one[a]:SUBMITTED two[a]:SUBMITTED one[b]:SUBMITTED two[b]:SUBMITTED");
  for (const char* task : {"two", "one", "one", "two"}) flow.finish_work(task);
  EXPECT_EQ(flow.execution_state(), State::success);
}

TEST(EachParallel, HonoursItsLimit) {  // TASK-36
  Harness flow(R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.EachParallel
    concurrent: 3
    value: "{{ ['a', 'b'] }}"
    tasks:
      - {id: one, type: test.Work}
      - {id: two, type: test.Work}
)");
  flow.hold_work();
  flow.run();
  EXPECT_EQ(flow.tree(), "each:RUNNING one[a]:SUBMITTED two[a]:SUBMITTED one[b]:SUBMITTED");
  flow.finish_work("one");
  EXPECT_EQ(flow.tree(), "each:RUNNING one[a]:SUCCESS two[a]:SUBMITTED one[b]:SUBMITTED two[b]:SUBMITTED");
  flow.finish_work("two", {State::failed, {}});
  EXPECT_EQ(flow.tree(), "each:FAILED one[a]:SUCCESS two[a]:FAILED one[b]:FAILED two[b]:FAILED");
}

TEST(TemplateTask, SaysThatTemplatesAreSwitchedOff) {  // TASK-41
  Harness flow(R"(
tasks:
  - {id: t, type: io.kestra.plugin.core.flow.Template, namespace: company.team, templateId: shared, args: {a: "{{ nothing }}"}}
errors:
  - {id: e, type: test.Echo, text: x}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "t:FAILED e:SUCCESS");
  EXPECT_THAT(flow.log_messages(),
              Contains(HasSubstr("Templates are disabled: the template 'company.team.shared' cannot be run.")));
}

}  // namespace
}  // namespace gyr::engine
