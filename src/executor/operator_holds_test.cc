// What is ignored stays as it stands and goes on from there, kill switches, maintenance mode: on a real store, through
// restarts and crashes (EXEC-99, OPS-2, OPS-12, OPS-13).
#include "cluster/operator_holds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/reaches.h"
#include "command/errors.h"
#include "executor/testing/harness.h"
#include "model/labels.h"
#include "syntax/time.h"

namespace gyr::executor {
namespace {

using model::State;
using store::KillSwitchRow;
using store::SwitchEffect;
using test::Harness;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view morning = "2024-01-01T10:00:30Z";
constexpr std::string_view work = R"(
tasks:
  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}
  - {id: after, type: io.kestra.plugin.core.log.Log, message: done}
)";
constexpr std::string_view say = "tasks:\n  - {id: say, type: io.kestra.plugin.core.log.Log, message: hi}\n";

base::Instant time_of(std::string_view text) { return *syntax::parse_api_instant(text); }

IgnoreOptions ignore_flow(std::string flow) { return {.flows = {{"main", "company.team", std::move(flow)}}}; }

KillSwitchRow switch_of(SwitchEffect effect, std::string flow = {}) {
  KillSwitchRow row;
  row.id = "s";
  row.name = "Stop it";
  row.scope.tenant = "main";
  row.scope.namespace_ = flow.empty() ? "company" : "company.team";
  row.scope.flow = std::move(flow);
  row.effect = effect;
  row.start = base::Instant{};
  return row;
}

KillSwitchRow disabled(KillSwitchRow row) {
  row.enabled = false;
  return row;
}

template <class T>
base::ErrorCode code_of(const base::Result<T>& answer) {
  return answer ? base::ErrorCode{""} : answer.error().code();
}

std::string history(Harness& server, base::Id execution) {
  std::string text;
  for (const auto& change : server.row(execution)->execution.state.changes())
    text += (text.empty() ? "" : " ") + std::string(model::to_text(change.state));
  return text;
}

std::string label(Harness& server, base::Id execution, std::string_view key = model::kill_switch_label) {
  const auto row = server.row(execution);
  const std::string* value = model::find_label(row->execution.labels, key);
  return value == nullptr ? "" : *value;
}

std::function<bool(const store::ExecutionRow&)> is(State state) {
  return [state](const store::ExecutionRow& row) { return row.execution.state.current() == state; };
}

/// A worker has taken the job and begun.
test::ManualWorkers::Job begun(Harness& server, std::string_view task) {
  auto job = server.workers().take(task);
  server.workers().report(job, engine::WorkerStarted{job.dispatch.attempt, "w", time_of(morning)});
  server.wait_until(job.origin.execution, [&](const store::ExecutionRow&) {
    return server.tree(job.origin.execution).contains(std::string(task) + ":RUNNING");
  });
  return job;
}

/// Behind everything that the partitions had to do: each has answered a command since.
void wait_for_turns(Harness& server) {
  for (int i = 0; i < 16; ++i) {
    DeleteFlow nothing{std::make_shared<const model::FlowKey>(model::FlowKey{"main", "nobody", std::to_string(i)})};
    EXPECT_EQ(code_of(server.submit(std::move(nothing))), flow_not_found);
  }
}

// ---------------------------------------------------------------------------------------------- rules

TEST(RestraintSets, ApplyToTheirScope) {  // OPS-2, OPS-13
  const base::Id one{1, 1}, two{2, 2};
  HoldSet set;
  EXPECT_TRUE(set.empty());
  set.add({.tenant = "t", .namespace_ = "a.b", .name = "below"});
  set.add({.namespace_ = "x", .flow = "f", .name = "flow"});
  set.add({.executions = {one}, .name = "one"});
  EXPECT_NE(set.ignoring({"t", "a.b", "f"}, two), nullptr);
  EXPECT_NE(set.ignoring({"t", "a.b.c", "f"}, two), nullptr);
  EXPECT_EQ(set.ignoring({"t", "a.bc", "f"}, two), nullptr) << "not below it";
  EXPECT_EQ(set.ignoring({"t", "a", "f"}, two), nullptr);
  EXPECT_EQ(set.ignoring({"u", "a.b", "f"}, two), nullptr);
  EXPECT_NE(set.ignoring({"u", "x", "f"}, two), nullptr) << "of every tenant";
  EXPECT_EQ(set.ignoring({"u", "x.y", "f"}, two), nullptr) << "a flow is of one namespace";
  EXPECT_EQ(set.ignoring({"u", "x", "g"}, two), nullptr);
  EXPECT_NE(set.ignoring({"u", "x", "g"}, one), nullptr);
  EXPECT_EQ(set.ignoring({"u", "x", "g"}, {}), nullptr) << "the flow itself is not ignored for one execution";
  EXPECT_NE(set.ignoring(one), nullptr);
  EXPECT_EQ(set.ignoring(two), nullptr);
  set.add({.tenant = "t", .executions = {two}, .name = "two of t"});
  EXPECT_EQ(set.ignoring(two), nullptr) << "of another tenant it would not be meant";
  EXPECT_NE(set.ignoring({"t", "z", "f"}, two), nullptr);
  EXPECT_EQ(set.ignoring({"u", "z", "f"}, two), nullptr);
}

