#include "store/sqlite/connection.h"

#include <cerrno>
#include <cstring>

#include "base/assert.h"

namespace gyr::store::sqlite {
namespace {

// Reads the clock about every 20 us of work: 30 ns each.
constexpr int operations_between_deadline_checks = 1000;
/// Milliseconds to wait for a lock that another connection of this process holds: always for a moment only.
constexpr int busy_patience_ms = 1'000;

bool errno_means_full(int number) { return number == ENOSPC || number == EDQUOT; }

base::ErrorCode code_of(int code, int system_errno) {
  switch (code & 0xFF) {
    case SQLITE_FULL: return store_full;
    case SQLITE_READONLY: return store_read_only;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return store_damaged;
    case SQLITE_CONSTRAINT: return store_conflict;
    case SQLITE_INTERRUPT: return query_too_slow;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      if (errno_means_full(system_errno)) return store_full;
      if (system_errno == EROFS) return store_read_only;
      return store_failed;
    default: return store_failed;
  }
}

}  // namespace

bool is_out_of_space(const base::Error& error) { return error.code() == store_full || error.code() == store_read_only; }

Query::Query(Connection& connection, const char* sql) : connection_(&connection), sql_(sql) {
  int code = SQLITE_OK;
  statement_ = connection.take(sql, code);
  if (statement_ == nullptr) error_ = connection.error(code);
}

Query::Query(Query&& other) noexcept
    : connection_(other.connection_),
      sql_(other.sql_),
      statement_(std::exchange(other.statement_, nullptr)),
      error_(std::move(other.error_)) {
  GYR_ASSERT(other.position_ == 0);  // bound ids live in the query itself
}

Query::~Query() {
  if (statement_ != nullptr) connection_->give_back(sql_, statement_);
}

void Query::check(int code) {
  if (code != SQLITE_OK && !error_) error_ = connection_->error(code);
}

void Query::bind_one(int64_t value) {
  if (statement_ != nullptr) check(sqlite3_bind_int64(statement_, ++position_, value));
}
void Query::bind_one(std::nullptr_t) {
  if (statement_ != nullptr) check(sqlite3_bind_null(statement_, ++position_));
}
void Query::bind_one(std::string_view value) {
  // An empty view may have no address, which SQLite would take for NULL.
  const char* data = value.empty() ? "" : value.data();
  if (statement_ != nullptr)
    check(sqlite3_bind_text64(statement_, ++position_, data, value.size(), SQLITE_STATIC, SQLITE_UTF8));
}
void Query::bind_one(Blob value) {
  const char* data = value.bytes.empty() ? "" : value.bytes.data();
  if (statement_ != nullptr)
    check(sqlite3_bind_blob64(statement_, ++position_, data, value.bytes.size(), SQLITE_STATIC));
}
void Query::bind_one(const base::Id& value) {
  GYR_ASSERT(ids_ < ids_bound_at_once);
  auto& bytes = id_bytes_[ids_++];
  bytes = value.to_bytes();
  if (statement_ != nullptr)
    check(sqlite3_bind_blob(statement_, ++position_, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC));
}

bool Query::next() {
  if (error_) return false;
  int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) error_ = connection_->error(code);
  return false;
}

base::Result<void> Query::finish() {
  if (error_) return base::fail(*error_);
  return {};
}

base::Result<void> Query::run() {
  while (next()) {
  }
  auto result = finish();
  if (statement_ != nullptr) again();
  return result;
}

void Query::again() {
  if (statement_ != nullptr) sqlite3_reset(statement_);
  position_ = 0;
  ids_ = 0;
}

std::optional<int64_t> Query::optional_integer(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return integer(column);
}

