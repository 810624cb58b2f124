// The performance of the store on this machine: K1 commits (D1: bytes on disk), and lists over a large history (U1).
//
//   bench_store --benchmark_filter=Commit           throughput and bytes an execution
//   bench_store --benchmark_filter=Records          the records of one execution alone
//   bench_store --benchmark_filter=Ranges           what 1, 4 and 64 partitions read of 200,000 waiting executions
//   GYR_BENCH_EXECUTIONS=5000000 bench_store --benchmark_filter=Search     (1,000,000 if not said; made once a run)
#include <benchmark/benchmark.h>

#include <condition_variable>
#include <cstdlib>
#include <mutex>

#include "base/text.h"
#include "store/sql/record.h"
#include "store/sqlite/log_journal.h"
#include "store/sqlite/sqlite_store.h"
#include "store/test_rows.h"

namespace gyr::store {
namespace {

using test::K1;

uint64_t folder_bytes(const std::filesystem::path& folder) {
  uint64_t sum = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) sum += entry.file_size();
  }
  return sum;
}

std::unique_ptr<Store> open(const std::filesystem::path& folder, const base::Clock& clock) {
  SqliteOptions options;
  options.folder = folder;
  options.clock = &clock;
  auto store = open_sqlite(std::move(options));
  if (!store) {
    fmt::print(stderr, "{}\n", store.error().to_string());
    std::abort();
  }
  return *std::move(store);
}

/// Gives batches to the store as an executor does: the next is made while the former is being synced.
class Pipeline {
 public:
  explicit Pipeline(Store& store, size_t depth) : store_(store), depth_(depth) {}
  void push(Batch batch) {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return running_ < depth_; });
    ++running_;
    lock.unlock();
    store_.commit(std::move(batch), [this](base::Result<void> result) {
      if (!result) {
        fmt::print(stderr, "{}\n", result.error().to_string());
        std::abort();
      }
      std::lock_guard guard(mutex_);
      --running_;
      done_.notify_all();
    });
  }
  void drain() {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return running_ == 0; });
  }

 private:
  Store& store_;
  size_t depth_;
  std::mutex mutex_;
  std::condition_variable done_;
  size_t running_ = 0;
};

/// range(0): executions a batch. range(1): commits an execution (1: at its end; 2: created, then ended).
void Commit(benchmark::State& state) {
  auto size = static_cast<size_t>(state.range(0));
  bool twice = state.range(1) == 2;
  auto depth = static_cast<size_t>(state.range(2));
  test::TemporaryFolder folder{std::filesystem::path("/var/tmp")};
  base::SystemClock clock;
  auto store = open(folder.path(), clock);
  Pipeline pipeline(*store, depth);
  test::Ids ids;
  auto flow = test::flow_key("company.team", "benchmark01");
  int64_t made = 0;
  for (auto _ : state) {
    Batch first, second;
    for (size_t i = 0; i < size; ++i) {
      K1 k1 = test::make_k1(ids, flow, clock.now());
      ++made;
      if (!twice) {
        test::add_to(first, std::move(k1));
        continue;
      }
      ExecutionRow created = k1.execution;
      created.activity = Activity::active;
      created.execution.outputs = base::Value();
      created.execution.state = model::StateHistory(model::State::created, k1.execution.execution.state.started());
      first.new_executions.push_back(std::move(created));
      second.executions.push_back(std::move(k1.execution));
      for (auto& run : k1.runs) second.new_task_runs.push_back(std::move(run));
      for (auto& line : k1.logs) second.logs.push_back(std::move(line));
    }
    pipeline.push(std::move(first));
    if (twice) pipeline.push(std::move(second));
  }
  pipeline.drain();
  state.SetItemsProcessed(made);
  store->close();
  state.counters["bytes/execution"] = static_cast<double>(folder_bytes(folder.path())) / static_cast<double>(made);
}
BENCHMARK(Commit)
    ->ArgsProduct({{1, 8, 64, 512}, {1, 2}, {1, 2}})
    ->ArgNames({"batch", "commits", "depth"})
    ->UseRealTime()
    ->MeasureProcessCPUTime()  // of all threads: the work of the writer and the filer loads a busy machine too
    ->MinTime(2)
    ->Unit(benchmark::kMicrosecond);

