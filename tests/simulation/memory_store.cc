#include "memory_store.h"

#include <algorithm>
#include <set>

namespace gyr::simulation {
namespace {

using base::Result;

base::Error not_answered() { return base::Error(store::bad_query, "the simulator's store does not answer this"); }

/// Reads the newest rows.
class MemoryReader final : public store::Reader {
 public:
  MemoryReader(const Rows& rows, Canary canary) : rows_(rows), canary_(canary) {}

  Result<std::optional<store::FlowRow>> flow(const model::FlowKey& key, int32_t revision) override {
    auto found = rows_.flows.find(key);
    if (found == rows_.flows.end()) return std::nullopt;
    const auto& revisions = found->second;
    auto row = revision == 0 ? std::prev(revisions.end()) : revisions.find(revision);
    if (row == revisions.end()) return std::nullopt;
    // A draft is the current revision only as long as the flow has no other.
    const auto runs = [](const auto& one) { return !one.second.draft; };
    if (const auto last = std::find_if(revisions.rbegin(), revisions.rend(), runs);
        revision == 0 && last != revisions.rend())
      row = std::prev(last.base());
    store::FlowRow flow = row->second;
    flow.newest = revisions.rbegin()->first;
    return flow;
  }
  Result<std::optional<store::ExecutionRow>> execution(base::Id id) override {
    auto found = rows_.executions.find(id);
    if (found == rows_.executions.end()) return std::nullopt;
    return found->second;
  }
  Result<std::vector<store::TaskRunRow>> task_runs(base::Id execution, uint32_t from_position, size_t limit) override {
    std::vector<store::TaskRunRow> runs;
    auto found = rows_.task_runs.find(execution);
    if (found == rows_.task_runs.end()) return runs;
    for (auto it = found->second.lower_bound(from_position); it != found->second.end() && runs.size() < limit; ++it)
      runs.push_back(it->second);
    return runs;
  }
  Result<std::optional<store::TaskRunRow>> task_run(base::Id execution, base::Id task_run) override {
    const store::TaskRunRow* run = rows_.find_run(execution, task_run);
    return run == nullptr ? std::nullopt : std::optional(*run);
  }
  Result<std::vector<base::Id>> children(base::Id caller) override {
    std::vector<base::Id> found;
    for (const auto& [id, row] : rows_.executions) {
      if (row.execution.caller_execution == caller) found.push_back(id);
    }
    return found;
  }
  Result<std::optional<store::IdempotencyRow>> idempotency(std::string_view tenant, std::string_view key) override {
    auto found = rows_.idempotency.find({std::string(tenant), std::string(key)});
    return found == rows_.idempotency.end() ? std::nullopt : std::optional(found->second);
  }
  Result<std::vector<base::Id>> active_executions(uint16_t first, uint16_t last, base::Id after,
                                                  size_t limit) override {
    std::vector<base::Id> ids;
    for (auto it = rows_.executions.upper_bound(after); it != rows_.executions.end() && ids.size() < limit; ++it) {
      if (it->second.activity == store::Activity::active && in_range(*it->second.execution.flow, first, last))
        ids.push_back(it->first);
    }
    return ids;
  }
  Result<std::vector<Wake>> next_wakes(uint16_t first, uint16_t last, size_t limit) override {
    std::vector<Wake> wakes;
    for (const auto& [id, row] : rows_.executions) {
      if (row.wake_at && in_range(*row.execution.flow, first, last)) wakes.push_back({*row.wake_at, id});
    }
    std::sort(wakes.begin(), wakes.end(),
              [](const Wake& a, const Wake& b) { return std::tie(a.at, a.execution) < std::tie(b.at, b.execution); });
    if (wakes.size() > limit) wakes.resize(limit);
    return wakes;
  }
  Result<std::vector<store::StoredMessage>> inbox(uint16_t first, uint16_t last, int64_t after, size_t limit) override {
    std::vector<store::StoredMessage> messages;
    for (auto it = rows_.inbox.upper_bound(after); it != rows_.inbox.end() && messages.size() < limit; ++it) {
      if (it->second.slot >= first && it->second.slot <= last) messages.push_back({it->first, it->second});
    }
    return messages;
  }
  Result<std::array<uint64_t, model::state_count>> count_by_state(const model::FlowKey& flow) override {
    std::array<uint64_t, model::state_count> counts{};
    for (const auto& [id, row] : rows_.executions) {
      if (*row.execution.flow == flow) counts[static_cast<size_t>(row.execution.state.current())] += 1;
    }
    if (canary_ == Canary::leaked_slot) counts[static_cast<size_t>(model::State::running)] += 1;
    if (canary_ == Canary::forgotten_slot) counts = {};
    return counts;
  }
  Result<std::vector<Queued>> queued_executions(const model::FlowKey& flow, size_t limit) override {
    std::vector<Queued> queued;
    for (const auto& [id, row] : rows_.executions) {
      if (*row.execution.flow != flow || row.execution.state.current() != model::State::queued || row.quarantined)
        continue;
      queued.push_back({row.execution.state.last_date(), id});
    }
    std::sort(queued.begin(), queued.end(), [](const Queued& a, const Queued& b) {
      return std::tie(a.since, a.execution) < std::tie(b.since, b.execution);
    });
    if (queued.size() > limit) queued.resize(limit);
    return queued;
  }
  Result<std::vector<std::shared_ptr<const model::FlowKey>>> flows_with_queue(uint16_t first, uint16_t last) override {
    std::map<model::FlowKey, std::shared_ptr<const model::FlowKey>> flows;
    for (const auto& [id, row] : rows_.executions) {
      if (row.execution.state.current() == model::State::queued && in_range(*row.execution.flow, first, last)) {
        flows.emplace(*row.execution.flow, row.execution.flow);
      }
    }
    std::vector<std::shared_ptr<const model::FlowKey>> found;
    for (const auto& [key, flow] : flows) found.push_back(flow);
    return found;
  }
  /// By flow and state alone: what the concurrency gate asks for.
  Result<store::Page<store::ExecutionRow>> search_executions(const store::ExecutionQuery& query) override {
    store::Page<store::ExecutionRow> page;
    if (query.paging.page > 1) return page;
    for (const auto& [id, row] : rows_.executions) {
      if (query.flow_ids.size() != 1 || query.flow_ids[0].values != std::vector{row.execution.flow->id}) continue;
      if (std::ranges::find(query.states, row.execution.state.current()) != query.states.end())
        page.results.push_back(row);
    }
    page.total = page.results.size();
    return page;
  }
  Result<store::Page<model::LogEntry>> search_logs(const store::LogQuery& query) override {
    if (!query.execution_id) return std::unexpected(not_answered());
    store::Page<model::LogEntry> page;
    for (auto it = rows_.logs.lower_bound({*query.execution_id, {}, 0, 0}); it != rows_.logs.end(); ++it) {
      const model::LogEntry& line = it->second;
      if (line.execution_id != *query.execution_id) break;
      page.results.push_back(line);
    }
    page.total = page.results.size();
    return page;
  }

