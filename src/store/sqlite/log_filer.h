// Moves log lines from the journal in the main database to the day files, behind the commits' backs.
#pragma once

#include <condition_variable>
#include <list>
#include <thread>

#include "store/sqlite/log_day.h"

namespace gyr::store::sqlite {

/// A thread of its own with the only writing connections to the day files. Sleeps until the journal grows; then gathers
/// for a moment, so that a day file is synced a few times a second and not once a commit. What it has not filed stays
/// in the journal: a crash or a full disk loses nothing. A day file that is damaged is set aside and a new one begun.
class LogFiler {
 public:
  LogFiler(LogDays& days, std::string main_path, std::string vfs);
  ~LogFiler();

  /// Files what a former process left in the journal, then works on.
  base::Result<void> start();
  /// Files what is left and closes the day files. The writer must have stopped.
  void stop();

  /// After a commit; writer's thread.
  void journal_grew(int64_t newest_row, size_t bytes);
  /// Journal rows up to this one are on disk in the day files and may go; held back while somebody holds the journal.
  int64_t trimmable() const {
    return held_.load(std::memory_order_acquire) > 0 ? 0 : filed_.load(std::memory_order_acquire);
  }
  /// Keeps the journal untrimmed: a copy of the day files made now and one of the main database made later fit
  /// together.
  void hold_journal() { held_.fetch_add(1, std::memory_order_acq_rel); }
  void release_journal() { held_.fetch_sub(1, std::memory_order_acq_rel); }

  /// Waits until everything committed so far is in the day files; false if it could not be.
  bool flush();
  /// Deletes a day's file. Blocks; any thread but the filer's.
  void drop_day(int32_t day);

 private:
  void run();
  /// Files a bounded portion of the rows up to `wanted`.
  base::Result<void> file_some(int64_t wanted);
  /// The same; an exception is an error, and what was not committed is taken back.
  base::Result<void> file_some_guarded(int64_t wanted);
  base::Result<LogDayWriter*> day_writer(int32_t day);
  base::Result<void> apply_row(int32_t day, int64_t row, std::string_view record);
  /// A crash while the file was made leaves a rollback journal beside it, which only a writing connection may play
  /// back; readers, who come later, would be refused.
  void recover(int32_t day);
  void set_aside(int32_t day);
  void close_day(int32_t day);
  void unlink_day(int32_t day);

  LogDays& days_;
  std::string main_path_;
  std::string vfs_;
  std::unique_ptr<Connection> main_;
  std::list<std::pair<int32_t, std::unique_ptr<LogDayWriter>>> open_;  // newest use first
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
  size_t dropped_ = 0;  // requests done, counted
  size_t asked_ = 0;
  std::thread thread_;
};

}  // namespace gyr::store::sqlite
