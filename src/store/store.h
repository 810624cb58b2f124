// The interface of the store: atomic batches and short reads. SQLite implements it; every implementation must pass
// store_suite.h. The rows, queries and changes of each subject are in store/api.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "store/api/access.h"
#include "store/api/documents.h"
#include "store/api/entities.h"
#include "store/api/errors.h"
#include "store/api/executions.h"
#include "store/api/files.h"
#include "store/api/flows.h"
#include "store/api/inbox.h"
#include "store/api/keys.h"
#include "store/api/logs.h"
#include "store/api/metrics.h"
#include "store/api/revisions.h"
#include "store/api/services.h"
#include "store/api/triggers.h"
#include "store/api/visible.h"
#include "store/lease.h"

namespace gyr::store {

/// The changes of one step, which are applied atomically. Empty lists cost nothing. Rows are inserted or replaced by
/// their key. A batch that cannot be applied (a revision or an execution that already exists, a task run of an
/// execution that does not exist) is refused as a whole with store_conflict, one with an outdated ReadRevision with
/// store_stale; this does not affect other batches.
struct Batch : FlowChanges,
               ExecutionChanges,
               InboxChanges,
               TriggerChanges,
               LogChanges,
               MetricChanges,
               KeyChanges,
               FileChanges,
               EntityChanges,
               ServiceChanges,
               DocumentChanges {
  /// Set by senders whose batches depend on each other (a partition of the executor): the value of Store::generation()
  /// when the sender last loaded its state. After such a batch has failed, every later batch of the same generation is
  /// refused with the same code, so that no batch builds on rows that were never written. 0: does not depend on an
  /// earlier batch.
  uint64_t generation = 0;
  /// The lease of the sender on the slots that it changes; the batch is refused as a whole with lease_lost after
  /// another owner has taken over. None: changes nothing that belongs to a range of slots.
  Lease lease;

  bool empty() const;
  /// Whether a row names the revision that its writer has read.
  bool expects_revisions() const;
  /// Whether the caller may change every row. Rows that belong to no namespace, and rows of the executor, need a caller
  /// who may change everything.
  bool is_allowed(const Access& access) const;
  /// The approximate number of bytes it will write; limits merged transactions.
  size_t weight() const;
};

/// Reads from a snapshot. Cheap to create; use it for one query and drop it, because a snapshot lasts at most 1 s
/// (principle: short transactions). Not thread-safe; different readers run in parallel.
class Reader : public FlowReader,
               public ExecutionReader,
               public InboxReader,
               public TriggerReader,
               public LogReader,
               public MetricReader,
               public KeyReader,
               public FileReader,
               public EntityReader,
               public MaintenanceReader,
               public ServiceReader,
               public DocumentReader {};

/// The durable store for all state of the program.
class Store {
 public:
  using Done = std::move_only_function<void(base::Result<void>)>;
  virtual ~Store() = default;

  /// Applies the batch atomically and durably, after all earlier batches. `done` runs exactly once, on the thread of
  /// the writer, when the batch is on disk or was refused. Never blocks. Thread-safe.
  virtual void commit(Batch batch, Done done) = 0;
  /// The same, blocking; not on the thread of the writer.
  base::Result<void> commit_and_wait(Batch batch);

  // Leases of ranges of slots (TRIG-201, SCALE-2). Each call blocks; call it on any thread except that of the writer.
  // Times are those of the store.
  /// Acquires a lease with an epoch that is higher than any before. Fails with lease_held while another lease contains
  /// any of these slots. After it returns, every batch of an earlier lease is either refused or readable.
  virtual base::Result<Lease> acquire_lease(LeaseRequest request) = 0;
  /// Extends the lease from now, even if it has expired and no other owner has taken over; otherwise lease_lost.
  virtual base::Result<void> renew_lease(const Lease& lease, base::Duration length) = 0;
  /// Releases the slots immediately. No effect if another owner has them.
  virtual base::Result<void> release_lease(const Lease& lease) = 0;

  /// The size of the batches that wait for the writer, in bytes: above a limit the callers slow down (429), so memory
  /// stays bounded.
  virtual size_t backlog_bytes() const = 0;
  /// See Batch::generation; never 0. Read it before loading the state that the next batches build on. Thread-safe.
  virtual uint64_t generation() const = 0;

  /// Runs `work` on a reader thread; all its reads use one snapshot while that is younger than 1 s. Thread-safe. After
  /// the start of the shutdown, `work` is destroyed without running.
  virtual void read(std::move_only_function<void(Reader&)> work) = 0;
  /// Returns a separate reader, for a thread that may block (recovery of the executor, command line, tests); each query
  /// reads the newest commit. It must be destroyed before the store.
  virtual base::Result<std::unique_ptr<Reader>> open_reader() = 0;

  /// Writes a consistent copy of everything into a new or empty folder, while the store is in use. Blocks; call it on
  /// any thread except that of the writer.
  virtual base::Result<void> backup(const std::string& folder) = 0;
  /// Deletes data beyond the retention period (executions with their rows, days of logs); limited work per call,
  /// returns true while there is more. Blocks; call it on any thread except that of the writer.
  virtual base::Result<bool> apply_retention(base::Instant now) = 0;
  /// Executions that were deleted with their files, by retention or by a batch, and do not exist again: the first
  /// `limit` with an id after this one, in order of id. Blocks; call it on any thread except that of the writer.
  virtual base::Result<std::vector<LeftFiles>> left_files(base::Id after, size_t at_most) = 0;
  /// Their files are deleted: left_files() no longer returns them. Blocks; call it on any thread except that of the
  /// writer.
  virtual base::Result<void> forget_left_files(const std::vector<LeftFiles>& gone) = 0;
  /// Deletes at most this many expired keys (KV-5) and returns the number. Blocks; call it on any thread except that of
  /// the writer.
  virtual base::Result<size_t> purge_expired_keys(base::Instant now, size_t at_most) = 0;
  /// Whether writes currently work: false while the disk is full or the file system is read-only.
  virtual bool writable() const = 0;
  /// Commits the given batches and closes everything. Later calls fail.
  virtual void close() = 0;
};

}  // namespace gyr::store
