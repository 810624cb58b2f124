// Pages of log lines over all sources, in order of time.
#include <algorithm>
#include <limits>

#include "store/sqlite/log_search.h"

namespace gyr::store::sqlite {
namespace {

// Pages behind more lines than this are found by counting.
constexpr uint64_t walked_lines = 1000;
// The journal seldom has more; above, its lines are not compared with the file's one by one.
constexpr size_t compared_overlay_lines = 5000;

// Of all flows, and of some: the index leaves out the others.
constexpr const char* newest_lines[] = {
    "SELECT timestamp, id, flow FROM lines INDEXED BY lines_by_time WHERE tenant=? AND level=? AND timestamp BETWEEN ? "
    "AND ? ORDER BY timestamp DESC, id DESC",
    "SELECT timestamp, id, flow FROM lines INDEXED BY lines_by_time WHERE tenant=? AND level=? AND timestamp BETWEEN ? "
    "AND ? AND flow IN (SELECT value FROM json_each(?)) ORDER BY timestamp DESC, id DESC"};
constexpr const char* oldest_lines[] = {
    "SELECT timestamp, id, flow FROM lines INDEXED BY lines_by_time WHERE tenant=? AND level=? AND timestamp BETWEEN ? "
    "AND ? ORDER BY timestamp, id",
    "SELECT timestamp, id, flow FROM lines INDEXED BY lines_by_time WHERE tenant=? AND level=? AND timestamp BETWEEN ? "
    "AND ? AND flow IN (SELECT value FROM json_each(?)) ORDER BY timestamp, id"};
constexpr const char* count_lines[] = {
    "SELECT count(*) FROM (SELECT 1 FROM lines INDEXED BY lines_by_time "
    "WHERE tenant=? AND level=? AND timestamp BETWEEN ? AND ? LIMIT ?)",
    "SELECT count(*) FROM (SELECT 1 FROM lines INDEXED BY lines_by_time "
    "WHERE tenant=? AND level=? AND timestamp BETWEEN ? AND ? AND flow IN (SELECT value FROM json_each(?)) LIMIT ?)"};
constexpr const char* bounds_of_lines =
    "SELECT (SELECT min(timestamp) FROM lines INDEXED BY lines_by_time WHERE tenant=?1 AND level=?2), "
    "(SELECT max(timestamp) FROM lines INDEXED BY lines_by_time WHERE tenant=?1 AND level=?2)";

}  // namespace

base::Result<const std::pair<LogSource, bool>*> LogSearch::source_of(Day& day, int64_t number) {
  auto [found, fresh] = day.sources.try_emplace(number);
  if (!fresh) return &found->second;
  Query row = day.file->query("SELECT execution, run, tenant, flow, task, trigger_id FROM sources WHERE number=?");
  row.bind(number);
  if (row.next()) {
    LogSource& source = found->second.first;
    source.execution = row.id(0);
    source.run = row.id(1);
    source.tenant = row.integer(2);
    source.flow = row.integer(3);
    source.task_id = row.text(4);
    source.trigger_id = row.text(5);
    found->second.second = wants(source);
  }
  GYR_CHECK(row.finish());
  return &found->second;
}

base::Result<bool> LogSearch::accepts(Day& day, const Found& found, model::LogLevel level) {
  if (!time_.contains(found.timestamp)) return false;
  if (!scope_.everything && !flows_.contains(found.flow)) return false;
  if (!needs_source() && day.overlay.hides_nothing()) return true;
  GYR_TRY(const auto* source, source_of(day, found.id >> sequence_bits));
  if (!source->second) return false;
  if (!query_.attempt && !needs_text() && day.overlay.hides_nothing()) return true;
  Query row = day.file->query("SELECT attempt, thread, message FROM lines WHERE id=?");
  row.bind(found.id);
  if (!row.next()) {
    GYR_CHECK(row.finish());
    return false;
  }
  auto attempt = static_cast<int32_t>(row.integer(0));
  if (query_.attempt && attempt != *query_.attempt) return false;
  if (day.overlay.hides(source->first, sequence_of(found.id), attempt, level, found.timestamp)) return false;
  LogLine line;
  line.attempt = attempt;
  line.timestamp_us = found.timestamp;
  line.level = level;
  line.thread = row.text(1);
  line.message = row.blob(2);
  return accepts_text(source->first, line);
}

base::Result<void> LogSearch::find_replaced(Day& day) {
  if (day.file == nullptr || day.overlay.lines().size() > compared_overlay_lines) return {};
  return day.overlay.keep_replaced([&](const LogSource& source, uint32_t sequence) -> base::Result<bool> {
    Query row = day.file->query(
        "SELECT 1 FROM lines WHERE id=(SELECT number<<32 FROM sources WHERE execution=? AND run=?) + ?");
    row.bind(source.execution, source.run, sequence);
    bool there = row.next();
    GYR_CHECK(row.finish());
    return there;
  });
}

base::Result<uint64_t> LogSearch::count_between(int64_t from, int64_t to, uint64_t limit) {
  uint64_t sum = 0;
  for (auto& [number, day] : days_) {
    for (const auto& line : day.overlay.lines())
      sum += wants_line(line.line) && line.line.timestamp_us >= from && line.line.timestamp_us <= to ? 1 : 0;
    if (day.file == nullptr) continue;
    Query rows = day.file->query(count_lines[scope_.everything ? 0 : 1]);
    for (auto level = static_cast<int32_t>(query_.min_level); level <= static_cast<int32_t>(model::LogLevel::error);
         ++level) {
      if (!wants_level(static_cast<model::LogLevel>(level))) continue;
      if (sum >= limit) return sum;
      rows.bind(scope_.tenant, level, from, to);
      if (!scope_.everything) rows.bind(std::string_view(flow_list_));
      rows.bind(static_cast<int64_t>(limit - sum));
      if (rows.next()) sum += static_cast<uint64_t>(rows.integer(0));
      GYR_CHECK(rows.finish());
      rows.again();
    }
  }
  return sum;
}

base::Result<std::pair<int64_t, int64_t>> LogSearch::bounds() {
  std::pair<int64_t, int64_t> bounds{std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()};
  auto include = [&bounds](int64_t first, int64_t last) {
    bounds = {std::min(bounds.first, first), std::max(bounds.second, last)};
  };
  for (auto& [number, day] : days_) {
    for (const auto& line : day.overlay.lines()) include(line.line.timestamp_us, line.line.timestamp_us);
    if (day.file == nullptr) continue;
    Query row = day.file->query(bounds_of_lines);
    for (auto level = static_cast<int32_t>(query_.min_level); level <= static_cast<int32_t>(model::LogLevel::error);
         ++level) {
      row.bind(scope_.tenant, level);
      if (row.next() && row.optional_integer(0)) include(row.integer(0), row.integer(1));
      GYR_CHECK(row.finish());
      row.again();
    }
  }
  return std::pair{std::max(bounds.first, time_.from), std::min(bounds.second, time_.to)};
}

// Halves the time until the page is near one end. Each step counts one half of what the last one left.
base::Result<uint64_t> LogSearch::seek(uint64_t offset) {
  const bool is_countable = !needs_source() && time_.except.empty() && std::ranges::all_of(days_, [](const auto& day) {
    return day.second.overlay.hides_nothing();
  });
  if (offset <= walked_lines || !is_countable) return offset;
  GYR_TRY(auto range, bounds());
  auto [from, to] = range;
  while (offset > walked_lines && from < to) {
    const int64_t middle = from + (to - from) / 2;  // of the earlier half
    const bool newest = query_.descending;
    GYR_TRY(uint64_t lines, count_between(newest ? middle + 1 : from, newest ? to : middle, offset + 1));
    const bool is_passed = lines <= offset;
    if (is_passed) offset -= lines;
    (is_passed == newest ? to : from) = is_passed == newest ? middle : middle + 1;
  }
  (query_.descending ? walked_to_ : walked_from_) = query_.descending ? to : from;
  return offset;
}

base::Result<std::vector<LogSearch::Stream>> LogSearch::streams() {
  std::vector<Stream> streams;
  Stream overlay;
  for (auto& [number, day] : days_) {
    GYR_CHECK(gather_overlay(day, overlay.overlay));
    if (day.file == nullptr) continue;
    for (auto level = static_cast<int32_t>(query_.min_level); level <= static_cast<int32_t>(model::LogLevel::error);
         ++level) {
      if (!wants_level(static_cast<model::LogLevel>(level))) continue;
      Stream& stream = streams.emplace_back();
      stream.day = &day;
      stream.level = static_cast<model::LogLevel>(level);
      const bool of_some = !scope_.everything;
      stream.rows = std::make_unique<Query>(*day.file, (query_.descending ? newest_lines : oldest_lines)[of_some]);
      stream.rows->bind(scope_.tenant, level, walked_from_, walked_to_);
      if (of_some) stream.rows->bind(std::string_view(flow_list_));
    }
  }
  std::erase_if(overlay.overlay,
                [this](const Found& found) { return found.timestamp < walked_from_ || found.timestamp > walked_to_; });
  std::sort(overlay.overlay.begin(), overlay.overlay.end(), [this](const Found& a, const Found& b) {
    return query_.descending ? a.key() < b.key() : a.key() > b.key();
  });
  streams.push_back(std::move(overlay));
  return streams;
}

base::Result<std::optional<LogSearch::Found>> LogSearch::pull(Stream& stream) {
  if (stream.rows == nullptr) {
    if (stream.overlay.empty()) return std::nullopt;
    Found found = stream.overlay.back();
    stream.overlay.pop_back();
    return found;
  }
  if (stream.rows->next()) {
    Found found;
    found.timestamp = stream.rows->integer(0);
    found.id = stream.rows->integer(1);
    found.flow = stream.rows->integer(2);
    found.day = stream.day->number;
    return found;
  }
  GYR_CHECK(stream.rows->finish());
  return std::nullopt;
}

base::Result<Page<model::LogEntry>> LogSearch::merge(uint64_t offset) {
  if (!scope_.everything) flow_list_ = fmt::format("[{}]", fmt::join(scope_.flows, ","));
  walked_from_ = time_.from;
  walked_to_ = time_.to;
  for (auto& [number, day] : days_) GYR_CHECK(find_replaced(day));
  GYR_TRY(const uint64_t skipped, seek(offset));
  GYR_TRY(auto all, streams());
  using Head = std::pair<Found, size_t>;
  // Among equal times lines of one source keep their order; the journal's come last, as they will in the file.
  auto key = [](const Found& found) {
    return std::tuple(found.timestamp, found.overlay != nullptr, found.day, found.id, found.run, found.sequence);
  };
  auto later = [&](const Head& a, const Head& b) {
    return query_.descending ? key(a.first) < key(b.first) : key(a.first) > key(b.first);
  };
  std::vector<Head> heads;
  auto advance = [&](size_t stream) -> base::Result<void> {
    GYR_TRY(auto found, pull(all[stream]));
    if (!found) return {};
    heads.emplace_back(*found, stream);
    std::push_heap(heads.begin(), heads.end(), later);
    return {};
  };
  for (size_t i = 0; i < all.size(); ++i) GYR_CHECK(advance(i));

  Page<model::LogEntry> page;
  page.total = offset - skipped;
  uint64_t looked_at_after = 0;
  while (!heads.empty()) {
    bool full = page.results.size() >= query_.paging.size;
    if (full && is_plain()) {
      GYR_CHECK(count_plain(page));
      return page;
    }
    if (full && (page.total >= query_.paging.count_limit || ++looked_at_after > counted_after_a_page())) {
      page.total_is_exact = false;
      return page;
    }
    std::pop_heap(heads.begin(), heads.end(), later);
    auto [found, stream] = heads.back();
    heads.pop_back();
    GYR_CHECK(advance(stream));
    bool accepted = found.overlay != nullptr;
    if (!accepted) {
      GYR_TRY(accepted, accepts(*all[stream].day, found, all[stream].level));
    }
    if (!accepted || ++page.total <= offset || full) continue;
    GYR_TRY(auto entry, load(found));
    page.results.push_back(std::move(entry));
  }
  return page;
}

base::Result<void> LogSearch::count_plain(Page<model::LogEntry>& page) {
  const uint64_t limit = query_.paging.count_limit;
  GYR_TRY(uint64_t sum, count_between(time_.from, time_.to, limit));
  // Lines that the journal replaces or removes are counted all the same: for the moment until they are filed.
  const bool is_exact = std::ranges::all_of(
      days_, [](const auto& day) { return day.second.file == nullptr || day.second.overlay.hides_nothing(); });
  if (!is_exact || sum >= limit) page.total_is_exact = false;
  page.total = std::max<uint64_t>(page.total, sum);
  return {};
}

base::Result<model::LogEntry> LogSearch::load(const Found& found) {
  if (found.overlay != nullptr) return entry_of(found.overlay->source, found.overlay->line, found.sequence);
  Query row = days_.at(found.day).file->query(
      "SELECT l.timestamp, l.level, l.attempt, l.thread, l.message, s.execution, s.run, s.flow, s.task, s.trigger_id "
      "FROM lines l JOIN sources s ON s.number=l.id>>32 WHERE l.id=?");
  row.bind(found.id);
  if (!row.next()) {
    GYR_CHECK(row.finish());
    return base::fail(store_damaged,
                      fmt::format("the log of {} refers to a line that does not exist", log_day_name(found.day)));
  }
  LogLine line;
  line.timestamp_us = row.integer(0);
  line.level = static_cast<model::LogLevel>(row.integer(1));
  line.attempt = static_cast<int32_t>(row.integer(2));
  line.thread = row.text(3);
  line.message = row.blob(4);
  LogSource source;
  source.execution = row.id(5);
  source.run = row.id(6);
  source.flow = row.integer(7);
  source.task_id = row.text(8);
  source.trigger_id = row.text(9);
  return entry_of(source, line, sequence_of(found.id));
}

base::Result<model::LogEntry> LogSearch::entry_of(const LogSource& source, const LogLine& line, uint32_t sequence) {
  model::LogEntry entry;
  entry.execution_id = source.execution;
  GYR_TRY(entry.flow, reader_.names_.key(source.flow));
  entry.task_id = source.task_id;
  if (!source.execution.is_none()) entry.task_run_id = source.run;
  entry.attempt = line.attempt;
  entry.sequence = sequence;
  entry.trigger_id = source.trigger_id;
  entry.timestamp = base::Instant::of_micros(line.timestamp_us);
  entry.level = line.level;
  entry.thread = line.thread;
  entry.message = line.message;
  return entry;
}

}  // namespace gyr::store::sqlite
