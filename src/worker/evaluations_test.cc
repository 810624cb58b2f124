// Triggers on a worker: looks and listeners, their ends, their events (TRIG-142 to TRIG-151). Time is virtual; the test
// is the server and the source.
#include "worker/evaluations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "plugin_api/trigger_type.h"
#include "worker/testing/worker_fixture.h"

namespace gyr::worker::testing {
namespace {

using base::Id;
using base::Value;
using protocol::TriggerResult;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// What happens when it is looked at is said by its text.
struct Look {
  model::Dynamic<std::string> text;
  base::Task<plugin::PollResult> poll(plugin::RunContext& context) const {
    auto rendered = co_await context.render(text);
    if (!rendered) co_return std::unexpected(plugin::Failure(rendered.error()));
    const std::string what = rendered->value_or("");
    context.log(model::LogLevel::debug, "looking");
    context.log(model::LogLevel::info, what);
    if (what == "nothing") co_return std::optional<Value>();
    if (what == "throw") throw std::runtime_error("a library broke");
    if (what == "large") co_return Value::map({{"v", Value::string(std::string(protocol::max_frame, 'x'))}});
    if (what == "wait" && !co_await base::sleep_for(context.loop(), std::chrono::hours(1), context.cancel_token())) {
      co_return std::unexpected(plugin::Failure(base::Error(plugin::task_cancelled, "ended before its time")));
    }
    if (what.starts_with("fail")) co_return std::unexpected(plugin::Failure(base::Error(plugin::task_failed, what)));
    const plugin::RunInfo& info = context.info();
    co_return Value::map(
        {{"text", Value::string(what)},
         {"where", Value::string(fmt::format("{} {} {} {} {}", info.namespace_, info.flow_id, info.trigger_id,
                                             info.task_type, info.execution_id == Id{7, 1}))}});
  }
};

/// A queue: an event stays in it until it is acknowledged.
struct Queue {
  bool broken = false;
  bool closed = false;
  std::deque<int64_t> events;
  std::vector<int64_t> acknowledged;
  size_t listeners = 0;
  base::CancelSource news;

