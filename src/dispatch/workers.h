// What partitions and workers say to each other: the requests of a partition to workers, and the reports of workers to
// partitions. WorkerHub stands between them; tests and the simulator have their own versions.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/id.h"
#include "cluster/operator_holds.h"
#include "engine/effect.h"
#include "engine/event.h"
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
};

/// Receives the reports of workers for the partitions. Thread-safe; never blocks.
class WorkerReports {
 public:
  virtual ~WorkerReports() = default;
  /// A report about a run of this execution.
  virtual void worker_event(const model::FlowKey& flow, base::Id execution, engine::EventBody body,
                            std::optional<engine::AttemptRef> acknowledge) = 0;
  /// A report about the evaluation of a trigger. Returns the reason if it is refused: only an event of a listener is,
  /// when a command would be refused. Its source then keeps the event.
  virtual std::optional<base::Error> trigger_event(const model::FlowKey& flow, TriggerReport report) = 0;
};

/// The size of the work that waits for a free worker, in bytes: above a limit, no new executions are accepted. Those
/// who queue the work count it. Thread-safe.
class QueuedWork {
 public:
  void add(uint64_t bytes) { bytes_.fetch_add(bytes, std::memory_order_relaxed); }
  void remove(uint64_t bytes) { bytes_.fetch_sub(bytes, std::memory_order_relaxed); }
  uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> bytes_{0};
};

}  // namespace gyr::executor
