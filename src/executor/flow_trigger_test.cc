// Flow triggers from the end of one execution to the start of another, wherever the process dies
// (TRIG-110 to TRIG-137).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>

#include "base/testing/reaches.h"
#include "executor/testing/harness.h"

namespace gyr::executor {
namespace {

using base::Value;
using model::State;
using test::Harness;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr std::string_view quick = R"(
labels: {team: x}
tasks:
  - {id: make, type: io.kestra.plugin.core.debug.Return, format: gold}
outputs:
  - {id: result, type: STRING, value: "{{ outputs.make.value }}"}
)";
constexpr std::string_view slow = "tasks:\n  - {id: work, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}\n";

/// A flow with one trigger; `properties` are its lines, indented by four.
std::string listening(std::string_view properties, std::string_view more = {}) {
  return std::string(more) +
         "tasks:\n  - {id: say, type: io.kestra.plugin.core.debug.Return, format: heard}\ntriggers:\n  - id: t\n" +
         "    type: io.kestra.plugin.core.trigger.Flow\n" + std::string(properties);
}

std::string on_flow(std::string_view id) {
  return "    conditions:\n      - {type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: company.team, "
         "flowId: " +
         std::string(id) + "}\n";
}

std::vector<model::Execution> all_of(Harness& server, std::string_view flow) {
  auto reader = server.store().open_reader();
  store::ExecutionQuery query{store::Visible::internal("a test")};
  query.tenant = "main";
  query.flow_ids = {{store::Operator::equals, {std::string(flow)}}};
  query.order = {{"id", false}};
  auto page = (*reader)->search_executions(query);
  EXPECT_TRUE(page.has_value());
  std::vector<model::Execution> found;
  for (auto& row : page->results) found.push_back(std::move(row.execution));
  return found;
}

std::vector<std::string> lines_of(Harness& server, std::string_view flow) {
  auto reader = server.store().open_reader();
  store::LogQuery query{store::Visible::internal("a test")};
  query.tenant = "main";
  query.flow_ids = {{store::Operator::equals, {std::string(flow)}}};
  query.trigger_ids = {{store::Operator::equals, {"t"}}};
  auto page = (*reader)->search_logs(query);
  EXPECT_TRUE(page.has_value());
  std::vector<std::string> lines;
  for (const auto& line : page->results) lines.push_back(std::string(model::to_text(line.level)) + " " + line.message);
  return lines;
}

/// States of the upstream executions that started those of a flow, sorted: ids of one millisecond have no order.
std::string states_heard(Harness& server, std::string_view flow) {
  std::multiset<std::string> states;
  for (const auto& execution : all_of(server, flow)) states.emplace(execution.trigger->variables.find("state")->text());
  std::string text;
  for (const auto& state : states) text += state + " ";
  return text;
}

/// Every message has been applied. They are stored by the commit that has them told and deleted by that of what came of
/// them, so nothing is on its way where there is none.
bool is_settled(Harness& server) {
  auto reader = server.store().open_reader();
  auto messages = (*reader)->inbox(0, model::slot_count - 1, -1, 1);
  return messages && messages->empty();
}

void settle(Harness& server) {
  while (!is_settled(server)) std::this_thread::yield();
}

bool has_ended(Harness& server, base::Id id) { return model::is_terminated(server.row(id)->execution.state.current()); }

/// The same, once this execution has ended; or the process dies first (FaultyStore::die_after).
void settle_or_die(Harness& server, base::Id id) {
  std::atomic<bool> is_dead = false;
  server.store().set_on_death([&is_dead] { is_dead = true; });
  // At first the worker's report may still be on its way: the server is settled then, too.
  while (!is_dead && (!is_settled(server) || !has_ended(server, id))) std::this_thread::yield();
  server.store().set_on_death(nullptr);
}

base::Id run_to_end(Harness& server, std::string_view flow) {
  const base::Id id = server.run(flow);
  server.wait_for_end(id);
  settle(server);
  return id;
}

TEST(FlowTriggers, StartAFlowAtTheEndOfAnother) {  // TRIG-115, TRIG-116, TRIG-23
  Harness server;
  server.deploy(quick, "up");
  server.deploy(
      listening("    labels: {by: \"{{ flow.id }}\", result: \"{{ trigger.outputs.result }}\"}\n" + on_flow("up"),
                "labels: {own: o}\n"),
      "down");
  const base::Id up = run_to_end(server, "up");
  const auto started = all_of(server, "down");
  ASSERT_THAT(started, SizeIs(1));
  const model::Execution& down = started[0];
  EXPECT_EQ(down.state.current(), State::success);
  EXPECT_EQ(down.trigger->id, "t");
  EXPECT_EQ(down.trigger->type, "io.kestra.plugin.core.trigger.Flow");
  EXPECT_THAT(down.labels,
              UnorderedElementsAre(model::Label{"own", "o"}, model::Label{"by", "down"}, model::Label{"result", "gold"},
                                   model::Label{"system.correlationId", down.id.to_text()}))
      << "no system.from";
  const Value& variables = down.trigger->variables;
  EXPECT_EQ(variables.find("executionId")->text(), up.to_text());
  EXPECT_EQ(variables.find("state")->text(), "SUCCESS");
  EXPECT_EQ(*variables.find("outputs"), Value::map({{"result", Value::string("gold")}}));
  EXPECT_EQ(variables.find("lastTaskId")->text(), "make");
  EXPECT_EQ(variables.find("firstFailedTaskId"), nullptr);
}

TEST(FlowTriggers, CopyTheCorrelationIdAndNoOtherLabel) {  // TRIG-116
  Harness server;
  server.deploy(quick, "up");
  server.deploy(listening(on_flow("up")), "down");
  CreateExecution create = server.create("up");
  create.labels = {{"team", "x"}, {"system.correlationId", "abc"}};
  const base::Id up = create.id;
  ASSERT_TRUE(server.submit(std::move(create)).has_value());
  server.wait_for_end(up);
  settle(server);
  const auto started = all_of(server, "down");
  ASSERT_THAT(started, SizeIs(1));
  EXPECT_THAT(started[0].labels, ElementsAre(model::Label{"system.correlationId", "abc"}));
  EXPECT_EQ(*started[0].trigger->variables.find("executionLabels"), Value::map({{"team", Value::string("x")}}));
}

TEST(FlowTriggers, GetEachChangeOfState) {  // TRIG-115, TRIG-1071, TRIG-1072, EXEC-15
  Harness server;
  server.deploy(
      "tasks:\n  - {id: hold, type: io.kestra.plugin.core.flow.Pause}\n  - {id: make, type: "
      "io.kestra.plugin.core.debug.Return, format: x}\n",
      "amid");
  server.deploy("tasks:\n  - {id: hold, type: io.kestra.plugin.core.flow.Pause}\n", "last");
  server.deploy(listening(on_flow("amid")), "usual");
  server.deploy(listening("    states: [CREATED, RUNNING, PAUSED, SUCCESS]\n" + on_flow("amid")), "listed");
  server.deploy(listening("    states: [RUNNING, PAUSED, SUCCESS]\n" + on_flow("last")), "at_the_end");
  for (const char* flow : {"amid", "last"}) {
    const base::Id up = server.run(flow);
    server.wait_until(up, [](const auto& row) { return row.execution.state.current() == State::paused; });
    auto reader = server.store().open_reader();
    const base::Id pause = (*(*reader)->task_runs(up, 0, 1))[0].run.id;
    auto resumed = server.submit(ResumeExecution{up, pause, Value::empty_map(), {}});
    ASSERT_TRUE(resumed.has_value()) << resumed.error().to_string();
    server.wait_for_end(up);
    settle(server);
  }
  EXPECT_EQ(states_heard(server, "usual"), "PAUSED SUCCESS ");
  EXPECT_EQ(states_heard(server, "listed"), "PAUSED RUNNING RUNNING SUCCESS ");
  EXPECT_EQ(states_heard(server, "at_the_end"), "PAUSED RUNNING SUCCESS ")
      << "a pause with nothing behind it is not seen running again";
}

TEST(FlowTriggers, IgnoreTheirOwnFlowAndTestRunsAndDoNotFireWhenDisabled) {  // TRIG-21, TRIG-115, TRIG-1082, EXEC-15
  Harness server;
  server.deploy(listening("    conditions: []\n"), "everything");
  server.deploy(listening("    disabled: true\n"), "off");
  server.deploy(listening("    states: [SUCCESS]\n", "disabled: true\n"), "flow_off");
  server.deploy(quick, "up");
  (void)run_to_end(server, "everything");
  EXPECT_THAT(all_of(server, "everything"), SizeIs(1));
  CreateExecution test = server.create("up");
  test.kind = model::ExecutionKind::test;
  const base::Id id = test.id;
  ASSERT_TRUE(server.submit(std::move(test)).has_value());
  server.wait_for_end(id);
  settle(server);
  EXPECT_THAT(all_of(server, "everything"), SizeIs(1));
  (void)run_to_end(server, "up");
  EXPECT_THAT(all_of(server, "everything"), SizeIs(2));
  EXPECT_THAT(all_of(server, "off"), IsEmpty());
  EXPECT_THAT(all_of(server, "flow_off"), IsEmpty());
}

TEST(FlowTriggers, FollowTheirFlow) {  // principle: triggers are rows
  Harness server;
  server.deploy(quick, "up");
  server.deploy(listening(on_flow("up")), "down");
  server.stop();
  server.start();
  (void)run_to_end(server, "up");
  EXPECT_THAT(all_of(server, "down"), SizeIs(1)) << "found again after a restart";
  server.deploy(listening(on_flow("other")), "down");
  (void)run_to_end(server, "up");
  EXPECT_THAT(all_of(server, "down"), SizeIs(1)) << "its new revision listens to another flow";
  server.deploy(listening(on_flow("up")), "down");
  (void)run_to_end(server, "up");
  EXPECT_THAT(all_of(server, "down"), SizeIs(2));
  ASSERT_TRUE(
      server.submit(DeleteFlow{std::make_shared<const model::FlowKey>(model::FlowKey{"main", "company.team", "down"})})
          .has_value());
  (void)run_to_end(server, "up");
  EXPECT_THAT(all_of(server, "down"), SizeIs(2));
}

TEST(FlowTriggers, InputsAreRenderedCheckedAndConverted) {  // TRIG-117, TRIG-25, TRIG-1081
  Harness server;
  server.deploy(quick, "up");
  server.deploy("tasks:\n  - {id: make, type: io.kestra.plugin.core.debug.Return, format: gold}\n", "poor");
  constexpr std::string_view declared = "inputs:\n  - {id: v, type: STRING}\n  - {id: n, type: INT, defaults: 7}\n";
  server.deploy(listening("    inputs: {v: \"{{ trigger.outputs.result }} {{ outputs.make.value }}\"}\n", declared),
                "down");
  (void)run_to_end(server, "up");
  auto started = all_of(server, "down");
  ASSERT_THAT(started, SizeIs(1));
  EXPECT_EQ(started[0].inputs, Value::map({{"v", Value::string("gold gold")}, {"n", Value::integer(7)}}));
  EXPECT_THAT(lines_of(server, "down"), IsEmpty());
  (void)run_to_end(server, "poor");
  EXPECT_THAT(all_of(server, "down"), SizeIs(1));
  const auto lines = lines_of(server, "down");
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_THAT(lines,
              ::testing::Contains("WARN Failed to trigger flow company.team.down for trigger t, invalid inputs"));

  server.deploy(listening("    inputs: {v: a, n: many}\n" + on_flow("up"), declared), "wrong");
  (void)run_to_end(server, "up");
  EXPECT_THAT(all_of(server, "wrong"), IsEmpty());
  EXPECT_THAT(lines_of(server, "wrong"), SizeIs(2));
}

TEST(FlowTriggers, AConditionThatFailsIsLoggedInTheLogOfTheTrigger) {  // TRIG-115, TRIG-22
  Harness server;
  server.deploy(quick, "up");
  server.deploy(listening("    conditions:\n      - {type: io.kestra.plugin.core.condition.Expression, expression: "
                          "\"{{ nothing.at.all }}\"}\n"),
                "down");
  server.deploy(listening("    logLevel: ERROR\n    conditions:\n      - {type: "
                          "io.kestra.plugin.core.condition.Expression, expression: \"{{ nothing.at.all }}\"}\n"),
                "quiet");
  (void)run_to_end(server, "up");
  EXPECT_THAT(all_of(server, "down"), IsEmpty());
  ASSERT_THAT(lines_of(server, "down"), SizeIs(1));
  EXPECT_THAT(lines_of(server, "down")[0],
              ::testing::StartsWith("WARN [namespace: company.team] [flow: down] [condition: "));
  EXPECT_THAT(lines_of(server, "quiet"), IsEmpty()) << "TRIG-13";
}

TEST(FlowTriggers, ConditionsCanUseHostCalls) {  // TRIG-115
  Harness server;
  server.deploy(quick, "up");
  server.deploy(listening("    conditions:\n      - {type: io.kestra.plugin.core.condition.Expression, expression: "
                          "\"{{ kv('on') == 'yes' and outputs.make.value == 'gold' }}\"}\n"),
                "down");
  const auto switch_to = [&](const char* value) {
    return server.host_call("down", {}, "kv.set",
                            Value::map({{"key", Value::string("on")},
                                        {"value", Value::string(value)},
                                        {"kvType", Value::string("STRING")},
                                        {"overwrite", Value::boolean(true)}}));
  };
  ASSERT_TRUE(switch_to("yes").has_value());
  const base::Id up = server.run("up");
  server.wait_for_end(up);
  // The host answers on a thread of its own: what was started is waited for.
  while (all_of(server, "down").empty() && lines_of(server, "down").empty()) std::this_thread::yield();
  EXPECT_THAT(lines_of(server, "down"), IsEmpty());
  EXPECT_THAT(all_of(server, "down"), SizeIs(1));
}

constexpr std::string_view both = R"(
    preconditions:
      id: both
      flows:
        - {namespace: company.team, flowId: a, states: [SUCCESS]}
        - {namespace: company.team, flowId: b, states: [SUCCESS]}
)";

