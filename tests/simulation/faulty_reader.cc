#include "faulty_reader.h"

namespace gyr::simulation {
namespace {

using base::Result;

class FaultyReader final : public store::Reader {
 public:
  FaultyReader(std::unique_ptr<store::Reader> below, std::function<Result<void>()> before)
      : below_(std::move(below)), before_(std::move(before)) {}

  Result<std::optional<store::FlowRow>> flow(const model::FlowKey& key, int32_t revision) override {
    GYR_CHECK(before_());
    return below_->flow(key, revision);
  }
  Result<std::vector<store::FlowRow>> flow_revisions(const model::FlowKey& key) override {
    return below_->flow_revisions(key);
  }
  Result<store::Page<store::FlowRow>> search_flows(const store::FlowQuery& query) override {
    return below_->search_flows(query);
  }
  Result<std::vector<std::string>> namespaces(const store::Visible& visible, std::string_view tenant) override {
    return below_->namespaces(visible, tenant);
  }
  Result<std::vector<store::FlowRow>> flows_holding(std::span<const std::string_view> pieces) override {
    GYR_CHECK(before_());
    return below_->flows_holding(pieces);
  }
  Result<std::optional<store::ExecutionRow>> execution(base::Id id) override {
    GYR_CHECK(before_());
    return below_->execution(id);
  }
  Result<std::vector<store::TaskRunRow>> task_runs(base::Id execution, uint32_t from_position, size_t limit) override {
    GYR_CHECK(before_());
    return below_->task_runs(execution, from_position, limit);
  }
  Result<std::optional<store::TaskRunRow>> task_run(base::Id execution, base::Id task_run) override {
    GYR_CHECK(before_());
    return below_->task_run(execution, task_run);
  }
  Result<store::Page<store::ExecutionRow>> search_executions(const store::ExecutionQuery& query) override {
    GYR_CHECK(before_());
    return below_->search_executions(query);
  }
  Result<uint64_t> count_executions(const store::ExecutionQuery& query) override {
    return below_->count_executions(query);
  }
  Result<std::vector<store::RollupRow>> rollup(const store::RollupQuery& query) override {
    return below_->rollup(query);
  }
  Result<std::vector<base::Id>> children(base::Id caller_execution) override {
    GYR_CHECK(before_());
    return below_->children(caller_execution);
  }
  Result<std::optional<store::IdempotencyRow>> idempotency(std::string_view tenant, std::string_view key) override {
    GYR_CHECK(before_());
    return below_->idempotency(tenant, key);
  }
  Result<std::vector<base::Id>> active_executions(uint16_t first_slot, uint16_t last_slot, base::Id after,
                                                  size_t limit) override {
    GYR_CHECK(before_());
    return below_->active_executions(first_slot, last_slot, after, limit);
  }
  Result<std::vector<Wake>> next_wakes(uint16_t first_slot, uint16_t last_slot, size_t limit) override {
    GYR_CHECK(before_());
    return below_->next_wakes(first_slot, last_slot, limit);
  }
  Result<std::vector<OpenExecution>> open_executions(uint16_t first_slot, uint16_t last_slot, base::Id after,
                                                     size_t limit) override {
    GYR_CHECK(before_());
    return below_->open_executions(first_slot, last_slot, after, limit);
  }
  Result<std::vector<store::StoredMessage>> inbox(uint16_t first_slot, uint16_t last_slot, int64_t after_sequence,
                                                  size_t limit) override {
    GYR_CHECK(before_());
    return below_->inbox(first_slot, last_slot, after_sequence, limit);
  }
  Result<std::array<uint64_t, model::state_count>> count_by_state(const model::FlowKey& flow) override {
    GYR_CHECK(before_());
    return below_->count_by_state(flow);
  }
  Result<std::vector<Queued>> queued_executions(const model::FlowKey& flow, size_t limit) override {
    GYR_CHECK(before_());
    return below_->queued_executions(flow, limit);
  }
  Result<std::vector<std::shared_ptr<const model::FlowKey>>> flows_with_queue(uint16_t first_slot,
                                                                              uint16_t last_slot) override {
    GYR_CHECK(before_());
    return below_->flows_with_queue(first_slot, last_slot);
  }
  Result<std::optional<store::TriggerRow>> trigger(const model::FlowKey& flow, std::string_view trigger_id) override {
    GYR_CHECK(before_());
    return below_->trigger(flow, trigger_id);
  }
  Result<std::vector<store::TriggerRow>> triggers_of(const model::FlowKey& flow) override {
    GYR_CHECK(before_());
    return below_->triggers_of(flow);
  }
  Result<store::Page<store::TriggerRow>> search_triggers(const store::TriggerQuery& query) override {
    return below_->search_triggers(query);
  }
  Result<std::vector<TriggerWake>> next_trigger_wakes(uint16_t first_slot, uint16_t last_slot, size_t limit) override {
    GYR_CHECK(before_());
    return below_->next_trigger_wakes(first_slot, last_slot, limit);
  }
  Result<std::vector<store::TriggerRow>> due_triggers(uint16_t first_slot, uint16_t last_slot, base::Instant from,
                                                      base::Instant until, size_t limit) override {
    GYR_CHECK(before_());
    return below_->due_triggers(first_slot, last_slot, from, until, limit);
  }
  Result<std::vector<TriggerHead>> worker_triggers(uint16_t first_slot, uint16_t last_slot) override {
    GYR_CHECK(before_());
    return below_->worker_triggers(first_slot, last_slot);
  }
  Result<std::vector<store::WindowRow>> windows(const model::FlowKey& flow, std::string_view trigger_id,
                                                std::string_view window_id) override {
    GYR_CHECK(before_());
    return below_->windows(flow, trigger_id, window_id);
  }
  Result<store::Page<model::LogEntry>> search_logs(const store::LogQuery& query) override {
    return below_->search_logs(query);
  }
  Result<std::vector<model::LogEntry>> read_log(const store::LogQuery& query, store::LogCursor& cursor) override {
    return below_->read_log(query, cursor);
  }
  Result<std::vector<model::MetricEntry>> metrics(const store::Visible& visible, base::Id execution,
                                                  size_t limit) override {
    return below_->metrics(visible, execution, limit);
  }
  Result<std::vector<model::MetricEntry>> flow_metrics(const FlowMetricQuery& query) override {
    return below_->flow_metrics(query);
  }
  Result<std::optional<store::KvRow>> kv(std::string_view tenant, std::string_view namespace_,
                                         std::string_view key) override {
    return below_->kv(tenant, namespace_, key);
  }
  Result<store::Page<store::KvRow>> search_kv(const store::KvQuery& query) override { return below_->search_kv(query); }
  Result<std::vector<store::KvVersion>> kv_versions(const store::Visible& visible, std::string_view tenant,
                                                    std::string_view namespace_) override {
    return below_->kv_versions(visible, tenant, namespace_);
  }
  Result<std::vector<std::string>> data_namespaces(const store::Visible& visible, std::string_view tenant) override {
    return below_->data_namespaces(visible, tenant);
  }
  Result<std::vector<store::NamespaceFileRow>> namespace_files(const store::Visible& visible, std::string_view tenant,
                                                               std::string_view namespace_,
                                                               std::string_view prefix) override {
    return below_->namespace_files(visible, tenant, namespace_, prefix);
  }
  Result<std::vector<store::NamespaceFileRow>> namespace_file_revisions(std::string_view tenant,
                                                                        std::string_view namespace_,
                                                                        std::string_view path) override {
    return below_->namespace_file_revisions(tenant, namespace_, path);
  }
  Result<std::vector<store::NamespaceFileRow>> namespace_file_versions(const store::Visible& visible,
                                                                       std::string_view tenant,
                                                                       std::string_view namespace_) override {
    return below_->namespace_file_versions(visible, tenant, namespace_);
  }
  Result<std::optional<store::SecretRow>> secret(std::string_view tenant, std::string_view namespace_,
                                                 std::string_view key) override {
    return below_->secret(tenant, namespace_, key);
  }
  Result<std::vector<store::SecretRow>> secrets(const store::Visible& visible, std::string_view tenant) override {
    return below_->secrets(visible, tenant);
  }
  Result<std::optional<store::EntityRow>> entity(const store::EntityKind& kind, std::string_view tenant,
                                                 std::string_view namespace_, std::string_view id) override {
    return below_->entity(kind, tenant, namespace_, id);
  }
  Result<std::optional<store::EntityRow>> entity_revision(const store::EntityKind& kind, std::string_view tenant,
                                                          std::string_view namespace_, std::string_view id,
                                                          int64_t revision) override {
    return below_->entity_revision(kind, tenant, namespace_, id, revision);
  }
  Result<std::vector<store::EntityRow>> entities(const store::EntityKind& kind, const store::Visible& visible,
                                                 const store::EntityFilter& filter) override {
    return below_->entities(kind, visible, filter);
  }
  Result<store::MaintenanceRow> maintenance() override { return below_->maintenance(); }
  Result<std::optional<store::DocumentRow>> document(std::string_view kind, std::string_view key) override {
    return below_->document(kind, key);
  }
  Result<std::vector<store::DocumentRow>> expired_documents(base::Instant now, size_t limit) override {
    return below_->expired_documents(now, limit);
  }
  Result<std::vector<model::Service>> services(bool include_inactive, size_t limit) override {
    return below_->services(include_inactive, limit);
  }

 private:
  std::unique_ptr<store::Reader> below_;
  std::function<Result<void>()> before_;
};

}  // namespace

std::unique_ptr<store::Reader> make_faulty_reader(std::unique_ptr<store::Reader> below,
                                                  std::function<Result<void>()> before) {
  return std::make_unique<FaultyReader>(std::move(below), std::move(before));
}

}  // namespace gyr::simulation