  Result<std::vector<store::FlowRow>> flows_holding(std::span<const std::string_view> pieces) override {
    std::vector<store::FlowRow> found;
    for (const auto& [key, revisions] : rows_.flows) {
      const store::FlowRow& current = revisions.rbegin()->second;
      const auto holds = [&](std::string_view piece) { return current.source.find(piece) != std::string::npos; };
      if (!current.deleted && std::ranges::any_of(pieces, holds)) found.push_back(current);
    }
    return found;
  }
  Result<std::vector<store::WindowRow>> windows(const model::FlowKey& flow, std::string_view trigger_id,
                                                std::string_view window_id) override {
    std::vector<store::WindowRow> found;
    for (const auto& [key, row] : rows_.windows) {
      if (*row.flow == flow && row.trigger_id == trigger_id && row.window_id == window_id) found.push_back(row);
    }
    return found;
  }
  Result<std::optional<store::TriggerRow>> trigger(const model::FlowKey& flow, std::string_view trigger_id) override {
    auto found = rows_.triggers.find({flow, std::string(trigger_id)});
    return found == rows_.triggers.end() ? std::nullopt : std::optional(found->second);
  }
  Result<std::vector<store::TriggerRow>> triggers_of(const model::FlowKey& flow) override {
    std::vector<store::TriggerRow> found;
    for (const auto& [key, row] : rows_.triggers) {
      if (key.first == flow) found.push_back(row);
    }
    return found;
  }
  Result<std::vector<TriggerWake>> next_trigger_wakes(uint16_t first, uint16_t last, size_t limit) override {
    std::vector<TriggerWake> wakes;
    for (const auto& [key, row] : rows_.triggers) {
      if (row.wake_at && in_range(key.first, first, last)) wakes.push_back({*row.wake_at, row.flow, key.second});
    }
    std::ranges::sort(wakes, {}, &TriggerWake::at);
    if (wakes.size() > limit) wakes.resize(limit);
    return wakes;
  }
  Result<std::vector<store::TriggerRow>> due_triggers(uint16_t first, uint16_t last, base::Instant from,
                                                      base::Instant until, size_t limit) override {
    std::vector<store::TriggerRow> due;
    for (const auto& [key, row] : rows_.triggers) {
      if (row.wake_at && *row.wake_at >= from && *row.wake_at <= until && in_range(key.first, first, last))
        due.push_back(row);
    }
    std::ranges::sort(due, {}, &store::TriggerRow::wake_at);
    if (due.size() > limit) due.resize(limit);
    return due;
  }
  Result<std::vector<TriggerHead>> worker_triggers(uint16_t first, uint16_t last) override {
    std::vector<TriggerHead> heads;
    if (canary_ == Canary::forgotten_look) return heads;
    for (const auto& [key, row] : rows_.triggers) {
      if (row.kind == store::TriggerKind::schedule || !in_range(key.first, first, last)) continue;
      const bool evaluating = row.evaluating_since.has_value();
      heads.push_back({row.flow, key.second, row.kind, evaluating, !evaluating && !row.wake_at});
    }
    return heads;
  }
  Result<std::vector<OpenExecution>> open_executions(uint16_t first, uint16_t last, base::Id after,
                                                     size_t limit) override {
    std::vector<OpenExecution> open;
    for (auto it = rows_.executions.upper_bound(after); it != rows_.executions.end() && open.size() < limit; ++it) {
      const auto& [id, row] = *it;
      if (row.activity != store::Activity::ended && in_range(*row.execution.flow, first, last))
        open.push_back({id, row.execution.flow, row.execution.state.current(), row.activity});
    }
    return open;
  }
  /// Kill switches; nothing else is configured. An executor asks for namespaces and reusable inputs when it starts.
  Result<std::vector<store::EntityRow>> entities(const store::EntityKind& kind, const store::Visible&,
                                                 const store::EntityFilter&) override {
    std::vector<store::EntityRow> found;
    if (kind.name != store::StoredEntity<store::KillSwitchRow>::kind.name) return found;
    for (const auto& [id, row] : rows_.kill_switches) found.push_back(store::entity_row(row));
    return found;
  }
  Result<store::MaintenanceRow> maintenance() override { return rows_.maintenance; }
  Result<std::optional<store::DocumentRow>> document(std::string_view, std::string_view) override {
    return base::fail(not_answered());
  }
  Result<std::vector<store::DocumentRow>> expired_documents(base::Instant, size_t) override {
    return base::fail(not_answered());
  }