std::string giving(std::string_view output) {
  return "tasks:\n  - {id: make, type: io.kestra.plugin.core.debug.Return, format: x}\noutputs:\n  - {id: " +
         std::string(output) + ", type: STRING, value: \"{{ execution.id }}\"}\n";
}

TEST(Preconditions, FireWhenAllAreMetAndStartAgain) {  // TRIG-127 to TRIG-129, TRIG-1073, TRIG-1074
  const base::testing::Reaches reaches("a window of a flow trigger is complete");
  Harness server;
  for (const char* flow : {"a", "b", "d"}) server.deploy(giving(flow), flow);
  server.deploy(listening(both), "down");
  server.deploy(listening(std::string(both) + "      resetOnSuccess: false\n"), "kept");
  std::string fired, kept;
  base::Id first_b;
  for (const char* flow : {"a", "a", "b", "b", "d", "a"}) {
    const base::Id id = run_to_end(server, flow);
    if (first_b.is_none() && flow[0] == 'b') first_b = id;
    fired += std::to_string(all_of(server, "down").size());
    kept += std::to_string(all_of(server, "kept").size());
  }
  EXPECT_EQ(fired, "001112") << "at the first b and at the last a";
  EXPECT_EQ(kept, "001223") << "at the first b, the second b, the last a; not at d";
  const auto started = all_of(server, "down");
  const Value& outputs = *started[0].trigger->variables.find("outputs");
  EXPECT_NE(outputs.find("a"), nullptr) << "of all that came together";
  EXPECT_EQ(outputs.find("b")->text(), first_b.to_text());
}

