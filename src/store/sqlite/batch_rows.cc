// Flows, logs, metrics, messages, keys, files and idempotency keys of a batch.
#include <set>

#include "base/invariant.h"
#include "store/sqlite/batch_writer.h"

namespace gyr::store::sqlite {

base::Result<void> BatchWriter::put_flow(const FlowRow& row) {
  GYR_TRY(Owner owner, owners_.of_flow(row.key));
  const std::string labels = encode_labels(row.labels);
  Query insert = main_.query(
      "INSERT INTO flows(flow, revision, deleted, disabled, updated, labels, description, exception, source, draft) "
      "VALUES(?,?,?,?,?,?,?,?,?,?)");
  insert.bind(owner.flow, row.revision, row.deleted, row.disabled, row.updated.to_micros(), Blob{labels},
              Blob{row.description}, Blob{row.exception}, Blob{row.source}, row.draft);
  if (auto done = insert.run(); !done) {
    if (done.error().code() != store_conflict) return done;
    return base::fail(store_conflict, fmt::format("flow {}.{} already has a revision {}", row.key.namespace_,
                                                  row.key.id, row.revision));
  }
  // A draft takes the place of nothing that runs.
  Query current = main_.query(
      "UPDATE owners SET revision=?2, deleted=?3 WHERE number=?1 AND newest<?2 AND (NOT ?4 OR revision=0 OR deleted OR "
      "(SELECT draft FROM flows WHERE flow=?1 AND revision=owners.revision))");
  GYR_CHECK(current.bind(owner.flow, row.revision, row.deleted, row.draft).run());
  Query newest = main_.query("UPDATE owners SET newest=?2 WHERE number=?1 AND newest<?2");
  GYR_CHECK(newest.bind(owner.flow, row.revision).run());
  GYR_INVARIANT(main_.changed_rows() == 1, "a new revision of a flow is higher than all others");
  return {};
}

base::Result<int32_t> BatchWriter::log_day(const base::Id& execution, base::Instant timestamp) {
  if (execution.is_none()) return day_of(timestamp.to_micros());
  if (const KnownExecution* known = known_.find(execution)) return day_of(known->started_us);
  Query find = main_.query("SELECT started FROM executions WHERE id=?");
  find.bind(execution);
  if (find.next()) return day_of(find.integer(0));
  GYR_CHECK(find.finish());
  return day_of(timestamp.to_micros());
}

base::Result<void> BatchWriter::put_logs(const std::vector<model::LogEntry>& lines) {
  const model::LogEntry* last = nullptr;
  LogSource source;
  int32_t day = 0;
  for (const auto& line : lines) {
    if (line.flow == nullptr) return base::fail(store_failed, "a log line has a flow");
    bool same = last != nullptr && last->execution_id == line.execution_id && last->flow == line.flow &&
                !line.execution_id.is_none();
    if (!same) {
      GYR_TRY(Owner owner, owners_.of_flow(*line.flow));
      GYR_TRY(day, log_day(line.execution_id, line.timestamp));
      source.execution = line.execution_id;
      source.tenant = owner.tenant;
      source.flow = owner.flow;
    }
    source.run = line.execution_id.is_none() ? trigger_run(*line.flow, line.trigger_id) : line.task_run_id;
    source.task_id = line.task_id;
    source.trigger_id = line.trigger_id;
    LogLine stored;
    stored.attempt = line.attempt;
    stored.sequence = line.execution_id.is_none() ? 0 : line.sequence;
    stored.timestamp_us = line.timestamp.to_micros();
    stored.level = line.level;
    stored.thread = line.thread;
    stored.message = line.message;
    journal_.add(day, source, stored);
    last = &line;
  }
  return {};
}

base::Result<void> BatchWriter::remove_logs(const Batch::LogDelete& removal) {
  LogRemoval stored;
  stored.execution = removal.execution_id;
  stored.run = removal.task_run_id;
  stored.task_id = removal.task_id;
  stored.attempt = removal.attempt;
  stored.min_level = removal.min_level;
  if (!removal.levels.empty()) {
    stored.levels = 0;
    for (model::LogLevel level : removal.levels)
      stored.levels |= static_cast<uint8_t>(1u << static_cast<unsigned>(level));
  }
  if (removal.from) stored.from_us = removal.from->to_micros();
  if (removal.until) stored.until_us = removal.until->to_micros();
  if (!removal.trigger_id.empty()) {
    // Lines of a trigger are in the files of all days.
    stored.run = trigger_run(*removal.flow, removal.trigger_id);
    std::set<int32_t> days;
    for (int32_t day : days_.all()) days.insert(day);
    Query journal = main_.query("SELECT DISTINCT day FROM log_journal");
    while (journal.next()) days.insert(static_cast<int32_t>(journal.integer(0)));
    GYR_CHECK(journal.finish());
    for (int32_t day : journal_.days()) days.insert(day);
    for (int32_t day : days) journal_.add(day, stored);
    return {};
  }
  GYR_TRY(int32_t day, log_day(removal.execution_id, removal.execution_id.made_at()));
  journal_.add(day, stored);
  return {};
}

base::Result<void> BatchWriter::put_metric(const model::MetricEntry& metric) {
  std::optional<int64_t> flow;
  if (metric.flow != nullptr) {
    GYR_TRY(Owner owner, owners_.of_flow(*metric.flow));
    flow = owner.flow;
  }
  ContentHash key = metric_key(metric);
  std::string record = encode_metric(metric);
  Query put = main_.query(
      "INSERT INTO metrics(execution, key, flow, record) VALUES(?,?,?,?) ON CONFLICT DO UPDATE SET "
      "record=excluded.record");
  return put.bind(metric.execution_id, Blob{{key.data(), key.size()}}, flow, Blob{record}).run();
}

base::Result<void> BatchWriter::put_message(const InboxMessage& message) {
  std::optional<int64_t> flow;
  if (message.flow != nullptr) {
    GYR_TRY(Owner owner, owners_.of_flow(*message.flow));
    flow = owner.flow;
  }
  GYR_TRY(int64_t sequence, inbox_numbers_.next());
  GYR_INVARIANT(sequence > 0 && !message.id.is_none(), "a message has a number and an id");
  Query put = main_.query(
      "INSERT INTO inbox(sequence, id, slot, target, flow, kind, payload) VALUES(?,?,?,?,?,?,?) ON CONFLICT(id) DO "
      "NOTHING");
  put.bind(sequence, message.id, static_cast<int32_t>(message.slot));
  if (message.target.is_none()) {
    put.bind(nullptr);
  } else {
    put.bind(message.target);
  }
  return put.bind(flow, static_cast<int32_t>(message.kind), Blob{message.payload}).run();
}

base::Result<void> BatchWriter::check_revision(ReadRevision read, Query& stored, std::string_view what) {
  if (!read) return {};
  const int64_t revision = stored.next() ? stored.integer(0) : 0;
  GYR_CHECK(stored.finish());
  return compare_revisions(read, revision, what);
}

base::Result<void> BatchWriter::compare_revisions(ReadRevision read, int64_t stored, std::string_view what) {
  if (!read || stored == *read) return {};
  return base::fail(store_stale, fmt::format("{} was changed meanwhile: it has revision {}, the change is for {}", what,
                                             stored, *read));
}

base::Result<void> BatchWriter::check_key(ReadRevision read, std::string_view tenant, std::string_view namespace_,
                                          std::string_view key) {
  if (!read) return {};
  Query stored =
      main_.query("SELECT CASE WHEN deleted THEN 0 ELSE revision END FROM kv WHERE tenant=? AND namespace=? AND key=?");
  stored.bind(tenant, namespace_, key);
  return check_revision(read, stored, fmt::format("the key {} of {}", key, namespace_));
}

base::Result<void> BatchWriter::put_key(const KvRow& row) {
  GYR_CHECK(check_key(row.read_revision, row.tenant, row.namespace_, row.key));
  std::string value = base::encode_value(row.value);
  Query put = main_.query(
      "INSERT INTO kv(tenant, namespace, key, revision, deleted, created, updated, expires, type, description, value) "
      "VALUES(?,?,?,?,0,?,?,?,?,?,?) ON CONFLICT(tenant, namespace, key) DO UPDATE SET "
      "revision=CASE WHEN deleted THEN max(revision+1, excluded.revision) ELSE excluded.revision END, deleted=0, "
      "created=excluded.created, updated=excluded.updated, expires=excluded.expires, type=excluded.type, "
      "description=excluded.description, value=excluded.value");
  put.bind(row.tenant, row.namespace_, row.key, row.revision, row.created.to_micros(), row.updated.to_micros(),
           micros(row.expires), row.type, row.description, Blob{value});
  return put.run();
}

base::Result<void> BatchWriter::remove_key(const Batch::KvDelete& key) {
  GYR_CHECK(check_key(key.read_revision, key.tenant, key.namespace_, key.key));
  Query remove = main_.query(
      "UPDATE kv SET deleted=1, updated=?4, expires=NULL, description='', value=x'' "
      "WHERE tenant=?1 AND namespace=?2 AND key=?3 AND deleted=0");
  return remove.bind(key.tenant, key.namespace_, key.key, clock_.now().to_micros()).run();
}

base::Result<void> BatchWriter::purge_key(const Batch::KvPurge& version) {
  // `kv` contains the newest version; its history is deleted with it (kv_forgotten).
  for (const char* sql : {"DELETE FROM kv_history WHERE tenant=? AND namespace=? AND key=? AND revision=?",
                          "DELETE FROM kv WHERE tenant=? AND namespace=? AND key=? AND revision=?"}) {
    GYR_CHECK(main_.query(sql).bind(version.tenant, version.namespace_, version.key, version.revision).run());
  }
  return {};
}

base::Result<void> BatchWriter::put_secret(const SecretRow& row) {
  base::ListBuilder tags;
  for (const auto& [name, value] : row.tags)
    tags.push(base::Value::list({base::Value::string(name), base::Value::string(value)}));
  const std::string encoded = base::encode_value(tags.build());
  Query put = main_.query(
      "INSERT INTO secrets(tenant, namespace, key, description, tags, key_id, value, created, updated) "
      "VALUES(?,?,?,?,?,?,?,?,?) "
      "ON CONFLICT DO UPDATE SET description=excluded.description, tags=excluded.tags, key_id=excluded.key_id, "
      "value=excluded.value, "
      "updated=excluded.updated");
  put.bind(row.tenant, row.namespace_, row.key, row.description, Blob{encoded}, row.key_id, row.value,
           row.created.to_micros(), row.updated.to_micros());
  return put.run();
}

base::Result<void> BatchWriter::remove_secret(const Batch::SecretDelete& secret) {
  return main_.query("DELETE FROM secrets WHERE tenant=? AND namespace=? AND key=?")
      .bind(secret.tenant, secret.namespace_, secret.key)
      .run();
}

base::Result<void> BatchWriter::check_file(const NamespaceFileRow& row) {
  if (!row.read_revision) return {};
  Query stored = main_.query("SELECT max(revision) FROM namespace_files WHERE tenant=? AND namespace=? AND path=?");
  stored.bind(row.tenant, row.namespace_, row.path);
  return check_revision(row.read_revision, stored, fmt::format("the file {} of {}", row.path, row.namespace_));
}

base::Result<void> BatchWriter::put_file(const NamespaceFileRow& row) {
  GYR_CHECK(check_file(row));
  Query put = main_.query(
      "INSERT INTO namespace_files(tenant, namespace, path, revision, deleted, size, created, updated, content) "
      "VALUES(?,?,?,?,?,?,?,?,?) "
      "ON CONFLICT DO UPDATE SET deleted=excluded.deleted, size=excluded.size, created=excluded.created, "
      "updated=excluded.updated, content=excluded.content");
  put.bind(row.tenant, row.namespace_, row.path, row.revision, row.deleted, static_cast<int64_t>(row.size),
           row.created.to_micros(), row.updated.to_micros(), row.content);
  return put.run();
}

base::Result<void> BatchWriter::remove_file(const NamespaceFileRow& row) {
  GYR_CHECK(check_file(row));
  const char* sql = row.revision == 0
                        ? "DELETE FROM namespace_files WHERE tenant=?1 AND namespace=?2 AND path=?3"
                        : "DELETE FROM namespace_files WHERE tenant=?1 AND namespace=?2 AND path=?3 AND revision=?4";
  Query remove = main_.query(sql);
  remove.bind(row.tenant, row.namespace_, row.path);
  if (row.revision != 0) remove.bind(row.revision);
  return remove.run();
}

base::Result<void> BatchWriter::put_idempotency(const IdempotencyRow& row) {
  Query put =
      main_.query("INSERT INTO idempotency(tenant, key, execution, created) VALUES(?,?,?,?) ON CONFLICT DO NOTHING");
  GYR_CHECK(put.bind(row.tenant, Blob{row.key}, row.execution_id, row.created.to_micros()).run());
  if (main_.changed_rows() == 1) return {};
  Query find = main_.query("SELECT execution FROM idempotency WHERE tenant=? AND key=?");
  find.bind(row.tenant, Blob{row.key});
  if (find.next() && find.id(0) == row.execution_id) return {};
  GYR_CHECK(find.finish());
  return base::fail(store_conflict,
                    fmt::format("the idempotency key '{}' already belongs to another execution", row.key));
}

}  // namespace gyr::store::sqlite
