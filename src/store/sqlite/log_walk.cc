// Pages of logs that are too long to be gathered: the lines of each source in their own order, the sources side by side.
#include <algorithm>

#include "store/sqlite/log_search.h"

namespace gyr::store::sqlite {
namespace {

/// More lines than this are not sorted anew for each page.
constexpr uint64_t gathered_lines = 20'000;

constexpr const char* lines_of_source = "SELECT id, timestamp, level, attempt FROM lines WHERE id BETWEEN ? AND ? ORDER BY id";
constexpr const char* newest_of_source = "SELECT id, timestamp, level, attempt FROM lines WHERE id BETWEEN ? AND ? ORDER BY id DESC";
constexpr const char* texts_of_source =
    "SELECT id, timestamp, level, attempt, thread, message FROM lines WHERE id BETWEEN ? AND ? ORDER BY id";
constexpr const char* newest_texts_of_source =
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
  if (stream.rows == nullptr) {
    if (stream.overlay.empty()) return std::nullopt;
    Found found = stream.overlay.back();
    stream.overlay.pop_back();
    return found;
  }
  const LogSource& source = stream.day->sources[stream.number].first;
  while (stream.rows->next()) {
    GYR_TRY(auto found, found_in(*stream.day, source, *stream.rows));
    if (found) return found;
  }
  GYR_CHECK(stream.rows->finish());
  return std::nullopt;
}

base::Result<std::vector<LogSearch::SourceStream>> LogSearch::source_streams(const Sources& sources) {
  const char* sql = text_.accepts_all() ? (query_.descending ? newest_of_source : lines_of_source)
                                        : (query_.descending ? newest_texts_of_source : texts_of_source);
  std::vector<SourceStream> streams;
  for (const auto& [day, number] : sources) {
    SourceStream& stream = streams.emplace_back();
    stream.day = day;
    stream.number = number;
    stream.rows = std::make_unique<Query>(*day->file, sql);
    stream.rows->bind(first_line_of(number), last_line_of(number));
  }
  SourceStream journal;
  for (auto& [number, day] : days_) GYR_CHECK(gather_overlay(day, journal.overlay));
  std::ranges::sort(journal.overlay, [this](const Found& a, const Found& b) {
    return query_.descending ? a.key() < b.key() : a.key() > b.key();
  });
  streams.push_back(std::move(journal));
  return streams;
}

// A source's lines follow one another as they were written, also where the clock of a worker was set back among them.
base::Result<Page<model::LogEntry>> LogSearch::walk(const Sources& sources, uint64_t offset) {
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
    if (full && (page.total >= query_.paging.count_limit || ++looked_at_after > lines_after_a_page)) {
      page.total_is_exact = false;
      if (takes_all_lines()) GYR_CHECK(count_sources(sources, page));
      return page;
    }
    std::ranges::pop_heap(heads, later);
    const auto [found, stream] = heads.back();
    heads.pop_back();
    GYR_CHECK(advance(stream));
    if (++page.total <= offset || full) continue;
    GYR_TRY(auto entry, load(found));
    page.results.push_back(std::move(entry));
  }
  return page;
}

bool LogSearch::takes_all_lines() const {
  return text_.accepts_all() && !query_.attempt && query_.levels.empty() && query_.least_level == model::LogLevel::trace &&
         query_.timestamps.empty();
}

base::Result<void> LogSearch::count_sources(const Sources& sources, Page<model::LogEntry>& page) {
  const uint64_t limit = query_.paging.count_limit;
  uint64_t sum = 0;
  bool exact = true;
  for (const auto& [number, day] : days_) {
    sum += day.overlay.lines().size();
    exact = exact && day.overlay.hides_nothing();  // what the journal replaces or removes is counted all the same
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
