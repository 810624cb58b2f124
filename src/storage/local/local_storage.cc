#include "storage/local/local_storage.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <mutex>
#include <system_error>

#include "base/log.h"
#include "base/text.h"
#include "storage/local/sidecars.h"

namespace gyr::storage {
namespace {

namespace fs = std::filesystem;

std::unexpected<base::Error> failed(std::string_view what, const fs::path& path, int error) {
  std::string message = fmt::format("cannot {} `{}`: {}", what, path.string(), std::strerror(error));
  if (error == ENOSPC || error == EDQUOT)
    return base::fail(base::Error(storage_full, std::move(message)).with_hint("free disk space, then run it again"));
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

base::Result<void> write_all(int file, std::string_view bytes, const fs::path& target) {
  while (!bytes.empty()) {
    ssize_t size = ::write(file, bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return failed("write", target, errno);
    bytes.remove_prefix(static_cast<size_t>(size));
  }
  return {};
}

/// A file in `.incoming`, which is removed unless it is taken.
class IncomingFile {
 public:
  static base::Result<IncomingFile> make(const fs::path& incoming) {
    std::string name = (incoming / "XXXXXX").string();
    int file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file < 0 && errno == ENOENT) {
      std::error_code error;
      fs::create_directories(incoming, error);
      name = (incoming / "XXXXXX").string();
      file = ::mkostemp(name.data(), O_CLOEXEC);
    }
    if (file < 0) return failed("write to", incoming, errno);
    ::fchmod(file, 0644);
    return IncomingFile(file, name);
  }
  IncomingFile(IncomingFile&& other) noexcept : file_(std::exchange(other.file_, -1)), name_(std::move(other.name_)) {}
  IncomingFile& operator=(IncomingFile&&) = delete;
  ~IncomingFile() {
    if (file_ < 0) return;
    ::close(file_);
    ::unlink(name_.c_str());
  }

  base::Result<void> write(std::string_view bytes, const fs::path& target) const {
    return write_all(file_, bytes, target);
  }
  base::Result<void> sync(const fs::path& target) const {
    if (::fdatasync(file_) != 0) return failed("write", target, errno);
    return {};
  }
  base::Result<void> take(const fs::path& target) {
    if (::rename(name_.c_str(), target.c_str()) != 0) return failed("write", target, errno);
    ::close(file_);
    file_ = -1;
    return {};
  }

 private:
  IncomingFile(int file, std::string name) : file_(file), name_(std::move(name)) {}
  int file_;
  std::string name_;
};

/// A file of another owner on its way into the storage: moved to where it cannot be opened by name, and moved back
/// unless it becomes an object.
class TakenFile {
 public:
  /// Nothing if it is not a file that can be moved.
  static base::Result<std::optional<TakenFile>> take(const fs::path& local, const fs::path& incoming) {
    const int file = ::open(local.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0) return std::nullopt;
    TakenFile taken(file, local);
    struct stat status = {};
    if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_nlink != 1 || status.st_uid != ::geteuid())
      return std::nullopt;
    const std::string name = (incoming / base::Id{base::secure_random(), base::secure_random()}.to_text()).string();
    // On another disk this fails, and nothing has happened.
    if (::renameat2(AT_FDCWD, local.c_str(), AT_FDCWD, name.c_str(), RENAME_NOREPLACE) != 0) return std::nullopt;
    taken.name_ = name;
    struct stat moved = {};
    const bool same = ::lstat(name.c_str(), &moved) == 0 && moved.st_dev == status.st_dev &&
                      moved.st_ino == status.st_ino && moved.st_nlink == 1;
    if (same && !open_for_writing(file)) return taken;
    GYR_CHECK(taken.put_back());
    return std::nullopt;
  }
  TakenFile(TakenFile&& other) noexcept
      : file_(std::exchange(other.file_, -1)),
        local_(std::move(other.local_)),
        name_(std::exchange(other.name_, std::string())) {}
  TakenFile& operator=(TakenFile&&) = delete;
  ~TakenFile() {
    if (auto back = put_back(); !back) base::log::warn("{}", back.error().message());
    if (file_ >= 0) ::close(file_);
  }

  /// As a file that was copied would be: readable, of now, and on disk.
  base::Result<void> make_ready(const fs::path& target) const {
    constexpr mode_t mode = 0644;
    if (::fchmod(file_, mode) != 0 || ::futimens(file_, nullptr) != 0 || ::fdatasync(file_) != 0)
      return failed("write", target, errno);
    return {};
  }
  base::Result<void> become(const fs::path& target) {
    if (::rename(name_.c_str(), target.c_str()) != 0) return failed("write", target, errno);
    name_.clear();
    return {};
  }

 private:
  TakenFile(int file, fs::path local) : file_(file), local_(std::move(local)) {}

  /// Whether any process has it open for writing; the kernel grants a lease for reading only if none has. Without
  /// support for leases the answer is yes.
  static bool open_for_writing(int file) {
    // The usual signal of a broken lease would end the process.
    if (::fcntl(file, F_SETSIG, SIGURG) != 0 || ::fcntl(file, F_SETLEASE, F_RDLCK) != 0) return true;
    return ::fcntl(file, F_SETLEASE, F_UNLCK) != 0;
  }

  base::Result<void> put_back() {
    if (name_.empty()) return {};
    const std::string name = std::exchange(name_, std::string());
    if (::renameat2(AT_FDCWD, name.c_str(), AT_FDCWD, local_.c_str(), RENAME_NOREPLACE) == 0) return {};
    return failed("restore", local_, errno);
  }

  int file_;
  fs::path local_;
  std::string name_;  ///< empty: it is where it was, or an object
};

/// What comes between the names of a file and of its metadata, so that no two changes of them mix.
using Turn = std::shared_ptr<std::mutex>;

class LocalSink final : public ByteSink {
 public:
  LocalSink(IncomingFile file, fs::path incoming, fs::path target, std::string path, Metadata metadata, Turn turn)
      : file_(std::move(file)),
        incoming_(std::move(incoming)),
        target_(std::move(target)),
        path_(std::move(path)),
        metadata_(std::move(metadata)),
        turn_(std::move(turn)) {}

