// What only the embedded store has: its folder, its files, full and read-only disks, damage, retention, backups.
#include "store/sqlite/sqlite_store.h"

#include <gtest/gtest.h>
#include <sys/mount.h>

#include <cerrno>
#include <fstream>
#include <future>
#include <latch>
#include <thread>

#include "store/sqlite/connection.h"
#include "store/sqlite/log_day.h"
#include "store/store_suite.h"

namespace gyr::store::sqlite {
namespace {

using test::time_of;

constexpr int64_t day = 86'400;

class SqliteStoreTest : public ::testing::Test {
 protected:
  base::Result<std::unique_ptr<Store>> try_open(const std::filesystem::path& folder, int64_t page_limit = 0) {
    SqliteOptions options;
    options.folder = folder;
    options.clock = &clock_;
    options.main_page_limit = page_limit;
    return open_sqlite(std::move(options));
  }
  std::unique_ptr<Store> open(const std::filesystem::path& folder, int64_t page_limit = 0) {
    auto store = try_open(folder, page_limit);
    EXPECT_TRUE(store.has_value()) << (store ? "" : store.error().to_string());
    return store ? *std::move(store) : nullptr;
  }
  std::string code_of_opening(const std::filesystem::path& folder) {
    auto store = try_open(folder);
    return store ? "" : std::string(store.error().code().text);
  }
  template <class T>
  T must(base::Result<T> result) {
    EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().to_string());
    return result ? *std::move(result) : T{};
  }
  /// One execution with a line of log and a label.
  ExecutionRow add(Store& store, base::Instant start, model::State state = model::State::success) {
    auto k1 = test::make_k1(ids_, flow_, start);
    if (!model::is_terminated(state)) {
      k1.execution.execution.state = model::StateHistory(state, start);
      k1.execution.activity = Activity::active;
    }
    auto row = k1.execution;
    Batch batch;
    test::add_to(batch, std::move(k1));
    auto done = store.commit_and_wait(std::move(batch));
    EXPECT_TRUE(done.has_value()) << done.error().to_string();
    return row;
  }
  uint64_t count(Store& store) {
    ExecutionQuery query{test::everything};
    query.tenant = "main";
    return must(must(store.open_reader())->count_executions(query));
  }
  uint64_t count_lines(Store& store) {
    LogQuery query{test::everything};
    query.tenant = "main";
    query.paging.size = 100'000;
    return must(must(store.open_reader())->search_logs(query)).results.size();
  }

  base::VirtualClock clock_{time_of(0)};
  test::Ids ids_;
  std::shared_ptr<const model::FlowKey> flow_ = test::flow_key("a.b", "f");
};

std::map<std::string, std::string> contents(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().filename() == "lock") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    files[entry.path().filename()] = std::string(std::istreambuf_iterator<char>(in), {});
  }
  return files;
}

void write_file(const std::filesystem::path& file, std::string_view content) {
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      .write(content.data(), static_cast<std::streamsize>(content.size()));
}

/// A small file system of its own, where the test may make one.
class SmallDisk {
 public:
  explicit SmallDisk(const std::string& options) {
    mounted_ = ::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, options.c_str()) == 0;
    if (!mounted_) why_ = std::strerror(errno);
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  bool remount_read_only() {
    return ::mount("tmpfs", folder_.path().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr) == 0;
  }
  bool mounted() const { return mounted_; }
  const std::string& why() const { return why_; }
  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  test::TemporaryFolder folder_;
  bool mounted_ = false;
  std::string why_;
};

TEST_F(SqliteStoreTest, AFolderHasOneHolder) {
  test::TemporaryFolder folder;
  auto store = open(folder.path());
  auto second = try_open(folder.path());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code(), store_busy);
  EXPECT_NE(second.error().message().find(fmt::format("process {}", ::getpid())), std::string::npos)
      << second.error().message();
  add(*store, time_of(0));  // the first goes on
  store.reset();
  EXPECT_EQ(count(*open(folder.path())), 1u);
}

