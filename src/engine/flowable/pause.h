// The properties of the Pause task, for code that resumes a Pause (TASK-39).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "model/bind.h"
#include "model/dynamic.h"
#include "model/input.h"
#include "model/task.h"

namespace gyr::engine {

/// The properties that an author writes for a Pause. Bound with the flow, immutable.
struct PauseProperties {
  model::Dynamic<base::Duration> pause_duration;
  model::Dynamic<base::Duration> delay;
  model::Dynamic<std::string> behavior;
  std::vector<model::Input> on_resume;
  std::optional<model::TaskSpec> on_pause;
  std::vector<model::TaskSpec> tasks;
  std::vector<model::TaskSpec> errors;
  std::vector<model::TaskSpec> finals;
};

inline constexpr std::string_view pause_type = "io.kestra.plugin.core.flow.Pause";

/// Replaces a behaviour if the `timeout` of the task ends the pause.
inline constexpr std::string_view pause_times_out = "TIMEOUT";

}  // namespace gyr::engine
