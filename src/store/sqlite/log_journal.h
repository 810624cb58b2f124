// Log lines between their commit and their day file. A commit writes its lines as one row of the main database, in the
// same transaction as the rows that caused them, so that both are always consistent and need only one sync. The filer
// moves them to the day files in larger portions. Readers read both (principle: log lines; docs/architecture/store.md).
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "base/codec.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace gyr::store::sqlite {

/// The source of lines: a task run, an execution itself (no run) or, without an execution, a trigger of a flow.
struct LogSource {
  base::Id execution;
  base::Id run;  ///< for a trigger: derived from its flow and name
  int64_t tenant = 0;
  int64_t flow = 0;
  std::string task_id;
  std::string trigger_id;

  /// The identity of a source.
  const base::Id& name() const { return run.is_none() ? execution : run; }
};

/// One line without its source. The creator owns the texts.
struct LogLine {
  int32_t attempt = 0;
  uint32_t sequence = 0;  ///< 0 for lines of triggers: the day file numbers them
  int64_t timestamp_us = 0;
  model::LogLevel level = model::LogLevel::info;
  std::string_view thread;
  std::string_view message;
};

/// Deletes earlier lines of an execution.
struct LogRemoval {
  base::Id execution;
  base::Id run;         ///< none: of all
  std::string task_id;  ///< empty: of all
  std::optional<int32_t> attempt;
  model::LogLevel min_level = model::LogLevel::trace;
  uint8_t levels = all_levels;   ///< one bit per level
  int64_t from_us = INT64_MIN;   ///< included
  int64_t until_us = INT64_MAX;  ///< included

  static constexpr uint8_t all_levels = 0x1F;
  /// Whether it has no restriction of levels and time.
  bool takes_all_times() const { return levels == all_levels && from_us == INT64_MIN && until_us == INT64_MAX; }
  bool matches(const LogSource& source, int32_t line_attempt, model::LogLevel level, int64_t timestamp_us) const;
};

/// Collects the additions of a transaction to the journal, one buffer per day. Used on the thread of the writer.
class JournalBuffer {
 public:
  void add(int32_t day, const LogSource& source, const LogLine& line);
  void add(int32_t day, const LogRemoval& removal);

  /// A position to roll back to, at the start of a batch.
  using Mark = std::map<int32_t, size_t>;
  Mark mark();
  void cut(const Mark& mark);
  bool empty() const { return days_.empty(); }
  std::vector<int32_t> days() const;
  size_t bytes() const;
  /// Inserts the rows; `next_number` returns the number of each row.
  base::Result<void> write(Connection& main, const std::function<base::Result<int64_t>()>& next_number);

 private:
  struct Day {
    std::string bytes;
    base::Id last_execution, last_run;
    bool has_source = false;
  };
  std::map<int32_t, Day> days_;
};

/// Reads the operations of one row in order: each is its kind (a byte), the length of its record (a varint) and its
/// record (base/record.h). Texts are views into the row. Kinds of a later version are skipped.
class JournalReader {
 public:
  explicit JournalReader(std::string_view row) : decoder_(row) {}
  /// Returns false at the end or if the row is damaged; finish() returns the error.
  bool next();
  base::Result<void> finish() const { return decoder_.finish(); }

  enum class Kind : uint8_t { source = 1, line = 2, removal = 3 };
  Kind kind() const { return kind_; }
  const LogSource& source() const { return source_; }  ///< of the following lines
  const LogLine& line() const { return line_; }
  const LogRemoval& removal() const { return removal_; }

 private:
  base::Decoder decoder_;
  Kind kind_ = Kind::source;
  LogSource source_;
  LogLine line_;
  LogRemoval removal_;
};

/// The day (UTC, days since 1970) of the file with the lines of an execution.
int32_t day_of(int64_t started_us);
/// The value in place of the task run in lines of a trigger.
base::Id trigger_run(const model::FlowKey& flow, std::string_view trigger_id);

}  // namespace gyr::store::sqlite
