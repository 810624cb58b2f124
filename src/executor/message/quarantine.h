// An execution that cannot be advanced is left alone until somebody releases or kills it (principle: quarantine).
#pragma once

#include <string>

#include "executor/message/contract.h"

namespace gyr::executor {

/// Sent by the partition itself, when the changes of an execution cannot be stored or an invariant of it is broken.
struct QuarantineMessage {
  using Answer = void;
  static constexpr bool is_in_rows = false;

  base::Id execution;
  std::string reason;

  void apply(Turn& turn);
  base::Id target() const { return {}; }  // it is not read again behind the commit, and never fails for it
  bool hold_back(Turn&) { return false; }
  bool undo(Turn&) { return true; }
  void give_up(Turn& turn, const GivenUp& why);
  void refuse(const base::Error&) {}
  base::Id suspect() const { return {}; }
  const model::FlowKey* creates_for() const { return nullptr; }
};

/// The log line of an execution in quarantine.
model::LogEntry quarantine_line(const model::Execution& execution, base::Instant now);

}  // namespace gyr::executor
