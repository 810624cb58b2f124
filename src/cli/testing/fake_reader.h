// A reader of a store, with rows from a test.
#pragma once

#include <algorithm>
#include <map>
#include <vector>

#include "store/store.h"

namespace gyr::cli::testing {

/// Implements the functions that a follower calls. All other functions fail.
class FakeReader final : public store::Reader {
 public:
  void put_execution(base::Id id, model::State state, base::Id caller = {}, base::Id caller_run = {},
                     store::Activity activity = store::Activity::active) {
    auto [found, fresh] = executions_.try_emplace(id);
    auto& row = found->second;
    if (fresh) {
      row.execution.id = id;
      row.execution.flow =
          std::make_shared<model::FlowKey>(model::FlowKey{"main", "ns", fmt::format("flow-{}", id.low)});
      row.execution.state = model::StateHistory(model::State::created, {});
      row.execution.caller_execution = caller;
      row.execution.caller_task_run = caller_run;
    }
    row.execution.state.set(state, {});
    row.activity = activity;
  }
  void put_run(base::Id execution, uint32_t position, base::Id id, std::string task, model::State state) {
    store::TaskRunRow row;
    row.execution_id = execution;
    row.position = position;
    row.run.id = id;
    row.run.task_id = std::move(task);
    row.run.state = model::StateHistory(model::State::created, {});
    row.run.state.set(state, {});
    runs_[execution][position] = std::move(row);
  }
  void remove_run(base::Id execution, uint32_t position) { runs_[execution].erase(position); }
  void put_line(base::Id execution, base::Id run, uint32_t sequence, std::string message, int64_t time_ms = 0) {
    model::LogEntry entry;
    entry.execution_id = execution;
    entry.flow = executions_.contains(execution) ? executions_[execution].execution.flow : nullptr;
    entry.task_id = "t";
    entry.task_run_id = run;
    entry.sequence = sequence;
    entry.timestamp = base::Instant::of_millis(time_ms);
    entry.message = std::move(message);
    lines_.push_back(std::move(entry));
  }

  bool fails = false;
  size_t execution_reads = 0;
  size_t runs_read = 0;

  base::Result<std::optional<store::ExecutionRow>> execution(base::Id id) override {
    if (fails) return unused();
    ++execution_reads;
    auto found = executions_.find(id);
    return found == executions_.end() ? std::nullopt : std::optional(found->second);
  }
  base::Result<std::vector<store::TaskRunRow>> task_runs(base::Id execution, uint32_t from, size_t limit) override {
    std::vector<store::TaskRunRow> rows;
    for (auto it = runs_[execution].lower_bound(from); it != runs_[execution].end() && rows.size() < limit; ++it)
      rows.push_back(it->second);
    runs_read += rows.size();
    return rows;
  }
  base::Result<std::optional<store::TaskRunRow>> task_run(base::Id execution, base::Id task_run) override {
    for (const auto& [position, row] : runs_[execution]) {
      if (row.run.id != task_run) continue;
      ++runs_read;
      return std::optional(row);
    }
    return std::optional<store::TaskRunRow>();
  }
  base::Result<std::vector<base::Id>> children(base::Id caller) override {
    std::vector<base::Id> ids;
    for (const auto& [id, row] : executions_) {
      if (row.execution.caller_execution == caller) ids.push_back(id);
    }
    return ids;
  }
  base::Result<store::Page<model::LogEntry>> search_logs(const store::LogQuery& query) override {
    std::vector<model::LogEntry> matching;
    for (const auto& line : lines_) {
      bool wanted = line.execution_id == query.execution_id;
      for (const auto& filter : query.timestamps) wanted = wanted && line.timestamp >= filter.value;
      if (wanted) matching.push_back(line);
    }
    std::ranges::sort(matching, {},
                      [](const model::LogEntry& entry) { return std::pair(entry.timestamp, entry.sequence); });
    store::Page<model::LogEntry> page;
    page.total = matching.size();
    for (size_t i = size_t{query.paging.page - 1} * query.paging.size;
         i < matching.size() && page.results.size() < query.paging.size; ++i) {
      page.results.push_back(matching[i]);
    }
    return page;
  }

