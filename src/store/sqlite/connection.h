// A SQLite connection with its prepared statements. Only this file and connection.cc call the row functions of SQLite.
// All values are bound; a text of a user never becomes SQL.
#pragma once

#include <sqlite3.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/id.h"
#include "base/instant.h"
#include "store/store.h"

namespace gyr::store::sqlite {

class Connection;

/// Bytes to bind as a BLOB; they must outlive the query.
struct Blob {
  std::string_view bytes;
};

/// One run of a prepared statement: bind values, step through the rows; the destructor releases the statement. The
/// first error is kept; `finish()` returns it. Bound texts and blobs must outlive the query.
class Query {
 public:
  Query(Connection& connection, const char* sql);
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  Query(Query&& other) noexcept;
  Query& operator=(Query&&) = delete;
  ~Query();

  /// Binds the values in order, from 1.
  template <class... Args>
  Query& bind(const Args&... args) {
    (bind_one(args), ...);
    return *this;
  }
  /// Returns true while there is a row.
  bool next();
  base::Result<void> finish();
  /// Steps to the end, for statements without rows.
  base::Result<void> run();
  /// Resets it for other values; keeps an error.
  void again();

  int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  std::optional<int64_t> optional_integer(int column) const;
  /// Views are valid until the next step.
  std::string_view text(int column) const;
  std::string_view blob(int column) const;
  base::Id id(int column) const;

 private:
  void bind_one(int64_t value);
  void bind_one(int32_t value) { bind_one(static_cast<int64_t>(value)); }
  void bind_one(uint32_t value) { bind_one(static_cast<int64_t>(value)); }
  void bind_one(bool value) { bind_one(static_cast<int64_t>(value)); }
  void bind_one(std::nullptr_t);
  void bind_one(std::string_view value);
  void bind_one(const std::string& value) { bind_one(std::string_view(value)); }
  void bind_one(Blob value);
  void bind_one(const base::Id& value);
  void bind_one(const std::optional<int64_t>& value) { value ? bind_one(*value) : bind_one(nullptr); }
  void bind_one(const void*) = delete;
  void check(int code);

  static constexpr size_t ids_bound_at_once = 4;
  Connection* connection_;
  const char* sql_;
  sqlite3_stmt* statement_ = nullptr;
  int position_ = 0;
  size_t ids_ = 0;
  std::array<std::array<unsigned char, 16>, ids_bound_at_once> id_bytes_;
  std::optional<base::Error> error_;
};

/// One database connection. Not thread-safe. Errors are mapped to the codes of store.h.
class Connection {
 public:
  enum class Mode {
    create,     ///< read and write, created if missing
    write,      ///< read and write, must exist
    read,       ///< never writes, never checkpoints
    immutable,  ///< reads a file that no process has open, without changing anything
  };
  static base::Result<std::unique_ptr<Connection>> open(const std::string& path, Mode mode, const std::string& vfs);
  struct OnlyOpen {};  ///< makes the constructor private
  Connection(OnlyOpen, std::string path) : path_(std::move(path)) {}
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// `sql` is a literal: its statement is cached by address.
  Query query(const char* sql) { return Query(*this, sql); }
  /// Several internal statements, not cached: schemas and pragmas.
  base::Result<void> script(const std::string& sql);
  /// The first number of the result of a pragma or query.
  base::Result<int64_t> number(const char* sql);

  /// Statements that are still running at this time are interrupted with query_too_slow.
  void set_deadline(base::MonotonicTime deadline);
  void clear_deadline();

  bool in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }
  int64_t changed_rows() const { return sqlite3_changes64(db_); }
  sqlite3* handle() const { return db_; }
  const std::string& path() const { return path_; }
  /// The last error, with a code of store.h.
  base::Error error(int code) const;

 private:
  friend class Query;
  sqlite3_stmt* take(const char* sql, int& code);
  void give_back(const char* sql, sqlite3_stmt* statement);
  static int on_progress(void* self);

  std::string path_;
  sqlite3* db_ = nullptr;
  std::unordered_map<const char*, std::vector<sqlite3_stmt*>> idle_;
  base::MonotonicTime deadline_{};
  bool has_deadline_ = false;
};

/// A time as it is stored in tables.
inline std::optional<int64_t> micros(const std::optional<base::Instant>& time) {
  if (!time) return std::nullopt;
  return time->to_micros();
}

/// Whether the medium currently refuses writes: full or read-only.
bool is_out_of_space(const base::Error& error);

}  // namespace gyr::store::sqlite
