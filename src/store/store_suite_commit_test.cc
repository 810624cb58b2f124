// Batches: atomic, in order, refused without taking others along.
#include <condition_variable>
#include <latch>
#include <mutex>
#include <thread>

#include "store/store_suite.h"

namespace gyr::store::test {
namespace {

GYR_STORE_SUITE(CommitSuite);

FlowRow flow_row(const model::FlowKey& key, int32_t revision, std::string source = "id: a\n") {
  FlowRow row;
  row.key = key;
  row.revision = revision;
  row.source = std::move(source);
  row.updated = time_of(revision);
  return row;
}

TEST_P(CommitSuite, EmptyBatchIsDone) {
  Batch batch;
  EXPECT_TRUE(batch.empty());
  commit(Batch{});
}

TEST_P(CommitSuite, EveryListMakesABatchNotEmptyAndHeavier) {
  size_t nothing = Batch{}.weight();
  std::vector<Batch> batches(21);
  batches[0].flows.emplace_back();
  batches[1].new_executions.emplace_back();
  batches[2].executions.emplace_back();
  batches[3].new_task_runs.emplace_back();
  batches[4].task_runs.emplace_back();
  batches[5].deleted_task_runs.emplace_back();
  batches[6].deleted_executions.emplace_back();
  batches[7].logs.emplace_back();
  batches[8].deleted_logs.emplace_back();
  batches[9].metrics.emplace_back();
  batches[10].inbox.emplace_back();
  batches[11].applied_inbox.emplace_back();
  batches[12].applied_inbox_ids.emplace_back();
  batches[13].kv.emplace_back();
  batches[14].deleted_kv.emplace_back();
  batches[15].namespace_files.emplace_back();
  batches[16].idempotency.emplace_back();
  batches[17].triggers.emplace_back();
  batches[18].deleted_triggers.emplace_back();
  batches[19].windows.emplace_back();
  batches[20].deleted_windows.emplace_back();
  for (const auto& batch : batches) {
    EXPECT_FALSE(batch.empty());
    EXPECT_GT(batch.weight(), nothing);
  }
}

TEST_P(CommitSuite, CommittedRowsExistAfterReopening) {
  auto flow = flow_key("a.b", "f");
  auto row = execution(flow, time_of(0));
  Batch batch;
  batch.new_executions.push_back(row);
  commit(std::move(batch));
  reopen();
  auto found = must(reader().execution(row.execution.id));
  ASSERT_TRUE(found);
  EXPECT_EQ(describe(*found), describe(row));
}

// FLOW-91: a revision is written once.
TEST_P(CommitSuite, AnExistingRevisionRefusesTheWholeBatch) {
  auto flow = flow_key("a", "f");
  Batch first;
  first.flows.push_back(flow_row(*flow, 1));
  commit(std::move(first));
  auto row = execution(flow, time_of(0));
  Batch second;
  second.new_executions.push_back(row);
  second.flows.push_back(flow_row(*flow, 1, "other"));
  EXPECT_EQ(refusal(std::move(second)), store_conflict.text);
  EXPECT_FALSE(must(reader().execution(row.execution.id)));
  EXPECT_EQ(must(reader().flow(*flow, 0))->source, "id: a\n");
}

TEST_P(CommitSuite, AnExistingExecutionOrAMissingOneRefusesTheWholeBatch) {
  auto flow = flow_key("a", "f");
  auto row = execution(flow, time_of(0));
  Batch first;
  first.new_executions.push_back(row);
  commit(std::move(first));

  Batch again;
  again.inbox.push_back({ids_.at(time_of(1)), 5, {}, flow, 1, "x"});
  again.new_executions.push_back(row);
  EXPECT_EQ(refusal(std::move(again)), store_conflict.text);
  EXPECT_TRUE(must(reader().inbox(0, model::slot_count - 1, 0, 10)).empty());

  Batch orphan;
  orphan.new_task_runs.push_back(task_run(execution(flow, time_of(2)), 0));
  EXPECT_EQ(refusal(std::move(orphan)), store_conflict.text);

  // The place of a task run is its own.
  Batch run, other;
  run.new_task_runs.push_back(task_run(row, 0));
  commit(std::move(run));
  other.task_runs.push_back(task_run(row, 0));
  EXPECT_EQ(refusal(std::move(other)), store_conflict.text);
}

// Batches that are merged into one transaction succeed and fail each by itself, and in the order given.
TEST_P(CommitSuite, ARefusedBatchDoesNotAffectOthers) {
  auto flow = flow_key("a", "f");
  Batch first;
  first.flows.push_back(flow_row(*flow, 1));
  commit(std::move(first));

  constexpr size_t count = 200;
  std::vector<ExecutionRow> rows;
  std::vector<std::string> outcomes(count);
  std::vector<size_t> order;
  std::latch done(count);
  // All of them wait behind the first one's sync, so that they are merged.
  for (size_t i = 0; i < count; ++i) {
    rows.push_back(execution(flow, time_of(static_cast<int64_t>(i))));
    Batch batch;
    batch.new_executions.push_back(rows.back());
    if (i % 7 == 3) batch.flows.push_back(flow_row(*flow, 1));    // exists
    if (i % 7 == 5) batch.new_executions.push_back(rows[i - 5]);  // exists
    if (i % 7 == 6)
      batch.idempotency.push_back({"main", "key", rows.back().execution.id, time_of(0)});  // one of them is first
    store().commit(std::move(batch), [&, i](base::Result<void> result) {
      outcomes[i] = result ? "" : std::string(result.error().code().text);
      order.push_back(i);
      done.count_down();
    });
  }
  done.wait();
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  for (size_t i = 0; i < count; ++i) {
    bool refused = i % 7 == 3 || i % 7 == 5 || (i % 7 == 6 && i != 6);
    EXPECT_EQ(outcomes[i], refused ? store_conflict.text : "") << i;
    EXPECT_EQ(must(reader().execution(rows[i].execution.id)).has_value(), !refused) << i;
  }
  EXPECT_EQ(must(reader().idempotency("main", "key"))->execution_id, rows[6].execution.id);
  ExecutionQuery all{test::everything};
  all.tenant = "main";
  size_t there = static_cast<size_t>(std::count(outcomes.begin(), outcomes.end(), ""));
  EXPECT_EQ(must(reader().count_executions(all)), there);
  EXPECT_EQ(store().backlog_bytes(), 0u);
}

// Batches that build on each other fail together: nothing is built on rows that were never written.
TEST_P(CommitSuite, AFailedBatchStopsItsGeneration) {
  auto flow = flow_key("a", "f");
  Batch taken;
  taken.flows.push_back(flow_row(*flow, 1));
  commit(std::move(taken));

  uint64_t generation = store().generation();
  EXPECT_NE(generation, 0u);
  auto first = execution(flow, time_of(0)), second = execution(flow, time_of(1)),
       independent = execution(flow, time_of(2));
  std::vector<std::string> outcomes(3);
  std::latch done(3);
  auto give = [&](size_t i, const ExecutionRow& row, uint64_t of, bool conflicting) {
    Batch batch;
    batch.generation = of;
    batch.new_executions.push_back(row);
    if (conflicting) batch.flows.push_back(flow_row(*flow, 1));
    store().commit(std::move(batch), [&, i](base::Result<void> result) {
      outcomes[i] = result ? "" : std::string(result.error().code().text);
      done.count_down();
    });
  };
  give(0, first, generation, true);
  give(1, second, generation, false);
  give(2, independent, 0, false);
  done.wait();
  EXPECT_EQ(outcomes[0], store_conflict.text);
  EXPECT_EQ(outcomes[1], store_conflict.text);
  EXPECT_EQ(outcomes[2], "");
  EXPECT_FALSE(must(reader().execution(second.execution.id)));
  EXPECT_GT(store().generation(), generation);

  Batch fresh;
  fresh.generation = store().generation();
  fresh.new_executions.push_back(second);
  commit(std::move(fresh));
}

TEST_P(CommitSuite, ABatchBeyondTheLimitIsRefused) {
  auto row = execution(flow_key("a", "f"), time_of(0));
  base::Value wide = base::Value::string(std::string(1000, 'x'));
  for (int i = 0; i < 40; ++i) wide = base::Value::list({wide, wide});  // small in memory, vast when written
  row.execution.inputs = base::Value::map({{"wide", wide}});
  Batch batch;
  batch.new_executions.push_back(row);
  EXPECT_EQ(refusal(std::move(batch)), batch_too_large.text);
  EXPECT_TRUE(store().writable());
}

TEST_P(CommitSuite, ClosedStoresReportIt) {
  auto row = execution(flow_key("a", "f"), time_of(0));
  std::atomic<int> done{0};
  for (int i = 0; i < 20; ++i) {
    Batch batch;
    batch.executions.push_back(row);
    store().commit(std::move(batch), [&](base::Result<void> result) { done += result ? 1 : 0; });
  }
  store().close();
  EXPECT_EQ(done, 20);  // what was given is committed
  Batch late;
  late.executions.push_back(row);
  EXPECT_EQ(refusal(std::move(late)), store_closed.text);
  EXPECT_FALSE(store().open_reader().has_value());
  EXPECT_FALSE(store().apply_retention(time_of(0)).has_value());
  EXPECT_FALSE(store().backup("/tmp/never").has_value());
  bool ran = false;
  store().read([&](Reader&) { ran = true; });
  EXPECT_FALSE(ran);
  store().close();
}

TEST_P(CommitSuite, ReadersRunBesideCommitsAndSeeWholeBatches) {
  auto flow = flow_key("a", "f");
  constexpr int batches = 100;
  std::atomic<bool> stop{false};
  std::atomic<int> reads{0};
  std::mutex mutex;
  std::condition_variable changed;
  int running = 0;
  // Each batch writes two executions: a reader never sees an odd number, nor a number that differs between two
  // questions.
  auto ask = [&] {
    std::lock_guard lock(mutex);
    ++running;
    store().read([&](Reader& r) {
      ExecutionQuery query{test::everything};
      query.tenant = "main";
      auto first = r.search_executions(query);
      auto second = r.count_executions(query);
      EXPECT_TRUE(first && second);
      if (first && second) {
        EXPECT_EQ(first->total % 2, 0u);
        EXPECT_EQ(first->total, *second);
      }
      ++reads;
      std::lock_guard guard(mutex);
      --running;
      changed.notify_all();
    });
  };
  std::thread asking([&] {
    while (!stop) {
      ask();
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return running < 4; });
    }
  });
  for (int i = 0; i < batches; ++i) {
    Batch batch;
    batch.new_executions.push_back(execution(flow, time_of(i)));
    batch.new_executions.push_back(execution(flow, time_of(i)));
    commit(std::move(batch));
  }
  stop = true;
  asking.join();
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return running == 0; });
  EXPECT_GT(reads, 0);
}

}  // namespace
}  // namespace gyr::store::test