  base::Result<std::optional<store::FlowRow>> flow(const model::FlowKey&, int32_t) override { return unused(); }
  base::Result<std::vector<store::FlowRow>> flow_revisions(const model::FlowKey&) override { return unused(); }
  base::Result<store::Page<store::FlowRow>> search_flows(const store::FlowQuery&) override { return unused(); }
  base::Result<std::vector<std::string>> namespaces(const store::Visible&, std::string_view) override {
    return unused();
  }
  base::Result<std::vector<store::FlowRow>> flows_holding(std::span<const std::string_view>) override {
    return unused();
  }
  base::Result<std::vector<store::WindowRow>> windows(const model::FlowKey&, std::string_view,
                                                      std::string_view) override {
    return unused();
  }
  base::Result<store::Page<store::ExecutionRow>> search_executions(const store::ExecutionQuery&) override {
    return unused();
  }
  base::Result<uint64_t> count_executions(const store::ExecutionQuery&) override { return unused(); }
  base::Result<std::vector<store::RollupRow>> rollup(const store::RollupQuery&) override { return unused(); }
  base::Result<std::optional<store::IdempotencyRow>> idempotency(std::string_view, std::string_view) override {
    return unused();
  }
  base::Result<std::vector<base::Id>> active_executions(uint16_t, uint16_t, base::Id, size_t) override {
    return unused();
  }
  base::Result<std::vector<Wake>> next_wakes(uint16_t, uint16_t, size_t) override { return unused(); }
  base::Result<std::array<uint64_t, model::state_count>> count_by_state(const model::FlowKey&) override {
    return unused();
  }
  base::Result<std::vector<Queued>> queued_executions(const model::FlowKey&, size_t) override { return unused(); }
  base::Result<std::vector<std::shared_ptr<const model::FlowKey>>> flows_with_queue(uint16_t, uint16_t) override {
    return unused();
  }
  base::Result<std::optional<store::TriggerRow>> trigger(const model::FlowKey&, std::string_view) override {
    return unused();
  }
  base::Result<std::vector<store::TriggerRow>> triggers_of(const model::FlowKey&) override { return unused(); }
  base::Result<store::Page<store::TriggerRow>> search_triggers(const store::TriggerQuery&) override { return unused(); }
  base::Result<std::vector<TriggerWake>> next_trigger_wakes(uint16_t, uint16_t, size_t) override { return unused(); }
  base::Result<std::vector<store::TriggerRow>> due_triggers(uint16_t, uint16_t, base::Instant, base::Instant,
                                                            size_t) override {
    return unused();
  }
  base::Result<std::vector<TriggerHead>> worker_triggers(uint16_t, uint16_t) override { return unused(); }
  base::Result<std::vector<store::StoredMessage>> inbox(uint16_t, uint16_t, int64_t, size_t) override {
    return unused();
  }
  base::Result<std::vector<model::MetricEntry>> metrics(const store::Visible&, base::Id, size_t) override {
    return unused();
  }
  base::Result<std::vector<model::MetricEntry>> flow_metrics(const FlowMetricQuery&) override { return unused(); }
  base::Result<std::vector<model::Service>> services(bool, size_t) override { return unused(); }
  base::Result<std::vector<OpenExecution>> open_executions(uint16_t, uint16_t, base::Id, size_t) override {
    return unused();
  }
  base::Result<store::MaintenanceRow> maintenance() override { return unused(); }
  base::Result<std::optional<store::DocumentRow>> document(std::string_view, std::string_view) override {
    return unused();
  }
  base::Result<std::vector<store::DocumentRow>> expired_documents(base::Instant, size_t) override { return unused(); }
  base::Result<std::vector<store::KvVersion>> kv_versions(const store::Visible&, std::string_view,
                                                          std::string_view) override {
    return unused();
  }
  base::Result<std::vector<std::string>> data_namespaces(const store::Visible&, std::string_view) override {
    return unused();
  }
  base::Result<std::vector<store::NamespaceFileRow>> namespace_file_versions(const store::Visible&, std::string_view,
                                                                             std::string_view) override {
    return unused();
  }
  base::Result<std::optional<store::SecretRow>> secret(std::string_view, std::string_view, std::string_view) override {
    return unused();
  }
  base::Result<std::vector<store::SecretRow>> secrets(const store::Visible&, std::string_view) override {
    return unused();
  }
  base::Result<std::optional<store::EntityRow>> entity(const store::EntityKind&, std::string_view, std::string_view,
                                                       std::string_view) override {
    return unused();
  }
  base::Result<std::optional<store::EntityRow>> entity_revision(const store::EntityKind&, std::string_view,
                                                                std::string_view, std::string_view, int64_t) override {
    return unused();
  }
  base::Result<std::vector<store::EntityRow>> entities(const store::EntityKind&, const store::Visible&,
                                                       const store::EntityFilter&) override {
    return unused();
  }
  base::Result<std::optional<store::KvRow>> kv(std::string_view, std::string_view, std::string_view) override {
    return unused();
  }
  base::Result<store::Page<store::KvRow>> search_kv(const store::KvQuery&) override { return unused(); }
  base::Result<std::vector<store::NamespaceFileRow>> namespace_files(const store::Visible&, std::string_view,
                                                                     std::string_view, std::string_view) override {
    return unused();
  }
  base::Result<std::vector<store::NamespaceFileRow>> namespace_file_revisions(std::string_view, std::string_view,
                                                                              std::string_view) override {
    return unused();
  }

 private:
  static std::unexpected<base::Error> unused() { return base::fail(store::store_failed, "not in this test"); }

  std::map<base::Id, store::ExecutionRow> executions_;
  std::map<base::Id, std::map<uint32_t, store::TaskRunRow>> runs_;
  std::vector<model::LogEntry> lines_;
};

}  // namespace gyr::cli::testing
