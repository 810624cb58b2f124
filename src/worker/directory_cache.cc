#include "worker/directory_cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "plugin_api/render.h"
#include "plugins/script/working_files.h"
#include "storage/zip.h"

namespace gyr::worker {
namespace {

namespace fs = std::filesystem;
using model::LogLevel;

constexpr size_t cached_copy_bytes = 256 * 1024;
/// Unpacked files are put so far into the past, and what is written later must be younger than half of it: clocks of
/// file systems are coarse.
constexpr std::chrono::seconds margin{2};

/// Log lines of a blocking piece of work.
struct Notes {
  std::vector<std::pair<LogLevel, std::string>> lines;
  void add(LogLevel level, std::string line) { lines.emplace_back(level, std::move(line)); }
};

/// A file mapped for reading; empty if it has no content.
class MappedFile {
 public:
  explicit MappedFile(const fs::path& path) {
    int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    struct stat info = {};
    if (::fstat(fd, &info) == 0 && info.st_size > 0) {
      void* mapped = ::mmap(nullptr, static_cast<size_t>(info.st_size), PROT_READ, MAP_PRIVATE, fd, 0);
      if (mapped != MAP_FAILED) bytes_ = {static_cast<const char*>(mapped), static_cast<size_t>(info.st_size)};
    }
    ::close(fd);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile() {
    if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
  }
  std::string_view bytes() const { return bytes_; }

 private:
  std::string_view bytes_;
};

base::Result<void> copy_out(storage::Storage& storage, const std::string& tenant, const std::string& path,
                            const fs::path& local) {
  GYR_TRY(auto source, storage.get(tenant, path));
  std::ofstream file(local, std::ios::binary | std::ios::trunc);
  std::string buffer(cached_copy_bytes, '\0');
  for (;;) {
    GYR_TRY(size_t count, source->read(buffer.data(), buffer.size()));
    if (count == 0) break;
    file.write(buffer.data(), static_cast<std::streamsize>(count));
  }
  file.close();
  if (!file) return base::fail(plugins::script::bad_file, fmt::format("cannot write `{}`", local.string()));
  return {};
}

void unpack_one(storage::ZipReader& archive, const storage::ZipEntry& entry, const fs::path& directory, Notes& notes) {
  auto refused = [&](std::string_view why) {
    notes.add(LogLevel::error, fmt::format("skipped the cached file `{}`: {}", entry.name, why));
  };
  if (!storage::is_safe_entry_name(entry.name)) return refused("its name leads out of the working directory");
  fs::path place = directory / entry.name;
  std::error_code error;
  if (entry.directory) {
    fs::create_directories(place, error);
    return;
  }
  if (fs::exists(place, error)) return refused("the file already exists");
  fs::create_directories(place.parent_path(), error);
  std::ofstream file(place, std::ios::binary | std::ios::trunc);
  auto unpacked = archive.unpack([&file](std::string_view piece) -> base::Result<void> {
    file.write(piece.data(), static_cast<std::streamsize>(piece.size()));
    return {};
  });
  file.close();
  if (!unpacked) return refused(unpacked.error().message());
  if (!file) return refused("cannot write the file");
  fs::last_write_time(place, fs::file_time_type::clock::now() - margin, error);
}

void unpack_all(std::string_view bytes, const fs::path& directory, Notes& notes) {
  storage::ZipReader archive(bytes);
  for (size_t entries = 0;; ++entries) {
    auto entry = archive.next();
    if (!entry) return notes.add(LogLevel::error, entry.error().message());
    if (!*entry)
      return notes.add(LogLevel::debug, fmt::format("restored {} cached files into the working directory", entries));
    unpack_one(archive, **entry, directory, notes);
  }
}

/// Blocking. A missing archive is not an error.
base::Result<void> restore(const FileServices& services, const plugin::RunInfo& info, const fs::path& directory,
                           std::optional<base::Instant> oldest, Notes& notes) {
  std::string path = storage::directory_cache_path(info.namespace_, info.flow_id, info.task_id, info.value);
  GYR_TRY(bool exists, services.storage.exists(info.tenant, path));
  if (!exists) return {};
  GYR_TRY(auto attributes, services.storage.attributes(info.tenant, path));
  if (oldest && base::Instant::of_millis(attributes.modified_ms) < *oldest) {
    notes.add(LogLevel::debug, "removed the cached files: they are older than their `ttl`");
    GYR_CHECK(services.storage.remove(info.tenant, path));
    return {};
  }
  fs::path local = directory;
  local += ".zip";
  GYR_CHECK(copy_out(services.storage, info.tenant, path, local));
  {
    MappedFile file(local);
    unpack_all(file.bytes(), directory, notes);
  }
  std::error_code ignored;
  fs::remove(local, ignored);
  return {};
}

base::Result<void> pack_one(storage::ZipWriter& writer, storage::ByteSink& sink,
                            const plugins::script::FoundFile& found, base::Instant now) {
  std::ifstream file(found.path, std::ios::binary);
  GYR_TRY(std::string head, writer.begin(found.name, now));
  GYR_CHECK(sink.write(head));
  std::string buffer(cached_copy_bytes, '\0');
  while (file) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    GYR_TRY(std::string packed, writer.add(std::string_view(buffer).substr(0, static_cast<size_t>(file.gcount()))));
    GYR_CHECK(sink.write(packed));
  }
  if (!file.eof()) return base::fail(plugins::script::bad_file, fmt::format("cannot read `{}`", found.name));
  GYR_TRY(std::string tail, writer.end_entry());
  return sink.write(tail);
}

/// Blocking.
base::Result<void> save(const FileServices& services, const plugin::RunInfo& info, const fs::path& directory,
                        const std::vector<std::string>& patterns, base::Instant restored, base::Instant now,
                        Notes& notes) {
  GYR_TRY(auto files, plugins::script::find_output_files(directory, patterns, {}, {}));
  base::Duration age = now - restored;
  auto since = fs::file_time_type::clock::now() - std::chrono::nanoseconds(age.to_nanos()) - margin / 2;
  bool changed = std::ranges::any_of(files, [since](const auto& file) {
    std::error_code ignored;
    return fs::last_write_time(file.path, ignored) > since;
  });
  if (!changed) {
    notes.add(LogLevel::debug, "no cached file has changed");
    return {};
  }
  GYR_TRY(auto sink, services.storage.put(info.tenant, storage::directory_cache_path(info.namespace_, info.flow_id,
                                                                                     info.task_id, info.value)));
  storage::ZipWriter writer;
  for (const auto& file : files) GYR_CHECK(pack_one(writer, *sink, file, now));
  GYR_TRY(std::string end, writer.finish());
  GYR_CHECK(sink->write(end));
  GYR_CHECK(sink->finish());
  notes.add(LogLevel::debug, fmt::format("stored {} files in the cache for the next execution", files.size()));
  return {};
}

void tell(AttemptContext& context, const Notes& notes) {
  for (const auto& [level, line] : notes.lines) context.log(level, line);
}

}  // namespace

base::Task<base::Instant> restore_directory_cache(AttemptContext& context, const engine::DirectoryCache& cache,
                                                  const FileServices& services) {
  auto ttl = co_await context.render(cache.ttl);
  auto directory = context.attempt_files().working_directory();
  if (!ttl || !directory) {
    context.log(LogLevel::warn, fmt::format("cannot use the cached files: {}",
                                            ttl ? directory.error().message() : ttl.error().message()));
    co_return context.now();
  }
  std::optional<base::Instant> oldest;
  if (*ttl) oldest = context.now() - **ttl;
  Notes notes;
  base::Result<void> restored;
  co_await context.attempt_files().on_pool(
      [&] { restored = restore(services, context.info(), *directory, oldest, notes); });
  tell(context, notes);
  if (!restored)
    context.log(LogLevel::warn, fmt::format("cannot use the cached files: {}", restored.error().message()));
  co_return context.now();
}

base::Task<void> save_directory_cache(AttemptContext& context, const engine::DirectoryCache& cache,
                                      const FileServices& services, std::optional<base::Instant> restored) {
  auto patterns = co_await context.render(cache.patterns);
  auto directory = context.attempt_files().working_directory();
  if (!patterns || !directory) {
    context.log(LogLevel::warn, fmt::format("cannot store files in the cache: {}",
                                            patterns ? directory.error().message() : patterns.error().message()));
    co_return;
  }
  Notes notes;
  base::Result<void> saved;
  auto wanted = patterns->value_or(std::vector<std::string>());
  base::Instant now = context.now();
  co_await context.attempt_files().on_pool(
      [&] { saved = save(services, context.info(), *directory, wanted, restored.value_or(now), now, notes); });
  tell(context, notes);
  if (!saved) context.log(LogLevel::warn, fmt::format("cannot store files in the cache: {}", saved.error().message()));
}

}  // namespace gyr::worker
