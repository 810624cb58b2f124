// Reads all flows of a selection in parts, for exports (API-49).
#pragma once

#include <vector>

#include "base/error.h"
#include "base/loop.h"
#include "base/task.h"
#include "store/store.h"
#include "web/http/services.h"

namespace gyr::web {

/// Each part begins after the last flow of the part before: a flow that is there throughout is read exactly once,
/// although others come and go meanwhile. Used on one loop; the caller keeps it alive while next() runs.
class FlowPages {
 public:
  FlowPages(const Services* services, base::Loop* loop, store::FlowQuery query);

  /// In order of namespace and id; empty at the end.
  base::Task<base::Result<std::vector<store::FlowRow>>> next();

 private:
  const Services* services_;
  base::Loop* loop_;
  store::FlowQuery query_;
  bool done_ = false;
};

}  // namespace gyr::web
