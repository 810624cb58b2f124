#include "model/state.h"

#include <gtest/gtest.h>

#include "model/execution.h"
#include "model/execution_json.h"
#include "syntax/json.h"

namespace gyr::model {

namespace {

base::Instant at(int64_t millis) { return base::Instant::of_millis(1'767'607'200'000 + millis); }

// EXEC-2
TEST(State, NamesAreReadAsWritten) {
  for (size_t i = 0; i < state_count; ++i) {
    const auto state = static_cast<State>(i);
    EXPECT_EQ(parse_state(to_text(state)), state);
  }
  EXPECT_EQ(to_text(State::resubmitted), "RESUBMITTED");
  EXPECT_EQ(parse_state("CANCELED"), State::cancelled);
  for (const char* wrong : {"", "success", "SUCCES", "SUCCESS ", "DONE"})
    EXPECT_EQ(parse_state(wrong), std::nullopt) << wrong;
}

// EXEC-3
TEST(State, Predicates) {
  const auto count = [](bool (*predicate)(State)) {
    int n = 0;
    for (size_t i = 0; i < state_count; ++i) n += predicate(static_cast<State>(i)) ? 1 : 0;
    return n;
  };
  EXPECT_EQ(count(is_terminated), 8);
  EXPECT_EQ(count(is_terminated_without_failure), 5);
  for (State state : {State::success, State::warning, State::retried, State::skipped, State::resubmitted}) {
    EXPECT_TRUE(is_terminated_without_failure(state));
  }
  EXPECT_TRUE(is_terminated(State::cancelled));
  EXPECT_FALSE(is_terminated(State::killing));
  EXPECT_FALSE(is_terminated(State::paused));
  EXPECT_TRUE(is_created(State::restarted));
  EXPECT_TRUE(is_running(State::killing));
}

// EXEC-3, EXEC-5
TEST(StateHistory, NeitherRepeatsNorRunsBackwards) {
  StateHistory history(State::created, at(100));
  EXPECT_TRUE(history.set(State::running, at(50)));
  EXPECT_EQ(history.changes()[1].date, at(100));
  EXPECT_FALSE(history.set(State::running, at(200)));
  EXPECT_EQ(history.changes().size(), 2U);
  EXPECT_EQ(history.ended(), std::nullopt);
  history.set(State::paused, at(300));
  EXPECT_EQ(history.ended(), at(300));
  history.set(State::running, at(400));
  EXPECT_EQ(history.ended(), std::nullopt);
  history.set(State::success, at(500));
  EXPECT_EQ(history.ended(), at(500));
  EXPECT_EQ(history.started(), at(100));
  EXPECT_EQ(StateHistory().current(), State::created);
  EXPECT_EQ(StateHistory().ended(), std::nullopt);
}

TEST(Names, OfKindsLevelsAndMetrics) {
  EXPECT_EQ(parse_execution_kind("PLAYGROUND"), ExecutionKind::playground);
  EXPECT_EQ(parse_execution_kind("normal"), std::nullopt);
  EXPECT_EQ(parse_log_level("WARN"), LogLevel::warn);
  EXPECT_EQ(parse_log_level("WARNING"), std::nullopt);
  EXPECT_EQ(parse_metric_type("timer"), MetricType::timer);
  EXPECT_EQ(to_text(MetricType::gauge), "gauge");
}

std::string json(const base::Value& value) { return syntax::write_json(value, {.duration_as_iso = true}); }

// API-63, EXEC-5
TEST(ExecutionJson, States) {
  StateHistory running(State::created, at(0));
  running.set(State::running, at(120));
  EXPECT_EQ(json(state_to_value(running)),
            R"({"current":"RUNNING","histories":[{"state":"CREATED","date":"2026-01-05T10:00:00Z"},)"
            R"({"state":"RUNNING","date":"2026-01-05T10:00:00.120Z"}],"startDate":"2026-01-05T10:00:00Z"})");
  EXPECT_EQ(state_to_value(running, at(1000)).find("duration")->as_duration(), base::Duration::of_seconds(1));
  running.set(State::success, at(1200));
  const base::Value ended = state_to_value(running, at(99'000));
  EXPECT_EQ(json(*ended.find("duration")), "\"PT1.2S\"");
  EXPECT_EQ(ended.find("endDate")->as_instant(), at(1200));
}

// API-62, API-64, EXEC-120
TEST(ExecutionJson, ExecutionWithItsRuns) {
  Execution execution;
  execution.id = *base::Id::parse("4sA2cQ7yJk1mZ0b9XwQe3T");
  execution.flow = std::make_shared<const FlowKey>(FlowKey{"main", "company.team", "demo"});
  execution.revision = 3;
  execution.state = StateHistory(State::created, at(0));
  execution.inputs = base::Value::map({{"n", base::Value::narrow_integer(3)}, {"optional", base::Value::null()}});
  execution.outputs = base::Value::empty_map();
  execution.labels = {{"team", "data"}};
  execution.trigger = ExecutionTrigger{"daily", "io.kestra.plugin.core.trigger.Schedule", base::Value::empty_map(), ""};
  execution.original_created = at(0);
  execution.kind = ExecutionKind::test;
  execution.breakpoints = {{"a", "", false}, {"b", "1", true}};
  TaskRun run;
  run.id = *base::Id::parse("1Fv");
  run.task_id = "each";
  run.value = "a";
  run.iteration = 0;
  run.state = StateHistory(State::running, at(0));
  run.attempts.push_back({StateHistory(State::running, at(0)), "worker", ""});
  const base::Value value = execution_to_value(execution, {&run, 1});
  const std::string state =
      R"({"current":"RUNNING","histories":[{"state":"RUNNING","date":"2026-01-05T10:00:00Z"}],"startDate":"2026-01-05T10:00:00Z"})";
  EXPECT_EQ(
      json(*value.find("taskRunList")->at(0)),
      R"({"id":")" + run.id.to_text() +
          R"(","executionId":"4sA2cQ7yJk1mZ0b9XwQe3T","tenantId":"main","namespace":"company.team","flowId":"demo",)"
          R"("taskId":"each","value":"a","attempts":[{"state":)" +
          state + R"(,"workerId":"worker"}],"outputs":{},"state":)" + state + R"(,"iteration":0})");
  EXPECT_EQ(json(*value.find("inputs")), R"({"n":3,"optional":null})");
  EXPECT_EQ(value.find("outputs"), nullptr);
  EXPECT_EQ(value.find("parentId"), nullptr);
  EXPECT_EQ(json(*value.find("labels")), R"([{"key":"team","value":"data"}])");
  EXPECT_EQ(json(*value.find("originalId")), R"("4sA2cQ7yJk1mZ0b9XwQe3T")");
  EXPECT_EQ(json(*value.find("metadata")), R"({"attemptNumber":1,"originalCreatedDate":"2026-01-05T10:00:00Z"})");
  EXPECT_EQ(json(*value.find("trigger")),
            R"({"id":"daily","type":"io.kestra.plugin.core.trigger.Schedule","variables":{}})");
  EXPECT_EQ(json(*value.find("breakpoints")), R"([{"id":"a"},{"id":"b","value":"1"}])");
  EXPECT_EQ(json(*value.find("kind")), R"("TEST")");
  EXPECT_EQ(value.find("deleted")->as_boolean(), false);
}

// API-65
TEST(ExecutionJson, LogsAndMetrics) {
  LogEntry entry;
  entry.flow = std::make_shared<const FlowKey>(FlowKey{"main", "company.team", "demo"});
  entry.trigger_id = "t";
  entry.timestamp = at(0);
  entry.level = LogLevel::warn;
  entry.message = "a\nb";
  EXPECT_EQ(json(log_to_value(entry)),
            R"({"tenantId":"main","namespace":"company.team","flowId":"demo","attemptNumber":0,"triggerId":"t",)"
            R"("timestamp":"2026-01-05T10:00:00Z","level":"WARN","message":"a\nb"})");
  MetricEntry metric;
  metric.flow = entry.flow;
  metric.task_id = "t";
  metric.type = MetricType::timer;
  metric.name = "duration";
  metric.value = 2;
  metric.timestamp = at(0);
  EXPECT_EQ(
      json(metric_to_value(metric)),
      R"({"tenantId":"main","namespace":"company.team","flowId":"demo","taskId":"t","type":"timer","name":"duration",)"
      R"("value":2.0,"timestamp":"2026-01-05T10:00:00Z","tags":{}})");
}

}  // namespace

}  // namespace gyr::model
