// Finds the log lines of a page in the day files and the journal.
#pragma once

#include <map>
#include <unordered_set>

#include "store/match.h"
#include "store/sqlite/log_overlay.h"
#include "store/sqlite/reader.h"

namespace gyr::store::sqlite {

/// After a page is full, at most this many further lines are read to count the rest.
inline constexpr uint64_t lines_after_a_page = 5000;
/// The same, if the text of each line is compared.
inline constexpr uint64_t compared_after_a_page = 1000;

/// One search in the snapshot of a reader. The lines of one execution (or of few sources) are collected and sorted.
/// Other lists merge the time indexes of the day files, so that the cost of a page of the newest lines depends on its
/// size. If the few sources have very many lines, these are merged in the order of each source; a cursor then contains
/// the position of each source.
class LogSearch {
 public:
  /// With a cursor (of one execution, oldest first), the page contains the lines after it, nothing is counted, and the
  /// cursor is advanced.
  LogSearch(SqliteReader& reader, const LogQuery& query, LogCursor* cursor = nullptr)
      : reader_(reader), query_(query), cursor_(cursor) {}
  base::Result<Page<model::LogEntry>> run();
  /// The lines of each level in turn.
  static base::Result<Page<model::LogEntry>> run_by_level(SqliteReader& reader, const LogQuery& query);
  /// With a cursor: shows the lines after it, source after source, moves it, and returns their number.
  base::Result<size_t> visit(const LogVisitor& visitor);
  /// Without a cursor, for the query of one execution: these lines, in this order.
  base::Result<std::vector<model::LogEntry>> lines(std::span<const LogKey> keys);

 private:
  /// A line that was found: in the file of a day (id) or in its overlay.
  struct Found {
    int64_t timestamp = 0;
    base::Id run;  ///< of the task run, or of the execution
    uint32_t sequence = 0;
    int32_t day = 0;
    int64_t id = 0;
    int64_t flow = 0;  ///< for a line in a file
    const LogOverlay::Line* overlay = nullptr;
    auto key() const { return std::tuple(timestamp, run, sequence, day, id); }
  };
  struct Day {
    int32_t number = 0;
    Connection* file = nullptr;  ///< null if there are only journal rows
    LogOverlay overlay;
    std::map<int64_t, std::pair<LogSource, bool>> sources;  ///< the looked-up sources, and whether they match
  };
  /// The lines of one level in the file of a day in order of time, or all lines that are only in the journal.
  struct Stream {
    Day* day = nullptr;
    model::LogLevel level = model::LogLevel::trace;
    std::unique_ptr<Query> rows;
    std::vector<Found> overlay;  ///< sorted, next one last; used without rows
  };

  /// All lines of one source in order: those in the file of a day and those that are only in the journal.
  struct SourceStream {
    Day* day = nullptr;
    int64_t number = 0;
    base::Id name;
    std::unique_ptr<Query>
        rows;  ///< null: only the journal has lines; positioned at the last line taken from it, or at `ahead`
    std::optional<Found> ahead;    ///< read, but not returned yet
    std::vector<Found> overlay;    ///< sorted, next one last
    std::optional<uint32_t> last;  ///< the last line of a page, or of the previous pages
  };
  using Sources = std::vector<std::pair<Day*, int64_t>>;

  static constexpr int64_t first_line_of(int64_t source) { return source << sequence_bits; }
  static constexpr int64_t last_line_of(int64_t source) { return (source << sequence_bits) | UINT32_MAX; }

