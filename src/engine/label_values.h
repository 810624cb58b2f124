// Labels in the accepted forms, from rendered values of tasks.
#pragma once

#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "model/execution.h"

namespace gyr::engine {

/// Reads a map, a list of `{key, value}` pairs, or the JSON text of a map; scalars become strings (FLOW-50, TASK-80).
base::Result<std::vector<model::Label>> labels_of_value(const base::Value& rendered);

}  // namespace gyr::engine
