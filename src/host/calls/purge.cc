// Purges: executions with their data, files of the running execution (CORE-43, CORE-100 to CORE-102).
#include <atomic>

#include "base/log.h"
#include "command/commands.h"
#include "host/calls/arguments.h"
#include "host/host_service.h"
#include "net/loop.h"

namespace gyr::executor {

using base::Value;
using model::State;

namespace {

constexpr int64_t max_a_batch = 1'000;
/// Of one execution, only for the count.
constexpr size_t max_metrics = 1'000'000;

/// The states of ended executions; PAUSED is not one of them (CORE-100).
constexpr State ended_states[] = {State::success, State::warning,   State::failed,
                                  State::killed,  State::cancelled, State::retried};

struct What {
  bool executions, logs, metrics, storage;
};

struct Purged {
  std::vector<std::pair<model::FlowKey, base::Id>> executions;
  uint64_t logs = 0;
  uint64_t metrics = 0;
  uint64_t storages = 0;
  bool more = false;
};

base::Result<store::ExecutionQuery> query_of(const HostScope& scope, const Value& arguments) {
  store::ExecutionQuery query{visible_to_tasks()};
  query.tenant = scope.flow.tenant;
  const auto namespace_ = text_argument(arguments, "namespace");
  const auto flow = text_argument(arguments, "flowId");
  if (flow && !namespace_) return base::fail(host_refused, "`flowId` needs a `namespace`");
  // The namespace with all its children, or only that of the flow.
  if (namespace_) query.namespaces = {{flow ? store::Operator::equals : store::Operator::prefix, {*namespace_}}};
  if (flow) query.flow_ids = {{store::Operator::equals, {*flow}}};
  const auto names = texts_argument(arguments, "states");
  for (State state : ended_states) {
    if (names.empty() || std::ranges::find(names, model::to_text(state)) != names.end()) query.states.push_back(state);
  }
  for (const std::string& name : names) {
    if (!model::parse_state(name)) return base::fail(host_refused, "`states`: unknown state `" + name + "`");
  }
  if (auto from = instant_argument(arguments, "startDate"))
    query.started.push_back({store::Operator::greater_or_equal, *from});
  if (auto to = instant_argument(arguments, "endDate")) query.ended.push_back({store::Operator::less_or_equal, *to});
  query.kinds = {model::ExecutionKind::normal, model::ExecutionKind::test, model::ExecutionKind::playground,
                 model::ExecutionKind::loop};
  query.order = {{"state.startDate", false}};
  query.paging.size =
      static_cast<uint32_t>(std::clamp<int64_t>(number_argument(arguments, "batchSize", 100), 1, max_a_batch));
  query.paging.page = static_cast<uint32_t>(std::max<int64_t>(1, number_argument(arguments, "page", 1)));
  return query;
}

base::Result<Purged> choose(store::Reader& reader, const store::ExecutionQuery& query, const What& what) {
  Purged purged;
  if (query.states.empty()) return purged;  // states that no ended execution has
  GYR_TRY(auto page, reader.search_executions(query));
  purged.more = page.results.size() == query.paging.size;
  for (const auto& row : page.results) {
    const base::Id id = row.execution.id;
    purged.executions.emplace_back(*row.execution.flow, id);
    if (what.logs) {
      store::LogQuery lines{query.visible};
      lines.tenant = query.tenant;
      lines.execution_id = id;
      lines.paging.size = 1;
      GYR_TRY(auto found, reader.search_logs(lines));
      purged.logs += found.total;
    }
    if (what.metrics) {
      GYR_TRY(auto metrics, reader.metrics(query.visible, id, max_metrics));
      purged.metrics += metrics.size();
    }
  }
  return purged;
}

/// Deletes the files below the folder of the execution, and the folder.
base::Result<std::vector<std::string>> remove_files_of(storage::Storage& storage, const model::FlowKey& flow,
                                                       base::Id execution) {
  const std::string path = storage::execution_path(flow.namespace_, flow.id, execution);
  auto uris = storage.all_by_prefix(flow.tenant, path + "/", false);
  if (!uris && uris.error().code() == storage::file_not_found) return std::vector<std::string>();
  if (!uris) return base::fail(uris.error());
  GYR_CHECK(storage.remove(flow.tenant, path));
  return *std::move(uris);
}

Value answer_of(const Purged& purged, uint64_t executions) {
  return Value::map({{"executions", Value::integer(static_cast<int64_t>(executions))},
                     {"logs", Value::integer(static_cast<int64_t>(purged.logs))},
                     {"metrics", Value::integer(static_cast<int64_t>(purged.metrics))},
                     {"storages", Value::integer(static_cast<int64_t>(purged.storages))},
                     {"more", Value::boolean(purged.more)}});
}

/// One batch: logs and metrics, then files, then the records, so that an interrupted purge can be repeated. What
/// follows a commit is a job of the pool, so that an exception is its failure and does not meet the thread of the
/// store.
class Purge : public std::enable_shared_from_this<Purge> {
 public:
  Purge(store::Store& store, storage::Storage& storage, net::Pool& files, Commands& commands, What what,
        HostService::Done done)
      : store_(store), storage_(storage), files_(files), commands_(commands), what_(what), done_(std::move(done)) {}

