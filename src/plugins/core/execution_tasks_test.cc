// Tasks about executions, logs and states: what they ask the server, and what they make of its answers.
#include <gmock/gmock.h>

#include "plugins/testing/task_test.h"

namespace gyr::plugins::testing {
namespace {

using base::Value;
using ::testing::HasSubstr;

class ExecutionTasks : public TaskTest {
 protected:
  ExecutionTasks() {
    context->host = [this](std::string_view, const Value&) {
      Value answer = answers.size() > 1 ? answers.front() : answers.back();
      if (answers.size() > 1) answers.erase(answers.begin());
      return base::Result<Value>(answer);
    };
  }
  const Value& call(size_t number = 0) const { return context->host_calls.at(number).second; }
  std::vector<Value> answers{Value()};
};

TEST_F(ExecutionTasks, CountKeepsTheRowsThatTheExpressionSelects) {  // CORE-98
  answers = {json(R"({"flows": [2, 0], "namespaces": [5, 0]})")};
  const Value out = outputs(
      R"({id: t, type: io.kestra.plugin.core.execution.Count, flows: [{namespace: a, flowId: x}, {namespace: a, flowId: y}],
      namespaces: [a, none], states: [FAILED], startDate: "2024-01-01T00:00:00Z", endDate: "2024-02-01T00:00:00Z", expression: "{{ count != 5 }}"})");
  EXPECT_EQ(
      out,
      json(
          R"({"results": [{"namespace": "a", "flowId": "x", "count": 2}, {"namespace": "a", "flowId": "y", "count": 0}], "total": 2})"));
  EXPECT_EQ(context->host_calls[0].first, "executions.count");
  EXPECT_EQ(call().find("startDate")->as_instant(), base::Instant::of_millis(1'704'067'200'000));
  EXPECT_EQ(*call().find("states"), json(R"(["FAILED"])"));
}

TEST_F(ExecutionTasks, CountNeedsToKnowWhat) {  // CORE-98
  EXPECT_THAT(failure("{id: t, type: io.kestra.plugin.core.execution.Count}"), HasSubstr("`namespaces`"));
  EXPECT_THAT(failure("{id: t, type: io.kestra.plugin.core.execution.Count, flows: [{namespace: a}]}"),
              HasSubstr("flowId"));
  EXPECT_TRUE(context->host_calls.empty());
  answers = {json(R"({"flows": [], "namespaces": [1]})")};
  EXPECT_EQ(
      outputs("{id: t, type: io.kestra.plugin.core.execution.Count, namespaces: [a]}").find("total")->as_integer(), 1)
      << "[+] no expression keeps all";
}

TEST_F(ExecutionTasks, TheTargetIsWhole) {  // CORE-3
  for (std::string_view type : {"execution.Kill", "log.Fetch"}) {
    auto says = [&](std::string_view more) {
      return failure(fmt::format("{{id: t, type: io.kestra.plugin.core.{}, {}}}", type, more));
    };
    EXPECT_THAT(says("namespace: a, flowId: b"), HasSubstr("executionId"));
    EXPECT_THAT(says("executionId: x, namespace: a"), HasSubstr("flowId"));
    EXPECT_THAT(says("executionId: x, flowId: a"), HasSubstr("namespace"));
  }
  EXPECT_TRUE(context->host_calls.empty());
  EXPECT_TRUE(
      run("{id: t, type: io.kestra.plugin.core.execution.Kill, executionId: x, propagateKill: false}").has_value());
  EXPECT_EQ(call(), Value::map({{"executionId", text("x")},
                                {"namespace", Value()},
                                {"flowId", Value()},
                                {"propagateKill", Value::boolean(false)}}));
}

TEST_F(ExecutionTasks, PurgeContinuesUntilNothingIsLeft) {  // CORE-100, TASK-98
  answers = {json(R"({"executions": 2, "logs": 3, "metrics": 1, "storages": 4, "more": true})"),
             json(R"({"executions": 1, "logs": 0, "metrics": 0, "storages": 0, "more": false})")};
  EXPECT_EQ(outputs("{id: t, type: io.kestra.plugin.core.execution.PurgeExecutions, endDate: '2024-01-01T00:00:00Z', "
                    "namespace: a, batchSize: 2}"),
            json(R"({"executionsCount": 3, "logsCount": 3, "storagesCount": 4, "metricsCount": 1})"));
  ASSERT_EQ(context->host_calls.size(), 2u);
  EXPECT_EQ(call(1).find("page")->as_integer(), 1) << "what is gone moves the rest to the front";
  EXPECT_EQ(call(0).find("batchSize")->as_integer(), 2);
}

TEST_F(ExecutionTasks, PurgeOfPartsPagesOn) {  // CORE-100
  answers = {json(R"({"executions": 0, "logs": 3, "metrics": 0, "storages": 0, "more": true})"),
             json(R"({"executions": 0, "logs": 1, "more": false})")};
  EXPECT_EQ(outputs("{id: t, type: io.kestra.plugin.core.execution.PurgeExecutions, endDate: '2024-01-01T00:00:00Z', "
                    "purgeExecution: false}")
                .find("logsCount")
                ->as_integer(),
            4);
  EXPECT_EQ(call(1).find("page")->as_integer(), 2);
  EXPECT_FALSE(problems("{id: t, type: io.kestra.plugin.core.execution.PurgeExecutions}").empty())
      << "endDate is required";
  EXPECT_FALSE(problems("{id: t, type: io.kestra.plugin.core.log.PurgeLogs}").empty());
}

TEST_F(ExecutionTasks, PurgeLogsAddsUp) {  // CORE-72, TASK-100
  answers = {json(R"({"count": 1000, "more": true})"), json(R"({"count": 7, "more": false})")};
  EXPECT_EQ(
      outputs("{id: t, type: io.kestra.plugin.core.log.PurgeLogs, endDate: '2024-01-01T00:00:00Z', logLevels: [WARN]}")
          .find("count")
          ->as_integer(),
      1007);
  EXPECT_EQ(*call().find("logLevels"), json(R"(["WARN"])"));
}

TEST_F(ExecutionTasks, StatesNameWhatTheyMean) {  // CORE-92, TASK-102
  answers = {json(R"({"key": "flow_states_tasks-states_default", "count": 2})")};
  EXPECT_EQ(outputs("{id: t, type: io.kestra.plugin.core.state.Set, data: {a: 1, 'k{{ 1 }}': '{{ 2 }}'}}"),
            json(R"({"count": 2, "key": "flow_states_tasks-states_default"})"));
  EXPECT_EQ(*call().find("data"), json(R"({"a": 1, "k1": "2"})"));
  EXPECT_EQ(call().find("shared")->as_boolean(), false);
  answers = {json(R"({"key": "states_tasks-states_x", "found": false, "data": {}})")};
  EXPECT_EQ(outputs("{id: t, type: io.kestra.plugin.core.state.Get, name: x, namespace: true}"),
            json(R"({"count": 0, "data": {}})"));
  EXPECT_EQ(call(1).find("shared")->as_boolean(), true);
  EXPECT_EQ(failure("{id: t, type: io.kestra.plugin.core.state.Get, name: x, errorOnMissing: true}"),
            "State states_tasks-states_x not found");
  EXPECT_EQ(failure("{id: t, type: io.kestra.plugin.core.state.Delete, name: x, errorOnMissing: true}"),
            "State states_tasks-states_x not found");
  EXPECT_EQ(outputs("{id: t, type: io.kestra.plugin.core.state.Delete}"), json(R"({"deleted": false})"));
}

TEST_F(ExecutionTasks, ToggleDisablesByDefault) {  // TRIG-1085, TRIG-210
  EXPECT_TRUE(run("{id: t, type: io.kestra.plugin.core.trigger.Toggle, trigger: schedule}").has_value());
  EXPECT_EQ(context->host_calls[0].first, "triggers.toggle");
  EXPECT_EQ(call(), json(R"({"trigger": "schedule", "enabled": false})"));
  EXPECT_TRUE(run("{id: t, type: io.kestra.core.tasks.trigger.Toggle, trigger: \"{{ 'a' ~ 'b' }}\", flowId: f, "
                  "namespace: n, enabled: true}")
                  .has_value());
  EXPECT_EQ(call(1), json(R"({"trigger": "ab", "flowId": "f", "namespace": "n", "enabled": true})"));
}

}  // namespace
}  // namespace gyr::plugins::testing
