// Executions and task runs of a batch.
#include <algorithm>

#include "base/invariant.h"
#include "store/sqlite/batch_writer.h"

namespace gyr::store::sqlite {
namespace {

// See the partial index task_runs_by_id.
constexpr const char* walk_to_task_run = "SELECT position FROM task_runs WHERE execution=? AND position < 64 AND run=?";
constexpr const char* look_up_task_run =
    "SELECT position FROM task_runs INDEXED BY task_runs_by_id WHERE execution=? AND run=? AND position >= 64";
// Deleting more than this at once would delay the other batches.
constexpr int64_t task_runs_removed_at_once = 1000;
constexpr size_t blobs_removed_at_once = 32;

size_t hash_of(const std::vector<model::Label>& labels) {
  size_t hash = labels.size();
  for (const auto& label : labels) {
    hash = hash * 31 + std::hash<std::string>()(label.key);
    hash = hash * 31 + std::hash<std::string>()(label.value);
  }
  return hash;
}

std::optional<int64_t> duration_of(const model::StateHistory& state) {
  auto ended = state.ended();
  if (!ended) return std::nullopt;
  return std::max<int64_t>(0, (*ended - state.started()).to_micros());
}

/// The start of its wait for a slot (EXEC-61); nothing if it does not wait.
std::optional<int64_t> queued_at(const model::StateHistory& state) {
  if (state.current() != model::State::queued) return std::nullopt;
  return state.last_date().to_micros();
}

base::Error about(const base::Error& error, std::string_view what, const base::Id& id) {
  return error.with_prefix(fmt::format("{} {}: ", what, id.to_text()));
}

}  // namespace

base::Result<KnownExecution*> BatchWriter::find_execution(const base::Id& id) {
  if (KnownExecution* known = known_.find(id)) return known;
  Query find = main_.query(
      "SELECT e.number, e.flow, o.namespace_number, e.tenant, e.slot, e.lane, e.started, e.duration, e.activity, "
      "e.wake_at, "
      "e.record, EXISTS(SELECT 1 FROM blob_references WHERE execution=e.number), e.queued_at "
      "FROM executions e JOIN owners o ON o.number=e.flow WHERE e.id=?");
  find.bind(id);
  if (!find.next()) {
    GYR_CHECK(find.finish());
    return nullptr;
  }
  KnownExecution known;
  known.number = find.integer(0);
  known.owner = {find.integer(1), find.integer(2), find.integer(3), static_cast<uint16_t>(find.integer(4))};
  known.lane = static_cast<Lane>(find.integer(5));
  known.started_us = find.integer(6);
  known.duration_us = find.optional_integer(7);
  known.activity = static_cast<Activity>(find.integer(8));
  known.wake_at_us = find.optional_integer(9);
  GYR_TRY(auto labels, decode_execution_labels(find.blob(10)));
  known.labels_hash = hash_of(labels);
  known.has_blobs = find.integer(11) != 0;
  known.queued_at_us = find.optional_integer(12);
  return &known_.put(id, known);
}

base::Result<KnownExecution*> BatchWriter::require_execution(const base::Id& id) {
  GYR_TRY(KnownExecution * known, find_execution(id));
  if (known == nullptr)
    return base::fail(store_conflict, fmt::format("execution {} is not in the store", id.to_text()));
  return known;
}

base::Result<void> BatchWriter::put_execution(const ExecutionRow& row, bool must_be_new) {
  if (must_be_new) return insert_execution(row);
  GYR_TRY(KnownExecution * known, find_execution(row.execution.id));
  return known == nullptr ? insert_execution(row) : update_execution(row, *known);
}

base::Result<void> BatchWriter::insert_execution(const ExecutionRow& row) {
  const auto& e = row.execution;
  GYR_INVARIANT(!e.id.is_none() && !e.state.changes().empty(), "an execution has an id and a history");
  if (e.flow == nullptr) return base::fail(store_failed, fmt::format("execution {} has no flow", e.id.to_text()));
  KnownExecution known;
  GYR_TRY(known.owner, owners_.of_flow(*e.flow));
  GYR_TRY(known.number, execution_numbers_.next());
  known.lane = lane_of(class_of(e.kind, !e.caller_execution.is_none()), e.state.current());
  known.started_us = e.state.started().to_micros();
  known.duration_us = duration_of(e.state);
  known.activity = row.activity;
  known.wake_at_us = micros(row.wake_at);
  known.queued_at_us = queued_at(e.state);
  known.labels_hash = hash_of(e.labels);
  encode_execution(row, known.started_us, &memo_, record_);

  Query insert = main_.query(
      "INSERT INTO executions(number, id, tenant, flow, slot, lane, started, duration, activity, wake_at, caller, "
      "record, queued_at) "
      "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)");
  insert.bind(known.number, e.id, known.owner.tenant, known.owner.flow, static_cast<int32_t>(known.owner.slot),
              known.lane, known.started_us, known.duration_us, static_cast<int32_t>(known.activity), known.wake_at_us);
  if (e.caller_execution.is_none()) {
    insert.bind(nullptr);
  } else {
    insert.bind(e.caller_execution);
  }
  insert.bind(Blob{record_.bytes}, known.queued_at_us);
  if (auto done = insert.run(); !done) return base::fail(about(done.error(), "execution", e.id));
  GYR_CHECK(add_labels(known, e.labels));
  if (!texts_.add(known.number, e.id, e.labels)) GYR_CHECK(note_changed_text(known.number));
  if (!record_.large.empty()) GYR_CHECK(change_blobs(known, {}, record_));
  rollups_.add(known.owner, known.lane, known.started_us, 1, known.duration_us.value_or(0));
  known_.put(e.id, known);
  return {};
}

base::Result<void> BatchWriter::update_execution(const ExecutionRow& row, KnownExecution& known) {
  const auto& e = row.execution;
  KnownExecution next = known;
  // Kind and caller are for life; so is the start that keys are made of.
  GYR_INVARIANT(class_of(e.kind, !e.caller_execution.is_none()) == class_of_lane(known.lane),
                "an execution keeps its kind and its caller");
  GYR_INVARIANT(!e.state.changes().empty(), "an execution has a history");
  next.lane = lane_of(class_of_lane(known.lane), e.state.current());
  next.duration_us = duration_of(e.state);
  next.activity = row.activity;
  next.wake_at_us = micros(row.wake_at);
  next.queued_at_us = queued_at(e.state);
  next.labels_hash = hash_of(e.labels);
  encode_execution(row, known.started_us, &memo_, record_);

  bool labels_changed = next.labels_hash != known.labels_hash;
  std::vector<ContentHash> blobs_before;
  if (labels_changed || known.has_blobs) {
    Query read = main_.query("SELECT record FROM executions WHERE number=?");
    read.bind(known.number);
    if (read.next()) {
      if (labels_changed) {
        GYR_TRY(auto labels, decode_execution_labels(read.blob(0)));
        GYR_CHECK(remove_labels(known, labels));
      }
      GYR_TRY(blobs_before, references_of_record(read.blob(0)));
    }
    GYR_CHECK(read.finish());
  }

  // An index costs only where one of its columns is set: most changes touch the record alone.
  bool moves = next.lane != known.lane || next.duration_us != known.duration_us;
  bool waits_otherwise =
      next.activity != known.activity || next.wake_at_us != known.wake_at_us || next.queued_at_us != known.queued_at_us;
  const char* sql = "UPDATE executions SET record=?2 WHERE number=?1";
  if (moves && waits_otherwise) {
    sql =
        "UPDATE executions SET record=?2, lane=?3, duration=?4, activity=?5, wake_at=?6, queued_at=?7 WHERE number=?1";
  } else if (moves) {
    sql = "UPDATE executions SET record=?2, lane=?3, duration=?4 WHERE number=?1";
  } else if (waits_otherwise) {
    sql = "UPDATE executions SET record=?2, activity=?3, wake_at=?4, queued_at=?5 WHERE number=?1";
  }
  Query update = main_.query(sql);
  update.bind(known.number, Blob{record_.bytes});
  if (moves) update.bind(next.lane, next.duration_us);
  if (waits_otherwise) update.bind(static_cast<int32_t>(next.activity), next.wake_at_us, next.queued_at_us);
  if (auto done = update.run(); !done) return base::fail(about(done.error(), "execution", e.id));
  if (main_.changed_rows() != 1) {
    return base::fail(store_failed, fmt::format("execution {} was deleted while it was being changed", e.id.to_text()));
  }

  if (labels_changed) {
    GYR_CHECK(add_labels(next, e.labels));
    if (!texts_.change(known.number, e.labels)) GYR_CHECK(note_changed_text(known.number));
  }
  if (!record_.large.empty() || !blobs_before.empty()) GYR_CHECK(change_blobs(next, blobs_before, record_));
  if (moves) {
    rollups_.add(known.owner, known.lane, known.started_us, -1, known.duration_us.value_or(0));
    rollups_.add(next.owner, next.lane, next.started_us, 1, next.duration_us.value_or(0));
  }
  known = next;
  return {};
}

base::Result<void> BatchWriter::put_task_run(const TaskRunRow& row, bool must_be_new) {
  GYR_INVARIANT(!row.run.id.is_none() && !row.run.state.changes().empty(), "a task run has an id and a history");
  GYR_TRY(KnownExecution * known, require_execution(row.execution_id));
  encode_task_run(row, &memo_, record_);
  std::vector<ContentHash> blobs_before;
  bool written = false;
  if (!must_be_new) {
    if (known->has_blobs) {
      Query read = main_.query("SELECT record FROM task_runs WHERE execution=? AND position=?");
      read.bind(known->number, row.position);
      if (read.next()) {
        GYR_TRY(blobs_before, references_of_record(read.blob(0)));
      }
      GYR_CHECK(read.finish());
    }
    Query update = main_.query("UPDATE task_runs SET record=? WHERE execution=? AND position=? AND run=?");
    update.bind(Blob{record_.bytes}, known->number, row.position, row.run.id);
    if (auto done = update.run(); !done) return base::fail(about(done.error(), "task run", row.run.id));
    written = main_.changed_rows() == 1;
  }
  if (!written) {
    Query insert = main_.query("INSERT INTO task_runs(execution, position, run, record) VALUES(?,?,?,?)");
    insert.bind(known->number, row.position, row.run.id, Blob{record_.bytes});
    if (auto done = insert.run(); !done) return base::fail(about(done.error(), "task run", row.run.id));
  }
  if (!record_.large.empty() || !blobs_before.empty()) GYR_CHECK(change_blobs(*known, blobs_before, record_));
  return {};
}

base::Result<std::optional<int64_t>> BatchWriter::position_of(int64_t execution, const base::Id& run) {
  for (const char* sql : {walk_to_task_run, look_up_task_run}) {
    Query find = main_.query(sql);
    find.bind(execution, run);
    if (find.next()) return find.integer(0);
    GYR_CHECK(find.finish());
  }
  return std::nullopt;
}

base::Result<void> BatchWriter::remove_task_run(const base::Id& execution, const base::Id& run) {
  GYR_TRY(KnownExecution * known, require_execution(execution));
  GYR_TRY(auto position, position_of(known->number, run));
  if (!position) return {};
  if (known->has_blobs) {
    std::vector<ContentHash> before;
    Query read = main_.query("SELECT record FROM task_runs WHERE execution=? AND position=?");
    read.bind(known->number, *position);
    if (read.next()) {
      GYR_TRY(before, references_of_record(read.blob(0)));
    }
    GYR_CHECK(read.finish());
    record_.clear();
    GYR_CHECK(change_blobs(*known, before, record_));
  }
  return main_.query("DELETE FROM task_runs WHERE execution=? AND position=?").bind(known->number, *position).run();
}

base::Result<void> BatchWriter::remove_execution(const Batch::ExecutionDelete& execution) {
  GYR_TRY(KnownExecution * found, find_execution(execution.id));
  if (execution.metrics) GYR_CHECK(main_.query("DELETE FROM metrics WHERE execution=?").bind(execution.id).run());
  if (execution.logs) {
    Batch::LogDelete all;
    all.execution_id = execution.id;
    GYR_CHECK(remove_logs(all));
  }
  if (found == nullptr) return {};
  KnownExecution known = *found;
  Query read = main_.query("SELECT record FROM executions WHERE number=?");
  read.bind(known.number);
  if (read.next()) {
    GYR_TRY(auto labels, decode_execution_labels(read.blob(0)));
    GYR_CHECK(remove_labels(known, labels));
  }
  GYR_CHECK(read.finish());
  GYR_CHECK(main_.query("DELETE FROM executions WHERE number=?").bind(known.number).run());
  rollups_.add(known.owner, known.lane, known.started_us, -1, known.duration_us.value_or(0));
  known_.erase(execution.id);
  if (known.has_blobs) memo_.clear();
  if (execution.files) {
    GYR_CHECK(main_.query("INSERT OR REPLACE INTO left_files VALUES(?,?)").bind(execution.id, known.owner.flow).run());
  }

  Query many = main_.query("SELECT 1 FROM task_runs WHERE execution=? LIMIT 1 OFFSET ?");
  many.bind(known.number, task_runs_removed_at_once);
  bool later = many.next();
  GYR_CHECK(many.finish());
  if (!later) {
    GYR_CHECK(main_.query("DELETE FROM task_runs WHERE execution=?").bind(known.number).run());
    if (known.has_blobs) {
      GYR_TRY(later, remove_blobs(known.number, blobs_removed_at_once));
    }
  }
  if (later) GYR_CHECK(main_.query("INSERT INTO removals VALUES(?)").bind(known.number).run());
  return {};
}

base::Result<bool> BatchWriter::remove_some() {
  Query next = main_.query("SELECT execution FROM removals LIMIT 1");
  if (!next.next()) {
    GYR_CHECK(next.finish());
    return false;
  }
  int64_t execution = next.integer(0);
  Query remove = main_.query(
      "DELETE FROM task_runs WHERE execution=?1 AND position IN "
      "(SELECT position FROM task_runs WHERE execution=?1 ORDER BY position LIMIT ?2)");
  GYR_CHECK(remove.bind(execution, task_runs_removed_at_once).run());
  bool more = main_.changed_rows() == task_runs_removed_at_once;
  if (!more) {
    GYR_TRY(more, remove_blobs(execution, blobs_removed_at_once));
  }
  if (!more) GYR_CHECK(main_.query("DELETE FROM removals WHERE execution=?").bind(execution).run());
  return true;
}

}  // namespace gyr::store::sqlite