  base::Result<Page<model::LogEntry>> run_from(uint64_t offset);
  base::Result<void> prepare();
  base::Result<void> choose_days();
  base::Result<void> read_journal();
  bool wants(const LogSource& source);
  base::Result<bool> holds_texts(const LogSource& source, std::string_view thread, std::string_view message);
  /// All conditions on a line whose source wants() accepts, besides those on level, time and attempt.
  base::Result<bool> accepts_text(const LogSource& source, const LogLine& line);
  bool needs_text() const { return !texts_.accepts_all() || !any_of_.empty(); }
  bool wants_level(model::LogLevel level) const;
  bool wants_line(const LogLine& line) const;
  /// Whether there are conditions besides tenant, flow, level and time, which the time index contains.
  bool needs_source() const;
  /// Whether the index can count the matches.
  bool is_plain() const { return !needs_source() && scope_.everything && time_.except.empty(); }

  base::Result<std::optional<Page<model::LogEntry>>> gather(uint64_t offset);
  base::Result<bool> sources_to_gather(Day& day, std::vector<int64_t>& numbers);
  base::Result<void> gather_source(Day& day, int64_t number, std::vector<Found>& found);
  base::Result<void> gather_overlay(Day& day, std::vector<Found>& found);
  /// The line of a row (id, timestamp, level, attempt and, for text search, thread and message), if it matches.
  base::Result<std::optional<Found>> found_in(Day& day, const LogSource& source, const Query& row);

  base::Result<bool> is_long(const Sources& sources);
  base::Result<Page<model::LogEntry>> walk(const Sources& sources, uint64_t offset);
  base::Result<std::vector<SourceStream>> source_streams(const Sources& sources);
  base::Result<std::optional<Found>> pull_line(SourceStream& stream);
  /// The last line that pull_line() returned.
  base::Result<model::LogEntry> line_of(const SourceStream& stream, const Found& found);
  /// Shows the lines of a source up to the size of the page; whether it has no more.
  base::Result<bool> visit_source(SourceStream& stream, const LogVisitor& visitor, size_t& shown);
  void move_cursor(const std::vector<SourceStream>& streams, size_t lines);
  /// Whether all lines of the sources match.
  bool takes_all_lines() const;
  base::Result<void> count_sources(const Sources& sources, Page<model::LogEntry>& page);

  base::Result<Page<model::LogEntry>> merge(uint64_t offset);
  /// Finds the time near which a distant page starts, and returns how many lines are skipped from there.
  base::Result<uint64_t> seek(uint64_t offset);
  /// The first and the last time of the lines, within the range of the query; nothing matches outside.
  base::Result<std::pair<int64_t, int64_t>> bounds();
  /// The lines of the wanted flows and levels in a range of time, both ends included; counted up to `limit`.
  base::Result<uint64_t> count_between(int64_t from, int64_t to, uint64_t limit);
  uint64_t counted_after_a_page() const { return needs_text() ? compared_after_a_page : lines_after_a_page; }
  base::Result<void> find_replaced(Day& day);
  base::Result<std::vector<Stream>> streams();
  base::Result<std::optional<Found>> pull(Stream& stream);
  base::Result<bool> accepts(Day& day, const Found& found, model::LogLevel level);
  base::Result<void> count_plain(Page<model::LogEntry>& page);
  base::Result<const std::pair<LogSource, bool>*> source_of(Day& day, int64_t number);

  base::Result<model::LogEntry> load(const Found& found);
  base::Result<model::LogEntry> entry_of(const LogSource& source, const LogLine& line, uint32_t sequence);

  SqliteReader& reader_;
  const LogQuery& query_;
  std::vector<LogSearch> any_of_;  // one of them must accept a line, too
  LogCursor* cursor_;
  Scope scope_;
  std::unordered_set<int64_t> flows_;
  TextMatcher task_ids_, trigger_ids_, execution_ids_, task_run_ids_;
  /// Only the lines of these executions are asked for.
  std::optional<std::vector<base::Id>> named_;
  PieceConditions texts_;
  TimeRange time_;
  // For merge(): the range that is walked, and the wanted flows as a JSON list.
  int64_t walked_from_ = 0, walked_to_ = 0;
  std::string flow_list_;
  std::map<int32_t, Day> days_;
};

}  // namespace gyr::store::sqlite
