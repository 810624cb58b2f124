// How messages for held executions and triggers are handled (EXEC-99).
#pragma once

#include "executor/partition.h"

namespace gyr::executor {

/// Called for each message while a hold is active. Returns true if the message is not applied: it stays in the store,
/// is kept in memory, or was answered. Sets Partition::unread_ if the rows could not be read.
struct Partition::Holder {
  Partition& partition;

  bool operator()(CommandMessage& message) const;
  bool operator()(WorkerMessage& message) const;
  bool operator()(InboxHint& message) const;
  bool operator()(InputsResolved& message) const;
  bool operator()(OutputsStored& message) const;
  bool operator()(FlowEventJudged& message) const;
  bool operator()(ContinueMessage& message) const;
  bool operator()(RecoverMessage& message) const;
  bool operator()(WakeMessage& message) const;
  bool operator()(QuarantineMessage&) const { return false; }
  bool operator()(FailMessage&) const { return false; }
  bool operator()(AdmitMessage& message) const;
  bool operator()(TriggerMessage& message) const;
  bool operator()(TriggerReported& message) const;
  bool operator()(ReviewMessage&) const { return false; }

 private:
  const Hold* rule_of(const Command& command) const;
};

}  // namespace gyr::executor
