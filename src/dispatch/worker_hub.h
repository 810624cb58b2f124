// The server end of WorkerLink: dispatches work to workers fairly, receives their reports, answers their calls.
#pragma once

#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/loop.h"
#include "cluster/change_hub.h"
#include "dispatch/workers.h"
#include "host/host_calls.h"
#include "protocol/frames.h"
#include "store/store.h"

namespace gyr::executor {

/// The services that the hub uses. All must outlive it, and the loop must have stopped before it is destroyed.
struct HubServices {
  store::Store& store;
  HostCalls& host;
  ChangeHub& changes;  ///< informed of stored log lines
  const base::Clock& clock;
  base::Loop& loop;         ///< for the delay before log lines that could not be stored are retried
  WorkerReports& reports;   ///< gets what workers report
  QueuedWork& queued_work;  ///< counts what waits for a worker
};

/// Work is queued per tenant and flow, and the flows take turns: a flow with ten thousand waiting tasks does not delay
/// the first task of another flow. The queue comes from committed state and refuses nothing; it is limited at the
/// entry, which accepts no new executions while QueuedWork is high (ExecutorOptions::queued_work_bytes).
/// Thread-safe; one lock, held only for queue operations.
class WorkerHub final : public Workers {
 public:
  explicit WorkerHub(HubServices services);

  /// A worker has connected. `link` is used until disconnect() and must accept frames from any thread.
  void connect(const std::string& worker_id, protocol::Link& link, uint32_t capacity);
  /// A worker was lost: its jobs are dispatched to other workers (EXEC-133).
  void disconnect(const std::string& worker_id);
  /// A frame of a worker. Thread-safe; frames of one worker must arrive one after another. Does not throw: an
  /// exception becomes the failure of the attempt, evaluation, rendering or host call that the frame is about.
  void receive(const std::string& worker_id, protocol::Frame frame);

  void dispatch(const WorkOrigin& origin, engine::Dispatch job) override;
  void render(const WorkOrigin& origin, engine::RenderRequest request) override;
  void kill(const WorkOrigin& origin, engine::AttemptRef attempt) override;
  void acknowledge(const WorkOrigin& origin, engine::AttemptRef attempt) override;
  void evaluate(const WorkOrigin& origin, const std::string& trigger_id,
                engine::trigger::Evaluation evaluation) override;
  void end_evaluation(const WorkOrigin& origin) override;
  void event_stored(const WorkOrigin& listener, uint64_t number, const std::string& problem) override;
  void set_operator_holds(const HoldSetPtr& operator_holds) override;

  /// The number of jobs that wait for a worker, and of jobs on workers.
  size_t queued() const;
  size_t running() const;
  /// A job that a worker has now.
  struct Running {
    std::shared_ptr<const model::FlowKey> flow;
    base::Id execution;
    base::Id task_run;
    int32_t attempt = 0;
    std::string trigger_id;  ///< of an evaluation; its other ids name no task run
    std::string worker;
  };
  struct RunningPage {
    size_t total = 0;
    std::vector<Running> running;
  };
  /// In the order of executions and task runs, from the one at `from` on; renderings are left out.
  RunningPage running_page(size_t from, size_t size) const;
  /// Whether workers have no work except listeners, which do not end by themselves.
  bool is_idle() const;

 private:
  struct WorkKey {
    protocol::AttemptKey attempt;
    uint32_t request = 0;  ///< 0: a job; otherwise the number of a rendering
    friend bool operator==(const WorkKey&, const WorkKey&) = default;
  };
  struct WorkKeyHash {
    size_t operator()(const WorkKey& key) const {
      return base::IdHash()(key.attempt.task_run_id) ^ (base::IdHash()(key.attempt.execution_id) * 31) ^
             (key.request * 0x9E3779B9U);
    }
  };
  struct Work {
    WorkKey key;
    WorkOrigin origin;
    protocol::Frame frame;
    uint64_t bytes = 0;  ///< the approximate memory in bytes
  };
  struct FlowQueue {
    std::deque<Work> work;
  };
  struct Outstanding {
    WorkOrigin origin;
    std::string worker;
    /// A rendering. The engine requests it once, so it is kept for another worker if this one is lost.
    std::optional<protocol::RenderJob> rendering = {};
    uint64_t bytes = 0;
    std::string trigger_id = {};  ///< of an evaluation
    bool takes_room = true;       ///< whether it uses the capacity of the worker: a listener does not
  };
  /// A report of a worker about an attempt, about a task in a WorkingDirectory, or about a trigger.
  using Report = std::variant<protocol::Result, protocol::ChildReport, protocol::TriggerResult>;
  /// A report that arrived after log lines that are not stored yet.
  struct WaitingReport {
    Report report;
    uint64_t behind = 0;  ///< the last of those chunks
  };
  struct ConnectedWorker {
    protocol::Link* link = nullptr;
    uint32_t capacity = 0;
    uint32_t running = 0;
    uint64_t connection = 0;           ///< the number of the connection
    std::set<uint64_t> unstored = {};  ///< chunks of log lines that are being stored
    std::deque<WaitingReport> reports = {};
    bool releasing = false;  ///< a thread is applying the waiting reports, one after another

