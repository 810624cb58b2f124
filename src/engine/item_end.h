// What has to be stored before the end of an execution of a ForEachItem is counted (TASK-55).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/event.h"
#include "engine/execution_state.h"

namespace gyr::engine {

/// The batch whose execution has ended, and the task that counts it.
struct ItemEnd {
  uint32_t batch = 0;
  std::string task_id;
};

/// Of an end that the execution will count and that has outputs; nothing where there is nothing to store.
std::optional<ItemEnd> item_to_store(const ExecutionState& state, const ChildEnded& event);

}  // namespace gyr::engine
