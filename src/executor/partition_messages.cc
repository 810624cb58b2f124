// How a partition processes each kind of message.
#include "base/invariant.h"
#include "base/log.h"
#include "base/probe.h"
#include "executor/errors.h"
#include "executor/partition.h"
#include "executor/partition_pending.h"

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

void Partition::process(Message& message) {
  stepping_ = {};
  try {
    std::visit([this](auto& content) { process(content); }, message);
  } catch (const base::BrokenInvariant& broken) {
    note_fault(stepping_, broken, true);
  }
}

void Partition::process(CommandMessage& message) {
  auto answer = std::visit(
      [this](auto& command) -> base::Result<Answer> {
        auto applied = apply(command);
        if (!applied) return base::fail(applied.error());
        return *std::move(applied);
      },
      message.command);
  pending_->replies.push_back({std::move(message.reply), std::move(answer)});
}

void Partition::process(WorkerMessage& message) {
  auto live = load(message.execution);
  if (!live) return failed_to_read(live.error(), message.execution);
  WorkOrigin origin;
  origin.execution = message.execution;
  if (*live != nullptr) {
    origin.flow = (*live)->state->flow().key();
    // Copied, not moved: the message is applied again if the commit fails.
    if ((*live)->quarantined) GYR_PROBE("a worker reports about an execution in quarantine");
    if (!(*live)->quarantined) step(**live, message.body);
  }
  if (*live == nullptr) GYR_PROBE("a worker reports about an execution that is gone");
  // Also for an execution that does not exist any more: the worker can drop the result.
  if (message.acknowledge) pending_->acknowledgements.push_back({std::move(origin), *message.acknowledge});
}

void Partition::process(ContinueMessage& message) {
  auto live = load(message.execution);
  if (!live) return failed_to_read(live.error(), message.execution);
  if (*live != nullptr && !(*live)->quarantined) step(**live, engine::Continue{});
}

void Partition::process(RecoverMessage& message) {
  auto live = load(message.execution);
  if (!live) return failed_to_read(live.error(), message.execution);
  if (*live != nullptr && !(*live)->quarantined) step(**live, engine::Drive{true});
}

void Partition::process(WakeMessage& message) {
  if (now_ < message.due) {
    GYR_PROBE("a timer is early because the clock was set back");
    return wakes_.add(message.due, message.execution);
  }
  auto live = load(message.execution);
  if (!live) return failed_to_read(live.error(), message.execution);
  if (*live == nullptr || (*live)->quarantined) return;
  auto wake = (*live)->state->next_wake();
  if (!wake || *wake > now_) GYR_PROBE("a timer is due that the execution no longer waits for");
  if (wake && *wake <= now_) step(**live, engine::TimerDue{});
}

void Partition::process(QuarantineMessage& message) {
  auto live = load(message.execution);
  if (!live) return failed_to_read(live.error(), message.execution);
  if (*live == nullptr || model::is_terminated((*live)->state->execution().state.current())) return;
  if ((*live)->quarantined) return;
  GYR_PROBE("an execution is put into quarantine");
  engine::ExecutionState& state = *(*live)->state;
  (*live)->quarantined = true;
  state.execution().error = "in quarantine: " + message.reason + " [" + std::string(quarantined.text) + "]";
  note_change(**live);
  pending_->batch.logs.push_back(quarantine_line(state.execution(), now()));
}

void Partition::process(InboxHint& message) {
  auto body = read_inbox_message(message.message);
  if (!body) {
    GYR_PROBE("a damaged inbox message is dropped");
    base::log::error("a message to execution {} is damaged and dropped: {}", message.message.target.to_text(),
                     body.error().message());
    applied(message.message, message.sequence);
    return;
  }
  std::visit([&](const auto& content) { apply_inbox(message.message, message.sequence, content); }, *body);
}

void Partition::applied(const store::InboxMessage& message, int64_t sequence) {
  GYR_INVARIANT(sequence >= 0, "a stored message has a number");
  if (sequence != 0) {
    pending_->batch.applied_inbox.push_back(sequence);
  } else {
    pending_->batch.applied_inbox_ids.push_back(message.id);
  }
}

}  // namespace gyr::executor
