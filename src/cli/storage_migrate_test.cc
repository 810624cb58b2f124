// `gyr storage migrate` and the copying behind it (STOR-20).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>

#include "cli/storage_copy.h"
#include "cli/testing/fake_terminal.h"
#include "cli/testing/run_command.h"
#include "storage/test_storage.h"

namespace gyr::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Files in memory by `tenant/path`. It can be set to fail. Any thread.
class ShelfStorage final : public storage::testing::NoStorage {
 public:
  struct Shelved {
    std::string bytes;
    int64_t modified_ms = 0;
    storage::Metadata metadata = {};
  };

  void set(const std::string& key, std::string bytes, int64_t modified_ms = 1'000'000,
           storage::Metadata metadata = {}) {
    std::lock_guard lock(mutex_);
    files_[key] = {std::move(bytes), modified_ms, std::move(metadata)};
  }
  storage::Metadata metadata(const std::string& key) {
    std::lock_guard lock(mutex_);
    return files_[key].metadata;
  }
  std::map<std::string, std::string> files() const {
    std::lock_guard lock(mutex_);
    std::map<std::string, std::string> all;
    for (const auto& [key, file] : files_) all[key] = file.bytes;
    return all;
  }
  std::vector<std::string> tenants() const {
    std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [key, file] : files_) {
      std::string name = key.substr(0, key.find('/'));
      if (names.empty() || names.back() != name) names.push_back(std::move(name));
    }
    return names;
  }
  std::string unwritable;  ///< part of the keys that put() refuses
  bool damages = false;    ///< written data is changed
  std::atomic<int> puts{0}, gets{0};

  base::Result<std::unique_ptr<storage::ByteSource>> get(std::string_view tenant, std::string_view path,
                                                         uint64_t) override {
    gets += 1;
    std::lock_guard lock(mutex_);
    auto found = files_.find(key_of(tenant, path));
    if (found == files_.end()) return base::fail(storage::file_not_found, "not there");
    auto source = storage::source_of(found->second.bytes);
    source->set_metadata(found->second.metadata);
    return source;
  }
  base::Result<std::unique_ptr<storage::ByteSink>> put(std::string_view tenant, std::string_view path,
                                                       storage::Metadata metadata) override {
    puts += 1;
    std::string key = key_of(tenant, path);
    if (!unwritable.empty() && key.find(unwritable) != std::string::npos)
      return base::fail(storage::storage_failed, "no \033[31mwriting");
    return std::make_unique<Sink>(*this, std::move(key), std::move(metadata));
  }
  base::Result<bool> exists(std::string_view tenant, std::string_view path) override {
    std::lock_guard lock(mutex_);
    return files_.contains(key_of(tenant, path));
  }
  base::Result<storage::FileAttributes> attributes(std::string_view tenant, std::string_view path) override {
    std::lock_guard lock(mutex_);
    auto found = files_.find(key_of(tenant, path));
    if (found == files_.end()) return base::fail(storage::file_not_found, "not there");
    return storage::FileAttributes{.size = found->second.bytes.size(),
                                   .modified_ms = found->second.modified_ms,
                                   .metadata = found->second.metadata};
  }
  base::Result<std::vector<storage::FileAttributes>> list(std::string_view tenant, std::string_view path) override {
    std::string root = key_of(tenant, path);
    if (!root.ends_with('/')) root += '/';
    std::lock_guard lock(mutex_);
    std::vector<storage::FileAttributes> found;
    for (const auto& [key, file] : files_) {
      if (!key.starts_with(root)) continue;
      const size_t slash = key.find('/', root.size());
      std::string name = key.substr(root.size(), slash - root.size());
      if (!found.empty() && found.back().file_name == name) continue;
      const bool folder = slash != std::string::npos;
      found.push_back({.file_name = std::move(name),
                       .directory = folder,
                       .size = folder ? 0 : file.bytes.size(),
                       .modified_ms = file.modified_ms});
    }
    if (found.empty()) return base::fail(storage::file_not_found, "not there");
    return found;
  }

 private:
  static std::string key_of(std::string_view tenant, std::string_view path) {
    return std::string(tenant) + std::string(path);
  }

  class Sink final : public storage::ByteSink {
   public:
    Sink(ShelfStorage& shelf, std::string key, storage::Metadata metadata)
        : shelf_(shelf), key_(std::move(key)), metadata_(std::move(metadata)) {}
    base::Result<void> write(std::string_view bytes) override {
      bytes_ += bytes;
      return {};
    }
    base::Result<std::string> finish() override {
      if (shelf_.damages && !bytes_.empty()) bytes_[0] ^= 1;
      shelf_.set(key_, std::move(bytes_), 2'000'000, std::move(metadata_));
      return std::string();
    }

   private:
    ShelfStorage& shelf_;
    std::string key_, bytes_;
    storage::Metadata metadata_;
  };

  mutable std::mutex mutex_;
  std::map<std::string, Shelved> files_;
};

class StorageMigrateTest : public ::testing::Test {
 protected:
  testing::Result migrate(std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"storage", "migrate", "--from", "old", "--to", "new"};
    words.insert(words.end(), more.begin(), more.end());
    Program program = testing::program();
    program.open_storage = [this](const std::string& place, StorageUse use) -> base::Result<OpenedStorage> {
      EXPECT_EQ(use == StorageUse::from, place == "old");
      auto shelf = place == "old" ? from_ : to_;
      return OpenedStorage{shelf, place, [shelf] { return base::Result<std::vector<std::string>>(shelf->tenants()); }};
    };
    return testing::run_with(program, std::move(words));
  }

  std::shared_ptr<ShelfStorage> from_ = std::make_shared<ShelfStorage>();
  std::shared_ptr<ShelfStorage> to_ = std::make_shared<ShelfStorage>();
};

