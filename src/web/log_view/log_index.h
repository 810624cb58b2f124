// The order of the lines of one log, in memory: their numbers, levels and sources, without their texts. A page of a log
// of a million lines is found in it without reading the lines before (UI-652, UI-1064).
//
// Numbers count from 1. A line keeps its number as long as the index is kept: lines that are stored later get later
// numbers, whatever their time is. An index that is built again numbers all lines by time.
#pragma once

#include <atomic>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "store/match.h"
#include "store/store.h"

namespace gyr::web {

/// The lines of one read of the store, so that it is short.
inline constexpr uint32_t indexed_lines_a_read = 5'000;
/// The lines of the longest log that is indexed; the rest of a longer one can be downloaded.
inline constexpr size_t max_indexed_lines = 4'000'000;

/// Which lines are wanted; empty fields do not restrict them.
struct LogLineFilter {
  model::LogLevel min_level = model::LogLevel::trace;
  std::optional<base::Id> task_run;  ///< Id(): the execution itself
  std::string task_id;
  std::optional<int32_t> attempt;

  /// `none` or the id of a task run, as queries name them; nothing for any other text.
  static std::optional<base::Id> task_run_of(std::string_view text) {
    return text == "none" ? base::Id() : base::Id::parse(text);
  }
};

/// A text that lines can contain in their message.
struct LogSearchText {
  std::string text;  ///< empty: none
  bool is_regex = false;
  friend auto operator<=>(const LogSearchText&, const LogSearchText&) = default;
};

/// The index of the log of one execution. Thread-safe: every call holds its mutex.
class LogIndex {
 public:
  struct Line {
    int64_t timestamp_us = 0;
    uint32_t sequence = 0;
    uint32_t source = 0;
    int32_t attempt = 0;
    model::LogLevel level = model::LogLevel::info;
  };
  struct Source {
    base::Id task_run;  ///< none: the execution itself
    std::string task_id;
    std::vector<uint32_t> positions;  ///< of its lines, in the order of their sequences
  };

  LogIndex(std::string tenant, base::Id execution) : tenant_(std::move(tenant)), execution_(execution) {}

  /// Reads a part of the lines that were added; whether there are more. Callers have judged the execution, so that
  /// what they see includes it.
  base::Result<bool> extend(store::Reader& reader, const store::Visible& visible);
  /// What was found of one text; the mutex of its index protects it.
  struct Search {
    LogSearchText text;
    store::LogCursor cursor;
    std::vector<bool> found;  ///< by position
  };
  /// The search for this text, with what was found before; null if the text is empty.
  std::shared_ptr<Search> search_of(const LogSearchText& text);
  /// Searches a part of the lines that were not searched yet; whether there are more. bad_query for a wrong regular
  /// expression.
  base::Result<bool> search(store::Reader& reader, const store::Visible& visible, Search& search);
  /// A line does not exist any more: forgets everything.
  void reset();

  /// Never waits.
  size_t size() const { return size_.load(std::memory_order_relaxed); }

  /// A view of the lines of a filter. It holds the mutex: keep it short.
  class View {
   public:
    /// `search`: may be null.
    View(const LogIndex& index, LogLineFilter filter, Search* search);
    const std::vector<Line>& lines() const { return index_.lines_; }
    const std::vector<Source>& sources() const { return index_.sources_; }
    bool accepts_source(const Line& line) const;
    /// Including the level.
    bool accepts(const Line& line) const { return line.level >= filter_.min_level && accepts_source(line); }
    bool has_text(size_t position) const { return search_ != nullptr && search_->found[position]; }

   private:
    const LogIndex& index_;
    std::lock_guard<std::mutex> lock_;
    LogLineFilter filter_;
    std::vector<bool> wanted_sources_;
    const Search* search_ = nullptr;
  };

 private:
  std::optional<uint32_t> position_of(base::Id task_run, uint32_t sequence) const;
  void add_collected();

  const std::string tenant_;
  const base::Id execution_;
  mutable std::mutex mutex_;
  std::vector<Line> lines_;
  std::vector<Source> sources_;
  std::unordered_map<base::Id, uint32_t> source_of_;
  store::LogCursor cursor_;
  std::vector<Line> collected_;  ///< lines that are read, but have no number until all others are
  store::LogCursor numbered_;    ///< behind the last lines that have a number
  std::atomic<size_t> size_{0};
  std::list<std::shared_ptr<Search>> searches_;  ///< the last used one first, at most `kept_searches`
  static constexpr size_t kept_searches = 4;
};

/// The indexes that were used last. Thread-safe.
class LogIndexes {
 public:
  /// The lines of all kept indexes: 28 bytes each.
  explicit LogIndexes(size_t max_lines = max_indexed_lines) : max_lines_(max_lines) {}
  std::shared_ptr<LogIndex> of(const std::string& tenant, base::Id execution);

 private:
  struct Entry {
    std::string tenant;
    base::Id execution;
    std::shared_ptr<LogIndex> index;
  };
  static constexpr size_t max_indexes = 64;

  const size_t max_lines_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // the last used one first
};

}  // namespace gyr::web
