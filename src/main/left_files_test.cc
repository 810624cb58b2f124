// Files of deleted executions are removed; the store lists them until then.
#include "main/left_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/local/local_storage.h"
#include "storage/test_storage.h"
#include "store/sqlite/sqlite_store.h"
#include "store/test_rows.h"

namespace gyr::main {
namespace {

using store::test::flow_key;
using store::test::time_of;

/// A storage whose removals the test can make fail.
class StubbornStorage final : public storage::testing::NoStorage {
 public:
  explicit StubbornStorage(std::unique_ptr<Storage> below) : below_(std::move(below)) {}
  std::function<bool(std::string_view path)> refuses = [](std::string_view) { return false; };
  size_t asked = 0;

  base::Result<std::unique_ptr<storage::ByteSink>> put(std::string_view tenant, std::string_view path,
                                                       storage::Metadata metadata) override {
    return below_->put(tenant, path, std::move(metadata));
  }
  base::Result<bool> exists(std::string_view tenant, std::string_view path) override {
    return below_->exists(tenant, path);
  }
  base::Result<bool> remove(std::string_view tenant, std::string_view path) override {
    asked += 1;
    if (refuses(path)) return base::fail(storage::storage_failed, "nobody answers");
    return below_->remove(tenant, path);
  }

 private:
  std::unique_ptr<Storage> below_;
};

class LeftFilesTest : public ::testing::Test {
 protected:
  LeftFilesTest() {
    auto opened = store::open_sqlite({.folder = folder_.path() / "database", .clock = &clock_});
    EXPECT_TRUE(opened.has_value());
    store_ = *std::move(opened);
    auto files = storage::open_local_storage(folder_.path() / "storage");
    EXPECT_TRUE(files.has_value());
    storage_ = std::make_unique<StubbornStorage>(*std::move(files));
  }
  /// An execution with a file.
  base::Id add(int number) {
    auto flow = flow_key("company.team", fmt::format("flow{}", number % 3));
    store::Batch batch;
    add_to(batch, make_k1(ids_, flow, time_of(number)));
    const base::Id id = batch.new_executions[0].execution.id;
    EXPECT_TRUE(store_->commit_and_wait(std::move(batch)).has_value());
    auto sink = storage_->put("main", path_of(number, id), {});
    EXPECT_TRUE(sink.has_value() && (*sink)->write("bytes") && (*sink)->finish());
    return id;
  }
  void remove_rows(const std::vector<base::Id>& ids) {
    store::Batch batch;
    for (base::Id id : ids) batch.deleted_executions.push_back({id, true, true, true});
    ASSERT_TRUE(store_->commit_and_wait(std::move(batch)).has_value());
  }
  bool has_file(int number, base::Id id) { return *storage_->exists("main", path_of(number, id)); }
  size_t named() { return store_->left_files({}, 100'000)->size(); }

  StubbornStorage& storage() { return *storage_; }
  store::Store& store() { return *store_; }

 private:
  static std::string path_of(int number, base::Id id) {
    return storage::execution_path("company.team", fmt::format("flow{}", number % 3), id) + "/inputs/file/x.txt";
  }
  base::SystemClock clock_;
  store::test::TemporaryFolder folder_;
  store::test::Ids ids_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<StubbornStorage> storage_;
};

TEST_F(LeftFilesTest, AreRemovedWithTheirExecutionsOnly) {  // CORE-101
  const base::Id gone = add(1);
  const base::Id stays = add(2);
  EXPECT_EQ(remove_left_files(store(), storage()).value(), 0U);
  remove_rows({gone});
  EXPECT_EQ(remove_left_files(store(), storage()).value(), 1U);
  EXPECT_FALSE(has_file(1, gone));
  EXPECT_TRUE(has_file(2, stays));
  EXPECT_EQ(named(), 0U);
  EXPECT_EQ(remove_left_files(store(), storage()).value(), 0U);
  EXPECT_EQ(storage().asked, 1U);
}

TEST_F(LeftFilesTest, StayListedUntilTheStorageHasRemovedThem) {  // CORE-101
  std::vector<base::Id> ids;
  for (int i = 0; i < 450; ++i) ids.push_back(add(i));
  remove_rows(ids);
  storage().refuses = [refused = ids[7].to_text()](std::string_view path) {
    return path.find(refused) != std::string_view::npos;
  };
  EXPECT_EQ(remove_left_files(store(), storage()).value(), 449U) << "one that cannot go holds up no other";
  EXPECT_TRUE(has_file(7, ids[7]));
  EXPECT_EQ(named(), 1U);
  storage().refuses = [](std::string_view) { return false; };
  EXPECT_EQ(remove_left_files(store(), storage()).value(), 1U);
  EXPECT_FALSE(has_file(7, ids[7]));
}

TEST_F(LeftFilesTest, StopAfterRepeatedFailuresOfTheStorage) {
  std::vector<base::Id> ids;
  for (int i = 0; i < 30; ++i) ids.push_back(add(i));
  remove_rows(ids);
  storage().refuses = [](std::string_view) { return true; };
  EXPECT_EQ(remove_left_files(store(), storage()).value(), 0U);
  EXPECT_EQ(storage().asked, 10U);
  EXPECT_EQ(named(), 30U);
}

TEST_F(LeftFilesTest, FailIfTheStoreIsClosed) {
  store().close();
  EXPECT_FALSE(remove_left_files(store(), storage()).has_value());
}

}  // namespace
}  // namespace gyr::main
