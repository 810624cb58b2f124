#include "web/logs/log_pages.h"

#include <fmt/format.h>

#include <vector>

#include "base/text.h"
#include "web/http/numbers.h"

namespace gyr::web {
namespace {

/// Lines of one read: most moments have one line.
constexpr uint32_t lines_a_read = 1'000;

LogPlace place_of(const model::LogEntry& line) {
  return {line.timestamp, line.execution_id, line.task_run_id, line.attempt, line.sequence};
}

bool is_at(const LogPlace& place, const model::LogEntry& line) {
  return line.execution_id == place.execution && line.task_run_id == place.task_run && line.attempt == place.attempt &&
         line.sequence == place.sequence;
}

}  // namespace

std::string_view json::to_text(PaginationType type) { return type == PaginationType::offset ? "OFFSET" : "CURSOR"; }

std::string LogPlace::to_text() const {
  return fmt::format("{}.{}.{}.{}.{}", timestamp.to_micros(), execution.to_text(), task_run.to_text(), attempt,
                     sequence);
}

std::optional<LogPlace> LogPlace::parse(std::string_view text) {
  const auto parts = base::split(text, '.');
  if (parts.size() != 5) return std::nullopt;
  LogPlace place;
  int64_t micros = 0;
  const auto execution = base::Id::parse(parts[1]);
  const auto task_run = base::Id::parse(parts[2]);
  const bool are_numbers =
      read_number(parts[0], micros) && read_number(parts[3], place.attempt) && read_number(parts[4], place.sequence);
  if (!are_numbers || !execution || !task_run) return std::nullopt;
  place.timestamp = base::Instant::of_micros(micros);
  place.execution = *execution;
  place.task_run = *task_run;
  return place;
}

base::Result<json::LogPage> page_of_logs(store::Reader& reader, const store::LogQuery& query) {
  GYR_TRY(auto found, reader.search_logs(query));
  json::LogPage page{std::move(found.results), found.total};
  const uint64_t given = uint64_t{query.paging.page - 1} * query.paging.size + page.results.size();
  const bool has_places = query.by_level == store::LogQuery::ByLevel::no;
  if (has_places && !page.results.empty() && given < page.total)
    page.next_cursor = place_of(page.results.back()).to_text();
  return page;
}

base::Result<json::LogPage> page_behind(store::Reader& reader, store::LogQuery query, const LogPlace& place) {
  const uint32_t wanted = query.paging.size;
  query.timestamps.push_back(
      {query.descending ? store::Operator::less_or_equal : store::Operator::greater_or_equal, place.timestamp});
  query.paging.size = std::max(wanted, lines_a_read);
  json::LogPage page{.type = json::PaginationType::cursor};
  bool is_behind = false;
  uint64_t before = 0;  // lines of the same moment that are not behind the place
  for (query.paging.page = 1;; ++query.paging.page) {
    GYR_TRY(auto found, reader.search_logs(query));
    for (auto& line : found.results) {
      if (!is_behind && line.timestamp == place.timestamp) {
        ++before;
        is_behind = is_at(place, line);
        continue;
      }
      is_behind = true;
      if (page.results.size() == wanted) {
        page.next_cursor = place_of(page.results.back()).to_text();
        break;
      }
      page.results.push_back(std::move(line));
    }
    page.total = found.total - std::min(before, found.total);
    if (page.next_cursor || found.results.size() < query.paging.size) return page;
  }
}

}  // namespace gyr::web
