// The server's end of WorkerLink: gives work to workers fairly, takes their reports, answers their calls.
#pragma once

#include <atomic>
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
#include "executor/change_hub.h"
#include "executor/host_service.h"
#include "executor/workers.h"
#include "link/frames.h"
#include "store/store.h"

namespace gyr::executor {

/// Where reports of workers go: Executor::worker_event.
using WorkerEvents = std::function<void(const model::FlowKey&, base::Id execution, engine::EventBody,
                                        std::optional<engine::AttemptRef>)>;

/// Where reports on triggers go: Executor::trigger_event.
using TriggerEvents = std::function<void(const model::FlowKey&, TriggerReport)>;

/// What the hub works with; everything outlives it, and the loop has stopped before it is destroyed.
struct HubServices {
  store::Store& store;
  HostService& host;
  ChangeHub& changes;  ///< hears of stored log lines
  const base::Clock& clock;
  base::Loop& loop;  ///< for the pause before log lines that could not be stored are tried again
};

/// Work is queued per tenant and flow, and the flows take turns: one with ten thousand waiting tasks does not delay
/// another's first. The queue comes from committed state and refuses nothing; it is bounded by the door, which takes no
/// new executions while queued_bytes() is high (ExecutorOptions::queued_work_bytes). Any thread; one lock, held for
/// queue operations only.
class WorkerHub final : public Workers {
 public:
  explicit WorkerHub(HubServices services);

  void set_events(WorkerEvents events) { events_ = std::move(events); }
  void set_trigger_events(TriggerEvents events) { trigger_events_ = std::move(events); }

  /// A worker has connected. `link` is used until disconnect() and must accept frames from any thread.
  void connect(const std::string& worker_id, link::Link& link, uint32_t capacity);
  /// A worker is gone: what it ran is given to another (EXEC-133).
  void disconnect(const std::string& worker_id);
  /// A frame of a worker. Any thread; frames of one worker one after another.
  void receive(const std::string& worker_id, link::Frame frame);

  void dispatch(const WorkOrigin& origin, engine::Dispatch job) override;
  void render(const WorkOrigin& origin, engine::RenderRequest request) override;
  void kill(const WorkOrigin& origin, engine::AttemptRef attempt) override;
  void acknowledge(const WorkOrigin& origin, engine::AttemptRef attempt) override;
  void evaluate(const WorkOrigin& origin, const std::string& trigger_id,
                engine::trigger::Evaluation evaluation) override;
  void end_evaluation(const WorkOrigin& origin) override;
  void event_stored(const WorkOrigin& listener, uint64_t number, const std::string& problem) override;
  void set_operator_holds(const HoldSetPtr& operator_holds) override;
  uint64_t queued_bytes() const override { return queued_bytes_.load(std::memory_order_relaxed); }

  /// Jobs that wait for a worker, and jobs that workers have.
  size_t queued() const;
  size_t running() const;
  /// Workers have no jobs but listeners, which never end by themselves.
  bool is_idle() const;

 private:
  struct WorkKey {
    link::AttemptKey attempt;
    uint32_t request = 0;  ///< 0: a job; else the number of a rendering
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
    link::Frame frame;
    uint64_t bytes = 0;  ///< of memory, about
  };
  struct FlowQueue {
    std::deque<Work> work;
  };
  struct Outstanding {
    WorkOrigin origin;
    std::string worker;
    /// A rendering: the engine asks for it once, so it is kept to be given to another worker if this one is lost.
    std::optional<link::RenderJob> rendering = {};
    uint64_t bytes = 0;
    std::string trigger_id = {};  ///< of an evaluation
    bool takes_room = true;       ///< of the worker's capacity: a listener does not
  };
  /// What a worker says of an attempt, of a task inside of its directory, or of a trigger.
  using Report = std::variant<link::Result, link::ChildReport, link::TriggerResult>;
  /// One that came behind log lines which are not stored yet.
  struct WaitingReport {
    Report report;
    uint64_t behind = 0;  ///< the last of those chunks
  };
  struct ConnectedWorker {
    link::Link* link = nullptr;
    uint32_t capacity = 0;
    uint32_t running = 0;
    uint64_t connection = 0;           ///< which one it is
    std::set<uint64_t> unstored = {};  ///< chunks of log lines on their way into the store
    std::deque<WaitingReport> reports = {};
    bool releasing = false;  ///< a thread applies those that wait, one after another

    /// Reports are applied in their order: what comes now is behind what waits, also behind one that is being applied.
    bool holds_reports() const { return releasing || !unstored.empty(); }
  };

  /// Lines of one chunk on their way into the store.
  struct LogBatch {
    std::string worker;
    uint64_t number = 0;
    std::vector<model::LogEntry> entries;
    uint64_t bytes = 0;
  };

  void enqueue(Work work);
  /// Lock held.
  void put_into_queue(Work work);
  bool is_ignored(const Work& work) const {
    return operator_holds_->ignoring(*work.origin.flow, work.origin.execution) != nullptr;
  }
  void hold_what_is_ignored();
  /// Gives out what can be given out; what no worker can take is returned. Lock held.
  [[nodiscard]] std::vector<Work> pump();
  void leave_queue(const Work& work);
  /// Not under the lock.
  void refuse(std::vector<Work> too_large);
  ConnectedWorker* free_worker(std::string& id);
  void receive_report(const std::string& worker_id, Report report);
  void apply_report(const std::string& worker_id, Report report);
  void finish_attempt(link::Result result);
  // worker_hub_triggers.cc
  void finish_evaluation(link::TriggerResult result);
  void receive_event(const std::string& worker_id, link::TriggerEvent event);
  void kill(const WorkKey& key, const model::FlowKey& flow);
  void receive_logs(const std::string& worker_id, std::vector<model::LogEntry> entries);
  std::optional<Outstanding> finished(const WorkKey& key);
  void store_logs(std::shared_ptr<LogBatch> batch);
  void logs_stored(const LogBatch& batch);
  void keep_logs(std::shared_ptr<LogBatch> batch);
  void store_kept_logs();
  void answer(const std::string& worker_id, link::HostCall call);
  /// Of a job that this worker has; nothing where it has it no more.
  std::optional<WorkOrigin> origin_of(const link::AttemptKey& job, const std::string& worker_id) const;
  /// The trigger of an evaluation that this worker has, with its flow; nothing else.
  std::optional<std::pair<std::shared_ptr<const model::FlowKey>, std::string>> trigger_of(
      const link::AttemptKey& job, const std::string& worker_id) const;
  void child_reported(const std::string& worker_id, link::ChildReport report);

  HubServices services_;
  WorkerEvents events_;
  TriggerEvents trigger_events_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, ConnectedWorker> workers_;
  std::unordered_map<model::FlowKey, FlowQueue> queues_;
  std::list<model::FlowKey> turns_;  ///< flows with waiting work, the next one first
  std::unordered_map<WorkKey, Outstanding, WorkKeyHash> outstanding_;
  HoldSetPtr operator_holds_ = std::make_shared<const HoldSet>();
  std::deque<Work> ignored_;  ///< in the order in which it was asked for; in none of the queues
  size_t queued_ = 0;
  std::atomic<uint64_t> queued_bytes_{0};
  uint64_t chunks_ = 0;
  uint64_t connections_ = 0;
  std::vector<std::shared_ptr<LogBatch>> kept_logs_;  ///< could not be stored: bounded by the windows of the workers
};

}  // namespace gyr::executor
