// The data that is deleted with an execution: its logs and metrics in the commit of the executor, its files here.
#pragma once

#include <utility>
#include <vector>

#include "web/http/request.h"
#include "web/http/typed_query.h"

namespace gyr::web {

/// What is deleted with an execution.
struct Deletion {
  bool logs = true;
  bool metrics = true;
  bool storage = true;
};

/// Deletes the files of deleted executions. A failure is only logged, because the executions are already deleted; a
/// purge deletes the remaining files.
base::Task<void> remove_storage(Request* request, std::vector<std::pair<model::FlowKey, base::Id>> executions);

template <>
struct DescribedQuery<Deletion> {
  using T = Deletion;
  static constexpr auto parameters =
      std::tuple(parameter("deleteLogs", &T::logs, {.documentation = "Delete its logs"}),
                 parameter("deleteMetrics", &T::metrics, {.documentation = "Delete its metrics"}),
                 parameter("deleteStorage", &T::storage, {.documentation = "Delete its files"}));
};

}  // namespace gyr::web
