// What a partition asks of workers. WorkerHub implements it; tests and the simulator have their own.
#pragma once

#include <memory>

#include "base/id.h"
#include "engine/effect.h"
#include "model/execution.h"

namespace gyr::executor {

/// Which execution a piece of work belongs to.
struct WorkOrigin {
  std::shared_ptr<const model::FlowKey> flow;
  int32_t revision = 0;
  base::Id execution;
};

/// Called by executor threads after the commit that made the work durable. Any thread; never blocks.
class Workers {
 public:
  virtual ~Workers() = default;
  virtual void dispatch(const WorkOrigin& origin, engine::Dispatch job) = 0;
  virtual void render(const WorkOrigin& origin, engine::RenderRequest request) = 0;
  virtual void kill(const WorkOrigin& origin, engine::AttemptRef attempt) = 0;
  /// The result of this attempt is committed.
  virtual void acknowledge(const WorkOrigin& origin, engine::AttemptRef attempt) = 0;
  /// Of work that waits for a worker with room: above a limit no new executions are taken in.
  virtual uint64_t queued_bytes() const { return 0; }
};

}  // namespace gyr::executor