TEST(RestraintSets, TheStrongestRuleWins) {  // OPS-13
  HoldSet set;
  set.add({.effect = SwitchEffect::cancel, .tenant = "t"});
  set.add({.effect = SwitchEffect::pass, .tenant = "t"});
  EXPECT_FALSE(set.ignores_any());
  EXPECT_EQ(set.strongest({"t", "a", "f"}, {1, 1})->effect, SwitchEffect::cancel);
  set.add({.effect = SwitchEffect::kill, .tenant = "t", .namespace_ = "a"});
  set.add({.effect = SwitchEffect::ignore, .tenant = "t", .namespace_ = "a", .flow = "f"});
  EXPECT_EQ(set.strongest({"t", "a", "f"}, {1, 1})->effect, SwitchEffect::ignore);
  EXPECT_EQ(set.strongest({"t", "a", "g"}, {1, 1})->effect, SwitchEffect::kill);
  EXPECT_EQ(set.ignoring({"t", "a", "g"}, {1, 1}), nullptr);
  EXPECT_EQ(set.strongest({"u", "a", "g"}, {1, 1}), nullptr);
}

TEST(RestraintSets, SwitchesHoldFromTheirStartToTheirEnd) {  // OPS-13
  KillSwitchRow row = switch_of(SwitchEffect::kill);
  row.start = time_of("2024-01-01T10:00:00Z");
  row.end = time_of("2024-01-01T11:00:00Z");
  EXPECT_FALSE(is_active(row, time_of("2024-01-01T09:59:59.999Z")));
  EXPECT_TRUE(is_active(row, row.start));
  EXPECT_TRUE(is_active(row, time_of("2024-01-01T10:59:59.999Z")));
  EXPECT_FALSE(is_active(row, *row.end));
  EXPECT_FALSE(is_active(disabled(row), row.start));
  row.archived = true;
  EXPECT_FALSE(is_active(row, row.start));
}

// ---------------------------------------------------------------------------------------------- options

TEST(Ignoring, AnExecutionDoesNotChangeAndContinuesLater) {  // EXEC-99, OPS-2
  Harness server;
  server.deploy(work, "flow");
  const base::Id held = server.run("flow"), other = server.run("flow");
  (void)server.workers().take("nap");
  (void)server.workers().take("nap");
  server.stop();
  server.set_ignore({.executions = {held}});
  server.start();

  auto job = server.workers().take("nap");
  EXPECT_EQ(job.origin.execution, other) << "the other one was recovered";
  server.workers().finish(job);
  EXPECT_EQ(server.wait_for_end(other), State::success);
  EXPECT_EQ(server.workers().waiting(), 0u);
  EXPECT_EQ(history(server, held), "CREATED RUNNING");

  // Whoever asks for something is told why nothing is done.
  auto refused = server.submit(KillExecution{held});
  ASSERT_EQ(code_of(refused), ignored);
  EXPECT_THAT(refused.error().message(), HasSubstr("--ignore-executions"));
  EXPECT_EQ(code_of(server.submit(PauseExecution{held})), ignored);
  EXPECT_EQ(code_of(server.submit(ResumeExecution{held, {}, {}, {}})), ignored);
  EXPECT_EQ(code_of(server.submit(RestartExecution{held})), ignored);
  EXPECT_EQ(code_of(server.submit(ForceRunExecution{held})), ignored);
  EXPECT_EQ(code_of(server.submit(DeleteExecution{held})), ignored);
  EXPECT_EQ(history(server, held), "CREATED RUNNING");
  const base::Id next = server.run("flow");  // others of its flow go their way
  server.workers().finish(server.workers().take("nap"));
  EXPECT_EQ(server.wait_for_end(next), State::success);

  server.crash();
  server.set_ignore({});
  server.start();
  server.workers().finish(server.workers().take("nap"));
  EXPECT_EQ(server.wait_for_end(held), State::success);
  EXPECT_EQ(server.tree(held), "nap:SUCCESS after:SUCCESS");
}

