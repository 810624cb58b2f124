// The index of text: what it names, what of it is stored, and that a crash at any time leaves it right (API-30).
#include <gtest/gtest.h>

#include <future>

#include "store/sqlite/folder.h"
#include "store/sqlite/reader.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/text_indexer.h"
#include "store/sqlite/text_search.h"
#include "store/sqlite/unsynced_vfs.h"
#include "store/test_rows.h"

namespace gyr::store::sqlite {
namespace {

using test::time_of;

constexpr uint32_t small_block = 100;

/// The parts of a store that have to do with the index, so that a test can wait for the indexer.
class IndexedStore {
 public:
  IndexedStore(const std::filesystem::path& folder, const base::Clock& clock, uint32_t block = small_block,
               const std::string& vfs = "")
      : path_((folder / main_file_name).string()),
        days_(folder),
        filer_(days_, path_, vfs),
        texts_(block),
        indexer_(texts_, path_, vfs) {
    auto main = Connection::open(path_, Connection::Mode::create, vfs);
    EXPECT_TRUE(main.has_value());
    EXPECT_TRUE((*main)->script("PRAGMA journal_mode=WAL").has_value());
    EXPECT_TRUE(migrate(**main, Schema::main).has_value());
    auto next = (*main)->number("SELECT value FROM meta WHERE name='next_execution'");
    texts_.begin(std::max<int64_t>(*next, 1));
    writer_ = std::make_unique<Writer>(*std::move(main), Writer::Setup{&clock, &filer_, &gate_, &texts_, &days_});
    EXPECT_TRUE(filer_.start().has_value());
    writer_->start();
    EXPECT_TRUE(indexer_.start(*writer_).has_value());
  }
  ~IndexedStore() {
    indexer_.begin_stop();
    writer_->stop();
    indexer_.stop();
    filer_.stop();
  }

  std::future<base::Result<void>> begin_commit(Batch batch) {
    auto done = std::make_shared<std::promise<base::Result<void>>>();
    writer_->commit(std::move(batch), [done](base::Result<void> outcome) { done->set_value(std::move(outcome)); });
    return done->get_future();
  }
  base::Result<void> try_commit(Batch batch) { return begin_commit(std::move(batch)).get(); }
  void commit(Batch batch) {
    auto outcome = try_commit(std::move(batch));
    ASSERT_TRUE(outcome.has_value()) << outcome.error().to_string();
  }
  std::unique_ptr<SqliteReader> reader() {
    auto reader = SqliteReader::open({path_, "", &days_, &gate_, &texts_, std::chrono::minutes(1)}, false);
    EXPECT_TRUE(reader.has_value());
    return *std::move(reader);
  }
  /// How many executions are found.
  uint64_t found(std::string_view text) {
    ExecutionQuery query{test::everything};
    query.tenant = "main";
    query.text = text;
    auto page = reader()->search_executions(query);
    EXPECT_TRUE(page.has_value()) << (page ? "" : page.error().to_string());
    EXPECT_TRUE(page->total_is_exact) << text;
    auto count = reader()->count_executions(query);
    EXPECT_EQ(page->total, *count) << text;
    return page->total;
  }
  /// How many executions the index names for a text.
  size_t named(std::string_view text) {
    auto main = Connection::open(path_, Connection::Mode::read, "");
    EXPECT_TRUE((*main)->query("BEGIN").run().has_value());
    auto candidates = TextCandidates::find(**main, texts_, {text});
    EXPECT_TRUE(candidates.has_value() && candidates->has_value() && (*candidates)->numbers().has_value());
    return (*candidates)->numbers()->size();
  }
  int64_t number(const char* sql) {
    auto main = Connection::open(path_, Connection::Mode::read, "");
    auto number = (*main)->number(sql);
    EXPECT_TRUE(number.has_value());
    return *number;
  }
  TextIndexer& indexer() { return indexer_; }

 private:
  std::string path_;
  LogDays days_;
  LogFiler filer_;
  SnapshotGate gate_;
  TextIndex texts_;
  TextIndexer indexer_;
  std::unique_ptr<Writer> writer_;
};

class TextIndexTest : public ::testing::Test {
 protected:
  ExecutionRow row(const std::string& order) {
    auto k1 = test::make_k1(ids_, flow_, time_of(static_cast<int64_t>(rows_.size())));
    k1.execution.execution.labels.push_back({"order", order});
    rows_.push_back(k1.execution);
    return k1.execution;
  }
  /// Executions with labels `no-0-`, `no-1-`, …
  void add(IndexedStore& store, size_t count) {
    Batch batch;
    for (size_t i = 0; i < count; ++i) {
      batch.new_executions.push_back(row(fmt::format("no-{}-", rows_.size())));
      if (batch.new_executions.size() == 37) store.commit(std::exchange(batch, {}));
    }
    store.commit(std::move(batch));
  }

