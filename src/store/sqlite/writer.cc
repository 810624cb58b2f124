#include "store/sqlite/writer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/assert.h"
#include "base/edge.h"
#include "base/invariant.h"
#include "base/log.h"
#include "base/memory.h"

namespace gyr::store::sqlite {
namespace {

// What one transaction takes: together about 5 ms of work, so that nobody's commit waits long
// (principle: short transactions).
constexpr size_t group_bytes = 512 * 1024;
constexpr size_t group_batches = 1024;
// Batches of log lines alone that are heavier than this have a lane of their own; of them a transaction takes less, as
// everybody who comes meanwhile waits for it.
constexpr size_t bulk_bytes = 64 * 1024;
constexpr size_t group_bulk_bytes = 256 * 1024;
constexpr auto group_time = std::chrono::milliseconds(4);
// How often readers of writable() can cause a test write while the disk is full.
constexpr auto probe_time = std::chrono::milliseconds(200);
// Between tries to overwrite a transaction whose sync failed.
constexpr auto hold_time = std::chrono::milliseconds(200);
// A quiet second is the time for work that can wait.
constexpr auto quiet_time = std::chrono::seconds(1);

/// Whether it only contains log lines.
bool has_only_logs(Batch& batch) {
  if (batch.logs.empty() || batch.generation != 0 || batch.lease) return false;
  auto lines = std::exchange(batch.logs, {});
  const bool nothing_else = batch.empty();
  batch.logs = std::move(lines);
  return nothing_else;
}

/// A batch that breaks an invariant of the rows is refused for good; its sender puts the execution into quarantine.
template <class Work>
base::Result<void> refusing_broken(const Work& work) {
  try {
    return work();
  } catch (const base::BrokenInvariant& broken) {
    return base::fail(store_conflict, fmt::format("an invariant of the store is broken: {}", broken.what()));
  }
}

}  // namespace

Writer::Writer(std::unique_ptr<Connection> main, Setup setup)
    : main_(std::move(main)), setup_(setup), rows_(*main_, *setup.texts, *setup.clock, *setup.days) {
  sqlite3_wal_hook(main_->handle(), &Writer::on_commit, this);
}

Writer::~Writer() { stop(); }

void Writer::start() {
  thread_ = std::thread([this] { thread_main(); });
}

void Writer::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    arrived_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

Writer::Item Writer::make_item(Batch batch, Store::Done done) {
  Item item;
  item.weight = batch.weight();
  if (item.weight > batch_limit_bytes) {
    item.refused = true;
    item.outcome = base::fail(
        batch_too_large, fmt::format("the batch has {} bytes; at most {} are allowed", item.weight, batch_limit_bytes));
    item.weight = 0;
  }
  item.only_logs = has_only_logs(batch);
  item.batch = std::move(batch);
  item.done = std::move(done);
  return item;
}

void Writer::commit(Batch batch, Store::Done done) {
  Item item = make_item(std::move(batch), std::move(done));
  enqueue(std::move(item), std::unique_lock(mutex_));
}

void Writer::enqueue(Item item, std::unique_lock<std::mutex> lock) {
  if (stopping_) {
    lock.unlock();
    item.done(base::fail(store_closed, "the store is closed"));
    return;
  }
  backlog_.fetch_add(item.weight, std::memory_order_relaxed);
  const bool was_idle = queue_.empty() && bulk_.empty();
  const bool waits = item.only_logs && (item.weight > bulk_bytes || !bulk_.empty());
  (waits ? bulk_ : queue_).push_back(std::move(item));
  if (was_idle && !borrowed_) arrived_.notify_one();
}

void Writer::commit_here(Batch batch, Store::Done done) {
  Item item = make_item(std::move(batch), std::move(done));
  std::unique_lock lock(mutex_);
  if (!lends_ || borrowed_ || has_work()) return enqueue(std::move(item), std::move(lock));
  const Loan loan(*this);
  backlog_.fetch_add(item.weight, std::memory_order_relaxed);
  lock.unlock();
  Group group;
  group.push_back(std::move(item));
  process(std::move(group));
}

Writer::Loan::~Loan() {
  const bool upkeep = was_rested_ || writer_.is_checkpoint_due(true);
  std::lock_guard lock(writer_.mutex_);
  writer_.borrowed_ = false;
  ++writer_.loans_;
  writer_.upkeep_wanted_ = writer_.upkeep_wanted_ || upkeep;
  if (writer_.has_work() || writer_.upkeep_wanted_) writer_.arrived_.notify_one();
}

/// Lends the connection while it waits. Returns false if there was no work until `deadline`.
bool Writer::wait_for_work(std::unique_lock<std::mutex>& lock, std::optional<base::MonotonicTime> deadline) {
  auto ready = [this] { return !borrowed_ && (has_work() || upkeep_wanted_); };
  const uint64_t loans = loans_;
  lends_ = true;
  if (deadline) {
    (void)arrived_.wait_until(lock, *deadline, ready);
    arrived_.wait(lock, [this] { return !borrowed_; });
  } else {
    arrived_.wait(lock, ready);
  }
  lends_ = false;
  upkeep_wanted_ = false;
  return has_work() || loans_ != loans;
}

bool Writer::writable() {
  if (writable_.load(std::memory_order_acquire)) return true;
  int64_t now = std::chrono::duration_cast<std::chrono::nanoseconds>(base::monotonic_now().time_since_epoch()).count();
  int64_t due = next_probe_ns_.load(std::memory_order_relaxed);
  int64_t next = now + std::chrono::nanoseconds(probe_time).count();
  if (now >= due && next_probe_ns_.compare_exchange_strong(due, next)) {
    std::lock_guard lock(mutex_);
    probe_wanted_ = true;
    arrived_.notify_one();
  }
  return writable_.load(std::memory_order_acquire);
}

base::Result<void> Writer::run(Work work) {
  base::Result<void> outcome;
  bool finished = false;
  std::unique_lock lock(mutex_);
  if (stopping_) return base::fail(store_closed, "the store is closed");
  jobs_.push_back({std::move(work), &outcome, &finished});
  arrived_.notify_one();
  job_done_.wait(lock, [&] { return finished; });
  return outcome;
}

base::Result<Lease> Writer::acquire_lease(const LeaseRequest& request) {
  Lease lease;
  GYR_CHECK(run([&](Connection&, BatchWriter&) -> base::Result<void> {
    GYR_TRY(lease, leases_.acquire(request, setup_.clock->now()));
    return {};
  }));
  return lease;
}

base::Result<void> Writer::renew_lease(const Lease& lease, base::Duration length) {
  return run([&](Connection&, BatchWriter&) { return leases_.renew(lease, length, setup_.clock->now()); });
}

base::Result<void> Writer::release_lease(const Lease& lease) {
  return run([&](Connection&, BatchWriter&) -> base::Result<void> {
    leases_.release(lease);
    return {};
  });
}

base::Result<void> Writer::run_in_transaction(Work work) {
  return run([this, work = std::move(work)](Connection& main, BatchWriter& rows) mutable -> base::Result<void> {
    GYR_CHECK(begin());
    auto worked = work(main, rows);
    if (worked) worked = rows.finish(setup_.filer->trimmable());
    if (!worked) {
      roll_back();
      return worked;
    }
    return commit_transaction();
  });
}

void Writer::thread_main() {
  std::unique_lock lock(mutex_);
  bool rest_goes_on = false;
  while (true) {
    if (!jobs_.empty()) {
      Job job = std::move(jobs_.front());
      jobs_.pop_front();
      run_job(std::move(job), lock);
    }
    if (!queue_.empty() || !bulk_.empty()) {
      Group group = take_group();
      lock.unlock();
      process(std::move(group));
      checkpoint_if_due(false);
      lock.lock();
      continue;
    }
    if (std::exchange(probe_wanted_, false)) {
      lock.unlock();
      auto touched = touch();
      set_writable(touched ? nullptr : &touched.error());
      lock.lock();
      continue;
    }
    if (!jobs_.empty()) continue;
    if (stopping_) break;
    lock.unlock();
    checkpoint_if_due(true);
    lock.lock();
    if (has_work()) continue;
    if (rested_) {
      (void)wait_for_work(lock, std::nullopt);
      continue;
    }
    if (!rest_goes_on && wait_for_work(lock, base::monotonic_now() + quiet_time)) continue;
    lock.unlock();
    auto more = rest_guarded();
    if (!more) base::log::warn("the maintenance of the store failed: {}", more.error().to_string());
    rest_goes_on = more && *more;
    rested_ = !rest_goes_on;
    if (rested_) base::return_free_memory();
    lock.lock();
  }
}

void Writer::run_job(Job job, std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  base::Result<void> outcome;
  try {
    base::maybe_throw(base::Edge::writer, "job");
    outcome = job.work(*main_, rows_);
  } catch (...) {
    outcome = caught("a job of the store's writer");
  }
  lock.lock();
  *job.outcome = std::move(outcome);
  *job.finished = true;
  job_done_.notify_all();
}

Writer::Group Writer::take_group() {
  GYR_ASSERT(!main_->in_transaction());
  Group group;
  size_t weight = 0, bulk = 0;
  take_from(queue_, group, weight, group_bytes);
  // One of them each time at least, so that they move on beside any load.
  take_from(bulk_, group, bulk, weight < group_bytes - group_bulk_bytes ? group_bulk_bytes : 0);
  return group;
}

void Writer::take_from(std::deque<Item>& lane, Group& group, size_t& weight, size_t limit) {
  for (size_t taken = 0; !lane.empty() && taken < group_batches; ++taken) {
    if (taken > 0 && weight + lane.front().weight > limit) return;
    weight += lane.front().weight;
    group.push_back(std::move(lane.front()));
    lane.pop_front();
  }
}

void Writer::process(Group group) {
  size_t done = 0;
  if (abandoned_) {
    for (Item& item : group) item.outcome = base::fail(store_closed, "the store is closed");
    return deliver(group, 0, group.size());
  }
  while (done < group.size()) {
    auto together = stop_exceptions("a transaction", [&] { return commit_together(group, done); });
    if (together) {
      deliver(group, done, *together);
      done += *together;
      continue;
    }
    // One of them, or the disk, does not want it: find out which.
    for (; done < group.size(); ++done) {
      Item& item = group[done];
      auto alone = stop_exceptions("a batch", [&]() -> base::Result<void> {
        commit_alone(item);
        return {};
      });
      if (!alone) item.outcome = std::move(alone);
      deliver(group, done, 1);
    }
  }
}

std::unexpected<base::Error> Writer::caught(std::string_view doing) {
  base::Error error = base::caught_at(base::Edge::writer, doing);
  roll_back();
  return base::fail(std::move(error));
}

template <class Work>
std::invoke_result_t<Work> Writer::stop_exceptions(std::string_view doing, Work work) {
  try {
    return work();
  } catch (...) {
    return caught(doing);
  }
}

base::Result<bool> Writer::rest_guarded() {
  return stop_exceptions("the upkeep of the store", [this] {
    base::maybe_throw(base::Edge::writer, "upkeep");
    return rest();
  });
}

base::Result<size_t> Writer::commit_together(Group& group, size_t first) {
  GYR_CHECK(begin());
  auto until = base::monotonic_now() + group_time;
  size_t next = first;
  do {
    Item& item = group[next];
    if (!item.refused && apply(item) == Applied::broken) {
      roll_back();
      return base::fail(item.outcome.error());
    }
    ++next;
  } while (next < group.size() && base::monotonic_now() < until);
  if (auto finished = refusing_broken([&] { return rows_.finish(setup_.filer->trimmable()); }); !finished) {
    roll_back();
    return base::fail(finished.error());
  }
  GYR_CHECK(commit_transaction());
  return next - first;
}

void Writer::commit_alone(Item& item) {
  if (item.refused) return;
  if (abandoned_) {
    item.outcome = base::fail(store_unknown, "the store was closed before it was confirmed that the batch is on disk");
    return;
  }
  item.outcome = begin();
  if (item.outcome) {
    if (apply(item) == Applied::yes) {
      item.outcome = refusing_broken([&] { return rows_.finish(setup_.filer->trimmable()); });
      if (item.outcome) {
        item.outcome = commit_transaction();
      } else {
        roll_back();
      }
    } else {
      roll_back();
    }
  }
  if (item.outcome) return;
  note_failure(item.batch, item.outcome.error());
  const base::Error& error = item.outcome.error();
  if (is_out_of_space(error) || error.code() == store_damaged) set_writable(&error);
}

Writer::Applied Writer::apply(Item& item) {
  const Batch& batch = item.batch;
  if (!batch.new_executions.empty()) {
    base::maybe_throw(base::Edge::writer, batch.new_executions.front().execution.flow->id);
  }
  if (batch.lease) {
    if (auto held = leases_.check(batch.lease); !held) {
      item.outcome = std::move(held);
      return Applied::refused;
    }
  }
  if (batch.generation != 0 && batch.generation != generation()) {
    base::ErrorCode code = last_failure_ ? last_failure_->code() : store_failed;
    std::string why =
        last_failure_ ? last_failure_->message() : std::string("the generation does not belong to this store");
    item.outcome = base::fail(code, fmt::format("an earlier batch on which this one depends failed: {}", why));
    return Applied::refused;
  }
  // Only these may collide with what others wrote at the same time; a savepoint costs copies of all pages it touches.
  bool may_conflict = !batch.flows.empty() || !batch.idempotency.empty() || batch.expects_revisions();
  if (!may_conflict) {
    item.outcome = refusing_broken([&] { return rows_.apply(batch); });
    return item.outcome ? Applied::yes : Applied::broken;
  }
  BatchWriter::Mark mark = rows_.mark();
  item.outcome = main_->query("SAVEPOINT batch").run();
  if (item.outcome) item.outcome = refusing_broken([&] { return rows_.apply(batch); });
  if (item.outcome) item.outcome = main_->query("RELEASE batch").run();
  if (item.outcome) return Applied::yes;
  if (!main_->in_transaction() || !main_->query("ROLLBACK TO batch").run() || !main_->query("RELEASE batch").run()) {
    return Applied::broken;
  }
  rows_.cut(mark);
  if (item.outcome.error().code() != store_conflict && item.outcome.error().code() != store_stale)
    return Applied::broken;
  note_failure(batch, item.outcome.error());
  return Applied::refused;
}

base::Result<void> Writer::commit_transaction() {
  auto committed = main_->query("COMMIT").run();
  if (committed) {
    rows_.committed();
    rested_ = false;
    set_writable(nullptr);
    if (size_t bytes = rows_.take_journal_bytes(); bytes > 0)
      setup_.filer->journal_grew(rows_.newest_journal_row(), bytes);
    return {};
  }
  // When writing failed, the frame that ends the transaction is not in the log. When syncing it failed, it may be, and
  // a crash would bring the transaction back.
  int code = sqlite3_extended_errcode(main_->handle());
  bool uncertain =
      code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC || committed.error().code() == store_failed;
  roll_back();
  if (!uncertain || hold(committed.error())) return committed;
  abandoned_ = true;
  return base::fail(store_unknown,
                    fmt::format("the store was closed before it was confirmed that the batch is on disk ({})",
                                committed.error().message()));
}

void Writer::roll_back() {
  if (main_->in_transaction()) {
    if (auto done = main_->query("ROLLBACK").run(); !done)
      base::log::error("cannot roll back: {}", done.error().to_string());
  }
  rows_.forget();
}

void Writer::note_failure(const Batch& batch, const base::Error& error) {
  if (batch.generation == 0 || batch.generation != generation()) return;
  last_failure_ = error;
  generation_.fetch_add(1, std::memory_order_acq_rel);
}

void Writer::deliver(Group& group, size_t first, size_t count) {
  for (size_t i = first; i < first + count; ++i) {
    Item& item = group[i];
    const size_t before =
        // first, so that a notified caller sees the lower value
        backlog_.fetch_sub(item.weight, std::memory_order_relaxed);
    GYR_ASSERT(before >= item.weight);
    try {
      item.done(std::move(item.outcome));
    } catch (...) {
      (void)base::caught_at(base::Edge::writer, "telling the outcome of a commit");
    }
  }
}

bool Writer::hold(const base::Error& error) {
  base::log::error("cannot sync the disk; commits wait until the disk works again: {}", error.to_string());
  set_writable(&error);
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    bool overwritten = touch().has_value();
    lock.lock();
    if (overwritten) {
      base::log::info("the disk works again");
      return true;
    }
    refuse_everything(error, lock);
    arrived_.wait_until(lock, base::monotonic_now() + hold_time, [this] { return has_work(); });
  }
  return false;
}