TEST(Ignoring, AFlowProcessesNothingAndKeepsItsMessages) {  // EXEC-99
  Harness server;
  server.deploy(say, "child");
  server.deploy(R"(
tasks:
  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: child, wait: true}
)",
                "parent");
  server.stop();
  server.set_ignore(ignore_flow("child"));
  server.start();
  EXPECT_EQ(code_of(server.submit(server.create("child"))), ignored);
  const base::Id parent = server.run("parent");
  server.wait_until(parent, is(State::running));
  wait_for_turns(server);
  EXPECT_THAT(server.executions("child"), IsEmpty());
  EXPECT_EQ(server.tree(parent), "call:RUNNING");

  server.stop();
  server.set_ignore({});
  server.start();
  EXPECT_EQ(server.wait_for_end(parent), State::success);
  EXPECT_THAT(server.executions("child"), SizeIs(1)) << "the message was there, once";
}

TEST(Ignoring, DatesOfAnIgnoredFlowAreMissed) {  // EXEC-99, TRIG-202
  Harness server;
  server.set_clock(morning);
  const std::string flow = std::string(say) +
                           "triggers:\n  - {id: t, type: io.kestra.plugin.core.trigger.Schedule, cron: '* * * * *', "
                           "recoverMissedSchedules: LAST}\n";
  server.deploy(flow, "flow");
  server.stop();
  server.set_ignore(ignore_flow("flow"));
  server.start();
  server.set_clock("2024-01-01T10:05:30Z");
  wait_for_turns(server);
  EXPECT_THAT(server.executions("flow"), IsEmpty());
  ChangeTrigger unlock{std::make_shared<const model::FlowKey>(model::FlowKey{"main", "company.team", "flow"}), "t",
                       engine::trigger::SetDisabled{true}};
  EXPECT_EQ(code_of(server.submit(std::move(unlock))), ignored);
  server.deploy(flow + "description: changed\n", "flow");  // it may be changed: that may be the cure
  server.stop();
  server.set_ignore({});
  server.set_clock_only("2024-01-01T10:09:30Z");
  server.start();
  EXPECT_TRUE(server.wait_for([](store::Reader& reader) {
    auto row = reader.trigger({"main", "company.team", "flow"}, "t");
    return (*row)->next == time_of("2024-01-01T10:10:00Z") && (*row)->execution_id.is_none();
  }));
  EXPECT_THAT(server.executions("flow"), SizeIs(1)) << "the last of the missed dates";
}

// ---------------------------------------------------------------------------------------------- IGNORE while it runs

TEST(Ignoring, ASwitchHoldsResultsAndMessagesUntilItEnds) {  // EXEC-99, OPS-13
  Harness server;
  server.deploy(work, "flow");
  server.deploy(R"(
tasks:
  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: flow, wait: true}
)",
                "parent");
  const base::Id parent = server.run("parent");
  auto job = begun(server, "nap");
  const base::Id child = job.origin.execution;
  server.put_switch(switch_of(SwitchEffect::ignore));
  server.workers().finish(job);
  EXPECT_EQ(code_of(server.submit(KillExecution{parent})), ignored);
  EXPECT_EQ(code_of(server.submit(KillExecution{child})), ignored);
  wait_for_turns(server);
  EXPECT_EQ(server.tree(child), "nap:RUNNING");
  EXPECT_THAT(server.workers().acknowledged(), IsEmpty()) << "the worker keeps it";

  server.put_switch(disabled(switch_of(SwitchEffect::ignore)));
  EXPECT_EQ(server.wait_for_end(parent), State::success);
  EXPECT_EQ(server.tree(child), "nap:SUCCESS after:SUCCESS");
  server.workers().wait_for_acknowledgements(1);
  EXPECT_EQ(server.workers().waiting(), 0u) << "nothing ran twice";
}