  Result<store::Page<store::TriggerRow>> search_triggers(const store::TriggerQuery&) override {
    return std::unexpected(not_answered());
  }

  Result<std::vector<store::FlowRow>> flow_revisions(const model::FlowKey&) override {
    return std::unexpected(not_answered());
  }
  Result<store::Page<store::FlowRow>> search_flows(const store::FlowQuery&) override {
    return std::unexpected(not_answered());
  }
  Result<std::vector<std::string>> namespaces(const store::Visible&, std::string_view) override {
    return std::unexpected(not_answered());
  }
  Result<uint64_t> count_executions(const store::ExecutionQuery&) override { return std::unexpected(not_answered()); }
  Result<std::vector<store::RollupRow>> rollup(const store::RollupQuery&) override {
    return std::unexpected(not_answered());
  }
  Result<std::vector<model::MetricEntry>> metrics(const store::Visible&, base::Id, size_t) override {
    return std::unexpected(not_answered());
  }
  Result<std::vector<model::MetricEntry>> flow_metrics(const FlowMetricQuery&) override {
    return std::unexpected(not_answered());
  }
  Result<std::vector<model::Service>> services(bool, size_t) override { return std::unexpected(not_answered()); }
  Result<std::optional<store::EntityRow>> entity(const store::EntityKind&, std::string_view, std::string_view,
                                                 std::string_view) override {
    return std::unexpected(not_answered());
  }
  Result<std::optional<store::EntityRow>> entity_revision(const store::EntityKind&, std::string_view, std::string_view,
                                                          std::string_view, int64_t) override {
    return std::unexpected(not_answered());
  }
  Result<std::optional<store::KvRow>> kv(std::string_view, std::string_view, std::string_view) override {
    return std::unexpected(not_answered());
  }
  Result<store::Page<store::KvRow>> search_kv(const store::KvQuery&) override {
    return std::unexpected(not_answered());
  }
  Result<std::vector<store::KvVersion>> kv_versions(const store::Visible&, std::string_view,
                                                    std::string_view) override {
    return std::unexpected(not_answered());
  }
  Result<std::vector<std::string>> data_namespaces(const store::Visible&, std::string_view) override {
    return std::unexpected(not_answered());
  }
  Result<std::vector<store::NamespaceFileRow>> namespace_file_versions(const store::Visible&, std::string_view,
                                                                       std::string_view) override {
    return std::unexpected(not_answered());
  }
  Result<std::optional<store::SecretRow>> secret(std::string_view, std::string_view, std::string_view) override {
    return std::unexpected(not_answered());
  }
  Result<std::vector<store::SecretRow>> secrets(const store::Visible&, std::string_view) override {
    return std::unexpected(not_answered());
  }
  Result<std::vector<store::NamespaceFileRow>> namespace_files(const store::Visible&, std::string_view,
                                                               std::string_view, std::string_view) override {
    return std::unexpected(not_answered());
  }
  Result<std::vector<store::NamespaceFileRow>> namespace_file_revisions(std::string_view, std::string_view,
                                                                        std::string_view) override {
    return std::unexpected(not_answered());
  }