// Windows from the end of executions to the start of another, at the times of the examples (the server's zone is UTC).
TEST(Preconditions, CountEventsWithinTheirWindow) {  // TRIG-1075 to TRIG-1078, TRIG-130 to TRIG-133
  struct Example {
    const char* window;
    std::vector<std::pair<const char*, const char*>> events;  ///< time of day, flow
    size_t fired;
  };
  constexpr const char* six_hours = "{type: DURATION_WINDOW, window: PT6H, windowAdvance: PT6H}";
  constexpr const char* an_hour = "{type: SLIDING_WINDOW, window: PT1H}";
  constexpr const char* until_nine = "{type: DAILY_TIME_DEADLINE, deadline: '09:00'}";
  constexpr const char* forenoon = "{type: DAILY_TIME_WINDOW, startTime: '06:00', endTime: '12:00'}";
  for (const Example& example :
       {Example{six_hours, {{"11:50", "a"}, {"12:10", "b"}}, 0},
        Example{six_hours, {{"11:50", "a"}, {"11:55", "b"}}, 1}, Example{an_hour, {{"10:00", "a"}, {"10:59", "b"}}, 1},
        Example{an_hour, {{"10:00", "a"}, {"11:01", "b"}}, 0}, Example{until_nine, {{"08:59", "a"}}, 1},
        Example{until_nine, {{"09:00", "a"}}, 0}, Example{until_nine, {{"17:00", "a"}}, 0},
        Example{forenoon, {{"05:59", "a"}}, 0}, Example{forenoon, {{"06:00", "a"}}, 1},
        Example{forenoon, {{"12:00", "a"}}, 0}}) {
    SCOPED_TRACE(fmt::format("{} {}", example.window, example.events.back().first));
    Harness server;
    server.set_clock("2024-05-01T00:00:00Z");
    std::string flows;
    for (const auto& [time, flow] : example.events) {
      server.deploy(quick, flow);
      flows +=
          fmt::format("{}{{namespace: company.team, flowId: {}, states: [SUCCESS]}}", flows.empty() ? "" : ", ", flow);
    }
    server.deploy(listening(fmt::format("    preconditions:\n      id: p\n      timeWindow: {}\n      flows: [{}]\n",
                                        example.window, flows)),
                  "down");
    for (const auto& [time, flow] : example.events) {
      server.set_clock(fmt::format("2024-05-01T{}:00Z", time));
      run_to_end(server, flow);
    }
    EXPECT_EQ(all_of(server, "down").size(), example.fired);
  }
}

