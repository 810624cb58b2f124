// The requests of a partition to workers. WorkerHub implements them; tests and the simulator have their own versions.
#pragma once

#include <memory>
#include <string>

#include "base/id.h"
#include "cluster/operator_holds.h"
#include "engine/effect.h"
#include "engine/trigger/machine.h"
#include "model/execution.h"

namespace gyr::executor {

/// The execution of a piece of work.
struct WorkOrigin {
  std::shared_ptr<const model::FlowKey> flow;
  int32_t revision = 0;
  base::Id execution;
  std::string templates = {};  ///< model::Flow::templates of the execution's flow
};

/// A report of a worker about the evaluation of a trigger.
struct TriggerReport {
  std::string trigger_id;
  engine::trigger::Event event;
  base::Id evaluation;
  uint64_t number = 0;  ///< of an event of a listener, which waits for event_stored(); otherwise 0
};

/// Called by executor threads after the commit that made the work durable. Thread-safe; never blocks.
class Workers {
 public:
  virtual ~Workers() = default;
  virtual void dispatch(const WorkOrigin& origin, engine::Dispatch job) = 0;
  virtual void render(const WorkOrigin& origin, engine::RenderRequest request) = 0;
  virtual void kill(const WorkOrigin& origin, engine::AttemptRef attempt) = 0;
  /// The result of this attempt is committed.
  virtual void acknowledge(const WorkOrigin& origin, engine::AttemptRef attempt) = 0;
  /// Evaluates a trigger; the execution of the origin is the possible one.
  virtual void evaluate(const WorkOrigin& origin, const std::string& trigger_id,
                        engine::trigger::Evaluation evaluation) = 0;
  /// This evaluation is not needed any more.
  virtual void end_evaluation(const WorkOrigin& origin) = 0;
  /// The outcome of an event of a listener: its execution is committed, or there is a problem and the source must keep
  /// the event.
  virtual void event_stored(const WorkOrigin& listener, uint64_t number, const std::string& problem) = 0;
  /// operator_holds have changed: ignored work is not dispatched, and in maintenance mode no work is (EXEC-99). Every
  /// partition reports the same; the newest report counts.
  virtual void set_operator_holds(const HoldSetPtr& /*operator_holds*/) {}
  /// The size of the work that waits for a free worker, in bytes: above a limit, no new executions are accepted.
  virtual uint64_t queued_bytes() const { return 0; }
};

}  // namespace gyr::executor
