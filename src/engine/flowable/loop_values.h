// The values of a loop: what ForEach and its older forms make of the rendered property (TASK-35, TASK-36).
#pragma once

#include "base/error.h"
#include "base/value.h"
#include "engine/flowable/flowable.h"

namespace gyr::engine {

/// What all loops over a list of values have in common. Stateless.
class LoopOverValues : public Flowable {
 public:
  bool is_loop() const final { return true; }
  base::Result<Decision> decide(const CompiledTask& task, const base::Value& rendered) const override;
  /// One value at a time: the groups behind its own, too; several at a time: the other groups do not wait for it.
  bool comes_after(const CompiledTask& task, const RunState& run, const RunState& replayed) const override;
  base::Value kept_of(const std::map<int32_t, std::string>& values) const final;

 protected:
  /// How many values are worked on at once; 0: all.
  virtual int64_t at_once(const CompiledTask& task) const = 0;
};

/// A branch that runs once for each different value; the texts of the values are kept. `rendered` is a list, or the
/// JSON text of one.
base::Result<Decision> decide_values(const base::Value& rendered);

/// Begins the next task of groups in progress, then new groups in order of the values, so many at once; 0: all.
void next_groups(Step& step, RunState& run, int64_t at_once);

}  // namespace gyr::engine
