#include "executor/mailboxes.h"

#include "base/assert.h"
#include "command/errors.h"

namespace gyr::executor {
namespace {

base::Error shut_down() { return {shutting_down, "the server is shutting down"}; }

}  // namespace

Mailboxes::Mailboxes(ExecutorOptions options, store::Store& store, const QueuedWork& queued_work)
    : options_(std::move(options)), store_(store), queued_work_(queued_work) {
  GYR_ASSERT(options_.threads > 0 && options_.partitions >= options_.threads);
  GYR_ASSERT(options_.partitions <= max_partitions);
  for (size_t i = 0; i < options_.threads; ++i) bells_.push_back(std::make_shared<Bell>());
  for (size_t i = 0; i < options_.partitions; ++i) {
    queues_.push_back(std::make_unique<MessageQueue>(
        [bell = bells_[thread_of(i)], bit = PartitionBits{1} << i] { bell->ring(bit); }));
  }
}

SlotRange Mailboxes::slots_of(size_t partition) const {
  const size_t each = model::slot_count / options_.partitions;
  const size_t end = partition + 1 < options_.partitions ? (partition + 1) * each : model::slot_count;
  return {static_cast<uint16_t>(partition * each), static_cast<uint16_t>(end - 1)};
}

size_t Mailboxes::partition_of(uint16_t slot) const {
  return std::min<size_t>(slot / (model::slot_count / options_.partitions), options_.partitions - 1);
}

void Mailboxes::wake_all() {
  for (auto& bell : bells_) bell->ring(~PartitionBits{0});
}

void Mailboxes::deliver(store::InboxMessage message, int64_t sequence) {
  MessageQueue& target = queue(partition_of(message.slot));
  target.push(InboxHint{std::move(message), sequence});
}

void Mailboxes::give(Command command, Reply reply) {
  if (const model::FlowKey* flow = flow_of(command)) {
    submit_to(model::slot_of(*flow), std::move(command), std::move(reply));
    return;
  }
  const base::Id id = execution_of(command);
  if (const auto slot = id.slot()) {
    submit_to(*slot, std::move(command), std::move(reply));
    return;
  }
  // An id of an older program, without a slot: its row contains the flow, and so the partition.
  store_.read([this, id, command = std::move(command), reply = std::move(reply)](store::Reader& reader) mutable {
    auto row = reader.execution(id);
    if (!row) {
      reply(base::fail(row.error()));
    } else if (!*row) {
      reply(base::fail(execution_not_found, "Execution '" + id.to_text() + "' not found"));
    } else {
      submit_to(model::slot_of(*(*row)->execution.flow), std::move(command), std::move(reply));
    }
  });
}

bool Mailboxes::is_crowded(const MessageQueue& queue) const {
  const size_t waiting = queue.arrived();
  if (waiting > options_.waiting_commands) return true;
  // The others are only asked if this one has more than its share.
  if (waiting <= options_.all_waiting_commands / options_.partitions) return false;
  size_t all = 0;
  for (const auto& one : queues_) all += one->arrived();
  return all > options_.all_waiting_commands;
}

std::optional<base::Error> Mailboxes::closed_door(const MessageQueue& queue, bool makes_executions) const {
  if (!open_.load(std::memory_order_acquire)) return shut_down();
  if (!store_.writable()) {
    return base::Error(store::store_full,
                       "no disk space is left to store new work; free some space and send the request again");
  }
  if (queue.is_lost())
    return base::Error(store::lease_lost, "another server now owns this flow; send the request again");
  if (makes_executions && queued_work_.bytes() > options_.queued_work_bytes) {
    return base::Error(overloaded, "too many jobs wait for workers; try again later");
  }
  if (is_crowded(queue) || store_.backlog_bytes() > options_.backlog_bytes) {
    return base::Error(overloaded, "the server is overloaded; try again in a moment");
  }
  return std::nullopt;
}

void Mailboxes::submit_to(uint16_t slot, Command command, Reply reply) {
  MessageQueue& target = queue(partition_of(slot));
  if (auto closed = closed_door(target, std::holds_alternative<CreateExecution>(command))) {
    reply(base::fail(*std::move(closed)));
    return;
  }
  target.push(CommandMessage{std::move(command), std::move(reply)});
}

void Mailboxes::worker_event(const model::FlowKey& flow, base::Id execution, engine::EventBody body,
                             std::optional<engine::AttemptRef> acknowledge) {
  queue_of(flow).push(WorkerMessage{execution, std::move(body), acknowledge});
}

std::optional<base::Error> Mailboxes::trigger_event(const model::FlowKey& flow, TriggerReport report) {
  MessageQueue& target = queue_of(flow);
  if (report.number != 0) {
    if (auto closed = closed_door(target, true)) return closed;
  }
  TriggerKey trigger{std::make_shared<const model::FlowKey>(flow), report.trigger_id};
  target.push(TriggerReported{std::move(trigger), std::move(report), {}});
  return std::nullopt;
}

}  // namespace gyr::executor
