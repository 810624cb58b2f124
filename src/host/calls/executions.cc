// Host calls of a run about its own execution: error logs, and outputs that were not sent with the job (EXPR 9.4).
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "command/errors.h"
#include "engine/execution_state.h"
#include "host/calls/arguments.h"
#include "host/host_service.h"
#include "net/loop.h"
#include "storage/storage.h"
#include "syntax/ion.h"
#include "syntax/time.h"

namespace gyr::executor {

using base::Value;

void HostService::error_logs(const HostScope& scope, const Value&, Done done) {
  auto shared = std::make_shared<Done>(std::move(done));
  store_.read([shared, scope](store::Reader& reader) {
    store::LogQuery query{visible_to_tasks()};
    query.tenant = scope.flow.tenant;
    query.execution_id = scope.execution;
    query.min_level = model::LogLevel::error;
    query.paging.size = 1'000;
    auto page = reader.search_logs(query);
    if (!page) return (*shared)(base::fail(page.error()));
    base::ListBuilder lines;
    for (const auto& line : page->results) {
      base::MapBuilder entry;
      entry.set("taskId", Value::string(line.task_id));
      if (line.task_run_id) entry.set("taskRunId", Value::string(line.task_run_id.to_text()));
      entry.set("attemptNumber", Value::narrow_integer(line.attempt));
      entry.set("timestamp", Value::string(syntax::format_instant(line.timestamp)));
      entry.set("level", Value::string(model::to_text(line.level)));
      entry.set("message", Value::string(line.message));
      lines.push(entry.build());
    }
    (*shared)(lines.build());
  });
}

namespace {

/// The content of the root `tasks`: the own state is CREATED, because a task is rendered before it runs (EXEC-110).
Value state_as_seen(const model::TaskRun& run, base::Id own) {
  const model::State state = run.id == own ? model::State::created : run.state.current();
  return Value::map({{"state", Value::string(model::to_text(state))}});
}

}  // namespace

void HostService::context_member(const HostScope& scope, const Value& arguments, Done done) {
  // `outputs.<task>` and `tasks.<task>` can be sent in part (engine/context.h); the rows contain all of it.
  const bool states = text_argument(arguments, "root") == "tasks";
  auto name = text_argument(arguments, "name").value_or("");
  const Value* given = arguments.find("loops");
  const int64_t loops = given != nullptr && given->is_integer() ? given->as_integer() : INT64_MAX;
  auto shared = std::make_shared<Done>(std::move(done));
  store_.read([shared, scope, name, loops, states](store::Reader& reader) {
    constexpr size_t page = 5'000;
    struct Known {
      base::Id parent;
      std::optional<std::string> value;
    };
    std::unordered_map<base::Id, Known> runs;
    struct Found {
      Value outputs;
      base::Id iteration;  ///< the iteration of the Loop that isolates the task, if there is one
    };
    std::vector<Found> all;
    for (uint32_t from = 0;;) {
      auto rows = reader.task_runs(scope.execution, from, page);
      if (!rows) return (*shared)(base::fail(rows.error()));
      for (const auto& row : *rows) {
        from = row.position + 1;
        runs.emplace(row.run.id, Known{row.run.parent_id, row.run.value});
        if (row.run.task_id != name) continue;
        if (!states && row.run.outputs.size() == 0) continue;  // no empty maps below values (EXEC-111)
        Value leaf = states ? state_as_seen(row.run, scope.task_run) : row.run.outputs;
        // Own value innermost, then those of the ancestors outwards (EXEC-111), as far as expressions name them.
        base::Id iteration;
        int64_t named = 0;
        for (base::Id id = row.run.id; id && !iteration;) {
          auto known = runs.find(id);
          if (known == runs.end()) break;
          if (known->second.value && named == loops) iteration = id;
          if (known->second.value && named < loops) {
            leaf = Value::map({{*known->second.value, std::move(leaf)}});
            named += 1;
          }
          id = known->second.parent;
        }
        all.push_back({std::move(leaf), iteration});
      }
      if (rows->size() < page) break;
    }
    std::unordered_set<base::Id> around;
    for (base::Id id = scope.task_run; id;) {
      around.insert(id);
      auto known = runs.find(id);
      id = known == runs.end() ? base::Id{} : known->second.parent;
    }
    Value tree = Value::empty_map();
    for (const Found& found : all) {
      if (!found.iteration || around.contains(found.iteration)) tree = base::deep_merge(tree, found.outputs);
    }
    (*shared)(std::move(tree));
  });
}

namespace {

constexpr size_t page_of_runs = 5'000;
/// The approximate maximum size of one answer: it must fit into one message.
constexpr uint64_t items_answer_bytes = 4ULL * 1024 * 1024;
constexpr size_t page_of_items = 2'000;
constexpr uint64_t bytes_of_a_gone_one = 64ULL * 1024;  ///< an estimate
constexpr size_t transfer_bytes = 64 * 1024;

/// The executions of an `_items` task, in order of the batches, and where their outputs lie. None for a batch whose end
/// was not counted, because nobody waits for it.
struct ItemsRun {
  std::vector<base::Id> executions;
  std::string task_id;
  base::Id run;
};

/// The run of the task next to this `_merge` task.
base::Result<ItemsRun> items_run(store::Reader& reader, const HostScope& scope) {
  GYR_TRY(auto merge, reader.task_run(scope.execution, scope.task_run));
  if (!merge) return base::fail(host_refused, "the task run does not exist any more");
  for (uint32_t from = 0;;) {
    GYR_TRY(auto rows, reader.task_runs(scope.execution, from, page_of_runs));
    for (const auto& row : rows) {
      from = row.position + 1;
      if (row.run.parent_id != merge->run.parent_id) continue;
      GYR_TRY(auto items, engine::ExecutionState::items_of_run(row.engine_state));
      if (!items) continue;
      ItemsRun found{{}, row.run.task_id, row.run.id};
      for (uint32_t batch = 0; batch < items->size(); ++batch) {
        const bool ended = items->begun(batch) && model::is_terminated(items->state(batch));
        found.executions.push_back(ended ? items->child(batch) : base::Id());
      }
      return found;
    }
    if (rows.size() < page_of_runs) return ItemsRun();
  }
}

/// Outputs that are read from files: some threads of the pool share the work, and the last one answers.
class ItemsPage {
 public:
  struct Item {
    std::string path;
    Value known;  ///< of the row of the execution, if there is one
  };

