#include "store/sqlite/former_data.h"

#include <algorithm>

#include "base/log.h"
#include "store/sql/migrations/migrations.h"
#include "store/sqlite/backup.h"
#include "store/sqlite/folder.h"

namespace gyr::store::sqlite {
namespace {

// The copy, and the write-ahead log of rows that are rewritten.
constexpr uint64_t room_for_each_byte = 2;
constexpr uint64_t least_room = 16u << 20;
constexpr std::string_view unfinished = ".unfinished";

std::string prefix() { return std::string(main_file_name) + ".schema-"; }

base::Result<void> check_room(Connection& main) {
  GYR_TRY(int64_t pages, main.number("PRAGMA page_count"));
  GYR_TRY(int64_t page_size, main.number("PRAGMA page_size"));
  const uint64_t needed =
      static_cast<uint64_t>(pages) * static_cast<uint64_t>(page_size) * room_for_each_byte + least_room;
  std::error_code error;
  const auto space = std::filesystem::space(std::filesystem::path(main.path()).parent_path(), error);
  if (error)
    return base::fail(store_failed, fmt::format("cannot see how much space {} has: {}", main.path(), error.message()));
  if (space.available >= needed) return {};
  constexpr uint64_t mebibyte = 1u << 20;
  return base::fail(
      base::Error(store_full,
                  fmt::format("{} must be rewritten for this version, and a copy of it is kept until the next start: "
                              "{} MiB are needed, {} MiB are free",
                              main.path(), needed / mebibyte + 1, space.available / mebibyte))
          .with_hint(
              "nothing was changed; free some space on that disk and start again, or start the previous version"));
}

}  // namespace

base::Result<bool> keep_former_data(Connection& main, const std::string& vfs) {
  GYR_TRY(int64_t schema, main.number("PRAGMA user_version"));
  const bool rewrites = schema > 0 && std::ranges::any_of(migrations::steps(), [schema](const migrations::Step& step) {
                          return step.number > schema && !step.rows.empty();
                        });
  if (!rewrites) return false;
  GYR_CHECK(check_room(main));
  const std::filesystem::path folder = std::filesystem::path(main.path()).parent_path();
  const std::filesystem::path file = folder / fmt::format("{}{}", prefix(), schema);
  const std::filesystem::path fresh = file.string() + std::string(unfinished);
  std::error_code error;
  std::filesystem::remove(fresh, error);
  if (!error) {
    if (auto copied = copy_database(main, fresh, vfs); !copied) {
      std::filesystem::remove(fresh, error);
      return base::fail(
          copied.error()
              .with_prefix(fmt::format("cannot copy {} before it is rewritten: ", main.path()))
              .with_hint("nothing was changed; check that the folder is writable, or start the previous version"));
    }
    std::filesystem::rename(fresh, file, error);
  }
  if (error) {
    return base::fail(base::Error(store_failed, fmt::format("cannot write {}: {}", file.string(), error.message()))
                          .with_hint("nothing was changed; check that the folder is writable"));
  }
  base::log::info("rewriting {} for this version; {} is a copy of the former data and is kept until the next start",
                  main.path(), file.string());
  return true;
}

void remove_former_data(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().filename().string().starts_with(prefix())) files.push_back(entry->path());
  }
  for (const auto& file : files) {
    if (!error) std::filesystem::remove(file, error);
    if (!error) base::log::info("removed {}, the copy of the former data", file.string());
  }
  if (error) base::log::warn("cannot remove former data in {}: {}", folder.string(), error.message());
}

}  // namespace gyr::store::sqlite
