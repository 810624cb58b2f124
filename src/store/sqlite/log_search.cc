#include "store/sqlite/log_search.h"

#include <algorithm>

namespace gyr::store::sqlite {
namespace {

// Sources (task runs) whose lines are gathered instead of walking all lines by time.
constexpr size_t gathered_sources = 2000;
// Executions that are looked up one by one.
constexpr size_t named_executions = 200;

}  // namespace

base::Result<Page<model::LogEntry>> SqliteReader::search_logs(const LogQuery& query) {
  return ask([&] {
    return query.by_level == LogQuery::ByLevel::no ? LogSearch(*this, query).run()
                                                   : LogSearch::run_by_level(*this, query);
  });
}

base::Result<std::vector<model::LogEntry>> SqliteReader::read_log(const LogQuery& query, LogCursor& cursor) {
  if (!query.execution_id || query.descending || query.by_level != LogQuery::ByLevel::no) {
    return base::fail(bad_query, "only the log of one execution, oldest lines first, can be read this way");
  }
  // Lines of triggers have no execution, so they are not part of the log of an execution.
  if (query.execution_id->is_none()) return std::vector<model::LogEntry>();
  GYR_TRY(auto page, ask([&] { return LogSearch(*this, query, &cursor).run(); }));
  return std::move(page.results);
}

base::Result<Page<model::LogEntry>> LogSearch::run() {
  GYR_TRY(uint64_t offset, offset_of(query_.paging));
  return run_from(cursor_ != nullptr ? cursor_->given : offset);
}

base::Result<Page<model::LogEntry>> LogSearch::run_by_level(SqliteReader& reader, const LogQuery& query) {
  GYR_TRY(uint64_t skipped, offset_of(query.paging));
  using enum model::LogLevel;
  std::vector<model::LogLevel> levels{trace, debug, info, warn, error};
  if (query.by_level == LogQuery::ByLevel::descending) std::ranges::reverse(levels);
  Page<model::LogEntry> page;
  for (model::LogLevel level : levels) {
    const bool is_wanted = level >= query.min_level &&
                           (query.levels.empty() || std::ranges::find(query.levels, level) != query.levels.end());
    if (!is_wanted) continue;
    LogQuery part = query;
    part.levels = {level};
    const uint64_t left = query.paging.size - page.results.size();
    part.paging.size = static_cast<uint32_t>(std::max<uint64_t>(left, 1));
    GYR_TRY(auto found, LogSearch(reader, part).run_from(left > 0 ? skipped : 0));
    page.total += found.total;
    page.total_is_exact = page.total_is_exact && found.total_is_exact;
    skipped -= std::min(skipped, found.total);
    if (left > 0) std::ranges::move(found.results, std::back_inserter(page.results));
  }
  return page;
}

base::Result<Page<model::LogEntry>> LogSearch::run_from(uint64_t offset) {
  GYR_CHECK(prepare());
  if (scope_.is_empty() || time_.from > time_.to) return Page<model::LogEntry>{};
  GYR_CHECK(choose_days());
  GYR_CHECK(read_journal());
  GYR_TRY(auto gathered, gather(offset));
  if (gathered) return std::move(*gathered);
  return merge(offset);
}

base::Result<void> LogSearch::prepare() {
  GYR_TRY(auto filter, compile_scope(query_));
  GYR_TRY(task_ids_, TextMatcher::compile(query_.task_ids, "taskId"));
  GYR_TRY(trigger_ids_, TextMatcher::compile(query_.trigger_ids, "triggerId"));
  GYR_TRY(execution_ids_, TextMatcher::compile(query_.execution_ids, "executionId"));
  GYR_TRY(task_run_ids_, TextMatcher::compile(query_.task_run_ids, "taskRunId"));
  if (query_.execution_id) {
    named_ = {*query_.execution_id};
  } else if (const auto* ids = execution_ids_.candidates();
             ids != nullptr && ids->size() <= named_executions && std::ranges::find(*ids, "") == ids->end()) {
    named_.emplace();
    for (const std::string& text : *ids) {
      if (const auto id = base::Id::parse(text)) named_->push_back(*id);
    }
  }
  GYR_TRY(texts_, PieceConditions::compile(query_.text, query_.not_texts));
  GYR_TRY(time_, TimeRange::compile(query_.timestamps, "timestamp"));
  GYR_TRY(scope_, resolve_scope(*reader_.main_, filter));
  flows_.insert(scope_.flows.begin(), scope_.flows.end());
  for (const LogQuery& alternative : query_.any_of) GYR_CHECK(any_of_.emplace_back(reader_, alternative).prepare());
  return {};
}

base::Result<void> LogSearch::choose_days() {
  if (query_.execution_id) {
    if (query_.execution_id->is_none()) return {};  // of no execution: the lines of triggers are found by their flow
    // An execution's lines are in the file of the day it started; one that is gone may have left lines anywhere.
    Query row = reader_.main_->query("SELECT started FROM executions WHERE id=?");
    if (row.bind(*query_.execution_id).next()) {
      days_[day_of(row.integer(0))];
      return {};
    }
    GYR_CHECK(row.finish());
  }
  for (int32_t day : reader_.setup_.days->all()) days_[day];
  Query journal = reader_.main_->query("SELECT DISTINCT day FROM log_journal");
  while (journal.next()) days_[static_cast<int32_t>(journal.integer(0))];
  GYR_CHECK(journal.finish());
  // Nothing is logged before the day of its execution.
  int32_t last = day_of(time_.to);
  std::erase_if(days_, [last](const auto& day) { return day.first > last; });
  return {};
}

base::Result<void> LogSearch::read_journal() {
  // The main database's snapshot is older than those of the day files, which are begun here: a line is seen in the
  // journal, in the file, or in both, and `applied` tells that case.
  std::map<int32_t, int64_t> applied;
  for (auto& [number, day] : days_) {
    day.number = number;
    GYR_TRY(day.file, reader_.log_day(number));
    if (day.file == nullptr) continue;
    GYR_TRY(applied[number], day.file->number("SELECT value FROM meta WHERE name='applied'"));
  }
  Query rows = reader_.main_->query("SELECT number, day, record FROM log_journal ORDER BY number");
  while (rows.next()) {
    auto day = days_.find(static_cast<int32_t>(rows.integer(1)));
    if (day == days_.end()) continue;
    if (auto filed = applied.find(day->first); filed != applied.end() && rows.integer(0) <= filed->second) continue;
    GYR_CHECK(day->second.overlay.add(rows.blob(2), [this](const LogSource& source) { return wants(source); }));
  }
  return rows.finish();
}

bool LogSearch::wants(const LogSource& source) {
  if (source.tenant != scope_.tenant) return false;
  if (query_.execution_id && source.execution != *query_.execution_id) return false;
  if (query_.task_run_id && source.run != *query_.task_run_id) return false;
  const bool of_trigger = source.execution.is_none();
  if (!execution_ids_.accepts_all() && !execution_ids_.matches(of_trigger ? std::string() : source.execution.to_text()))
    return false;
  if (!task_run_ids_.accepts_all() &&
      !task_run_ids_.matches(of_trigger || source.run.is_none() ? std::string() : source.run.to_text()))
    return false;
  if (!scope_.everything && !flows_.contains(source.flow)) return false;
  if (!task_ids_.matches(source.task_id) || !trigger_ids_.matches(source.trigger_id)) return false;
  return any_of_.empty() || std::ranges::any_of(any_of_, [&source](LogSearch& one) { return one.wants(source); });
}

base::Result<bool> LogSearch::accepts_text(const LogSource& source, const LogLine& line) {
  GYR_TRY(bool has, holds_texts(source, line.thread, line.message));
  if (!has || any_of_.empty()) return has;
  for (LogSearch& one : any_of_) {
    if (!one.wants(source) || !one.wants_line(line)) continue;
    GYR_TRY(bool accepted, one.accepts_text(source, line));
    if (accepted) return true;
  }
  return false;
}

base::Result<bool> LogSearch::holds_texts(const LogSource& source, std::string_view thread, std::string_view message) {
  if (texts_.accepts_all()) return true;
  GYR_TRY(auto key, reader_.names_.key(source.flow));
  return texts_.hold([&](const PieceMatcher& piece) {
    const bool of_execution =
        !source.execution.is_none() && (piece.in(source.execution.to_text()) || piece.in(source.run.to_text()));
    return of_execution || piece.in(message) || piece.in(thread) || piece.in(source.task_id) ||
           piece.in(source.trigger_id) || piece.in(key->namespace_) || piece.in(key->id);
  });
}

bool LogSearch::wants_level(model::LogLevel level) const {
  return level >= query_.min_level &&
         (query_.levels.empty() || std::ranges::find(query_.levels, level) != query_.levels.end());
}

bool LogSearch::wants_line(const LogLine& line) const {
  return wants_level(line.level) && time_.contains(line.timestamp_us) &&
         (!query_.attempt || line.attempt == *query_.attempt);
}

bool LogSearch::needs_source() const {
  return query_.execution_id || query_.task_run_id || !execution_ids_.accepts_all() || !task_run_ids_.accepts_all() ||
         !task_ids_.accepts_all() || !trigger_ids_.accepts_all() || needs_text() || query_.attempt;
}

// ------------------------------------------------------------------------------------------------ gathering

base::Result<bool> LogSearch::sources_to_gather(Day& day, std::vector<int64_t>& numbers) {
  if (day.file == nullptr) return true;
  auto take = [&](Query& rows) -> base::Result<void> {
    while (rows.next() && (query_.execution_id || numbers.size() <= gathered_sources)) {
      LogSource source;
      source.execution = rows.id(1);
      source.run = rows.id(2);
      source.tenant = rows.integer(3);
      source.flow = rows.integer(4);
      source.task_id = rows.text(5);
      source.trigger_id = rows.text(6);
      if (!wants(source)) continue;
      numbers.push_back(rows.integer(0));
      day.sources[rows.integer(0)] = {std::move(source), true};
    }
    GYR_CHECK(rows.finish());
    rows.again();
    return {};
  };
  if (named_) {
    Query rows =
        day.file->query("SELECT number, execution, run, tenant, flow, task, trigger_id FROM sources WHERE execution=?");
    for (const base::Id& execution : *named_) GYR_CHECK(take(rows.bind(execution)));
    return true;
  }
  if (scope_.everything || scope_.flows.size() > gathered_sources) return false;
  size_t all = 0;
  Query count =
      day.file->query("SELECT count(*) FROM (SELECT 1 FROM sources INDEXED BY sources_by_flow WHERE flow=? LIMIT ?)");
  for (int64_t flow : scope_.flows) {
    count.bind(flow, static_cast<int64_t>(gathered_sources + 1));
    if (count.next()) all += static_cast<size_t>(count.integer(0));
    GYR_CHECK(count.finish());
    count.again();
    if (all > gathered_sources) return false;
  }
  Query rows = day.file->query(
      "SELECT number, execution, run, tenant, flow, task, trigger_id FROM sources INDEXED BY sources_by_flow WHERE "
      "flow=?");
  for (int64_t flow : scope_.flows) {
    GYR_CHECK(take(rows.bind(flow)));
    if (numbers.size() > gathered_sources) return false;
  }
  return true;
}

base::Result<std::optional<LogSearch::Found>> LogSearch::found_in(Day& day, const LogSource& source, const Query& row) {
  LogLine line;
  line.timestamp_us = row.integer(1);
  line.level = static_cast<model::LogLevel>(row.integer(2));
  line.attempt = static_cast<int32_t>(row.integer(3));
  if (!wants_line(line)) return std::nullopt;
  const uint32_t sequence = sequence_of(row.integer(0));
  if (day.overlay.hides(source, sequence, line.attempt, line.level, line.timestamp_us)) return std::nullopt;
  if (needs_text()) {
    line.thread = row.text(4);
    line.message = row.blob(5);
    GYR_TRY(bool has, accepts_text(source, line));
    if (!has) return std::nullopt;
  }
  return Found{line.timestamp_us, source.name(), sequence, day.number, row.integer(0), source.flow, nullptr};
}

base::Result<void> LogSearch::gather_source(Day& day, int64_t number, std::vector<Found>& found) {
  const LogSource& source = day.sources[number].first;
  const char* sql = !needs_text()
                        ? "SELECT id, timestamp, level, attempt FROM lines WHERE id BETWEEN ? AND ?"
                        : "SELECT id, timestamp, level, attempt, thread, message FROM lines WHERE id BETWEEN ? AND ?";
  Query rows = day.file->query(sql);
  rows.bind(first_line_of(number), last_line_of(number));
  while (rows.next()) {
    GYR_TRY(auto line, found_in(day, source, rows));
    if (line) found.push_back(*line);
  }
  return rows.finish();
}

base::Result<void> LogSearch::gather_overlay(Day& day, std::vector<Found>& found) {
  for (const auto& line : day.overlay.lines()) {
    if (!wants_line(line.line)) continue;
    GYR_TRY(bool has, accepts_text(line.source, line.line));
    if (!has) continue;
    found.push_back({line.line.timestamp_us, line.source.name(), line.line.sequence, day.number, 0, 0, &line});
  }
  return {};
}

base::Result<std::optional<Page<model::LogEntry>>> LogSearch::gather(uint64_t offset) {
  Sources sources;
  for (auto& [number, day] : days_) {
    std::vector<int64_t> numbers;
    GYR_TRY(bool few, sources_to_gather(day, numbers));
    for (int64_t source : numbers) sources.emplace_back(&day, source);
    if (!few || (!query_.execution_id && sources.size() > gathered_sources)) return std::nullopt;
  }
  // Where a cursor is by its sources, so are all later ones.
  const bool goes_on = cursor_ != nullptr && !cursor_->behind.empty();
  if (sources.size() <= gathered_sources || goes_on) {
    bool walks = cursor_ != nullptr;
    if (!walks) {
      GYR_TRY(walks, is_long(sources));
    }
    if (walks) {
      GYR_TRY(auto page, walk(sources, offset));
      return std::optional(std::move(page));
    }
  }
  std::vector<Found> found;
  for (auto& [day, source] : sources) GYR_CHECK(gather_source(*day, source, found));
  for (auto& [number, day] : days_) GYR_CHECK(gather_overlay(day, found));
  std::sort(found.begin(), found.end(), [this](const Found& a, const Found& b) {
    return query_.descending ? a.key() > b.key() : a.key() < b.key();
  });
  Page<model::LogEntry> page;
  page.total = found.size();
  for (uint64_t i = offset; i < found.size() && page.results.size() < query_.paging.size; ++i) {
    GYR_TRY(auto entry, load(found[i]));
    page.results.push_back(std::move(entry));
  }
  if (cursor_ != nullptr) cursor_->given += page.results.size();
  return page;
}

}  // namespace gyr::store::sqlite
