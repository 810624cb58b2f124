// What goes with a deleted execution: its logs and metrics by the executor's commit, its files here.
#pragma once

#include <utility>
#include <vector>

#include "web/request.h"

namespace gyr::web {

/// `deleteLogs`, `deleteMetrics`, `deleteStorage`.
std::vector<QueryParameter> deletion_parameters();

/// Removes the files of executions that are gone. A failure is logged only: the executions are gone all the same, and
/// purging finds what is left.
base::Task<void> remove_storage(Request* request, std::vector<std::pair<model::FlowKey, base::Id>> executions);

}  // namespace gyr::web
