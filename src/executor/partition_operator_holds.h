// What becomes of a message that is about something held back (EXEC-99).
#pragma once

#include "executor/partition.h"

namespace gyr::executor {

/// Asked with each message while something is held back. True where the message is not applied: it is left where it is
/// stored, is kept in memory, or was answered. Sets Partition::unread_ where that could not be found out.
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