  base::Result<void> write(std::string_view bytes) override { return file_.write(bytes, target_); }

  base::Result<std::string> finish() override {
    GYR_CHECK(file_.sync(target_));
    std::optional<IncomingFile> sidecar;
    if (!metadata_.empty()) {
      GYR_TRY(IncomingFile made, IncomingFile::make(incoming_));
      GYR_CHECK(made.write(local::sidecar_text(metadata_), target_));
      GYR_CHECK(made.sync(target_));
      sidecar.emplace(std::move(made));
    }
    std::error_code error;
    fs::create_directories(target_.parent_path(), error);
    if (error) return failed("create the folder", target_.parent_path(), error.value());
    {
      // In this order, a server that dies in between leaves metadata out, and gives none to bytes it does not belong
      // to.
      std::lock_guard lock(*turn_);
      GYR_CHECK(local::free_sidecar(target_));
      GYR_CHECK(file_.take(target_));
      if (sidecar) GYR_CHECK(sidecar->take(local::sidecar_of(target_)));
    }
    GYR_CHECK(sync_folder(target_.parent_path()));
    return uri_of_path(path_);
  }

 private:
  IncomingFile file_;
  fs::path incoming_, target_;
  std::string path_;
  Metadata metadata_;
  Turn turn_;
};

class LocalStorage final : public Storage {
 public:
  explicit LocalStorage(fs::path folder) : folder_(std::move(folder)), incoming_(folder_ / ".incoming") {}

