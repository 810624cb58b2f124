#include "store/sqlite/reader.h"

#include <algorithm>

namespace gyr::store::sqlite {
namespace {

// Day files that stay open between questions: a month, as retention keeps by default. Opening one costs about 0.4 ms.
constexpr size_t open_log_days = 32;

}  // namespace

base::Result<std::unique_ptr<SqliteReader>> SqliteReader::open(const ReaderSetup& setup, bool keeps_snapshot) {
  GYR_TRY(auto main, Connection::open(setup.main_path, Connection::Mode::read, setup.vfs));
  GYR_CHECK(main->script("PRAGMA query_only=ON; PRAGMA cache_size=-4096; PRAGMA temp_store=MEMORY"));
  return std::make_unique<SqliteReader>(OnlyOpen{}, setup, keeps_snapshot, std::move(main));
}

SqliteReader::SqliteReader(OnlyOpen, const ReaderSetup& setup, bool keeps_snapshot, std::unique_ptr<Connection> main)
    : setup_(setup), keeps_snapshot_(keeps_snapshot), main_(std::move(main)), names_(*main_) {}

SqliteReader::~SqliteReader() { release(); }

void SqliteReader::release() {
  if (!has_snapshot_) return;
  main_->clear_deadline();
  // Ending a read transaction cannot fail in a way that matters: nothing was written.
  static_cast<void>(main_->query("COMMIT").run());
  for (auto& [day, connection] : log_days_) {
    connection->clear_deadline();
    if (connection->in_transaction()) static_cast<void>(connection->query("COMMIT").run());
  }
  while (log_days_.size() > open_log_days) log_days_.pop_back();
  has_snapshot_ = false;
  setup_.gate->leave();
}

base::Result<void> SqliteReader::begin_question() {
  auto now = base::monotonic_now();
  if (has_snapshot_ && now - snapshot_begin_ > setup_.snapshot_time / 2) release();
  if (has_snapshot_) return {};
  setup_.gate->enter();
  snapshot_begin_ = base::monotonic_now();
  if (auto begun = main_->query("BEGIN").run(); !begun) {
    setup_.gate->leave();
    return begun;
  }
  has_snapshot_ = true;
  main_->set_deadline(snapshot_begin_ + setup_.snapshot_time);
  return {};
}

void SqliteReader::end_question() {
  if (!keeps_snapshot_) release();
}

base::Result<bool> SqliteReader::sees_execution(const Visible& visible, base::Id execution) {
  if (visible.everything()) return true;
  Query flow = main_->query("SELECT o.namespace FROM executions e JOIN owners o ON o.number=e.flow WHERE e.id=?");
  const bool sees = flow.bind(execution).next() && visible.covers(flow.text(0));
  GYR_CHECK(flow.finish());
  return sees;
}

base::Result<void> SqliteReader::for_visible_rows(const Visible& visible, std::string_view tenant, Query& rows,
                                                  int column, const std::function<base::Result<void>(Query&)>& each) {
  GYR_TRY(auto namespaces, NamespaceMatcher::compile(visible, {}));
  for (const std::string& range : namespaces.ranges()) {
    rows.bind(tenant, range);
    while (rows.next()) {
      const std::string_view namespace_ = rows.text(column);
      if (!namespace_.starts_with(range)) {
        if (tenant.empty()) continue;  // that of another tenant can follow
        break;
      }
      if (namespaces.matches(namespace_)) GYR_CHECK(each(rows));
    }
    GYR_CHECK(rows.finish());
    rows.again();
  }
  return {};
}

base::Result<Connection*> SqliteReader::log_day(int32_t day) {
  if (uint64_t removals = setup_.days->removals(); removals != std::exchange(known_removals_, removals)) {
    std::erase_if(log_days_, [this](const auto& entry) { return !setup_.days->has(entry.first); });
  }
  if (!setup_.days->has(day)) return nullptr;
  auto found =
      std::find_if(log_days_.begin(), log_days_.end(), [day](const auto& entry) { return entry.first == day; });
  if (found != log_days_.end()) {
    log_days_.splice(log_days_.begin(), log_days_, found);
  } else {
    GYR_TRY(auto connection, Connection::open(setup_.days->path(day), Connection::Mode::read, setup_.vfs));
    GYR_CHECK(connection->script("PRAGMA query_only=ON; PRAGMA cache_size=-128; PRAGMA temp_store=MEMORY"));
    // A crash can leave a file without a schema: it is still empty.
    GYR_TRY(int64_t version, connection->number("PRAGMA user_version"));
    if (version == 0) return nullptr;
    log_days_.emplace_front(day, std::move(connection));
  }
  Connection* connection = log_days_.front().second.get();
  if (!connection->in_transaction()) {
    GYR_CHECK(connection->query("BEGIN").run());
    connection->set_deadline(snapshot_begin_ + setup_.snapshot_time);
  }
  return connection;
}

}  // namespace gyr::store::sqlite