  void put(int64_t event) {
    events.push_back(event);
    tell();
  }
  void tell() { std::exchange(news, base::CancelSource()).cancel(); }
};

struct Listen {
  model::Dynamic<std::string> text;
  static inline Queue* queue = nullptr;
  base::Task<base::Result<void>> listen(plugin::RunContext& context, plugin::EventSink& sink) const {
    if (queue->broken) co_return base::fail(plugin::task_failed, "no broker");
    sink.listening();
    queue->listeners += 1;
    const auto registration = context.cancel_token().on_cancel([] { queue->tell(); });
    while (!context.cancel_token().cancelled() && !queue->closed) {
      if (queue->events.empty()) {
        (void)co_await base::sleep_for(context.loop(), std::chrono::hours(1'000), queue->news.token());
        continue;
      }
      auto accepted = co_await sink.accept(Value::map({{"n", Value::integer(queue->events.front())}}));
      if (!accepted) {
        queue->listeners -= 1;
        co_return accepted;
      }
      queue->acknowledged.push_back(queue->events.front());
      queue->events.pop_front();
    }
    queue->listeners -= 1;
    co_return base::Result<void>();
  }
};

struct Nothing {
  base::Task<plugin::TaskResult> run(plugin::RunContext&) const { co_return plugin::Success{}; }
};

class EvaluationsTest : public WorkerFixture {
 protected:
  EvaluationsTest() {
    Listen::queue = &queue_;
    registry_.add(
        plugin::trigger_type<Look>("test.Look", plugin::TriggerKind::polling).property("text", &Look::text).build());
    registry_.add(plugin::trigger_type<Listen>("test.Listen", plugin::TriggerKind::realtime)
                      .property("text", &Listen::text)
                      .build());
    registry_.add(plugin::task_type<Nothing>("test.Nothing").build());
  }
  void deploy_trigger(std::string_view trigger) {
    deploy("tasks:\n  - {id: task, type: test.Nothing}\ntriggers:\n  - " + std::string(trigger) + "\n");
  }
  protocol::AttemptKey give(uint64_t number = 1, bool listens = false) {
    protocol::TriggerJob job;
    job.key = {Id{7, number}, {}, 0, 0};
    job.flow = {"main", "company.team", "flow"};
    job.revision = 1;
    job.trigger_id = "t";
    job.listens = listens;
    job.context = Value::map({{"trigger", Value::map({{"id", Value::string("t")}})}});
    receive(job);
    return job.key;
  }
  TriggerResult result() const { return only_frame_of<TriggerResult>(frames_); }
  std::vector<int64_t> heard() const {
    std::vector<int64_t> out;
    for (const auto& event : sent<protocol::TriggerEvent>()) out.push_back(event.variables.find("n")->as_integer());
    return out;
  }

  Queue queue_;
};

// ---- looks

TEST_F(EvaluationsTest, AnEvaluationReturnsItsResult) {  // TRIG-142, TRIG-145, TRIG-22
  deploy_trigger("{id: t, type: test.Look, text: 'of {{ trigger.id }}', logLevel: INFO}");
  const auto key = give();
  ASSERT_THAT(sent<protocol::Started>(), SizeIs(1));
  EXPECT_EQ(sent<protocol::Started>()[0].key, key);
  EXPECT_EQ(result().key, key);
  EXPECT_EQ(result().outcome, TriggerResult::Outcome::found);
  EXPECT_EQ(result().variables.find("text")->text(), "of t");
  EXPECT_EQ(result().variables.find("where")->text(), "company.team flow t test.Look true");
  const auto chunks = sent<protocol::LogChunk>();
  ASSERT_THAT(chunks, SizeIs(1));
  ASSERT_THAT(chunks[0].entries, SizeIs(1)) << "below its level (TRIG-13)";
  const auto& line = chunks[0].entries[0];
  EXPECT_EQ(line.message, "of t");
  EXPECT_EQ(line.trigger_id, "t");
  EXPECT_TRUE(line.execution_id.is_none());
  EXPECT_EQ(line.task_id, "");
  EXPECT_EQ(line.flow->id, "flow");
  EXPECT_TRUE(std::holds_alternative<TriggerResult>(frames_.back())) << "its lines come before it";
  EXPECT_EQ(worker_->running(), 0u);
}

TEST_F(EvaluationsTest, AnEvaluationCanHaveNoResultOrFail) {  // TRIG-142, TRIG-143
  deploy_trigger("{id: t, type: test.Look, text: nothing}");
  give();
  EXPECT_EQ(result().outcome, TriggerResult::Outcome::nothing);
  struct Case {
    std::string_view trigger, error;
  };
  const Case cases[] = {{"{id: t, type: test.Look, text: fail now}", "fail now"},
                        {"{id: t, type: test.Look, text: throw}", "a library broke"},
                        {"{id: t, type: test.Look, text: '{{ nothing.here }}'}", "nothing"},
                        {"{id: t, type: test.Look, text: large}", "GYR-L001"},
                        {"{id: other, type: test.Look, text: x}", "has no trigger `t`"},
                        {"{id: t, type: test.Listen}", "workers cannot evaluate triggers of type"}};
  for (const Case& one : cases) {
    SCOPED_TRACE(one.trigger);
    frames_.clear();
    deploy_trigger(one.trigger);
    give();
    EXPECT_EQ(result().outcome, TriggerResult::Outcome::failed);
    EXPECT_THAT(result().error, HasSubstr(one.error));
    EXPECT_EQ(worker_->running(), 0u);
  }
  frames_.clear();
  flows_.flow.reset();
  give();
  EXPECT_THAT(result().error, HasSubstr("cannot load the flow of the trigger"));
}

TEST_F(EvaluationsTest, AnEvaluationUsesHostCallsAndHidesSecrets) {  // TRIG-26, SEC-40
  deploy_trigger("{id: t, type: test.Look, text: \"fail {{ secret('PASS') }}\"}");
  const auto key = give();
  auto calls = sent<protocol::HostCall>();
  ASSERT_THAT(calls, SizeIs(1));
  EXPECT_EQ(calls[0].key, key) << "on behalf of the execution that may come of it";
  receive(protocol::HostReply{calls[0].call, true, Value::string("hunter2")});
  EXPECT_EQ(result().error, "fail ******");
}

TEST_F(EvaluationsTest, AKillEndsAnEvaluation) {  // TRIG-150
  deploy_trigger("{id: t, type: test.Look, text: wait}");
  const auto key = give();
  receive(protocol::Kill{{Id{7, 2}, {}, 0, 0}});
  EXPECT_THAT(sent<TriggerResult>(), IsEmpty()) << "another one is meant";
  receive(protocol::Kill{key});
  EXPECT_EQ(result().outcome, TriggerResult::Outcome::failed);
  EXPECT_EQ(worker_->running(), 0u);
}

TEST_F(EvaluationsTest, AnEvaluationWaitsForTheEndOfThePreviousOne) {  // TRIG-144
  deploy_trigger("{id: t, type: test.Listen}");
  give(1, true);
  EXPECT_EQ(queue_.listeners, 1u);
  give(2, true);
  EXPECT_EQ(queue_.listeners, 1u) << "never two";
  give(3, true);
  EXPECT_EQ(queue_.listeners, 1u);
  auto results = sent<TriggerResult>();
  ASSERT_THAT(results, SizeIs(2));
  EXPECT_EQ(results[0].key.execution_id, (Id{7, 1}));
  EXPECT_EQ(results[1].key.execution_id, (Id{7, 2}));
  EXPECT_EQ(worker_->running(), 1u);
  // One that never began is ended, too.
  deploy_trigger("{id: t, type: test.Look, text: wait}");
  frames_.clear();
  give(4);
  EXPECT_THAT(sent<protocol::Started>(), SizeIs(1));
}

TEST_F(EvaluationsTest, AnEvaluationGetsTheGracePeriodOfAShutdown) {  // TRIG-151, EXEC-134
  deploy_trigger("{id: t, type: test.Look, text: wait}");
  give();
  shut_down(std::chrono::hours(2));
  EXPECT_FALSE(ended_);
  advance(std::chrono::hours(1));
  EXPECT_TRUE(ended_);
  EXPECT_EQ(result().outcome, TriggerResult::Outcome::found);
}

TEST_F(EvaluationsTest, EvaluationsCancelledByAShutdownAreNotReported) {  // TRIG-151: it is asked again
  deploy_trigger("{id: t, type: test.Look, text: wait}");
  give();
  shut_down(std::chrono::milliseconds(0));
  advance(std::chrono::milliseconds(1));
  EXPECT_TRUE(ended_);
  EXPECT_THAT(sent<TriggerResult>(), IsEmpty());
}

// ---- listeners

TEST_F(EvaluationsTest, AnEventIsAcknowledgedWhenItIsStored) {  // TRIG-148
  deploy_trigger("{id: t, type: test.Listen}");
  const auto key = give(1, true);
  queue_.put(10);
  queue_.put(11);
  loop_.run_ready();
  ASSERT_THAT(heard(), ElementsAre(10));
  EXPECT_THAT(queue_.acknowledged, IsEmpty());
  receive(protocol::EventStored{key, 7, ""});
  receive(protocol::EventStored{{Id{7, 9}, {}, 0, 0}, 1, ""});
  EXPECT_THAT(queue_.acknowledged, IsEmpty()) << "of others";
  receive(protocol::EventStored{key, 1, ""});
  EXPECT_THAT(queue_.acknowledged, ElementsAre(10));
  EXPECT_THAT(heard(), ElementsAre(10, 11));
  receive(protocol::EventStored{key, 1, ""});
  EXPECT_THAT(queue_.acknowledged, ElementsAre(10)) << "once";
  receive(protocol::EventStored{key, 2, ""});
  EXPECT_THAT(queue_.acknowledged, ElementsAre(10, 11));
  EXPECT_THAT(sent<TriggerResult>(), IsEmpty()) << "it listens on";
}

TEST_F(EvaluationsTest, AnEventThatIsNotStoredStaysInItsSource) {  // TRIG-148, TRIG-149
  deploy_trigger("{id: t, type: test.Listen}");
  const auto key = give(1, true);
  queue_.put(10);
  loop_.run_ready();
  receive(protocol::EventStored{key, 1, "the disk is full"});
  EXPECT_THAT(queue_.acknowledged, IsEmpty());
  EXPECT_THAT(queue_.events, SizeIs(1));
  EXPECT_EQ(result().outcome, TriggerResult::Outcome::failed);
  EXPECT_EQ(result().error, "the disk is full");
  EXPECT_TRUE(result().was_listening);
}

TEST_F(EvaluationsTest, AListenerReportsWhetherItWasStarted) {  // TRIG-149
  deploy_trigger("{id: t, type: test.Listen}");
  queue_.broken = true;
  give(1, true);
  EXPECT_EQ(result().outcome, TriggerResult::Outcome::failed);
  EXPECT_EQ(result().error, "no broker");
  EXPECT_FALSE(result().was_listening);
  frames_.clear();
  queue_.broken = false;
  give(2, true);
  queue_.closed = true;
  queue_.tell();
  loop_.run_ready();
  EXPECT_EQ(result().outcome, TriggerResult::Outcome::nothing);
  EXPECT_TRUE(result().was_listening);
}

TEST_F(EvaluationsTest, AKillEndsAListenerWithAnEventUnderWay) {  // TRIG-150
  deploy_trigger("{id: t, type: test.Listen}");
  const auto key = give(1, true);
  queue_.put(10);
  loop_.run_ready();
  receive(protocol::Kill{key});
  EXPECT_EQ(queue_.listeners, 0u);
  EXPECT_THAT(queue_.acknowledged, IsEmpty());
  EXPECT_THAT(sent<TriggerResult>(), SizeIs(1));
  EXPECT_EQ(worker_->running(), 0u);
  receive(protocol::EventStored{key, 1, ""});
}

TEST_F(EvaluationsTest, AShutdownEndsListenersAtOnce) {  // TRIG-151: nothing is reported, so they are begun again
  deploy_trigger("{id: t, type: test.Listen}");
  give(1, true);
  queue_.put(10);
  loop_.run_ready();
  shut_down(std::chrono::hours(2));
  EXPECT_TRUE(ended_);
  EXPECT_EQ(queue_.listeners, 0u);
  EXPECT_THAT(sent<TriggerResult>(), IsEmpty());
  give(2, true);
  EXPECT_EQ(queue_.listeners, 0u) << "nothing new begins";
}

}  // namespace
}  // namespace gyr::worker::testing