std::string_view Query::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return {data == nullptr ? "" : data, static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string_view Query::blob(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return {data == nullptr ? "" : data, static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

base::Id Query::id(int column) const {
  std::string_view bytes = blob(column);
  if (bytes.size() != 16) return {};
  return base::Id::from_bytes(reinterpret_cast<const unsigned char*>(bytes.data()));
}

base::Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, Mode mode, const std::string& vfs) {
  auto connection = std::make_unique<Connection>(OnlyOpen{}, path);
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
  std::string name = path;
  switch (mode) {
    case Mode::create: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE; break;
    case Mode::write: flags |= SQLITE_OPEN_READWRITE; break;
    case Mode::read: flags |= SQLITE_OPEN_READONLY; break;
    case Mode::immutable: {
      flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
      name = "file:";
      constexpr std::string_view plain = "/-_.~";
      for (char c : path) {
        bool keep = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                    plain.find(c) != std::string_view::npos;
        name += keep ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
      }
      name += "?immutable=1";
      break;
    }
  }
  int code = sqlite3_open_v2(name.c_str(), &connection->db_, flags, vfs.empty() ? nullptr : vfs.c_str());
  if (code != SQLITE_OK) return base::fail(connection->error(code));
  // A reader that comes upon a header being written takes the writer's lock for a moment to read it again.
  sqlite3_busy_timeout(connection->db_, busy_patience_ms);
  // Schemas from elsewhere run nothing, and closing a reader leaves the log alone: only the writer checkpoints
  // (principle: short transactions).
  sqlite3_db_config(connection->db_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(connection->db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  if (mode == Mode::read) sqlite3_db_config(connection->db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  return connection;
}

Connection::~Connection() {
  for (auto& [sql, statements] : idle_) {
    for (sqlite3_stmt* statement : statements) sqlite3_finalize(statement);
  }
  if (db_ != nullptr) sqlite3_close(db_);
}

sqlite3_stmt* Connection::take(const char* sql, int& code) {
  auto found = idle_.find(sql);
  if (found != idle_.end() && !found->second.empty()) {
    sqlite3_stmt* statement = found->second.back();
    found->second.pop_back();
    return statement;
  }
  sqlite3_stmt* statement = nullptr;
  code = sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  return statement;
}

void Connection::give_back(const char* sql, sqlite3_stmt* statement) {
  // Bound data can be invalid by now; every run binds all its parameters again.
  sqlite3_reset(statement);
  idle_[sql].push_back(statement);
}

base::Result<void> Connection::script(const std::string& sql) {
  int code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return base::fail(error(code));
  return {};
}

base::Result<int64_t> Connection::number(const char* sql) {
  Query query(*this, sql);
  int64_t value = query.next() ? query.integer(0) : 0;
  GYR_CHECK(query.finish());
  return value;
}

void Connection::set_deadline(base::MonotonicTime deadline) {
  deadline_ = deadline;
  if (!has_deadline_) sqlite3_progress_handler(db_, operations_between_deadline_checks, &Connection::on_progress, this);
  has_deadline_ = true;
}

void Connection::clear_deadline() {
  if (has_deadline_) sqlite3_progress_handler(db_, 0, nullptr, nullptr);
  has_deadline_ = false;
}

int Connection::on_progress(void* self) {
  return base::monotonic_now() > static_cast<Connection*>(self)->deadline_ ? 1 : 0;
}

base::Error Connection::error(int code) const {
  int system_errno = db_ == nullptr ? 0 : sqlite3_system_errno(db_);
  base::ErrorCode mapped = code_of(code, system_errno);
  std::string_view detail = db_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(db_);
  std::string text;
  if (mapped == store_full) {
    text = fmt::format("no disk space is left for {}", path_);
  } else if (mapped == store_read_only) {
    text = fmt::format("cannot write {}: the file system or the file is read-only", path_);
  } else if (mapped == store_damaged) {
    text = fmt::format("{} is damaged or not a database: {}", path_, detail);
  } else if (mapped == query_too_slow) {
    return base::Error(mapped, "the query took longer than a second")
        .with_hint("narrow the query: set a time range, a namespace or a flow");
  } else {
    text = fmt::format("{}: {}", path_, detail);
    if (system_errno != 0) text += fmt::format(" ({})", std::strerror(system_errno));
  }
  return base::Error(mapped, std::move(text));
}

}  // namespace gyr::store::sqlite
