// The server's end of WorkerLink: evaluations of triggers by workers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command/errors.h"
#include "executor/testing/worker_hub_fixture.h"
#include "protocol/log_weight.h"

namespace gyr::executor {
namespace {

using base::Id;
using base::Value;
using test::WorkerHubTest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(WorkerHubTest, AnEvaluationGoesToAWorkerAndItsAnswerComesBack) {  // TRIG-142, TRIG-145
  hub_->connect("w", link_, 1);
  hub_->evaluate(origin("a", 5), "t", look(5));
  const auto job = inbox_.wait<protocol::TriggerJob>();
  EXPECT_EQ(job.key.execution_id, (Id{1, 5}));
  EXPECT_EQ(job.flow.id, "a");
  EXPECT_EQ(job.revision, 1);
  EXPECT_EQ(job.trigger_id, "t");
  EXPECT_EQ(job.context, Value::map({{"a", Value::integer(1)}}));
  hub_->evaluate(origin("a", 5), "t", look(5));
  EXPECT_EQ(hub_->queued(), 0u) << "it is out already";
  hub_->receive("another", protocol::Started{job.key, {}});
  EXPECT_THAT(reports_, IsEmpty()) << "that worker has it not";
  hub_->receive("w", protocol::Started{job.key, {}});
  EXPECT_EQ(report<engine::trigger::EvaluationStarted>(0).worker_id, "w");
  auto result = looked(5);
  result.outcome = protocol::TriggerResult::Outcome::found;
  result.variables = Value::map({{"n", Value::integer(3)}});
  result.log_file = "kestra:///log";
  hub_->receive("w", result);
  hub_->receive("w", result);
  ASSERT_EQ(reports_.size(), 2u) << "the second one is stale";
  EXPECT_EQ(reports_[1].trigger_id, "t");
  const auto& found = report<engine::trigger::Evaluated>(1);
  EXPECT_EQ(found.evaluation, (Id{1, 5}));
  EXPECT_EQ(found.variables, result.variables);
  EXPECT_EQ(found.error, "");
  EXPECT_EQ(found.log_file, "kestra:///log");
  EXPECT_THAT(events_, IsEmpty()) << "no execution hears of it";
  EXPECT_EQ(hub_->running(), 0u);

  hub_->evaluate(origin("a", 6), "t", look(6));
  auto failed = looked(6);
  failed.outcome = protocol::TriggerResult::Outcome::failed;
  failed.variables = Value::map({{"n", Value::integer(3)}});
  hub_->receive("w", failed);
  EXPECT_FALSE(report<engine::trigger::Evaluated>(2).variables);
  EXPECT_NE(report<engine::trigger::Evaluated>(2).error, "") << "also where the worker gives no reason";
}

TEST_F(WorkerHubTest, EvaluationsUseCapacityAndListenersDoNot) {  // TRIG-148
  hub_->connect("w", link_, 1);
  hub_->evaluate(origin("a", 1), "t", look(1, true));
  hub_->evaluate(origin("a", 2), "u", look(2, true));
  hub_->evaluate(origin("a", 3), "v", look(3));
  hub_->evaluate(origin("a", 4), "w", look(4));
  EXPECT_THAT(inbox_.all<protocol::TriggerJob>(), testing::SizeIs(3)) << "two listeners and one look";
  hub_->receive("w", looked(1));
  EXPECT_THAT(inbox_.all<protocol::TriggerJob>(), testing::SizeIs(3));
  hub_->receive("w", looked(3));
  EXPECT_THAT(inbox_.all<protocol::TriggerJob>(), testing::SizeIs(4));
}

TEST_F(WorkerHubTest, EvaluationsThatAreStopped) {  // TRIG-150
  hub_->connect("w", link_, 1);
  hub_->evaluate(origin("a", 1), "t", look(1));
  hub_->evaluate(origin("a", 2), "u", look(2));
  hub_->end_evaluation(origin("a", 2));
  EXPECT_EQ(hub_->queued(), 0u) << "it is never given out";
  hub_->end_evaluation(origin("a", 1));
  EXPECT_EQ(inbox_.wait<protocol::Kill>().key.execution_id, (Id{1, 1}));
  hub_->receive("w", looked(1));
  EXPECT_EQ(reports_.size(), 1u) << "whoever asked knows that it is stale";
  hub_->end_evaluation(origin("a", 1));
  EXPECT_THAT(inbox_.all<protocol::Kill>(), testing::SizeIs(1));
}

TEST_F(WorkerHubTest, ALostWorkerLosesItsEvaluations) {  // TRIG-151
  hub_->connect("w", link_, 10);
  hub_->evaluate(origin("a", 1), "t", look(1, true));
  hub_->disconnect("w");
  ASSERT_EQ(reports_.size(), 1u);
  EXPECT_EQ(reports_[0].trigger_id, "t");
  EXPECT_EQ(report<engine::trigger::EvaluationLost>(0).evaluation, (Id{1, 1}));
  EXPECT_EQ(hub_->running(), 0u);
}

TEST_F(WorkerHubTest, AnEventOfAListenerIsAnswered) {  // TRIG-148
  hub_->connect("w", link_, 10);
  hub_->evaluate(origin("a", 1), "t", look(1, true));
  protocol::TriggerEvent event;
  event.key.execution_id = Id{1, 1};
  event.number = 4;
  event.variables = Value::map({{"n", Value::integer(3)}});
  hub_->receive("w", event);
  ASSERT_EQ(reports_.size(), 1u);
  EXPECT_EQ(reports_[0].number, 4u);
  EXPECT_EQ(reports_[0].evaluation, (Id{1, 1}));
  EXPECT_EQ(report<engine::trigger::EventHeard>(0).variables, event.variables);
  EXPECT_THAT(inbox_.all<protocol::EventStored>(), IsEmpty());
  hub_->event_stored(origin("a", 1), 4, "");
  EXPECT_EQ(inbox_.wait<protocol::EventStored>().number, 4u);
  EXPECT_EQ(inbox_.wait<protocol::EventStored>().problem, "");
  hub_->receive("w", looked(1));
  hub_->event_stored(origin("a", 1), 5, "");
  EXPECT_THAT(inbox_.all<protocol::EventStored>(), testing::SizeIs(1)) << "the listener has ended";
  hub_->receive("w", event);
  EXPECT_NE(inbox_.wait<protocol::EventStored>().problem, "") << "nobody takes its events any more";
  EXPECT_EQ(reports_.size(), 2u);
}

TEST_F(WorkerHubTest, TheSourceOfARefusedEventHearsTheReason) {  // TRIG-148
  hub_->connect("w", link_, 10);
  hub_->evaluate(origin("a", 1), "t", look(1, true));
  protocol::TriggerEvent event;
  event.key.execution_id = Id{1, 1};
  event.number = 4;
  refusal_ = base::Error(overloaded, "too many jobs wait for workers");
  hub_->receive("w", event);
  EXPECT_THAT(reports_, IsEmpty());
  EXPECT_EQ(inbox_.wait<protocol::EventStored>().number, 4u);
  EXPECT_EQ(inbox_.wait<protocol::EventStored>().problem, "too many jobs wait for workers");
}

TEST_F(WorkerHubTest, AResultWaitsForTheLogLinesBeforeIt) {  // TRIG-22; principle: log lines
  hub_->connect("w", link_, 10);
  hub_->evaluate(origin("a", 1), "t", look(1));
  store_->hold();
  auto lines = chunk(0, "looking");
  lines.entries[0].execution_id = {};
  lines.entries[0].trigger_id = "t";
  hub_->receive("w", lines);
  hub_->receive("w", looked(1));
  EXPECT_THAT(reports_, IsEmpty());
  store_->release();
  (void)inbox_.wait<protocol::LogStored>();
  // The report comes on the store's thread, right behind the confirmation.
  store_->close();
  EXPECT_EQ(reports_.size(), 1u);
}

TEST_F(WorkerHubTest, AnEvaluationWhoseContextIsTooLargeFails) {  // STOR-14
  hub_->connect("w", link_, 10);
  auto huge = look(1);
  huge.context = Value::map({{"x", Value::string(std::string(protocol::max_frame + 1, 'x'))}});
  hub_->evaluate(origin("a", 1), "t", std::move(huge));
  ASSERT_EQ(reports_.size(), 1u);
  EXPECT_THAT(report<engine::trigger::Evaluated>(0).error, HasSubstr("GYR-L001"));
  EXPECT_EQ(reports_[0].evaluation, (Id{1, 1}));
  EXPECT_EQ(hub_->running(), 0u);
}

}  // namespace
}  // namespace gyr::executor
