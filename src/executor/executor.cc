#include "executor/executor.h"

#include <algorithm>

#include "base/assert.h"
#include "base/log.h"
#include "base/memory.h"
#include "command/errors.h"

namespace gyr::executor {
namespace {

/// An executor without a date checks for work at least this often, in case the wall clock was set.
constexpr std::chrono::milliseconds max_sleep{1'000};

constexpr uint8_t aborts_until_quarantine = 2;

}  // namespace

Executor::Executor(ExecutorOptions options, PartitionServices services)
    : options_(std::move(options)), services_(std::move(services)) {
  GYR_ASSERT(options_.threads > 0 && options_.partitions >= options_.threads);
  services_.trigger_meters = &trigger_meters_;
  services_.route = [this](store::InboxMessage message) {
    Partition& partition = partition_of(message.slot);
    partition.push(InboxHint{std::move(message), 0});
  };
}

Executor::~Executor() {
  stop();
  release_leases();  // of an executor that did not start
}

base::Result<void> Executor::start() {
  GYR_CHECK(take_leases());
  if (!options_.in_flight_file.empty()) {
    GYR_TRY(in_flight_, InFlight::open(options_.in_flight_file, options_.threads));
    GYR_CHECK(count_aborts());
    in_flight_->watch_signals();
  }
  for (size_t i = 0; i < options_.threads; ++i) threads_.push_back(std::make_shared<Thread>());
  {
    GYR_TRY(auto reader, services_.store.open_reader());
    GYR_CHECK(services_.flows.read_listeners(*reader));
  }
  for (size_t i = 0; i < options_.partitions; ++i) {
    size_t place = i % options_.threads;
    std::shared_ptr<Thread> thread = threads_[place];
    const store::Lease& lease = leases_[i];
    auto partition =
        std::make_unique<Partition>(services_, options_.limits, SlotRange{lease.first_slot, lease.last_slot},
                                    InFlightEntry{in_flight_.get(), place}, [thread] { wake(*thread); });
    GYR_CHECK(partition->recover(lease));
    thread->partitions.push_back(partition.get());
    partitions_.push_back(std::move(partition));
  }
  running_.store(true);
  for (auto& thread : threads_) {
    thread->thread = std::jthread([this, &thread = *thread] { run(thread); });
  }
  return {};
}

uint16_t Executor::first_slot_of(size_t partition) const {
  if (partition >= options_.partitions) return model::slot_count;
  return static_cast<uint16_t>(partition * (model::slot_count / options_.partitions));
}

// Without a time limit: the store belongs to this process. In a store that several servers share, a LeaseKeeper holds
// each lease.
base::Result<void> Executor::take_leases() {
  for (size_t i = 0; i < options_.partitions; ++i) {
    store::LeaseRequest request{first_slot_of(i), static_cast<uint16_t>(first_slot_of(i + 1) - 1), options_.owner, {}};
    GYR_TRY(store::Lease lease, services_.store.acquire_lease(std::move(request)));
    leases_.push_back(lease);
  }
  return {};
}

void Executor::release_leases() {
  for (const auto& lease : std::exchange(leases_, {})) {
    auto released = services_.store.release_lease(lease);
    const bool gone = !released && released.error().code() == store::store_closed;  // and all leases with it
    if (!released && !gone) base::log::warn("cannot release a lease: {}", released.error().message());
  }
}

base::Result<void> Executor::count_aborts() {
  if (in_flight_->suspects().empty()) return {};
  GYR_TRY(auto reader, services_.store.open_reader());
  for (base::Id id : in_flight_->suspects()) GYR_CHECK(count_abort(*reader, id));
  return {};
}

base::Result<void> Executor::count_abort(store::Reader& reader, base::Id id) {
  GYR_TRY(auto row, reader.execution(id));
  if (!row || row->activity == store::Activity::ended) return {};
  store::Batch batch;
  batch.lease = leases_[partition_number(model::slot_of(*row->execution.flow))];
  row->aborts = static_cast<uint8_t>(row->aborts + 1);
  base::log::warn("execution {} was being processed when the server aborted", id.to_text());
  if (row->aborts >= aborts_until_quarantine) {
    row->quarantined = true;
    row->activity = store::Activity::idle;
    row->wake_at.reset();
    row->execution.error = "in quarantine: the server aborted twice while it processed this execution [" +
                           std::string(quarantined.text) + "]";
    batch.logs.push_back(quarantine_line(row->execution, services_.clock.now()));
  }
  batch.executions.push_back(*std::move(row));
  return services_.store.commit_and_wait(std::move(batch));
}

void Executor::operator_holds_changed() {
  if (!running_.load() || stopping_.load()) return;
  for (auto& thread : threads_) wake(*thread);
}

void Executor::stop() {
  if (!running_.load() || stopping_.exchange(true)) return;
  for (auto& thread : threads_) wake(*thread);
  for (auto& thread : threads_) {
    if (thread->thread.joinable()) thread->thread.join();
  }
  running_.store(false);
  release_leases();
}

void Executor::wake(Thread& thread) {
  // The thread announces its sleep before its last check, so that a message that it has not seen wakes it.
  if (thread.sleeping.exchange(false, std::memory_order_seq_cst)) thread.signal.release();
}

void Executor::run(Thread& thread) {
  bool returns_memory = true;  // at the next idle time
  for (;;) {
    const bool stopping = stopping_.load();
    if (stopping) {
      // Open work is in the store and continues after the next start; only a commit in progress is waited for.
      bool committing = false;
      for (Partition* partition : thread.partitions) committing = partition->wind_up() || committing;
      if (!committing) return;
    } else {
      bool worked = false;
      for (Partition* partition : thread.partitions) worked = partition->turn() || worked;
      if (worked) {
        returns_memory = true;
        continue;
      }
    }

    thread.sleeping.store(true, std::memory_order_seq_cst);
    std::chrono::microseconds sleep = max_sleep;
    base::Instant now = services_.clock.now();
    bool ready = !stopping && stopping_.load();
    for (Partition* partition : thread.partitions) {
      ready = ready || partition->has_news();
      if (auto wake_at = partition->next_wake()) {
        auto left = std::chrono::microseconds(std::max<int64_t>(0, (*wake_at - now).to_micros() + 1));
        sleep = std::min(sleep, left);
      }
    }
    if (ready) {
      thread.sleeping.store(false);
      (void)thread.signal.try_acquire();
      continue;
    }
    const bool woken = thread.signal.try_acquire_for(sleep);
    thread.sleeping.store(false);
    if (!woken && returns_memory && sleep >= base::idle_before_return) {
      base::return_free_memory();
      returns_memory = false;
    }
  }
}

size_t Executor::partition_number(uint16_t slot) const {
  return std::min<size_t>(slot / (model::slot_count / options_.partitions), options_.partitions - 1);
}

void Executor::give(Command command, Reply reply) {
  if (stopping_.load() || !running_.load()) {
    reply(base::fail(shutting_down, "the server is shutting down"));
    return;
  }
  if (!services_.store.writable()) {
    reply(base::fail(store::store_full,
                     "no disk space is left to store new work; free some space and send the request again"));
    return;
  }
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
  services_.store.read(
      [this, id, command = std::move(command), reply = std::move(reply)](store::Reader& reader) mutable {
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

std::optional<base::Error> Executor::closed_door(const Partition& partition, bool makes_executions) const {
  if (partition.is_lost())
    return base::Error(store::lease_lost, "another server now owns this flow; send the request again");
  if (makes_executions && services_.workers.queued_bytes() > options_.queued_work_bytes) {
    return base::Error(overloaded, "too many jobs wait for workers; try again later");
  }
  if (partition.waiting() > options_.waiting_commands || services_.store.backlog_bytes() > options_.backlog_bytes) {
    return base::Error(overloaded, "the server is overloaded; try again in a moment");
  }
  return std::nullopt;
}

void Executor::submit_to(uint16_t slot, Command command, Reply reply) {
  Partition& partition = partition_of(slot);
  if (auto closed = closed_door(partition, std::holds_alternative<CreateExecution>(command))) {
    reply(base::fail(*std::move(closed)));
    return;
  }
  partition.push(CommandMessage{std::move(command), std::move(reply)});
}

void Executor::worker_event(const model::FlowKey& flow, base::Id execution, engine::EventBody body,
                            std::optional<engine::AttemptRef> acknowledge) {
  partition_of(model::slot_of(flow)).push(WorkerMessage{execution, std::move(body), acknowledge});
}

void Executor::trigger_event(const model::FlowKey& flow, TriggerReport report) {
  Partition& partition = partition_of(model::slot_of(flow));
  auto key = std::make_shared<const model::FlowKey>(flow);
  if (report.number != 0) {
    auto closed = closed_door(partition, true);
    if (!services_.store.writable()) closed = base::Error(store::store_full, "no disk space is left to store new work");
    if (stopping_.load()) closed = base::Error(shutting_down, "the server is shutting down");
    if (closed)
      return services_.workers.event_stored({std::move(key), 0, report.evaluation}, report.number, closed->message());
  }
  TriggerKey trigger{std::move(key), report.trigger_id};
  partition.push(TriggerReported{std::move(trigger), std::move(report), {}});
}

}  // namespace gyr::executor
