// The objects of a run as the REST interface shows them (spec 01 section 24; API-23, API-62 to API-65).
#pragma once

#include <optional>
#include <span>

#include "base/instant.h"
#include "base/value.h"
#include "model/execution.h"

namespace gyr::model {

// Every function returns a map for syntax::write_json with `duration_as_iso`. Absent fields are left out. Nulls inside
// inputs, outputs and variables are data and stay (`inputs: {a: null}` is an optional input without a value). Instants
// and durations keep their types. Nothing is decrypted: a SECRET input has its stored, encrypted form. Any thread.

/// `[{key, value}]`.
base::Value labels_to_value(std::span<const Label> labels);

/// API-63. `startDate` always; `endDate` and `duration` when terminated or paused (EXEC-5). With `now`, a running
/// history has a duration, too.
base::Value state_to_value(const StateHistory& state, std::optional<base::Instant> now = {});

/// API-64. The execution provides the ids that every task run repeats.
base::Value task_run_to_value(const TaskRun& run, const Execution& execution, std::optional<base::Instant> now = {});

/// API-62, with `taskRunList` if there are task runs.
base::Value execution_to_value(const Execution& execution, std::span<const TaskRun> runs,
                               std::optional<base::Instant> now = {});

/// API-65.
base::Value log_to_value(const LogEntry& entry);
base::Value metric_to_value(const MetricEntry& entry);

}  // namespace gyr::model
