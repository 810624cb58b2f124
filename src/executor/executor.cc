#include "executor/executor.h"

#include <bit>

#include "base/invariant.h"
#include "base/log.h"
#include "base/memory.h"
#include "command/errors.h"
#include "executor/agenda.h"

namespace gyr::executor {
namespace {

constexpr uint8_t aborts_until_quarantine = 2;

size_t take_first(PartitionBits& bits) {
  const auto first = static_cast<size_t>(std::countr_zero(bits));
  bits &= bits - 1;
  return first;
}

}  // namespace

Executor::Executor(Mailboxes& mailboxes, PartitionServices services)
    : mailboxes_(mailboxes), options_(mailboxes.options()), services_(std::move(services)) {
  services_.route = [&mailboxes](store::InboxMessage message) { mailboxes.deliver(std::move(message)); };
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
  {
    GYR_TRY(auto reader, services_.store.open_reader());
    GYR_CHECK(services_.flows.read_listeners(*reader));
  }
  GYR_CHECK(make_partitions());
  GYR_CHECK(deliver_stored_messages());
  mailboxes_.open();
  running_ = true;
  for (size_t place = 0; place < threads_.size(); ++place) {
    threads_[place]->thread = std::jthread([this, place] { run(*threads_[place], mailboxes_.bell(place)); });
  }
  return {};
}

base::Result<void> Executor::make_partitions() {
  for (size_t place = 0; place < options_.threads; ++place) {
    const size_t count = (options_.partitions - place + options_.threads - 1) / options_.threads;
    auto& thread = threads_.emplace_back(std::make_unique<Thread>(count, options_.limits));
    thread->shared.in_flight = {in_flight_.get(), place};
    thread->shared.bell = &mailboxes_.bell(place);
  }
  for (size_t i = 0; i < options_.partitions; ++i) {
    Thread& thread = *threads_[mailboxes_.thread_of(i)];
    thread.partitions |= PartitionBits{1} << i;
    auto& partition = partitions_.emplace_back(std::make_unique<Partition>(
        services_, options_.limits, mailboxes_.slots_of(i), thread.shared, mailboxes_.queue(i)));
    GYR_CHECK(partition->recover(leases_[i]));
  }
  return {};
}

// Read once for all partitions: the rows are in the order of their numbers.
base::Result<void> Executor::deliver_stored_messages() {
  constexpr size_t page = 10'000;
  GYR_TRY(auto reader, services_.store.open_reader());
  int64_t sequence = 0;
  for (;;) {
    GYR_TRY(auto messages, reader->inbox(0, model::slot_count - 1, sequence, page));
    for (auto& stored : messages) {
      GYR_INVARIANT(stored.sequence > sequence, "the messages of an inbox are ordered by number");
      sequence = stored.sequence;
      mailboxes_.deliver(std::move(stored.message), stored.sequence);
    }
    if (messages.size() < page) return {};
  }
}

// Without a time limit: the store belongs to this process. In a store that several servers share, a LeaseKeeper holds
// each lease.
base::Result<void> Executor::take_leases() {
  for (size_t i = 0; i < options_.partitions; ++i) {
    const SlotRange slots = mailboxes_.slots_of(i);
    GYR_TRY(store::Lease lease, services_.store.acquire_lease({slots.first, slots.last, options_.owner, {}}));
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
  batch.lease = leases_[mailboxes_.partition_of(model::slot_of(*row->execution.flow))];
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

void Executor::stop() {
  if (!running_ || stopping_.exchange(true)) return;
  mailboxes_.close();
  mailboxes_.wake_all();
  for (auto& thread : threads_) thread->thread.join();
  running_ = false;
  release_leases();
}

// Open work is in the store and continues after the next start; only a commit in progress is waited for.
bool Executor::wind_up(const Thread& thread) {
  bool committing = false;
  for (PartitionBits left = thread.partitions; left != 0;)
    committing = partitions_[take_first(left)]->wind_up() || committing;
  return committing;
}

void Executor::run(Thread& thread, Bell& bell) {
  Agenda agenda(thread.partitions);
  bool returns_memory = true;  // at the next idle time
  for (;;) {
    PartitionBits left = bell.take();
    if (stopping_.load()) {
      if (!wind_up(thread)) return;
      (void)bell.wait(Agenda::round);  // for the end of a commit
      continue;
    }
    left = agenda.take(left, services_.clock.now(), base::monotonic_now());
    bool worked = false;
    while (left != 0) {
      const size_t number = take_first(left);
      thread.shared.others_wait = left != 0;
      Partition& partition = *partitions_[number];
      const bool has_worked = partition.turn();
      agenda.note(number, has_worked && !partition.is_committing(), partition.next_wake());
      worked = worked || has_worked;
    }
    if (worked) {
      returns_memory = true;
      continue;
    }
    const std::chrono::microseconds pause = agenda.pause(services_.clock.now());
    const bool woken = bell.wait(pause);
    if (!woken && returns_memory && pause >= base::idle_before_return) {
      base::return_free_memory();
      returns_memory = false;
    }
  }
}

}  // namespace gyr::executor