    /// Reports are applied in order: a new one follows the waiting ones and the one that is being applied.
    bool holds_reports() const { return releasing || !unstored.empty(); }
  };

  /// The lines of one chunk that are being stored.
  struct LogBatch {
    std::string worker;
    uint64_t number = 0;
    std::vector<model::LogEntry> entries;
    uint64_t bytes = 0;
  };

  void enqueue(Work work);
  /// Requires the lock.
  void put_into_queue(Work work);
  bool is_ignored(const Work& work) const {
    return operator_holds_->ignoring(*work.origin.flow, work.origin.execution) != nullptr;
  }
  void hold_what_is_ignored();
  /// Work that no worker can take, and why.
  struct Refused {
    Work work;
    std::string message;
  };
  /// Dispatches as much work as possible; returns the work that no worker can take. Requires the lock.
  [[nodiscard]] std::vector<Refused> pump();
  void leave_queue(const Work& work);
  /// Call it without the lock.
  void refuse(std::vector<Refused> refused);
  void take(const std::string& worker_id, protocol::Frame& frame);
  /// An exception has ended a frame.
  void give_up(const std::string& worker_id, const protocol::Frame& frame, const base::Error& error);
  /// Reports that the work has failed. Call it without the lock.
  void fail(const WorkKey& key, const WorkOrigin& origin, const std::string& trigger_id, std::string message);
  /// Passes on what became of the work with `tell`; if that throws, the work has failed.
  void end_work(const WorkKey& key, const Outstanding& work, const std::function<void(const Outstanding&)>& tell);
  ConnectedWorker* free_worker(std::string& id);
  void receive_report(const std::string& worker_id, Report report);
  void apply_report(const std::string& worker_id, Report report);
  void finish_attempt(protocol::Result result);
  // worker_hub_triggers.cc
  /// A report about an evaluation, which is never refused.
  void tell_trigger(const model::FlowKey& flow, TriggerReport report);
  void finish_evaluation(protocol::TriggerResult result);
  void receive_event(const std::string& worker_id, protocol::TriggerEvent event);
  void kill(const WorkKey& key, const model::FlowKey& flow);
  void receive_logs(const std::string& worker_id, std::vector<model::LogEntry> entries);
  std::optional<Outstanding> finished(const WorkKey& key);
  void store_logs(std::shared_ptr<LogBatch> batch);
  void logs_stored(const LogBatch& batch);
  void keep_logs(std::shared_ptr<LogBatch> batch);
  void store_kept_logs();
  void answer(const std::string& worker_id, protocol::HostCall call);
  /// Of a job that this worker has; nothing if it no longer has it.
  std::optional<WorkOrigin> origin_of(const protocol::AttemptKey& job, const std::string& worker_id) const;
  /// The trigger, with its flow, of an evaluation that this worker has; nothing otherwise.
  std::optional<std::pair<std::shared_ptr<const model::FlowKey>, std::string>> trigger_of(
      const protocol::AttemptKey& job, const std::string& worker_id) const;
  void child_reported(const std::string& worker_id, protocol::ChildReport report);

  HubServices services_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, ConnectedWorker> workers_;
  std::unordered_map<model::FlowKey, FlowQueue> queues_;
  std::list<model::FlowKey> turns_;  ///< the flows with waiting work, next one first
  std::unordered_map<WorkKey, Outstanding, WorkKeyHash> outstanding_;
  HoldSetPtr operator_holds_ = std::make_shared<const HoldSet>();
  std::deque<Work> ignored_;  ///< in the order of the requests; not in the queues
  size_t queued_ = 0;
  uint64_t chunks_ = 0;
  uint64_t connections_ = 0;
  std::vector<std::shared_ptr<LogBatch>> kept_logs_;  ///< could not be stored: limited by the windows of the workers
};

}  // namespace gyr::executor