  ItemsPage(storage::Storage& storage, std::string tenant, std::vector<Item> items, std::optional<size_t> next,
            HostService::Done done)
      : storage_(storage),
        tenant_(std::move(tenant)),
        items_(std::move(items)),
        next_(next),
        done_(std::move(done)),
        lines_(items_.size()) {}

  void run() {
    for (size_t at = taken_.fetch_add(1); at < items_.size(); at = taken_.fetch_add(1)) {
      try {
        lines_[at] = line_of(items_[at]);
      } catch (...) {  // other threads process the same page, and the last one answers
        lines_[at] = base::fail(base::caught_at(base::Edge::pool, "reading the outputs of an execution"));
      }
    }
    if (working_.fetch_sub(1) == 1) answer();
  }

  static void begin(const std::shared_ptr<ItemsPage>& page, net::Pool& pool) {
    constexpr size_t max_threads = 8;
    const size_t threads = std::clamp<size_t>(page->items_.size(), 1, max_threads);
    page->working_ = threads;
    for (size_t i = 0; i < threads; ++i) pool.post([page] { page->run(); });
  }

 private:
  base::Result<std::string> line_of(const Item& item) const {
    auto source = storage_.get(tenant_, item.path);
    if (!source && source.error().code() == storage::file_not_found) {
      // A deleted execution without outputs, or one that ended before outputs were stored.
      return item.known.size() == 0 ? std::string() : syntax::write_ion(item.known) + "\n";
    }
    if (!source) return base::fail(source.error());
    std::string line;
    std::string buffer(transfer_bytes, '\0');
    for (;;) {
      GYR_TRY(size_t count, (*source)->read(buffer.data(), buffer.size()));
      if (count == 0) return line;
      line.append(buffer, 0, count);
    }
  }

  void answer() {
    std::string all;
    for (const auto& line : lines_) {
      if (!line) return done_(base::fail(line.error()));
      all += *line;
    }
    base::MapBuilder answer;
    answer.set("lines", Value::string(base::repair_utf8(all)));
    if (next_) answer.set("next", Value::integer(static_cast<int64_t>(*next_)));
    done_(answer.build());
  }