  base::Result<void> prepare(Incoming incoming) {
    std::error_code error;
    if (incoming == Incoming::clear) {
      fs::remove_all(incoming_, error);
      fs::create_directories(incoming_, error);
      if (error) return failed("create the folder", incoming_, error.value());
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
    GYR_TRY(auto source, source_of_file(file, offset));
    source->set_metadata(local::read_sidecar(file).value_or(Metadata()));
    return source;
  }

  base::Result<std::unique_ptr<ByteSink>> put(std::string_view tenant, std::string_view path,
                                              Metadata metadata) override {
    GYR_TRY(fs::path target, resolve(tenant, path));
    if (path.ends_with('/'))
      return base::fail(bad_storage_uri,
                        fmt::format("Invalid internal storage uri, a file cannot end with a slash: '{}'", path));
    GYR_CHECK(check_metadata(metadata));
    struct stat status = {};
    if (::stat(target.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return failed("write", target, EISDIR);
    GYR_TRY(target, local::with_name_of_today(target));
    GYR_TRY(IncomingFile file, IncomingFile::make(incoming_));
    return std::unique_ptr<ByteSink>(std::make_unique<LocalSink>(std::move(file), incoming_, std::move(target),
                                                                 std::string(path), std::move(metadata), turn_));
  }

  base::Result<std::optional<std::string>> take_over(std::string_view tenant, std::string_view path,
                                                     const fs::path& local) override {
    GYR_TRY(fs::path target, resolve(tenant, path));
    std::error_code error;
    if (path.ends_with('/') || fs::is_directory(target, error)) return std::nullopt;  // put() says why
    GYR_TRY(auto taken, TakenFile::take(local, incoming_));
    if (!taken) return std::nullopt;
    GYR_CHECK(taken->make_ready(target));
    GYR_TRY(target, local::with_name_of_today(target));
    fs::create_directories(target.parent_path(), error);
    if (error) return failed("create the folder", target.parent_path(), error.value());
    {
      std::lock_guard lock(*turn_);
      GYR_CHECK(local::free_sidecar(target));
      GYR_CHECK(taken->become(target));
    }
    GYR_CHECK(sync_folder(target.parent_path()));
    return uri_of_path(path);
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
    if (!found->directory) found->metadata = local::read_sidecar(file).value_or(Metadata());
    return *std::move(found);
  }

  base::Result<std::vector<FileAttributes>> list(std::string_view tenant, std::string_view path) override {
    GYR_TRY(fs::path folder, resolve(tenant, path));
    std::error_code error;
    if (!fs::is_directory(folder, error)) return missing(path);
    std::vector<FileAttributes> found;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
      if (local::is_sidecar(at->path())) continue;
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
      if (local::is_sidecar(at->path())) continue;
      std::error_code vanished;
      bool directory = at->is_directory(vanished);
      if (vanished || (directory && !directories)) continue;
      found.push_back(uri_of_path(path_of(at->path().native().substr(root.size()))) + (directory ? "/" : ""));
    }
    if (error) return failed("list", folder, error.value());
    std::sort(found.begin(), found.end());
    return found;
  }

  base::Result<bool> remove(std::string_view tenant, std::string_view path) override {
    GYR_TRY(fs::path file, resolve(tenant, path));
    std::error_code error;
    std::unique_lock lock(*turn_, std::defer_lock);
    if (fs::is_regular_file(file, error)) {
      lock.lock();
      GYR_CHECK(local::free_sidecar(file));
    }
    uintmax_t removed = fs::remove_all(file, error);
    if (error) return failed("remove", file, error.value());
    return removed > 0;
  }

  base::Result<void> create_directory(std::string_view tenant, std::string_view path) override {
    if (path.empty()) return base::fail(bad_storage_uri, "Invalid internal storage uri, the path of a folder is empty");
    GYR_TRY(fs::path folder, resolve(tenant, path));
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return failed("create the folder", folder, error.value());
    return {};
  }

  base::Result<void> move(std::string_view tenant, std::string_view from, std::string_view to) override {
    GYR_TRY(fs::path source, resolve(tenant, from));
    GYR_TRY(fs::path target, resolve(tenant, to));
    std::error_code error;
    if (!fs::exists(source, error)) return missing(from);
    fs::create_directories(target.parent_path(), error);
    if (error) return failed("create the folder", target.parent_path(), error.value());
    GYR_CHECK(rename_both(source, target));
    GYR_CHECK(sync_folder(target.parent_path()));
    return sync_folder(source.parent_path());
  }

 private:
  /// The file of an object. Whatever exists of its way must not lead out of the tenant's folder.
  base::Result<fs::path> resolve(std::string_view tenant, std::string_view path) const {
    GYR_CHECK(check_path(path));
    if (tenant.empty() || tenant.find('/') != std::string_view::npos || tenant.starts_with('.')) {
      return base::fail(bad_storage_uri, fmt::format("`{}` is not a valid tenant id", tenant));
    }
    fs::path root = folder_ / tenant;
    std::string text = local::find_on_disk(root, path).string();
    if (text.ends_with('/')) text.pop_back();
    std::error_code error;
    fs::path real = fs::weakly_canonical(text, error);
    if (error || (real != root && !real.string().starts_with(root.string() + "/"))) {
      return base::fail(bad_storage_uri, fmt::format("Invalid internal storage uri, it is outside of the storage: '{}'",
                                                     path.substr(0, 200)));
    }
    return fs::path(std::move(text));
  }

  /// A file and its metadata, or a folder.
  base::Result<void> rename_both(const fs::path& source, fs::path target) {
    std::lock_guard lock(*turn_);
    struct stat status = {};
    const bool file = ::lstat(source.c_str(), &status) == 0 && S_ISREG(status.st_mode);
    const bool described = file && local::is_sidecar(local::sidecar_of(source));
    if (source == target) return {};
    if (::lstat(target.c_str(), &status) == 0) {
      GYR_TRY(target, local::with_name_of_today(target));
    }
    if (file) GYR_CHECK(local::free_sidecar(target));
    if (::rename(source.c_str(), target.c_str()) != 0) return failed("move", source, errno);
    if (!described) return {};
    const fs::path sidecar = local::sidecar_of(source);
    if (::rename(sidecar.c_str(), local::sidecar_of(target).c_str()) != 0) return failed("move", sidecar, errno);
    return {};
  }

  /// `/a/b`, the name of an object, from its name on disk.
  static std::string path_of(std::string_view on_disk) {
    std::string path;
    for (const std::string_view part : base::split(on_disk.substr(1), '/')) {
      path += '/';
      path += local::name_of_object(part);
    }
    return path;
  }

  static std::optional<FileAttributes> attributes_of(const fs::path& file) {
    struct statx status = {};
    if (::statx(AT_FDCWD, file.c_str(), 0, STATX_BASIC_STATS | STATX_BTIME, &status) != 0) return std::nullopt;
    const auto millis = [](const statx_timestamp& time) { return time.tv_sec * 1000 + time.tv_nsec / 1'000'000; };
    FileAttributes attributes;
    attributes.file_name = local::name_of_object(file.filename().native());
    attributes.directory = S_ISDIR(status.stx_mode);
    attributes.size = attributes.directory ? 0 : status.stx_size;
    attributes.modified_ms = millis(status.stx_mtime);
    attributes.created_ms = (status.stx_mask & STATX_BTIME) != 0 ? millis(status.stx_btime) : attributes.modified_ms;
    return attributes;
  }

  fs::path folder_;
  fs::path incoming_;
  Turn turn_ = std::make_shared<std::mutex>();
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
