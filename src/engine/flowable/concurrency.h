// The maximum number of children of a Parallel or a Dag that run at the same time: a number, or an expression that is
// rendered when the run starts (TASK-31, TASK-3).
#pragma once

#include <cstdint>
#include <optional>

#include "engine/execution_state.h"
#include "engine/flowable/flowable.h"
#include "expression/convert.h"
#include "model/dynamic.h"

namespace gyr::engine {

/// The template to render; empty if the property is a number.
inline std::optional<base::Value> concurrency_to_render(const model::Dynamic<int64_t>& concurrent) {
  if (!concurrent.is_set() || concurrent.value_template().is_constant()) return std::nullopt;
  return concurrent.source();
}

inline base::Result<Decision> decide_concurrency(const base::Value& rendered) {
  Decision decision;
  GYR_TRY(auto number, expression::to_integer(rendered));
  if (number) decision.kept = base::Value::integer(*number);
  return decision;
}

/// 0 or less: all.
inline int64_t concurrency_of(const RunState& run, const model::Dynamic<int64_t>& concurrent) {
  if (run.flowable->decision.is_integer()) return run.flowable->decision.as_integer();
  if (!concurrent.is_set() || !concurrent.value_template().is_constant()) return 0;
  auto number = expression::to_integer(concurrent.source());
  return number ? number->value_or(0) : 0;
}

}  // namespace gyr::engine
