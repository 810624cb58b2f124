#include "store/sqlite/retention.h"

#include "store/sql/lane.h"
#include "store/sqlite/rollup.h"

namespace gyr::store::sqlite {
namespace {

// About 5 ms of deletions: the maximum delay of a commit (principle: short transactions).
constexpr size_t executions_at_once = 100;
constexpr int64_t rows_at_once = 500;

int64_t before(base::Instant now, int64_t length, int64_t unit_us) {
  return (now - base::Duration::of_micros(length * unit_us)).to_micros();
}

base::Result<bool> remove_rows(Connection& main, const char* sql, int64_t older_than) {
  GYR_CHECK(main.query(sql).bind(older_than, rows_at_once).run());
  return main.changed_rows() >= rows_at_once;
}

}  // namespace

base::Result<bool> RetentionKeeper::apply(base::Instant now, Writer& writer) {
  bool more = false;
  GYR_CHECK(writer.run_in_transaction([&](Connection& main, BatchWriter& rows) -> base::Result<void> {
    auto step = [&more](base::Result<bool> result) -> base::Result<void> {
      GYR_CHECK(result);
      more = more || *result;
      return {};
    };
    GYR_CHECK(step(rows.remove_some()));
    GYR_CHECK(step(remove_rows(
        main,
        "DELETE FROM windows WHERE (flow, trigger_id, window_id, start) IN (SELECT flow, trigger_id, window_id, start "
        "FROM windows INDEXED BY windows_expiring WHERE expires<? ORDER BY expires LIMIT ?)",
        before(now, 1, hour_us))));
    if (retention_.execution_days > 0) {
      GYR_CHECK(step(remove_executions(main, rows, before(now, retention_.execution_days, day_us))));
    }
    if (retention_.idempotency_days > 0) {
      GYR_CHECK(step(
          remove_rows(main,
                      "DELETE FROM idempotency WHERE (tenant, key) IN (SELECT tenant, key FROM idempotency INDEXED BY "
                      "idempotency_by_age WHERE created<? ORDER BY created LIMIT ?)",
                      before(now, retention_.idempotency_days, day_us))));
    }
    if (retention_.deleted_key_days > 0) {
      GYR_CHECK(step(remove_rows(
          main, "DELETE FROM kv WHERE rowid IN (SELECT rowid FROM kv WHERE deleted=1 AND updated<? LIMIT ?)",
          before(now, retention_.deleted_key_days, day_us))));
    }
    return {};
  }));
  if (more || retention_.execution_days == 0) return more;
  return remove_log_day(writer, now);
}

base::Result<size_t> RetentionKeeper::purge_expired_keys(base::Instant now, size_t at_most, Writer& writer) {
  size_t purged = 0;
  GYR_CHECK(writer.run_in_transaction([&](Connection& main, BatchWriter&) -> base::Result<void> {
    // As a deletion by hand does: the revision is remembered.
    Query purge = main.query(
        "UPDATE kv SET deleted=1, updated=expires, expires=NULL, description='', value=x'' WHERE rowid IN "
        "(SELECT rowid FROM kv INDEXED BY kv_expiring WHERE expires IS NOT NULL AND expires<? ORDER BY expires LIMIT "
        "?)");
    GYR_CHECK(purge.bind(now.to_micros(), static_cast<int64_t>(at_most)).run());
    purged = static_cast<size_t>(main.changed_rows());
    return {};
  }));
  return purged;
}

base::Result<std::vector<LeftFiles>> RetentionKeeper::left_files(base::Id after, size_t at_most, Writer& writer) {
  std::vector<LeftFiles> left;
  GYR_CHECK(writer.run([&](Connection& main, BatchWriter&) -> base::Result<void> {
    Query find = main.query(
        "SELECT l.execution, o.tenant, o.namespace, o.flow FROM left_files l JOIN owners o ON o.number=l.flow "
        "WHERE l.execution>? AND NOT EXISTS (SELECT 1 FROM executions e WHERE e.id=l.execution) "
        "ORDER BY l.execution LIMIT ?");
    find.bind(after, static_cast<int64_t>(at_most));
    while (find.next()) {
      left.push_back({{std::string(find.text(1)), std::string(find.text(2)), std::string(find.text(3))}, find.id(0)});
    }
    return find.finish();
  }));
  return left;
}

base::Result<void> RetentionKeeper::forget_left_files(const std::vector<LeftFiles>& gone, Writer& writer) {
  return writer.run_in_transaction([&](Connection& main, BatchWriter&) -> base::Result<void> {
    for (const LeftFiles& left : gone) {
      GYR_CHECK(main.query("DELETE FROM left_files WHERE execution=?").bind(left.execution).run());
    }
    return {};
  });
}

base::Result<bool> RetentionKeeper::remove_executions(Connection& main, BatchWriter& rows, int64_t ended_before) {
  std::vector<base::Id> old;
  Query tenants = main.query("SELECT number FROM owners WHERE kind=0");
  while (tenants.next() && old.size() < executions_at_once) {
    GYR_TRY(auto stacks, stacks_of(main, tenants.integer(0)));
    for (const auto& stack : stacks) {
      if (!model::is_terminated(state_of_lane(stack.lane))) continue;
      Query find = main.query(
          "SELECT e.id FROM executions e INDEXED BY executions_by_tenant "
          "WHERE e.tenant=? AND e.lane=? AND e.started<?3 AND e.started+e.duration<?3 AND e.activity=0 ORDER BY "
          "e.started LIMIT ?");
      find.bind(stack.owner, stack.lane, ended_before, static_cast<int64_t>(executions_at_once - old.size()));
      while (find.next()) old.push_back(find.id(0));
      GYR_CHECK(find.finish());
    }
  }
  GYR_CHECK(tenants.finish());
  // Their logs go with the day's file.
  for (const auto& id : old) GYR_CHECK(rows.remove_execution({id, false, true, true}));
  return old.size() >= executions_at_once;
}

base::Result<bool> RetentionKeeper::remove_log_day(Writer& writer, base::Instant now) {
  int32_t kept_from = day_of(before(now, retention_.execution_days, day_us));
  for (int32_t day : days_.all()) {
    if (day >= kept_from) break;
    bool is_needed = false;
    GYR_CHECK(writer.run([&](Connection& main, BatchWriter&) -> base::Result<void> {
      Query open = main.query(
          "SELECT 1 FROM executions INDEXED BY executions_open WHERE activity<>0 AND started BETWEEN ? AND ? LIMIT 1");
      open.bind(day * day_us, (day + 1) * day_us - 1);
      is_needed = open.next();
      return open.finish();
    }));
    if (is_needed) continue;
    filer_.drop_day(day);
    return true;
  }
  return false;
}

}  // namespace gyr::store::sqlite
