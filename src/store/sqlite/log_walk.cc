// Pages of logs that are too long to be gathered: the lines of each source in their own order, the sources side by
// side.
#include <algorithm>
#include <utility>

#include "store/sqlite/log_search.h"

namespace gyr::store::sqlite {
namespace {

/// More lines than this are not sorted again for each page.
constexpr uint64_t gathered_lines = 20'000;

constexpr const char* lines_of_source =
    "SELECT id, timestamp, level, attempt, thread, message FROM lines WHERE id BETWEEN ? AND ? ORDER BY id";
constexpr const char* newest_of_source =
    "SELECT id, timestamp, level, attempt, thread, message FROM lines WHERE id BETWEEN ? AND ? ORDER BY id DESC";

}  // namespace

base::Result<bool> LogSearch::is_long(const Sources& sources) {
  uint64_t lines = 0;
  for (const auto& [day, number] : sources) {
    // The number of its last line: none is known to be missing.
    Query last = day->file->query("SELECT max(id) FROM lines WHERE id BETWEEN ? AND ?");
    last.bind(first_line_of(number), last_line_of(number));
    if (last.next()) {
      if (const auto id = last.optional_integer(0)) lines += sequence_of(*id);
    }
    GYR_CHECK(last.finish());
    if (lines > gathered_lines) return true;
  }
  return false;
}

base::Result<std::optional<LogSearch::Found>> LogSearch::pull_line(SourceStream& stream) {
  while (stream.rows != nullptr && !stream.ahead) {
    if (!stream.rows->next()) {
      GYR_CHECK(stream.rows->finish());
      stream.rows.reset();
      break;
    }
    GYR_TRY(stream.ahead, found_in(*stream.day, stream.day->sources[stream.number].first, *stream.rows));
  }
  const bool has_journal = !stream.overlay.empty();
  if (stream.ahead) {
    const uint32_t filed = stream.ahead->sequence;
    if (!has_journal ||
        (query_.descending ? filed > stream.overlay.back().sequence : filed < stream.overlay.back().sequence)) {
      return std::exchange(stream.ahead, std::nullopt);
    }
  }
  if (!has_journal) return std::nullopt;
  Found found = stream.overlay.back();
  stream.overlay.pop_back();
  return found;
}

base::Result<model::LogEntry> LogSearch::line_of(const SourceStream& stream, const Found& found) {
  if (found.overlay != nullptr) return load(found);
  LogLine line;
  line.timestamp_us = found.timestamp;
  line.level = static_cast<model::LogLevel>(stream.rows->integer(2));
  line.attempt = static_cast<int32_t>(stream.rows->integer(3));
  line.thread = stream.rows->text(4);
  line.message = stream.rows->blob(5);
  return entry_of(stream.day->sources[stream.number].first, line, found.sequence);
}

void LogSearch::move_cursor(const std::vector<SourceStream>& streams, size_t lines) {
  if (cursor_ == nullptr) return;
  for (const auto& stream : streams) {
    if (stream.last) cursor_->behind[{stream.day->number, stream.name}] = *stream.last;
  }
  cursor_->given += lines;
}

base::Result<std::vector<LogSearch::SourceStream>> LogSearch::source_streams(const Sources& sources) {
  std::vector<SourceStream> streams;
  std::map<std::pair<int32_t, base::Id>, size_t> places;
  auto stream_of = [&](Day& day, const base::Id& name) -> SourceStream& {
    const auto [place, fresh] = places.try_emplace({day.number, name}, streams.size());
    if (!fresh) return streams[place->second];
    SourceStream& stream = streams.emplace_back();
    stream.day = &day;
    stream.name = name;
    if (cursor_ == nullptr) return stream;
    if (auto before = cursor_->behind.find(place->first); before != cursor_->behind.end()) stream.last = before->second;
    return stream;
  };
  for (const auto& [day, number] : sources) {
    SourceStream& stream = stream_of(*day, day->sources[number].first.name());
    stream.number = number;
    stream.rows = std::make_unique<Query>(*day->file, query_.descending ? newest_of_source : lines_of_source);
    stream.rows->bind(first_line_of(number) + (stream.last ? int64_t{*stream.last} + 1 : 0), last_line_of(number));
  }
  SourceStream triggers;  // lines without an execution are counted in the file: until then time is their order
  for (auto& [number, day] : days_) {
    std::vector<Found> journal;
    GYR_CHECK(gather_overlay(day, journal));
    for (const Found& found : journal) {
      const bool of_trigger = found.overlay->source.execution.is_none();
      SourceStream& stream = of_trigger ? triggers : stream_of(day, found.run);
      if (!stream.last || found.sequence > *stream.last) stream.overlay.push_back(found);
    }
  }
  for (SourceStream& stream : streams) {
    std::ranges::sort(stream.overlay, [this](const Found& a, const Found& b) {
      return query_.descending ? a.sequence < b.sequence : a.sequence > b.sequence;
    });
  }
  std::ranges::sort(triggers.overlay, [this](const Found& a, const Found& b) {
    return query_.descending ? a.key() < b.key() : a.key() > b.key();
  });
  streams.push_back(std::move(triggers));
  return streams;
}

// The lines of a source follow each other as they were written, even if the clock of a worker was set back.
base::Result<Page<model::LogEntry>> LogSearch::walk(const Sources& sources, uint64_t offset) {
  if (cursor_ != nullptr) offset = 0;
  GYR_TRY(auto streams, source_streams(sources));
  using Head = std::pair<Found, size_t>;
  auto later = [this](const Head& a, const Head& b) {
    return query_.descending ? a.first.key() < b.first.key() : a.first.key() > b.first.key();
  };
  std::vector<Head> heads;
  auto advance = [&](size_t stream) -> base::Result<void> {
    GYR_TRY(auto found, pull_line(streams[stream]));
    if (!found) return {};
    heads.emplace_back(*found, stream);
    std::ranges::push_heap(heads, later);
    return {};
  };
  for (size_t i = 0; i < streams.size(); ++i) GYR_CHECK(advance(i));

  Page<model::LogEntry> page;
  uint64_t looked_at_after = 0;
  while (!heads.empty()) {
    const bool full = page.results.size() >= query_.paging.size;
    if (full && cursor_ != nullptr) break;
    if (full && (page.total >= query_.paging.count_limit || ++looked_at_after > lines_after_a_page)) {
      page.total_is_exact = false;
      if (takes_all_lines()) GYR_CHECK(count_sources(sources, page));
      return page;
    }
    std::ranges::pop_heap(heads, later);
    const auto [found, place] = heads.back();
    heads.pop_back();
    SourceStream& stream = streams[place];
    if (stream.day != nullptr) stream.last = found.sequence;
    if (++page.total > offset && !full) {
      GYR_TRY(auto entry, line_of(stream, found));
      page.results.push_back(std::move(entry));
    }
    GYR_CHECK(advance(place));
  }
  move_cursor(streams, page.results.size());
  return page;
}

bool LogSearch::takes_all_lines() const {
  return !needs_text() && !query_.attempt && query_.levels.empty() && query_.min_level == model::LogLevel::trace &&
         query_.timestamps.empty();
}

base::Result<void> LogSearch::count_sources(const Sources& sources, Page<model::LogEntry>& page) {
  const uint64_t limit = query_.paging.count_limit;
  uint64_t sum = 0;
  bool exact = true;
  for (const auto& [number, day] : days_) {
    sum += day.overlay.lines().size();
    exact = exact && day.overlay.hides_nothing();  // lines that the journal replaces or deletes are still counted
  }
  for (const auto& [day, number] : sources) {
    if (sum >= limit) break;
    Query rows = day->file->query("SELECT count(*) FROM (SELECT 1 FROM lines WHERE id BETWEEN ? AND ? LIMIT ?)");
    rows.bind(first_line_of(number), last_line_of(number), static_cast<int64_t>(limit - sum));
    if (rows.next()) sum += static_cast<uint64_t>(rows.integer(0));
    GYR_CHECK(rows.finish());
  }
  page.total = std::max(page.total, sum);
  page.total_is_exact = exact && sum < limit;
  return {};
}

}  // namespace gyr::store::sqlite
