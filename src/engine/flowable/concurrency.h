// The maximum number of children of a Parallel or a Dag that run at the same time: a number, or an expression that is
// rendered when the run starts (TASK-31, TASK-3).
#pragma once

#include <cstdint>
#include <optional>

#include "engine/flowable/flowable.h"
#include "expression/convert.h"
#include "model/dynamic.h"

namespace gyr::engine {

/// The template to render; empty if the property is a number.
inline std::optional<base::Value> concurrency_to_render(const model::Dynamic<int64_t>& concurrent) {
  if (!concurrent.is_set() || concurrent.value_template().is_constant()) return std::nullopt;
  return concurrent.source();
}

/// `State` has a member `concurrent`.
template <class State>
base::Result<Decision> decide_concurrency(const base::Value& rendered) {
  State state;
  GYR_TRY(state.concurrent, expression::to_integer(rendered));
  return Decision{.state = std::move(state)};
}

/// `rendered`: the limit that was rendered at the start; without it, the property counts. 0 or less: all.
inline int64_t concurrency_of(std::optional<int64_t> rendered, const model::Dynamic<int64_t>& concurrent) {
  if (rendered) return *rendered;
  if (!concurrent.is_set() || !concurrent.value_template().is_constant()) return 0;
  auto number = expression::to_integer(concurrent.source());
  return number ? number->value_or(0) : 0;
}

}  // namespace gyr::engine
