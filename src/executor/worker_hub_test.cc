// The server's end of WorkerLink: fair dispatch, logs that are confirmed only when stored, what is too large.
#include "dispatch/worker_hub.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

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

TEST_F(WorkerHubTest, FlowsTakeTurns) {  // principle: fair dispatch
  hub_->connect("w", link_, 1);
  hub_->dispatch(origin("a", 1), job(1));
  hub_->dispatch(origin("a", 1), job(2));
  hub_->dispatch(origin("a", 1), job(3));
  hub_->dispatch(origin("b", 2), job(4));
  EXPECT_THAT(given(), ElementsAre("task-1"));
  EXPECT_EQ(hub_->queued(), 3u);
  EXPECT_GT(queued_work_.bytes(), 0u);
  finish(1, 1);
  finish(1, 2);
  finish(2, 4);
  EXPECT_THAT(given(), ElementsAre("task-1", "task-2", "task-4", "task-3"));
  EXPECT_EQ(queued_work_.bytes(), 0u);
  EXPECT_EQ(events_.size(), 3u);
}

TEST_F(WorkerHubTest, AKilledJobIsNeverDispatched) {  // EXEC-80
  hub_->connect("w", link_, 1);
  hub_->dispatch(origin("a", 1), job(1));
  hub_->dispatch(origin("a", 1), job(2));
  hub_->kill(origin("a", 1), job(2).attempt);
  EXPECT_EQ(hub_->queued(), 0u);
  EXPECT_EQ(queued_work_.bytes(), 0u);
  finish(1, 1);
  EXPECT_THAT(given(), ElementsAre("task-1"));
  EXPECT_THAT(inbox_.all<protocol::Kill>(), IsEmpty());
}

HoldSetPtr operator_holds(uint64_t version, std::string ignored_flow, bool maintenance = false) {
  auto set = std::make_shared<HoldSet>(version, base::Instant::of_millis(static_cast<int64_t>(version)));
  if (!ignored_flow.empty()) set->add({.tenant = "main", .namespace_ = "company.team", .flow = ignored_flow});
  if (maintenance) set->set_maintenance();
  return set;
}

TEST_F(WorkerHubTest, JobsOfIgnoredExecutionsWait) {  // EXEC-99
  hub_->connect("w", link_, 1);
  for (uint64_t run = 1; run <= 3; ++run) hub_->dispatch(origin("a", 1), job(run));
  hub_->dispatch(origin("b", 2), job(4));
  hub_->set_operator_holds(operator_holds(2, "a"));
  hub_->set_operator_holds(operator_holds(1, ""));  // of a partition that saw it late
  hub_->dispatch(origin("a", 1), job(5));
  EXPECT_EQ(hub_->queued(), 1u) << "that of b";
  finish(1, 1);
  finish(2, 4);
  EXPECT_THAT(given(), ElementsAre("task-1", "task-4"));
  EXPECT_EQ(queued_work_.bytes(), 0u) << "what is ignored does not shut the door";
  hub_->kill(origin("a", 1), job(3).attempt);
  hub_->set_operator_holds(operator_holds(3, ""));
  finish(1, 2);
  finish(1, 5);
  EXPECT_THAT(given(), ElementsAre("task-1", "task-4", "task-2", "task-5")) << "in their order, but the killed one";
  EXPECT_EQ(hub_->queued(), 0u);
}

TEST_F(WorkerHubTest, TellsWhatWorkersDo) {  // API-120
  hub_->connect("w", link_, 10);
  for (uint64_t run = 1; run <= 3; ++run) hub_->dispatch(origin("a", 1), job(run));
  hub_->evaluate(origin("b", 7), "t", look(7, true));
  const auto all = hub_->running_page(0, 100);
  ASSERT_EQ(all.total, 4u);
  ASSERT_EQ(all.running.size(), 4u);
  EXPECT_EQ(all.running[0].flow->id, "a");
  EXPECT_EQ(all.running[0].task_run, job(1).attempt.task_run);
  EXPECT_EQ(all.running[0].worker, "w");
  EXPECT_TRUE(all.running[0].trigger_id.empty());
  EXPECT_EQ(all.running[3].trigger_id, "t");
  EXPECT_EQ(all.running[3].flow->id, "b");
  const auto page = hub_->running_page(1, 2);
  EXPECT_EQ(page.total, 4u);
  ASSERT_EQ(page.running.size(), 2u);
  EXPECT_EQ(page.running[1].task_run, job(3).attempt.task_run);
  EXPECT_TRUE(hub_->running_page(4, 2).running.empty());
  EXPECT_TRUE(hub_->running_page(SIZE_MAX, SIZE_MAX).running.empty());
  finish(1, 1);
  EXPECT_EQ(hub_->running_page(0, 100).total, 3u);
}

