// Values of contexts, shared by context.cc and worker_context.cc.
#pragma once

#include <span>
#include <string_view>

#include "base/value.h"
#include "engine/execution_state.h"

namespace gyr::engine {

/// Returns the outputs of a run as a map; an empty map if it has none.
const base::Value& outputs_or_empty(const RunState& run);
/// Whether the root `outputs` has an entry for the run, possibly an empty map (EXEC-111): a worker has reported its
/// result, or the run is a flowable that has started. Skipped runs, runs that have not started and tasks of the engine
/// without outputs have no entry (EXEC-114). Empty maps below the values of loops are omitted too.
bool has_outputs(const CompiledTask& task, const RunState& run);
/// The entry of a run in the root `tasks`: `{state: …}`.
base::Value state_of(const RunState& run);
/// Returns the tree with `value` at a path of keys, merged deeply with the existing value.
base::Value put_at(const base::Value& tree, std::span<const std::string_view> path, const base::Value& value);

}  // namespace gyr::engine
