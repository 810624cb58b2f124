// The only thread that writes the main database.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "store/sqlite/batch_writer.h"
#include "store/sqlite/log_filer.h"
#include "store/sqlite/snapshot_gate.h"
#include "store/store.h"

namespace gyr::store::sqlite {

/// Takes all waiting batches, merges them into one transaction (group commit without a timer: batches that arrive
/// during a sync form the next transaction), and calls `done` of each batch when it is durable. Owns the only
/// connection that writes or checkpoints the main database.
///
/// While its thread waits, it lends the connection: a caller of commit_here() writes its batch itself, and batches that
/// arrive in the meantime wait for the thread as usual. Only one thread at a time uses the connection and its state.
///
/// Batches with many log lines wait in a separate queue: all other batches go first, and these batches use the rest of
/// each transaction. They keep their order among each other, and small batches of log lines queue behind them too.
///
/// A batch that fails does not affect others: if a conflict is possible, it runs in a savepoint; otherwise the
/// transaction is rolled back and the batches are applied one by one. If a sync fails, it is unknown whether the
/// batches are on disk: they are held until a later transaction has overwritten them, then refused.
class Writer {
 public:
  struct Setup {
    const base::Clock* clock = nullptr;
    LogFiler* filer = nullptr;
    SnapshotGate* gate = nullptr;
    TextIndex* texts = nullptr;
    const LogDays* days = nullptr;
  };
  Writer(std::unique_ptr<Connection> main, Setup setup);
  ~Writer();

  void start();
  /// Commits the waiting batches, then ends. Later batches fail with store_closed.
  void stop();
  /// Call it after stop(), when all readers are closed: the last connection leaves one file without a log.
  void close_database() { main_.reset(); }

  void commit(Batch batch, Store::Done done);
  /// See DirectCommit::commit_here().
  void commit_here(Batch batch, Store::Done done);
  size_t backlog_bytes() const { return backlog_.load(std::memory_order_relaxed); }
  uint64_t generation() const { return generation_.load(std::memory_order_acquire); }
  bool writable();

  /// Runs work on the thread of the writer between transactions and waits for it; store_closed after stop().
  using Work = std::move_only_function<base::Result<void>(Connection&, BatchWriter&)>;
  base::Result<void> run(Work work);
  /// Runs between transactions, so that every batch is applied either before or after it; waits for it.
  base::Result<Lease> acquire_lease(const LeaseRequest& request);
  base::Result<void> renew_lease(const Lease& lease, base::Duration length);
  base::Result<void> release_lease(const Lease& lease);
  /// Like run(), in a transaction that is committed afterwards.
  base::Result<void> run_in_transaction(Work work);

 private:
  struct Item {
    Batch batch;
    Store::Done done;
    size_t weight = 0;
    bool only_logs = false;
    bool refused = false;  // refused before it reached the database
    base::Result<void> outcome;
  };
  struct Job {
    Work work;
    base::Result<void>* outcome = nullptr;
    bool* finished = nullptr;
  };
  using Group = std::vector<Item>;
  /// A caller borrows the connection until this object ends. Starts with the lock held.
  class Loan {
   public:
    explicit Loan(Writer& writer) : writer_(writer), was_rested_(writer.rested_) { writer.borrowed_ = true; }
    ~Loan();
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;

   private:
    Writer& writer_;
    bool was_rested_;
  };

  void thread_main();
  static Item make_item(Batch batch, Store::Done done);
  void enqueue(Item item, std::unique_lock<std::mutex> lock);
  bool wait_for_work(std::unique_lock<std::mutex>& lock, std::optional<base::MonotonicTime> deadline);
  bool has_work() const { return !queue_.empty() || !bulk_.empty() || !jobs_.empty() || probe_wanted_ || stopping_; }
  void run_job(Job job, std::unique_lock<std::mutex>& lock);
  void refuse_everything(const base::Error& error, std::unique_lock<std::mutex>& lock);
  Group take_group();
  void take_from(std::deque<Item>& lane, Group& group, size_t& weight, size_t limit);

  void process(Group group);
  /// Applies as many items as fit into one transaction and commits them; returns their number, or why the transaction
  /// failed.
  base::Result<size_t> commit_together(Group& group, size_t first);
  void commit_alone(Item& item);
  enum class Applied { yes, refused, broken };  ///< broken: the transaction can contain a part of the item
  Applied apply(Item& item);
  base::Result<void> begin() { return main_->query("BEGIN IMMEDIATE").run(); }
  /// Ends the transaction. After a failure, no part of it is or will be stored (or the store is closing:
  /// store_unknown).
  base::Result<void> commit_transaction();
  void roll_back();
  void note_failure(const Batch& batch, const base::Error& error);
  void deliver(Group& group, size_t first, size_t count);

  bool hold(const base::Error& error);
  base::Result<void> touch();
  void set_writable(const base::Error* why_not);

  static int on_commit(void* self, sqlite3*, const char*, int pages);
  bool is_checkpoint_due(bool idle) const;
  void checkpoint_if_due(bool idle);
  void checkpoint(int mode);
  base::Result<bool> rest();
  base::Result<bool> rest_guarded();
  /// Returns the result of `work`; if it throws, the error, and the transaction is rolled back. No exception leaves
  /// commit_transaction() after its COMMIT, so durable data is never reported as failed.
  template <class Work>
  std::invoke_result_t<Work> stop_exceptions(std::string_view doing, Work work);
  /// Only in a catch block.
  std::unexpected<base::Error> caught(std::string_view doing);

  std::unique_ptr<Connection> main_;
  Setup setup_;
  BatchWriter rows_;
  LeaseTable leases_;  // used on the thread of the writer

  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::condition_variable job_done_;
  std::deque<Item> queue_;
  std::deque<Item> bulk_;  // large batches of log lines: other batches overtake them
  std::deque<Job> jobs_;
  bool probe_wanted_ = false;
  bool stopping_ = false;
  bool lends_ = false;          // the thread waits: another thread can borrow the connection
  bool borrowed_ = false;       // a thread has borrowed it
  bool upkeep_wanted_ = false;  // since the last loan
  uint64_t loans_ = 0;

  std::atomic<size_t> backlog_{0};
  std::atomic<uint64_t> generation_{1};
  std::atomic<bool> writable_{true};
  std::atomic<int64_t> next_probe_ns_{0};
  std::optional<base::Error> last_failure_;  // of a batch with a generation
  bool abandoned_ = false;                   // closed before it was known what is on disk
  // The write-ahead log: its pages, those that are already in the database, and the time of the next checkpoint.
  int64_t log_pages_ = 0;
  int64_t checkpointed_pages_ = 0;
  int64_t next_checkpoint_pages_ = 0;
  bool rested_ = true;
  std::thread thread_;
};

}  // namespace gyr::store::sqlite