TEST_F(WorkerHubTest, NothingIsDispatchedInMaintenanceMode) {  // OPS-12, TRIG-206
  hub_->connect("w", link_, 10);
  hub_->dispatch(origin("a", 1), job(1));
  hub_->evaluate(origin("a", 7), "t", look(7, true));
  hub_->set_operator_holds(operator_holds(2, "", true));
  hub_->dispatch(origin("a", 1), job(2));
  EXPECT_THAT(given(), ElementsAre("task-1"));
  EXPECT_FALSE(hub_->is_idle());
  finish(1, 1);
  EXPECT_TRUE(hub_->is_idle()) << "a listener never ends by itself";
  EXPECT_EQ(hub_->queued(), 1u);
  hub_->set_operator_holds(operator_holds(3, ""));
  EXPECT_THAT(given(), ElementsAre("task-1", "task-2"));
}

TEST_F(WorkerHubTest, JobsOfALostWorkerAreReported) {  // EXEC-133
  hub_->connect("w", link_, 10);
  hub_->dispatch(origin("a", 1), job(1));
  link_.close();
  hub_->dispatch(origin("a", 1), job(2));  // nobody takes it: it waits for another worker
  hub_->disconnect("w");
  ASSERT_EQ(events_.size(), 1u);
  EXPECT_EQ(std::get<engine::WorkerLost>(events_[0].second).attempt, job(1).attempt);
  EXPECT_EQ(hub_->queued(), 1u);
  protocol::MemoryLink other(nullptr, [this](protocol::Frame frame) { inbox_.add(std::move(frame)); });
  hub_->connect("v", other, 10);
  EXPECT_THAT(given(), ElementsAre("task-1", "task-2"));
  finish(1, 1);
  EXPECT_EQ(events_.size(), 1u) << "a result of what was given up is stale";
}

TEST_F(WorkerHubTest, AnExceptionOfAReportIsTheFailureOfItsWork) {  // EXEC-133
  hub_->connect("w", link_, 10);
  hub_->dispatch(origin("a", 1), job(1));
  hub_->render(origin("a", 1), {.task_run = Id{2, 9}, .request = 4});
  hub_->evaluate(origin("a", 7), "t", look(7));
  ASSERT_EQ(hub_->running(), 3u);
  throw_once();
  finish(1, 1);
  ASSERT_EQ(events_.size(), 1u);
  const auto& failed = std::get<engine::WorkerFinished>(events_[0].second);
  EXPECT_EQ(failed.attempt, job(1).attempt);
  EXPECT_EQ(failed.state, model::State::failed);
  EXPECT_THAT(failed.error, HasSubstr("no memory"));
  EXPECT_THAT(failed.error, HasSubstr("GYR-E120"));
  throw_once();
  hub_->receive("w", protocol::RenderResult{.key = {Id{1, 1}, Id{2, 9}, 0, 0}, .request = 4, .ok = true});
  ASSERT_EQ(events_.size(), 2u);
  EXPECT_FALSE(std::get<engine::Rendered>(events_[1].second).ok);
  throw_once();
  hub_->receive("w", looked(7));
  ASSERT_EQ(reports_.size(), 1u);
  EXPECT_THAT(report<engine::trigger::Evaluated>(0).error, HasSubstr("no memory"));
  EXPECT_EQ(hub_->running(), 0u);
}

TEST_F(WorkerHubTest, AnExceptionOfAChildOfADirectoryEndsItsJob) {  // EXEC-133
  hub_->connect("w", link_, 10);
  hub_->dispatch(origin("a", 1), job(1));
  throw_once();
  protocol::ChildReport report;
  report.job = {Id{1, 1}, Id{2, 1}, 0, 1};
  report.task_run = Id{3, 1};
  hub_->receive("w", report);
  ASSERT_EQ(events_.size(), 1u);
  EXPECT_EQ(std::get<engine::WorkerFinished>(events_[0].second).state, model::State::failed);
  EXPECT_EQ(inbox_.all<protocol::Kill>().size(), 1u) << "what it still does has no effect";
  EXPECT_EQ(hub_->running(), 0u);
}

/// A link that cannot even encode a frame.
struct ThrowingLink final : protocol::Link {
  protocol::Sent send(const protocol::Frame&) override { throw std::runtime_error("no memory"); }
  size_t queued_bytes() const override { return 0; }
};

TEST_F(WorkerHubTest, AJobWhoseFrameThrowsFails) {  // EXEC-133
  ThrowingLink link;
  hub_->connect("w", link, 10);
  hub_->dispatch(origin("a", 1), job(1));
  ASSERT_EQ(events_.size(), 1u);
  EXPECT_THAT(std::get<engine::WorkerFinished>(events_[0].second).error, HasSubstr("GYR-E120"));
  EXPECT_EQ(hub_->queued(), 0u);
  EXPECT_EQ(hub_->running(), 0u);
}

