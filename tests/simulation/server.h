// One life of the server: the real partitions, flow cache and worker hub, driven without threads.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "auditor.h"
#include "catalog/flow_cache.h"
#include "cluster/change_hub.h"
#include "cluster/lease_keeper.h"
#include "cluster/operator_holds.h"
#include "command/commands.h"
#include "dispatch/worker_hub.h"
#include "events.h"
#include "executor/message_queue.h"
#include "executor/partition.h"
#include "faulty_store.h"
#include "host/host_service.h"
#include "random.h"
#include "scenario.h"

namespace gyr::simulation {

/// Does what executor.cc does with threads: turns of partitions whenever something came in or a date is due, commands
/// to the partition of their flow. With others beside it, it has the partitions whose leases it gets. Ended by end();
/// what it left waiting is answered with an error.
class Server final : public executor::Commands, public executor::WorkerReports {
 public:
  /// Which one it is, and how it is broken.
  struct Identity {
    size_t site = 0;
    uint64_t life = 0;
    Canary canary = Canary::none;
  };
  /// `lost`: another server has taken over a partition; this one is to end.
  Server(Events& events, const Scenario& scenario, FaultyStore& store, Auditor& auditor, Identity identity,
         std::function<void()> lost);
  ~Server() override;

  base::Result<void> start();
  /// Commits that were answered are still acted on where its leases are good; everything else is answered and dropped.
  void end(bool crash);
  /// Whether it has the partition of this number, of a flow; another may have taken it over since.
  bool has(size_t partition) const { return partitions_[partition] != nullptr; }
  /// It has it, and may begin something.
  bool runs(size_t partition) const { return has(partition) && (!shares_ || keepers_[partition]->holds()); }
  bool has(const model::FlowKey& flow) const { return has(number_of(flow)); }
  /// The process stops for so long: what it has sent is on its way, everything else waits.
  void stand_still(int64_t length_us) { sleep_.until_us = std::max(sleep_.until_us, events_.now_us() + length_us); }
  const Standstill& standstill() const { return sleep_; }
  executor::WorkerHub& hub() { return *hub_; }
  /// As the requests of an operator do it: commits, and then the partitions hear of it.
  void set_operator_holds(store::Batch batch, store::Store::Done answer);
  /// What is held back has changed: it is read a moment later.
  void hear_soon();
  /// The wall clock was set: dates are looked at again.
  void look_around();
  /// From now on all goes well.
  void calm() { faults_ = {}; }

 private:
  class CheckedWorkers;
  class Resolver;
  class Files;
  class FileThreads;

  void give(executor::Command command, executor::Reply reply) override;
  void worker_event(const model::FlowKey& flow, base::Id execution, engine::EventBody body,
                    std::optional<engine::AttemptRef> acknowledge) override;
  std::optional<base::Error> trigger_event(const model::FlowKey& flow, executor::TriggerReport report) override;
  size_t number_of(const model::FlowKey& flow) const;
  void push(const model::FlowKey& flow, executor::Message message);
  base::Result<void> add_partition(size_t index, store::Lease lease);
  void keep_lease(size_t index);
  void ask_store(executor::LeaseServices::Question question, executor::LeaseServices::Answered answered);
  void lose();
  base::Result<void> hear();
  void turn(size_t index);
  void turn_soon(size_t index);
  void turn_at_date(size_t index);
  /// How long a thread takes to come to something that takes so long by itself.
  int64_t delay_us(int64_t least_us, int64_t most_us);

  Events& events_;
  FaultyStore& store_;
  Auditor& auditor_;
  Identity identity_;
  Faults faults_;
  std::function<void()> lost_;
  Random random_;
  Standstill sleep_;
  Random lease_random_;
  Random operator_random_;
  EventLoop lease_loop_;
  engine::Settings settings_;
  executor::ChangeHub changes_;
  EventLoop loop_;
  std::unique_ptr<executor::FlowCache> flows_;
  std::unique_ptr<executor::HostService> host_;
  std::unique_ptr<executor::WorkerHub> hub_;
  std::unique_ptr<CheckedWorkers> workers_;
  std::unique_ptr<Resolver> resolver_;
  std::unique_ptr<Files> files_;
  std::unique_ptr<FileThreads> file_threads_;
  std::unique_ptr<executor::HostService> partition_host_;  ///< what partitions ask of the host, on virtual time
  executor::QueuedWork queued_work_;
  executor::OperatorHolds operator_holds_;
  executor::OperatorHolds overlooked_;  ///< as they were when this life began: what a broken partition knows
  const executor::PartitionLimits limits_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  bool losing_ = false;
  bool shares_;  ///< the store, with another server
  std::vector<std::unique_ptr<executor::LeaseKeeper>> keepers_;
  executor::PartitionThread thread_;  ///< of all partitions: they share its reader and what may be in memory
  std::vector<std::unique_ptr<executor::MessageQueue>> queues_;
  std::vector<std::unique_ptr<executor::Partition>> partitions_;  ///< null: of another server
  std::vector<bool> soon_;                                        ///< a turn of the partition is queued
  std::vector<uint64_t> date_;                                    ///< which of its turns at a date counts
};

}  // namespace gyr::simulation
