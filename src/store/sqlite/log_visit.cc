// Passes over the log of one execution, source after source, and lines by their identity.
#include <algorithm>
#include <set>

#include "store/sqlite/log_search.h"

namespace gyr::store::sqlite {
namespace {

constexpr const char* lines_of_visited_source =
    "SELECT id, timestamp, level, attempt, thread, message FROM lines WHERE id BETWEEN ? AND ? ORDER BY id";

}  // namespace

base::Result<size_t> SqliteReader::visit_log(const LogQuery& query, LogCursor& cursor, const LogVisitor& visitor) {
  if (!query.execution_id || query.descending) {
    return base::fail(bad_query, "only the log of one execution, oldest lines first, can be read this way");
  }
  if (query.execution_id->is_none()) return 0;
  return ask([&] { return LogSearch(*this, query, &cursor).visit(visitor); });
}

base::Result<std::vector<model::LogEntry>> SqliteReader::log_lines(const Visible& visible, const std::string& tenant,
                                                                   base::Id execution, std::span<const LogKey> keys) {
  LogQuery query{visible};
  query.tenant = tenant;
  query.execution_id = execution;
  if (execution.is_none()) return std::vector<model::LogEntry>();
  return ask([&] { return LogSearch(*this, query).lines(keys); });
}

base::Result<bool> LogSearch::visit_source(SourceStream& stream, const LogVisitor& visitor, size_t& shown) {
  while (shown < query_.paging.size) {
    GYR_TRY(const auto found, pull_line(stream));
    if (!found) return true;
    if (found->overlay != nullptr) {
      const LogLine& line = found->overlay->line;
      const LogSource& source = found->overlay->source;
      visitor({source.run, source.task_id, line.attempt, found->sequence, base::Instant::of_micros(found->timestamp),
               line.level, line.message});
    } else {
      const LogSource& source = stream.day->sources[stream.number].first;
      visitor({source.run, source.task_id, static_cast<int32_t>(stream.rows->integer(3)), found->sequence,
               base::Instant::of_micros(found->timestamp), static_cast<model::LogLevel>(stream.rows->integer(2)),
               stream.rows->blob(5)});
    }
    stream.last = found->sequence;
    shown += 1;
  }
  return false;
}

base::Result<size_t> LogSearch::visit(const LogVisitor& visitor) {
  GYR_CHECK(prepare());
  if (scope_.is_empty() || time_.from > time_.to) return 0;
  GYR_CHECK(choose_days());
  GYR_CHECK(read_journal());
  size_t shown = 0;
  for (auto& [day_number, day] : days_) {
    std::map<base::Id, std::vector<Found>> journal;
    std::vector<Found> overlay;
    GYR_CHECK(gather_overlay(day, overlay));
    for (const Found& found : overlay) journal[found.run].push_back(found);
    std::vector<int64_t> numbers;
    GYR_CHECK(sources_to_gather(day, numbers));
    std::map<base::Id, int64_t> filed;
    for (const int64_t number : numbers) filed[day.sources[number].first.name()] = number;
    std::set<base::Id> names;
    for (const auto& [name, number] : filed) names.insert(name);
    for (const auto& [name, lines] : journal) names.insert(name);
    for (const base::Id& name : names) {
      SourceStream stream;
      stream.day = &day;
      stream.name = name;
      const std::pair place{day_number, name};
      if (const auto behind = cursor_->behind.find(place); behind != cursor_->behind.end())
        stream.last = behind->second;
      if (const auto number = filed.find(name); number != filed.end()) {
        stream.number = number->second;
        stream.rows = std::make_unique<Query>(*day.file, lines_of_visited_source);
        stream.rows->bind(first_line_of(stream.number) + (stream.last ? int64_t{*stream.last} + 1 : 0),
                          last_line_of(stream.number));
      }
      for (const Found& found : journal[name]) {
        if (!stream.last || found.sequence > *stream.last) stream.overlay.push_back(found);
      }
      std::ranges::sort(stream.overlay, [](const Found& a, const Found& b) { return a.sequence > b.sequence; });
      GYR_TRY(const bool done, visit_source(stream, visitor, shown));
      if (stream.last) cursor_->behind[place] = *stream.last;
      if (!done) return shown;
    }
  }
  return shown;
}

base::Result<std::vector<model::LogEntry>> LogSearch::lines(std::span<const LogKey> keys) {
  std::vector<model::LogEntry> lines;
  GYR_CHECK(prepare());
  if (scope_.is_empty()) return lines;
  GYR_CHECK(choose_days());
  GYR_CHECK(read_journal());
  std::map<LogKey, Found> in_journal;
  std::map<base::Id, std::pair<Day*, int64_t>> in_file;  // by task run
  for (auto& [number, day] : days_) {
    std::vector<Found> found;
    GYR_CHECK(gather_overlay(day, found));
    for (const Found& line : found) in_journal[{line.overlay->source.run, line.sequence}] = line;
    std::vector<int64_t> numbers;
    GYR_CHECK(sources_to_gather(day, numbers));
    for (const int64_t source : numbers) in_file.try_emplace(day.sources[source].first.run, &day, source);
  }
  std::set<LogKey> given;
  for (const LogKey& key : keys) {
    if (!given.insert(key).second) continue;
    if (const auto line = in_journal.find(key); line != in_journal.end()) {
      GYR_TRY(auto entry, load(line->second));
      lines.push_back(std::move(entry));
      continue;
    }
    const auto place = in_file.find(key.task_run_id);
    if (place == in_file.end()) continue;
    auto& [day, source] = place->second;
    Query row = day->file->query("SELECT id, timestamp, level, attempt, thread, message FROM lines WHERE id=?");
    std::optional<Found> found;
    if (row.bind(first_line_of(source) + int64_t{key.sequence}).next()) {
      GYR_TRY(found, found_in(*day, day->sources[source].first, row));
    }
    GYR_CHECK(row.finish());
    if (!found) continue;
    GYR_TRY(auto entry, load(*found));
    lines.push_back(std::move(entry));
  }
  return lines;
}

}  // namespace gyr::store::sqlite
