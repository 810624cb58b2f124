// Deletes expired data, in small steps.
#pragma once

#include "store/sqlite/log_filer.h"
#include "store/sqlite/retention_periods.h"
#include "store/sqlite/writer.h"

namespace gyr::store::sqlite {

/// Each apply() deletes a limited amount on the thread of the writer, between commits. Not thread-safe.
class RetentionKeeper {
 public:
  RetentionKeeper(const Retention& retention, LogDays& days, LogFiler& filer)
      : retention_(retention), days_(days), filer_(filer) {}
  /// Returns true while there is more to delete.
  base::Result<bool> apply(base::Instant now, Writer& writer);
  /// Returns the number of deleted keys (KV-5).
  static base::Result<size_t> purge_expired_keys(base::Instant now, size_t at_most, Writer& writer);
  /// See Store.
  static base::Result<std::vector<LeftFiles>> left_files(base::Id after, size_t at_most, Writer& writer);
  static base::Result<void> forget_left_files(const std::vector<LeftFiles>& gone, Writer& writer);

 private:
  base::Result<bool> remove_executions(Connection& main, BatchWriter& rows, int64_t ended_before);
  base::Result<bool> remove_log_day(Writer& writer, base::Instant now);

  Retention retention_;
  LogDays& days_;
  LogFiler& filer_;
};

}  // namespace gyr::store::sqlite
