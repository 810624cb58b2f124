// One life of the server: the real partitions, flow cache and worker hub, driven without threads.
#pragma once

#include <memory>
#include <vector>

#include "auditor.h"
#include "events.h"
#include "executor/change_hub.h"
#include "executor/flow_cache.h"
#include "executor/host_service.h"
#include "executor/partition.h"
#include "executor/worker_hub.h"
#include "faulty_store.h"
#include "random.h"
#include "scenario.h"

namespace gyr::simulation {

/// Does what executor.cc does with threads: turns of partitions whenever something came in or a date is due, commands to the
/// partition of their flow. Ended by end(); what it left waiting is answered with an error.
class Server {
 public:
  Server(Events& events, const Scenario& scenario, FaultyStore& store, Auditor& auditor, uint64_t life);
  ~Server();

  base::Result<void> start();
  void submit(executor::Command command, executor::Reply reply);
  /// Commits that were answered are still acted on; everything else is answered and dropped.
  void end();
  executor::WorkerHub& hub() { return *hub_; }
  /// The wall clock was set: dates are looked at again.
  void look_around();

 private:
  class CheckedWorkers;
  class Resolver;

  executor::Partition& partition_of(const model::FlowKey& flow);
  void turn(size_t index);
  void turn_soon(size_t index);
  void turn_at_date(size_t index);

  Events& events_;
  FaultyStore& store_;
  Random random_;
  engine::Settings settings_;
  executor::ChangeHub changes_;
  EventLoop loop_;
  std::unique_ptr<executor::FlowCache> flows_;
  std::unique_ptr<executor::HostService> host_;
  std::unique_ptr<executor::WorkerHub> hub_;
  std::unique_ptr<CheckedWorkers> workers_;
  std::unique_ptr<Resolver> resolver_;
  executor::PartitionLimits limits_;
  std::vector<std::unique_ptr<executor::Partition>> partitions_;
  std::vector<bool> soon_;          ///< a turn of the partition is queued
  std::vector<uint64_t> date_;      ///< which of its turns at a date counts
};

}  // namespace gyr::simulation
