#include "web/log_view/log_index.h"

#include <algorithm>
#include <tuple>

namespace gyr::web {
namespace {

store::LogQuery query_of_index(const store::Visible& visible, const std::string& tenant, base::Id execution) {
  store::LogQuery query{visible};
  query.tenant = tenant;
  query.execution_id = execution;
  query.paging.size = indexed_lines_a_read;
  return query;
}

}  // namespace

base::Result<bool> LogIndex::extend(store::Reader& reader, const store::Visible& visible) {
  std::lock_guard lock(mutex_);
  size_t room = max_indexed_lines - std::min(max_indexed_lines, lines_.size() + collected_.size());
  if (room == 0) {
    add_collected();
    return false;
  }
  store::LogQuery query = query_of_index(visible, tenant_, execution_);
  query.paging.size = static_cast<uint32_t>(std::min<size_t>(room, indexed_lines_a_read));
  // A read that fails half-way, as at its time limit, must leave nothing: the next one begins at the same place.
  const size_t collected = collected_.size();
  store::LogCursor cursor = cursor_;
  const auto count = reader.visit_log(query, cursor, [this](const store::LogLineView& line) {
    const auto [source, is_new] = source_of_.try_emplace(line.task_run_id, static_cast<uint32_t>(sources_.size()));
    if (is_new) sources_.push_back({line.task_run_id, std::string(line.task_id), {}});
    collected_.push_back({line.timestamp.to_micros(), line.sequence, source->second, line.attempt, line.level});
  });
  if (!count) {
    collected_.resize(collected);
    return base::fail(count.error());
  }
  cursor_ = std::move(cursor);
  if (*count == query.paging.size) return true;
  add_collected();
  return false;
}

void LogIndex::add_collected() {
  // The lines of a source keep their order, even if the clock of a worker was set back: the later one counts.
  std::unordered_map<uint32_t, int64_t> latest;
  std::vector<int64_t> times;
  times.reserve(collected_.size());
  for (const Line& line : collected_) {
    auto [time, is_new] = latest.try_emplace(line.source, line.timestamp_us);
    time->second = std::max(time->second, line.timestamp_us);
    times.push_back(time->second);
  }
  std::vector<uint32_t> order(collected_.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, [&](uint32_t a, uint32_t b) {
    const Line& left = collected_[a];
    const Line& right = collected_[b];
    return std::tuple(times[a], sources_[left.source].task_run, left.sequence) <
           std::tuple(times[b], sources_[right.source].task_run, right.sequence);
  });
  lines_.reserve(lines_.size() + order.size());
  for (const uint32_t i : order) {
    sources_[collected_[i].source].positions.push_back(static_cast<uint32_t>(lines_.size()));
    lines_.push_back(collected_[i]);
  }
  collected_.clear();
  collected_.shrink_to_fit();
  numbered_ = cursor_;
  size_ = lines_.size();
}

std::optional<uint32_t> LogIndex::position_of(base::Id task_run, uint32_t sequence) const {
  const auto source = source_of_.find(task_run);
  if (source == source_of_.end()) return std::nullopt;
  const auto& positions = sources_[source->second].positions;
  const auto place = std::ranges::lower_bound(positions, sequence, {},
                                              [this](uint32_t position) { return lines_[position].sequence; });
  if (place == positions.end() || lines_[*place].sequence != sequence) return std::nullopt;
  return *place;
}

std::shared_ptr<LogIndex::Search> LogIndex::search_of(const LogSearchText& text) {
  if (text.text.empty()) return nullptr;
  std::lock_guard lock(mutex_);
  const auto known = std::ranges::find_if(searches_, [&](const auto& search) { return search->text == text; });
  if (known != searches_.end()) {
    searches_.splice(searches_.begin(), searches_, known);
  } else {
    if (searches_.size() == kept_searches) searches_.pop_back();
    searches_.push_front(std::make_shared<Search>(Search{text, {}, {}}));
  }
  return searches_.front();
}

base::Result<bool> LogIndex::search(store::Reader& reader, const store::Visible& visible, Search& search) {
  const LogSearchText& text = search.text;
  store::PieceMatcher piece;
  store::TextMatcher regex;
  if (text.is_regex) {
    GYR_TRY(regex, store::TextMatcher::compile({{store::Operator::regex, {text.text}}}, "q"));
  } else {
    GYR_TRY(piece, store::PieceMatcher::compile(text.text));
  }
  std::lock_guard lock(mutex_);
  search.found.resize(lines_.size());
  GYR_TRY(const size_t count,
          reader.visit_log(query_of_index(visible, tenant_, execution_), search.cursor,
                           [&](const store::LogLineView& line) {
                             if (!(text.is_regex ? regex.matches(line.message) : piece.in(line.message))) return;
                             if (const auto position = position_of(line.task_run_id, line.sequence))
                               search.found[*position] = true;
                           }));
  if (count == indexed_lines_a_read) return true;
  // Lines that were stored after the last extension have no number yet: they are searched again.
  search.cursor.given = std::min(search.cursor.given, numbered_.given);
  auto& behind = search.cursor.behind;
  for (auto place = behind.begin(); place != behind.end();) {
    const auto numbered = numbered_.behind.find(place->first);
    if (numbered == numbered_.behind.end()) {
      place = behind.erase(place);
      continue;
    }
    place->second = std::min(place->second, numbered->second);
    ++place;
  }
  return false;
}

void LogIndex::reset() {
  std::lock_guard lock(mutex_);
  lines_.clear();
  collected_.clear();
  sources_.clear();
  source_of_.clear();
  searches_.clear();
  cursor_ = numbered_ = {};
  size_ = 0;
}

LogIndex::View::View(const LogIndex& index, LogLineFilter filter, Search* search)
    : index_(index), lock_(index.mutex_), filter_(std::move(filter)), search_(search) {
  for (const Source& source : index_.sources_) {
    wanted_sources_.push_back((!filter_.task_run || source.task_run == *filter_.task_run) &&
                              (filter_.task_id.empty() || source.task_id == filter_.task_id));
  }
  if (search != nullptr) search->found.resize(index_.lines_.size());
}

bool LogIndex::View::accepts_source(const Line& line) const {
  return wanted_sources_[line.source] && (!filter_.attempt || line.attempt == *filter_.attempt);
}

std::shared_ptr<LogIndex> LogIndexes::of(const std::string& tenant, base::Id execution) {
  std::lock_guard lock(mutex_);
  const auto known = std::ranges::find_if(
      entries_, [&](const Entry& entry) { return entry.execution == execution && entry.tenant == tenant; });
  if (known != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, known);
  } else {
    entries_.push_front({tenant, execution, std::make_shared<LogIndex>(tenant, execution)});
  }
  // The requested one stays, however long it is.
  size_t lines = 0, count = 0;
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    lines += entry->index->size();
    count += 1;
    const bool fits = count == 1 || (lines <= max_lines_ && count <= max_indexes);
    entry = fits ? std::next(entry) : entries_.erase(entry);
  }
  return entries_.front().index;
}

}  // namespace gyr::web
