// What a running task may do. One RunContext per attempt.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/cancel.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/loop.h"
#include "base/task.h"
#include "base/value.h"
#include "expression/convert.h"
#include "model/dynamic.h"
#include "model/execution.h"
#include "plugin_api/warm_interpreter.h"

namespace gyr::net {
struct ClientRequest;  // net/http.h, which plugins see; this module only passes them on
struct ClientResponse;
struct StreamedResponse;
}  // namespace gyr::net

namespace gyr::plugin {

inline constexpr base::ErrorCode task_failed{"GYR-P001"};     ///< a task says why it failed
inline constexpr base::ErrorCode task_cancelled{"GYR-P002"};  ///< killed or timed out
inline constexpr base::ErrorCode host_refused{"GYR-P003"};    ///< the server answered a host call with an error

class Files;
class Processes;
class HttpClient;

/// Who and where this attempt is.
struct RunInfo {
  std::string tenant;
  std::string namespace_;
  std::string flow_id;
  int32_t revision = 0;
  base::Id execution_id;
  base::Id task_run_id;
  std::string task_id;
  std::string task_type;
  int32_t attempt = 0;  ///< counts from 0
  /// The number of the first attempt whose worker was lost, if the attempts before this one were lost with their
  /// workers; otherwise `attempt`. It identifies a remote job that outlives workers (RUNNER-7).
  int32_t resumed_attempt = 0;
  std::optional<std::string> value;  ///< of an iteration
  /// For the evaluation of a trigger: there is no task. `task_type` is the type of the trigger, and `execution_id` is
  /// the id of the execution that the evaluation may start (TRIG-145).
  std::string trigger_id;
};

/// The hands of a task: rendering, log, metrics, files, processes, host calls, cancellation. Lives on the loop that
/// runs the task; what may block goes through on_pool().
class RunContext {
 public:
  virtual ~RunContext() = default;

  virtual const RunInfo& info() const = 0;

  /// Renders a dynamic property (EXPR-310); a null value if it is not set. `extra` are variables that override those of
  /// the context.
  virtual base::Task<base::Result<base::Value>> render_value(const model::DynamicSource& source, base::Value extra,
                                                             bool typed) = 0;

  /// One log line of this run. Lines of more than 15,360 characters are split (EXEC-121); levels below the task's
  /// logLevel are dropped; registered secrets are masked.
  virtual void log(model::LogLevel level, std::string_view message) = 0;
  /// Completes once few enough log lines are in transit to the server; usually at once. A task that logs unbounded
  /// output (scripts) awaits it between pieces, so that it slows down instead of using memory.
  virtual base::Task<void> log_room() { co_return; }
  virtual void metric(model::MetricType type, std::string_view name, double value, base::Value tags) = 0;
  /// Every later log line shows `******` instead of this text.
  virtual void mask(std::string_view secret) = 0;

  /// Calls the server: "kv.get", "secret.get", "namespace-file.get" … (names and arguments in plugins/host_calls.h).
  virtual base::Task<base::Result<base::Value>> host_call(std::string_view function, base::Value arguments) = 0;

  /// The configured value for a type (`kestra.plugins.configurations`); null if it is not configured.
  virtual base::Value plugin_setting(std::string_view /*type*/, std::string_view /*key*/) const { return {}; }

  virtual base::CancelToken cancel_token() const = 0;
  /// After a cancellation: whether the worker is shutting down, so that another worker will resume the attempt. A
  /// remote job may continue until then.
  virtual bool handed_over() const { return false; }
  virtual base::Loop& loop() = 0;
  virtual base::Instant now() const = 0;

  /// Internal storage and the attempt's working directory; null while a pure task runs inline.
  virtual Files* files() = 0;
  virtual Processes* processes() = 0;
  virtual HttpClient* http() = 0;

