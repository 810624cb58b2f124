// What the journal adds to, and takes from, a day's file: lines that are committed but not filed yet.
#pragma once

#include <deque>
#include <set>

#include "store/sqlite/log_journal.h"

namespace gyr::store::sqlite {

/// The journal of one day over one snapshot, in memory for one question. Damaged records are errors.
class LogOverlay {
 public:
  struct Line {
    LogSource source;
    LogLine line;  // views into records_
  };

  /// Adds a journal row that is not in the file yet; in order of their numbers. Lines for which `wanted` is false are
  /// left out.
  base::Result<void> add(std::string_view record, const std::function<bool(const LogSource&)>& wanted);

  const std::deque<Line>& lines() const { return lines_; }
  /// Whether a line of the file is no longer there, or stands in the journal anew.
  bool hides(const LogSource& source, uint32_t sequence, int32_t attempt, model::LogLevel level,
             int64_t timestamp_us) const;
  /// Forgets replacements of lines that the file does not have: most lines are new.
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
