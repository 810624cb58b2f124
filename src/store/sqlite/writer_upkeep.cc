// The maintenance of the database by the writer, besides batches: checkpoints, and work that can wait.
#include "base/log.h"
#include "store/sqlite/writer.h"

namespace gyr::store::sqlite {
namespace {

// A checkpoint costs two syncs and a write for each page. Small ones while nobody waits; under load fewer, so that
// pages written often are copied once; the log then stays near 8 MB and is used over again.
constexpr int64_t idle_checkpoint_pages = 256;
constexpr int64_t busy_checkpoint_pages = 2000;
// A snapshot kept the last checkpoint from reaching the end of the log: try again after this many more pages.
constexpr int64_t blocked_checkpoint_pages = 500;
// The log's bound (64 MB): beyond it readers are kept out for a moment, longer than a snapshot lasts, to empty it.
constexpr int64_t log_limit_pages = 16'384;
constexpr auto gate_time = std::chrono::milliseconds(1200);

// Free pages are used again; they are given back to the file system, in portions, once they are more than these and
// more than a quarter of the file.
constexpr int64_t free_pages_kept = 1024;
constexpr const char* give_back_some_pages = "PRAGMA incremental_vacuum(64)";

}  // namespace

void Writer::checkpoint(int mode) {
  int in_log = 0, copied = 0;
  int code = sqlite3_wal_checkpoint_v2(main_->handle(), nullptr, mode, &in_log, &copied);
  if (code == SQLITE_OK) {
    log_pages_ = in_log;
    checkpointed_pages_ = copied;
  } else if (code != SQLITE_BUSY) {
    // The log keeps everything; failing commits report a full disk.
    base::log::warn("cannot run a checkpoint: {}", main_->error(code).to_string());
  }
  next_checkpoint_pages_ =
      checkpointed_pages_ < log_pages_ || code != SQLITE_OK ? log_pages_ + blocked_checkpoint_pages : 0;
}

bool Writer::is_checkpoint_due(bool idle) const {
  const int64_t waiting = log_pages_ - checkpointed_pages_;
  return waiting >= (idle ? idle_checkpoint_pages : busy_checkpoint_pages) && log_pages_ >= next_checkpoint_pages_;
}

void Writer::checkpoint_if_due(bool idle) {
  if (log_pages_ > log_limit_pages && log_pages_ >= next_checkpoint_pages_) {
    if (setup_.gate->close(base::monotonic_now() + gate_time)) {
      checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
      setup_.gate->open();
    } else {
      base::log::warn("a reader has been open for too long: the write-ahead log of the store has grown to {} pages",
                      log_pages_);
      next_checkpoint_pages_ = log_pages_ + busy_checkpoint_pages;
    }
    return;
  }
  if (is_checkpoint_due(idle)) checkpoint(SQLITE_CHECKPOINT_PASSIVE);
}

base::Result<bool> Writer::rest() {
  GYR_CHECK(begin());
  auto more = rows_.remove_some();
  if (more && *more) {
    if (auto finished = rows_.finish(setup_.filer->trimmable()); !finished) more = base::fail(finished.error());
  }
  if (!more) {
    roll_back();
    return more;
  }
  if (*more) {
    GYR_CHECK(commit_transaction());
    return true;
  }
  roll_back();
  GYR_TRY(int64_t free_pages, main_->number("PRAGMA freelist_count"));
  GYR_TRY(int64_t pages, main_->number("PRAGMA page_count"));
  if (free_pages > free_pages_kept && free_pages > pages / 4) {
    GYR_CHECK(main_->query(give_back_some_pages).run());
    return true;
  }
  if (log_pages_ > checkpointed_pages_) checkpoint(SQLITE_CHECKPOINT_PASSIVE);
  return false;
}

}  // namespace gyr::store::sqlite
