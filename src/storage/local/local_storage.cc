#include "storage/local/local_storage.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace gyr::storage {
namespace {

namespace fs = std::filesystem;

/// Files beside an object that hold what is known about it (STOR-10); no objects themselves.
constexpr std::string_view metadata_suffix = ".metadata";

std::unexpected<base::Error> failed(std::string_view what, const fs::path& path, int error) {
  std::string message = fmt::format("cannot {} `{}`: {}", what, path.string(), std::strerror(error));
  if (error == ENOSPC || error == EDQUOT)
    return base::fail(
        base::Error(storage_full, std::move(message)).with_hint("make room on the disk, then run it again"));
  return base::fail(storage_failed, std::move(message));
}

std::unexpected<base::Error> missing(std::string_view path) {
  return base::fail(file_not_found, fmt::format("File not found: {}", path));
}

/// The entry of a folder is on disk only when the folder is.
base::Result<void> sync_folder(const fs::path& folder) {
  int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return failed("open", folder, errno);
  int result = ::fsync(opened);
  int error = errno;
  ::close(opened);
  // Some file systems have nothing to do here and say so by EINVAL.
  if (result != 0 && error != EINVAL) return failed("write", folder, error);
  return {};
}

class LocalSink final : public ByteSink {
 public:
  LocalSink(int file, fs::path incoming, fs::path target, std::string path)
      : file_(file), incoming_(std::move(incoming)), target_(std::move(target)), path_(std::move(path)) {}
  LocalSink(const LocalSink&) = delete;
  LocalSink& operator=(const LocalSink&) = delete;
  ~LocalSink() override {
    if (file_ < 0) return;
    ::close(file_);
    ::unlink(incoming_.c_str());
  }

  base::Result<void> write(std::string_view bytes) override {
    while (!bytes.empty()) {
      ssize_t size = ::write(file_, bytes.data(), bytes.size());
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) return failed("write", target_, errno);
      bytes.remove_prefix(static_cast<size_t>(size));
    }
    return {};
  }

  base::Result<std::string> finish() override {
    if (::fdatasync(file_) != 0) return failed("write", target_, errno);
    std::error_code error;
    fs::create_directories(target_.parent_path(), error);
    if (error) return failed("make the folder", target_.parent_path(), error.value());
    if (::rename(incoming_.c_str(), target_.c_str()) != 0) return failed("write", target_, errno);
    ::close(file_);
    file_ = -1;
    GYR_CHECK(sync_folder(target_.parent_path()));
    return uri_of_path(path_);
  }

 private:
  int file_;
  fs::path incoming_, target_;
  std::string path_;
};

class LocalStorage final : public Storage {
 public:
  explicit LocalStorage(fs::path folder) : folder_(std::move(folder)), incoming_(folder_ / ".incoming") {}

  base::Result<void> prepare(Incoming incoming) {
    std::error_code error;
    if (incoming == Incoming::clear) {
      fs::remove_all(incoming_, error);
      fs::create_directories(incoming_, error);
      if (error) return failed("make the folder", incoming_, error.value());
    }
    folder_ = fs::canonical(folder_, error);
    if (error) return failed("open", folder_, error.value());
    return {};
  }

  base::Result<std::unique_ptr<ByteSource>> get(std::string_view tenant, std::string_view path,
                                                uint64_t offset) override {
    GYR_TRY(fs::path file, resolve(tenant, path));
    struct stat status = {};
    if (::stat(file.c_str(), &status) != 0 || S_ISDIR(status.st_mode)) return missing(path);
    return source_of_file(file, offset);
  }

