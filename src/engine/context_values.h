// Values of contexts, shared by context.cc and worker_context.cc.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/value.h"
#include "engine/execution_state.h"
#include "expression/context.h"

namespace gyr::engine {

/// Returns the outputs of a run as a map; an empty map if it has none.
const base::Value& outputs_or_empty(const RunState& run);
/// Whether the root `outputs` has an entry for the run, possibly an empty map (EXEC-111): a worker has reported its
/// result, or the run is a flowable that has started. Skipped runs, runs that have not started and tasks of the engine
/// without outputs have no entry (EXEC-114). Empty maps below the values of loops are omitted too.
bool has_outputs(const CompiledTask& task, const RunState& run);
/// The merged outputs of several runs of one task (EXEC-111); encrypted values stay encrypted.
class MergedOutputs {
 public:
  static MergedOutputs of(const CompiledTask& task, std::span<RunState* const> runs);
  /// Of the run and of all runs with the same output path; `run` may be null.
  static MergedOutputs at(const CompiledTask& task, const RunState* run);

  /// Nothing if the root `outputs` has an entry for none of the runs.
  const std::optional<base::Value>& value() const { return value_; }
  /// The same for expressions of the engine: "elsewhere" if only a worker can decrypt a part of the outputs.
  expression::Lookup lookup() const;

 private:
  void add(const CompiledTask& task, const RunState& run);

  std::optional<base::Value> value_;
  bool encrypted_ = false;
};

/// The entry of a run in the root `tasks`: `{state: …}`. `own` is the run whose expressions are rendered: it reads
/// CREATED, because it is rendered before it runs (EXEC-110).
base::Value state_of(const RunState& run, const RunState* own);
/// Returns the tree with `value` at a path of keys, merged deeply with the existing value.
base::Value put_at(const base::Value& tree, std::span<const std::string_view> path, const base::Value& value);

}  // namespace gyr::engine
