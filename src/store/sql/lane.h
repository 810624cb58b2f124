// The lane of an execution: its kind, whether it is a child, and its state in one small number. One index therefore
// serves every list by state, kind and child (each list merges a few lanes), and rollups count by lane.
#pragma once

#include <cstdint>

#include "model/execution.h"

namespace gyr::store {

/// 32 states per class; class = kind * 2 + (1 for children).
using Lane = int32_t;
inline constexpr Lane states_per_class = 32;
inline constexpr Lane class_count = 8;
static_assert(model::state_count <= static_cast<size_t>(states_per_class));

constexpr Lane class_of(model::ExecutionKind kind, bool is_child) {
  return static_cast<Lane>(kind) * 2 + (is_child ? 1 : 0);
}
constexpr Lane lane_of(Lane execution_class, model::State state) {
  return execution_class * states_per_class + static_cast<Lane>(state);
}
constexpr Lane class_of_lane(Lane lane) { return lane / states_per_class; }
constexpr model::State state_of_lane(Lane lane) { return static_cast<model::State>(lane % states_per_class); }
constexpr model::ExecutionKind kind_of_lane(Lane lane) {
  return static_cast<model::ExecutionKind>(lane / (2 * states_per_class));
}

}  // namespace gyr::store
