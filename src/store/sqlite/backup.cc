#include "store/sqlite/backup.h"

#include <filesystem>

#include "store/sqlite/folder.h"

namespace gyr::store::sqlite {
namespace {

// A step of the main database: about a millisecond between two transactions.
constexpr int pages_a_step = 256;

struct FinishBackup {
  void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
};
using Backup = std::unique_ptr<sqlite3_backup, FinishBackup>;

base::Result<std::unique_ptr<Connection>> open_target(const std::filesystem::path& file, const std::string& vfs) {
  GYR_TRY(auto target, Connection::open(file.string(), Connection::Mode::create, vfs));
  GYR_CHECK(target->script("PRAGMA synchronous=FULL"));
  return target;
}

base::Result<Backup> begin_copy(Connection& from, Connection& to) {
  Backup backup(sqlite3_backup_init(to.handle(), "main", from.handle(), "main"));
  if (!backup) return base::fail(to.error(sqlite3_errcode(to.handle())));
  return backup;
}

/// Copies a whole database from a snapshot.
base::Result<void> copy(const std::string& from, const std::filesystem::path& to, const std::string& vfs) {
  GYR_TRY(auto source, Connection::open(from, Connection::Mode::read, vfs));
  return copy_database(*source, to, vfs);
}

base::Result<void> copy_main(Writer& writer, const std::filesystem::path& to, const std::string& vfs) {
  std::unique_ptr<Connection> target;
  Backup backup;
  bool done = false;
  base::Result<void> outcome;
  while (!done && outcome) {
    outcome = writer.run([&](Connection& main, BatchWriter&) -> base::Result<void> {
      if (!backup) {
        GYR_TRY(target, open_target(to, vfs));
        GYR_TRY(backup, begin_copy(main, *target));
      }
      int code = sqlite3_backup_step(backup.get(), pages_a_step);
      if (code != SQLITE_OK && code != SQLITE_DONE) return base::fail(target->error(code));
      done = code == SQLITE_DONE;
      return {};
    });
  }
  // It is tied to the writer's connection and has to end on that thread.
  auto ended = writer.run([&](Connection&, BatchWriter&) -> base::Result<void> {
    backup.reset();
    return {};
  });
  return outcome ? ended : outcome;
}

base::Result<void> copy_all(const std::filesystem::path& folder, Writer& writer, LogFiler& filer, LogDays& days,
                            const std::string& vfs) {
  filer.flush();  // the less is left to be filed when the copy is opened
  for (int32_t day : days.all()) {
    auto copied = copy(days.path(day), folder / log_day_name(day), vfs);
    if (!copied && days.has(day)) return copied;  // else retention was faster
  }
  return copy_main(writer, folder / main_file_name, vfs);
}

}  // namespace

base::Result<void> copy_database(Connection& from, const std::filesystem::path& to, const std::string& vfs) {
  GYR_TRY(auto target, open_target(to, vfs));
  GYR_TRY(auto backup, begin_copy(from, *target));
  if (int code = sqlite3_backup_step(backup.get(), -1); code != SQLITE_DONE) return base::fail(target->error(code));
  return {};
}

base::Result<void> backup(const std::string& folder, Writer& writer, LogFiler& filer, LogDays& days,
                          const std::string& vfs) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error && !std::filesystem::is_empty(folder, error) && !error) {
    return base::fail(
        base::Error(store_failed, fmt::format("{} is not empty", folder)).with_hint("give an empty or a new folder"));
  }
  if (error) return base::fail(store_failed, fmt::format("cannot create the folder {}: {}", folder, error.message()));
  filer.hold_journal();
  auto copied = copy_all(folder, writer, filer, days, vfs);
  filer.release_journal();
  if (copied) return {};
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    std::filesystem::remove(entry.path(), error);
  return copied;
}

}  // namespace gyr::store::sqlite
