#include "store/sqlite/sqlite_store.h"

#include <atomic>
#include <mutex>

#include "base/log.h"
#include "store/direct_commit.h"
#include "store/sqlite/backup.h"
#include "store/sqlite/folder.h"
#include "store/sqlite/former_data.h"
#include "store/sqlite/log_filer.h"
#include "store/sqlite/reader_pool.h"
#include "store/sqlite/retention.h"
#include "store/sqlite/text_indexer.h"
#include "store/sqlite/writer.h"

namespace gyr::store {
namespace sqlite {
namespace {

/// The parts and their order: the filer outlives the writer, and all readers are gone before both, so that the last
/// connection to close is the one that may checkpoint.
class SqliteStore final : public Store, public DirectCommit {
 public:
  explicit SqliteStore(SqliteOptions options)
      : options_(std::move(options)),
        main_path_((options_.folder / main_file_name).string()),
        days_(options_.folder),
        texts_(options_.text_block_executions),
        indexer_(texts_, main_path_, options_.vfs),
        filer_(days_, main_path_, options_.vfs),
        retention_(options_.retention, days_, filer_) {}
  ~SqliteStore() override { close(); }

  base::Result<void> open() {
    GYR_TRY(lock_, FolderLock::acquire(options_.folder));
    GYR_CHECK(inspect_main(main_path_, options_.vfs));
    GYR_TRY(auto main, Connection::open(main_path_, Connection::Mode::create, options_.vfs));
    // auto_vacuum must be set before the first table is created.
    GYR_CHECK(main->script(
        "PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"
        "PRAGMA cache_size=-24576; PRAGMA journal_size_limit=67108864; PRAGMA temp_store=MEMORY; PRAGMA "
        "secure_delete=FAST"));
    if (options_.main_page_limit > 0)
      GYR_CHECK(main->script(fmt::format("PRAGMA max_page_count={}", options_.main_page_limit)));
    GYR_TRY(const bool has_former_data, keep_former_data(*main, options_.vfs));
    GYR_CHECK(migrate(*main, Schema::main));
    GYR_TRY(int64_t next, main->number("SELECT value FROM meta WHERE name='next_execution'"));
    texts_.begin(std::max<int64_t>(next, 1));
    writer_ =
        std::make_unique<Writer>(std::move(main), Writer::Setup{options_.clock, &filer_, &gate_, &texts_, &days_});
    GYR_CHECK(filer_.start());
    GYR_TRY(pool_, ReaderPool::open(reader_setup(), std::max<size_t>(1, options_.reader_threads)));
    writer_->start();
    GYR_CHECK(indexer_.start(*writer_));
    if (!has_former_data) remove_former_data(options_.folder);
    return {};
  }

  void commit_here(Batch batch, Done done) override { writer_->commit_here(std::move(batch), std::move(done)); }
  void commit(Batch batch, Done done) override { writer_->commit(std::move(batch), std::move(done)); }
  base::Result<Lease> acquire_lease(LeaseRequest request) override {
    if (closed_) return base::fail(store_closed, "the store is closed");
    return writer_->acquire_lease(request);
  }
  base::Result<void> renew_lease(const Lease& lease, base::Duration length) override {
    if (closed_) return base::fail(store_closed, "the store is closed");
    return writer_->renew_lease(lease, length);
  }
  base::Result<void> release_lease(const Lease& lease) override {
    if (closed_) return base::fail(store_closed, "the store is closed");
    return writer_->release_lease(lease);
  }
  size_t backlog_bytes() const override { return writer_->backlog_bytes(); }
  uint64_t generation() const override { return writer_->generation(); }
  bool writable() const override { return !closed_ && writer_->writable(); }

  void read(std::move_only_function<void(Reader&)> work) override {
    if (!closed_) pool_->submit(std::move(work));
  }
  base::Result<std::unique_ptr<Reader>> open_reader() override {
    if (closed_) return base::fail(store_closed, "the store is closed");
    GYR_TRY(std::unique_ptr<Reader> reader, SqliteReader::open(reader_setup(), false));
    return reader;
  }

  base::Result<void> backup(const std::string& folder) override {
    if (closed_) return base::fail(store_closed, "the store is closed");
    return sqlite::backup(folder, *writer_, filer_, days_, options_.vfs);
  }
  base::Result<bool> apply_retention(base::Instant now) override {
    if (closed_) return base::fail(store_closed, "the store is closed");
    auto more = retention_.apply(now, *writer_);
    if (more && !*more) indexer_.executions_removed();
    return more;
  }
  base::Result<size_t> purge_expired_keys(base::Instant now, size_t at_most) override {
    if (closed_) return base::fail(store_closed, "the store is closed");
    return RetentionKeeper::purge_expired_keys(now, at_most, *writer_);
  }

  base::Result<std::vector<LeftFiles>> left_files(base::Id after, size_t at_most) override {
    if (closed_) return base::fail(store_closed, "the store is closed");
    return RetentionKeeper::left_files(after, at_most, *writer_);
  }
  base::Result<void> forget_left_files(const std::vector<LeftFiles>& gone) override {
    if (closed_) return base::fail(store_closed, "the store is closed");
    return RetentionKeeper::forget_left_files(gone, *writer_);
  }

  void close() override {
    if (closed_.exchange(true)) return;
    if (pool_) pool_->stop();
    indexer_.begin_stop();
    if (writer_) writer_->stop();
    indexer_.stop();
    filer_.stop();
    if (writer_) writer_->close_database();
    lock_ = {};
  }

 private:
  ReaderSetup reader_setup() { return {main_path_, options_.vfs, &days_, &gate_, &texts_, options_.snapshot_time}; }

  SqliteOptions options_;
  std::string main_path_;
  FolderLock lock_;
  LogDays days_;
  SnapshotGate gate_;
  TextIndex texts_;
  TextIndexer indexer_;
  LogFiler filer_;
  RetentionKeeper retention_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<ReaderPool> pool_;
  std::atomic<bool> closed_{false};
};

}  // namespace
}  // namespace sqlite

base::Result<std::unique_ptr<Store>> open_sqlite(SqliteOptions options) {
  // Counting the memory of SQLite takes a lock at every allocation. The call fails harmlessly if SQLite is already in
  // use.
  static std::once_flag configured;
  std::call_once(configured, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
  std::error_code error;
  std::filesystem::create_directories(options.folder, error);
  if (error) {
    auto code = error == std::errc::read_only_file_system || error == std::errc::permission_denied ? store_read_only
                : error == std::errc::no_space_on_device                                           ? store_full
                                                                                                   : store_failed;
    return base::fail(code, fmt::format("cannot create the folder {}: {}", options.folder.string(), error.message()));
  }
  auto store = std::make_unique<sqlite::SqliteStore>(std::move(options));
  GYR_CHECK(store->open());
  return store;
}

}  // namespace gyr::store
