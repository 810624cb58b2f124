// Values of which contexts are made, shared by context.cc and worker_context.cc.
#pragma once

#include <span>
#include <string_view>

#include "base/value.h"
#include "engine/execution_state.h"

namespace gyr::engine {

/// The outputs of a run as a map; empty where it has none.
const base::Value& outputs_or_empty(const RunState& run);
/// Whether the root `outputs` has the run, be it as an empty map (EXEC-111): a worker has answered, or it is a flowable
/// that has begun. A skipped run, one that has not begun, and a task of the engine that gives nothing are not there
/// (EXEC-114), nor are empty maps below the values of loops.
bool has_outputs(const CompiledTask& task, const RunState& run);
/// What the root `tasks` shows of a run: `{state: …}`.
base::Value state_of(const RunState& run);
/// The tree with `value` at a path of keys, merged deeply with what stands there.
base::Value put_at(const base::Value& tree, std::span<const std::string_view> path, const base::Value& value);

}  // namespace gyr::engine
