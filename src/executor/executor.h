// The executor: its partitions and their threads.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "executor/in_flight.h"
#include "executor/mailboxes.h"
#include "executor/partition.h"

namespace gyr::executor {

/// Applies what arrives in the mailboxes. Call start() first and stop() last. The mailboxes belong to one executor.
class Executor {
 public:
  /// The executor sets `services.route`.
  Executor(Mailboxes& mailboxes, PartitionServices services);
  ~Executor();

  /// Acquires the leases of all partitions, recovers open executions and starts the threads. Counts the executions that
  /// were processed when the process crashed; after the second crash they are quarantined.
  base::Result<void> start();
  /// Refuses the messages that wait, waits for the last commit, ends the threads, releases the leases.
  void stop();

 private:
  struct Thread {
    Thread(size_t partitions, const PartitionLimits& limits) : shared(partitions, limits) {}
    PartitionThread shared;
    PartitionBits partitions = 0;
    std::jthread thread;
  };

  base::Result<void> take_leases();
  void release_leases();
  base::Result<void> make_partitions();
  base::Result<void> deliver_stored_messages();
  base::Result<void> count_aborts();
  base::Result<void> count_abort(store::Reader& reader, base::Id execution);
  void run(Thread& thread, Bell& bell);
  bool wind_up(const Thread& thread);

  Mailboxes& mailboxes_;
  const ExecutorOptions& options_;
  PartitionServices services_;
  std::unique_ptr<InFlight> in_flight_;
  std::vector<std::unique_ptr<Thread>> threads_;
  std::vector<std::unique_ptr<Partition>> partitions_;
  std::vector<store::Lease> leases_;  // of the partitions, until stop()
  std::atomic<bool> stopping_{false};
  bool running_ = false;
};

}  // namespace gyr::executor
