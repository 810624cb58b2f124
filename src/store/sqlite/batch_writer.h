// Writes batches as rows: the work between BEGIN and COMMIT.
#pragma once

#include <string>
#include <vector>

#include "store/sql/record.h"
#include "store/sqlite/known_executions.h"
#include "store/sqlite/log_day.h"
#include "store/sqlite/log_journal.h"
#include "store/sqlite/owners.h"
#include "store/sqlite/rollup.h"
#include "store/sqlite/sequence.h"
#include "store/sqlite/text_index.h"
#include "store/store.h"

namespace gyr::store::sqlite {

/// Writes batches with the connection of the writer, in a transaction that the caller has started. Collects the rollups
/// and log lines of all batches of a transaction and writes them at its end. Used on the thread of the writer.
class BatchWriter {
 public:
  BatchWriter(Connection& main, TextIndex& texts, const base::Clock& clock, const LogDays& days);

  /// After a failure the database can contain a part of the batch: the caller must roll back and then call forget().
  base::Result<void> apply(const Batch& batch);
  /// Writes the data that is collected for the end of the transaction. Deletes journal rows up to `filed`, which are in
  /// the day files.
  base::Result<void> finish(int64_t filed);
  /// The transaction is durable.
  void committed();

  /// The position of a batch in the collected data, to remove it after a rollback to a savepoint.
  struct Mark {
    size_t rollups = 0;
    JournalBuffer::Mark journal;
  };
  Mark mark() { return {rollups_.size(), journal_.mark()}; }
  void cut(const Mark& mark);
  /// Call it after a full rollback.
  void forget();

  /// Deletes an execution with all its rows; remove_some() finishes large ones.
  base::Result<void> remove_execution(const Batch::ExecutionDelete& execution);
  /// Deletes some of the remaining rows of deleted executions; returns true while there are more.
  base::Result<bool> remove_some();

  /// The number of the newest journal row.
  int64_t newest_journal_row() const { return newest_journal_row_; }
  /// The number of bytes that committed transactions added to the journal since the last call.
  size_t take_journal_bytes() { return std::exchange(journal_bytes_, 0); }

 private:
  // batch_executions.cc
  base::Result<KnownExecution*> find_execution(const base::Id& id);
  base::Result<KnownExecution*> require_execution(const base::Id& id);
  base::Result<void> put_execution(const ExecutionRow& row, bool must_be_new);
  base::Result<void> insert_execution(const ExecutionRow& row);
  base::Result<void> update_execution(const ExecutionRow& row, KnownExecution& known);
  base::Result<void> put_task_run(const TaskRunRow& row, bool must_be_new);
  base::Result<void> remove_task_run(const base::Id& execution, const base::Id& run);
  base::Result<std::optional<int64_t>> position_of(int64_t execution, const base::Id& run);
  // batch_labels_blobs.cc
  base::Result<int64_t> label_key(std::string_view name);
  base::Result<void> add_labels(const KnownExecution& known, const std::vector<model::Label>& labels);
  base::Result<void> note_changed_text(int64_t execution);
  base::Result<void> remove_labels(const KnownExecution& known, const std::vector<model::Label>& labels);
  base::Result<void> change_blobs(KnownExecution& known, const std::vector<ContentHash>& before, const Record& after);
  base::Result<void> remove_blob(int64_t execution, const ContentHash& hash, int64_t blob);
  base::Result<bool> remove_blobs(int64_t execution, size_t limit);
  // batch_rows.cc
  base::Result<void> put_flow(const FlowRow& row);
  base::Result<void> put_logs(const std::vector<model::LogEntry>& lines);
  base::Result<void> remove_logs(const Batch::LogDelete& removal);
  base::Result<int32_t> log_day(const base::Id& execution, base::Instant timestamp);
  base::Result<void> put_metric(const model::MetricEntry& metric);
  base::Result<void> put_message(const InboxMessage& message);
  /// Refuses a row that is stored with another revision than its writer has read; no row of `stored` means 0.
  base::Result<void> check_revision(ReadRevision read, Query& stored, std::string_view what);
  static base::Result<void> compare_revisions(ReadRevision read, int64_t stored, std::string_view what);
  base::Result<void> check_key(ReadRevision read, std::string_view tenant, std::string_view namespace_,
                               std::string_view key);
  base::Result<void> check_file(const NamespaceFileRow& row);
  base::Result<void> put_key(const KvRow& row);
  base::Result<void> remove_key(const Batch::KvDelete& key);
  base::Result<void> purge_key(const Batch::KvPurge& version);
  base::Result<void> put_secret(const SecretRow& row);
  base::Result<void> remove_secret(const Batch::SecretDelete& secret);
  base::Result<void> put_file(const NamespaceFileRow& row);
  base::Result<void> remove_file(const NamespaceFileRow& row);
  // batch_triggers.cc
  base::Result<void> put_trigger(const TriggerRow& row);
  base::Result<void> remove_trigger(const Batch::TriggerDelete& trigger);
  // batch_rows.cc
  base::Result<void> put_idempotency(const IdempotencyRow& row);
  // batch_windows.cc
  base::Result<void> put_window(const WindowRow& row);
  base::Result<void> remove_windows(const Batch::WindowDelete& windows);
  // batch_entities.cc
  base::Result<void> put_entity(const EntityRow& row);
  // batch_documents.cc
  base::Result<void> put_document(const DocumentRow& row);
  base::Result<void> remove_document(const Batch::DocumentDelete& gone);
  // batch_operator_holds.cc
  base::Result<void> put_maintenance(const MaintenanceRow& row);
  // batch_services.cc
  base::Result<void> put_service(const model::Service& service);
  base::Result<void> remove_service(base::Id id);
  base::Result<void> remove_revision(const Batch::RevisionDelete& revision);

  Connection& main_;
  TextIndex& texts_;
  const base::Clock& clock_;
  const LogDays& days_;
  OwnerTable owners_;
  KnownExecutions known_;
  RollupChanges rollups_;
  JournalBuffer journal_;
  LargeValueMemo memo_;
  Record record_;  // reused for every row
  std::unordered_map<std::string, int64_t> label_keys_;
  Sequence execution_numbers_, inbox_numbers_, journal_numbers_;
  int64_t newest_journal_row_ = 0;
  size_t journal_bytes_ = 0;       // committed
  size_t journal_bytes_open_ = 0;  // in this transaction
  int64_t trimmed_ = 0;            // journal rows up to this one are deleted
  int64_t trimming_ = 0;           // … after this transaction is durable
};

}  // namespace gyr::store::sqlite