// STOR-20
TEST_F(StorageMigrateTest, CopiesEverythingOfEveryTenant) {
  for (int i = 0; i < 2'500; ++i)
    from_->set(fmt::format("main/a/{:03}/{}", i % 50, i), std::string(static_cast<size_t>(i), 'x'));
  from_->set("other/b", std::string(1'000'000, 'y'));
  from_->set("other/empty", "");
  const auto result = migrate();
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("2502 files"));
  EXPECT_EQ(to_->files(), from_->files());
}

// STOR-20: a second run continues where the first one stopped.
TEST_F(StorageMigrateTest, ExistingFilesAreNotCopiedAgain) {
  from_->set("main/a", "1");
  from_->set("main/b", "2");
  EXPECT_EQ(migrate().code, 0);
  from_->set("main/c", "3");
  from_->set("main/b", "4", 9'000'000);  // written after the first run
  from_->set("main/d", "longer");
  to_->set("main/d", "short", 9'000'000);
  to_->puts = 0;
  const auto result = migrate({"--json"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(to_->puts, 3);
  EXPECT_EQ(to_->files(), from_->files());
  EXPECT_EQ(result.out,
            "{\"copied\":3,\"copiedBytes\":8,\"there\":1,\"thereBytes\":1,\"failed\":0,\"complete\":true}\n");
}

// STOR-20
TEST_F(StorageMigrateTest, CompareReadsTheContent) {
  from_->set("main/a", "1");
  from_->set("main/same", "s");
  to_->set("main/a", "x", 9'000'000);
  to_->set("main/same", "s", 0);
  EXPECT_EQ(migrate({"--compare"}).code, 0);
  EXPECT_EQ(to_->puts, 1);
  EXPECT_EQ(to_->files(), from_->files());
}

// STOR-10: a copy with other metadata, or without metadata after an interrupted run, is copied again.
TEST_F(StorageMigrateTest, MetadataIsCopied) {
  const storage::Metadata about = {{"description", "für alle"}};
  from_->set("main/a", "1", 1'000'000, about);
  from_->set("main/lost", "2", 1'000'000, about);
  to_->set("main/lost", "2", 9'000'000);
  EXPECT_EQ(migrate().code, 0);
  EXPECT_EQ(to_->metadata("main/a"), about);
  EXPECT_EQ(to_->metadata("main/lost"), about);
  to_->puts = 0;
  EXPECT_EQ(migrate().code, 0);
  EXPECT_EQ(migrate({"--compare"}).code, 0);
  EXPECT_EQ(to_->puts, 0);
}

// STOR-20
TEST_F(StorageMigrateTest, FailuresAreReportedAndTheRestIsCopied) {
  for (const char* name : {"a", "bad/b", "c"}) from_->set(std::string("main/") + name, "1");
  to_->unwritable = "bad";
  const auto result = migrate();
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("failed: main/bad/b: no writing\n")) << "without what a terminal would obey";
  EXPECT_THAT(result.out, HasSubstr("2 files"));
  EXPECT_THAT(result.out, HasSubstr("failed"));
  to_->unwritable.clear();
  EXPECT_EQ(migrate().code, 0);
  EXPECT_EQ(to_->files(), from_->files());
}

// STOR-20
TEST_F(StorageMigrateTest, DamagedCopiesAreFailures) {
  from_->set("main/a", "content");
  to_->damages = true;
  const auto result = migrate();
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("the copy differs from the original"));
}

// STOR-20
TEST_F(StorageMigrateTest, ManyFailuresStopTheCopy) {
  for (int i = 0; i < 5'000; ++i) from_->set(fmt::format("main/{}", i), "1");
  to_->unwritable = "main";
  const auto result = migrate();
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("stopped after"));
  EXPECT_LT(to_->puts, 2'000);
}

// STOR-20
TEST_F(StorageMigrateTest, DryRunsAndTenants) {
  from_->set("main/a", "1");
  from_->set("other/b", "22");
  EXPECT_THAT(migrate({"--dry-run"}).out, HasSubstr("2 files"));
  EXPECT_EQ(to_->puts, 0);
  const auto result = migrate({"--tenant", "other", "none"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.err, HasSubstr("tenant `none` has no files"));
  EXPECT_EQ(to_->files(), (std::map<std::string, std::string>{{"other/b", "22"}}));
}

// CLI-2
TEST_F(StorageMigrateTest, NeedsTwoDifferentStorages) {
  EXPECT_EQ(testing::run({"storage", "migrate"}).code, 2);
  EXPECT_EQ(testing::run({"storage", "migrate", "--from", "a"}).code, 2);
  EXPECT_EQ(migrate({"--threads", "0"}).code, 2);
  EXPECT_EQ(migrate({"--threads", "1e9"}).code, 2);
  Program program = testing::program();
  program.open_storage = [this](const std::string&, StorageUse) -> base::Result<OpenedStorage> {
    return OpenedStorage{from_, "one", [] { return base::Result<std::vector<std::string>>(); }};
  };
  const auto same = testing::run_with(program, {"storage", "migrate", "--from", "a", "--to", "b"});
  EXPECT_EQ(same.code, 2);
  EXPECT_THAT(same.err, HasSubstr("are the same storage"));
}

}  // namespace
}  // namespace gyr::cli
