// The concurrency limit of a flow over a real store: who runs, who waits, who is next, whatever happens
// (EXEC-60 to EXEC-62, EXEC-88).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "command/errors.h"
#include "executor/testing/harness.h"

namespace gyr::executor {
namespace {

using model::State;
using test::Harness;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view nap = "tasks:\n  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}\n";
constexpr std::string_view say = "tasks:\n  - {id: say, type: io.kestra.plugin.core.log.Log, message: hi}\n";

std::string limited(std::string_view tasks, int limit, std::string_view behavior = "QUEUE") {
  return fmt::format("concurrency: {{limit: {}, behavior: {}}}\n{}", limit, behavior, tasks);
}

std::vector<State> history(Harness& server, base::Id id) {
  std::vector<State> states;
  for (const auto& change : server.row(id)->execution.state.changes()) states.push_back(change.state);
  return states;
}

State state(Harness& server, base::Id id) {
  auto row = server.row(id);
  return row ? row->execution.state.current() : State::skipped;
}

/// Has been applied and committed together with everything that was asked before.
void settle(Harness& server, std::string_view flow) {
  for (int i = 0; i < 2; ++i) (void)server.submit(RestartExecution{base::Id{}});
  auto probe = server.create(flow);
  probe.revision = 999'999;  // refused by the partition, behind what waits there
  for (int i = 0; i < 2; ++i) (void)server.submit(probe);
}

void finish_next(Harness& server) { server.workers().finish(server.workers().take("nap")); }

TEST(ConcurrencyLimit, QueuesAndAdmitsInOneCommit) {  // EXEC-60, EXEC-61
  Harness server;
  server.deploy(limited(nap, 1), "work");
  base::Id first = server.run("work"), second = server.run("work"), third = server.run("work");
  EXPECT_EQ(state(server, first), State::running);
  EXPECT_EQ(state(server, second), State::queued);
  EXPECT_EQ(state(server, third), State::queued);
  EXPECT_EQ(server.tree(second), "");
  size_t before = server.store().commits();
  finish_next(server);
  EXPECT_EQ(server.wait_for_end(first), State::success);
  EXPECT_EQ(state(server, second), State::running) << "in the commit that freed the slot";
  EXPECT_EQ(server.store().commits(), before + 1);
  EXPECT_EQ(state(server, third), State::queued);
  finish_next(server);
  EXPECT_EQ(server.wait_for_end(second), State::success);
  finish_next(server);
  EXPECT_EQ(server.wait_for_end(third), State::success);
  EXPECT_THAT(history(server, third), ElementsAre(State::created, State::queued, State::running, State::success));
  EXPECT_EQ(server.tree(third), "nap:SUCCESS");
}

TEST(ConcurrencyLimit, RefusesWithoutAnyTask) {  // EXEC-60, EXEC-42
  Harness server;
  const std::string after =
      std::string(nap) +
      "errors: [{id: e, type: io.kestra.plugin.core.log.Log, message: x}]\n"
      "finally: [{id: f, type: io.kestra.plugin.core.log.Log, message: x}]\n"
      "afterExecution: [{id: a, type: io.kestra.plugin.core.log.Log, message: \"{{ execution.state }}\"}]\n";
  server.deploy(limited(after, 1, "CANCEL"), "cancel");
  server.deploy(limited(after, 1, "FAIL"), "fail");
  for (auto [flow, final_state] : {std::pair("cancel", State::cancelled), std::pair("fail", State::failed)}) {
    base::Id first = server.run(flow), second = server.run(flow);
    EXPECT_EQ(server.wait_for_end(second), final_state);
    EXPECT_THAT(history(server, second), ElementsAre(State::created, final_state));
    EXPECT_EQ(server.tree(second), "a:SUCCESS");
    EXPECT_EQ(state(server, first), State::running);
    finish_next(server);
    EXPECT_EQ(server.wait_for_end(first), State::success);
    EXPECT_EQ(state(server, server.run(flow)), State::running) << "the slot is free again";
    finish_next(server);
    std::vector<std::string> lines{std::string(model::to_text(final_state))};
    if (final_state == State::failed)
      lines.insert(lines.begin(), "Execution is FAILED due to concurrency limit exceeded");
    EXPECT_THAT(server.log_messages(second), ::testing::UnorderedElementsAreArray(lines));
  }
}

TEST(ConcurrencyLimit, AKilledExecutionFreesItsSlotWhenItIsKilled) {  // EXEC-61
  Harness server;
  server.deploy(limited(nap, 1), "work");
  base::Id first = server.run("work"), second = server.run("work"), third = server.run("work");
  auto job = server.workers().take("nap");
  server.workers().finish(job, State::failed);  // frees the slot; the second one runs
  auto running = server.workers().take("nap");
  EXPECT_EQ(running.origin.execution, second);
  EXPECT_EQ(server.wait_for_end(first), State::failed);

  server.workers().report(running, engine::WorkerStarted{running.dispatch.attempt, "w", {}});
  settle(server, "work");
  ASSERT_TRUE(server.submit(KillExecution{second}).has_value());  // its worker answers behind the commit
  EXPECT_EQ(server.wait_for_end(second), State::killed);
  auto next = server.workers().take("nap");
  EXPECT_EQ(next.origin.execution, third);
  EXPECT_THAT(history(server, second),
              ElementsAre(State::created, State::queued, State::running, State::killing, State::killed));
  EXPECT_GE(server.row(third)->execution.state.changes().back().date,
            server.row(second)->execution.state.changes().back().date)
      << "not at KILLING";

  base::Id fourth = server.run("work"), fifth = server.run("work");
  ASSERT_TRUE(server.submit(KillExecution{fourth}).has_value());
  EXPECT_THAT(history(server, fourth), ElementsAre(State::created, State::queued, State::killing, State::killed));
  EXPECT_EQ(state(server, fifth), State::queued) << "who was only queued frees nothing";
  server.workers().finish(next);
  EXPECT_EQ(server.wait_for_end(third), State::success);
  EXPECT_EQ(state(server, fifth), State::running);
}

TEST(ConcurrencyLimit, DeletingFreesTheSlotAndThePlace) {  // EXEC-62
  Harness server;
  server.deploy(limited(nap, 1), "work");
  base::Id first = server.run("work"), second = server.run("work"), third = server.run("work");
  ASSERT_TRUE(server.submit(DeleteExecution{second}).has_value());
  ASSERT_TRUE(server.submit(DeleteExecution{first}).has_value());
  EXPECT_EQ(state(server, third), State::running);
  base::Id fourth = server.run("work");
  EXPECT_EQ(state(server, fourth), State::queued);
  server.stop();  // counted anew from the rows
  server.start();
  ASSERT_TRUE(server.submit(DeleteExecution{third}).has_value());
  EXPECT_EQ(state(server, fourth), State::running);
}

TEST(ConcurrencyLimit, AHigherLimitAdmitsWaitingExecutions) {  // EXEC-62, EXEC-60: the latest revision
  Harness server;
  server.deploy(limited(nap, 1), "work");
  std::vector<base::Id> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(server.run("work"));
  server.deploy(limited(nap, 3), "work");
  settle(server, "work");
  EXPECT_EQ(state(server, ids[2]), State::running);
  EXPECT_EQ(state(server, ids[3]), State::queued);
  auto old = server.create("work");
  old.revision = 1;
  ASSERT_TRUE(server.submit(old).has_value());
  EXPECT_EQ(state(server, old.id), State::queued) << "old revisions are counted, too";
  server.deploy(nap, "work");
  settle(server, "work");
  for (base::Id id : ids) EXPECT_EQ(state(server, id), State::running);
  EXPECT_EQ(state(server, old.id), State::running);
  server.deploy(limited(nap, 1), "work");
  base::Id later = server.run("work");
  EXPECT_EQ(state(server, later), State::queued) << "those that run without a limit are counted";
}

TEST(ConcurrencyLimit, UnqueueAndForceRunIgnoreIt) {  // EXEC-88, EXEC-160
  Harness server;
  server.deploy(limited(nap, 1), "work");
  std::vector<base::Id> ids;
  for (int i = 0; i < 6; ++i) ids.push_back(server.run("work"));
  ASSERT_TRUE(server.submit(UnqueueExecution{ids[1], State::cancelled}).has_value());
  ASSERT_TRUE(server.submit(UnqueueExecution{ids[2], State::running}).has_value());
  ASSERT_TRUE(server.submit(ForceRunExecution{ids[3]}).has_value());
  ASSERT_TRUE(server.submit(UnqueueExecution{ids[4], State::failed}).has_value());
  EXPECT_THAT(history(server, ids[1]), ElementsAre(State::created, State::queued, State::cancelled));
  EXPECT_THAT(history(server, ids[4]), ElementsAre(State::created, State::queued, State::failed));
  EXPECT_THAT(history(server, ids[2]), ElementsAre(State::created, State::queued, State::running));
  EXPECT_EQ(state(server, ids[3]), State::running);
  auto again = server.submit(UnqueueExecution{ids[2], State::running});
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code(), wrong_state);
  EXPECT_EQ(server.submit(ForceRunExecution{ids[1]}).error().code(), wrong_state);
  // Three run with one slot: the last one waits until none is left.
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(state(server, ids[5]), State::queued) << i;
    auto job = server.workers().take("nap");
    server.workers().finish(job);
    server.wait_for_end(job.origin.execution);
  }
  EXPECT_EQ(state(server, ids[5]), State::running);
}