  base::Result<std::unique_ptr<ByteSink>> put(std::string_view tenant, std::string_view path) override {
    GYR_TRY(fs::path target, resolve(tenant, path));
    if (path.ends_with('/'))
      return base::fail(bad_storage_uri,
                        fmt::format("Invalid internal storage uri, a file cannot end with a slash: '{}'", path));
    struct stat status = {};
    if (::stat(target.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return failed("write", target, EISDIR);
    std::string name = (incoming_ / "XXXXXX").string();
    int file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file < 0 && errno == ENOENT) {
      std::error_code error;
      fs::create_directories(incoming_, error);
      name = (incoming_ / "XXXXXX").string();
      file = ::mkostemp(name.data(), O_CLOEXEC);
    }
    if (file < 0) return failed("write in", incoming_, errno);
    ::fchmod(file, 0644);
    return std::unique_ptr<ByteSink>(std::make_unique<LocalSink>(file, name, std::move(target), std::string(path)));
  }

  base::Result<bool> exists(std::string_view tenant, std::string_view path) override {
    GYR_TRY(fs::path file, resolve(tenant, path));
    std::error_code error;
    return fs::exists(file, error) && !error;
  }

  base::Result<FileAttributes> attributes(std::string_view tenant, std::string_view path) override {
    GYR_TRY(fs::path file, resolve(tenant, path));
    auto found = attributes_of(file);
    if (!found) return missing(path);
    return *found;
  }

  base::Result<std::vector<FileAttributes>> list(std::string_view tenant, std::string_view path) override {
    GYR_TRY(fs::path folder, resolve(tenant, path));
    std::error_code error;
    if (!fs::is_directory(folder, error)) return missing(path);
    std::vector<FileAttributes> found;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
      if (hidden(*at)) continue;
      // What vanishes during the walk was not there.
      if (auto attributes = attributes_of(at->path())) found.push_back(std::move(*attributes));
    }
    if (error) return failed("list", folder, error.value());
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.file_name < b.file_name; });
    return found;
  }

  base::Result<std::vector<std::string>> all_by_prefix(std::string_view tenant, std::string_view prefix,
                                                       bool directories) override {
    GYR_TRY(fs::path folder, resolve(tenant, prefix));
    std::error_code error;
    std::vector<std::string> found;
    if (!fs::is_directory(folder, error)) return found;
    const std::string root = (folder_ / tenant).string();
    for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
      if (hidden(*at)) continue;
      std::error_code vanished;
      bool directory = at->is_directory(vanished);
      if (vanished || (directory && !directories)) continue;
      std::string path = at->path().string().substr(root.size());
      found.push_back(uri_of_path(path) + (directory ? "/" : ""));
    }
    if (error) return failed("list", folder, error.value());
    std::sort(found.begin(), found.end());
    return found;
  }

  base::Result<bool> remove(std::string_view tenant, std::string_view path) override {
    GYR_TRY(fs::path file, resolve(tenant, path));
    std::error_code error;
    uintmax_t removed = fs::remove_all(file, error);
    if (error) return failed("remove", file, error.value());
    fs::remove(file.string() + std::string(metadata_suffix), error);
    return removed > 0;
  }

  base::Result<void> create_directory(std::string_view tenant, std::string_view path) override {
    if (path.empty()) return base::fail(bad_storage_uri, "Invalid internal storage uri, the path of a folder is empty");
    GYR_TRY(fs::path folder, resolve(tenant, path));
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return failed("make the folder", folder, error.value());
    return {};
  }

  base::Result<void> move(std::string_view tenant, std::string_view from, std::string_view to) override {
    GYR_TRY(fs::path source, resolve(tenant, from));
    GYR_TRY(fs::path target, resolve(tenant, to));
    std::error_code error;
    if (!fs::exists(source, error)) return missing(from);
    fs::create_directories(target.parent_path(), error);
    if (error) return failed("make the folder", target.parent_path(), error.value());
    if (::rename(source.c_str(), target.c_str()) != 0) return failed("move", source, errno);
    GYR_CHECK(sync_folder(target.parent_path()));
    return sync_folder(source.parent_path());
  }

 private:
  /// The file of an object. Whatever exists of its way must not lead out of the tenant's folder.
  base::Result<fs::path> resolve(std::string_view tenant, std::string_view path) const {
    GYR_CHECK(check_path(path));
    if (tenant.empty() || tenant.find('/') != std::string_view::npos || tenant.starts_with('.')) {
      return base::fail(bad_storage_uri, fmt::format("`{}` is no name of a tenant", tenant));
    }
    fs::path root = folder_ / tenant;
    fs::path file = (root / path.substr(1)).lexically_normal();
    std::string text = file.string();
    if (text.ends_with('/')) text.pop_back();
    std::error_code error;
    fs::path real = fs::weakly_canonical(text, error);
    if (error || (real != root && !real.string().starts_with(root.string() + "/"))) {
      return base::fail(bad_storage_uri, fmt::format("Invalid internal storage uri, it leads out of the storage: '{}'",
                                                     path.substr(0, 200)));
    }
    return fs::path(std::move(text));
  }

  static bool hidden(const fs::directory_entry& entry) { return entry.path().native().ends_with(metadata_suffix); }

  static std::optional<FileAttributes> attributes_of(const fs::path& file) {
    struct statx status = {};
    if (::statx(AT_FDCWD, file.c_str(), 0, STATX_BASIC_STATS | STATX_BTIME, &status) != 0) return std::nullopt;
    const auto millis = [](const statx_timestamp& time) { return time.tv_sec * 1000 + time.tv_nsec / 1'000'000; };
    FileAttributes attributes;
    attributes.file_name = file.filename().string();
    attributes.directory = S_ISDIR(status.stx_mode);
    attributes.size = attributes.directory ? 0 : status.stx_size;
    attributes.modified_ms = millis(status.stx_mtime);
    attributes.created_ms = (status.stx_mask & STATX_BTIME) != 0 ? millis(status.stx_btime) : attributes.modified_ms;
    return attributes;
  }

  fs::path folder_;
  fs::path incoming_;
};

}  // namespace

base::Result<std::unique_ptr<Storage>> open_local_storage(const fs::path& folder, Incoming incoming) {
  std::error_code error;
  auto storage = std::make_unique<LocalStorage>(fs::absolute(folder, error));
  GYR_CHECK(storage->prepare(incoming));
  return std::unique_ptr<Storage>(std::move(storage));
}

base::Result<std::vector<std::string>> local_tenants(const fs::path& folder) {
  std::error_code error;
  std::vector<std::string> tenants;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::string name = at->path().filename().string();
    std::error_code vanished;
    if (!name.starts_with('.') && at->is_directory(vanished)) tenants.push_back(std::move(name));
  }
  if (error) return failed("list", folder, error.value());
  std::sort(tenants.begin(), tenants.end());
  return tenants;
}

}  // namespace gyr::storage
