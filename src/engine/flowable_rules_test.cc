// What holds for every flowable, seen in whole flows (TASK-6, TASK-22 to TASK-34).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/harness.h"

namespace gyr::engine {
namespace {

using base::Value;
using model::State;
using testing::Harness;

TEST(FlowableRules, DecisionsAreMadeOnce) {  // TASK-25, EXEC-152
  Harness flow(R"(
variables: {values: [a, b], go: true}
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: "{{ vars.values }}"
    tasks:
      - {id: change, type: io.kestra.plugin.core.execution.SetVariables, variables: {values: [x], go: false}}
  - id: choice
    type: io.kestra.plugin.core.flow.If
    condition: "{{ vars.values == ['x'] }}"
    then:
      - {id: back, type: io.kestra.plugin.core.execution.SetVariables, variables: {values: [y]}}
      - {id: still, type: test.Echo, text: x}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "each:SUCCESS change[a]:SUCCESS change[b]:SUCCESS choice:SUCCESS back:SUCCESS still:SUCCESS");
}

TEST(FlowableRules, AFlowablePrecedesItsChildren) {  // TASK-28, TASK-20
  Harness flow(R"(
tasks:
  - id: outer
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - id: left
        type: io.kestra.plugin.core.flow.Sequential
        tasks: [{id: a, type: test.Echo, text: x}, {id: b, type: test.Echo, text: x}]
      - {id: right, type: test.Echo, text: x}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "outer:SUCCESS left:SUCCESS right:SUCCESS a:SUCCESS b:SUCCESS");
  EXPECT_EQ(flow.find("a")->run.parent_id, flow.find("left")->run.id);
  EXPECT_EQ(flow.find("left")->run.parent_id, flow.find("outer")->run.id);
  EXPECT_FALSE(flow.find("outer")->run.parent_id);
}

TEST(FlowableRules, WithoutAnEnabledChildItSucceedsAfterItsFinally) {  // TASK-30, TASK-23
  Harness flow(R"(
tasks:
  - id: seq
    type: io.kestra.plugin.core.flow.Sequential
    tasks: [{id: off, type: test.Fail, text: x, disabled: true}]
    finally: [{id: last, type: test.Work}]
  - id: all
    type: io.kestra.plugin.core.flow.Parallel
    tasks: [{id: off2, type: test.Fail, text: x, disabled: true}]
)");
  flow.hold_work();
  flow.run();
  EXPECT_EQ(flow.tree(), "seq:RUNNING last:SUBMITTED");
  flow.finish_work("last", {State::failed, {}});
  EXPECT_EQ(flow.tree(), "seq:SUCCESS last:FAILED all:SUCCESS");
  EXPECT_EQ(flow.execution_state(), State::success);
}

TEST(FlowableRules, AKilledChildDoesNotStopWhatFollows) {  // TASK-22, EXEC-166
  Harness flow(R"(
tasks:
  - id: seq
    type: io.kestra.plugin.core.flow.Sequential
    tasks:
      - {id: child, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: other}
      - {id: next, type: test.Echo, text: x}
  - {id: last, type: test.Echo, text: x}
errors:
  - {id: never, type: test.Echo, text: x}
)");
  flow.run();
  flow.deliver(ChildEnded{flow.find("child")->run.id, flow.children()[0].child, State::killed, {}, 1});
  flow.run();
  EXPECT_EQ(flow.tree(), "seq:KILLED child:KILLED next:SUCCESS last:SUCCESS");
  EXPECT_EQ(flow.execution_state(), State::killed);
}

TEST(FlowableRules, ErrorsDoNotWaitForRunningSiblings) {  // TASK-31, TASK-21, TASK-27
  Harness flow(R"(
tasks:
  - id: all
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - {id: ko, type: test.Work}
      - id: slow
        type: io.kestra.plugin.core.flow.Sequential
        tasks: [{id: work, type: test.Work}, {id: never, type: test.Echo, text: x}]
    errors: [{id: handler, type: test.Work}, {id: second, type: test.Fail, text: x}, {id: third, type: test.Echo, text: x}]
)");
  flow.hold_work();
  flow.run();
  flow.finish_work("ko", {State::failed, {}});
  EXPECT_EQ(flow.tree(), "all:RUNNING ko:FAILED slow:RUNNING work:SUBMITTED handler:SUBMITTED");
  flow.finish_work("handler");
  // A failed task of `errors` does not stop the next one; what is open takes the state of its parent.
  EXPECT_EQ(flow.tree(), "all:FAILED ko:FAILED slow:FAILED work:FAILED handler:SUCCESS second:FAILED third:SUCCESS");
  flow.finish_work("work");
  EXPECT_EQ(flow.states_of("work"), "CREATED SUBMITTED FAILED SUCCESS");
  EXPECT_EQ(flow.states_of("slow"), "CREATED RUNNING FAILED");
}

TEST(FlowableRules, ASkippedFlowableSkipsItsSubtree) {  // TASK-6
  Harness flow(R"(
tasks:
  - id: skipped
    type: io.kestra.plugin.core.flow.Sequential
    runIf: "{{ false }}"
    tasks: [{id: a, type: test.Fail, text: x}]
    finally: [{id: f, type: test.Echo, text: x}]
  - id: broken
    type: io.kestra.plugin.core.flow.Sequential
    allowFailure: true
    runIf: "{{ nothing }}"
    tasks: [{id: b, type: test.Echo, text: x}]
    errors: [{id: own, type: test.Echo, text: x}]
errors:
  - {id: flows, type: test.Echo, text: x}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "skipped:SKIPPED broken:FAILED flows:SUCCESS");
  EXPECT_EQ(flow.states_of("skipped"), "CREATED SKIPPED");
  EXPECT_EQ(flow.states_of("broken"), "CREATED FAILED");
  EXPECT_TRUE(flow.find("broken")->run.attempts.empty());
}

TEST(FlowableRules, ASwitchWithoutTasksToRun) {  // TASK-34, EXEC-165
  Harness flow(R"(
tasks:
  - id: empty
    type: io.kestra.plugin.core.flow.Switch
    value: 1
    cases:
      1: [{id: off, type: test.Echo, text: x, disabled: true}]
  - id: only_defaults
    type: io.kestra.plugin.core.flow.Switch
    value: anything
    defaults: [{id: d, type: test.Echo, text: x}]
  - id: no_match
    type: io.kestra.plugin.core.flow.Switch
    allowFailure: true
    value: other
    cases:
      one: [{id: one, type: test.Echo, text: x}]
    errors: [{id: own, type: test.Echo, text: x}]
    finally: [{id: own_finally, type: test.Echo, text: x}]
  - {id: last, type: test.Echo, text: x}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "empty:SUCCESS only_defaults:SUCCESS d:SUCCESS no_match:WARNING last:SUCCESS");
  EXPECT_THAT(flow.log_messages(),
              ::testing::Contains(::testing::HasSubstr("No task found on flow 'company.team.flow', task 'no_match'")));
  EXPECT_EQ(flow.find("no_match")->run.outputs,
            Value::map({{"value", Value::string("other")}, {"defaults", Value::boolean(true)}}));
}

TEST(FlowableRules, AChildWithAPendingRetryHasNotFailed) {  // TASK-24
  Harness flow(R"(
tasks:
  - id: all
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - {id: again, type: test.Work, retry: {type: constant, interval: PT1S, maxAttempts: 2}}
      - {id: work, type: test.Work}
    errors: [{id: handler, type: test.Echo, text: x}]
)");
  flow.script("again", {{State::failed, {}}, {State::success, {}}});
  flow.run();
  EXPECT_EQ(flow.tree(), "all:SUCCESS again:SUCCESS work:SUCCESS");
}

}  // namespace
}  // namespace gyr::engine