TEST_F(SqliteStoreTest, AClosedStoreIsOneFilePerDatabase) {
  test::TemporaryFolder folder;
  auto store = open(folder.path());
  add(*store, time_of(0));
  add(*store, time_of(3 * day));
  store.reset();
  std::vector<std::string> names;
  for (const auto& [name, content] : contents(folder.path())) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"gyrfalcon.db", "logs-2026-01-05.db", "logs-2026-01-08.db"}));
}

TEST_F(SqliteStoreTest, DamagedFilesAreRefusedAndLeftAlone) {
  test::TemporaryFolder good;
  auto store = open(good.path());
  for (int i = 0; i < 300; ++i) add(*store, time_of(i));
  store.reset();
  std::string content = contents(good.path())["gyrfalcon.db"];
  ASSERT_GT(content.size(), 100'000u);

  auto flipped = [&](size_t from, size_t length) {
    std::string copy = content;
    for (size_t i = from; i < std::min(copy.size(), from + length); ++i) copy[i] = static_cast<char>(copy[i] ^ 0x5A);
    return copy;
  };
  std::map<std::string, std::string> damaged{
      {"garbage", std::string(50'000, 'x')},
      {"a text", "hello"},
      {"truncated", content.substr(0, content.size() / 2)},
      {"truncated within a page", content.substr(0, content.size() - 1000)},
      {"header", flipped(0, 16)},
      {"first page", flipped(100, 3000)},
      {"a page in the middle", flipped(content.size() / 2 / 4096 * 4096, 4096)},
      {"many pages", flipped(40'960, content.size() / 2)},
  };
  for (const auto& [name, bytes] : damaged) {
    SCOPED_TRACE(name);
    test::TemporaryFolder folder;
    write_file(folder.path() / "gyrfalcon.db", bytes);
    auto opened = try_open(folder.path());
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code(), store_damaged);
    EXPECT_FALSE(opened.error().hint().empty());
    auto left = contents(folder.path());
    EXPECT_EQ(left.size(), 1u);
    EXPECT_TRUE(left["gyrfalcon.db"] == bytes);
  }
  // An empty file is what a crash at the first start leaves.
  test::TemporaryFolder empty;
  write_file(empty.path() / "gyrfalcon.db", "");
  EXPECT_EQ(code_of_opening(empty.path()), "");
}

TEST_F(SqliteStoreTest, ADatabaseOfAnotherProgramIsRefused) {
  test::TemporaryFolder folder;
  {
    auto other = must(Connection::open((folder.path() / "gyrfalcon.db").string(), Connection::Mode::create, ""));
    ASSERT_TRUE(other->script("CREATE TABLE customers(id INTEGER)"));
  }
  auto before = contents(folder.path());
  EXPECT_EQ(code_of_opening(folder.path()), store_damaged.text);
  EXPECT_TRUE(contents(folder.path()) == before);
}

TEST_F(SqliteStoreTest, ALaterSchemaIsRefusedAndLeftAlone) {
  test::TemporaryFolder folder;
  add(*open(folder.path()), time_of(0));
  {
    auto later = must(Connection::open((folder.path() / "gyrfalcon.db").string(), Connection::Mode::write, ""));
    ASSERT_TRUE(later->script("PRAGMA user_version=99"));
  }
  auto before = contents(folder.path());
  EXPECT_EQ(code_of_opening(folder.path()), store_too_new.text);
  EXPECT_TRUE(contents(folder.path()) == before);
}

TEST_F(SqliteStoreTest, AReadOnlyFolderIsRefused) {
  SmallDisk disk("size=8m");
  if (!disk.mounted()) GTEST_SKIP() << "cannot mount a tmpfs here: " << disk.why();
  add(*open(disk.path()), time_of(0));
  ASSERT_TRUE(disk.remount_read_only());
  EXPECT_EQ(code_of_opening(disk.path()), store_read_only.text);
  EXPECT_EQ(code_of_opening(disk.path() / "new"), store_read_only.text);
}

// Principle: nothing lost. A full disk refuses new work with a clear answer and loses nothing.
TEST_F(SqliteStoreTest, AFullDiskRefusesAndRecoversByItself) {
  SmallDisk disk("size=6m");
  if (!disk.mounted()) GTEST_SKIP() << "cannot mount a tmpfs here: " << disk.why();
  auto folder = disk.path() / "data";
  auto store = open(folder);
  auto first = add(*store, time_of(0));
  // Somebody else fills the disk.
  {
    std::ofstream filler(disk.path() / "filler", std::ios::binary);
    const std::string page(4096, 'f');
    while (filler.write(page.data(), 4096).flush()) {
    }
  }
  std::vector<ExecutionRow> acknowledged{first};
  std::string code;
  for (int i = 1; i < 2000 && code.empty(); ++i) {
    auto k1 = test::make_k1(ids_, flow_, time_of(i));
    auto row = k1.execution;
    Batch batch;
    test::add_to(batch, std::move(k1));
    auto done = store->commit_and_wait(std::move(batch));
    if (done) {
      acknowledged.push_back(row);
    } else {
      code = done.error().code().text;
    }
  }
  EXPECT_EQ(code, store_full.text);
  EXPECT_FALSE(store->writable());
  EXPECT_EQ(count(*store), acknowledged.size());  // reading goes on, and no half batch shows
  EXPECT_EQ(count_lines(*store), acknowledged.size());

  std::filesystem::remove(disk.path() / "filler");
  // It finds out by itself, whoever asks.
  std::promise<void> never;
  auto moment = never.get_future();
  for (int i = 0; i < 500 && !store->writable(); ++i) moment.wait_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(store->writable());
  acknowledged.push_back(add(*store, time_of(5000)));
  store.reset();
  store = open(folder);
  EXPECT_EQ(count(*store), acknowledged.size());
  EXPECT_EQ(count_lines(*store), acknowledged.size());
  for (const auto& row : acknowledged) {
    auto found = must(must(store->open_reader())->execution(row.execution.id));
    ASSERT_TRUE(found);
    EXPECT_EQ(test::describe(*found), test::describe(row));
  }
}

TEST_F(SqliteStoreTest, APageLimitIsAFullDisk) {
  test::TemporaryFolder folder;
  auto store = open(folder.path(), 100);
  size_t done = 0;
  base::Result<void> result;
  while (result && done < 5000) {
    Batch batch;
    for (int i = 0; i < 5; ++i) test::add_to(batch, test::make_k1(ids_, flow_, time_of(static_cast<int64_t>(done))));
    result = store->commit_and_wait(std::move(batch));
    if (result) done += 5;
  }
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code(), store_full);
  EXPECT_GT(done, 0u);
  EXPECT_EQ(count(*store), done);
  // A smaller batch may still fit; nothing crashes, whatever is tried.
  for (int i = 0; i < 20; ++i) {
    Batch batch;
    test::add_to(batch, test::make_k1(ids_, flow_, time_of(i)));
    if (store->commit_and_wait(std::move(batch))) ++done;
  }
  EXPECT_EQ(count(*store), done);
  store.reset();
  EXPECT_EQ(count(*open(folder.path())), done);
}

TEST_F(SqliteStoreTest, RetentionRemovesWhatEndedLongAgo) {
  test::TemporaryFolder folder;
  auto store = open(folder.path());
  auto old_open = add(*store, time_of(0), model::State::running);
  for (int i = 0; i < 250; ++i) add(*store, time_of(i));
  for (int i = 0; i < 30; ++i) add(*store, time_of(day + i));
  for (int i = 0; i < 20; ++i) add(*store, time_of(20 * day + i));
  Batch batch;
  batch.idempotency.push_back({"main", "old", old_open.execution.id, time_of(0)});
  batch.idempotency.push_back({"main", "new", old_open.execution.id, time_of(30 * day)});
  ASSERT_TRUE(store->commit_and_wait(std::move(batch)));

  store.reset();  // files the lines
  store = open(folder.path());
  base::Instant now = time_of(31 * day + 17 * 3600);  // 2026-02-06: thirty days after 2026-01-07
  int steps = 0;
  while (must(store->apply_retention(now))) {
    ASSERT_LT(++steps, 100);
    ASSERT_GE(count(*store), 21u);
  }
  EXPECT_GE(steps, 2);  // in steps
  EXPECT_EQ(count(*store), 21u);
  EXPECT_EQ(must(store->left_files({}, 1'000)).size(), 280u) << "their files are to go";
  // The day of the open execution stays, the next one is gone.
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "logs-2026-01-05.db"));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "logs-2026-01-06.db"));
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "logs-2026-01-25.db"));
  auto reader = must(store->open_reader());
  EXPECT_FALSE(must(reader->idempotency("main", "old")));
  EXPECT_TRUE(must(reader->idempotency("main", "new")));
  LogQuery logs{test::everything};
  logs.tenant = "main";
  logs.execution_id = old_open.execution.id;
  EXPECT_EQ(must(reader->search_logs(logs)).total, 1u);
  RollupQuery rollup{test::everything};
  rollup.tenant = "main";
  rollup.from = time_of(-day);
  rollup.to = time_of(100 * day);
  uint64_t counted = 0;
  for (const auto& row : must(reader->rollup(rollup))) counted += row.count;
  EXPECT_EQ(counted, 21u);
  reader.reset();

  // Once it has ended, it goes thirty days later, and its day with it.
  old_open.execution.state.set(model::State::success, time_of(31 * day));
  old_open.activity = Activity::ended;
  Batch end;
  end.executions.push_back(old_open);
  ASSERT_TRUE(store->commit_and_wait(std::move(end)));
  while (must(store->apply_retention(now))) {
  }
  EXPECT_EQ(count(*store), 21u);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "logs-2026-01-05.db"));
  while (must(store->apply_retention(time_of(62 * day)))) {
  }
  EXPECT_EQ(count(*store), 0u);
  EXPECT_EQ(count_lines(*store), 0u);
}

