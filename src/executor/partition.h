// A partition: the state of a range of flows, processed by one thread at a time (principle: group commit).
//
// A turn takes the messages that have arrived, applies them to the executions and triggers that they are about, and
// gives one batch to the store. Effects follow when the batch is durable. During a commit the partition applies
// nothing: new messages form the next batch. What a message means is in its file of executor/message; what belongs
// together over many turns is a part, in executor/part; what both of them may touch is executor/turn.h.
#pragma once

#include <atomic>
#include <optional>

#include "base/error.h"
#include "executor/message/message.h"
#include "executor/message_queue.h"
#include "executor/partition_services.h"
#include "executor/partition_thread.h"
#include "executor/suspects.h"
#include "executor/turn.h"
#include "store/lease.h"

namespace gyr::executor {

/// Runs on the executor thread of the partition; others push to its queue. Lives as long as the executor. After a
/// failed commit it pauses for PartitionLimits::retry_after_failure.
class Partition {
 public:
  Partition(PartitionServices services, PartitionLimits limits, SlotRange slots, PartitionThread& thread,
            MessageQueue& queue);
  ~Partition();

  /// Finds all open executions and triggers in the store and queues them. Call it before the first turn and after the
  /// lease was acquired, with which all batches are written; tests of an unshared store have no lease.
  base::Result<void> recover(store::Lease lease = {});
  /// The same for the stored messages, if nobody pushes them.
  base::Result<void> recover_messages() { return turn_.queue_inbox(std::nullopt); }
  /// Another server owns the slots, or will own them: drops everything, immediately or after the current commit. A
  /// refused commit has the same effect.
  void hand_over();
  /// Does the work that is possible now; returns true if there was any. Does not throw.
  bool turn();
  /// Applies the result of a commit and refuses waiting commands; returns true while a commit is in progress.
  bool wind_up();
  /// The time of the next work if no message arrives.
  std::optional<base::Instant> next_wake() const;
  /// Whether a message has arrived or a commit has ended since the last turn.
  bool has_news() const;
  /// Whether the end of a commit is the next event for it.
  bool is_committing() const { return committing_; }
  bool is_lost() const { return queue_.is_lost(); }

 private:
  /// An exception that has ended a message, or the collecting of a batch.
  struct Thrown {
    base::Error error;
    bool is_broken_invariant = false;  ///< its execution goes into quarantine at once
    base::Id execution;                ///< that was being advanced; none: it did not belong to a single execution
    std::optional<Message> message;    ///< is not applied again; none: it is tried alone, or answered
  };

  // turns (partition.cc)
  base::Result<void> read_rows(base::Instant now, base::Instant life_began);
  bool take_turn();
  bool is_paused();
  void pause();
  void follow_operator_holds();
  void queue_due_dates();
  base::Result<void> refill_wakes();
  void apply_messages();
  /// Whether it belongs to the batch: it was applied, and is applied again if the commit fails.
  bool apply(Message& message);
  /// Drops waiting messages and answers commands with the error; returns true if there were any.
  bool refuse_waiting(const base::Error& error);
  void drop_everything(const base::Result<void>& outcome);

  // commits and their effects (partition_commit.cc)
  void begin_commit();
  /// Completes the batch with all changes.
  void gather();
  void give_to_store();
  /// Returns false while a commit is in progress.
  bool take_outcome();
  void finish_commit(base::Result<void> outcome);
  void release();
  void release_executions();
  void release_work();
  void roll_back(const base::Error& error);
  /// The only message of a batch that cannot be stored, or has thrown.
  void judge_alone(Message message, const base::Error& error);

  // exceptions (partition_exceptions.cc)
  /// Only inside a catch block. The batch will be rolled back. Returns whether the message is tried again.
  bool escaped(Message* message);
  void settle(Thrown thrown);
  /// Handles an exception outside of messages: begins again from the rows.
  void start_over(const base::Error& error);
  bool begin_again();

  MessageQueue& queue_;
  Turn turn_;
  store::Lease lease_;
  Suspects suspects_;
  std::optional<Thrown> thrown_;               // in the current batch
  std::optional<base::Instant> paused_until_;  // after a failed commit
  size_t one_by_one_ = 0;     // the number of messages that get a batch each, because one of them cannot be stored
  bool begin_again_ = false;  // from the rows, before the next turn
  bool committing_ = false;
  std::atomic<bool> commit_done_{false};
  base::Result<void> commit_outcome_;
};

}  // namespace gyr::executor
