// The executor: its partitions, their threads, and the entry point for commands.
#pragma once

#include <atomic>
#include <memory>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "command/commands.h"
#include "executor/in_flight.h"
#include "executor/partition.h"
#include "executor/trigger_meters.h"

namespace gyr::executor {

/// The limits of an executor. They do not change.
struct ExecutorOptions {
  size_t threads = 1;
  size_t partitions = 4;
  PartitionLimits limits;
  size_t waiting_commands = 50'000;          ///< per partition: above this number, new commands are refused (429)
  size_t backlog_bytes = 256 * 1024 * 1024;  ///< of the writer of the store: above this size, new commands are refused
  /// of jobs that wait for workers: above this size, new executions are refused (429)
  uint64_t queued_work_bytes = 256 * 1024 * 1024;
  std::string owner = "this server";  ///< the owner of the leases of the partitions
  std::string in_flight_file;         ///< empty: no quarantine (tests)
};

/// Call start() first and stop() last. Commands and the other requests are thread-safe.
class Executor final : public Commands {
 public:
  /// The executor sets `services.route`.
  Executor(ExecutorOptions options, PartitionServices services);
  ~Executor() override;

  /// Acquires the leases of all partitions, recovers open executions and starts the threads. Counts the executions that
  /// were processed when the process crashed; after the second crash they are quarantined.
  base::Result<void> start();
  /// Applies the messages that have arrived, waits for the last commit, ends the threads, releases the leases.
  void stop();

  /// A report of a worker about a run of this execution.
  void worker_event(const model::FlowKey& flow, base::Id execution, engine::EventBody body,
                    std::optional<engine::AttemptRef> acknowledge);
  /// A report of a worker about the evaluation of a trigger. An event of a listener is refused when a command would be
  /// refused.
  void trigger_event(const model::FlowKey& flow, TriggerReport report);
  /// Call after OperatorHolds::read(): partitions apply the new rules immediately. Thread-safe.
  void operator_holds_changed();
  /// Counters of its triggers. Thread-safe.
  TriggerMeters::Snapshot trigger_meters() const { return trigger_meters_.snapshot(); }

 private:
  void give(Command command, Reply reply) override;
  struct Thread {
    std::binary_semaphore signal{0};
    std::atomic<bool> sleeping{false};
    std::vector<Partition*> partitions;
    std::jthread thread;
  };

  base::Result<void> take_leases();
  void release_leases();
  base::Result<void> count_aborts();
  base::Result<void> count_abort(store::Reader& reader, base::Id execution);
  uint16_t first_slot_of(size_t partition) const;
  void run(Thread& thread);
  void submit_to(uint16_t slot, Command command, Reply reply);
  /// Why this partition accepts no commands; nothing if it does.
  std::optional<base::Error> closed_door(const Partition& partition, bool makes_executions) const;
  size_t partition_number(uint16_t slot) const;
  Partition& partition_of(uint16_t slot) { return *partitions_[partition_number(slot)]; }
  static void wake(Thread& thread);

  ExecutorOptions options_;
  TriggerMeters trigger_meters_;
  PartitionServices services_;
  std::unique_ptr<InFlight> in_flight_;
  /// Shared with commits in progress: the store can still be notifying a thread that has seen its answer and ended.
  std::vector<std::shared_ptr<Thread>> threads_;
  std::vector<std::unique_ptr<Partition>> partitions_;
  std::vector<store::Lease> leases_;  // of the partitions, until stop()
  std::atomic<bool> stopping_{false};
  std::atomic<bool> running_{false};
};

}  // namespace gyr::executor
