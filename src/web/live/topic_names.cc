// Topics by their text.
#include "net/url.h"
#include "web/http/errors.h"
#include "web/http/filters.h"
#include "web/live/execution_topics.h"
#include "web/live/list_topics.h"

namespace gyr::web {
namespace {

constexpr size_t max_topic_bytes = 4'000;

base::Error no_topic(std::string_view text, std::string_view reason) {
  return {bad_argument, fmt::format("topic: `{}`: {}", text.substr(0, 100), reason)};
}

/// `kind:rest?query`.
struct TopicText {
  std::string kind, rest;
  bool has_rest = false;
  net::QueryList query;
};

base::Result<TopicText> cut_topic(std::string_view text) {
  TopicText topic;
  const size_t question = text.find('?');
  const std::string_view head = text.substr(0, question);
  if (question != std::string_view::npos) {
    GYR_TRY(topic.query, net::parse_query(text.substr(question + 1)));
  }
  const size_t colon = head.find(':');
  topic.kind = head.substr(0, colon);
  topic.has_rest = colon != std::string_view::npos;
  if (topic.has_rest) topic.rest = head.substr(colon + 1);
  return topic;
}

/// The parameters of `log:`.
base::Result<LogLineFilter> line_filter(std::string_view text, const net::QueryList& query) {
  LogLineFilter filter;
  for (const auto& [name, value] : query) {
    if (name == "minLevel") {
      const auto level = model::parse_log_level(value);
      if (!level) return base::fail(no_topic(text, "minLevel is not a level"));
      filter.min_level = *level;
    } else if (name == "taskId") {
      filter.task_id = value;
    } else if (name == "taskRunId") {
      filter.task_run = LogLineFilter::task_run_of(value);
      if (!filter.task_run) return base::fail(no_topic(text, "taskRunId is not an id"));
    } else {
      return base::fail(no_topic(text, "only minLevel, taskId and taskRunId are possible"));
    }
  }
  return filter;
}

/// The lines that the log has now; none if the caller may not see the execution.
base::Task<base::Result<int64_t>> lines_of(Request* request, base::Id execution) {
  const store::Visible visible = request->visible(may_see_executions);
  GYR_CO_TRY(const bool there, co_await request->read([execution, visible, tenant = request->tenant()](
                                                          store::Reader& reader) -> base::Result<bool> {
    GYR_TRY(const auto row, reader.execution(execution));
    return row && row->execution.flow->tenant == tenant && visible.covers(row->execution.flow->namespace_);
  }));
  if (!there) co_return 0;  // it can begin in a moment
  auto index = request->core().log_indexes->of(request->tenant(), execution);
  GYR_CO_CHECK(co_await extend_to_end(&request->services().store, &request->loop(), index, visible));
  co_return static_cast<int64_t>(index->size());
}

base::Task<base::Result<std::shared_ptr<LiveTopic>>> topic_of_execution(Request* request, std::string text,
                                                                        TopicText topic, std::optional<int64_t> since) {
  const size_t colon = topic.kind == "runs" ? topic.rest.find(':') : std::string::npos;
  const auto id = base::Id::parse(std::string_view(topic.rest).substr(0, colon));
  if (!id) co_return base::fail(no_topic(text, "this is not the id of an execution"));
  if (topic.kind == "log") {
    GYR_CO_TRY(auto filter, line_filter(text, topic.query));
    if (!since) {
      GYR_CO_TRY(since, co_await lines_of(request, *id));
    }
    co_return make_log_topic(std::move(text), request->tenant(), *id, std::move(filter), *since);
  }
  if (!topic.query.empty()) co_return base::fail(no_topic(text, "it has no parameters"));
  if (topic.kind == "execution") co_return make_execution_topic(std::move(text), request->tenant(), *id);
  base::Id parent;
  if (colon != std::string::npos) {
    const auto given = base::Id::parse(std::string_view(topic.rest).substr(colon + 1));
    if (!given) co_return base::fail(no_topic(text, "this is not the id of a task run"));
    parent = *given;
  }
  co_return make_runs_topic(std::move(text), request->tenant(), *id, parent, since);
}

}  // namespace

base::Task<base::Result<std::shared_ptr<LiveTopic>>> make_topic(Request* request, std::string text,
                                                                std::optional<int64_t> since) {
  if (text.size() > max_topic_bytes) co_return base::fail(no_topic(text, "it is too long"));
  if (since && *since < 0) co_return base::fail(no_topic(text, "since must not be negative"));
  GYR_CO_TRY(auto topic, cut_topic(text));
  if (topic.has_rest && (topic.kind == "execution" || topic.kind == "runs" || topic.kind == "log"))
    co_return co_await topic_of_execution(request, std::move(text), std::move(topic), since);
  if (topic.kind == "executions" && !topic.has_rest) {
    GYR_CO_TRY(auto selection, select_executions(*request, topic.query));
    auto made = make_executions_topic(std::move(text), std::move(selection));
    // What changed since then is not known: the page asks once.
    if (since) made->changes()->note_all();
    co_return made;
  }
  if (topic.kind == "triggers" && !topic.has_rest) {
    GYR_CO_TRY(auto selection, select_triggers(*request, topic.query));
    auto made = make_triggers_topic(std::move(text), std::move(selection));
    if (since) made->changes()->note_all();
    co_return made;
  }
  if (topic.kind == "flow" && topic.has_rest && topic.query.empty()) {
    const size_t slash = topic.rest.find('/');
    if (slash == std::string::npos || slash == 0 || slash + 1 == topic.rest.size())
      co_return base::fail(no_topic(text, "must be flow:NAMESPACE/ID"));
    model::FlowKey flow{request->tenant(), topic.rest.substr(0, slash), topic.rest.substr(slash + 1)};
    co_return make_flow_topic(std::move(text), std::move(flow));
  }
  if (topic.kind == "system" && !topic.has_rest && topic.query.empty()) co_return make_system_topic(std::move(text));
  co_return base::fail(no_topic(text,
                                "must be one of execution:ID, runs:ID[:PARENT], log:ID, executions, triggers, "
                                "flow:NAMESPACE/ID, system"));
}

}  // namespace gyr::web
