// The maintenance mode, and the executions to which holds of operators can apply (EXEC-99).
#include "store/sql/lane.h"
#include "store/sql/parts.h"
#include "store/sqlite/reader.h"

namespace gyr::store::sqlite {

base::Result<std::vector<Reader::OpenExecution>> SqliteReader::open_executions(uint16_t first_slot, uint16_t last_slot,
                                                                               base::Id after, size_t limit) {
  return ask([&]() -> base::Result<std::vector<OpenExecution>> {
    Query rows = main_->query(
        "SELECT id, flow, lane, activity FROM executions INDEXED BY executions_open WHERE activity<>0 AND slot>>4=? "
        "AND id>? AND id<=? AND slot BETWEEN ? AND ? ORDER BY id LIMIT ?");
    const auto read = [&](int32_t part, const OpenExecution* last,
                          std::vector<OpenExecution>& open) -> base::Result<void> {
      rows.bind(part, after, last != nullptr ? last->id : base::Id{UINT64_MAX, UINT64_MAX},
                static_cast<int32_t>(first_slot), static_cast<int32_t>(last_slot), static_cast<int64_t>(limit));
      while (rows.next()) {
        OpenExecution& execution = open.emplace_back();
        execution.id = rows.id(0);
        GYR_TRY(execution.flow, names_.key(rows.integer(1)));
        execution.state = state_of_lane(static_cast<Lane>(rows.integer(2)));
        execution.activity = static_cast<Activity>(rows.integer(3));
      }
      GYR_CHECK(rows.finish());
      rows.again();
      return {};
    };
    return first_of_parts<OpenExecution>(first_slot, last_slot, limit, read,
                                         [](const OpenExecution& a, const OpenExecution& b) { return a.id < b.id; });
  });
}

base::Result<MaintenanceRow> SqliteReader::maintenance() {
  return ask([&]() -> base::Result<MaintenanceRow> {
    Query row = main_->query("SELECT active, since FROM maintenance WHERE number=1");
    MaintenanceRow found;
    if (row.next()) {
      found.on = row.integer(0) != 0;
      found.since = base::Instant::of_micros(row.integer(1));
    }
    GYR_CHECK(row.finish());
    return found;
  });
}

}  // namespace gyr::store::sqlite
