// For tests of ForEachItem: a parent that starts an execution for each of three batches, a child that waits for the
// test, and workers that split and merge automatically.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "executor/testing/harness.h"

namespace gyr::executor::test {

/// Flow `child`: waits in its task `nap` until the test ends it, and returns its input `nr` as an output.
inline constexpr std::string_view napping_child = R"(
inputs:
  - {id: nr, type: INT}
tasks:
  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}
outputs:
  - {id: nr, type: INT, value: "{{ inputs.nr }}"}
)";

/// A flow of one ForEachItem that starts `child` with the number of the batch as `nr`; `options` are further lines of
/// the task, indented by four.
std::string parent_of_items(std::string_view task_id, std::string_view options = "");

/// Splits into three batches and merges their outputs automatically. Any other job goes to `others`. If `others` is
/// empty or returns false, the job waits for the test.
ManualWorkers::Script three_batches(std::function<bool(ManualWorkers&, const ManualWorkers::Job&)> others = {});

/// The number of executions in this state (`SUCCESS`) that the ForEachItem of the parent has counted.
int64_t counted_items(store::Reader& reader, base::Id parent, std::string_view state);

}  // namespace gyr::executor::test