  storage::Storage& storage_;
  std::string tenant_;
  std::vector<Item> items_;
  std::optional<size_t> next_;
  HostService::Done done_;
  std::vector<base::Result<std::string>> lines_;
  std::atomic<size_t> taken_{0};
  std::atomic<size_t> working_{0};
};

struct ItemsToRead {
  std::vector<ItemsPage::Item> items;
  std::optional<size_t> next;
};

base::Result<ItemsToRead> items_to_read(store::Reader& reader, const HostScope& scope, size_t from) {
  GYR_TRY(auto run, items_run(reader, scope));
  ItemsToRead page;
  uint64_t bytes = 0;
  size_t at = from;
  for (; at < run.executions.size() && bytes < items_answer_bytes && page.items.size() < page_of_items; ++at) {
    if (!run.executions[at]) continue;
    GYR_TRY(auto row, reader.execution(run.executions[at]));
    if (row && row->execution.outputs.size() == 0) continue;
    Value known = row ? std::move(row->execution.outputs) : Value();
    bytes += row ? known.weight() : bytes_of_a_gone_one;
    page.items.push_back({storage::task_run_path(scope.flow.namespace_, scope.flow.id, scope.execution, run.task_id,
                                                 run.run, fmt::format("{}/outputs.ion", at)),
                          std::move(known)});
  }
  if (at < run.executions.size()) page.next = at;
  return page;
}

}  // namespace

void HostService::items_outputs(const HostScope& scope, const Value& arguments, Done done) {
  const Value* from = arguments.find("from");
  size_t first =
      from != nullptr && from->is_integer() && from->as_integer() > 0 ? static_cast<size_t>(from->as_integer()) : 0;
  auto shared = std::make_shared<Done>(std::move(done));
  store_.read([this, shared, scope, first](store::Reader& reader) {
    auto page = items_to_read(reader, scope, first);
    if (!page) return (*shared)(base::fail(page.error()));
    ItemsPage::begin(std::make_shared<ItemsPage>(storage_, scope.flow.tenant, std::move(page->items), page->next,
                                                 std::move(*shared)),
                     files_);
  });
}

void HostService::store_ion(std::string tenant, std::string path, Value value,
                            std::move_only_function<void(base::Result<void>)> done) {
  done = answering_failed_jobs<void>(std::move(done));
  files_.post([this, tenant = std::move(tenant), path = std::move(path), value = std::move(value),
               done = std::move(done)]() mutable {
    auto store = [&]() -> base::Result<void> {
      GYR_TRY(auto sink, storage_.put(tenant, path));
      GYR_CHECK(sink->write(syntax::write_ion(value) + "\n"));
      GYR_CHECK(sink->finish());
      return {};
    };
    done(store());
  });
}

namespace {

/// What the iterations of the Loop around a run have given, from that with number `from` on, as many as fit into an
/// answer.
base::Result<Value> outputs_of_iterations(store::Reader& reader, const HostScope& scope, int32_t first) {
  GYR_TRY(auto writer, reader.task_run(scope.execution, scope.task_run));
  if (!writer) return base::fail(host_refused, "the task run does not exist any more");
  GYR_TRY(auto loop, reader.task_run(scope.execution, writer->run.parent_id));
  if (!loop) return base::fail(host_refused, "this task is not inside a loop");
  GYR_TRY(const Value values, engine::ExecutionState::decision_of_run(loop->engine_state));
  std::map<int32_t, Value> results;
  for (uint32_t from = 0;;) {
    GYR_TRY(auto rows, reader.task_runs(scope.execution, from, page_of_runs));
    for (const auto& row : rows) {
      from = row.position + 1;
      const bool is_iteration = row.run.parent_id == loop->run.id && row.run.value && row.run.iteration;
      if (is_iteration && *row.run.iteration >= first)
        results.emplace(*row.run.iteration, engine::result_of_iteration(row.run, values));
    }
    if (rows.size() < page_of_runs) break;
  }
  base::ListBuilder outputs;
  base::MapBuilder answer;
  uint64_t bytes = 0;
  for (auto& [number, result] : results) {
    if (bytes >= items_answer_bytes) {
      answer.set("next", Value::integer(number));
      break;
    }
    bytes += result.weight();
    outputs.push(std::move(result));
  }
  answer.set("outputs", outputs.build());
  return answer.build();
}

}  // namespace

void HostService::loop_outputs(const HostScope& scope, const Value& arguments, Done done) {
  const Value* from = arguments.find("from");
  const int64_t first =
      from != nullptr && from->is_integer() ? std::clamp<int64_t>(from->as_integer(), 0, INT32_MAX) : 0;
  auto shared = std::make_shared<Done>(std::move(done));
  store_.read([shared, scope, first](store::Reader& reader) {
    (*shared)(outputs_of_iterations(reader, scope, static_cast<int32_t>(first)));
  });
}

}  // namespace gyr::executor
