// The log database of one day: its name, its schema, and the writing of journal rows.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/sqlite/connection.h"
#include "store/sqlite/log_journal.h"

namespace gyr::store::sqlite {

/// The id of a line: the number of its source, then this many bits for its sequence. Numbers stay below 2^31, so ids
/// are never negative.
constexpr int sequence_bits = 32;
constexpr uint32_t sequence_of(int64_t id) { return static_cast<uint32_t>(id & UINT32_MAX); }

/// `logs-2026-01-05.db`.
std::string log_day_name(int32_t day);
/// The day of such a name; nothing for other files.
std::optional<int32_t> parse_log_day_name(std::string_view name);

/// The existing day files. Thread-safe.
class LogDays {
 public:
  /// Searches the folder for day files.
  explicit LogDays(std::filesystem::path folder);
  const std::filesystem::path& folder() const { return folder_; }
  std::string path(int32_t day) const { return (folder_ / log_day_name(day)).string(); }

  std::vector<int32_t> all() const;  ///< ascending
  bool has(int32_t day) const;
  void add(int32_t day);
  void remove(int32_t day);
  /// The number of removals: a connection that was opened before the last one may refer to a deleted file.
  uint64_t removals() const;

 private:
  std::filesystem::path folder_;
  mutable std::mutex mutex_;
  std::map<int32_t, bool> days_;
  uint64_t removals_ = 0;
};

/// The only connection that writes and checkpoints the file of a day. Not thread-safe.
class LogDayWriter {
 public:
  static base::Result<std::unique_ptr<LogDayWriter>> open(const std::string& path, const std::string& vfs);

  /// The number of the last journal row in it.
  int64_t applied() const { return applied_; }
  base::Result<void> begin();
  base::Result<void> apply(int64_t journal_row, std::string_view record);
  base::Result<void> commit();
  void roll_back();
  Connection& connection() { return *connection_; }

 private:
  base::Result<int64_t> source_number(const LogSource& source);
  base::Result<void> write_line(const LogSource& source, int64_t number, const LogLine& line);
  base::Result<void> remove(const LogRemoval& removal);

  std::unique_ptr<Connection> connection_;
  int64_t applied_ = 0;
  int64_t applying_ = 0;
  int64_t last_us_ = 0;
  using SourceName = std::pair<base::Id, base::Id>;  // execution, run
  struct SourceHash {
    size_t operator()(const SourceName& name) const {
      return base::IdHash()(name.first) * 31 + base::IdHash()(name.second);
    }
  };
  std::unordered_map<SourceName, int64_t, SourceHash> sources_;
};

/// Applies the missing steps of a schema; fails for a database of a later version (store_too_new).
enum class Schema { main, logs };
base::Result<void> migrate(Connection& connection, Schema schema);

}  // namespace gyr::store::sqlite
