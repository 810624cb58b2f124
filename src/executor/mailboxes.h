// The way to the partitions: commands, reports of workers and messages of other partitions. Made before everything that
// sends them, and so before the partitions, which use the senders.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "base/error.h"
#include "command/commands.h"
#include "dispatch/workers.h"
#include "executor/bell.h"
#include "executor/limits.h"
#include "executor/message_queue.h"
#include "model/execution.h"
#include "store/store.h"

namespace gyr::executor {

/// Has a queue per partition, a bell per thread, and the conditions under which commands are refused. Everything is
/// thread-safe, except what only the executor calls. What arrives while no executor runs is refused or waits.
class Mailboxes final : public Commands, public WorkerReports {
 public:
  /// `queued_work`: of the workers of this server.
  Mailboxes(ExecutorOptions options, store::Store& store, const QueuedWork& queued_work);

  void worker_event(const model::FlowKey& flow, base::Id execution, engine::EventBody body,
                    std::optional<engine::AttemptRef> acknowledge) override;
  std::optional<base::Error> trigger_event(const model::FlowKey& flow, TriggerReport report) override;
  /// A stored message, for the partition of its slot. `sequence`: the number of its row, if it was read.
  void deliver(store::InboxMessage message, int64_t sequence = 0);
  /// Every partition takes a turn: what they read has changed, such as the rules of operators.
  void wake_all();

  // ---- for the executor
  const ExecutorOptions& options() const { return options_; }
  /// Commands are accepted between these calls.
  void open() { open_.store(true, std::memory_order_release); }
  void close() { open_.store(false, std::memory_order_release); }
  SlotRange slots_of(size_t partition) const;
  size_t partition_of(uint16_t slot) const;
  /// The thread of a partition.
  size_t thread_of(size_t partition) const { return partition % options_.threads; }
  MessageQueue& queue(size_t partition) { return *queues_[partition]; }
  Bell& bell(size_t thread) { return *bells_[thread]; }

 private:
  void give(Command command, Reply reply) override;
  void submit_to(uint16_t slot, Command command, Reply reply);
  /// Why this partition accepts no commands; nothing if it does.
  std::optional<base::Error> closed_door(const MessageQueue& queue, bool makes_executions) const;
  bool is_crowded(const MessageQueue& queue) const;
  MessageQueue& queue_of(const model::FlowKey& flow) { return queue(partition_of(model::slot_of(flow))); }

  const ExecutorOptions options_;
  store::Store& store_;
  const QueuedWork& queued_work_;
  std::vector<std::shared_ptr<Bell>> bells_;
  std::vector<std::unique_ptr<MessageQueue>> queues_;
  std::atomic<bool> open_{false};
};

}  // namespace gyr::executor
