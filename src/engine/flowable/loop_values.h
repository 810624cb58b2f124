// The values of a loop, as ForEach and its older forms read them from the rendered property (TASK-35, TASK-36).
#pragma once

#include <memory>
#include <span>

#include "base/error.h"
#include "base/value.h"
#include "engine/flowable/flowable.h"

namespace gyr::engine {

/// The common behaviour of all loops over a list of values. Stateless.
class LoopOverValues : public Flowable {
 public:
  bool is_loop() const final { return true; }
  FlowableDetail first_state() const override { return ForEachState{}; }
  /// Decides that the branch runs once for each distinct value. `rendered` is a list, or the JSON text of a list.
  base::Result<Decision> decide(const CompiledTask& task, const base::Value& rendered) const override;
  /// With one value at a time, a run is also followed by the groups after its own; with several, the other groups do
  /// not wait for it.
  bool comes_after(const CompiledTask& task, const RunState& run, const RunState& replayed) const override;

 protected:
  /// The number of values that run at the same time; 0: all.
  virtual int64_t at_once(const CompiledTask& task) const = 0;
};

/// Restores the values of a loop that had ended well, if `run` is one: they were not stored with it. `runs` contains
/// the runs of its tasks, the children of `parent` (which is `run`, or its original in another execution).
void restore_values(RunState& run, const RunState& parent, std::span<const std::unique_ptr<RunState>> runs);

/// Starts the next tasks of the groups in progress, then new groups in the order of the values, up to `concurrent`
/// groups; 0: all.
void next_groups(Step& step, RunState& run, int64_t at_once);

}  // namespace gyr::engine
