// What the partitions of one thread share.
#pragma once

#include <memory>

#include "base/id.h"
#include "executor/bell.h"
#include "executor/in_flight.h"
#include "executor/live_executions.h"
#include "store/store.h"

namespace gyr::executor {

/// The entry of a thread in the file of executions that are being processed; none in tests.
struct InFlightEntry {
  InFlight* file = nullptr;
  size_t place = 0;
  void set(base::Id execution) const {
    if (file != nullptr) file->set(place, execution);
  }
};

/// Used only on that thread; before it runs, by the thread that starts it. It outlives the partitions.
struct PartitionThread {
  /// `partitions`: how many it runs.
  PartitionThread(size_t partitions, const PartitionLimits& limits)
      : live{.capacity = limits.live_executions, .partitions = partitions} {}

  /// Whether other partitions have something to do: a commit on this thread would hold them up.
  bool is_wanted() const { return others_wait || (bell != nullptr && bell->has_rung()); }

  InFlightEntry in_flight = {};
  const Bell* bell = nullptr;             ///< null: the turns are driven without a thread
  bool others_wait = false;               ///< partitions whose turn follows in this round
  std::unique_ptr<store::Reader> reader;  ///< opened by the partition that recovers first
  LiveBudget live;
};

}  // namespace gyr::executor