TEST(Ignoring, ASwitchSurvivesACrashAndEndsByItself) {  // OPS-13: at its end everything goes on
  Harness server;
  server.set_clock(morning);
  server.deploy(work, "flow");
  const base::Id id = server.run("flow");
  (void)begun(server, "nap");
  KillSwitchRow row = switch_of(SwitchEffect::ignore, "flow");
  row.end = time_of("2024-01-01T11:00:00Z");
  server.put_switch(row);
  server.crash();
  server.start();
  wait_for_turns(server);
  EXPECT_EQ(server.workers().waiting(), 0u);
  EXPECT_EQ(code_of(server.submit(server.create("flow"))), ignored);
  server.set_clock("2024-01-01T11:00:00Z");
  server.workers().finish(server.workers().take("nap"));
  EXPECT_EQ(server.wait_for_end(id), State::success);
}

TEST(Ignoring, AnIgnoredQueuedExecutionLetsOthersPass) {  // EXEC-61, EXEC-99
  Harness server;
  server.deploy(std::string(work) + "concurrency: {limit: 1}\n", "flow");
  const base::Id first = server.run("flow");
  const base::Id second = server.run("flow"), third = server.run("flow");
  auto job = server.workers().take("nap");
  KillSwitchRow row = switch_of(SwitchEffect::ignore);
  row.scope.executions = {second};
  server.put_switch(row);
  server.workers().finish(job);
  EXPECT_EQ(server.wait_for_end(first), State::success);
  auto next = server.workers().take("nap");
  EXPECT_EQ(next.origin.execution, third);
  EXPECT_EQ(history(server, second), "CREATED QUEUED");
  server.put_switch(disabled(row));
  server.workers().finish(next);
  auto last = server.workers().take("nap");
  EXPECT_EQ(last.origin.execution, second);
  server.workers().finish(last);
  EXPECT_EQ(server.wait_for_end(second), State::success);
}

TEST(Ignoring, AListenerEndsAndIsRestarted) {  // EXEC-99, TRIG-151
  Harness server;
  server.deploy(std::string(say) + "triggers:\n  - {id: t, type: io.kestra.plugin.core.trigger.TestListen}\n", "flow");
  auto listener = server.workers().take_evaluation();
  server.put_switch(switch_of(SwitchEffect::ignore));
  server.workers().wait_for_end(listener);
  wait_for_turns(server);
  EXPECT_EQ(server.workers().waiting_evaluations(), 0u);
  server.put_switch(disabled(switch_of(SwitchEffect::ignore)));
  auto again = server.workers().take_evaluation();
  EXPECT_NE(again.asked.id, listener.asked.id);
}

// ---------------------------------------------------------------------------------------------- KILL and CANCEL

TEST(KillSwitches, EndRunningAndNewExecutions) {  // OPS-13, UI-954
  for (const auto& [effect, end, name] : {std::tuple{SwitchEffect::kill, State::killed, "killed"},
                                          std::tuple{SwitchEffect::cancel, State::cancelled, "cancelled"}}) {
    Harness server;
    server.deploy(work, "flow");
    server.deploy(work, "free");
    const base::Id id = server.run("flow");
    auto job = begun(server, "nap");
    const base::Id waiting = server.run("flow");
    (void)server.workers().take("nap");  // given out, not begun
    server.put_switch(switch_of(effect, "flow"));
    EXPECT_EQ(server.wait_for_end(waiting), end);
    const base::Id fresh = server.run("flow");
    EXPECT_EQ(server.wait_for_end(fresh), end);
    EXPECT_EQ(server.tree(fresh), "") << "nothing of it ran";
    EXPECT_EQ(label(server, fresh), name);
    EXPECT_EQ(label(server, fresh, model::kill_switch_id_label), "s");
    EXPECT_EQ(server.tree(id), "nap:RUNNING") << "what runs goes on to its end";
    server.workers().finish(job);
    EXPECT_EQ(server.wait_for_end(id), end);
    EXPECT_EQ(server.tree(id), "nap:SUCCESS");
    EXPECT_EQ(label(server, id), name);
    EXPECT_THAT(server.log_messages(id), ElementsAre(HasSubstr("by kill switch 'Stop it'")));

    const base::Id elsewhere = server.run("free");
    server.workers().finish(server.workers().take("nap"));
    EXPECT_EQ(server.wait_for_end(elsewhere), State::success);
    server.put_switch(disabled(switch_of(effect, "flow")));
    const base::Id after = server.run("flow");
    server.workers().finish(server.workers().take("nap"));
    EXPECT_EQ(server.wait_for_end(after), State::success) << "lifted";
  }
}

