#include "store/sqlite/folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "store/sql/migrations/migrations.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/log_day.h"

namespace gyr::store::sqlite {
namespace {

// Reading a file of this size takes about 30 ms; a start with larger ones must not wait for a whole check (I2).
constexpr uintmax_t fully_checked_bytes = 16u << 20;

bool exists_with_content(const std::filesystem::path& file) {
  std::error_code error;
  auto size = std::filesystem::file_size(file, error);
  return !error && size > 0;
}

std::string holder_of(int fd) {
  char text[32] = {};
  ssize_t length = ::pread(fd, text, sizeof(text) - 1, 0);
  std::string pid(text, length > 0 ? static_cast<size_t>(length) : 0);
  while (!pid.empty() && pid.back() == '\n') pid.pop_back();
  return pid.empty() ? "an unknown process" : "process " + pid;
}

std::unexpected<base::Error> damaged(const std::filesystem::path& file, std::string_view why) {
  return base::fail(store_damaged, fmt::format("{} is damaged: {}", file.string(), why));
}

base::Result<void> check_pages(Connection& connection, const std::filesystem::path& file, uintmax_t size) {
  if (size > fully_checked_bytes) {
    // Both ends of the tables that everything hangs on.
    for (const char* probe :
         {"SELECT min(number)+max(number) FROM executions", "SELECT count(*) FROM meta",
          "SELECT max(number) FROM log_journal", "SELECT max(sequence) FROM inbox", "SELECT max(number) FROM owners"}) {
      GYR_CHECK(connection.number(probe));
    }
    return {};
  }
  Query check = connection.query("PRAGMA quick_check(1)");
  std::string answer = check.next() ? std::string(check.text(0)) : "";
  GYR_CHECK(check.finish());
  if (answer != "ok") return damaged(file, answer);
  return {};
}

base::Result<void> inspect_file(const std::filesystem::path& file, const std::string& vfs) {
  if (!exists_with_content(file)) return {};
  std::error_code error;
  auto size = std::filesystem::file_size(file, error);
  // With a write-ahead log the newest pages are in there, and looking needs the log's index beside the file.
  bool has_log = exists_with_content(file.string() + "-wal");
  auto mode = has_log ? Connection::Mode::read : Connection::Mode::immutable;
  GYR_TRY(auto connection, Connection::open(file.string(), mode, vfs));
  GYR_TRY(int64_t version, connection->number("PRAGMA user_version"));
  if (version > migrations::steps().back().number) {
    return base::fail(base::Error(store_too_new, fmt::format("{} has schema {}, this version supports up to {}",
                                                             file.string(), version, migrations::steps().back().number))
                          .with_hint("the file was written by a newer version: start that version"));
  }
  GYR_TRY(int64_t pages, connection->number("PRAGMA page_count"));
  GYR_TRY(int64_t page_size, connection->number("PRAGMA page_size"));
  if (!has_log && static_cast<uintmax_t>(pages) * static_cast<uintmax_t>(page_size) > size) {
    return damaged(file, fmt::format("{} bytes instead of {}", size, pages * page_size));
  }
  if (version == 0) {
    GYR_TRY(int64_t tables, connection->number("SELECT count(*) FROM sqlite_schema"));
    if (tables != 0) return damaged(file, "the file is a database of another program");
    return {};
  }
  return check_pages(*connection, file, size);
}

/// The SQL function new_form(bytes, kind): what the rows that it is registered with make of them.
void new_form(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto* const rows = static_cast<const migrations::RewrittenRows*>(sqlite3_user_data(context));
  const auto* const bytes = static_cast<const char*>(sqlite3_value_blob(arguments[0]));
  const std::string_view old(bytes, static_cast<size_t>(sqlite3_value_bytes(arguments[0])));
  const auto form = rows->rewrite(old, sqlite3_value_int64(arguments[1]));
  if (!form) return sqlite3_result_error_code(context, SQLITE_CORRUPT);
  sqlite3_result_blob64(context, form->data(), form->size(), SQLITE_TRANSIENT);
}

base::Result<void> rewrite_rows(Connection& connection, const migrations::Step& step) {
  const auto define = [&connection](const migrations::RewrittenRows* rows, decltype(new_form)* function) {
    return sqlite3_create_function_v2(connection.handle(), "new_form", 2, SQLITE_UTF8,
                                      const_cast<migrations::RewrittenRows*>(rows), function, nullptr, nullptr,
                                      nullptr);
  };
  base::Result<void> done;
  for (const migrations::RewrittenRows& rows : step.rows) {
    if (int code = define(&rows, new_form); code != SQLITE_OK) return base::fail(connection.error(code));
    done = connection.script(fmt::format("UPDATE {0} SET {1}=new_form({1}, {2})", rows.table, rows.column, rows.kind));
    if (done) continue;
    base::Error error =
        done.error().with_prefix(fmt::format("a row of the table {} cannot be rewritten: ", rows.table));
    if (error.code() == store_damaged)
      error = error.with_hint("nothing was changed; start the previous version, or restore a backup");
    done = base::fail(std::move(error));
    break;
  }
  if (!step.rows.empty()) define(nullptr, nullptr);
  return done;
}

}  // namespace

base::Result<FolderLock> FolderLock::acquire(const std::filesystem::path& folder) {
  std::filesystem::path file = folder / lock_file_name;
  FolderLock lock;
  lock.fd_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock.fd_ < 0) {
    int number = errno;
    if (number == EROFS || number == EACCES || number == EPERM) {
      return base::fail(store_read_only, fmt::format("cannot write {}: {}", folder.string(), std::strerror(number)));
    }
    if (number == ENOSPC || number == EDQUOT)
      return base::fail(store_full, fmt::format("no disk space is left for {}", file.string()));
    return base::fail(store_failed, fmt::format("cannot open {}: {}", file.string(), std::strerror(number)));
  }
  if (::flock(lock.fd_, LOCK_EX | LOCK_NB) != 0) {
    int number = errno;
    if (number != EWOULDBLOCK)
      return base::fail(store_failed, fmt::format("cannot lock {}: {}", file.string(), std::strerror(number)));
    return base::fail(base::Error(store_busy, fmt::format("{} is in use by {}", folder.string(), holder_of(lock.fd_)))
                          .with_hint("stop that server, or set another data folder for this one"));
  }
  // Only a help for people; the lock itself is the kernel's.
  std::string pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(lock.fd_, 0) != 0 || ::pwrite(lock.fd_, pid.data(), pid.size(), 0) < 0) {
    if (errno == EROFS) return base::fail(store_read_only, fmt::format("cannot write {}", folder.string()));
  }
  return lock;
}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  release();
  fd_ = std::exchange(other.fd_, -1);
  return *this;
}

