// Logs: search, list, download, delete, follow (API-65, API-105, API-48).
#include "syntax/time.h"
#include "web/executions/executions.h"
#include "web/flows.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/events.h"
#include "web/http/filters.h"
#include "web/http/limits.h"
#include "web/http/older_parameters.h"
#include "web/http/streamed.h"
#include "web/http/typed.h"
#include "web/live/live_stream.h"
#include "web/logs/log_pages.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

/// Where a page of log lines begins.
struct LogSearchQuery {
  std::string cursor;
};
/// Which lines of an execution are deleted.
struct LogDeletion {
  model::LogLevel min_level = model::LogLevel::trace;
  std::optional<std::string> task_run;
  std::string task;
  std::optional<int32_t> attempt;
};

/// Whose lines are deleted.
struct TriggerLogDeletion {
  std::string trigger_id;
};

}  // namespace

template <>
struct DescribedQuery<TriggerLogDeletion> {
  static constexpr auto parameters =
      std::tuple(parameter("triggerId", &TriggerLogDeletion::trigger_id,
                           {.documentation = "The trigger that has written the lines", .required = true}));
};
template <>
struct DescribedQuery<LogSearchQuery> {
  static constexpr auto parameters = std::tuple(
      parameter("cursor", &LogSearchQuery::cursor,
                {.documentation = "The `nextCursor` of an answer: the lines that follow, even if others come "
                                  "in meanwhile; in place of `page`"}));
};
template <>
struct DescribedQuery<LogDeletion> {
  using T = LogDeletion;
  static constexpr auto parameters =
      std::tuple(parameter("minLevel", &T::min_level, {.documentation = "This level and above"}),
                 parameter("taskRunId", &T::task_run, {.documentation = "Only for this task run"}),
                 parameter("taskId", &T::task, {.documentation = "Only for this task"}),
                 parameter("attempt", &T::attempt, {.documentation = "Only for this attempt", .least = 0}));
};