// ------------------------------------------------------------------------------------------------ records

/// The records of an execution, its two task runs and its log line.
void RecordsWritten(benchmark::State& state) {
  test::Ids ids;
  const K1 k1 = test::make_k1(ids, test::flow_key("company.team", "benchmark01"), test::time_of(0));
  const int64_t started_us = k1.execution.execution.state.started().to_micros();
  Record record;
  size_t bytes = 0;
  for (auto _ : state) {
    encode_execution(k1.execution, started_us, nullptr, record);
    bytes = record.bytes.size();
    for (const auto& run : k1.runs) {
      encode_task_run(run, nullptr, record);
      bytes += record.bytes.size();
    }
  }
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(RecordsWritten);

void RecordsRead(benchmark::State& state, bool labels_alone) {
  test::Ids ids;
  const K1 k1 = test::make_k1(ids, test::flow_key("company.team", "benchmark01"), test::time_of(0));
  const int64_t started_us = k1.execution.execution.state.started().to_micros();
  Record execution, run;
  encode_execution(k1.execution, started_us, nullptr, execution);
  encode_task_run(k1.runs.front(), nullptr, run);
  for (auto _ : state) {
    if (labels_alone) {
      benchmark::DoNotOptimize(decode_execution_labels(execution.bytes));
      continue;
    }
    ExecutionRow row;
    TaskRunRow run_row;
    row.execution.id = k1.execution.execution.id;
    if (!decode_execution(execution.bytes, started_us, nullptr, row) || !decode_task_run(run.bytes, nullptr, run_row)) {
      state.SkipWithError("damaged");
    }
  }
}
BENCHMARK_CAPTURE(RecordsRead, whole, false);
BENCHMARK_CAPTURE(RecordsRead, labels, true);

/// Ten lines of one source in the journal.
void RecordsOfTheJournal(benchmark::State& state) {
  test::Ids ids;
  const K1 k1 = test::make_k1(ids, test::flow_key("company.team", "benchmark01"), test::time_of(0));
  sqlite::LogSource source;
  source.execution = k1.execution.execution.id;
  source.run = k1.runs.back().run.id;
  source.tenant = 1;
  source.flow = 7;
  source.task_id = "log";
  sqlite::LogLine line;
  line.thread = k1.logs.front().thread;
  line.message = k1.logs.front().message;
  line.timestamp_us = k1.logs.front().timestamp.to_micros();
  size_t bytes = 0;
  for (auto _ : state) {
    sqlite::JournalBuffer journal;
    for (line.sequence = 1; line.sequence <= 10; ++line.sequence) journal.add(20'000, source, line);
    bytes = journal.bytes();
  }
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(RecordsOfTheJournal);

// ------------------------------------------------------------------------------------------------ ranges of slots

/// 200,000 executions that wait, and what their partitions read of them at a start: range(0) partitions.
void RangesOfSlots(benchmark::State& state) {
  constexpr size_t open_executions = 200'000;
  constexpr size_t page = 1000;
  struct Waiting {
    Waiting() {
      store = open(folder.path(), clock);
      test::Ids ids;
      std::vector<std::shared_ptr<const model::FlowKey>> keys;
      for (int i = 0; i < 1000; ++i) keys.push_back(test::flow_key("company.team", fmt::format("flow{}", i)));
      Pipeline pipeline(*store, 2);
      Batch batch;
      for (size_t i = 0; i < open_executions; ++i) {
        ExecutionRow row = test::make_k1(ids, keys[i % keys.size()], test::time_of(0)).execution;
        row.activity = i % 100 == 0 ? Activity::active : Activity::idle;
        row.wake_at = test::time_of(static_cast<int64_t>(i * 7919 % open_executions));
        batch.new_executions.push_back(std::move(row));
        if (batch.new_executions.size() == 256) pipeline.push(std::exchange(batch, {}));
      }
      pipeline.push(std::move(batch));
      pipeline.drain();
    }
    test::TemporaryFolder folder{std::filesystem::path("/var/tmp")};
    base::SystemClock clock;
    std::unique_ptr<Store> store;
  };
  static Waiting waiting;
  auto reader = *waiting.store->open_reader();
  const auto partitions = static_cast<uint16_t>(state.range(0));
  const auto size = static_cast<uint16_t>(model::slot_count / partitions);
  size_t active = 0, wakes = 0;
  for (auto _ : state) {
    active = wakes = 0;
    for (uint16_t i = 0; i < partitions; ++i) {
      const auto first = static_cast<uint16_t>(i * size), last = static_cast<uint16_t>(first + size - 1);
      for (base::Id after;;) {
        const auto ids = *reader->active_executions(first, last, after, page);
        active += ids.size();
        if (ids.size() < page) break;
        after = ids.back();
      }
      wakes += reader->next_wakes(first, last, page)->size();
    }
  }
  state.counters["active"] = static_cast<double>(active);
  state.counters["wakes"] = static_cast<double>(wakes);
}
BENCHMARK(RangesOfSlots)->Arg(1)->Arg(4)->Arg(64)->Unit(benchmark::kMillisecond)->Iterations(3);

// ------------------------------------------------------------------------------------------------ lists

constexpr int flows = 200;
constexpr int namespaces = 20;

/// A long history: two thirds spread over thirty days, one third within the minutes that a burst at 6,000/s takes.
class History {
 public:
  static History& instance() {
    static History history;
    return history;
  }
  Store& store() { return *store_; }
  uint64_t size() const { return size_; }
  base::Id sample(uint64_t random) const { return samples_[random % samples_.size()]; }
  base::Instant begin() const { return test::time_of(0); }
  base::Instant burst() const { return test::time_of(30 * 86'400); }

 private:
  History() {
    const char* wanted = std::getenv("GYR_BENCH_EXECUTIONS");
    size_ = wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 1'000'000;
    store_ = open(folder_.path(), clock_);
    Pipeline pipeline(*store_, 2);
    test::Ids ids;
    std::mt19937_64 random(3);
    std::vector<std::shared_ptr<const model::FlowKey>> keys;
    for (int i = 0; i < flows; ++i)
      keys.push_back(test::flow_key(fmt::format("company.team{}", i % namespaces), fmt::format("flow{}", i)));
    uint64_t spread = size_ * 2 / 3;
    Batch batch;
    for (uint64_t i = 0; i < size_; ++i) {
      auto start =
          i < spread ? begin() + base::Duration::of_micros(static_cast<int64_t>(i * (30 * 86'400'000'000ULL / spread)))
                     : burst() + base::Duration::of_micros(static_cast<int64_t>((i - spread) * 166));
      // A few flows run often, most seldom.
      size_t which = random() % 2 == 0 ? random() % 5 : random() % flows;
      K1 k1 = test::make_k1(ids, keys[which], start);
      auto& e = k1.execution.execution;
      uint64_t fate = random() % 1000;
      auto state = fate < 5 ? model::State::failed : fate < 20 ? model::State::warning : model::State::success;
      e.state = test::history({{model::State::created, 0},
                               {model::State::running, 300},
                               {state, 1000 + static_cast<int64_t>(random() % 60'000'000)}},
                              start);
      if (random() % 20 == 0) e.labels.push_back({"customer", fmt::format("c{}", random() % 1000)});
      if (random() % 2 == 0) e.labels.push_back({"env", "prod"});
      if (i % (size_ / 1000 + 1) == 0) samples_.push_back(e.id);
      test::add_to(batch, std::move(k1));
      if (batch.new_executions.size() == 256) pipeline.push(std::exchange(batch, {}));
    }
    pipeline.push(std::move(batch));
    pipeline.drain();
    auto reader = *store_->open_reader();
    ExecutionQuery all{test::everything};
    all.tenant = "main";
    fmt::print(stderr, "{} executions stored, {:.0f} bytes each\n", *reader->count_executions(all),
               static_cast<double>(folder_bytes(folder_.path())) / static_cast<double>(size_));
  }

  test::TemporaryFolder folder_{std::filesystem::path("/var/tmp")};
  base::SystemClock clock_;
  std::unique_ptr<Store> store_;
  uint64_t size_ = 0;
  std::vector<base::Id> samples_;
};

/// Repeats a query with new random numbers; reports the median and the 99th percentile.
template <class Ask>
void measure(benchmark::State& state, Ask ask) {
  History& history = History::instance();
  auto reader = *history.store().open_reader();
  std::mt19937_64 random(11);
  std::vector<double> times;
  for (auto _ : state) {
    auto begin = base::monotonic_now();
    auto problem = ask(*reader, random);
    times.push_back(std::chrono::duration<double, std::milli>(base::monotonic_now() - begin).count());
    if (!problem.empty()) state.SkipWithError(problem.c_str());
  }
  if (times.empty()) return;
  std::sort(times.begin(), times.end());
  state.counters["p50_ms"] = times[times.size() / 2];
  state.counters["p99_ms"] = times[times.size() * 99 / 100];
}

std::string ask_page(Reader& reader, const ExecutionQuery& query) {
  auto page = reader.search_executions(query);
  if (!page) return page.error().to_string();
  return page->results.empty() ? "nothing found" : "";
}

ExecutionQuery page_query(uint32_t page = 1) {
  ExecutionQuery query{test::everything};
  query.tenant = "main";
  query.paging.page = page;
  query.paging.size = 25;
  return query;
}

void Search(benchmark::State& state, std::string what) {
  History& history = History::instance();
  auto deep = [&history](std::mt19937_64& random, uint64_t of) {
    return 1 + static_cast<uint32_t>(random() % (history.size() / of / 25));
  };
  measure(state, [&](Reader& reader, std::mt19937_64& random) -> std::string {
    ExecutionQuery query = page_query();
    if (what == "newest page") {
    } else if (what == "failed ones") {
      query.states = {model::State::failed};
    } else if (what == "namespace") {
      query.namespaces = {{Operator::prefix, {fmt::format("company.team{}", random() % namespaces)}}};
    } else if (what == "namespace and state") {
      query.namespaces = {{Operator::equals, {fmt::format("company.team{}", random() % namespaces)}}};
      query.states = {model::State::failed, model::State::warning};
    } else if (what == "flow") {
      query.flow_ids = {{Operator::equals, {fmt::format("flow{}", random() % flows)}}};
    } else if (what == "flows by pattern") {
      query.flow_ids = {{Operator::regex, {fmt::format("flow[0-9]*{}$", random() % 10)}}};
    } else if (what == "rare label") {
      query.labels = {{Operator::equals, "customer", {fmt::format("c{}", random() % 1000)}}};
    } else if (what == "common label") {
      query.labels = {{Operator::equals, "env", {"prod"}}};
    } else if (what == "label and state") {
      query.labels = {{Operator::equals, "env", {"prod"}}};
      query.states = {model::State::failed};
    } else if (what == "time window") {
      auto from = history.begin() + base::Duration::of_seconds(static_cast<int64_t>(random() % (29 * 86'400)));
      query.started = {{Operator::greater_or_equal, from}, {Operator::less, from + base::Duration::of_seconds(7200)}};
    } else if (what == "ended lately") {
      query.ended = {{Operator::greater_or_equal, history.burst()}};
    } else if (what == "text of a flow") {
      query.text = fmt::format("FLOW{}", random() % flows);
    } else if (what == "text of an id") {
      query.text = base::to_lower_ascii(history.sample(random()).to_text().substr(14));
    } else if (what == "three letters of ids") {
      query.text = history.sample(random()).to_text().substr(19);
    } else if (what == "text of a rare label") {
      query.text = fmt::format("C{}", 100 + random() % 900);
    } else if (what == "text of a common label") {
      query.text = "PROD";
    } else if (what == "text nowhere") {
      query.text = fmt::format("{} is nowhere", random() % 1000);
      auto page = reader.search_executions(query);
      return page && page->results.empty() ? "" : "an error, or something found";
    } else if (what == "by id") {
      query.execution_ids = {{Operator::equals, {history.sample(random()).to_text()}}};
    } else if (what == "deep page") {
      query.paging.page = deep(random, 1);
    } else if (what == "deep page ascending") {
      query.order = {{"state.startDate", false}};
      query.paging.page = deep(random, 1);
    } else if (what == "deep page of a state") {
      query.states = {model::State::success};
      query.paging.page = deep(random, 2);
    } else if (what == "deep page of a namespace") {
      query.namespaces = {{Operator::equals, {"company.team1"}}};
      query.paging.page = deep(random, 10);
    } else if (what == "deep page of a flow") {
      query.flow_ids = {{Operator::equals, {"flow1"}}};
      query.paging.page = deep(random, 12);
    } else if (what == "deep page by namespace") {
      query.order = {{"namespace", false}};
      query.paging.page = deep(random, 1);
    } else if (what == "longest of a day") {
      query.order = {{"state.duration", true}};
      auto from = history.begin() + base::Duration::of_seconds(static_cast<int64_t>(random() % (29 * 86'400)));
      query.started = {{Operator::greater_or_equal, from}, {Operator::less, from + base::Duration::of_seconds(86'400)}};
    } else if (what == "by id order") {
      query.order = {{"id", true}};
    }
    return ask_page(reader, query);
  });
}

void Dashboard(benchmark::State& state) {
  measure(state, [&](Reader& reader, std::mt19937_64&) -> std::string {
    RollupQuery query{test::everything};
    query.tenant = "main";
    query.from = History::instance().begin();
    query.to = History::instance().burst() + base::Duration::of_seconds(86'400);
    auto rows = reader.rollup(query);
    query.by_flow = query.by_day = true;
    auto by_flow = reader.rollup(query);
    return rows && by_flow && !rows->empty() && !by_flow->empty() ? "" : "nothing found";
  });
}

void Logs(benchmark::State& state, std::string what) {
  History& history = History::instance();
  measure(state, [&](Reader& reader, std::mt19937_64& random) -> std::string {
    LogQuery query{test::everything};
    query.tenant = "main";
    query.descending = true;
    query.paging.size = 25;
    if (what == "of an execution") {
      query.execution_id = history.sample(random());
    } else if (what == "of a flow") {
      query.flow_ids = {{Operator::equals, {fmt::format("flow{}", random() % flows)}}};
    }
    auto page = reader.search_logs(query);
    if (!page) return page.error().to_string();
    return page->results.empty() ? "nothing found" : "";
  });
}

void OneExecution(benchmark::State& state) {
  measure(state, [&](Reader& reader, std::mt19937_64& random) -> std::string {
    auto id = History::instance().sample(random());
    auto row = reader.execution(id);
    auto runs = reader.task_runs(id, 0, 100);
    return row && *row && runs && runs->size() == 2 ? "" : "nothing found";
  });
}

void register_all() {
  for (const char* what : {"newest page",
                           "failed ones",
                           "namespace",
                           "namespace and state",
                           "flow",
                           "flows by pattern",
                           "rare label",
                           "common label",
                           "label and state",
                           "time window",
                           "ended lately",
                           "text of a flow",
                           "text of an id",
                           "three letters of ids",
                           "text of a rare label",
                           "text of a common label",
                           "text nowhere",
                           "by id",
                           "deep page",
                           "deep page ascending",
                           "deep page of a state",
                           "deep page of a namespace",
                           "deep page of a flow",
                           "deep page by namespace",
                           "longest of a day",
                           "by id order"}) {
    benchmark::RegisterBenchmark(fmt::format("Search/{}", what).c_str(), Search, std::string(what))
        ->Unit(benchmark::kMillisecond)
        ->Iterations(200);
  }
  benchmark::RegisterBenchmark("Search/dashboard", Dashboard)->Unit(benchmark::kMillisecond)->Iterations(200);
  benchmark::RegisterBenchmark("Search/execution with task runs", OneExecution)
      ->Unit(benchmark::kMillisecond)
      ->Iterations(1000);
  for (const char* what : {"newest", "of an execution", "of a flow"}) {
    benchmark::RegisterBenchmark(fmt::format("Search/logs {}", what).c_str(), Logs, std::string(what))
        ->Unit(benchmark::kMillisecond)
        ->Iterations(200);
  }
}
const bool registered = (register_all(), true);

}  // namespace
}  // namespace gyr::store
