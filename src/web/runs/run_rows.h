// Task runs in the form of `runs`: for its pages, and for the events about them.
#pragma once

#include <functional>

#include "catalog/flow_cache.h"
#include "store/store.h"
#include "web/http/request.h"
#include "web/runs/run_list.h"
#include "web/runs/values.h"

namespace gyr::web {

/// The task runs that one read of the store looks at, so that it is short.
inline constexpr size_t heads_a_read = 20'000;
/// The maximum size of a page.
inline constexpr size_t max_runs_a_page = 500;
/// The lines of a log that are looked at to count errors.
inline constexpr uint32_t lines_for_errors = 20'000;

/// Hands all task runs of an execution to `use`, in their order, a part after the other. `use` runs on threads of the
/// store, one call at a time.
base::Task<base::Result<void>> for_each_task_run(Request* request, base::Id execution,
                                                 std::function<void(const store::TaskRunHead&)> use);

/// The rows of these task runs of one execution, in the same order, without `children`. `visible`: the executions that
/// the caller may see; a subflow elsewhere is not named.
base::Result<std::vector<json::RunRow>> run_rows(store::Reader& reader, const store::Visible& visible,
                                                 executor::FlowCache& flows, const store::ExecutionRow& execution,
                                                 const std::vector<store::TaskRunHead>& heads);

json::RunChildren children_json(const RunList::Counts& counts);
CountsByState counts_by_state(const std::array<uint64_t, model::state_count>& counts);

}  // namespace gyr::web
