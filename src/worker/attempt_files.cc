#include "worker/attempt_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/edge.h"
#include "base/id.h"
#include "base/log.h"
#include "storage/access.h"

namespace gyr::worker {
namespace {

namespace fs = std::filesystem;
using base::fail;

constexpr size_t transfer_bytes = 64 * 1024;
constexpr std::string_view namespace_scheme = "nsfile://";

base::Error local_failure(const fs::path& path, int number) {
  return base::Error(plugin::task_failed, "`" + path.string() + "`: " + std::strerror(number));
}

/// A descriptor that closes itself.
class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

base::Result<void> write_all(int fd, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(local_failure(path, errno));
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return {};
}

base::Result<std::string> store_file(storage::Storage& storage, const std::string& tenant, const std::string& target,
                                     const fs::path& local) {
  // Only a regular file: a link could expose files outside the working directory.
  File file(::open(local.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file) return fail(local_failure(local, errno));
  struct stat info = {};
  if (fstat(file.fd(), &info) != 0 || !S_ISREG(info.st_mode))
    return fail(plugin::task_failed, "`" + local.string() + "` is not a regular file");
  GYR_TRY(auto sink, storage.put(tenant, target));
  std::string buffer(transfer_bytes, '\0');
  for (;;) {
    ssize_t count = ::read(file.fd(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(local_failure(local, errno));
    if (count == 0) break;
    GYR_CHECK(sink->write(std::string_view(buffer.data(), static_cast<size_t>(count))));
  }
  return sink->finish();
}

base::Result<std::string> store_text(storage::Storage& storage, const std::string& tenant, const std::string& target,
                                     const std::string& bytes) {
  GYR_TRY(auto sink, storage.put(tenant, target));
  GYR_CHECK(sink->write(bytes));
  return sink->finish();
}

base::Result<void> fetch_file(std::unique_ptr<storage::ByteSource> source, const fs::path& local) {
  std::error_code error;
  fs::create_directories(local.parent_path(), error);
  if (error) return fail(local_failure(local.parent_path(), error.value()));
  File file(::open(local.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (!file) return fail(local_failure(local, errno));
  std::string buffer(transfer_bytes, '\0');
  for (;;) {
    GYR_TRY(size_t count, source->read(buffer.data(), buffer.size()));
    if (count == 0) return {};
    GYR_CHECK(write_all(file.fd(), std::string_view(buffer.data(), count), local));
  }
}

base::Result<std::string> copy_object(storage::ByteSource& source, storage::Storage& storage, const std::string& tenant,
                                      const std::string& target) {
  GYR_TRY(auto sink, storage.put(tenant, target));
  std::string buffer(transfer_bytes, '\0');
  for (;;) {
    GYR_TRY(size_t count, source.read(buffer.data(), buffer.size()));
    if (count == 0) return sink->finish();
    GYR_CHECK(sink->write(std::string_view(buffer.data(), count)));
  }
}

base::Result<std::string> read_text(std::unique_ptr<storage::ByteSource> source, size_t limit) {
  std::string content;
  std::string buffer(transfer_bytes, '\0');
  for (;;) {
    GYR_TRY(size_t count, source->read(buffer.data(), buffer.size()));
    if (count == 0) return content;
    if (content.size() + count > limit) {
      return fail(plugin::task_failed,
                  "cannot read the file: it is larger than the limit of " + std::to_string(limit) + " bytes");
    }
    content.append(buffer, 0, count);
  }
}

/// The result of a job on the pool, and its awaiter.
template <class T>
struct PoolOutcome {
  std::optional<T> result;
  std::string thrown;  ///< what the exception says that ended the job, where there is no result
  std::coroutine_handle<> awaiter;
};

/// Work on the pool whose end brings its awaiter back to the loop, also where an exception ends it.
template <class T>
class PoolJob {
 public:
  PoolJob(base::Loop* loop, std::shared_ptr<PoolOutcome<T>> outcome, std::function<T()> work)
      : loop_(loop), outcome_(std::move(outcome)), work_(std::move(work)) {}
  PoolJob(PoolJob&& other) noexcept
      : loop_(std::exchange(other.loop_, nullptr)),
        outcome_(std::move(other.outcome_)),
        work_(std::move(other.work_)) {}
  PoolJob& operator=(PoolJob&&) = delete;
  ~PoolJob() {
    const base::Error* thrown = base::FailedJob::current();
    if (loop_ == nullptr || thrown == nullptr) return;
    outcome_->thrown = thrown->message();
    go_back();
  }
  void operator()() {
    outcome_->result.emplace(work_());
    go_back();
  }

 private:
  void go_back() {
    std::exchange(loop_, nullptr)->post([outcome = outcome_] { outcome->awaiter.resume(); });
  }

  base::Loop* loop_;
  std::shared_ptr<PoolOutcome<T>> outcome_;
  std::function<T()> work_;
};

/// Runs `work` on the pool and comes back to the loop with its result. An exception that ends the work is thrown here
/// again: it ends the attempt.
template <class T>
base::Task<T> on_file_pool(base::Loop* loop, net::Pool* pool, std::function<T()> work) {
  struct Awaiter {
    base::Loop* loop;
    net::Pool* pool;
    std::function<T()>* work;
    std::shared_ptr<PoolOutcome<T>> outcome;
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> awaiter) const {
      outcome->awaiter = awaiter;
      pool->post(PoolJob<T>(loop, outcome, std::move(*work)));
    }
    void await_resume() const {}
  };
  auto outcome = std::make_shared<PoolOutcome<T>>();
  Awaiter awaiter{loop, pool, &work, outcome};
  co_await awaiter;
  if (!outcome->result) throw std::runtime_error(outcome->thrown);
  co_return *std::move(outcome->result);
}

}  // namespace

AttemptFiles::AttemptFiles(FileServices services, plugin::RunInfo info, HostCall host, fs::path shared)
    : services_(std::move(services)),
      info_(std::move(info)),
      host_(std::move(host)),
      directory_(std::move(shared)),
      shared_(!directory_.empty()) {}

base::Result<fs::path> AttemptFiles::working_directory() {
  if (!directory_.empty()) return directory_;
  fs::path wanted =
      services_.temporary /
      ((info_.trigger_id.empty() ? info_.task_run_id : info_.execution_id).to_text() + "-" +
       std::to_string(info_.attempt) + "-" + base::Id{base::secure_random(), base::secure_random()}.to_text());
  std::error_code error;
  fs::create_directories(services_.temporary, error);
  if (error) return fail(local_failure(services_.temporary, error.value()));
  if (::mkdir(wanted.c_str(), 0700) != 0) return fail(local_failure(wanted, errno));
  fs::path real = fs::canonical(wanted, error);
  if (error) return fail(local_failure(wanted, error.value()));
  directory_ = real;
  return directory_;
}

base::Result<fs::path> AttemptFiles::resolve(std::string_view user_path) {
  GYR_TRY(fs::path directory, working_directory());
  auto refused = [&] {
    return fail(plugin::task_failed, "the path `" + std::string(user_path) + "` leads out of the working directory");
  };
  if (user_path.empty() || user_path.find('\0') != std::string_view::npos) return refused();
  fs::path path(user_path);
  if (path.is_absolute()) {
    path = path.lexically_normal();
  } else {
    path = (directory / path).lexically_normal();
  }
  auto inside = [&directory](const fs::path& candidate) {
    auto [end, at] = std::mismatch(directory.begin(), directory.end(), candidate.begin(), candidate.end());
    return end == directory.end() && at != candidate.end();
  };
  if (!inside(path)) return refused();
  // Its existing part must not leave the directory through a symbolic link.
  std::error_code error;
  fs::path real = fs::weakly_canonical(path, error);
  if (error || (!inside(real) && real != directory)) return refused();
  return path;
}

std::string AttemptFiles::target_of(std::string_view name) const {
  if (!info_.trigger_id.empty())
    return storage::trigger_path(info_.namespace_, info_.flow_id, info_.execution_id, info_.trigger_id, name);
  return storage::task_run_path(info_.namespace_, info_.flow_id, info_.execution_id, info_.task_id, info_.task_run_id,
                                name);
}

base::Task<base::Result<std::string>> AttemptFiles::store(fs::path local, std::string name) {
  std::function<base::Result<std::string>()> work = [this, target = target_of(name),
                                                     local]() -> base::Result<std::string> {
    GYR_TRY(auto taken, services_.storage.take_over(info_.tenant, target, local));
    if (taken) return *std::move(taken);
    GYR_TRY(std::string uri, store_file(services_.storage, info_.tenant, target, local));
    std::error_code ignored;
    fs::remove(local, ignored);  // STOR-9: a failure does not fail the task
    return uri;
  };
  co_return co_await on_file_pool(&services_.loop, &services_.pool, std::move(work));
}

base::Task<base::Result<std::string>> AttemptFiles::store_copy(fs::path local, std::string name) {
  std::function<base::Result<std::string>()> work = [this, target = target_of(name), local] {
    return store_file(services_.storage, info_.tenant, target, local);
  };
  co_return co_await on_file_pool(&services_.loop, &services_.pool, std::move(work));
}

base::Task<base::Result<std::string>> AttemptFiles::store_bytes(std::string bytes, std::string name) {
  std::function<base::Result<std::string>()> work = [this, target = target_of(name), bytes = std::move(bytes)] {
    return store_text(services_.storage, info_.tenant, target, bytes);
  };
  co_return co_await on_file_pool(&services_.loop, &services_.pool, std::move(work));
}

base::Task<base::Result<std::optional<std::string>>> AttemptFiles::copy(std::string uri, std::string name) {
  using Copied = base::Result<std::optional<std::string>>;
  GYR_CO_TRY(auto located, co_await find(uri));
  if (!located) co_return std::optional<std::string>();
  std::function<Copied()> work = [this, located = *located, target = target_of(name)]() -> Copied {
    auto source = open(services_, info_.tenant, located);
    if (!source && source.error().code() == storage::file_not_found) return std::optional<std::string>();
    if (!source) return fail(source.error());
    GYR_TRY(std::string stored, copy_object(**source, services_.storage, info_.tenant, target));
    return std::optional(std::move(stored));
  };
  co_return co_await on_file_pool(&services_.loop, &services_.pool, std::move(work));
}

base::Task<base::Result<std::optional<AttemptFiles::Located>>> AttemptFiles::find(std::string uri) {
  const std::string own_files = storage::uri_of_path(storage::namespace_file_path(info_.namespace_, "/", 1));
  if (uri.starts_with(namespace_scheme) || uri.starts_with(own_files)) {
    base::Value arguments =
        base::Value::map({{"path", base::Value::string(uri)}, {"optional", base::Value::boolean(true)}});
    GYR_CO_TRY(base::Value path, co_await host_("namespace-file.locate", arguments));
    if (path.is_null()) co_return std::optional<Located>();
    co_return std::optional(Located{std::string(path.text())});
  }
  if (uri.starts_with("file:")) {
    std::function<base::Result<fs::path>()> work = [this, uri] {
      return storage::host_file(services_.host_files, directory_, info_.task_type, uri);
    };
    auto path = co_await on_file_pool(&services_.loop, &services_.pool, std::move(work));
    if (!path && path.error().code() == storage::file_not_found) co_return std::optional<Located>();
    if (!path) co_return fail(path.error());
    co_return std::optional(Located{path->string(), true});
  }
  GYR_CO_TRY(std::string path, storage::path_of_uri(uri));
  if (!storage::execution_may_read(path, info_.namespace_, info_.flow_id, info_.execution_id)) {
    co_return fail(plugin::task_failed, "Unable to read the file '" + uri + "' as it is not an execution file");
  }
  co_return std::optional(Located{std::move(path)});
}

base::Task<base::Result<AttemptFiles::Located>> AttemptFiles::locate(std::string uri) {
  GYR_CO_TRY(auto located, co_await find(uri));
  if (!located) co_return fail(storage::file_not_found, "File not found: " + uri);
  co_return *std::move(located);
}

base::Result<std::unique_ptr<storage::ByteSource>> AttemptFiles::open(const FileServices& services,
                                                                      const std::string& tenant,
                                                                      const Located& located) {
  return located.on_host ? storage::source_of_file(located.path) : services.storage.get(tenant, located.path, 0);
}

base::Task<base::Result<void>> AttemptFiles::fetch(std::string uri, fs::path local) {
  GYR_CO_TRY(Located located, co_await locate(uri));
  std::function<base::Result<void>()> work = [this, located, local]() -> base::Result<void> {
    GYR_TRY(auto source, open(services_, info_.tenant, located));
    return fetch_file(std::move(source), local);
  };
  co_return co_await on_file_pool(&services_.loop, &services_.pool, std::move(work));
}

base::Task<base::Result<std::string>> AttemptFiles::read(std::string uri, size_t limit_bytes) {
  GYR_CO_TRY(Located located, co_await locate(uri));
  std::function<base::Result<std::string>()> work = [this, located, limit_bytes]() -> base::Result<std::string> {
    GYR_TRY(auto source, open(services_, info_.tenant, located));
    return read_text(std::move(source), limit_bytes);
  };
  co_return co_await on_file_pool(&services_.loop, &services_.pool, std::move(work));
}

base::Task<base::Result<uint64_t>> AttemptFiles::size(std::string uri) {
  GYR_CO_TRY(Located located, co_await locate(uri));
  std::function<base::Result<uint64_t>()> work = [this, located]() -> base::Result<uint64_t> {
    if (located.on_host) {
      std::error_code error;
      const uint64_t bytes = fs::file_size(located.path, error);
      if (error) return fail(local_failure(located.path, error.value()));
      return bytes;
    }
    GYR_TRY(auto attributes, services_.storage.attributes(info_.tenant, located.path));
    return attributes.size;
  };
  co_return co_await on_file_pool(&services_.loop, &services_.pool, std::move(work));
}

base::Task<base::Result<bool>> AttemptFiles::remove(std::string uri) {
  if (uri.starts_with("file:"))
    co_return fail(plugin::task_failed,
                   "`" + uri + "` is a local file of the machine: tasks cannot delete local files by URI");
  if (std::string_view rest = uri; rest.starts_with(namespace_scheme)) {
    // Hidden, not deleted: its revisions are kept (NSF-4).
    rest.remove_prefix(namespace_scheme.size());
    const size_t slash = std::min(rest.find('/'), rest.size());
    const std::string_view namespace_ = slash == 0 ? std::string_view(info_.namespace_) : rest.substr(0, slash);
    base::Value arguments = base::Value::map(
        {{"namespace", base::Value::string(namespace_)}, {"path", base::Value::string(rest.substr(slash))}});
    GYR_CO_TRY(base::Value there, co_await host_("namespace-files.delete", arguments));
    co_return there.is_boolean() && there.as_boolean();
  }
  GYR_CO_TRY(Located located, co_await locate(uri));
  std::function<base::Result<bool>()> work = [this, located] {
    return services_.storage.remove(info_.tenant, located.path);
  };
  co_return co_await on_file_pool(&services_.loop, &services_.pool, std::move(work));
}

base::Result<fs::path> AttemptFiles::cache_directory() {
  std::error_code error;
  fs::create_directories(services_.cache, error);
  if (error) return fail(local_failure(services_.cache, error.value()));
  return services_.cache;
}

base::Task<void> AttemptFiles::on_pool(std::move_only_function<void()> work) {
  auto shared = std::make_shared<std::move_only_function<void()>>(std::move(work));
  std::function<bool()> run = [shared] {
    (*shared)();
    return true;
  };
  co_await on_file_pool(&services_.loop, &services_.pool, std::move(run));
}

base::Task<void> AttemptFiles::remove_all() {
  if (directory_.empty() || shared_) co_return;
  std::function<bool()> work = [directory = std::exchange(directory_, {})] {
    std::error_code error;
    fs::remove_all(directory, error);
    if (!error) return true;
    // A task can have removed its own permissions on a folder.
    std::error_code ignored;
    for (auto it = fs::recursive_directory_iterator(directory, fs::directory_options::skip_permission_denied, ignored);
         !ignored && it != fs::recursive_directory_iterator(); it.increment(ignored)) {
      if (it->is_directory(ignored)) fs::permissions(it->path(), fs::perms::owner_all, fs::perm_options::add, ignored);
    }
    fs::remove_all(directory, error);
    if (error) base::log::warn("cannot remove the working directory {}: {}", directory.string(), error.message());
    return !error;
  };
  co_await on_file_pool(&services_.loop, &services_.pool, std::move(work));
}

}  // namespace gyr::worker
