// The rules of labels that people set on ended executions (EXEC-89).
#pragma once

#include <vector>

#include "base/error.h"
#include "model/execution.h"

namespace gyr::executor {

/// The labels to set on an execution that has `present`: without empty entries; an error for a key without value or the
/// reverse, a key given twice, and a system label that is not there as it is given.
base::Result<std::vector<model::Label>> wanted_labels(const std::vector<model::Label>& given,
                                                      const std::vector<model::Label>& present);

}  // namespace gyr::executor
