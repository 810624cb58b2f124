// A SQLite connection with its prepared statements. The only files that call SQLite's functions for rows are this one
// and connection.cc; all values are bound, no text of a user ever becomes SQL.
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

/// Bytes to be bound as a BLOB; must live until the query is done.
struct Blob {
  std::string_view bytes;
};

/// One run of a prepared statement: bind, step through the rows, and at the end of its life give the statement back.
/// The first error sticks; `finish()` tells it. Bound texts and blobs must live as long as the query.
class Query {
 public:
  Query(Connection& connection, const char* sql);
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  Query(Query&& other) noexcept;
  Query& operator=(Query&&) = delete;
  ~Query();

  /// Binds in order from 1.
  template <class... Args>
  Query& bind(const Args&... args) {
    (bind_one(args), ...);
    return *this;
  }
  /// True while there is a row.
  bool next();
  base::Result<void> finish();
  /// Steps to the end: for statements that give no rows.
  base::Result<void> run();
  /// Makes it ready for other values; keeps an error.
  void again();

  int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  std::optional<int64_t> optional_integer(int column) const;
  /// Views end with the next step.
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

/// One database connection. One thread at a time. Errors are mapped to the codes of store.h.
class Connection {
 public:
  enum class Mode {
    create,     ///< read and write, made if missing
    write,      ///< read and write, must be there
    read,       ///< never writes, never checkpoints
    immutable,  ///< looks at a file that nobody has open, without touching anything
  };
  static base::Result<std::unique_ptr<Connection>> open(const std::string& path, Mode mode, const std::string& vfs);
  struct OnlyOpen {};  ///< keeps others from the constructor
  Connection(OnlyOpen, std::string path) : path_(std::move(path)) {}
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// `sql` is a literal: its statement is kept by its address and used again.
  Query query(const char* sql) { return Query(*this, sql); }
  /// Several statements of our own, not kept: schemas and pragmas.
  base::Result<void> script(const std::string& sql);
  /// A pragma's or query's first number.
  base::Result<int64_t> number(const char* sql);

  /// Statements still running at this time are interrupted with query_too_slow.
  void set_deadline(base::MonotonicTime deadline);
  void clear_deadline();

  bool in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }
  int64_t changed_rows() const { return sqlite3_changes64(db_); }
  sqlite3* handle() const { return db_; }
  const std::string& path() const { return path_; }
  /// What went wrong last, with a code of store.h.
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

/// A time as tables hold it.
inline std::optional<int64_t> micros(const std::optional<base::Instant>& time) {
  if (!time) return std::nullopt;
  return time->to_micros();
}

/// Whether the medium refuses writes for now: full or read-only.
bool is_out_of_space(const base::Error& error);

}  // namespace gyr::store::sqlite