 private:
  static bool in_range(const model::FlowKey& flow, uint16_t first, uint16_t last) {
    const uint16_t slot = model::slot_of(flow);
    return slot >= first && slot <= last;
  }
  const Rows& rows_;
  Canary canary_;
};

}  // namespace

const store::TaskRunRow* Rows::find_run(base::Id execution, base::Id task_run) const {
  auto runs = task_runs.find(execution);
  if (runs == task_runs.end()) return nullptr;
  for (const auto& [position, row] : runs->second) {
    if (row.run.id == task_run) return &row;
  }
  return nullptr;
}

Result<void> Rows::check(const store::Batch& batch) const {
  auto conflict = [](std::string what) { return base::fail(store::store_conflict, std::move(what)); };
  for (const auto& row : batch.flows) {
    auto known = flows.find(row.key);
    if (known != flows.end() && known->second.contains(row.revision)) return conflict("the revision exists");
  }
  std::set<base::Id> fresh;
  for (const auto& row : batch.new_executions) {
    if (executions.contains(row.execution.id) || !fresh.insert(row.execution.id).second)
      return conflict("the execution exists");
  }
  for (const auto& row : batch.executions) fresh.insert(row.execution.id);
  for (const auto* rows : {&batch.new_task_runs, &batch.task_runs}) {
    for (const auto& row : *rows) {
      if (!executions.contains(row.execution_id) && !fresh.contains(row.execution_id))
        return conflict("the task run's execution is missing");
      auto known = task_runs.find(row.execution_id);
      if (known == task_runs.end()) continue;
      auto at = known->second.find(row.position);
      if (at != known->second.end() && (rows == &batch.new_task_runs || at->second.run.id != row.run.id)) {
        return conflict("the place of the task run is taken");
      }
    }
  }
  for (const auto& row : batch.idempotency) {
    auto known = idempotency.find({row.tenant, row.key});
    if (known != idempotency.end() && known->second.execution_id != row.execution_id)
      return conflict("the key answers with another execution");
  }
  return {};
}

Result<void> Rows::apply(const store::Batch& batch) {
  GYR_CHECK(check(batch));
  for (const auto& row : batch.flows) flows[row.key].insert_or_assign(row.revision, row);
  for (const auto& row : batch.new_executions) executions.insert_or_assign(row.execution.id, row);
  for (const auto& row : batch.executions) executions.insert_or_assign(row.execution.id, row);
  for (const auto& [execution, run] : batch.deleted_task_runs) {
    std::erase_if(task_runs[execution], [run](const auto& entry) { return entry.second.run.id == run; });
  }
  for (const auto& row : batch.new_task_runs) task_runs[row.execution_id].insert_or_assign(row.position, row);
  for (const auto& row : batch.task_runs) task_runs[row.execution_id].insert_or_assign(row.position, row);
  for (const auto& line : batch.logs) {
    logs.insert_or_assign({line.execution_id, line.task_run_id, line.attempt, line.sequence}, line);
  }
  for (const auto& message : batch.inbox) {
    auto same = [&message](const auto& entry) { return entry.second.id == message.id; };
    if (std::ranges::none_of(inbox, same)) inbox.emplace(++last_sequence, message);
  }
  for (int64_t sequence : batch.applied_inbox) inbox.erase(sequence);
  for (base::Id id : batch.applied_inbox_ids) {
    std::erase_if(inbox, [id](const auto& entry) { return entry.second.id == id; });
  }
  for (const auto& row : batch.idempotency) idempotency.insert_or_assign({row.tenant, row.key}, row);
  for (const auto& gone : batch.deleted_windows) {
    std::erase_if(windows, [&gone](const auto& entry) {
      const auto& [flow, trigger, window, start] = entry.first;
      if (flow != gone.flow) return false;
      return gone.trigger_id.empty() || (trigger == gone.trigger_id && window == gone.window_id && start == gone.start);
    });
  }
  for (const auto& row : batch.windows)
    windows.insert_or_assign({*row.flow, row.trigger_id, row.window_id, row.start}, row);
  for (const auto& gone : batch.deleted_triggers) triggers.erase({gone.flow, gone.trigger_id});
  for (const auto& row : batch.triggers) triggers.insert_or_assign({*row.flow, row.trigger_id}, row);
  for (const auto& row : batch.entities) {
    if (row.kind != store::StoredEntity<store::KillSwitchRow>::kind.name) continue;
    GYR_TRY(auto read, store::entity_of<store::KillSwitchRow>(row));
    kill_switches.insert_or_assign(row.id, std::move(read));
  }
  if (batch.maintenance) maintenance = *batch.maintenance;
  for (const auto& gone : batch.deleted_executions) {
    executions.erase(gone.id);
    task_runs.erase(gone.id);
    std::erase_if(logs, [&gone](const auto& entry) { return gone.logs && std::get<0>(entry.first) == gone.id; });
  }
  return {};
}

void MemoryStore::commit(store::Batch batch, Done done) {
  const bool checks = batch.lease && canary_ != Canary::ignored_epoch;
  auto held = checks ? leases_.check(batch.lease) : Result<void>();
  done(held ? rows_.apply(batch) : std::move(held));
}

void MemoryStore::read(std::move_only_function<void(store::Reader&)> work) {
  MemoryReader reader(rows_, canary_);
  work(reader);
}

Result<std::unique_ptr<store::Reader>> MemoryStore::open_reader() {
  return std::make_unique<MemoryReader>(rows_, canary_);
}

Result<void> MemoryStore::backup(const std::string&) { return std::unexpected(not_answered()); }

}  // namespace gyr::simulation