  test::TemporaryFolder folder_;
  base::VirtualClock clock_{time_of(0)};
  test::Ids ids_;
  std::shared_ptr<const model::FlowKey> flow_ = test::flow_key("a.b", "f");
  std::vector<ExecutionRow> rows_;
};

// API-30
TEST_F(TextIndexTest, NamesFewExecutionsFromMemoryAndFromStoredBlocks) {
  IndexedStore store(folder_.path(), clock_);
  add(store, 250);
  for (int round = 0; round < 2; ++round) {
    for (int i : {0, 7, 99, 100, 101, 249}) {
      const std::string text = fmt::format("NO-{}-", i);
      EXPECT_EQ(store.found(text), 1U) << text;
      EXPECT_LE(store.named(text), 10U) << text;
    }
    EXPECT_EQ(store.found(rows_[42].execution.id.to_text().substr(9)), 1U);
    EXPECT_EQ(store.found("no such text"), 0U);
    EXPECT_EQ(store.found("no-1"), 111U);
    store.indexer().flush();  // the second round asks what is stored
  }
  EXPECT_EQ(store.number("SELECT count(*) FROM text_blocks"), 2);
  EXPECT_EQ(store.number("SELECT count(*) FROM text_slices"), static_cast<int64_t>(2 * signature_bits));
}

// A start makes what was in memory again, and blocks of executions that an older version stored without an index.
TEST_F(TextIndexTest, CreatesMissingBlocks) {
  {
    IndexedStore store(folder_.path(), clock_);
    add(store, 350);
  }
  {
    auto main = Connection::open((folder_.path() / main_file_name).string(), Connection::Mode::write, "");
    ASSERT_TRUE((*main)->script("DELETE FROM text_blocks; DELETE FROM text_slices").has_value());
  }
  IndexedStore store(folder_.path(), clock_);
  add(store, 30);
  for (int round = 0; round < 2; ++round) {
    for (int i : {0, 99, 100, 349, 350, 379}) EXPECT_EQ(store.found(fmt::format("no-{}-", i)), 1U) << i;
    store.indexer().flush();
  }
  for (int i : {0, 99, 100, 349, 350, 379}) EXPECT_LE(store.named(fmt::format("no-{}-", i)), 10U) << i;
  EXPECT_EQ(store.number("SELECT count(*) FROM text_blocks"), 4);  // three full ones, and the oldest fifty
}

TEST_F(TextIndexTest, FollowsChangesOfLabels) {
  IndexedStore store(folder_.path(), clock_);
  add(store, 250);
  store.indexer().flush();
  for (size_t i : {3U, 150U, 249U}) {
    rows_[i].execution.labels = {{"order", fmt::format("changed-{}-", i)}};
    Batch batch;
    batch.executions.push_back(rows_[i]);
    store.commit(std::move(batch));
    EXPECT_EQ(store.found(fmt::format("changed-{}-", i)), 1U) << i;
    EXPECT_EQ(store.found(fmt::format("no-{}-", i)), 0U) << i;
  }
  EXPECT_EQ(store.number("SELECT count(*) FROM text_changes"), 2);  // the third one is still in memory
  // Very many: the block is made anew, and the changes are forgotten.
  for (int round = 0; round < 25; ++round) {
    Batch batch;
    for (size_t i = 0; i < 100; ++i) {
      rows_[i].execution.labels = {{"order", fmt::format("round-{}-{}-", round, i)}};
      batch.executions.push_back(rows_[i]);
    }
    store.commit(std::move(batch));
  }
  store.indexer().flush();
  EXPECT_LE(store.number("SELECT count(*) FROM text_changes"), 2000);
  EXPECT_EQ(store.found("round-24-99-"), 1U);
  EXPECT_EQ(store.found("round-23-99-"), 0U);
  EXPECT_EQ(store.found("changed-150-"), 1U);
  EXPECT_EQ(store.number("SELECT count(*) FROM text_slices"), static_cast<int64_t>(2 * signature_bits));
}

// Deleted executions leave no more of the index behind than a block.
TEST_F(TextIndexTest, RemovesBlocksOfDeletedExecutions) {
  IndexedStore store(folder_.path(), clock_);
  add(store, 350);
  store.indexer().flush();
  Batch batch;
  for (size_t i = 0; i < 170; ++i) batch.deleted_executions.push_back({rows_[i].execution.id, true, true, false});
  store.commit(std::move(batch));
  EXPECT_EQ(store.found("no-169-"), 0U);
  store.indexer().executions_removed();
  store.indexer().flush();
  EXPECT_EQ(store.number("SELECT count(*) FROM text_blocks"), 2);
  EXPECT_EQ(store.number("SELECT count(*) FROM text_slices"), static_cast<int64_t>(2 * signature_bits));
  EXPECT_EQ(store.number("SELECT max(length(bits)) FROM text_slices"), 16);  // of a hundred
  EXPECT_EQ(store.number("SELECT min(length(bits)) FROM text_slices"), 8);   // of the thirty that are left
  EXPECT_EQ(store.found("no-169-"), 0U);
  EXPECT_EQ(store.found("no-170-"), 1U);
  EXPECT_EQ(store.found("no-349-"), 1U);
}

// A transaction that is rolled back leaves numbers that others get.
TEST_F(TextIndexTest, SurvivesRefusedBatches) {
  IndexedStore store(folder_.path(), clock_);
  add(store, 95);
  Batch twice;
  for (int i = 0; i < 20; ++i) twice.new_executions.push_back(row(fmt::format("refused-{}-", i)));
  twice.new_executions.push_back(rows_[0]);  // is there already
  EXPECT_FALSE(store.try_commit(std::move(twice)).has_value());
  rows_.resize(95);
  add(store, 150);
  for (int round = 0; round < 2; ++round) {
    for (int i : {0, 94, 95, 99, 100, 114, 115, 244}) EXPECT_EQ(store.found(fmt::format("no-{}-", i)), 1U) << i;
    EXPECT_EQ(store.found("refused-"), 0U);
    store.indexer().flush();
  }
}

// SCALE-1: whenever the program or the power ends while blocks are being stored, the next start finds everything.
TEST_F(TextIndexTest, IsRightAfterAPowerLossAtAnyTime) {
  UnsyncedVfs disk("text-index");
  size_t stored = 0;
  for (uint64_t round = 1; round <= 12; ++round) {
    SCOPED_TRACE(fmt::format("round {}, {} stored", round, stored));
    {
      IndexedStore store(folder_.path(), clock_, small_block, disk.name());
      store.indexer().flush();
      // A block is some fifty operations a portion: the failure comes within one.
      disk.fail_after(200 + 331 * round % 2000);
      while (!disk.has_failed()) {
        Batch batch;
        for (size_t i = 0; i < 10; ++i) batch.new_executions.push_back(row(fmt::format("no-{}-", rows_.size())));
        auto answer = store.begin_commit(std::move(batch));
        // Once the power is off nobody is answered before the writer stops.
        while (answer.wait_for(std::chrono::milliseconds(5)) == std::future_status::timeout && !disk.has_failed()) {
        }
        const bool answered = answer.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
        if (!answered || !answer.get()) break;
        stored = rows_.size();
      }
      disk.fail_after(0);
    }
    disk.settle(round);
    IndexedStore store(folder_.path(), clock_);
    // What was not told of may be there, too.
    const auto held = static_cast<size_t>(store.number("SELECT count(*) FROM executions"));
    ASSERT_GE(held, stored);
    ASSERT_LE(held, rows_.size());
    rows_.resize(held);
    stored = held;
    for (int look = 0; look < 2; ++look) {
      for (size_t i = 0; i < stored; i += 17) EXPECT_EQ(store.found(fmt::format("no-{}-", i)), 1U) << i;
      EXPECT_EQ(store.found(fmt::format("no-{}-", stored - 1)), 1U);
      EXPECT_EQ(store.found("no such text"), 0U);
      store.indexer().flush();
    }
    EXPECT_LE(store.named("no-5-"), 20U);
    EXPECT_EQ(store.number("SELECT count(*) FROM text_slices"),
              store.number("SELECT count(*) FROM text_blocks") * static_cast<int64_t>(signature_bits));
  }
  EXPECT_GT(stored, 500U);
}

}  // namespace
}  // namespace gyr::store::sqlite
