// Executions, task runs, and the data that the executor needs after a restart.
#include <map>
#include <set>

#include "store/sql/lane.h"
#include "store/sql/parts.h"
#include "store/sql/record.h"
#include "store/sqlite/execution_search.h"
#include "store/sqlite/reader.h"

namespace gyr::store::sqlite {
namespace {

constexpr base::Id last_id{UINT64_MAX, UINT64_MAX};

constexpr const char* execution_by_id =
    "SELECT number, id, flow, lane, started, activity, wake_at, caller, record FROM executions WHERE id=?";
constexpr const char* execution_by_number =
    "SELECT number, id, flow, lane, started, activity, wake_at, caller, record FROM executions WHERE number=?";

constexpr const char* durations_of_tenant =
    "SELECT min(duration), max(duration) FROM executions INDEXED BY executions_by_tenant WHERE tenant=? AND lane=? AND "
    "started BETWEEN ? AND ?";
constexpr const char* durations_of_flow =
    "SELECT min(duration), max(duration) FROM executions INDEXED BY executions_by_flow WHERE flow=? AND lane=? AND "
    "started BETWEEN ? AND ?";

}  // namespace

base::Result<ExecutionRow> SqliteReader::read_execution(Query& row) {
  ExecutionRow result;
  auto& e = result.execution;
  int64_t number = row.integer(0);
  e.id = row.id(1);
  GYR_TRY(e.flow, names_.key(row.integer(2)));
  e.kind = kind_of_lane(static_cast<Lane>(row.integer(3)));
  result.activity = static_cast<Activity>(row.integer(5));
  if (auto wake = row.optional_integer(6)) result.wake_at = base::Instant::of_micros(*wake);
  e.caller_execution = row.id(7);
  auto large = [this, number](const ContentHash& hash) { return read_blob(number, {hash.data(), hash.size()}); };
  if (auto decoded = decode_execution(row.blob(8), row.integer(4), large, result); !decoded) {
    return base::fail(decoded.error().with_prefix(fmt::format("execution {}: ", e.id.to_text())));
  }
  return result;
}

base::Result<TaskRunRow> SqliteReader::read_task_run(Query& row, base::Id execution, int64_t number) {
  TaskRunRow result;
  result.execution_id = execution;
  result.position = static_cast<uint32_t>(row.integer(0));
  result.run.id = row.id(1);
  auto large = [this, number](const ContentHash& hash) { return read_blob(number, {hash.data(), hash.size()}); };
  if (auto decoded = decode_task_run(row.blob(2), large, result); !decoded) {
    return base::fail(decoded.error().with_prefix(fmt::format("task run {}: ", result.run.id.to_text())));
  }
  return result;
}

base::Result<std::string> SqliteReader::read_blob(int64_t execution, std::string_view hash) {
  Query read = main_->query(
      "SELECT content FROM blobs WHERE number=(SELECT blob FROM blob_references WHERE execution=? AND hash=?)");
  read.bind(execution, Blob{hash});
  if (read.next()) return std::string(read.blob(0));
  GYR_CHECK(read.finish());
  return base::fail(base::damaged_record, "a large value of the execution is missing");
}

base::Result<std::optional<int64_t>> SqliteReader::number_of(base::Id execution) {
  Query find = main_->query("SELECT number FROM executions WHERE id=?");
  find.bind(execution);
  if (find.next()) return find.integer(0);
  GYR_CHECK(find.finish());
  return std::nullopt;
}

base::Result<std::optional<int64_t>> SqliteReader::number_of_flow(const model::FlowKey& flow) {
  Query find = main_->query("SELECT number FROM owners WHERE tenant=? AND kind=2 AND namespace=? AND flow=?");
  find.bind(flow.tenant, flow.namespace_, flow.id);
  if (find.next()) return find.integer(0);
  GYR_CHECK(find.finish());
  return std::nullopt;
}

base::Result<std::optional<ExecutionRow>> SqliteReader::execution(base::Id id) {
  return ask([&]() -> base::Result<std::optional<ExecutionRow>> {
    Query row = main_->query(execution_by_id);
    row.bind(id);
    if (row.next()) return read_execution(row);
    GYR_CHECK(row.finish());
    return std::nullopt;
  });
}

base::Result<std::vector<TaskRunRow>> SqliteReader::task_runs(base::Id execution, uint32_t from_position,
                                                              size_t limit) {
  return ask([&]() -> base::Result<std::vector<TaskRunRow>> {
    std::vector<TaskRunRow> runs;
    GYR_TRY(auto number, number_of(execution));
    if (!number) return runs;
    Query rows = main_->query(
        "SELECT position, run, record FROM task_runs WHERE execution=? AND position>=? ORDER BY position LIMIT ?");
    rows.bind(*number, from_position, static_cast<int64_t>(limit));
    while (rows.next()) {
      GYR_TRY(auto run, read_task_run(rows, execution, *number));
      runs.push_back(std::move(run));
    }
    GYR_CHECK(rows.finish());
    return runs;
  });
}

base::Result<std::vector<TaskRunHead>> SqliteReader::task_run_heads(base::Id execution, uint32_t from_position,
                                                                    size_t limit) {
  return ask([&]() -> base::Result<std::vector<TaskRunHead>> {
    std::vector<TaskRunHead> heads;
    GYR_TRY(auto number, number_of(execution));
    if (!number) return heads;
    Query rows = main_->query(
        "SELECT position, run, record FROM task_runs WHERE execution=? AND position>=? ORDER BY position LIMIT ?");
    rows.bind(*number, from_position, static_cast<int64_t>(limit));
    while (rows.next()) {
      TaskRunHead& head = heads.emplace_back();
      head.position = static_cast<uint32_t>(rows.integer(0));
      head.run.id = rows.id(1);
      if (auto decoded = decode_task_run_head(rows.blob(2), head); !decoded)
        return base::fail(decoded.error().with_prefix(fmt::format("task run {}: ", head.run.id.to_text())));
    }
    GYR_CHECK(rows.finish());
    return heads;
  });
}

base::Result<std::optional<TaskRunRow>> SqliteReader::task_run(base::Id execution, base::Id task_run) {
  return ask([&]() -> base::Result<std::optional<TaskRunRow>> {
    GYR_TRY(auto number, number_of(execution));
    if (!number) return std::nullopt;
    // See the partial index.
    for (const char* sql : {"SELECT position, run, record FROM task_runs WHERE execution=? AND position < 64 AND run=?",
                            "SELECT position, run, record FROM task_runs INDEXED BY task_runs_by_id "
                            "WHERE execution=? AND run=? AND position >= 64"}) {
      Query row = main_->query(sql);
      row.bind(*number, task_run);
      if (row.next()) return read_task_run(row, execution, *number);
      GYR_CHECK(row.finish());
    }
    return std::nullopt;
  });
}

base::Result<Page<ExecutionRow>> SqliteReader::search_executions(const ExecutionQuery& query) {
  return ask([&]() -> base::Result<Page<ExecutionRow>> {
    GYR_TRY(auto found, ExecutionSearch(*main_, names_, *setup_.texts, query).page());
    Page<ExecutionRow> page;
    page.total = found.total;
    page.total_is_exact = found.total_is_exact;
    Query row = main_->query(execution_by_number);
    for (int64_t number : found.numbers) {
      row.bind(number);
      if (row.next()) {
        GYR_TRY(auto execution, read_execution(row));
        page.results.push_back(std::move(execution));
      }
      GYR_CHECK(row.finish());
      row.again();
    }
    return page;
  });
}

base::Result<uint64_t> SqliteReader::count_executions(const ExecutionQuery& query) {
  return ask([&] { return ExecutionSearch(*main_, names_, *setup_.texts, query).count(); });
}

base::Result<ExecutionCounts> SqliteReader::execution_counts(const ExecutionCountQuery& query) {
  GYR_TRY(auto counted,
          ask([&] { return ExecutionSearch(*main_, names_, *setup_.texts, query.filter).counts_by_start(query); }));
  if (counted) return *std::move(counted);
  return ExecutionReader::execution_counts(query);
}

base::Result<std::vector<RollupRow>> SqliteReader::rollup(const RollupQuery& query) {
  return ask([&]() -> base::Result<std::vector<RollupRow>> {
    GYR_TRY(auto filter, compile_scope(query));
    GYR_TRY(Scope scope, resolve_scope(*main_, filter));
    std::vector<RollupRow> rows;
    if (scope.is_empty() || query.to <= query.from) return rows;
    // Executions are indexed by tenant and by flow.
    const bool of_flows = query.by_flow || (query.extremes && !scope.everything);
    std::vector<int64_t> owners = of_flows ? scope.flows : scope.owners();
    if (query.by_flow && scope.everything) {
      GYR_CHECK(for_each_flow(*main_, filter,
                              [&](int64_t flow, std::string_view, std::string_view) { owners.push_back(flow); }));
    }
    int64_t size = query.by_day ? day_us : hour_us;
    int64_t hours = size / hour_us;
    int64_t first = floor_div(query.from.to_micros(), size) * hours;
    int64_t last = (floor_div(query.to.to_micros() - 1, size) + 1) * hours - 1;
    using Key = std::tuple<int64_t, model::State, int64_t>;  // bucket, state, flow
    struct Sum {
      uint64_t count = 0;
      int64_t duration = 0;
      std::optional<int64_t> shortest, longest;
    };
    std::map<Key, Sum> sums;
    Query read = main_->query(
        "SELECT bucket, count, duration FROM rollups WHERE level=1 AND owner=? AND lane=? AND bucket BETWEEN ? AND ?");
    for (int64_t owner : owners) {
      GYR_TRY(auto stacks, stacks_of(*main_, owner));
      for (const auto& stack : stacks) {
        if (kind_of_lane(stack.lane) != model::ExecutionKind::normal) continue;
        std::set<int64_t> buckets;
        read.bind(owner, stack.lane, first, last);
        while (read.next()) {
          const int64_t bucket = floor_div(read.integer(0), hours);
          auto& sum = sums[{bucket, state_of_lane(stack.lane), query.by_flow ? owner : 0}];
          sum.count += static_cast<uint64_t>(read.integer(1));
          sum.duration += read.integer(2);
          buckets.insert(bucket);
        }
        GYR_CHECK(read.finish());
        read.again();
        for (int64_t bucket : query.extremes ? buckets : std::set<int64_t>()) {
          auto& sum = sums[{bucket, state_of_lane(stack.lane), query.by_flow ? owner : 0}];
          Query extremes = main_->query(owner == scope.tenant ? durations_of_tenant : durations_of_flow);
          extremes.bind(owner, stack.lane, bucket * size, (bucket + 1) * size - 1);
          if (extremes.next() && extremes.optional_integer(0)) {
            sum.shortest = std::min(sum.shortest.value_or(INT64_MAX), extremes.integer(0));
            sum.longest = std::max(sum.longest.value_or(0), extremes.integer(1));
          }
          GYR_CHECK(extremes.finish());
        }
      }
    }
    for (const auto& [key, sum] : sums) {
      RollupRow row;
      row.bucket = base::Instant::of_micros(std::get<0>(key) * size);
      row.state = std::get<1>(key);
      if (query.by_flow) {
        GYR_TRY(row.flow, names_.key(std::get<2>(key)));
      }
      row.count = sum.count;
      row.duration = base::Duration::of_micros(sum.duration);
      row.shortest = base::Duration::of_micros(sum.shortest.value_or(0));
      row.longest = base::Duration::of_micros(sum.longest.value_or(0));
      rows.push_back(std::move(row));
    }
    return rows;
  });
}

base::Result<std::vector<base::Id>> SqliteReader::children(base::Id caller_execution) {
  return ask([&]() -> base::Result<std::vector<base::Id>> {
    Query rows =
        main_->query("SELECT id FROM executions INDEXED BY executions_by_caller WHERE caller=? ORDER BY number");
    rows.bind(caller_execution);
    std::vector<base::Id> ids;
    while (rows.next()) ids.push_back(rows.id(0));
    GYR_CHECK(rows.finish());
    return ids;
  });
}

base::Result<std::optional<IdempotencyRow>> SqliteReader::idempotency(std::string_view tenant, std::string_view key) {
  return ask([&]() -> base::Result<std::optional<IdempotencyRow>> {
    Query row = main_->query("SELECT execution, created FROM idempotency WHERE tenant=? AND key=?");
    row.bind(tenant, Blob{key});
    if (row.next())
      return IdempotencyRow{std::string(tenant), std::string(key), row.id(0), base::Instant::of_micros(row.integer(1))};
    GYR_CHECK(row.finish());
    return std::nullopt;
  });
}

base::Result<std::vector<base::Id>> SqliteReader::active_executions(uint16_t first_slot, uint16_t last_slot,
                                                                    base::Id after, size_t limit) {
  return ask([&]() -> base::Result<std::vector<base::Id>> {
    Query rows = main_->query(
        "SELECT id FROM executions INDEXED BY executions_open WHERE activity<>0 AND activity=1 AND slot>>4=? AND id>? "
        "AND id<=? AND slot BETWEEN ? AND ? ORDER BY id LIMIT ?");
    const auto read = [&](int32_t part, const base::Id* last, std::vector<base::Id>& ids) -> base::Result<void> {
      rows.bind(part, after, last != nullptr ? *last : last_id, static_cast<int32_t>(first_slot),
                static_cast<int32_t>(last_slot), static_cast<int64_t>(limit));
      while (rows.next()) ids.push_back(rows.id(0));
      GYR_CHECK(rows.finish());
      rows.again();
      return {};
    };
    return first_of_parts<base::Id>(first_slot, last_slot, limit, read, std::less<base::Id>());
  });
}

base::Result<std::vector<Reader::Wake>> SqliteReader::next_wakes(uint16_t first_slot, uint16_t last_slot,
                                                                 size_t limit) {
  return ask([&]() -> base::Result<std::vector<Wake>> {
    Query rows = main_->query(
        "SELECT wake_at, id FROM executions INDEXED BY executions_waking WHERE wake_at IS NOT NULL AND slot>>4=? AND "
        "wake_at<=? AND slot BETWEEN ? AND ? ORDER BY wake_at, slot, id LIMIT ?");
    const auto read = [&](int32_t part, const Wake* last, std::vector<Wake>& wakes) -> base::Result<void> {
      rows.bind(part, last != nullptr ? last->at.to_micros() : INT64_MAX, static_cast<int32_t>(first_slot),
                static_cast<int32_t>(last_slot), static_cast<int64_t>(limit));
      while (rows.next()) wakes.push_back({base::Instant::of_micros(rows.integer(0)), rows.id(1)});
      GYR_CHECK(rows.finish());
      rows.again();
      return {};
    };
    return first_of_parts<Wake>(first_slot, last_slot, limit, read,
                                [](const Wake& a, const Wake& b) { return a.at < b.at; });
  });
}

base::Result<std::vector<StoredMessage>> SqliteReader::inbox(uint16_t first_slot, uint16_t last_slot,
                                                             int64_t after_sequence, size_t limit) {
  return ask([&]() -> base::Result<std::vector<StoredMessage>> {
    Query rows = main_->query(
        "SELECT sequence, id, slot, target, flow, kind, payload FROM inbox WHERE sequence>? AND slot BETWEEN ? AND ? "
        "ORDER BY sequence LIMIT ?");
    rows.bind(after_sequence, static_cast<int32_t>(first_slot), static_cast<int32_t>(last_slot),
              static_cast<int64_t>(limit));
    std::vector<StoredMessage> messages;
    while (rows.next()) {
      StoredMessage stored;
      stored.sequence = rows.integer(0);
      stored.message.id = rows.id(1);
      stored.message.slot = static_cast<uint16_t>(rows.integer(2));
      stored.message.target = rows.id(3);
      if (auto flow = rows.optional_integer(4)) {
        GYR_TRY(stored.message.flow, names_.key(*flow));
      }
      stored.message.kind = static_cast<uint8_t>(rows.integer(5));
      stored.message.payload = rows.blob(6);
      messages.push_back(std::move(stored));
    }
    GYR_CHECK(rows.finish());
    return messages;
  });
}

base::Result<std::array<uint64_t, model::state_count>> SqliteReader::count_by_state(const model::FlowKey& flow) {
  return ask([&]() -> base::Result<std::array<uint64_t, model::state_count>> {
    std::array<uint64_t, model::state_count> counts{};
    GYR_TRY(auto number, number_of_flow(flow));
    if (!number) return counts;
    GYR_TRY(auto stacks, stacks_of(*main_, *number));
    for (const Stack& stack : stacks) {
      auto state = static_cast<size_t>(state_of_lane(stack.lane));
      if (state < counts.size()) counts[state] += stack.count;
    }
    return counts;
  });
}

base::Result<std::vector<Reader::Queued>> SqliteReader::queued_executions(const model::FlowKey& flow, size_t limit) {
  return ask([&]() -> base::Result<std::vector<Queued>> {
    std::vector<Queued> queued;
    GYR_TRY(auto number, number_of_flow(flow));
    if (!number) return queued;
    Query rows = main_->query(
        "SELECT queued_at, id FROM executions INDEXED BY executions_queued WHERE queued_at IS NOT NULL AND slot=? AND "
        "flow=? "
        "ORDER BY queued_at, id LIMIT ?");
    rows.bind(static_cast<int32_t>(model::slot_of(flow)), *number, static_cast<int64_t>(limit));
    while (rows.next()) queued.push_back({base::Instant::of_micros(rows.integer(0)), rows.id(1)});
    GYR_CHECK(rows.finish());
    return queued;
  });
}

base::Result<std::vector<std::shared_ptr<const model::FlowKey>>> SqliteReader::flows_with_queue(uint16_t first_slot,
                                                                                                uint16_t last_slot) {
  return ask([&]() -> base::Result<std::vector<std::shared_ptr<const model::FlowKey>>> {
    std::vector<std::shared_ptr<const model::FlowKey>> flows;
    Query rows = main_->query(
        "SELECT DISTINCT slot, flow FROM executions INDEXED BY executions_queued "
        "WHERE queued_at IS NOT NULL AND slot BETWEEN ? AND ? ORDER BY slot, flow");
    rows.bind(static_cast<int32_t>(first_slot), static_cast<int32_t>(last_slot));
    while (rows.next()) {
      GYR_TRY(auto key, names_.key(rows.integer(1)));
      flows.push_back(std::move(key));
    }
    GYR_CHECK(rows.finish());
    return flows;
  });
}

}  // namespace gyr::store::sqlite