  void begin(store::ExecutionQuery query) {
    store_.read([self = shared_from_this(), query = std::move(query)](store::Reader& reader) {
      auto chosen = choose(reader, query, self->what_);
      if (!chosen) return self->done_(base::fail(chosen.error()));
      self->purged_ = *std::move(chosen);
      if (self->purged_.executions.empty()) return self->done_(answer_of(self->purged_, 0));
      self->remove_rows();
    });
  }

 private:
  void remove_rows() {
    store::Batch batch;
    for (const auto& [flow, id] : purged_.executions) {
      if (what_.logs) batch.deleted_logs.push_back({.execution_id = id});
      if (what_.metrics) batch.deleted_metrics.push_back(id);
    }
    if (batch.empty()) return files_.post([self = shared_from_this()] { self->remove_files(); });
    store_.commit(std::move(batch), [self = shared_from_this()](base::Result<void> outcome) mutable {
      net::Pool& files = self->files_;
      files.post([self = std::move(self), outcome = std::move(outcome)] {
        if (!outcome) return self->done_(base::fail(outcome.error()));
        self->remove_files();
      });
    });
  }

  void remove_files() {
    if (!what_.storage) return remove_records();
    for (const auto& [flow, id] : purged_.executions) {
      auto removed = remove_files_of(storage_, flow, id);
      if (!removed) return done_(base::fail(removed.error()));
      purged_.storages += removed->size();
    }
    remove_records();
  }

  void remove_records() {
    if (!what_.executions) return done_(answer_of(purged_, 0));
    left_ = purged_.executions.size();
    for (const auto& [flow, id] : purged_.executions) {
      commands_.submit(DeleteExecution{id, what_.logs, what_.metrics, true},
                       [self = shared_from_this()](base::Result<ExecutionAnswer> answer) {
                         if (answer) self->removed_ += 1;
                         if (--self->left_ > 0) return;
                         // One that was restarted meanwhile stays; where nothing could be removed another batch would
                         // find the same.
                         self->purged_.more = self->purged_.more && self->removed_ > 0;
                         self->done_(answer_of(self->purged_, self->removed_));
                       });
    }
  }

  store::Store& store_;
  storage::Storage& storage_;
  net::Pool& files_;
  Commands& commands_;
  What what_;
  HostService::Done done_;
  Purged purged_;
  std::atomic<size_t> left_{0};
  std::atomic<uint64_t> removed_{0};
};

}  // namespace

void HostService::purge_executions(const HostScope& scope, const Value& arguments, Done done) {
  auto query = query_of(scope, arguments);
  if (!query) return done(base::fail(query.error()));
  const What what{flag_argument(arguments, "purgeExecution", true), flag_argument(arguments, "purgeLog", true),
                  flag_argument(arguments, "purgeMetric", true), flag_argument(arguments, "purgeStorage", true)};
  std::make_shared<Purge>(store_, storage_, files_, commands_, what, std::move(done))->begin(*std::move(query));
}

void HostService::purge_files(const HostScope& scope, const Value&, Done done) {
  files_.post([this, scope, done = std::move(done)]() mutable {
    auto removed = remove_files_of(storage_, scope.flow, scope.execution);
    if (!removed) return done(base::fail(removed.error()));
    base::ListBuilder uris;
    for (const std::string& uri : *removed) uris.push(Value::string(uri));
    done(uris.build());
  });
}

}  // namespace gyr::executor
