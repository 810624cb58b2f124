// A worker receives jobs over its link, runs attempts as coroutines on its loop, and sends results.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/loop.h"
#include "engine/compiled_flow.h"
#include "net/http.h"
#include "net/loop.h"
#include "plugin_api/plugin_settings.h"
#include "plugin_api/run_context.h"
#include "process/spawner.h"
#include "protocol/frames.h"
#include "storage/storage.h"
#include "worker/attempt.h"
#include "worker/attempt_context.h"
#include "worker/evaluations.h"
#include "worker/host_client.h"
#include "worker/log_sender.h"
#include "worker/slots.h"

namespace gyr::worker {

/// The source of the flows of jobs. In a single process this is the cache of the executor, so that each flow is
/// compiled once.
class FlowSource {
 public:
  using Done = std::move_only_function<void(base::Result<std::shared_ptr<const engine::CompiledFlow>>)>;
  virtual ~FlowSource() = default;
  /// Thread-safe. Calls back exactly once, on any thread. `templates`: see model::Flow::templates.
  virtual void get(const model::FlowKey& key, int32_t revision, const std::string& templates, Done done) = 0;
};

/// The name, folders and limits of a worker. They do not change.
struct WorkerOptions {
  std::string id;
  size_t processes = 64;  ///< maximum number of concurrent processes; others wait in order
  std::filesystem::path temporary;
  std::filesystem::path cache;
  storage::HostFiles host_files;  ///< local files of the machine that tasks can read
  plugin::PluginSettings plugin_settings = {};
  bool recursive_rendering = false;  ///< render each text until it no longer changes (EXPR-312)
};

/// The services that a worker uses. All must outlive it.
struct WorkerServices {
  base::Loop& loop;
  const base::Clock& clock;
  FlowSource& flows;
  storage::Storage& storage;
  net::Pool& files;
  process::Spawner& spawner;
  net::HttpClient& http;
};

/// Lives on its loop. receive() accepts the frames of the server there; shutdown() ends the running jobs.
class Worker {
 public:
  Worker(WorkerOptions options, WorkerServices services, protocol::Link& server);
  ~Worker();

  void receive(protocol::Frame frame);
  size_t running() const { return attempts_.size() + evaluations_.running(); }
  /// Accepts no new jobs, waits up to `grace` for the running attempts, then cancels them; completes when all have
  /// ended. Cancelled attempts are not reported and therefore run again (EXEC-134).
  base::Task<void> shutdown(std::chrono::milliseconds grace);
  /// Call after shutdown(). Returns whether attempts were still running at the end of the grace period.
  bool ended_by_force() const { return ended_by_force_; }

 private:
  class LimitedProcesses;

  void take(protocol::Frame& frame);
  // An exception in one of these becomes a failure of the job, attempt or rendering (base/edge.h).
  base::Task<void> run_job(protocol::Job job);
  base::Task<protocol::Result> run_attempt(std::shared_ptr<Attempt> attempt, AttemptOrder order);
  base::Task<void> run_known_job(protocol::Job job);
  base::Task<protocol::Result> run_in_context(std::shared_ptr<Attempt> attempt, const engine::CompiledTask* known_task,
                                              protocol::AttemptKey job, AttemptContext* known_context);
  base::Task<protocol::Result> run_directory(std::shared_ptr<Attempt> attempt,
                                             std::shared_ptr<const engine::CompiledFlow> flow, protocol::Job job);
  base::Task<void> run_render(protocol::RenderJob job);
  base::Task<void> render(protocol::RenderJob job);
  base::Task<base::Result<std::shared_ptr<const engine::CompiledFlow>>> get_flow(model::FlowKey key, int32_t revision,
                                                                                 std::string templates = {});
  AttemptServices attempt_services();
  void refuse(const protocol::Job& job, std::shared_ptr<const model::FlowKey> flow, std::string message);
  void log_error(const protocol::AttemptKey& key, std::shared_ptr<const model::FlowKey> flow,
                 const std::string& task_id, uint32_t sequence, std::string message);
  model::State send_report(protocol::ChildReport report, const std::shared_ptr<const model::FlowKey>& flow);
  void send_result(protocol::Result result, const std::shared_ptr<const model::FlowKey>& flow,
                   const std::string& task_id);
  base::Task<void> run_evaluation(protocol::TriggerJob job);
  void attempt_over(const protocol::AttemptKey& key);
  void tell_end();

  WorkerOptions options_;
  WorkerServices services_;
  protocol::Link& server_;
  HostClient host_;
  LogSender logs_;
  Slots process_slots_;
  std::unique_ptr<LimitedProcesses> processes_;
  std::unique_ptr<plugin::HttpClient> http_;
  base::TaskScope scope_;
  Evaluations evaluations_;
  std::map<protocol::AttemptKey, std::shared_ptr<Attempt>> attempts_;
  std::map<protocol::AttemptKey, protocol::Result> unacknowledged_;
  bool stopping_ = false;
  bool ended_by_force_ = false;
  base::CancelSource all_ended_;  // cancelled when the last attempt has ended after the start of shutdown()
};

}  // namespace gyr::worker