TEST(Preconditions, WithoutConditionsFireAtEachEvent) {  // TRIG-120
  Harness server;
  server.deploy(quick, "up");
  server.deploy(listening("    preconditions: {id: p}\n"), "down");
  (void)run_to_end(server, "up");
  (void)run_to_end(server, "up");
  EXPECT_THAT(all_of(server, "down"), SizeIs(2));
}

TEST(Preconditions, AreDeletedWithTheirFlow) {  // a flow that is made again begins anew
  Harness server;
  for (const char* flow : {"a", "b"}) server.deploy(giving(flow), flow);
  server.deploy(listening(both), "down");
  (void)run_to_end(server, "a");
  ASSERT_TRUE(
      server.submit(DeleteFlow{std::make_shared<const model::FlowKey>(model::FlowKey{"main", "company.team", "down"})})
          .has_value());
  server.deploy(listening(both), "down");
  (void)run_to_end(server, "b");
  EXPECT_THAT(all_of(server, "down"), IsEmpty());
  (void)run_to_end(server, "a");
  EXPECT_THAT(all_of(server, "down"), SizeIs(1));
}

TEST(Preconditions, KeepMetConditionsIfOthersChange) {  // TRIG-127
  Harness server;
  for (const char* flow : {"a", "b"}) server.deploy(giving(flow), flow);
  server.deploy(listening(both), "down");
  (void)run_to_end(server, "a");
  server.deploy(listening(both, "description: changed\n"), "down");
  (void)run_to_end(server, "b");
  EXPECT_THAT(all_of(server, "down"), SizeIs(1));
}

