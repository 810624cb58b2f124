// The rules for labels that users set on ended executions (EXEC-89).
#pragma once

#include <vector>

#include "base/error.h"
#include "model/execution.h"

namespace gyr::executor {

/// Returns the labels to set on an execution with the labels `present`, without empty entries. Fails for a key without
/// a value or the reverse, a duplicate key, and a system label that is not already present with this value.
base::Result<std::vector<model::Label>> wanted_labels(const std::vector<model::Label>& given,
                                                      const std::vector<model::Label>& present);

}  // namespace gyr::executor
