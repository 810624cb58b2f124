// Log lines.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "model/execution.h"
#include "store/api/filters.h"
#include "store/api/visible.h"

namespace gyr::store {

/// The position from which a log is read further: after the returned lines, even if lines are added or deleted.
struct LogCursor {
  uint64_t given = 0;  ///< the number of returned lines; used if too many sources must be sorted for each part
  /// For each source (day, and task run or execution): the sequence of the last returned line.
  std::map<std::pair<int32_t, base::Id>, uint32_t> behind;
};

/// A query for log lines; empty fields do not restrict it.
struct LogQuery {
  Visible visible;  ///< of the caller
  std::string tenant;
  std::optional<base::Id> execution_id;
  std::optional<base::Id> task_run_id;
  std::vector<TextFilter> execution_ids;  ///< with other operators than `equals`; a line of a trigger has ""
  std::vector<TextFilter> task_run_ids;   ///< the same; a line of no task run has ""
  std::vector<TextFilter> namespaces;
  std::vector<TextFilter> flow_ids;
  std::vector<TextFilter> task_ids;
  std::vector<TextFilter> trigger_ids;
  std::optional<int32_t> attempt;
  model::LogLevel min_level = model::LogLevel::trace;
  std::vector<model::LogLevel> levels;  ///< only these levels; empty: all from `min_level`
  std::vector<TimeFilter> timestamps;
  std::string text;                    ///< case-insensitive, in message, names and ids
  std::vector<std::string> not_texts;  ///< in none of them
  /// If not empty, the conditions of one of these must hold as well; their tenant and visibility are those of the
  /// query.
  std::vector<LogQuery> any_of = {};
  bool descending = false;
  /// By level first, then by time as `descending` says; only for search_logs().
  enum class ByLevel : uint8_t { no, ascending, descending } by_level = ByLevel::no;
  Paging paging;
};

/// A stored line of the log of an execution. The texts are only valid while it is shown to a LogVisitor.
struct LogLineView {
  base::Id task_run_id;      ///< none for lines of the execution itself
  std::string_view task_id;  ///< empty for lines of the execution itself
  int32_t attempt = 0;
  uint32_t sequence = 0;
  base::Instant timestamp;  ///< in microseconds
  model::LogLevel level = model::LogLevel::info;
  std::string_view message;
};
using LogVisitor = std::function<void(const LogLineView&)>;

/// The identity of a line in the log of one execution.
struct LogKey {
  base::Id task_run_id;  ///< none for lines of the execution itself
  uint32_t sequence = 0;
  friend auto operator<=>(const LogKey&, const LogKey&) = default;
};

/// Reads log lines from a snapshot; see Reader.
class LogReader {
 public:
  virtual ~LogReader() = default;

  virtual base::Result<Page<model::LogEntry>> search_logs(const LogQuery& query) = 0;
  /// The next lines of the log of one execution, oldest first, up to the page size; fewer lines mean the end. Advances
  /// the cursor. The cost of each part does not depend on the length of the log. Use it for downloads; the search above
  /// is for pages.
  virtual base::Result<std::vector<model::LogEntry>> read_log(const LogQuery& query, LogCursor& cursor);
  /// Shows the next lines of the log of one execution, up to the page size, without copies, and returns their number;
  /// fewer lines mean the end. Advances the cursor. The lines of one task run are in their order, those of different
  /// task runs are not. For a pass over a long log.
  virtual base::Result<size_t> visit_log(const LogQuery& query, LogCursor& cursor, const LogVisitor& visitor);
  /// These lines of the log of an execution, in the order of `keys`, each at most once; lines that do not exist are
  /// left out. The cost does not depend on the length of the log.
  virtual base::Result<std::vector<model::LogEntry>> log_lines(const Visible& visible, const std::string& tenant,
                                                               base::Id execution, std::span<const LogKey> keys);
};

/// The part of a batch that changes log lines.
struct LogChanges {
  /// atomic with the other rows; a line that is written again replaces the first one
  std::vector<model::LogEntry> logs;
  struct LogDelete {
    base::Id execution_id;
    base::Id task_run_id;  ///< none: of all task runs
    std::string task_id;   ///< empty: of all tasks
    std::optional<int32_t> attempt;
    model::LogLevel min_level = model::LogLevel::trace;  ///< this level and above
    std::vector<model::LogLevel> levels = {};            ///< of these only; empty: of all
    std::optional<base::Instant> from = {};              ///< included
    std::optional<base::Instant> until = {};             ///< included
    /// The flow of the lines, which a caller must be allowed to change; none: only for who may change everything.
    std::shared_ptr<const model::FlowKey> flow = {};
    /// The lines of a trigger of the flow, which belong to no execution (TRIG-22); `execution_id` is none.
    std::string trigger_id = {};
  };
  std::vector<LogDelete> deleted_logs;

  bool empty() const;
  size_t weight() const;
};

}  // namespace gyr::store
