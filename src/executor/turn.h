// What the messages and parts of a partition work with: the batch of the current turn, the live executions and their
// steps, messages to others, and each other.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/id.h"
#include "base/instant.h"
#include "engine/event.h"
#include "executor/changes.h"
#include "executor/inbox_message.h"
#include "executor/live_executions.h"
#include "executor/message_queue.h"
#include "executor/part/children.h"
#include "executor/part/flow_events.h"
#include "executor/part/gate_keeper.h"
#include "executor/part/holds.h"
#include "executor/part/triggers.h"
#include "executor/partition_services.h"
#include "executor/partition_thread.h"
#include "executor/timer_index.h"

namespace gyr::executor {

/// Belongs to a partition and to its thread; only `queue.push()` may be called on another one. Errors of the store end
/// the message (failed_to_read) or the batch (abandon), which are then applied again.
class Turn {
 public:
  Turn(PartitionServices services, PartitionLimits limits, SlotRange slots, MessageQueue& queue,
       PartitionThread& thread);
  ~Turn();

  const PartitionServices services;
  const PartitionLimits limits;
  const SlotRange slots;
  MessageQueue& queue;
  LiveExecutions live;
  TimerIndex<base::Id> wakes;  ///< the dates of executions
  Changes changes;             ///< the batch that is being built or committed

  GateKeeper gates;
  Triggers triggers;
  FlowEvents flow_events;
  Children children;
  Holds holds;

  store::Reader& reader() { return *thread_.reader; }
  /// The time; it does not decrease during a turn, and neither do the dates of a history.
  base::Instant now();
  /// The last time that was read: enough for everything but the dates of a history.
  base::Instant moment() const { return now_; }

  // ---- executions
  /// The execution, from memory or from the store; null if it does not exist. One whose flow cannot be executed fails
  /// (FLOW-94), and null is returned.
  base::Result<LiveExecution*> load(base::Id execution);
  /// The same; an error if it does not exist.
  base::Result<LiveExecution*> load_known(base::Id execution);
  LiveExecution& create(const LoadedFlowPtr& flow, model::Execution execution, bool failed_checks,
                        uint32_t subflow_depth);
  /// Advances the execution by one event, and collects the effects.
  void step(LiveExecution& live_execution, engine::EventBody body);
  /// The execution was changed without a step.
  void note_change(LiveExecution& live_execution);
  /// Whether the current batch changes or deletes it.
  bool changes_in_batch(base::Id execution) const;

  // ---- messages
  /// Sends a durable message with the current batch.
  void send(const std::shared_ptr<const model::FlowKey>& flow, base::Id target, const InboxBody& body);
  /// Queues the stored messages to one execution or to all; nothing else of these executions is in memory.
  base::Result<void> queue_inbox(std::optional<base::Id> target);

  // ---- the end of messages and batches
  /// Applies the current message again a little later.
  void failed_to_read(const base::Error& error, base::Id execution);
  /// The same, for a message whose error is logged by its part.
  void apply_again() { unread_ = true; }
  /// A row that a step needs could not be read: the batch is not committed but applied again.
  void abandon(const base::Error& error, base::Id execution);
  /// For several changes of one command: after a failure the current batch is not committed, because it contains the
  /// changes before the failure.
  base::Result<void> all_or_nothing(base::Result<void> change);
  /// The following messages must see what this batch changes.
  void end_batch() { end_batch_ = true; }

 private:
  friend class Partition;  // which begins and ends turns

  void fail_unloadable(Unloadable unloadable);
  void act_on(LiveExecution& live_execution, std::vector<engine::Effect> effects);
  void tell_caller(const LiveExecution& live_execution, const engine::Effect& effect);
  /// Ends the current batch, whatever became of it.
  void forget_batch();
  /// Drops the state in memory, except messages.
  void forget();

  PartitionThread& thread_;
  base::Instant now_;
  base::Id stepping_;                     // the execution of the step in progress
  std::optional<base::Error> abandoned_;  // the reason why the current batch will not be committed
  bool unread_ = false;                   // the store could not be read: the message is applied again
  bool end_batch_ = false;
};

/// The flow of the execution that waits for this one; null if there is none. The trigger contains its name (TASK-51).
std::shared_ptr<const model::FlowKey> caller_flow(const model::Execution& execution);

}  // namespace gyr::executor
