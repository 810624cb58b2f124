// Values of which contexts are made, shared by context.cc and worker_context.cc.
#pragma once

#include <span>
#include <string_view>

#include "base/value.h"
#include "engine/execution_state.h"

namespace gyr::engine {

/// The outputs of a run as a map; empty where it has none.
const base::Value& outputs_or_empty(const RunState& run);
/// What the root `tasks` shows of a run: `{state: …}`.
base::Value state_of(const RunState& run);
/// The tree with `value` at a path of keys, merged deeply with what stands there.
base::Value put_at(const base::Value& tree, std::span<const std::string_view> path, const base::Value& value);

}  // namespace gyr::engine
