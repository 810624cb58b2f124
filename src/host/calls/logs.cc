// Log lines for tasks: reading those of an execution, purging (CORE-71, CORE-72).
#include <map>

#include "host/calls/target.h"
#include "syntax/time.h"

namespace gyr::executor {

using base::Value;

namespace {

/// The maximum number of lines of one answer, which is sent as one frame.
constexpr uint32_t lines_a_page = 200;
/// The maximum number of lines that one batch of a purge checks.
constexpr uint32_t lines_a_batch = 1'000;

Value line_of(const model::LogEntry& line) {
  base::MapBuilder entry;
  entry.set("namespace", Value::string(line.flow->namespace_));
  entry.set("flowId", Value::string(line.flow->id));
  if (!line.task_id.empty()) entry.set("taskId", Value::string(line.task_id));
  entry.set("executionId", Value::string(line.execution_id.to_text()));
  if (line.task_run_id) entry.set("taskRunId", Value::string(line.task_run_id.to_text()));
  entry.set("attemptNumber", Value::narrow_integer(line.attempt));
  entry.set("timestamp", Value::instant(line.timestamp));
  entry.set("level", Value::string(model::to_text(line.level)));
  entry.set("thread", Value::string(line.thread));
  entry.set("message", Value::string(line.message));
  return entry.build();
}

struct Removal {
  store::Batch batch;
  uint64_t count = 0;
  bool more = false;
};

/// The executions with such lines, and their number.
base::Result<Removal> choose(store::Reader& reader, store::LogQuery query, const store::Batch::LogDelete& wanted) {
  Removal removal;
  std::map<base::Id, bool> executions;
  // Lines of triggers belong to no execution and stay until their day expires: they are skipped.
  for (query.paging = {1, lines_a_batch}; executions.empty(); query.paging.page += 1) {
    GYR_TRY(auto page, reader.search_logs(query));
    for (const auto& line : page.results) {
      if (!line.execution_id.is_none()) executions.emplace(line.execution_id, true);
    }
    removal.more = page.results.size() == lines_a_batch;
    if (!removal.more) break;
  }
  query.paging.page = 1;
  for (const auto& [id, seen] : executions) {
    query.execution_id = id;
    query.paging.size = 1;
    GYR_TRY(auto lines, reader.search_logs(query));
    removal.count += lines.total;
    removal.batch.deleted_logs.push_back(wanted);
    removal.batch.deleted_logs.back().execution_id = id;
  }
  return removal;
}

}  // namespace

void HostService::fetch_logs(const HostScope& scope, const Value& arguments, Done done) {
  store_.read([scope, arguments, done = std::move(done)](store::Reader& reader) mutable {
    auto row = target_execution(reader, scope, arguments);
    if (!row) return done(base::fail(row.error()));
    store::LogQuery query{visible_to_tasks()};
    query.tenant = scope.flow.tenant;
    query.execution_id = row->execution.id;
    query.min_level =
        model::parse_log_level(text_argument(arguments, "level").value_or("INFO")).value_or(model::LogLevel::info);
    if (auto tasks = texts_argument(arguments, "tasksId"); !tasks.empty())
      query.task_ids = {{store::Operator::in, std::move(tasks)}};
    query.paging.page = static_cast<uint32_t>(std::max<int64_t>(1, number_argument(arguments, "page", 1)));
    query.paging.size = lines_a_page;
    auto page = reader.search_logs(query);
    if (!page) return done(base::fail(page.error()));
    base::ListBuilder lines;
    for (const auto& line : page->results) lines.push(line_of(line));
    done(Value::map({{"lines", lines.build()}, {"more", Value::boolean(page->results.size() == lines_a_page)}}));
  });
}

void HostService::purge_logs(const HostScope& scope, const Value& arguments, Done done) {
  store::LogQuery query{visible_to_tasks()};
  store::Batch::LogDelete wanted;
  query.tenant = scope.flow.tenant;
  const auto namespace_ = text_argument(arguments, "namespace");
  const auto flow = text_argument(arguments, "flowId");
  if (namespace_) query.namespaces = {{flow ? store::Operator::equals : store::Operator::prefix, {*namespace_}}};
  if (flow) query.flow_ids = {{store::Operator::equals, {*flow}}};
  if (const auto id = text_argument(arguments, "executionId")) {
    query.execution_id = base::Id::parse(*id);
    if (!query.execution_id) return done(Value::map({{"count", Value::integer(0)}, {"more", Value::boolean(false)}}));
  }
  for (const std::string& name : texts_argument(arguments, "logLevels")) {
    const auto level = model::parse_log_level(name);
    if (!level) return done(base::fail(host_refused, "`logLevels`: unknown level `" + name + "`"));
    query.levels.push_back(*level);
  }
  wanted.levels = query.levels;
  wanted.from = instant_argument(arguments, "startDate");
  wanted.until = instant_argument(arguments, "endDate");
  if (wanted.from) query.timestamps.push_back({store::Operator::greater_or_equal, *wanted.from});
  if (wanted.until) query.timestamps.push_back({store::Operator::less_or_equal, *wanted.until});
  store_.read([this, query = std::move(query), wanted, done = std::move(done)](store::Reader& reader) mutable {
    auto removal = choose(reader, std::move(query), wanted);
    if (!removal) return done(base::fail(removal.error()));
    Value answer = Value::map(
        {{"count", Value::integer(static_cast<int64_t>(removal->count))}, {"more", Value::boolean(removal->more)}});
    if (removal->batch.empty()) return done(std::move(answer));
    store_.commit(std::move(removal->batch),
                  [answer = std::move(answer), done = std::move(done)](base::Result<void> outcome) mutable {
                    if (!outcome) return done(base::fail(outcome.error()));
                    done(std::move(answer));
                  });
  });
}

}  // namespace gyr::executor
