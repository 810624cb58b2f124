// Windows, profiles and matches of the log of an execution: an addition for logs of any length (UI-650 to UI-652,
// UI-1064).
#include "web/routes.h"

#include <algorithm>

#include "base/text.h"
#include "web/executions/executions.h"
#include "web/http/errors.h"
#include "web/http/request.h"
#include "web/http/typed.h"
#include "web/log_view/log_views.h"

namespace gyr::web {
namespace {

/// Which lines of a log are wanted, in every operation.
struct LogFilters {
  model::LogLevel min_level = model::LogLevel::trace;
  std::string task_id;
  std::string task_run_id;
  std::optional<int64_t> attempt;
  std::string text;
  bool is_regex = false;
};
struct WindowQuery : LogFilters {
  std::string at = "last";
  std::optional<int64_t> before, after;
  int64_t size = 100;
  bool whole = false;
};
struct ProfileQuery : LogFilters {
  int64_t buckets = 400;
};
struct FindQuery : LogFilters {
  std::optional<int64_t> from;
  bool back = false;
  std::optional<model::LogLevel> level;
};

}  // namespace

template <>
struct DescribedQuery<LogFilters> {
  using T = LogFilters;
  static constexpr auto parameters =
      std::tuple(parameter("minLevel", &T::min_level, {.documentation = "This level and above"}),
                 parameter("taskId", &T::task_id, {.documentation = "Only of this task"}),
                 parameter("taskRunId", &T::task_run_id,
                           {.documentation = "Only of this task run; `none`: of the execution itself"}),
                 parameter("attempt", &T::attempt, {.documentation = "Only of this attempt", .least = 0}),
                 parameter("q", &T::text, {.documentation = "A text in the message, in any case"}),
                 parameter("regex", &T::is_regex, {.documentation = "`q` is a regular expression (RE2)"}));
};
template <>
struct DescribedQuery<WindowQuery> {
  using T = WindowQuery;
  static constexpr auto parameters = std::tuple_cat(
      std::tuple(
          parameter("at", &T::at,
                    {.documentation = "first, last, the number of a line or a date-time", .fallback = "last"}),
          parameter("before", &T::before, {.documentation = "How many lines before the place", .least = 0}),
          parameter("after", &T::after, {.documentation = "How many lines from the place on", .least = 0}),
          parameter(
              "size", &T::size,
              {.documentation = "At most 1000; what `before` leaves is for `after`", .fallback = "100", .least = 1}),
          parameter("whole", &T::whole, {.documentation = "The whole message of one long line, with size=1"})),
      DescribedQuery<LogFilters>::parameters);
};
template <>
struct DescribedQuery<ProfileQuery> {
  using T = ProfileQuery;
  static constexpr auto parameters = std::tuple_cat(
      std::tuple(parameter("buckets", &T::buckets, {.documentation = "At most 2000", .fallback = "400", .least = 1})),
      DescribedQuery<LogFilters>::parameters);
};
template <>
struct DescribedQuery<FindQuery> {
  using T = FindQuery;
  static constexpr auto parameters = std::tuple_cat(
      std::tuple(
          parameter("from", &T::from, {.documentation = "The number of a line: only lines after it", .least = 0}),
          parameter("back", &T::back, {.documentation = "Search backwards"}),
          parameter("level", &T::level, {.documentation = "Only lines of exactly this level"})),
      DescribedQuery<LogFilters>::parameters);
};

namespace {

constexpr size_t max_window_lines = 1'000;
constexpr size_t max_log_search_text = 1'000;
constexpr int64_t max_profile_buckets = 2'000;
/// A request about a log.
struct LogRequest {
  std::shared_ptr<LogIndex> index;
  base::Id execution;
  LogLineFilter filter;
  LogSearchText text;
  std::shared_ptr<LogIndex::Search> search;  ///< null: no text
};

base::Result<LogRequest> log_request_of(const LogFilters& given) {
  LogRequest wanted;
  for (const auto& [name, text] : {std::pair("q", &given.text), std::pair("taskId", &given.task_id)}) {
    if (text->size() > max_log_search_text)
      return base::fail(bad_argument, fmt::format("{}: must have at most {} characters", name, max_log_search_text));
  }
  wanted.text = {given.text, given.is_regex};
  wanted.filter.min_level = given.min_level;
  wanted.filter.task_id = given.task_id;
  if (!given.task_run_id.empty()) {
    wanted.filter.task_run = LogLineFilter::task_run_of(given.task_run_id);
    if (!wanted.filter.task_run) return base::fail(bad_argument, "taskRunId: must be the id of a task run or `none`");
  }
  if (given.attempt) wanted.filter.attempt = static_cast<int32_t>(std::min<int64_t>(*given.attempt, INT32_MAX));
  return wanted;
}

/// Reads what the index lacks, then searches the text. The mutex of the index is never awaited on the loop.
base::Task<base::Result<void>> bring_up_to_date(Request* request, LogRequest* wanted) {
  GYR_CO_CHECK(co_await extend_to_end(&request->services().store, &request->loop(), wanted->index, request->visible()));
  wanted->search = nullptr;
  for (bool more = !wanted->text.text.empty(); more;) {
    using Searched = std::pair<std::shared_ptr<LogIndex::Search>, bool>;
    GYR_CO_TRY(
        auto searched,
        co_await request->read([index = wanted->index, text = wanted->text, search = wanted->search,
                                visible = request->visible()](store::Reader& reader) mutable -> base::Result<Searched> {
          if (search == nullptr) search = index->search_of(text);
          GYR_TRY(const bool rest, index->search(reader, visible, *search));
          return Searched(std::move(search), rest);
        }));
    wanted->search = std::move(searched.first);
    more = searched.second;
  }
  co_return base::Result<void>();
}

/// Finds the log of the request.
base::Task<base::Result<void>> open_log(Request* request, LogRequest* wanted) {
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  wanted->execution = loaded.row.execution.id;
  wanted->index = request->core().log_indexes->of(request->tenant(), wanted->execution);
  co_return co_await bring_up_to_date(request, wanted);
}

/// The lines of a window; nothing if one of them does not exist any more: the index begins again.
base::Result<std::optional<json::LogWindow>> read_window(store::Reader& reader, const store::Visible& visible,
                                                         const std::string& tenant, const LogRequest& wanted,
                                                         const WindowPlace& place, size_t before, size_t after,
                                                         bool whole) {
  json::LogWindow window;
  std::vector<NumberedLine> numbered;
  {
    const LogIndex::View view(*wanted.index, wanted.filter, wanted.search.get());
    const auto range = window_of(view, place, before, after, wanted.search != nullptr);
    window.total = range.total;
    window.more = {range.more_before, range.more_after};
    for (const uint32_t position : range.positions) numbered.push_back(numbered_line(view, position));
  }
  GYR_TRY(auto lines, read_lines(reader, visible, tenant, wanted.execution, numbered, whole));
  if (!lines) {
    wanted.index->reset();
    return std::optional<json::LogWindow>();
  }
  window.lines = *std::move(lines);
  if (!window.lines.empty()) {
    window.first = window.lines.front().n;
    window.last = window.lines.back().n;
  }
  return std::optional(std::move(window));
}

base::Task<base::Result<json::LogWindow>> log_window(Request* request, WindowQuery query) {
  const auto place = parse_window_place(query.at);
  if (!place) co_return base::fail(bad_argument, "at: must be first, last, the number of a line or a date-time");
  const auto size = static_cast<size_t>(std::min<int64_t>(query.size, max_window_lines));
  const bool whole = query.whole;
  if (whole && size != 1) co_return base::fail(bad_argument, "whole: requires size=1");
  const auto lines = [](const std::optional<int64_t>& count, size_t otherwise) {
    return count ? static_cast<size_t>(std::min<int64_t>(*count, max_window_lines)) : otherwise;
  };
  size_t before = lines(query.before, place->kind == WindowPlace::Kind::last ? size : 0);
  size_t after = lines(query.after, size - std::min(size, before));
  if (whole) {
    before = place->kind == WindowPlace::Kind::last ? 1 : 0;
    after = 1 - before;
  }
  // Each side gets what the other one leaves, and at least a half.
  before = std::min(before, max_window_lines - std::min(after, max_window_lines / 2));
  after = std::min(after, max_window_lines - before);
  GYR_CO_TRY(auto wanted, log_request_of(query));
  GYR_CO_CHECK(co_await open_log(request, &wanted));
  // Lines can be deleted: the index is then built again, once.
  for (const bool is_last_try : {false, true}) {
    GYR_CO_TRY(auto window, co_await request->read(
                                [=, visible = request->visible(), tenant = request->tenant()](store::Reader& reader) {
                                  return read_window(reader, visible, tenant, wanted, *place, before, after, whole);
                                }));
    if (window) co_return *std::move(window);
    if (is_last_try) break;
    GYR_CO_CHECK(co_await bring_up_to_date(request, &wanted));
  }
  co_return json::LogWindow();
}

base::Task<base::Result<json::LogProfile>> log_profile(Request* request, ProfileQuery query) {
  const auto buckets = static_cast<size_t>(std::min(query.buckets, max_profile_buckets));
  GYR_CO_TRY(auto wanted, log_request_of(query));
  GYR_CO_CHECK(co_await open_log(request, &wanted));
  GYR_CO_TRY(auto profile, co_await on_pool<json::LogProfile>(
                               &request->services().work, &request->loop(), [=]() -> base::Result<json::LogProfile> {
                                 const LogIndex::View view(*wanted.index, wanted.filter, wanted.search.get());
                                 return profile_of(view, wanted.filter.min_level, buckets, wanted.search != nullptr);
                               }));
  co_return profile;
}

base::Task<base::Result<json::LogMatch>> log_find(Request* request, FindQuery query) {
  LogFind find;
  find.from = query.from;
  find.back = query.back;
  find.level = query.level;
  GYR_CO_TRY(auto wanted, log_request_of(query));
  GYR_CO_CHECK(co_await open_log(request, &wanted));
  find.with_text = wanted.search != nullptr;
  GYR_CO_TRY(auto match, co_await on_pool<json::LogMatch>(
                             &request->services().work, &request->loop(), [=]() -> base::Result<json::LogMatch> {
                               const LogIndex::View view(*wanted.index, wanted.filter, wanted.search.get());
                               return match_of(view, find);
                             }));
  co_return match;
}

}  // namespace

std::vector<Route> log_view_routes() {
  const Rule may_read{{"EXECUTION", Action::read}, of_entity};
  return {
      {.method = Method::get,
       .path = "~/logs/{executionId}/window",
       .operation = "logWindow",
       .summary = "Get the lines of a log around a place",
       .rule = may_read,
       .handler = typed<log_window>},
      {.method = Method::get,
       .path = "~/logs/{executionId}/profile",
       .operation = "logProfile",
       .summary = "Count the lines of a log by level, part and task run",
       .rule = may_read,
       .handler = typed<log_profile>},
      {.method = Method::get,
       .path = "~/logs/{executionId}/find",
       .operation = "logFind",
       .summary = "Find the next line of a log with a text or a level",
       .rule = may_read,
       .handler = typed<log_find>},
  };
}

}  // namespace gyr::web
