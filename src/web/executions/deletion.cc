#include "web/executions/deletion.h"

#include "base/log.h"
#include "storage/storage.h"
#include "web/http/await.h"

namespace gyr::web {

base::Task<void> remove_storage(Request* request, std::vector<std::pair<model::FlowKey, base::Id>> executions) {
  auto outcome = co_await on_pool<bool>(
      &request->services().work, &request->loop(),
      [storage = &request->services().storage, executions = std::move(executions)]() -> base::Result<bool> {
        for (const auto& [flow, id] : executions) {
          auto done = storage->remove(flow.tenant, storage::execution_path(flow.namespace_, flow.id, id));
          if (!done)
            base::log::warn("cannot delete the files of execution {}: {}", id.to_text(), done.error().message());
        }
        return true;
      });
  if (!outcome) base::log::warn("cannot delete all files of deleted executions: {}", outcome.error().message());
}

}  // namespace gyr::web
