#include "main/left_files.h"

#include "base/log.h"

namespace gyr::main {
namespace {

constexpr size_t executions_at_once = 200;
// After this many failures the storage is not usable. Stop, because its retries take long.
constexpr size_t max_failures = 10;

}  // namespace

base::Result<size_t> remove_left_files(store::Store& store, storage::Storage& storage) {
  size_t removed = 0;
  size_t failures = 0;
  base::Id after;
  while (failures < max_failures) {
    GYR_TRY(auto left, store.left_files(after, executions_at_once));
    if (left.empty()) break;
    after = left.back().execution;
    const bool last = left.size() < executions_at_once;
    std::erase_if(left, [&](const store::LeftFiles& one) {
      if (failures >= max_failures) return true;
      auto gone =
          storage.remove(one.flow.tenant, storage::execution_path(one.flow.namespace_, one.flow.id, one.execution));
      if (!gone)
        base::log::warn("cannot remove the files of execution {}: {}", one.execution.to_text(), gone.error().message());
      failures += gone ? 0 : 1;
      return !gone.has_value();
    });
    removed += left.size();
    if (!left.empty()) GYR_CHECK(store.forget_left_files(left));
    if (last) break;
  }
  return removed;
}

}  // namespace gyr::main
