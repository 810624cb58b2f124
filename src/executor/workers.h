// What a partition asks of workers. WorkerHub implements it; tests and the simulator have their own.
#pragma once

#include <memory>
#include <string>

#include "base/id.h"
#include "engine/effect.h"
#include "engine/trigger/machine.h"
#include "executor/operator_holds.h"
#include "model/execution.h"

namespace gyr::executor {

/// Which execution a piece of work belongs to.
struct WorkOrigin {
  std::shared_ptr<const model::FlowKey> flow;
  int32_t revision = 0;
  base::Id execution;
  std::string templates = {};  ///< model::Flow::templates of the execution's flow
};

/// What a worker says of the evaluation of a trigger.
struct TriggerReport {
  std::string trigger_id;
  engine::trigger::Event event;
  base::Id evaluation;
  uint64_t number = 0;  ///< of an event of a listener, which waits for event_stored(); else 0
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
  /// Have a trigger evaluated; the origin's execution is the one that may come of it.
  virtual void evaluate(const WorkOrigin& origin, const std::string& trigger_id,
                        engine::trigger::Evaluation evaluation) = 0;
  /// Nobody wants this evaluation any more.
  virtual void end_evaluation(const WorkOrigin& origin) = 0;
  /// What became of an event of a listener: its execution is committed, or there is a problem and the source has to
  /// keep it.
  virtual void event_stored(const WorkOrigin& listener, uint64_t number, const std::string& problem) = 0;
  /// Other operator_holds hold: what is ignored is not given out, and in maintenance mode nothing is (EXEC-99). Each
  /// partition tells the same; the newest counts.
  virtual void set_operator_holds(const HoldSetPtr& /*operator_holds*/) {}
  /// Of work that waits for a worker with room: above a limit no new executions are taken in.
  virtual uint64_t queued_bytes() const { return 0; }
};

}  // namespace gyr::executor
