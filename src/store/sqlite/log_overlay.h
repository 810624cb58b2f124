// The changes of the journal to the file of a day: lines that are committed but not moved yet.
#pragma once

#include <deque>
#include <set>

#include "store/sqlite/log_journal.h"

namespace gyr::store::sqlite {

/// The journal of one day in one snapshot, in memory for one query. Damaged records are errors.
class LogOverlay {
 public:
  struct Line {
    LogSource source;
    LogLine line;  // views into records_
  };

  /// Adds a journal row that is not in the file yet, in order of the row numbers. Lines for which `wanted` is false are
  /// skipped.
  base::Result<void> add(std::string_view record, const std::function<bool(const LogSource&)>& wanted);

  const std::deque<Line>& lines() const { return lines_; }
  /// Whether a line of the file is deleted, or replaced by the journal.
  bool hides(const LogSource& source, uint32_t sequence, int32_t attempt, model::LogLevel level,
             int64_t timestamp_us) const;
  /// Drops replacements of lines that are not in the file: most lines are new.
  base::Result<void> keep_replaced(
      const std::function<base::Result<bool>(const LogSource&, uint32_t sequence)>& in_file);
  bool hides_nothing() const { return removals_.empty() && replaced_.empty(); }

 private:
  using Key = std::tuple<base::Id, base::Id, uint32_t>;
  std::deque<std::string> records_;
  std::deque<Line> lines_;
  std::vector<LogRemoval> removals_;
  std::set<Key> replaced_;
};

}  // namespace gyr::store::sqlite
