#include "storage/host_file_storage.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace gyr::storage {

namespace {

std::unexpected<base::Error> only_reading() { return base::fail(host_file_refused, "local files are read-only"); }

}  // namespace

base::Result<std::unique_ptr<ByteSource>> HostFileStorage::get(std::string_view, std::string_view path,
                                                               uint64_t offset) {
  GYR_TRY(const auto file, host_file(rules_, {}, {}, path));
  return source_of_file(file, offset);
}

base::Result<FileAttributes> HostFileStorage::attributes(std::string_view, std::string_view path) {
  GYR_TRY(const auto file, host_file(rules_, {}, {}, path));
  struct stat found = {};
  if (::stat(file.c_str(), &found) != 0) return base::fail(storage_failed, file.string() + ": " + std::strerror(errno));
  constexpr int64_t millis = 1'000, nanos_per_milli = 1'000'000;
  FileAttributes attributes;
  attributes.file_name = file.filename().string();
  attributes.size = static_cast<uint64_t>(found.st_size);
  attributes.created_ms = found.st_ctim.tv_sec * millis + found.st_ctim.tv_nsec / nanos_per_milli;
  attributes.modified_ms = found.st_mtim.tv_sec * millis + found.st_mtim.tv_nsec / nanos_per_milli;
  return attributes;
}

base::Result<bool> HostFileStorage::exists(std::string_view tenant, std::string_view path) {
  auto found = attributes(tenant, path);
  if (!found && found.error().code() == file_not_found) return false;
  GYR_CHECK(found);
  return true;
}

base::Result<std::unique_ptr<ByteSink>> HostFileStorage::put(std::string_view, std::string_view, Metadata) {
  return only_reading();
}
base::Result<std::vector<FileAttributes>> HostFileStorage::list(std::string_view, std::string_view) {
  return only_reading();
}
base::Result<std::vector<std::string>> HostFileStorage::all_by_prefix(std::string_view, std::string_view, bool) {
  return only_reading();
}
base::Result<bool> HostFileStorage::remove(std::string_view, std::string_view) { return only_reading(); }
base::Result<void> HostFileStorage::create_directory(std::string_view, std::string_view) { return only_reading(); }
base::Result<void> HostFileStorage::move(std::string_view, std::string_view, std::string_view) {
  return only_reading();
}

}  // namespace gyr::storage
