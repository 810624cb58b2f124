// The data that is deleted with an execution: its logs and metrics in the commit of the executor, its files here.
#pragma once

#include <utility>
#include <vector>

#include "web/http/request.h"

namespace gyr::web {

/// `deleteLogs`, `deleteMetrics`, `deleteStorage`.
std::vector<QueryParameter> deletion_parameters();

/// Deletes the files of deleted executions. A failure is only logged, because the executions are already deleted; a
/// purge deletes the remaining files.
base::Task<void> remove_storage(Request* request, std::vector<std::pair<model::FlowKey, base::Id>> executions);

}  // namespace gyr::web