FolderLock::~FolderLock() { release(); }

void FolderLock::release() {
  if (fd_ >= 0) ::close(fd_);  // lets go of the lock
  fd_ = -1;
}

base::Result<void> inspect_main(const std::filesystem::path& file, const std::string& vfs) {
  auto looked = inspect_file(file, vfs);
  if (looked || looked.error().code() != store_damaged) return looked;
  return base::fail(looked.error().with_hint(
      "nothing was changed; restore a backup, or move the file away to start with an empty store"));
}

base::Result<void> migrate(Connection& connection, Schema schema) {
  GYR_TRY(int64_t version, connection.number("PRAGMA user_version"));
  auto steps = migrations::steps();
  if (version > steps.back().number) {
    return base::fail(store_too_new, fmt::format("{} has schema {}, this version supports up to {}", connection.path(),
                                                 version, steps.back().number));
  }
  for (const auto& step : steps) {
    if (step.number <= version) continue;
    std::string_view sql = schema == Schema::main ? step.sqlite_main : step.sqlite_logs;
    auto done = connection.script(fmt::format("BEGIN IMMEDIATE;{}", sql));
    if (done && schema == Schema::main) done = rewrite_rows(connection, step);
    if (done) done = connection.script(fmt::format("PRAGMA user_version={};COMMIT", step.number));
    if (!done) {
      if (connection.in_transaction()) GYR_CHECK(connection.script("ROLLBACK"));
      return base::fail(done.error().with_prefix(fmt::format("schema step {} ({}): ", step.number, step.name)));
    }
  }
  return {};
}

}  // namespace gyr::store::sqlite
