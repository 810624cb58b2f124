// Polling and realtime triggers of the partition: each evaluation's result is applied once, with the execution that
// comes of it, whatever dies when (TRIG-140 to TRIG-151, TRIG-202).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command/errors.h"
#include "executor/testing/harness.h"
#include "syntax/time.h"

namespace gyr::executor {
namespace {

using base::Id;
using base::Value;
using engine::trigger::EventHeard;
using engine::trigger::Restart;
using engine::trigger::SetDisabled;
using engine::trigger::Unlock;
using model::State;
using test::Harness;
using test::ManualWorkers;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view morning = "2024-01-01T10:00:00Z";
constexpr std::string_view say = "tasks:\n  - {id: say, type: io.kestra.plugin.core.log.Log, message: hi}\n";
constexpr std::string_view nap = "tasks:\n  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}\n";

std::string polling(std::string_view more = {}, std::string_view tasks = say) {
  return fmt::format(
      "{}triggers:\n  - {{id: t, type: io.kestra.plugin.core.http.Trigger, uri: 'http://host/', interval: PT30S{}}}\n",
      tasks, more);
}
std::string realtime(std::string_view more = {}, std::string_view tasks = say) {
  return fmt::format("{}triggers:\n  - {{id: t, type: io.kestra.plugin.core.trigger.TestListen{}}}\n", tasks, more);
}
Value number(int64_t value) { return Value::map({{"n", Value::integer(value)}}); }

ChangeTrigger change(engine::trigger::Event event) {
  return {std::make_shared<const model::FlowKey>(model::FlowKey{"main", "company.team", "flow"}), "t",
          std::move(event)};
}

bool is_free_until(store::Reader& reader, std::string_view time) {
  auto row = reader.trigger({"main", "company.team", "flow"}, "t");
  return row && *row && !(*row)->is_locked() && (*row)->next && syntax::format_instant(*(*row)->next) == time;
}

/// `n:STATE` of the executions of the flow, in their order.
std::vector<std::string> executions(Harness& server) {
  std::vector<std::string> out;
  for (const auto& row : server.executions("flow")) {
    const auto& trigger = row.execution.trigger;
    const Value* n = trigger ? trigger->variables.find("n") : nullptr;
    out.push_back((n == nullptr ? "none" : std::to_string(n->as_integer())) + ":" +
                  std::string(model::to_text(row.execution.state.current())));
  }
  return out;
}

TEST(Evaluations, AreSentToAWorkerAndCreateOneExecution) {  // TRIG-141, TRIG-142, TRIG-145, TRIG-23
  Harness server;
  server.set_clock(morning);
  server.deploy(polling(", labels: {a: b}"), "flow");
  auto evaluation = server.workers().take_evaluation();
  EXPECT_FALSE(evaluation.asked.listens);
  EXPECT_EQ(evaluation.origin.execution, evaluation.asked.id);
  EXPECT_EQ(evaluation.origin.revision, 1);
  EXPECT_EQ(server.trigger("flow", "t")->evaluation, evaluation.asked.id) << "stored before a worker hears of it";
  server.workers().found(evaluation, number(1));
  EXPECT_TRUE(server.wait_for([](store::Reader& reader) { return is_free_until(reader, "2024-01-01T10:00:30Z"); }));
  ASSERT_THAT(executions(server), ElementsAre("1:SUCCESS"));
  const auto execution = server.executions("flow")[0].execution;
  EXPECT_EQ(execution.id, evaluation.asked.id);
  EXPECT_EQ(execution.trigger->id, "t");
  EXPECT_EQ(execution.trigger->type, "io.kestra.plugin.core.http.Trigger");
  EXPECT_THAT(execution.labels, Contains(model::Label{"a", "b"}));
  EXPECT_THAT(execution.labels, Contains(model::Label{"system.from", "trigger"}));
  EXPECT_EQ(server.workers().waiting_evaluations(), 0u);
  server.set_clock("2024-01-01T10:00:30Z");
  EXPECT_NE(server.workers().take_evaluation().asked.id, evaluation.asked.id);
}

TEST(Evaluations, DuplicateResultsCountOnce) {  // TRIG-144
  Harness server;
  server.set_clock(morning);
  server.deploy(polling(), "flow");
  auto evaluation = server.workers().take_evaluation();
  for (int i = 0; i < 3; ++i) server.workers().found(evaluation, number(i));
  EXPECT_TRUE(server.wait_for([](store::Reader& reader) { return is_free_until(reader, "2024-01-01T10:00:30Z"); }));
  server.set_clock("2024-01-01T10:00:30Z");
  auto second = server.workers().take_evaluation();
  server.workers().found(evaluation, number(4));
  server.workers().found(second, number(5));
  EXPECT_TRUE(server.wait_for([](store::Reader& reader) { return is_free_until(reader, "2024-01-01T10:01:00Z"); }));
  EXPECT_THAT(executions(server), ElementsAre("0:SUCCESS", "5:SUCCESS"));
}

// The process dies after any number of commits while three evaluations are answered.
TEST(Evaluations, EachResultGivesOneExecutionWhereverTheProcessDies) {  // TRIG-202, TRIG-1087; principle: nothing lost
  bool survived = false;
  for (size_t commits = 0; !survived; ++commits) {
    SCOPED_TRACE(commits);
    ASSERT_LT(commits, 60u);
    Harness server({.threads = 1, .partitions = 2});
    server.set_clock(morning);
    server.store().die_after(commits + 1);  // the flow is saved
    server.deploy(polling(), "flow");
    const auto row_of = [](store::Reader& reader) {
      auto row = reader.trigger({"main", "company.team", "flow"}, "t");
      return row ? *row : std::nullopt;
    };
    // What a worker finds is the same until it has become an execution. False: the process has died.
    const auto play = [&] {
      while (true) {
        const size_t known = server.executions("flow").size();
        if (known == 3) return true;
        server.set_clock(syntax::format_instant(*server.trigger("flow", "t")->next));
        if (!server.wait_for([&](store::Reader& reader) { return row_of(reader)->evaluating_since.has_value(); }))
          return false;
        auto evaluation = server.workers().take_evaluation();
        server.workers().found(evaluation, number(static_cast<int64_t>(known) + 1));
        if (!server.wait_for([&](store::Reader& reader) { return !row_of(reader)->is_locked(); })) return false;
      }
    };
    survived = play();
    if (!survived) {
      server.stop();
      server.start();
      EXPECT_TRUE(play());
    }
    EXPECT_THAT(executions(server), ElementsAre("1:SUCCESS", "2:SUCCESS", "3:SUCCESS"));
  }
}

TEST(Evaluations, EachResultGivesOneExecutionWhicheverCommitFails) {  // principle: failed commits
  for (size_t commit = 0; commit < 2; ++commit) {
    SCOPED_TRACE(commit);
    Harness server;
    server.set_clock(morning);
    server.deploy(polling(), "flow");
    if (commit == 0) server.store().refuse_one();
    auto evaluation = server.workers().take_evaluation();
    if (commit == 1) server.store().refuse_one();
    server.workers().found(evaluation, number(1));
    EXPECT_TRUE(server.wait_for([](store::Reader& reader) { return is_free_until(reader, "2024-01-01T10:00:30Z"); }));
    EXPECT_THAT(executions(server), ElementsAre("1:SUCCESS"));
  }
}

TEST(Evaluations, AreSentAgainAfterARestart) {  // TRIG-151, TRIG-202
  Harness server;
  server.set_clock(morning);
  server.deploy(polling(), "flow");
  auto before = server.workers().take_evaluation();
  server.crash();
  server.start();
  auto after = server.workers().take_evaluation();
  EXPECT_NE(after.asked.id, before.asked.id);
  server.workers().found(before, number(1));  // late
  server.workers().found(after, number(2));
  EXPECT_TRUE(server.wait_for([](store::Reader& reader) { return is_free_until(reader, "2024-01-01T10:00:30Z"); }));
  EXPECT_THAT(executions(server), ElementsAre("2:SUCCESS"));
}

TEST(Evaluations, OfARowOfAnOlderVersionBegin) {  // rows that were written while nothing evaluated them
  Harness server;
  server.set_clock(morning);
  server.deploy(polling(), "flow");
  (void)server.workers().take_evaluation();
  server.stop();
  server.start();
  (void)server.workers().take_evaluation();
  auto row = *server.trigger("flow", "t");
  row.evaluating_since.reset();
  row.evaluation = {};
  row.wake_at.reset();
  store::Batch batch;
  batch.triggers.push_back(row);
  ASSERT_TRUE(server.store().commit_and_wait(std::move(batch)).has_value());
  server.stop();
  server.start();
  EXPECT_FALSE(server.workers().take_evaluation().asked.id.is_none());
}

TEST(Evaluations, ErrorsAreLoggedAndDoNotAffectOtherTriggers) {  // TRIG-143, TRIG-12, TRIG-22
  Harness server;
  server.set_clock(morning);
  server.deploy(polling(), "flow");
  server.deploy(polling(", failOnTriggerError: true"), "other");
  for (int i = 0; i < 2; ++i) {
    auto evaluation = server.workers().take_evaluation();
    server.workers().failed(evaluation, "no route to host");
  }
  EXPECT_TRUE(server.wait_for([](store::Reader& reader) { return is_free_until(reader, "2024-01-01T10:00:30Z"); }));
  EXPECT_TRUE(server.wait_for([&](store::Reader&) { return server.executions("other").size() == 1; }));
  EXPECT_THAT(server.trigger_log("flow"),
              ElementsAre("Trigger evaluation failed in the worker with error: no route to host"));
  EXPECT_THAT(server.executions("flow"), IsEmpty());
  const auto failed = server.executions("other")[0].execution;
  EXPECT_EQ(failed.state.current(), State::failed);
  EXPECT_EQ(failed.trigger->id, "t");
  EXPECT_EQ(failed.trigger->variables, Value::empty_map());
  EXPECT_EQ(server.tree(failed.id), "");
  EXPECT_THAT(server.log_messages(failed.id), IsEmpty()) << "the error stays with the trigger";
  EXPECT_THAT(server.trigger_log("other"), SizeIs(1));
  EXPECT_FALSE(server.trigger("other", "t")->is_locked());
}

TEST(Evaluations, WaitForTheExecutionOfTheOneBefore) {  // TRIG-142, TRIG-1084
  Harness server;
  server.set_clock(morning);
  server.deploy(polling(", stopAfter: [FAILED]", nap), "flow");
  server.workers().found(server.workers().take_evaluation(), number(1));
  auto job = server.workers().take("nap");
  EXPECT_EQ(server.trigger("flow", "t")->execution_id, job.origin.execution);
  server.set_clock("2024-01-01T10:00:59Z");
  server.workers().finish(job);
  server.workers().found(server.workers().take_evaluation(), number(2));
  auto second = server.workers().take("nap");
  EXPECT_THAT(executions(server), ElementsAre("1:SUCCESS", "2:RUNNING"));
  server.workers().finish(second, State::failed);
  EXPECT_TRUE(server.wait_for([](store::Reader& reader) {
    auto row = reader.trigger({"main", "company.team", "flow"}, "t");
    return row && *row && (*row)->disabled && !(*row)->is_locked();
  }));
  EXPECT_EQ(server.workers().waiting_evaluations(), 0u);
}

TEST(Evaluations, EndWhenTheyAreNotNeeded) {  // TRIG-150, TRIG-230
  struct Case {
    const char* name;
    std::function<void(Harness&)> act;
  };
  const Case cases[] = {
      {"disabled", [](Harness& server) { EXPECT_TRUE(server.submit(change(SetDisabled{true})).has_value()); }},
      {"unlocked", [](Harness& server) { EXPECT_TRUE(server.submit(change(Unlock{})).has_value()); }},
      {"restarted", [](Harness& server) { EXPECT_TRUE(server.submit(change(Restart{})).has_value()); }},
      {"changed", [](Harness& server) { server.deploy(polling(", method: POST"), "flow"); }},
      {"another kind", [](Harness& server) { server.deploy(realtime(), "flow"); }},
      {"removed", [](Harness& server) { server.deploy(say, "flow"); }},
      {"flow disabled", [](Harness& server) { server.deploy("disabled: true\n" + polling(), "flow"); }},
      {"flow deleted", [](Harness& server) { EXPECT_TRUE(server.submit(DeleteFlow{change({}).flow}).has_value()); }},
      {"state deleted",
       [](Harness& server) { EXPECT_TRUE(server.submit(DeleteTrigger{change({}).flow, "t"}).has_value()); }},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.name);
    Harness server;
    server.set_clock(morning);
    server.deploy(polling(), "flow");
    auto evaluation = server.workers().take_evaluation();
    one.act(server);
    server.workers().wait_for_end(evaluation);
    server.workers().found(evaluation, number(1));
    (void)server.submit(change(Unlock{}));  // behind it
    EXPECT_THAT(server.executions("flow"), IsEmpty());
  }
}

TEST(Evaluations, AnEvaluationThatEndsInItsOwnBatchNeverStarts) {  // TRIG-150
  Harness server;
  server.set_clock(morning);
  server.deploy(polling(), "flow");
  auto first = server.workers().take_evaluation();
  server.store().hold();
  // One commit is held: what comes now is one batch.
  server.workers().tell(first, engine::trigger::EvaluationStarted{first.asked.id, "w"});
  server.store().wait_until_held();
  server.workers().tell(first, engine::trigger::EvaluationLost{first.asked.id, {}});
  auto disabled = server.begin(change(SetDisabled{true}));
  server.store().release();
  ASSERT_TRUE(disabled.wait().has_value());
  EXPECT_EQ(server.workers().waiting_evaluations(), 0u);
  EXPECT_FALSE(server.trigger("flow", "t")->is_locked());
}

TEST(Evaluations, InputsWithHostCallsAreApplied) {  // TRIG-9, TRIG-26
  Harness server;
  server.set_clock(morning);
  ASSERT_TRUE(
      server
          .host_call("flow", {}, "kv.set", Value::map({{"key", Value::string("x")}, {"value", Value::string("here")}}))
          .has_value());
  server.deploy("inputs: [{id: x, type: STRING}]\n" + polling(", inputs: {x: \"{{ kv('x') }} {{ trigger.n }}\"}"),
                "flow");
  auto evaluation = server.workers().take_evaluation();
  server.workers().found(evaluation, number(1));
  server.workers().found(evaluation, number(2));  // while the question is under way, or behind it
  EXPECT_TRUE(server.wait_for([](store::Reader& reader) { return is_free_until(reader, "2024-01-01T10:00:30Z"); }));
  ASSERT_THAT(server.executions("flow"), SizeIs(1));
  EXPECT_THAT(server.executions("flow")[0].execution.inputs.find("x")->text(), HasSubstr("here "));
}

TEST(Evaluations, AResultThatIsTooLargeToBeStoredFails) {  // STOR-14, TRIG-143
  Harness server;
  server.set_clock(morning);
  server.deploy(polling(), "flow");
  auto evaluation = server.workers().take_evaluation();
  server.store().refuse_one(0, store::batch_too_large);
  server.workers().found(evaluation, number(1));
  EXPECT_TRUE(server.wait_for([](store::Reader& reader) { return is_free_until(reader, "2024-01-01T10:00:30Z"); }));
  EXPECT_THAT(server.executions("flow"), IsEmpty());
  EXPECT_THAT(server.trigger_log("flow"), ElementsAre(HasSubstr("cannot store the result")));
}

// ---- realtime

TEST(Listeners, EachEventIsAcknowledgedAfterItsCommit) {  // TRIG-148
  Harness server;
  server.set_clock(morning);
  server.deploy(realtime(), "flow");
  auto listener = server.workers().take_evaluation();
  EXPECT_TRUE(listener.asked.listens);
  server.store().hold();
  server.workers().tell(listener, EventHeard{listener.asked.id, number(1)}, 1);
  server.store().wait_until_held();
  EXPECT_THAT(server.executions("flow"), IsEmpty());
  server.store().release();
  EXPECT_EQ(server.workers().wait_for_event(listener, 1), "");
  EXPECT_THAT(executions(server), ElementsAre("1:SUCCESS")) << "stored before the source may forget it";
  for (uint64_t i = 2; i <= 20; ++i)
    server.workers().tell(listener, EventHeard{listener.asked.id, number(static_cast<int64_t>(i))}, i);
  for (uint64_t i = 2; i <= 20; ++i) EXPECT_EQ(server.workers().wait_for_event(listener, i), "");
  EXPECT_THAT(server.executions("flow"), SizeIs(20));
  EXPECT_EQ(server.workers().waiting_evaluations(), 0u);
}

// The source gives what was not acknowledged again.
TEST(Listeners, NoEventIsLostWhereverTheProcessDies) {  // TRIG-151; principle: nothing lost
  bool survived = false;
  for (size_t commits = 0; !survived; ++commits) {
    SCOPED_TRACE(commits);
    ASSERT_LT(commits, 30u);
    Harness server({.threads = 1, .partitions = 2});
    server.set_clock(morning);
    server.deploy(realtime(), "flow");
    auto listener = server.workers().take_evaluation();
    server.store().die_after(commits);
    for (uint64_t i = 1; i <= 3; ++i)
      server.workers().tell(listener, EventHeard{listener.asked.id, number(static_cast<int64_t>(i))}, i);
    const auto all = [&](store::Reader&) { return server.executions("flow").size() >= 3; };
    survived = server.wait_for(all);
    if (survived) continue;
    const size_t stored = server.executions("flow").size();
    server.stop();
    server.start();
    auto again = server.workers().take_evaluation();
    EXPECT_NE(again.asked.id, listener.asked.id);
    for (uint64_t i = stored + 1; i <= 3; ++i)
      server.workers().tell(again, EventHeard{again.asked.id, number(static_cast<int64_t>(i))}, i);
    EXPECT_TRUE(server.wait_for(all));
    EXPECT_THAT(executions(server), SizeIs(3));
  }
}

TEST(Listeners, ThatEndOrCannotBeStartedAreRestartedLater) {  // TRIG-149
  Harness server;
  server.set_clock(morning);
  server.deploy(realtime(), "flow");
  server.workers().failed(server.workers().take_evaluation(), "no broker");
  EXPECT_TRUE(server.wait_for([](store::Reader& reader) { return is_free_until(reader, "2024-01-01T10:00:01Z"); }));
  EXPECT_THAT(executions(server), ElementsAre("none:FAILED"));
  server.set_clock("2024-01-01T10:00:01Z");
  server.workers().failed(server.workers().take_evaluation(), "connection reset", true);
  EXPECT_TRUE(server.wait_for([](store::Reader& reader) { return is_free_until(reader, "2024-01-01T10:00:03Z"); }));
  EXPECT_THAT(server.executions("flow"), SizeIs(1)) << "it had been started";
  server.set_clock("2024-01-01T10:00:03Z");
  EXPECT_TRUE(server.workers().take_evaluation().asked.listens);
}

TEST(Listeners, EventsThatCannotBeTakenStayWithTheirSource) {  // TRIG-150; principle: bounded
  Harness server;
  server.set_clock(morning);
  server.deploy(realtime(), "flow");
  auto listener = server.workers().take_evaluation();
  const auto give = [&](uint64_t number_) {
    server.workers().tell(listener, EventHeard{listener.asked.id, number(1)}, number_);
  };
  server.store().set_writable(false);
  give(1);
  EXPECT_THAT(server.workers().wait_for_event(listener, 1), HasSubstr("no disk space"));
  server.store().set_writable(true);
  server.workers().set_queued_bytes(1'000'000'000);
  give(2);
  EXPECT_THAT(server.workers().wait_for_event(listener, 2), HasSubstr("too many jobs"));
  server.workers().set_queued_bytes(0);
  server.store().refuse_one(0, store::batch_too_large);
  give(3);
  EXPECT_THAT(server.workers().wait_for_event(listener, 3), HasSubstr("cannot be stored"));
  give(4);
  EXPECT_EQ(server.workers().wait_for_event(listener, 4), "");
  ASSERT_TRUE(server.submit(change(SetDisabled{true})).has_value());
  server.workers().wait_for_end(listener);
  give(5);
  EXPECT_THAT(server.workers().wait_for_event(listener, 5), HasSubstr("the listener was stopped"));
  ASSERT_TRUE(server.submit(DeleteFlow{change({}).flow}).has_value());
  give(6);
  EXPECT_THAT(server.workers().wait_for_event(listener, 6), HasSubstr("can no longer be evaluated"));
  EXPECT_THAT(server.executions("flow"), SizeIs(1));
}

}  // namespace
}  // namespace gyr::executor
