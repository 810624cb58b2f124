#include "web/log_view/log_views.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "syntax/time.h"
#include "web/http/await.h"
#include "web/http/numbers.h"

namespace gyr::web {
namespace {

constexpr size_t log_level_count = 5;
constexpr size_t max_profile_runs = 5'000;
/// Longer messages are cut, unless the whole line is requested.
constexpr size_t shown_message_bytes = 16 * 1024;
/// Above this sum, the rest of the messages is cut to `short_message_bytes`.
constexpr size_t shown_window_bytes = 2 * 1024 * 1024;
constexpr size_t short_message_bytes = 1024;

/// The message without a broken character at its end.
std::string cut_message(std::string_view message, size_t bytes) {
  std::string_view part = message.substr(0, bytes);
  while (!part.empty() && (static_cast<unsigned char>(part.back()) & 0xC0U) == 0x80) part.remove_suffix(1);
  if (!part.empty() && (static_cast<unsigned char>(part.back()) & 0x80U) != 0) part.remove_suffix(1);
  return std::string(part);
}

struct WindowText {
  bool whole = false;
  size_t bytes = 0;  ///< so far
};

json::LogWindowLine shown_line(const model::LogEntry& entry, int64_t number, WindowText& text) {
  json::LogWindowLine line{.n = number,
                           .at = entry.timestamp,
                           .level = std::string(model::to_text(entry.level)),
                           .task_run_id = {},
                           .task_id = {},
                           .value = {},
                           .attempt = {},
                           .message = {},
                           .cut = {},
                           .uri = {}};
  if (!entry.task_run_id.is_none()) {
    line.task_run_id = entry.task_run_id.to_text();
    line.attempt = entry.attempt;
  }
  if (!entry.task_id.empty()) line.task_id = entry.task_id;
  const size_t limit = text.bytes > shown_window_bytes ? short_message_bytes : shown_message_bytes;
  if (text.whole || entry.message.size() <= limit) {
    line.message = entry.message;
  } else {
    line.message = cut_message(entry.message, limit);
    line.cut = static_cast<int64_t>(entry.message.size());
    line.uri = fmt::format("logs/{}/window?at={}&size=1&whole=true", entry.execution_id.to_text(), number);
  }
  if (base::find_invalid_utf8(line.message)) line.message = base::repair_utf8(line.message);
  text.bytes += line.message.size();
  return line;
}

}  // namespace

base::Task<base::Result<void>> extend_to_end(store::Store* store, base::Loop* loop, std::shared_ptr<LogIndex> index,
                                             store::Visible visible) {
  for (bool more = true; more;) {
    GYR_CO_TRY(more, co_await read<bool>(store, loop, [index, visible](store::Reader& reader) {
                 return index->extend(reader, visible);
               }));
  }
  co_return base::Result<void>();
}

NumberedLine numbered_line(const LogIndex::View& view, size_t position) {
  const auto& line = view.lines()[position];
  return {static_cast<int64_t>(position) + 1, {view.sources()[line.source].task_run, line.sequence}};
}

base::Result<std::optional<std::vector<json::LogWindowLine>>> read_lines(store::Reader& reader,
                                                                         const store::Visible& visible,
                                                                         const std::string& tenant, base::Id execution,
                                                                         const std::vector<NumberedLine>& wanted,
                                                                         bool whole) {
  std::vector<json::LogWindowLine> lines;
  std::vector<store::LogKey> keys;
  for (const NumberedLine& line : wanted) keys.push_back(line.key);
  GYR_TRY(const auto entries, reader.log_lines(visible, tenant, execution, keys));
  if (entries.size() < keys.size()) return std::optional<std::vector<json::LogWindowLine>>();
  std::map<base::Id, std::optional<std::string>> values;
  WindowText text{.whole = whole};
  for (size_t i = 0; i < entries.size(); ++i) {
    auto& line = lines.emplace_back(shown_line(entries[i], wanted[i].number, text));
    const base::Id task_run = entries[i].task_run_id;
    if (task_run.is_none()) continue;
    const auto [value, is_new] = values.try_emplace(task_run);
    if (is_new) {
      GYR_TRY(const auto run, reader.task_run(execution, task_run));
      if (run) value->second = run->run.value;
    }
    line.value = value->second;
  }
  return std::optional(std::move(lines));
}

std::optional<WindowPlace> parse_window_place(std::string_view text) {
  WindowPlace place;
  if (text == "first") return place;
  if (text == "last") {
    place.kind = WindowPlace::Kind::last;
    return place;
  }
  if (read_number(text, place.line)) {
    place.kind = WindowPlace::Kind::line;
    if (place.line < 1) return std::nullopt;
    return place;
  }
  const auto time = syntax::parse_api_instant(text);
  if (!time) return std::nullopt;
  place.kind = WindowPlace::Kind::time;
  place.time = *time;
  return place;
}

LogWindowRange window_of(const LogIndex::View& view, const WindowPlace& place, size_t before, size_t after,
                         bool only_text) {
  const auto& lines = view.lines();
  std::vector<uint32_t> matches;
  for (uint32_t i = 0; i < lines.size(); ++i) {
    if (view.accepts(lines[i]) && (!only_text || view.has_text(i))) matches.push_back(i);
  }
  size_t at = 0;  // the first match that belongs to `after`
  switch (place.kind) {
    case WindowPlace::Kind::first: break;
    case WindowPlace::Kind::last: at = matches.size(); break;
    case WindowPlace::Kind::line:
      at = static_cast<size_t>(
          std::ranges::lower_bound(matches, place.line - 1, {}, [](uint32_t position) { return int64_t{position}; }) -
          matches.begin());
      break;
    case WindowPlace::Kind::time: {
      const int64_t us = place.time.to_micros();
      at = static_cast<size_t>(std::ranges::find_if(matches, [&](uint32_t i) { return lines[i].timestamp_us >= us; }) -
                               matches.begin());
      break;
    }
  }
  const size_t from = at - std::min(at, before);
  const size_t to = at + std::min(matches.size() - at, after);
  LogWindowRange range;
  range.total = matches.size();
  range.more_before = from > 0;
  range.more_after = to < matches.size();
  range.positions.assign(matches.begin() + static_cast<ptrdiff_t>(from), matches.begin() + static_cast<ptrdiff_t>(to));
  return range;
}

json::LogProfile profile_of(const LogIndex::View& view, model::LogLevel min_level, size_t buckets, bool has_text) {
  json::LogProfile profile;
  const auto& lines = view.lines();
  std::array<uint64_t, log_level_count> levels{};
  std::vector<uint32_t> wanted;
  for (uint32_t i = 0; i < lines.size(); ++i) {
    if (!view.accepts_source(lines[i])) continue;
    levels[static_cast<size_t>(lines[i].level)] += 1;
    if (lines[i].level >= min_level) wanted.push_back(i);
  }
  for (size_t level = 0; level < levels.size(); ++level)
    profile.levels.emplace_back(model::to_text(static_cast<model::LogLevel>(level)), levels[level]);
  profile.total = wanted.size();
  std::unordered_map<uint32_t, size_t> run_of_source;
  const size_t count = std::min(buckets, wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i) {
    const auto& line = lines[wanted[i]];
    const bool is_match = has_text && view.has_text(wanted[i]);
    const size_t bucket = i * count / wanted.size();
    if (profile.buckets.size() == bucket) profile.buckets.push_back({.n = int64_t{wanted[i]} + 1});
    auto& counts = profile.buckets.back();
    counts.lines += 1;
    counts.warn += line.level == model::LogLevel::warn ? 1 : 0;
    counts.error += line.level == model::LogLevel::error ? 1 : 0;
    counts.match += is_match ? 1 : 0;
    profile.matches += is_match ? 1 : 0;
    const auto [run, is_new] = run_of_source.try_emplace(line.source, profile.runs.size());
    if (is_new) {
      if (profile.runs.size() == max_profile_runs) {
        run_of_source.erase(run);
        continue;
      }
      const base::Id id = view.sources()[line.source].task_run;
      json::LogProfileRun& shown = profile.runs.emplace_back();
      if (!id.is_none()) shown.task_run_id = id.to_text();
      shown.first = int64_t{wanted[i]} + 1;
    }
    profile.runs[run->second].lines += 1;
    profile.runs[run->second].errors += line.level == model::LogLevel::error ? 1 : 0;
  }
  return profile;
}

json::LogMatch match_of(const LogIndex::View& view, const LogFind& find) {
  json::LogMatch match;
  const auto& lines = view.lines();
  for (uint32_t i = 0; i < lines.size(); ++i) {
    if (!view.accepts(lines[i]) || (find.level && lines[i].level != *find.level)) continue;
    if (find.with_text && !view.has_text(i)) continue;
    match.of += 1;
    const int64_t number = int64_t{i} + 1;
    const bool is_wanted =
        find.back ? !find.from || number < *find.from : !match.n && (!find.from || number > *find.from);
    if (!is_wanted) continue;
    match.n = number;
    match.index = match.of;
  }
  return match;
}

}  // namespace gyr::web