TEST(MultipleConditions, FireWhenAllAreMet) {  // TRIG-137
  Harness server;
  for (const char* flow : {"a", "b"}) server.deploy(giving(flow), flow);
  server.deploy(listening(R"(
    conditions:
      - {type: io.kestra.plugin.core.condition.ExecutionStatus, in: [SUCCESS]}
      - id: both
        type: io.kestra.plugin.core.condition.MultipleCondition
        window: P1D
        windowAdvance: P0D
        conditions:
          first: {type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: company.team, flowId: a}
          second: {type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: company.team, flowId: b}
)"),
                "down");
  (void)run_to_end(server, "a");
  EXPECT_THAT(all_of(server, "down"), IsEmpty());
  (void)run_to_end(server, "b");
  EXPECT_THAT(all_of(server, "down"), SizeIs(1));
}

TEST(FlowTriggers,
     StartOnceWhereverTheProcessDies) {  // principle: durable messages
  for (size_t commits = 0; commits < 6; ++commits) {
    SCOPED_TRACE(commits);
    Harness server;
    server.deploy(slow, "up");
    server.deploy(listening(on_flow("up")), "down");
    const base::Id up = server.run("up");
    auto job = server.workers().take("work");
    server.store().die_after(commits);
    server.workers().finish(job);
    settle_or_die(server, up);
    server.crash();
    server.start();
    if (server.row(up)->execution.state.current() != State::success)
      server.workers().finish(server.workers().take("work"));
    EXPECT_EQ(server.wait_for_end(up), State::success);
    settle(server);
    EXPECT_THAT(all_of(server, "down"), SizeIs(1));
    EXPECT_EQ(states_heard(server, "down"), "SUCCESS ");
  }
}

