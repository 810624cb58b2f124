// The limits of an executor and of its partitions. They do not change while it runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/instant.h"

namespace gyr::executor {

/// The limits of the turns and the memory of a partition. Dates beyond `wakes` and `trigger_wakes` are only in the
/// store, and so are idle executions beyond `live_executions`.
struct PartitionLimits {
  size_t drain = 512;                    ///< maximum number of messages per turn
  size_t batch_bytes = 4 * 1024 * 1024;  ///< a larger batch is committed before the mailbox is empty
  size_t live_executions = 40'000;       ///< of all partitions of a thread
  size_t wakes = 10'000;
  size_t trigger_wakes = 2'000;
  base::Duration retry_after_failure = base::Duration::of_millis(250);
};

/// One bit per partition of an executor, such as those with news.
using PartitionBits = uint64_t;
inline constexpr size_t max_partitions = 64;

/// The limits of an executor.
struct ExecutorOptions {
  size_t threads = 1;
  /// Independent of the number of processors, so that an id alone tells the partition of its execution: 16 slots each.
  size_t partitions = max_partitions;
  PartitionLimits limits = {};
  size_t waiting_commands = 50'000;          ///< per partition: above this number, new commands are refused (429)
  size_t all_waiting_commands = 200'000;     ///< the same for the sum of all partitions
  size_t backlog_bytes = 256 * 1024 * 1024;  ///< of the writer of the store: above this size, new commands are refused
  /// of jobs that wait for workers: above this size, new executions are refused (429)
  uint64_t queued_work_bytes = 256 * 1024 * 1024;
  std::string owner = "this server";  ///< the owner of the leases of the partitions
  std::string in_flight_file = {};    ///< empty: no quarantine (tests)
};

/// The slots of a partition, both included.
struct SlotRange {
  uint16_t first = 0;
  uint16_t last = 0;
};

}  // namespace gyr::executor
