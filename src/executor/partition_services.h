// What a partition is given: the services that it shares with all others, and its limits.
#pragma once

#include <cstddef>
#include <functional>

#include "base/clock.h"
#include "catalog/flow_cache.h"
#include "cluster/change_hub.h"
#include "cluster/operator_holds.h"
#include "dispatch/task_meters.h"
#include "dispatch/workers.h"
#include "engine/settings.h"
#include "engine/trigger/machine.h"
#include "executor/trigger_meters.h"
#include "host/host_service.h"
#include "host/input_resolver.h"
#include "store/store.h"

namespace gyr::executor {

/// The services that all partitions share.
struct PartitionServices {
  store::Store& store;
  FlowCache& flows;
  const engine::Settings& settings;
  const base::Clock& clock;
  ChangeHub& changes;
  Workers& workers;
  InputResolver& inputs;
  /// Delivers a committed message to the partition of its slot.
  std::function<void(store::InboxMessage)> route;
  /// Answers the host calls of triggers; null: every host call is an error (tests).
  HostService* host = nullptr;
  engine::TriggerSettings triggers = {};
  /// Sums of the metrics of tasks; null: not collected (tests).
  TaskMeters* task_meters = nullptr;
  /// The executor sets it; null: nothing is counted.
  TriggerMeters* trigger_meters = nullptr;
  /// The holds of operators; null: there are none (tests).
  const OperatorHolds* operator_holds = nullptr;
};

/// The limits of the turns and the memory of a partition. Idle executions beyond `live_executions` and dates beyond
/// `wakes` and `trigger_wakes` are only in the store.
struct PartitionLimits {
  size_t drain = 512;                    ///< maximum number of messages per turn
  size_t batch_bytes = 4 * 1024 * 1024;  ///< a larger batch is committed before the mailbox is empty
  size_t live_executions = 10'000;
  size_t wakes = 100'000;
  size_t trigger_wakes = 10'000;
  base::Duration retry_after_failure = base::Duration::of_millis(250);
};

/// The slots of a partition, both included.
struct SlotRange {
  uint16_t first = 0;
  uint16_t last = 0;
};

}  // namespace gyr::executor