TEST(KillSwitches, DoNotCountForTheReplayOfAnEndedExecution) {  // OPS-13, EXEC-85
  Harness server;
  server.deploy(work, "flow");
  server.put_switch(switch_of(SwitchEffect::cancel, "flow"));
  const base::Id ended = server.run("flow");
  EXPECT_EQ(server.wait_for_end(ended), State::cancelled);
  server.put_switch(disabled(switch_of(SwitchEffect::cancel, "flow")));
  const base::Id replay = server.new_id("flow");
  ASSERT_TRUE(server.submit(ReplayExecution{.id = ended, .replay = replay}).has_value());
  server.workers().finish(server.workers().take("nap"));
  EXPECT_EQ(server.wait_for_end(replay), State::success);
  EXPECT_EQ(label(server, replay), "");
  EXPECT_EQ(label(server, replay, model::kill_switch_id_label), "");
  EXPECT_EQ(label(server, ended), "cancelled");
  EXPECT_EQ(label(server, ended, model::kill_switch_id_label), "s");
}

TEST(KillSwitches, FindOpenExecutionsAfterACrash) {  // OPS-13: stored, and then nobody was told
  Harness server;
  server.deploy(work, "flow");
  server.deploy("tasks:\n  - {id: p, type: io.kestra.plugin.core.flow.Pause}\n", "paused");
  const base::Id id = server.run("flow");
  (void)begun(server, "nap");
  const base::Id paused = server.run("paused");
  server.wait_until(paused, is(State::paused));
  store::Batch batch;
  put_entity(batch, switch_of(SwitchEffect::kill));
  ASSERT_TRUE(server.store().commit_and_wait(std::move(batch)).has_value());
  server.crash();
  server.start();
  EXPECT_EQ(server.wait_for_end(paused), State::killed);
  EXPECT_EQ(server.wait_for_end(id), State::killed) << "what ran has died with the server and does not run again";
  EXPECT_EQ(server.workers().waiting(), 0u);
}

TEST(KillSwitches, ContinueAfterACrashAtAnyCommit) {  // OPS-13; principle: nothing lost (a crash at every commit)
  for (size_t commits = 0;; ++commits) {
    Harness server;
    server.deploy(work, "flow");
    std::vector<base::Id> ids;
    for (int i = 0; i < 3; ++i) ids.push_back(server.run("flow"));
    for (int i = 0; i < 3; ++i) (void)begun(server, "nap");
    store::Batch batch;
    put_entity(batch, switch_of(SwitchEffect::cancel));
    ASSERT_TRUE(server.store().commit_and_wait(std::move(batch)).has_value());
    server.store().die_after(commits);
    server.read_operator_holds();
    const bool lived = server.wait_for([&](store::Reader&) {
      return std::ranges::all_of(ids, [&](base::Id id) { return label(server, id) == "cancelled"; });
    });
    server.stop();
    server.start();
    for (base::Id id : ids) {
      EXPECT_EQ(server.wait_for_end(id), State::cancelled);
      EXPECT_EQ(history(server, id), "CREATED RUNNING CANCELLED");
    }
    if (lived) break;
    ASSERT_LT(commits, 20u);
  }
}

// What has decided its end already, and waits for the renderings of its outputs, is left alone.
TEST(KillSwitches, MeetAnExecutionThatEndsAlready) {  // OPS-13, TASK-39, FLOW-46
  const base::testing::Reaches reaches("a kill switch meets an execution that ends already");
  constexpr size_t max_commits = 4;  // created, pause over, an output
  for (size_t commits = 1; commits <= max_commits; ++commits) {
    SCOPED_TRACE(commits);
    Harness server;
    server.deploy(R"(
tasks:
  - {id: pause, type: io.kestra.plugin.core.flow.Pause, pauseDuration: PT0.001S, behavior: CANCEL}
outputs:
  - {id: one, type: STRING, required: false, value: "{{ kv('one') }}"}
)",
                  "cancelled");
    const base::Instant now = base::SystemClock().now();
    KillSwitchRow later = switch_of(SwitchEffect::kill);
    later.start = now + base::Duration::of_seconds(3600);
    server.put_switch(later);
    const base::Id id = server.run_until_death("cancelled", commits);
    (void)server.wait_for_death_or_end(id);
    server.crash();
    server.set_clock_only(syntax::format_instant(now + base::Duration::of_seconds(7200)));
    server.start();
    const State end = server.wait_for_end(id);
    EXPECT_TRUE(end == State::cancelled || end == State::killed) << model::to_text(end);
  }
}

