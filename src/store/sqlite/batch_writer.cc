#include "store/sqlite/batch_writer.h"

namespace gyr::store::sqlite {

BatchWriter::BatchWriter(Connection& main, TextIndex& texts, const base::Clock& clock, const LogDays& days)
    : main_(main),
      texts_(texts),
      clock_(clock),
      days_(days),
      owners_(main),
      execution_numbers_(main, "next_execution"),
      inbox_numbers_(main, "next_message"),
      journal_numbers_(main, "next_journal_row") {}

base::Result<void> BatchWriter::apply(const Batch& batch) {
  for (const auto& row : batch.flows) GYR_CHECK(put_flow(row));
  for (const auto& row : batch.new_executions) GYR_CHECK(put_execution(row, true));
  for (const auto& row : batch.executions) GYR_CHECK(put_execution(row, false));
  for (const auto& row : batch.new_task_runs) GYR_CHECK(put_task_run(row, true));
  for (const auto& row : batch.task_runs) GYR_CHECK(put_task_run(row, false));
  for (const auto& [execution, run] : batch.deleted_task_runs) GYR_CHECK(remove_task_run(execution, run));
  GYR_CHECK(put_logs(batch.logs));
  for (const auto& removal : batch.deleted_logs) GYR_CHECK(remove_logs(removal));
  for (base::Id execution : batch.deleted_metrics)
    GYR_CHECK(main_.query("DELETE FROM metrics WHERE execution=?").bind(execution).run());
  for (const auto& metric : batch.metrics) GYR_CHECK(put_metric(metric));
  for (const auto& execution : batch.deleted_executions) GYR_CHECK(remove_execution(execution));
  for (const auto& message : batch.inbox) GYR_CHECK(put_message(message));
  if (!batch.applied_inbox.empty()) {
    Query remove = main_.query("DELETE FROM inbox WHERE sequence=?");
    for (int64_t sequence : batch.applied_inbox) GYR_CHECK(remove.bind(sequence).run());
  }
  if (!batch.applied_inbox_ids.empty()) {
    Query remove = main_.query("DELETE FROM inbox WHERE id=?");
    for (const auto& id : batch.applied_inbox_ids) GYR_CHECK(remove.bind(id).run());
  }
  for (const auto& row : batch.kv) GYR_CHECK(put_key(row));
  for (const auto& key : batch.deleted_kv) GYR_CHECK(remove_key(key));
  for (const auto& version : batch.purged_kv) GYR_CHECK(purge_key(version));
  for (const auto& row : batch.secrets) GYR_CHECK(put_secret(row));
  for (const auto& secret : batch.deleted_secrets) GYR_CHECK(remove_secret(secret));
  for (const auto& row : batch.namespace_files) GYR_CHECK(put_file(row));
  for (const auto& row : batch.deleted_namespace_files) GYR_CHECK(remove_file(row));
  for (const auto& trigger : batch.deleted_triggers) GYR_CHECK(remove_trigger(trigger));
  for (const auto& row : batch.triggers) GYR_CHECK(put_trigger(row));
  for (const auto& windows : batch.deleted_windows) GYR_CHECK(remove_windows(windows));
  for (const auto& row : batch.windows) GYR_CHECK(put_window(row));
  for (const auto& service : batch.services) GYR_CHECK(put_service(service));
  for (base::Id service : batch.deleted_services) GYR_CHECK(remove_service(service));
  for (const auto& revision : batch.deleted_revisions) GYR_CHECK(remove_revision(revision));
  for (const auto& row : batch.entities) GYR_CHECK(put_entity(row));
  if (batch.maintenance) GYR_CHECK(put_maintenance(*batch.maintenance));
  for (const auto& gone : batch.deleted_documents) GYR_CHECK(remove_document(gone));
  for (const auto& row : batch.documents) GYR_CHECK(put_document(row));
  for (const auto& row : batch.idempotency) GYR_CHECK(put_idempotency(row));
  return {};
}

base::Result<void> BatchWriter::finish(int64_t filed) {
  GYR_CHECK(rollups_.write(main_));
  journal_bytes_open_ = journal_.bytes();
  if (!journal_.empty()) {
    GYR_CHECK(journal_.write(main_, [this]() -> base::Result<int64_t> {
      GYR_TRY(newest_journal_row_, journal_numbers_.next());
      return newest_journal_row_;
    }));
  }
  trimming_ = trimmed_;
  if (filed > trimmed_) {
    GYR_CHECK(main_.query("DELETE FROM log_journal WHERE number<=?").bind(filed).run());
    trimming_ = filed;
  }
  return {};
}

void BatchWriter::committed() {
  trimmed_ = trimming_;
  journal_bytes_ += std::exchange(journal_bytes_open_, 0);
}

void BatchWriter::cut(const Mark& mark) {
  rollups_.cut(mark.rollups);
  journal_.cut(mark.journal);
  // Numbers and rows that the batch made are gone; what others made in this transaction is found again in the database.
  owners_.forget();
  known_.clear();
  memo_.clear();
  label_keys_.clear();
  execution_numbers_.forget();
  inbox_numbers_.forget();
  journal_numbers_.forget();
}

void BatchWriter::forget() { cut({}); }

}  // namespace gyr::store::sqlite