void Writer::refuse_everything(const base::Error& error, std::unique_lock<std::mutex>& lock) {
  probe_wanted_ = false;
  for (Job& job : std::exchange(jobs_, {})) {
    *job.outcome = base::fail(error);
    *job.finished = true;
  }
  job_done_.notify_all();
  auto queue = std::exchange(queue_, {});
  std::ranges::move(std::exchange(bulk_, {}), std::back_inserter(queue));
  lock.unlock();
  for (Item& item : queue) {
    note_failure(item.batch, error);
    backlog_.fetch_sub(item.weight, std::memory_order_relaxed);
    item.done(base::fail(error));
  }
  lock.lock();
}

base::Result<void> Writer::touch() {
  GYR_CHECK(begin());
  auto done = main_->query("INSERT INTO meta VALUES('touched', 1) ON CONFLICT DO UPDATE SET value=value+1").run();
  if (done) done = main_->query("COMMIT").run();
  if (!done) roll_back();
  return done;
}

void Writer::set_writable(const base::Error* why_not) {
  bool now = why_not == nullptr;
  bool before = writable_.exchange(now, std::memory_order_acq_rel);
  if (before && !now) base::log::error("cannot write to the store: {}", why_not->to_string());
  if (!before && now) base::log::info("the store is writable again");
}

int Writer::on_commit(void* self, sqlite3*, const char*, int pages) {
  auto* writer = static_cast<Writer*>(self);
  if (pages < writer->log_pages_) writer->checkpointed_pages_ = writer->next_checkpoint_pages_ = 0;  // started again
  writer->log_pages_ = pages;
  return SQLITE_OK;
}

}  // namespace gyr::store::sqlite
