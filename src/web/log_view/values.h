// Windows, profiles and matches of a log, as JSON.
#pragma once

#include "web/http/described.h"
#include "web/runs/values.h"

namespace gyr::web {
namespace json {

/// A line of a log with its number.
struct LogWindowLine {
  int64_t n = 0;
  base::Instant at;
  std::string level;
  std::optional<std::string> task_run_id;
  std::optional<std::string> task_id;
  std::optional<std::string> value;
  std::optional<int64_t> attempt;
  std::string message;
  std::optional<int64_t> cut;
  std::optional<std::string> uri;
};

/// Whether there are matching lines before and after a window.
struct LogMore {
  bool before = false;
  bool after = false;
};

/// The lines around a place.
struct LogWindow {
  int64_t first = 0;
  int64_t last = 0;
  uint64_t total = 0;
  std::vector<LogWindowLine> lines;
  LogMore more;
};

/// A part of a log.
struct LogProfileBucket {
  int64_t n = 0;
  uint64_t lines = 0;
  uint64_t warn = 0;
  uint64_t error = 0;
  uint64_t match = 0;
};

/// The lines of a task run.
struct LogProfileRun {
  std::optional<std::string> task_run_id;
  int64_t first = 0;
  uint64_t lines = 0;
  uint64_t errors = 0;
};

/// Counts of the lines of a log.
struct LogProfile {
  uint64_t total = 0;
  CountsByState levels;
  uint64_t matches = 0;
  std::vector<LogProfileBucket> buckets;
  std::vector<LogProfileRun> runs;
};

/// The next match of a search.
struct LogMatch {
  std::optional<int64_t> n;
  std::optional<uint64_t> index;
  uint64_t of = 0;
};

}  // namespace json

template <>
struct Described<json::LogWindowLine> {
  using T = json::LogWindowLine;
  static constexpr std::string_view name = "LogWindowLine";
  static constexpr auto fields = std::tuple(
      field("n", &T::n, {.documentation = "The number of the line in the log of the execution, from 1"}),
      field("at", &T::at), field("level", &T::level), field("taskRunId", &T::task_run_id), field("taskId", &T::task_id),
      field("value", &T::value, {.documentation = "Of the iteration of a loop"}), field("attempt", &T::attempt),
      field("message", &T::message), field("cut", &T::cut, {.documentation = "The bytes of the whole message"}),
      field("uri", &T::uri, {.documentation = "Of the whole line, below the path of the tenant"}));
};
template <>
struct Described<json::LogMore> {
  using T = json::LogMore;
  static constexpr std::string_view name = "LogMore";
  static constexpr auto fields = std::tuple(field("before", &T::before), field("after", &T::after));
};
template <>
struct Described<json::LogWindow> {
  using T = json::LogWindow;
  static constexpr std::string_view name = "LogWindow";
  static constexpr auto fields = std::tuple(
      field("first", &T::first, {.documentation = "The number of the first line here; 0 without lines"}),
      field("last", &T::last), field("total", &T::total, {.documentation = "All lines that match the filters"}),
      field("lines", &T::lines), field("more", &T::more));
};
template <>
struct Described<json::LogProfileBucket> {
  using T = json::LogProfileBucket;
  static constexpr std::string_view name = "LogProfileBucket";
  static constexpr auto fields =
      std::tuple(field("n", &T::n, {.documentation = "The number of its first line"}), field("lines", &T::lines),
                 field("warn", &T::warn), field("error", &T::error), field("match", &T::match));
};
template <>
struct Described<json::LogProfileRun> {
  using T = json::LogProfileRun;
  static constexpr std::string_view name = "LogProfileRun";
  static constexpr auto fields =
      std::tuple(field("taskRunId", &T::task_run_id, {.documentation = "Absent: the execution itself"}),
                 field("first", &T::first), field("lines", &T::lines), field("errors", &T::errors));
};
template <>
struct Described<json::LogProfile> {
  using T = json::LogProfile;
  static constexpr std::string_view name = "LogProfile";
  static constexpr auto fields = std::tuple(
      field("total", &T::total, {.documentation = "All lines that match the filters; `q` is not a filter here"}),
      field("levels", &T::levels, {.documentation = "The same, without the filter on the level"}),
      field("matches", &T::matches, {.documentation = "Lines with `q`, among the total"}),
      field("buckets", &T::buckets, {.documentation = "Parts of the log with equally many lines"}),
      field("runs", &T::runs, {.documentation = "In the order of their first line, at most 5,000"}));
};
template <>
struct Described<json::LogMatch> {
  using T = json::LogMatch;
  static constexpr std::string_view name = "LogMatch";
  static constexpr auto fields = std::tuple(
      field("n", &T::n, {.documentation = "The number of the line; absent if there is none in this direction"}),
      field("index", &T::index, {.documentation = "Which of the matches it is, from 1"}), field("of", &T::of));
};

}  // namespace gyr::web
