// What the pages show of a log: a window around a place, counts for the strip at its side, and the next match.
#pragma once

#include "base/loop.h"
#include "base/task.h"
#include "web/log_view/log_index.h"
#include "web/log_view/values.h"

namespace gyr::web {

/// Reads what an index lacks. Callers have judged the execution.
base::Task<base::Result<void>> extend_to_end(store::Store* store, base::Loop* loop, std::shared_ptr<LogIndex> index,
                                             store::Visible visible);

/// A line that a window shows.
struct NumberedLine {
  int64_t number = 0;
  store::LogKey key;
};
/// The line at a position of the index.
NumberedLine numbered_line(const LogIndex::View& view, size_t position);
/// Reads these lines; nothing if one of them does not exist any more. Long messages are cut unless `whole`.
base::Result<std::optional<std::vector<json::LogWindowLine>>> read_lines(store::Reader& reader,
                                                                         const store::Visible& visible,
                                                                         const std::string& tenant, base::Id execution,
                                                                         const std::vector<NumberedLine>& wanted,
                                                                         bool whole = false);

/// The place that a window begins at: a number, a time, or an end of the log.
struct WindowPlace {
  enum class Kind : uint8_t { first, last, line, time };
  Kind kind = Kind::first;
  int64_t line = 1;
  base::Instant time;
};
/// `first`, `last`, a number or a date-time.
std::optional<WindowPlace> parse_window_place(std::string_view text);

/// The positions of the lines of a window. `before` and `after`: how many lines around the place; `after` includes the
/// line of the place itself.
struct LogWindowRange {
  std::vector<uint32_t> positions;
  uint64_t total = 0;
  bool more_before = false;
  bool more_after = false;
};
LogWindowRange window_of(const LogIndex::View& view, const WindowPlace& place, size_t before, size_t after,
                         bool only_text);

json::LogProfile profile_of(const LogIndex::View& view, model::LogLevel min_level, size_t buckets, bool has_text);

/// The next line after (or before) `from` that matches; without `from`, the first (or last).
struct LogFind {
  std::optional<int64_t> from;
  bool back = false;
  std::optional<model::LogLevel> level;
  bool with_text = false;
};
json::LogMatch match_of(const LogIndex::View& view, const LogFind& find);

}  // namespace gyr::web