namespace {

/// Lines of one read of a long log.
constexpr uint32_t lines_a_page = 2'000;

using LogPageText = JsonOf<json::LogPage>;

base::Task<base::Result<LogPageText>> search_logs(Request* request, LogSearchQuery wanted) {
  GYR_CO_TRY(auto selection, select_logs(*request));
  const bool sorted = std::ranges::any_of(request->query(), [](const auto& pair) { return pair.first == "sort"; });
  if (!sorted) selection.query.descending = true;  // API-105
  std::optional<LogPlace> place;
  if (!wanted.cursor.empty()) {
    if (selection.query.by_level != store::LogQuery::ByLevel::no)
      co_return base::fail(bad_argument, "cursor: needs the order by `timestamp`");
    place = LogPlace::parse(wanted.cursor);
    if (!place) co_return base::fail(bad_argument, "cursor: must be the `nextCursor` of an answer");
  }
  if (selection.nothing) {
    const auto type = place ? json::PaginationType::cursor : json::PaginationType::offset;
    co_return LogPageText{to_json(json::LogPage{.type = type})};
  }
  co_return co_await request->read(
      [query = std::move(selection.query), place](store::Reader& reader) -> base::Result<LogPageText> {
        GYR_TRY(auto page, place ? page_behind(reader, query, *place) : page_of_logs(reader, query));
        return LogPageText{to_json(page)};
      });
}

/// The lines of one execution that a request wants, in order of time.
base::Result<std::optional<store::LogQuery>> query_of(Request* request) {
  GYR_TRY(auto selection, select_logs(*request));
  const auto id = base::Id::parse(request->path("executionId"));
  if (selection.nothing || !id) return std::optional<store::LogQuery>();
  selection.query.execution_id = *id;
  selection.query.descending = false;
  selection.query.by_level = store::LogQuery::ByLevel::no;
  selection.query.paging.page = 1;
  selection.query.paging.size = lines_a_page;
  return std::optional(std::move(selection.query));
}

// ---------------------------------------------------------------------------------------------- whole logs

/// A log that is being sent, page by page: it can be larger than memory.
struct LogStream {
  const Services* services;
  base::Loop* loop;
  store::LogQuery query;
  store::LogCursor cursor;
  std::string (*text_of)(const std::vector<model::LogEntry>&, bool first);
  std::string_view begin, end;
  bool begun = false;
  bool first = true;
  bool last_page = false;
  bool done = false;
};

base::Task<base::Result<std::string>> next_lines(std::shared_ptr<LogStream> stream) {
  if (stream->done) co_return std::string();
  std::string out;
  while (out.empty() && !stream->last_page) {
    GYR_CO_TRY(auto lines, co_await read<std::vector<model::LogEntry>>(
                               &stream->services->store, stream->loop, [stream](store::Reader& reader) {
                                 return reader.read_log(stream->query, stream->cursor);
                               }));
    if (!std::exchange(stream->begun, true)) out += stream->begin;
    stream->last_page = lines.size() < stream->query.paging.size;
    out += stream->text_of(lines, stream->first);
    if (!lines.empty()) stream->first = false;
  }
  if (stream->last_page) {
    out += stream->end;
    stream->done = true;
  }
  co_return out;
}

std::string json_lines(const std::vector<model::LogEntry>& lines, bool first) {
  std::string out;
  for (const auto& line : lines) {
    if (!std::exchange(first, false)) out += ',';
    append_json(out, line);
  }
  return out;
}

/// `<timestamp> <LEVEL> <message>` (API-49).
std::string text_lines(const std::vector<model::LogEntry>& lines, bool) {
  std::string out;
  for (const auto& line : lines) {
    syntax::append_instant(out, line.timestamp);
    out += fmt::format(" {} {}\n", model::to_text(line.level), line.message);
  }
  return out;
}

/// The first page is read before the answer starts, so that an invalid query is an error and a short log is one part.
base::Task<Outcome> whole_log(Request* request, net::ServerResponse response, std::optional<store::LogQuery> query,
                              LogStream stream) {
  if (!query) {
    response.body = fmt::format("{}{}", stream.begin, stream.end);
    co_return response;
  }
  stream.services = &request->services();
  stream.loop = &request->loop();
  stream.query = *std::move(query);
  auto shared = std::make_shared<LogStream>(std::move(stream));
  co_return co_await streamed(std::move(response), [shared] { return next_lines(shared); });
}

base::Task<Outcome> list_logs(Request* request) {
  GYR_CO_TRY(auto query, query_of(request));
  LogStream stream{nullptr, nullptr, {request->visible()}, {}, json_lines, "[", "]"};
  co_return co_await whole_log(request, json_answer(std::string()), std::move(query), std::move(stream));
}

base::Task<Outcome> download_logs(Request* request) {
  GYR_CO_TRY(auto query, query_of(request));
  auto response = text_answer("");
  response.headers.add("Content-Disposition", content_disposition(fmt::format("{}.log", request->path("executionId"))));
  response.headers.add("Cache-Control", "no-cache");
  LogStream stream{nullptr, nullptr, {request->visible()}, {}, text_lines, "", ""};
  co_return co_await whole_log(request, std::move(response), std::move(query), std::move(stream));
}

base::Task<base::Result<void>> delete_logs(Request* request, LogDeletion deletion) {
  const auto id = base::Id::parse(request->path("executionId"));
  if (!id) co_return base::Result<void>();
  store::Batch::LogDelete wanted;
  wanted.execution_id = *id;
  if (deletion.task_run) {
    const auto parsed = base::Id::parse(*deletion.task_run);
    if (!parsed) co_return base::Result<void>();
    wanted.task_run_id = *parsed;
  }
  wanted.task_id = std::move(deletion.task);
  wanted.attempt = deletion.attempt;
  if (wanted.attempt && wanted.task_run_id.is_none()) co_return base::fail(bad_argument, "attempt: requires taskRunId");
  wanted.min_level = deletion.min_level;
  // Logs of another tenant are none of this caller's.
  GYR_CO_TRY(auto loaded, co_await find_execution(request, request->path("executionId"), 1));
  wanted.flow = loaded.row.execution.flow;
  store::Batch batch;
  batch.deleted_logs.push_back(std::move(wanted));
  GYR_CO_CHECK(co_await request->commit(std::move(batch)));
  co_return base::Result<void>();
}

/// The lines that a trigger of the flow has written, on all days.
base::Task<base::Result<void>> delete_trigger_logs(Request* request, TriggerLogDeletion deletion) {
  auto flow = std::make_shared<const model::FlowKey>(flow_of_path(*request, "flowId"));
  store::Batch batch;
  batch.deleted_logs.push_back({.flow = std::move(flow), .trigger_id = std::move(deletion.trigger_id)});
  co_return co_await request->commit(std::move(batch));
}

// ---------------------------------------------------------------------------------------------- follow

/// Lines can arrive slightly later than others with a later time, because workers have their own clocks.
constexpr base::Duration lateness = base::Duration::of_seconds(10);

/// The identity of a line.
struct LineKey {
  base::Id task_run;
  int32_t attempt = 0;
  uint32_t sequence = 0;
  friend auto operator<=>(const LineKey&, const LineKey&) = default;
};

/// Stored lines first, then new ones as they are committed. It remembers which lines of the last seconds it has sent.
class LogEvents final : public EventStream {
 public:
  LogEvents(Request* request, store::LogQuery query)
      : EventStream(request, followers_of(request, *query.execution_id), Wake::changes_and_logs,
                    event_frame("start", "{}")),
        query_(std::move(query)) {}