TEST_F(WorkerHubTest, ReportsOfChildrenCountWhileTheirWorkerHasTheJob) {  // TASK-40
  hub_->connect("w", link_, 10);
  hub_->dispatch(origin("a", 1), job(1));
  protocol::ChildReport report;
  report.job = {Id{1, 1}, Id{2, 1}, 0, 1};
  report.task_run = Id{3, 1};
  report.task_id = "child";
  report.kind = protocol::ChildReport::Kind::ended;
  report.state = model::State::warning;
  report.attempt = 2;
  hub_->receive("w", report);
  ASSERT_EQ(events_.size(), 1u);
  const auto& event = std::get<engine::ChildReported>(events_[0].second);
  EXPECT_EQ(event.directory, job(1).attempt);
  EXPECT_EQ(event.task_run, (Id{3, 1}));
  EXPECT_EQ(event.kind, engine::ChildReported::Kind::ended);
  EXPECT_EQ(event.state, model::State::warning);
  EXPECT_EQ(event.attempt, 2);
  hub_->receive("another", report);
  EXPECT_EQ(events_.size(), 1u) << "it has no such job";
  finish(1, 1);
  hub_->receive("w", report);
  EXPECT_EQ(events_.size(), 2u) << "the job's own result is the last word";
}

TEST_F(WorkerHubTest, AContextThatIsTooLargeFailsTheAttempt) {  // STOR-14
  hub_->connect("w", link_, 1);
  Value large = Value::map({{"inputs", Value::string(std::string(protocol::max_frame, 'x'))}});
  hub_->dispatch(origin("a", 1), job(1, large));
  ASSERT_EQ(events_.size(), 1u);
  const auto& failed = std::get<engine::WorkerFinished>(events_[0].second);
  EXPECT_EQ(failed.attempt, job(1).attempt);
  EXPECT_EQ(failed.state, model::State::failed);
  EXPECT_THAT(failed.error, HasSubstr("[GYR-L001]"));

  engine::RenderRequest render;
  render.task_run = Id{2, 9};
  render.request = 3;
  render.context = large;
  hub_->render(origin("a", 1), render);
  ASSERT_EQ(events_.size(), 2u);
  EXPECT_FALSE(std::get<engine::Rendered>(events_[1].second).ok);

  hub_->dispatch(origin("a", 1), job(2));
  EXPECT_THAT(given(), ElementsAre("task-2")) << "its place is free again";
  EXPECT_EQ(hub_->running(), 1u);
}

TEST_F(WorkerHubTest, MetricsComeWithTheResult) {  // EXEC-122: stored by the commit that holds the result
  hub_->connect("w", link_, 1);
  hub_->dispatch(origin("a", 1), job(1));
  protocol::Result result;
  result.key = {Id{1, 1}, Id{2, 1}, 0, 1};
  result.metrics.push_back({.execution_id = Id{1, 1}, .name = "rows", .value = 3});
  hub_->receive("w", std::move(result));
  ASSERT_EQ(events_.size(), 1u);
  const auto& finished = std::get<engine::WorkerFinished>(events_[0].second);
  ASSERT_EQ(finished.metrics.size(), 1u);
  EXPECT_EQ(finished.metrics[0].flow->id, "a") << "whose they are, the server knows better";
  EXPECT_EQ(store_->commits(), 0u);
}

TEST_F(WorkerHubTest, SubscribersAreInformedOfLogLines) {  // API-81
  hub_->connect("w", link_, 1);
  hub_->dispatch(origin("a", 7), job(1));
  std::promise<Change> heard;
  auto subscription = changes_.subscribe(Id{1, 7}, [&heard](const Change& change) { heard.set_value(change); });
  hub_->receive("w", chunk(7, "hello"));
  auto change = heard.get_future();
  ASSERT_EQ(change.wait_for(test::patience), std::future_status::ready);
  EXPECT_TRUE(change.get().logs_only);
  EXPECT_EQ(inbox_.wait<protocol::LogStored>().bytes, protocol::log_line_bytes + 5);
}

