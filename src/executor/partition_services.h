// The services that all partitions share.
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
#include "executor/limits.h"
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
  /// Counters of triggers; null: nothing is counted (tests).
  TriggerMeters* trigger_meters = nullptr;
  /// The holds of operators; null: there are none (tests).
  const OperatorHolds* operator_holds = nullptr;
};

}  // namespace gyr::executor