 protected:
  base::Task<base::Result<EventBatch>> look() override {
    EventBatch batch;
    struct Place {
      store::LogQuery query;
      store::LogCursor cursor;
    };
    auto place = std::make_shared<Place>(Place{query_, {}});
    if (newest_) place->query.timestamps.push_back({store::Operator::greater_or_equal, *newest_ - lateness});
    while (true) {
      GYR_CO_TRY(auto lines, co_await read<std::vector<model::LogEntry>>(
                                 &services().store, &loop(), [place](store::Reader& reader) {
                                   return reader.read_log(place->query, place->cursor);
                                 }));
      for (const auto& line : lines) {
        if (!sent_.emplace(LineKey{line.task_run_id, line.attempt, line.sequence}, line.timestamp).second) continue;
        append(batch.frames, line);
        newest_ = newest_ ? std::max(*newest_, line.timestamp) : line.timestamp;
      }
      if (lines.size() < place->query.paging.size) break;
    }
    if (newest_)
      std::erase_if(sent_, [oldest = *newest_ - lateness](const auto& entry) { return entry.second < oldest; });
    co_return batch;
  }

 private:
  static void append(std::string& frames, const model::LogEntry& line) {
    std::string json = to_json(line);
    if (json.size() > event_bytes) {
      model::LogEntry cut = line;
      cut.message.resize(event_bytes / 8);
      while (!cut.message.empty() && (static_cast<unsigned char>(cut.message.back()) & 0xC0U) == 0x80)
        cut.message.pop_back();
      if (!cut.message.empty()) cut.message.pop_back();
      cut.message += "…";
      json = to_json(cut);
    }
    frames += event_frame("progress", json);
  }

  store::LogQuery query_;
  std::map<LineKey, base::Instant> sent_;
  std::optional<base::Instant> newest_;
};

base::Task<Outcome> follow_logs(Request* request) {
  GYR_CO_TRY(auto query, query_of(request));
  if (!query) co_return base::fail(no_execution(request->path("executionId")));
  GYR_CO_TRY(bool there, co_await wait_until_there(request, *query->execution_id));
  if (!there) co_return base::fail(no_execution(request->path("executionId")));
  co_return std::make_shared<LogEvents>(request, *std::move(query))->answer();
}

}  // namespace

std::vector<Route> log_routes() {
  const Right may_read{"EXECUTION", Action::read};
  return {
      {.method = Method::get,
       .path = "~/logs/search",
       .operation = "searchLogs",
       .summary = "Search for log lines",
       .rule = {may_read, of_rows},
       .handler = typed<search_logs>,
       .page_size = 10,
       .filters = Resource::log,
       .older = older::logs},
      {.method = Method::get,
       .path = "~/logs/{executionId}",
       .operation = "listLogsFromExecution",
       .summary = "Get the log of an execution",
       .rule = {may_read, of_entity},
       .handler = list_logs,
       .filters = Resource::log,
       .older = older::log,
       .answer = answers<std::vector<model::LogEntry>>},
      {.method = Method::del,
       .path = "~/logs/{executionId}",
       .operation = "deleteLogsFromExecution",
       .summary = "Delete logs of an execution",
       .rule = {{"EXECUTION", Action::remove}, of_entity},
       .handler = typed<delete_logs>},
      {.method = Method::del,
       .path = "~/logs/{namespace}/{flowId}",
       .operation = "deleteLogsFromFlow",
       .summary = "Delete the logs of a trigger",
       .rule = {{"EXECUTION", Action::remove}, in_path("namespace")},
       .handler = typed<delete_trigger_logs>},
      {.method = Method::get,
       .path = "~/logs/{executionId}/download",
       .operation = "downloadLogsFromExecution",
       .summary = "Download the log of an execution",
       .rule = {may_read, of_entity},
       .handler = download_logs,
       .filters = Resource::log,
       .older = older::log,
       .answer = sends("text/plain")},
      {.method = Method::get,
       .path = "~/logs/{executionId}/follow",
       .operation = "followLogsFromExecution",
       .summary = "Follow the log of an execution by server-sent events",
       .rule = {may_read, of_entity},
       .handler = follow_logs,
       .filters = Resource::log,
       .older = older::followed_log,
       .answer = sends("text/event-stream")},
  };
}

}  // namespace gyr::web
