// Moves log lines from the journal in the main database to the day files, in the background.
#pragma once

#include <condition_variable>
#include <list>
#include <thread>

#include "store/sqlite/log_day.h"

namespace gyr::store::sqlite {

/// A thread with the only connections that write the day files. It sleeps until the journal grows, then waits a moment,
/// so that a day file is synced a few times per second and not with every commit. Lines that are not moved yet stay in
/// the journal: a crash or a full disk loses nothing. A damaged day file is renamed and a new one is started.
class LogFiler {
 public:
  LogFiler(LogDays& days, std::string main_path, std::string vfs);
  ~LogFiler();

  /// Moves the lines that an earlier process left in the journal, then starts the thread.
  base::Result<void> start();
  /// Moves the remaining lines and closes the day files. The writer must have stopped.
  void stop();

  /// Call it after a commit, on the thread of the writer.
  void journal_grew(int64_t newest_row, size_t bytes);
  /// Journal rows up to this one are on disk in the day files and can be deleted, unless the journal is held.
  int64_t trimmable() const {
    return held_.load(std::memory_order_acquire) > 0 ? 0 : filed_.load(std::memory_order_acquire);
  }
  /// Prevents the deletion of journal rows, so that a copy of the day files and a later copy of the main database are
  /// consistent.
  void hold_journal() { held_.fetch_add(1, std::memory_order_acq_rel); }
  void release_journal() { held_.fetch_sub(1, std::memory_order_acq_rel); }

  /// Waits until all committed lines are in the day files; returns false if this failed.
  bool flush();
  /// Deletes the file of a day. Blocks; call it on any thread except that of the filer.
  void drop_day(int32_t day);

 private:
  void run();
  /// Moves a limited part of the rows up to `wanted`.
  base::Result<void> file_some(int64_t wanted);
  /// The same, but exceptions become errors and uncommitted changes are rolled back.
  base::Result<void> file_some_guarded(int64_t wanted);
  base::Result<LogDayWriter*> day_writer(int32_t day);
  base::Result<void> apply_row(int32_t day, int64_t row, std::string_view record);
  /// A crash during the creation of the file leaves a rollback journal. Only a writing connection can apply it; readers
  /// would fail.
  void recover(int32_t day);
  void set_aside(int32_t day);
  void close_day(int32_t day);
  void unlink_day(int32_t day);

  LogDays& days_;
  std::string main_path_;
  std::string vfs_;
  std::unique_ptr<Connection> main_;
  std::list<std::pair<int32_t, std::unique_ptr<LogDayWriter>>> open_;  // most recently used first
  std::vector<int32_t> begun_;                                         // days with an open transaction
  std::atomic<int64_t> filed_{0};
  std::atomic<int> held_{0};

  std::mutex mutex_;
  std::condition_variable changed_;
  int64_t newest_row_ = 0;
  size_t waiting_bytes_ = 0;
  size_t flushers_ = 0;
  bool failing_ = false;
  bool stopping_ = false;
  std::vector<int32_t> to_drop_;
  size_t dropped_ = 0;  // the number of finished requests
  size_t asked_ = 0;
  std::thread thread_;
};

}  // namespace gyr::store::sqlite
