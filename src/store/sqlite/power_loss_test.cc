// What is acknowledged survives a power failure, whole; what is not is there whole or not at all
// (principle: nothing lost).
#include <gtest/gtest.h>

#include <future>
#include <latch>
#include <random>

#include "store/direct_commit.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/unsynced_vfs.h"
#include "store/store_suite.h"

namespace gyr::store::sqlite {
namespace {

using test::time_of;

/// Random batches, and what the store has to hold after each of them.
class History {
 public:
  explicit History(uint64_t seed) : random_(seed), ids_(seed) {}

  struct State {
    std::map<base::Id, std::string> executions;
    std::map<std::pair<base::Id, uint32_t>, std::string> runs;
    std::map<std::string, int> lines;  // and how often
    std::map<base::Id, std::string> inbox;
  };

  /// The next batch; its number is the value of the key `count`.
  Batch next() {
    Batch batch;
    auto flow = test::flow_key("a", fmt::format("f{}", random_() % 3));
    size_t actions = 1 + random_() % 6;
    for (size_t i = 0; i < actions; ++i) {
      switch (random_() % 6) {
        case 0:
        case 1: {
          test::K1 k1 = test::make_k1(ids_, flow, time_of(static_cast<int64_t>(random_() % 200'000)));
          if (random_() % 6 == 0)
            k1.execution.execution.inputs = base::Value::string(std::string(70'000 + random_() % 1000, 'L'));
          live_.push_back(k1.execution);
          test::add_to(batch, std::move(k1));
          break;
        }
        case 2:
          if (live_.empty()) break;
          change(batch, live_[random_() % live_.size()]);
          break;
        case 3:
          batch.inbox.push_back({ids_.at(time_of(0)), 1, {}, flow, 2, std::string(random_() % 300, 'p')});
          messages_.push_back(batch.inbox.back().id);
          break;
        case 4:
          if (messages_.empty()) break;
          batch.applied_inbox_ids.push_back(messages_.front());
          messages_.erase(messages_.begin());
          break;
        case 5: {
          if (live_.size() < 4 || random_() % 3 != 0) break;
          size_t which = random_() % live_.size();
          // Not one that this batch has made or changed: a batch deletes last.
          base::Id id = live_[which].execution.id;
          auto is_it = [&](const auto& row) { return row.execution.id == id; };
          if (std::any_of(batch.new_executions.begin(), batch.new_executions.end(), is_it)) break;
          if (std::any_of(batch.executions.begin(), batch.executions.end(), is_it)) break;
          batch.deleted_executions.push_back({id});
          live_.erase(live_.begin() + static_cast<ptrdiff_t>(which));
          break;
        }
      }
    }
    KvRow count;
    count.tenant = "main";
    count.namespace_ = "a";
    count.key = "count";
    count.type = "NUMBER";
    count.value = base::Value::integer(static_cast<int64_t>(states_.size()) + 1);
    batch.kv.push_back(count);
    apply(batch);
    return batch;
  }
  size_t size() const { return states_.size(); }
  const State& after(size_t batches) const {
    static const State nothing;
    return batches == 0 ? nothing : states_[batches - 1];
  }

 private:
  void change(Batch& batch, ExecutionRow& row) {
    for (const auto& other : batch.executions) {
      if (other.execution.id == row.execution.id) return;
    }
    row.execution.state.set(random_() % 2 == 0 ? model::State::restarted : model::State::running,
                            row.execution.state.last_date());
    row.activity = random_() % 2 == 0 ? Activity::active : Activity::idle;
    row.wake_at = time_of(static_cast<int64_t>(random_() % 1000));
    row.execution.labels = {{"step", fmt::format("{}", random_() % 10)}};
    if (random_() % 4 == 0) row.execution.outputs = base::Value::string(std::string(80'000, 'O'));
    batch.executions.push_back(row);
    model::LogEntry line;
    line.execution_id = row.execution.id;
    line.flow = row.execution.flow;
    line.sequence = ++sequence_;
    line.timestamp = time_of(0);
    line.message = fmt::format("changed {}", sequence_);
    batch.logs.push_back(line);
  }
  void apply(const Batch& batch) {
    State state = states_.empty() ? State{} : states_.back();
    for (const auto& row : batch.new_executions) state.executions[row.execution.id] = test::describe(row);
    for (const auto& row : batch.executions) state.executions[row.execution.id] = test::describe(row);
    for (const auto& row : batch.new_task_runs) state.runs[{row.execution_id, row.position}] = test::describe(row);
    for (const auto& line : batch.logs) ++state.lines[test::describe(line)];
    for (const auto& removal : batch.deleted_executions) {
      state.executions.erase(removal.id);
      std::erase_if(state.runs, [&](const auto& run) { return run.first.first == removal.id; });
      std::erase_if(state.lines, [&](const auto& line) { return line.first.starts_with(removal.id.to_text()); });
    }
    for (const auto& message : batch.inbox) state.inbox[message.id] = message.payload;
    for (const auto& id : batch.applied_inbox_ids) state.inbox.erase(id);
    states_.push_back(std::move(state));
  }

  std::mt19937_64 random_;
  test::Ids ids_;
  std::vector<State> states_;
  std::vector<ExecutionRow> live_;
  std::vector<base::Id> messages_;
  uint32_t sequence_ = 0;
};

base::Result<std::unique_ptr<Store>> open(const std::filesystem::path& folder, const base::Clock& clock,
                                          const std::string& vfs) {
  SqliteOptions options;
  options.folder = folder;
  options.clock = &clock;
  options.vfs = vfs;
  options.reader_threads = 1;
  return open_sqlite(std::move(options));
}

template <class T>
T must(base::Result<T> result) {
  EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().to_string());
  return result ? *std::move(result) : T{};
}

/// How many batches the store holds; fails where what it holds is not exactly those.
size_t check(Store& store, const History& history) {
  auto reader = must(store.open_reader());
  auto count = must(reader->kv("main", "a", "count"));
  size_t batches = count ? static_cast<size_t>(count->value.as_integer()) : 0;
  EXPECT_LE(batches, history.size());
  const auto& wanted = history.after(std::min(batches, history.size()));

  History::State found;
  ExecutionQuery query{test::everything};
  query.tenant = "main";
  query.paging.size = 10'000;
  auto page = must(reader->search_executions(query));
  EXPECT_EQ(page.total, wanted.executions.size());  // by the rollups
  for (const auto& row : page.results) {
    found.executions[row.execution.id] = test::describe(row);
    for (const auto& run : must(reader->task_runs(row.execution.id, 0, 1000))) {
      found.runs[{run.execution_id, run.position}] = test::describe(run);
    }
  }
  LogQuery logs{test::everything};
  logs.tenant = "main";
  logs.paging.size = 100'000;
  for (const auto& line : must(reader->search_logs(logs)).results) ++found.lines[test::describe(line)];
  for (const auto& message : must(reader->inbox(0, model::slot_count - 1, 0, 100'000)))
    found.inbox[message.message.id] = message.message.payload;
  EXPECT_EQ(found.executions, wanted.executions);
  EXPECT_EQ(found.runs, wanted.runs);
  EXPECT_EQ(found.lines, wanted.lines);
  EXPECT_EQ(found.inbox, wanted.inbox);
  return batches;
}

/// One life of a store: work, a power failure at some moment, and what a later start finds.
void live_and_die(uint64_t seed) {
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937_64 random(seed * 7919);
  test::TemporaryFolder folder;
  base::VirtualClock clock(time_of(0));
  UnsyncedVfs disk(fmt::format("unsynced-{}", seed));
  History history(seed);
  std::atomic<size_t> acknowledged{0};
  std::atomic<size_t> answered{0};

  // A first life without failure on every other seed, so that the failure also meets filed lines and a log in use.
  if (seed % 2 == 0) {
    auto store = must(open(folder.path(), clock, disk.name()));
    for (int i = 0; i < 10; ++i) {
      ASSERT_TRUE(store->commit_and_wait(history.next()));
      ++acknowledged;
    }
    store->close();
  }
  {
    if (seed % 3 == 0) disk.fail_after(random() % 60);  // may hit the opening itself
    auto opened = open(folder.path(), clock, disk.name());
    if (opened) {
      auto store = *std::move(opened);
      if (seed % 3 != 0) disk.fail_after(random() % 1500);
      size_t batches = 5 + random() % 40;
      // Once the power is off nobody is answered before the store closes, and commit_here() does not return.
      auto works = std::async(std::launch::async, [&] {
        for (size_t i = 0; i < batches && !disk.has_failed(); ++i) {
          size_t number = history.size() + 1;
          auto done = [&, number](base::Result<void> result) {
            if (result) acknowledged = std::max(acknowledged.load(), number);
            ++answered;
          };
          if (random() % 2 == 0) {
            dynamic_cast<DirectCommit&>(*store).commit_here(history.next(), std::move(done));
          } else {
            store->commit(history.next(), std::move(done));
          }
          if (random() % 4 == 0) {  // let the writer catch up now and then: groups of every size
            auto caught_up = std::make_shared<std::promise<void>>();
            auto future = caught_up->get_future();
            store->commit(Batch{}, [caught_up](base::Result<void>) { caught_up->set_value(); });
            while (future.wait_for(std::chrono::milliseconds(5)) == std::future_status::timeout && !disk.has_failed()) {
            }
          }
        }
      });
      while (works.wait_for(std::chrono::milliseconds(5)) == std::future_status::timeout && !disk.has_failed()) {
      }
      store->close();
      works.get();
      store.reset();
      if (!disk.has_failed()) disk.fail_after(0);  // the failure comes after a clean end: everything is there
    }
  }
  disk.settle(seed);

  auto store = must(open(folder.path(), clock, ""));
  ASSERT_NE(store, nullptr);
  size_t held = check(*store, history);
  EXPECT_GE(held, acknowledged.load());
  // What survived is a store like any other.
  if (held == history.size()) {
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(store->commit_and_wait(history.next()));
    EXPECT_EQ(check(*store, history), history.size());
    store.reset();
    store = must(open(folder.path(), clock, ""));
    EXPECT_EQ(check(*store, history), history.size());
  }
}

TEST(PowerLoss, AcknowledgedBatchesAreCompleteAndNoneIsPartial) {
#if __has_feature(thread_sanitizer)
  constexpr uint64_t seeds = 15;  // what is on the disk does not depend on it, and each takes a second
#else
  constexpr uint64_t seeds = 100;
#endif
  for (uint64_t seed = 1; seed <= seeds && !::testing::Test::HasFailure(); ++seed) live_and_die(seed);
}

// A sync that fails leaves it open whether the transaction is on disk: nobody is told until that is settled.
TEST(PowerLoss, AFailedSyncIsResolvedBeforeAnyAnswer) {
  test::TemporaryFolder folder;
  base::VirtualClock clock(time_of(0));
  UnsyncedVfs disk("failing-syncs");
  auto store = must(open(folder.path(), clock, disk.name()));
  History history(1);
  ASSERT_TRUE(store->commit_and_wait(history.next()));

  disk.fail_syncs(true);
  std::promise<base::Result<void>> answer;
  auto answered = answer.get_future();
  store->commit(history.next(), [&](base::Result<void> result) { answer.set_value(std::move(result)); });
  EXPECT_EQ(answered.wait_for(std::chrono::milliseconds(300)), std::future_status::timeout);
  EXPECT_FALSE(store->writable());
  // Reading goes on, without what is uncertain.
  EXPECT_EQ(check(*store, history), 1u);
  disk.fail_syncs(false);
  // Once the disk works the transaction is overwritten and tried again.
  EXPECT_TRUE(answered.get());
  EXPECT_TRUE(store->writable());
  EXPECT_EQ(check(*store, history), 2u);
}

// The same where the caller writes: it is held, and others are refused meanwhile.
TEST(PowerLoss, AFailedSyncHoldsACallerThatWrites) {
  test::TemporaryFolder folder;
  base::VirtualClock clock(time_of(0));
  UnsyncedVfs disk("failing-syncs-here");
  auto store = must(open(folder.path(), clock, disk.name()));
  History history(1);
  ASSERT_TRUE(store->commit_and_wait(history.next()));

  disk.fail_syncs(true);
  Batch held = history.next();
  auto returned = std::async(std::launch::async, [&] {
    std::promise<bool> answer;
    dynamic_cast<DirectCommit&>(*store).commit_here(
        std::move(held), [&](base::Result<void> result) { answer.set_value(result.has_value()); });
    return answer.get_future().get();
  });
  EXPECT_EQ(returned.wait_for(std::chrono::milliseconds(300)), std::future_status::timeout);
  EXPECT_FALSE(store->writable());
  EXPECT_FALSE(store->commit_and_wait(Batch{}).has_value());
  disk.fail_syncs(false);
  EXPECT_TRUE(returned.get());
  EXPECT_TRUE(store->writable());
  EXPECT_EQ(check(*store, history), 2u);
}

TEST(PowerLoss, ClosingWithAnUnresolvedSyncReportsIt) {
  test::TemporaryFolder folder;
  base::VirtualClock clock(time_of(0));
  UnsyncedVfs disk("closing-unsettled");
  auto store = must(open(folder.path(), clock, disk.name()));
  History history(1);
  ASSERT_TRUE(store->commit_and_wait(history.next()));
  disk.fail_syncs(true);
  std::promise<std::string> answer;
  store->commit(history.next(), [&](base::Result<void> result) {
    answer.set_value(result ? "" : std::string(result.error().code().text));
  });
  store->close();
  EXPECT_EQ(answer.get_future().get(), store_unknown.text);
  store.reset();
  disk.settle(3);
  store = must(open(folder.path(), clock, ""));
  size_t held = check(*store, history);
  EXPECT_TRUE(held == 1 || held == 2);
}

}  // namespace
}  // namespace gyr::store::sqlite