  // Typed rendering of properties: nothing where the property is absent or renders to null.
  template <class T>
  base::Task<base::Result<std::optional<T>>> render(const model::Dynamic<T>& property, base::Value extra = {});
};

/// Internal storage and local files as a task sees them. All paths that a user gives stay inside the working directory.
class Files {
 public:
  virtual ~Files() = default;
  /// Made on first use, removed after the attempt (SCRIPT-40).
  virtual base::Result<std::filesystem::path> working_directory() = 0;
  /// A path below the working directory; refuses `..`, absolute paths that escape and symbolic links out of it.
  virtual base::Result<std::filesystem::path> resolve(std::string_view user_path) = 0;
  /// Stores a local file under this task run and returns its `kestra:///…` URI. Streams; runs on the file pool.
  virtual base::Task<base::Result<std::string>> store(std::filesystem::path local, std::string name) = 0;
  virtual base::Task<base::Result<std::string>> store_bytes(std::string bytes, std::string name) = 0;
  /// As store(), but the local file stays.
  virtual base::Task<base::Result<std::string>> store_copy(std::filesystem::path local, std::string name) = 0;
  /// Copies the file of another URI to this task run, without a local copy; returns nothing if the file does not exist.
  virtual base::Task<base::Result<std::optional<std::string>>> copy(std::string uri, std::string name) = 0;
  /// Copies `kestra://`, `nsfile://` or allowed `file://` content to a local file. Streams; checks access (STOR-34).
  virtual base::Task<base::Result<void>> fetch(std::string uri, std::filesystem::path local) = 0;
  virtual base::Task<base::Result<std::string>> read(std::string uri, size_t limit_bytes) = 0;
  virtual base::Task<base::Result<uint64_t>> size(std::string uri) = 0;
  /// Whether the file existed.
  virtual base::Task<base::Result<bool>> remove(std::string uri) = 0;
  /// A directory that all attempts of this worker share and that outlives them, for files that are expensive to create
  /// (installed packages, images). It may be cleared between two attempts: check before use, and write to a temporary
  /// name before renaming.
  virtual base::Result<std::filesystem::path> cache_directory() = 0;
  /// Runs work on local files that may block on the file pool, and comes back to the loop.
  virtual base::Task<void> on_pool(std::move_only_function<void()> work) = 0;
};

/// The usual time between SIGTERM and SIGKILL of a cancelled process.
inline constexpr std::chrono::milliseconds default_kill_grace{1500};

/// A process to run in its own group.
struct ProcessRequest {
  std::vector<std::string> command;
  std::vector<std::pair<std::string, std::string>> environment;  ///< override those of the worker
  std::filesystem::path directory;
  /// Called on the loop once it runs; may be empty.
  std::function<void(int pid)> on_start;
  /// Called on the loop for every complete line (without its end), in order per stream. Bytes as the process wrote
  /// them.
  std::function<void(bool is_stderr, std::string_view line)> on_line;
  /// Awaited between pieces of output; the process is held back until it completes. May be empty.
  std::function<base::Task<void>()> room;
  std::optional<WarmInterpreter> warm = {};
  std::chrono::milliseconds kill_grace = default_kill_grace;
  /// The owner of the process. If many processes wait to start, the owners take turns.
  std::string share = {};
};

/// How a process ended.
struct ProcessExit {
  int exit_code = 0;       ///< 128 + signal if a signal ended it
  bool killed = false;     ///< by cancellation
  bool leftovers = false;  ///< processes it left in the background were ended
  bool survivors = false;  ///< something it started could not be killed
};

/// Runs processes through the spawner helper (principle: process helper). Cancelling ends the whole process tree within
/// its `kill_grace` and 0.5 s. An error means that the process could not be started or that its exit status is unknown.
class Processes {
 public:
  virtual ~Processes() = default;
  virtual base::Task<base::Result<ProcessExit>> run(ProcessRequest request, base::CancelToken cancel) = 0;
};

/// HTTP as a task may do it: net::HttpClient on the task's loop.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  virtual base::Task<base::Result<net::ClientResponse>> send(net::ClientRequest request, base::CancelToken cancel) = 0;
  /// The same, but returns the head as soon as it arrives, and the body piece by piece.
  virtual base::Task<base::Result<net::StreamedResponse>> open(net::ClientRequest request,
                                                               base::CancelToken cancel) = 0;
};

namespace detail {
/// Conversion of a rendered value to T; specialised for the types listed at model::Dynamic in plugin/render.h.
template <class T>
struct Convert;
}  // namespace detail

}  // namespace gyr::plugin