TEST(Preconditions, CountOnceWhereverTheProcessDies) {  // TRIG-127
  for (size_t commits = 0; commits < 6; ++commits) {
    SCOPED_TRACE(commits);
    Harness server;
    server.deploy(slow, "a");
    server.deploy(giving("b"), "b");
    server.deploy(listening(both), "down");
    const base::Id a = server.run("a");
    auto job = server.workers().take("work");
    server.store().die_after(commits);
    server.workers().finish(job);
    settle_or_die(server, a);
    server.crash();
    server.start();
    if (server.row(a)->execution.state.current() != State::success)
      server.workers().finish(server.workers().take("work"));
    EXPECT_EQ(server.wait_for_end(a), State::success);
    settle(server);
    EXPECT_THAT(all_of(server, "down"), IsEmpty());
    (void)run_to_end(server, "b");
    EXPECT_THAT(all_of(server, "down"), SizeIs(1)) << "what had come before the crash counts";
    (void)run_to_end(server, "b");
    EXPECT_THAT(all_of(server, "down"), SizeIs(1)) << "and only once";
  }
}

TEST(FlowTriggers, AFailedCommitIsDoneAgain) {  // principle: failed commits
  const base::testing::Reaches reaches("the evaluation of a flow trigger is rolled back");
  for (size_t after = 0; after < 4; ++after) {
    SCOPED_TRACE(after);
    Harness server;
    server.deploy(slow, "up");
    server.deploy(listening(on_flow("up")), "down");
    const base::Id up = server.run("up");
    auto job = server.workers().take("work");
    server.store().refuse_one(after);
    server.workers().finish(job);
    server.wait_for_end(up);
    // A refused commit is tried again a moment later: what was started is waited for.
    while (all_of(server, "down").empty()) std::this_thread::yield();
    settle(server);
    EXPECT_THAT(all_of(server, "down"), SizeIs(1));
  }
}

}  // namespace
}  // namespace gyr::executor