TEST(KillSwitches, BeginAndEndByTheClock) {  // OPS-13
  Harness server;
  server.set_clock(morning);
  server.deploy(say, "flow");
  KillSwitchRow row = switch_of(SwitchEffect::kill);
  row.start = time_of("2024-01-01T11:00:00Z");
  row.end = time_of("2024-01-01T12:00:00Z");
  server.put_switch(row);
  EXPECT_EQ(server.wait_for_end(server.run("flow")), State::success);
  server.set_clock("2024-01-01T11:00:00Z");
  EXPECT_EQ(server.wait_for_end(server.run("flow")), State::killed);
  server.set_clock("2024-01-01T12:00:00Z");
  EXPECT_EQ(server.wait_for_end(server.run("flow")), State::success);
}

TEST(KillSwitches, AUserCanKillRunningTasksImmediately) {  // EXEC-80
  Harness server;
  server.deploy(work, "flow");
  const base::Id id = server.run("flow");
  auto job = begun(server, "nap");
  server.put_switch(switch_of(SwitchEffect::kill));
  server.wait_until(id, is(State::killing));
  EXPECT_TRUE(server.submit(KillExecution{id}).has_value());
  server.workers().finish(job, State::killed);
  EXPECT_EQ(server.wait_for_end(id), State::killed);
  EXPECT_EQ(server.tree(id), "nap:KILLED");
}

// ---------------------------------------------------------------------------------------------- maintenance mode

TEST(Maintenance, NewExecutionsWaitAndBeginInOrder) {  // OPS-12, TRIG-206
  Harness server;
  server.set_clock(morning);
  server.deploy(say, "flow");
  server.deploy(
      std::string(say) + "triggers:\n  - {id: t, type: io.kestra.plugin.core.trigger.Schedule, cron: '* * * * *'}\n",
      "dated");
  server.set_maintenance(true);
  std::vector<base::Id> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(server.run("flow"));
  server.set_clock("2024-01-01T10:01:00Z");
  EXPECT_TRUE(server.wait_for([&](store::Reader&) { return server.executions("dated").size() == 1; }))
      << "triggers go on";
  wait_for_turns(server);
  server.crash();
  server.start();
  wait_for_turns(server);
  for (base::Id id : ids) EXPECT_EQ(history(server, id), "CREATED");
  EXPECT_EQ(server.executions("dated")[0].execution.state.current(), State::created);

  server.set_maintenance(false);
  for (base::Id id : ids) EXPECT_EQ(server.wait_for_end(id), State::success);
  EXPECT_EQ(server.wait_for_end(server.executions("dated")[0].execution.id), State::success);
}

TEST(Maintenance, PureTasksAndTheQueueAlsoWait) {  // OPS-12: as far as running tasks go
  Harness server;
  server.deploy(std::string(work) + "concurrency: {limit: 1}\n", "flow");
  const base::Id first = server.run("flow"), second = server.run("flow");
  auto job = server.workers().take("nap");
  server.set_maintenance(true);
  server.workers().finish(job);
  auto after = server.workers().take("after");  // asked of a worker, who takes none
  EXPECT_EQ(server.tree(first), "nap:SUCCESS after:SUBMITTED");
  EXPECT_TRUE(server.submit(KillExecution{first}).has_value());
  EXPECT_EQ(server.wait_for_end(first), State::killed);
  wait_for_turns(server);
  EXPECT_EQ(history(server, second), "CREATED QUEUED") << "its slot is free, but nothing begins";
  server.set_maintenance(false);
  server.workers().finish(server.workers().take("nap"));
  EXPECT_EQ(server.wait_for_end(second), State::success);
}

}  // namespace
}  // namespace gyr::executor
