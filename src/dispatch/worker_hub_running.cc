// What workers do now, for those who look at a server (API-120).
#include <algorithm>
#include <iterator>

#include "dispatch/worker_hub.h"

namespace gyr::executor {

WorkerHub::RunningPage WorkerHub::running_page(size_t from, size_t size) const {
  std::vector<Running> all;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [key, work] : outstanding_) {
      if (work.rendering) continue;
      all.push_back({work.origin.flow, key.attempt.execution_id, key.attempt.task_run_id, key.attempt.attempt,
                     work.trigger_id, work.worker});
    }
  }
  std::ranges::sort(all, {}, [](const Running& one) { return std::pair(one.execution, one.task_run); });
  RunningPage page{.total = all.size(), .running = {}};
  if (from >= all.size()) return page;
  const auto first = all.begin() + static_cast<ptrdiff_t>(from);
  const auto count = static_cast<ptrdiff_t>(std::min(size, all.size() - from));
  page.running.assign(std::make_move_iterator(first), std::make_move_iterator(first + count));
  return page;
}

}  // namespace gyr::executor
