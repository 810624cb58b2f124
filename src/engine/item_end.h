// What must be stored before the end of an execution of a ForEachItem is counted (TASK-55).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/event.h"
#include "engine/execution_state.h"

namespace gyr::engine {

/// The batch whose execution has ended, and the task run that counts it.
struct ItemEnd {
  uint32_t batch = 0;
  std::string task_id;
};

/// Returns an end that the execution will count and that has outputs; nothing if there is nothing to store.
std::optional<ItemEnd> item_to_store(const ExecutionState& state, const ChildEnded& event);

}  // namespace gyr::engine
