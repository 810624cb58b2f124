// What the executor asks of a store, in memory: the rows that survive a crash of the simulated server.
//
// That it means the same as the real store is shown by playing the same histories on both (--store sqlite).
#pragma once

#include <map>
#include <memory>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "canary.h"
#include "store/entities/kill_switch.h"
#include "store/store.h"

namespace gyr::simulation {

/// The rows. Plain data; one thread.
struct Rows {
  using LogKey = std::tuple<base::Id, base::Id, int32_t, uint32_t>;  ///< execution, task run, attempt, sequence

  std::map<model::FlowKey, std::map<int32_t, store::FlowRow>> flows;
  std::map<base::Id, store::ExecutionRow> executions;
  std::map<base::Id, std::map<uint32_t, store::TaskRunRow>> task_runs;
  std::map<LogKey, model::LogEntry> logs;
  std::map<int64_t, store::InboxMessage> inbox;
  std::map<std::tuple<model::FlowKey, std::string, std::string, int64_t>, store::WindowRow> windows;
  std::map<std::pair<std::string, std::string>, store::IdempotencyRow> idempotency;
  std::map<std::pair<model::FlowKey, std::string>, store::TriggerRow> triggers;
  std::map<std::string, store::KillSwitchRow> kill_switches;
  store::MaintenanceRow maintenance;
  int64_t last_sequence = 0;

  /// All of the batch or, where it contradicts what is there, nothing (store_conflict).
  base::Result<void> apply(const store::Batch& batch);
  const store::TaskRunRow* find_run(base::Id execution, base::Id task_run) const;

 private:
  base::Result<void> check(const store::Batch& batch) const;
};

/// A store whose commits are done at once. Never closed, never full: faults are put in front of it.
class MemoryStore final : public store::Store {
 public:
  explicit MemoryStore(const base::Clock& clock, Canary canary = Canary::none) : clock_(clock), canary_(canary) {}
  void commit(store::Batch batch, Done done) override;
  size_t backlog_bytes() const override { return 0; }
  uint64_t generation() const override { return 1; }
  base::Result<store::Lease> acquire_lease(store::LeaseRequest request) override {
    return leases_.acquire(request, clock_.now());
  }
  base::Result<void> renew_lease(const store::Lease& lease, base::Duration length) override {
    return leases_.renew(lease, length, clock_.now());
  }
  base::Result<void> release_lease(const store::Lease& lease) override {
    leases_.release(lease);
    return {};
  }
  void read(std::move_only_function<void(store::Reader&)> work) override;
  base::Result<std::unique_ptr<store::Reader>> open_reader() override;
  base::Result<void> backup(const std::string& folder) override;
  base::Result<bool> apply_retention(base::Instant) override { return false; }
  base::Result<size_t> purge_expired_keys(base::Instant, size_t) override { return 0; }
  // Simulated servers have no files.
  base::Result<std::vector<store::LeftFiles>> left_files(base::Id, size_t) override {
    return std::vector<store::LeftFiles>();
  }
  base::Result<void> forget_left_files(const std::vector<store::LeftFiles>&) override { return {}; }
  bool writable() const override { return true; }
  void close() override {}

 private:
  const base::Clock& clock_;
  Rows rows_;
  store::LeaseTable leases_;
  Canary canary_;
};

}  // namespace gyr::simulation
