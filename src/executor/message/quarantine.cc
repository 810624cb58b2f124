#include "executor/message/quarantine.h"

#include <fmt/format.h>

#include "base/log.h"
#include "base/probe.h"
#include "command/errors.h"
#include "executor/turn.h"

namespace gyr::executor {

model::LogEntry quarantine_line(const model::Execution& execution, base::Instant now) {
  model::LogEntry line;
  line.execution_id = execution.id;
  line.flow = execution.flow;
  line.sequence = line_of_quarantine;
  line.timestamp = now;
  line.level = model::LogLevel::error;
  line.thread = "executor";
  line.message = fmt::format(
      "{0}. To continue the execution, release it: gyr execution release {1}. To end it, kill it: "
      "gyr execution kill {1}.",
      execution.error, execution.id.to_text());
  return line;
}

void QuarantineMessage::apply(Turn& turn) {
  auto live = turn.load(execution);
  if (!live) return turn.failed_to_read(live.error(), execution);
  if (*live == nullptr || model::is_terminated((*live)->state->execution().state.current())) return;
  if ((*live)->quarantined) return;
  GYR_PROBE("an execution is put into quarantine");
  engine::ExecutionState& state = *(*live)->state;
  (*live)->quarantined = true;
  state.execution().error = "in quarantine: " + reason + " [" + std::string(quarantined.text) + "]";
  turn.note_change(**live);
  turn.changes.batch.logs.push_back(quarantine_line(state.execution(), turn.now()));
}

void QuarantineMessage::give_up(Turn&, const GivenUp& why) {
  base::log::error("cannot put execution {} into quarantine: {}", execution.to_text(), why.error.message());
}

}  // namespace gyr::executor
