// The executor: partitions, the threads that run them, and the door through which commands come in.
#pragma once

#include <atomic>
#include <memory>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "executor/command.h"
#include "executor/in_flight.h"
#include "executor/partition.h"
#include "executor/trigger_meters.h"

namespace gyr::executor {

/// Sizes of an executor, fixed for its life.
struct ExecutorOptions {
  size_t threads = 1;
  size_t partitions = 4;
  PartitionLimits limits;
  size_t waiting_commands = 50'000;                ///< per partition: above it new commands are refused (429)
  size_t backlog_bytes = 256 * 1024 * 1024;        ///< of the store's writer: above it new commands are refused
  uint64_t queued_work_bytes = 256 * 1024 * 1024;  ///< of work that waits for workers: above it no new executions (429)
  std::string owner = "this server";               ///< whose leases of the partitions' slots they are
  std::string in_flight_file;                      ///< empty: no quarantine (tests)
};

/// Starts with start(), ends with stop(). submit() and the like: any thread.
class Executor {
 public:
  /// `services.route` is set by the executor itself.
  Executor(ExecutorOptions options, PartitionServices services);
  ~Executor();

  /// Takes the leases of all partitions, recovers what is open and begins to run. Executions in flight at a crash of
  /// the process are counted; at the second one they are quarantined.
  base::Result<void> start();
  /// Applies what has come in, waits for the last commit, ends the threads, gives the leases back.
  void stop();

  /// `reply` runs once, on an executor's thread, after the commit; or at once on this one where the command is refused
  /// (overloaded, full disk, shutting down). Never blocks.
  void submit(Command command, Reply reply);
  /// What a worker reports about a run of this execution.
  void worker_event(const model::FlowKey& flow, base::Id execution, engine::EventBody body,
                    std::optional<engine::AttemptRef> acknowledge);
  /// What a worker reports about the evaluation of a trigger. An event of a listener is refused where a command would
  /// be.
  void trigger_event(const model::FlowKey& flow, TriggerReport report);
  /// Behind OperatorHolds::read(): partitions look at it at once. Any thread.
  void operator_holds_changed();
  /// What its triggers have done. Any thread.
  TriggerMeters::Snapshot trigger_meters() const { return trigger_meters_.snapshot(); }

 private:
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
  /// Why nothing more is taken in for this partition; nothing where it is.
  std::optional<base::Error> closed_door(const Partition& partition, bool makes_executions) const;
  size_t partition_number(uint16_t slot) const;
  Partition& partition_of(uint16_t slot) { return *partitions_[partition_number(slot)]; }
  static void wake(Thread& thread);

  ExecutorOptions options_;
  TriggerMeters trigger_meters_;
  PartitionServices services_;
  std::unique_ptr<InFlight> in_flight_;
  /// Shared with commits under way: the store may still be waking a thread that has seen its answer and ended.
  std::vector<std::shared_ptr<Thread>> threads_;
  std::vector<std::unique_ptr<Partition>> partitions_;
  std::vector<store::Lease> leases_;  // of the partitions, until stop()
  std::atomic<bool> stopping_{false};
  std::atomic<bool> running_{false};
};

}  // namespace gyr::executor
