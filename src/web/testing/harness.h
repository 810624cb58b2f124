// For the tests of web: a complete server without sockets. SQLite in a temporary folder, the real executor, storage in
// memory, and workers that the test controls.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/value.h"
#include "dispatch/workers.h"
#include "net/http.h"
#include "net/test_support.h"
#include "storage/storage.h"
#include "web/http/authorisation.h"
#include "web/server.h"

namespace gyr::web::test {

/// Objects in memory, with the rules of storage::Storage. Thread-safe.
class MemoryStorage final : public storage::Storage {
 public:
  base::Result<std::unique_ptr<storage::ByteSource>> get(std::string_view tenant, std::string_view path,
                                                         uint64_t offset) override;
  base::Result<std::unique_ptr<storage::ByteSink>> put(std::string_view tenant, std::string_view path,
                                                       storage::Metadata) override;
  base::Result<bool> exists(std::string_view tenant, std::string_view path) override;
  base::Result<storage::FileAttributes> attributes(std::string_view tenant, std::string_view path) override;
  base::Result<std::vector<storage::FileAttributes>> list(std::string_view tenant, std::string_view path) override;
  base::Result<std::vector<std::string>> all_by_prefix(std::string_view tenant, std::string_view prefix,
                                                       bool directories) override;
  base::Result<bool> remove(std::string_view tenant, std::string_view path) override;
  base::Result<void> create_directory(std::string_view tenant, std::string_view path) override;
  base::Result<void> move(std::string_view tenant, std::string_view from, std::string_view to) override;

  void write(std::string_view path, std::string content);
  /// The paths of all objects, without the tenant.
  std::vector<std::string> paths() const;
  /// From now on, every write fails with storage_full.
  void set_full(bool full) { full_ = full; }
  /// Called once, on the thread that writes, after the next object was written.
  void call_after_write(std::function<void()> call) {
    std::lock_guard lock(mutex_);
    after_write_ = std::move(call);
  }

 private:
  class Sink;
  mutable std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> objects_;
  std::function<void()> after_write_;
  std::atomic<bool> full_{false};
};

/// Keeps all work; the test decides how each task ends.
class ManualWorkers final : public executor::Workers {
 public:
  explicit ManualWorkers(executor::WorkerReports& reports) : reports_(reports) {}
  struct Job {
    executor::WorkOrigin origin;
    engine::Dispatch dispatch;
  };
  void dispatch(const executor::WorkOrigin& origin, engine::Dispatch job) override;
  void render(const executor::WorkOrigin& origin, engine::RenderRequest request) override;
  void kill(const executor::WorkOrigin& origin, engine::AttemptRef attempt) override;
  void acknowledge(const executor::WorkOrigin&, engine::AttemptRef) override {}
  void evaluate(const executor::WorkOrigin& origin, const std::string& trigger_id,
                engine::trigger::Evaluation) override;
  void end_evaluation(const executor::WorkOrigin&) override {}
  void event_stored(const executor::WorkOrigin&, uint64_t, const std::string&) override {}

  /// Waits for a job of this task.
  Job take(std::string_view task_id);
  std::vector<engine::AttemptRef> killed() const;
  /// Waits for an evaluation of this trigger and answers like its worker.
  executor::WorkOrigin take_evaluation(std::string_view trigger_id);
  void tell(const executor::WorkOrigin& evaluation, std::string_view trigger_id, engine::trigger::Event event);
  /// A report about a job that does not end it.
  void report(const Job& job, engine::EventBody event);

 private:
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Job> jobs_;
  std::vector<engine::AttemptRef> killed_;
  std::vector<std::pair<std::string, executor::WorkOrigin>> evaluations_;
  executor::WorkerReports& reports_;
};

/// A received answer: the complete body, also for a stream.
struct Reply {
  int status = 0;
  net::Headers headers;
  std::string body;
  bool cut = false;  ///< the stream failed

  /// The body as JSON; the test fails if it is not JSON.
  base::Value json() const;
  /// The value at a path of keys; null if it does not exist.
  base::Value at(std::initializer_list<std::string_view> keys) const;
  std::string text(std::initializer_list<std::string_view> keys) const;
  std::string header(std::string_view name) const { return std::string(headers.get(name).value_or("")); }
};

/// A request; empty fields are not sent.
struct Call {
  std::string method = "GET";
  std::string target;  ///< starts with `/`, or is relative to /api/v1/main/
  std::string body;
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> headers;
};

/// A part of a multipart body.
struct Part {
  std::string name;
  std::string content;
  std::string file_name;  ///< empty: a field
};
Call form(std::string method, std::string target, const std::vector<Part>& parts);

/// An event stream that the test reads step by step.
class Events {
 public:
  struct Event {
    std::string id;
    std::string data;
  };
  /// The next frame; nothing at the end. Heartbeats are skipped.
  std::optional<Event> next();
  /// A heartbeat has neither id nor data.
  std::optional<Event> next_or_heartbeat();
  /// The client disconnects.
  void leave() { gone_.cancel(); }

 private:
  friend class Harness;
  net::test::LoopThread* thread_ = nullptr;
  net::ServerResponse response_;
  base::CancelSource gone_;
  std::string received_;
};

/// The settings of a test that differ from the defaults.
struct HarnessOptions {
  std::string username, password;                        ///< empty: no login required
  std::string management_username, management_password;  ///< of the management port; empty: no login required
  Settings settings;
  std::vector<std::string> secrets;   ///< `SECRET_NAME=base64`
  std::filesystem::path host_folder;  ///< its files can be shown; empty: none
  std::vector<std::pair<std::string, std::string>> secret_tags;
  bool templates = false;  ///< `kestra.templates.enabled`
  std::string vault_key;   ///< 32 bytes: secrets can be written; empty: only the secrets of the environment exist
  const Rights* rights = nullptr;  ///< of the callers; null: a caller who is signed in has all rights
};

/// The server and everything below it.
class Harness {
 public:
  explicit Harness(HarnessOptions options = {});
  ~Harness();

  Reply call(Call call);
  Reply get(std::string target) { return call({"GET", std::move(target), {}, {}, {}}); }
  Reply send(std::string method, std::string target, std::string body = {}, std::string type = {}) {
    return call({std::move(method), std::move(target), std::move(body), std::move(type), {}});
  }
  Reply post_json(std::string target, std::string json) {
    return send("POST", std::move(target), std::move(json), "application/json");
  }
  /// A request to the management port.
  Reply manage(Call call);
  /// The status of a request whose answer is not compared with the description of its route.
  int unchecked_status(Call call) { return net::test::LoopThread::wait(start(std::move(call))).status; }
  /// Starts a request that does not return immediately.
  std::future<Reply> start(Call call);
  Events follow(std::string target, std::vector<std::pair<std::string, std::string>> headers = {});

  /// Creates a flow; the test fails if it is refused.
  void deploy(std::string_view source);
  /// Starts the flow without inputs and returns the id.
  std::string run(std::string_view namespace_, std::string_view id);
  /// Waits until the execution is terminated and returns it in the form of the API.
  base::Value wait_for_end(const std::string& execution);

  base::VirtualClock& clock();
  MemoryStorage& storage();
  ManualWorkers& workers();
  Server& server();
  store::Store& store();
  const Services& services();
  net::test::LoopThread& thread();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// A flow of one Log task.
std::string log_flow(std::string_view namespace_, std::string_view id, std::string_view more = "");
/// A flow of one task that runs on a worker (Sleep), so that the test decides when it ends.
std::string waiting_flow(std::string_view namespace_, std::string_view id, std::string_view more = "");

}  // namespace gyr::web::test