TEST_F(WorkerHubTest, LogLinesThatCouldNotBeStoredAreKeptAndNotConfirmed) {  // principle: nothing lost
  hub_->connect("w", link_, 1);
  hub_->dispatch(origin("a", 7), job(1));
  store_->refuse_one(0, store::store_full);
  hub_->receive("w", chunk(7, "hello"));
  EXPECT_EQ(store_->commits(), 1u);
  EXPECT_THAT(inbox_.all<protocol::LogStored>(), IsEmpty());
  loop_.run_ready();
  EXPECT_EQ(store_->commits(), 1u) << "not at once";
  ASSERT_TRUE(loop_.advance_to_next_timer());
  EXPECT_EQ(inbox_.wait<protocol::LogStored>().bytes, protocol::log_line_bytes + 5);
  EXPECT_EQ(store_->commits(), 2u);

  auto reader = *store_->open_reader();
  store::LogQuery query{store::Visible::internal("a test")};
  query.tenant = "main";
  query.execution_id = Id{1, 7};
  auto lines = reader->search_logs(query);
  ASSERT_TRUE(lines.has_value());
  ASSERT_EQ(lines->results.size(), 1u);
  EXPECT_EQ(lines->results[0].message, "hello");
}

TEST_F(WorkerHubTest, AResultWaitsUntilItsLogLinesAreStored) {  // principle: log lines
  hub_->connect("w", link_, 2);
  hub_->dispatch(origin("a", 7), job(1));
  store_->refuse_one(0, store::store_full);
  hub_->receive("w", chunk(7, "hello"));
  finish(7, 1);
  EXPECT_THAT(events_, IsEmpty()) << "the line is in memory alone";
  EXPECT_EQ(hub_->running(), 1u);
  loop_.run_ready();
  ASSERT_TRUE(loop_.advance_to_next_timer());
  (void)inbox_.wait<protocol::LogStored>();
  store_->close();  // and with it the thread on which the result goes on
  ASSERT_EQ(events_.size(), 1u);
  EXPECT_EQ(std::get<engine::WorkerFinished>(events_[0].second).attempt, job(1).attempt);
  EXPECT_EQ(hub_->running(), 0u);
}

TEST_F(WorkerHubTest,
       ReportsThatWaitedForLogLinesStayInOrder) {  // TASK-40: what ends a directory comes behind its children
  hub_->connect("w", link_, 2);
  hub_->dispatch(origin("a", 7), job(1));
  auto child = [](uint64_t run) {
    protocol::ChildReport report;
    report.job = {Id{1, 7}, Id{2, 1}, 0, 1};
    report.task_run = Id{3, run};
    report.kind = protocol::ChildReport::Kind::ended;
    return report;
  };
  const auto run_of = [](const engine::EventBody& body) {
    const auto* report = std::get_if<engine::ChildReported>(&body);
    return report != nullptr ? report->task_run : std::get<engine::WorkerFinished>(body).attempt.task_run;
  };
  // While the store's thread applies the first of them, the worker goes on.
  on_event_ = [&](const engine::EventBody& body) {
    if (run_of(body) != Id{3, 1}) return;
    hub_->receive("w", child(3));
    finish(7, 1);
  };
  store_->refuse_one(0, store::store_full);
  hub_->receive("w", chunk(7, "hello"));
  hub_->receive("w", child(1));
  hub_->receive("w", child(2));
  EXPECT_THAT(events_, IsEmpty());
  loop_.run_ready();
  ASSERT_TRUE(loop_.advance_to_next_timer());
  (void)inbox_.wait<protocol::LogStored>();
  store_->close();  // and with it the thread on which the reports go on
  std::vector<base::Id> applied;
  for (const auto& [execution, body] : events_) applied.push_back(run_of(body));
  EXPECT_THAT(applied, ElementsAre(Id{3, 1}, Id{3, 2}, Id{3, 3}, Id{2, 1}));
}

TEST_F(WorkerHubTest, ARenderingOfALostWorkerIsGivenToAnother) {  // EXEC-133: the loss of a worker fails nothing
  hub_->connect("w", link_, 1);
  engine::RenderRequest request;
  request.task_run = Id{2, 9};
  request.request = 3;
  request.source = Value::string("{{ kv('a') }}");
  hub_->render(origin("a", 1), request);
  hub_->disconnect("w");
  EXPECT_THAT(events_, IsEmpty());
  EXPECT_EQ(hub_->queued(), 1u);
  hub_->connect("v", link_, 1);
  auto given = inbox_.all<protocol::RenderJob>();
  ASSERT_EQ(given.size(), 2u);
  EXPECT_EQ(given[1].request, 3u);
  EXPECT_EQ(given[1].source, given[0].source);
}

TEST_F(WorkerHubTest, OnlyWorkOfAWorkerCanMakeHostCalls) {
  hub_->connect("w", link_, 1);
  protocol::HostCall call;
  call.call = 4;
  call.key = {Id{1, 1}, Id{2, 1}, 0, 1};
  call.function = "kv";
  hub_->receive("w", call);
  auto reply = inbox_.wait<protocol::HostReply>();
  EXPECT_EQ(reply.call, 4u);
  EXPECT_FALSE(reply.ok) << "work that this worker does not have asks for nothing";
}

}  // namespace
}  // namespace gyr::executor