TEST_F(SqliteStoreTest, RetentionCanBeSwitchedOff) {
  test::TemporaryFolder folder;
  SqliteOptions options;
  options.folder = folder.path();
  options.clock = &clock_;
  options.retention = {0, 0, 0};
  auto store = must(open_sqlite(std::move(options)));
  add(*store, time_of(0));
  EXPECT_FALSE(must(store->apply_retention(time_of(10'000 * day))));
  EXPECT_EQ(count(*store), 1u);
  EXPECT_EQ(count_lines(*store), 1u);
}

TEST_F(SqliteStoreTest, ABackupIsTheStoreAtOneCommit) {
  test::TemporaryFolder folder, target;
  auto store = open(folder.path());
  for (int i = 0; i < 300; ++i) add(*store, time_of(i * 600));
  std::atomic<bool> stop{false};
  std::atomic<int> added{300};
  // Commits go on meanwhile; each writes an execution and its line, so a copy has as many of both.
  std::thread writing([&] {
    for (int i = 0; !stop && i < 3000; ++i) {
      add(*store, time_of(200'000 + i));
      ++added;
    }
  });
  int before = added;
  auto copied = store->backup((target.path() / "copy").string());
  int after = added + 1;
  stop = true;
  writing.join();
  ASSERT_TRUE(copied.has_value()) << copied.error().to_string();
  auto copy = open(target.path() / "copy");
  ASSERT_NE(copy, nullptr);
  auto executions = count(*copy);
  EXPECT_GE(executions, static_cast<uint64_t>(before));
  EXPECT_LE(executions, static_cast<uint64_t>(after));
  EXPECT_EQ(count_lines(*copy), executions);
  auto reader = must(copy->open_reader());
  ExecutionQuery query{test::everything};
  query.tenant = "main";
  query.paging.size = 10'000;
  LogQuery logs{test::everything};
  logs.tenant = "main";
  for (const auto& row : must(reader->search_executions(query)).results) {
    logs.execution_id = row.execution.id;
    EXPECT_EQ(must(reader->search_logs(logs)).total, 1u);
    EXPECT_EQ(must(reader->task_runs(row.execution.id, 0, 10)).size(), 2u);
  }
  // Both go on.
  reader.reset();
  add(*copy, time_of(0));
  EXPECT_EQ(count_lines(*copy), executions + 1);
  copy.reset();
  EXPECT_EQ(count_lines(*open(target.path() / "copy")), executions + 1);
  EXPECT_EQ(count_lines(*store), static_cast<uint64_t>(added));

  EXPECT_EQ(store->backup((target.path() / "copy").string()).error().code(), store_failed);  // not empty
  EXPECT_EQ(store->backup("/proc/none").error().code(), store_failed);
}

TEST_F(SqliteStoreTest, ADamagedDayFileIsSetAside) {
  test::TemporaryFolder folder;
  auto store = open(folder.path());
  auto row = add(*store, time_of(0));
  store.reset();
  auto file = folder.path() / "logs-2026-01-05.db";
  write_file(file, std::string(20'000, 'x'));
  store = open(folder.path());
  add(*store, time_of(1));
  store.reset();  // files what is in the journal
  EXPECT_TRUE(std::filesystem::exists(file.string() + ".damaged"));
  store = open(folder.path());
  // The first line was still in the journal: nothing trims that without a commit.
  EXPECT_EQ(count_lines(*store), 2u);
  EXPECT_EQ(count(*store), 2u);
}

TEST_F(SqliteStoreTest, AnIncompleteDayFileIsRepairedAtStart) {
  test::TemporaryFolder folder;
  open(folder.path()).reset();
  // What a power loss leaves while the file is made: pages in it, and the journal that takes them back.
  test::TemporaryFolder elsewhere;
  std::string half = (elsewhere.path() / "half.db").string();
  auto maker = must(Connection::open(half, Connection::Mode::create, ""));
  ASSERT_TRUE(
      maker->script("PRAGMA cache_size=1; BEGIN; CREATE TABLE big (x); INSERT INTO big VALUES (zeroblob(1000000))"));
  std::filesystem::path file = folder.path() / "logs-2026-01-05.db";
  std::filesystem::copy_file(half, file);
  std::filesystem::copy_file(half + "-journal", file.string() + "-journal");
  maker.reset();
  ASSERT_GT(std::filesystem::file_size(file), 0u);

  auto store = open(folder.path());
  EXPECT_EQ(count_lines(*store), 0u);
  auto row = add(*store, time_of(0));
  EXPECT_EQ(count_lines(*store), 1u);
  store.reset();
  EXPECT_FALSE(std::filesystem::exists(file.string() + "-journal"));
  EXPECT_FALSE(std::filesystem::exists(file.string() + ".damaged"));
  EXPECT_EQ(count_lines(*open(folder.path())), 1u);
}

TEST_F(SqliteStoreTest, TheWriteAheadLogIsBounded) {
  test::TemporaryFolder folder;
  auto store = open(folder.path());
  uint64_t largest = 0;
  for (int i = 0; i < 60; ++i) {
    Batch batch;
    for (int j = 0; j < 20; ++j) {
      auto k1 = test::make_k1(ids_, flow_, time_of(i));
      k1.execution.execution.inputs = base::Value::string(std::string(100'000, static_cast<char>('a' + j)));
      test::add_to(batch, std::move(k1));
    }
    ASSERT_TRUE(store->commit_and_wait(std::move(batch)));
    std::error_code error;
    largest = std::max<uint64_t>(largest, std::filesystem::file_size(folder.path() / "gyrfalcon.db-wal", error));
  }
  EXPECT_LT(largest, 70u << 20);  // of 120 MB written
  EXPECT_EQ(count(*store), 1200u);
}

// While one task writes very many lines, what moves executions goes before them; the lines keep their order.
TEST_F(SqliteStoreTest, ManyLogLinesDoNotDelayOtherBatches) {  // SCRIPT-31; principle: short transactions
  test::TemporaryFolder folder;
  auto store = open(folder.path());
  auto row = add(*store, time_of(0), model::State::running);
  auto lines = [&](uint32_t first, uint32_t count) {
    Batch batch;
    for (uint32_t i = 0; i < count; ++i) {
      model::LogEntry line;
      line.execution_id = row.execution.id;
      line.flow = flow_;
      line.task_run_id = row.execution.id;
      line.task_id = "many";
      line.sequence = first + i;
      line.timestamp = time_of(0, first + i);
      line.message = std::to_string(first + i);
      batch.logs.push_back(std::move(line));
    }
    return batch;
  };
  std::vector<std::string> order;  // of the writer's thread
  std::latch held(1), go_on(1), done(9);
  auto note = [&](std::string name) {
    return [&, name](base::Result<void> outcome) {
      order.push_back(outcome ? name : outcome.error().to_string());
      done.count_down();
    };
  };
  store->commit(lines(1, 1), [&](base::Result<void>) {
    held.count_down();
    go_on.wait();
  });
  held.wait();
  for (int i = 0; i < 6; ++i)
    store->commit(lines(10'000 * static_cast<uint32_t>(i + 1), 3'000), note(fmt::format("lines {}", i)));
  store->commit(lines(70'000, 1), note("a line behind them"));
  for (int i = 0; i < 2; ++i) {
    Batch moves;
    row.execution.labels = {{"step", fmt::format("{}", i)}};
    moves.executions.push_back(row);
    moves.logs = lines(80'000 + static_cast<uint32_t>(i), 1).logs;
    store->commit(std::move(moves), note(fmt::format("moves {}", i)));
  }
  go_on.count_down();
  done.wait();
  EXPECT_EQ(order, (std::vector<std::string>{"moves 0", "moves 1", "lines 0", "lines 1", "lines 2", "lines 3",
                                             "lines 4", "lines 5", "a line behind them"}));
  store.reset();
  store = open(folder.path());
  LogQuery query{test::everything};
  query.tenant = "main";
  query.execution_id = row.execution.id;
  query.task_run_id = row.execution.id;
  query.paging.size = 100'000;
  EXPECT_EQ(must(must(store->open_reader())->search_logs(query)).results.size(), 18'004u);
}

TEST(SqliteConnection, AQueryEndsAtItsDeadline) {
  auto connection = Connection::open(":memory:", Connection::Mode::create, "");
  ASSERT_TRUE(connection.has_value());
  (*connection)->set_deadline(base::monotonic_now());
  auto endless =
      (*connection)->number("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT count(*) FROM c");
  ASSERT_FALSE(endless.has_value());
  EXPECT_EQ(endless.error().code(), query_too_slow);
  (*connection)->clear_deadline();
  EXPECT_EQ(*(*connection)->number("SELECT 5"), 5);
}

TEST(SqliteLogDay, NamesAreDaysAndNothingElse) {
  for (int32_t number : {0, 20'458, -719'528, 2'932'896, 11'016})
    EXPECT_EQ(parse_log_day_name(log_day_name(number)), number);
  EXPECT_EQ(log_day_name(20'458), "logs-2026-01-05.db");
  for (const char* name :
       {"", "logs-.db", "logs-2026-01-05.db-wal", "logs-2026-1-5.db", "logs-2026-13-01.db", "logs-2026-02-30.db",
        "logs-2026-01-0x.db", "logs-+026-01-05.db", "xlogs-2026-01-05.db", "logs-2026-01-05.db.damaged"}) {
    EXPECT_FALSE(parse_log_day_name(name)) << name;
  }
}

}  // namespace
}  // namespace gyr::store::sqlite