TEST(ConcurrencyLimit, AScheduledExecutionPassesAtItsDate) {  // EXEC-100, EXEC-61, EXEC-135
  Harness server;
  server.deploy(limited(nap, 1), "work");
  auto later = server.create("work"), never = server.create("work");
  later.schedule_date = base::SystemClock().now() + base::Duration::of_millis(300);
  never.schedule_date = base::SystemClock().now() + base::Duration::of_seconds(3'600);
  ASSERT_TRUE(server.submit(later).has_value());
  ASSERT_TRUE(server.submit(never).has_value());
  base::Id now = server.run("work");
  EXPECT_EQ(state(server, now), State::running) << "those that wait for their date are not counted";
  server.crash();
  server.start();
  server.wait_until(later.id,
                    [](const store::ExecutionRow& row) { return row.execution.state.current() == State::queued; });
  EXPECT_EQ(state(server, never.id), State::created);
  ASSERT_TRUE(server.submit(ForceRunExecution{never.id}).has_value());
  EXPECT_EQ(state(server, never.id), State::running);
  auto killed = server.create("work");
  killed.schedule_date = never.schedule_date;
  ASSERT_TRUE(server.submit(killed).has_value());
  ASSERT_TRUE(server.submit(KillExecution{killed.id}).has_value());
  EXPECT_THAT(history(server, killed.id), ElementsAre(State::created, State::killing, State::killed));
}

TEST(ConcurrencyLimit, ARestartPassesTheGateAndQueuesLast) {  // EXEC-60, EXEC-61: FIFO by queued date
  Harness server;
  server.deploy(limited(nap, 1), "work");
  base::Id first = server.run("work");
  server.workers().finish(server.workers().take("nap"), State::failed);
  EXPECT_EQ(server.wait_for_end(first), State::failed);
  base::Id second = server.run("work"), third = server.run("work");
  ASSERT_TRUE(server.submit(RestartExecution{first}).has_value());
  server.wait_until(first,
                    [](const store::ExecutionRow& row) { return row.execution.state.current() == State::queued; });
  finish_next(server);
  EXPECT_EQ(server.wait_for_end(second), State::success);
  EXPECT_EQ(state(server, third), State::running);
  EXPECT_EQ(state(server, first), State::queued);
  finish_next(server);
  EXPECT_EQ(server.wait_for_end(third), State::success);
  EXPECT_EQ(state(server, first), State::running);
  finish_next(server);
  EXPECT_EQ(server.wait_for_end(first), State::success);
  EXPECT_THAT(history(server, first), ElementsAre(State::created, State::running, State::failed, State::restarted,
                                                  State::queued, State::running, State::success));
}

TEST(ConcurrencyLimit, ARefusedRestartCanBeRestartedAgain) {  // EXEC-60
  Harness server;
  server.deploy(limited(nap, 1, "FAIL"), "work");
  base::Id first = server.run("work");
  server.workers().finish(server.workers().take("nap"), State::failed);
  EXPECT_EQ(server.wait_for_end(first), State::failed);
  base::Id second = server.run("work");
  ASSERT_TRUE(server.submit(RestartExecution{first}).has_value());
  server.wait_until(first, [](const store::ExecutionRow& row) {
    return row.execution.state.current() == State::failed && row.activity == store::Activity::ended;
  });
  EXPECT_EQ(server.tree(first), "nap:FAILED");
  finish_next(server);
  EXPECT_EQ(server.wait_for_end(second), State::success);
  ASSERT_TRUE(server.submit(RestartExecution{first}).has_value());
  finish_next(server);
  EXPECT_EQ(server.wait_for_end(first), State::success);
}

TEST(ConcurrencyLimit, SubflowsOfAllFlowsShareTheLimit) {  // EXEC-60
  Harness server;
  server.deploy(limited(nap, 1), "child");
  server.deploy(
      "tasks:\n  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: child}\n",
      "parent");
  base::Id one = server.run("parent"), other = server.run("parent");
  auto job = server.workers().take("nap");
  settle(server, "child");
  ASSERT_EQ(server.children(other).size(), 1u);
  EXPECT_EQ(state(server, server.children(other)[0]), State::queued);
  server.workers().finish(job);
  EXPECT_EQ(server.wait_for_end(one), State::success);
  finish_next(server);
  EXPECT_EQ(server.wait_for_end(other), State::success);
}

TEST(ConcurrencyLimit, ALongQueueIsOnlyRowsAndKeepsItsOrder) {  // EXEC-61: more than a gate remembers
  Harness server({.threads = 1, .partitions = 2});
  constexpr size_t waiting = Gate::window + 150;
  server.deploy(limited(say, 1), "quick");
  server.deploy(limited(nap, 1), "quick");
  base::Id first = server.run("quick");
  std::vector<base::Id> ids;
  std::vector<Harness::Pending> answers;
  for (size_t i = 0; i < waiting; ++i) {
    auto command = server.create("quick");
    command.revision = 1;  // ends at once when it may begin
    ids.push_back(command.id);
    answers.push_back(server.begin(std::move(command)));
  }
  for (auto& answer : answers) ASSERT_TRUE(answer.wait().has_value());
  EXPECT_EQ(state(server, ids.back()), State::queued);
  finish_next(server);
  EXPECT_EQ(server.wait_for_end(first), State::success);
  EXPECT_EQ(server.wait_for_end(ids.back()), State::success);
  base::Instant before;
  for (base::Id id : ids) {
    auto row = server.row(id);
    ASSERT_EQ(row->execution.state.current(), State::success);
    base::Instant began = row->execution.state.changes()[2].date;
    ASSERT_LE(before, began);
    before = began;
  }
}

TEST(ConcurrencyLimit, AFailedCommitLeaksNoSlot) {  // EXEC-62; principle: failed commits
  Harness server;
  server.deploy(limited(nap, 1), "work");
  for (size_t refused = 0; refused < 3; ++refused) {
    SCOPED_TRACE(refused);
    base::Id first = server.run("work"), second = server.run("work");
    server.store().refuse_one(refused);
    finish_next(server);
    EXPECT_EQ(server.wait_for_end(first), State::success);
    settle(server, "work");
    EXPECT_EQ(state(server, second), State::running);
    finish_next(server);
    EXPECT_EQ(server.wait_for_end(second), State::success);
    server.store().refuse_one(1'000'000);
  }
}

// ---------------------------------------------------------------------------------------------- random histories

/// Does whatever comes to mind with executions of one flow and looks after each step whether the limit was kept.
class RandomHistory {
 public:
  RandomHistory(Harness& server, uint64_t seed) : server_(server), random_(seed) { set_limit(2); }

  void play(int steps) {
    for (int i = 0; i < steps && !::testing::Test::HasFailure(); ++i) {
      const Picture before = look();
      forced_.clear();
      const std::string what = act(before);
      settle(server_, "work");
      gather_jobs();
      check(before, look(), fmt::format("step {}: {}", i, what));
    }
  }

  /// Everything ends in the end, in order.
  void drain() {
    for (int i = 0; i < 200; ++i) {
      const Picture now = look();
      if (now.running.empty() && now.queued.empty()) return;
      for (base::Id id : now.running) finish(id);
      settle(server_, "work");
      gather_jobs();
    }
    ADD_FAILURE() << "some never end";
  }

 private:
  struct Picture {
    std::set<base::Id> running;  ///< they hold a slot
    std::map<base::Id, base::Instant> queued;
    std::set<base::Id> failed;
  };

  Picture look() {
    Picture picture;
    for (base::Id id : ids_) {
      auto row = server_.row(id);
      if (!row) continue;
      const State current = row->execution.state.current();
      if (engine::ExecutionState::was_admitted(current, row->engine_state)) picture.running.insert(id);
      if (current == State::queued) picture.queued[id] = row->execution.state.last_date();
      if (current == State::failed) picture.failed.insert(id);
      EXPECT_NE(current, State::created) << "all begin or wait";
      EXPECT_NE(current, State::restarted);
    }
    return picture;
  }

  void check(const Picture& before, const Picture& after, const std::string& what) {
    SCOPED_TRACE(what);
    bool admitted = false;
    for (base::Id id : after.running) admitted = admitted || (!before.running.contains(id) && !forced_.contains(id));
    if (admitted) EXPECT_LE(after.running.size() - forced_.size(), static_cast<size_t>(limit_)) << "limit exceeded";
    if (!after.queued.empty()) EXPECT_GE(after.running.size(), static_cast<size_t>(limit_)) << "a slot leaked";
    for (const auto& [id, since] : before.queued) {
      if (!after.running.contains(id) || forced_.contains(id)) continue;
      for (const auto& [other, other_since] : after.queued) {
        if (before.queued.contains(other)) EXPECT_LE(since, other_since) << "overtaken in the queue";
      }
    }
  }

  std::string act(const Picture& now) {
    switch (random_() % 16) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4: {
        auto command = server_.create("work");
        ids_.push_back(command.id);
        (void)server_.submit(std::move(command));
        return "create";
      }
      case 5:
      case 6:
      case 7:
        if (!now.running.empty()) finish(pick(now.running), random_() % 3 == 0 ? State::failed : State::success);
        return "finish";
      case 8:
        if (now.running.empty()) return "nothing";
        kill(pick(now.running));
        return "kill a running one";
      case 9:
        if (!now.queued.empty())
          kill(std::next(now.queued.begin(), static_cast<long>(random_() % now.queued.size()))->first);
        return "kill a queued one";
      case 10:
        if (!ids_.empty()) (void)server_.submit(DeleteExecution{ids_[random_() % ids_.size()]});
        return "delete";
      case 11: set_limit(1 + static_cast<int>(random_() % 4)); return fmt::format("limit {}", limit_);
      case 12:
        if (!now.failed.empty()) (void)server_.submit(RestartExecution{pick(now.failed)});
        return "restart";
      case 13:
        if (now.queued.empty()) return "nothing";
        forced_.insert(now.queued.rbegin()->first);
        (void)server_.submit(UnqueueExecution{now.queued.rbegin()->first, State::running});
        return "unqueue";
      case 14: server_.store().refuse_one(random_() % 3); return "a commit will fail";
      default: return crash(now);
    }
  }

  /// The process dies at one of the commits of some work.
  std::string crash(const Picture& now) {
    server_.store().die_after(random_() % 3);
    for (base::Id id : now.running) finish(id);
    auto command = server_.create("work");
    ids_.push_back(command.id);
    (void)server_.submit(std::move(command));
    settle(server_, "work");
    server_.crash();
    jobs_.clear();
    server_.start();
    return "crash";
  }

  base::Id pick(const std::set<base::Id>& from) {
    return *std::next(from.begin(), static_cast<long>(random_() % from.size()));
  }
  void finish(base::Id id, State with = State::success) {
    if (auto job = jobs_.find(id); job != jobs_.end()) server_.workers().finish(job->second, with);
  }
  void kill(base::Id id) {
    (void)server_.submit(KillExecution{id});
    finish(id, State::killed);
  }
  void gather_jobs() {
    while (server_.workers().waiting() > 0) {
      auto job = server_.workers().take("nap");
      jobs_.insert_or_assign(job.origin.execution, std::move(job));
    }
  }
  void set_limit(int limit) {
    SaveFlow save;
    save.row.key = {"main", "company.team", "work"};
    save.row.source = "id: work\nnamespace: company.team\n" + limited(nap, limit);
    if (server_.submit(std::move(save)).has_value()) limit_ = limit;
  }

  Harness& server_;
  std::mt19937_64 random_;
  int limit_ = 0;
  std::vector<base::Id> ids_;
  std::set<base::Id> forced_;
  std::map<base::Id, test::ManualWorkers::Job> jobs_;
};

class ConcurrencyHistories : public ::testing::TestWithParam<uint64_t> {};

TEST_P(ConcurrencyHistories, KeepTheLimitLeakNoSlotAndKeepTheOrder) {  // EXEC-60 to EXEC-62
  Harness server({.threads = 1, .partitions = 2});
  RandomHistory history(server, GetParam());
  history.play(50);
  history.drain();
}

INSTANTIATE_TEST_SUITE_P(Seeds, ConcurrencyHistories, ::testing::Range<uint64_t>(1, 9));

}  // namespace
}  // namespace gyr::executor
