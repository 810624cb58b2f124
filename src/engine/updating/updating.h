// Tasks that change the running execution (TASK-80 ff): described and executed here, in the step itself. One file each.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/error.h"
#include "base/value.h"
#include "model/schema.h"
#include "plugin_api/task_type.h"

namespace gyr::engine {

class Step;
struct RunState;

inline constexpr base::ErrorCode update_refused{"GYR-E011"};

/// Stateless; one object per type and program.
class Updating {
 public:
  virtual ~Updating() = default;
  virtual plugin::TaskType describe() const = 0;
  /// All templates to render before it acts, as one value.
  virtual base::Value decision(const model::TaskSpec& spec) const = 0;
  /// Changes the execution; an error fails the run (TASK-85) and nothing is changed.
  virtual base::Result<void> apply(Step& step, RunState& run, const model::TaskSpec& spec,
                                   const base::Value& rendered) const = 0;
};

std::span<const Updating* const> updating_tasks();
const Updating* find_updating(std::string_view type);

}  // namespace gyr::engine
