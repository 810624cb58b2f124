// For the tests of the executor: a real SQLite store in a temporary folder, the real executor, workers that the test
// controls, and a store in between that can refuse commits, delay them, or simulate a crash.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "executor/executor.h"
#include "executor/mailboxes.h"
#include "executor/trigger_meters.h"
#include "intake/starter.h"
#include "net/loop.h"
#include "storage/storage.h"
#include "store/entities/kill_switch.h"
#include "store/test_rows.h"

namespace gyr::executor::test {

/// Tests wait for events; if an event does not arrive within this time, the test fails.
inline constexpr std::chrono::seconds patience{60};

/// Forwards everything to another store, except for the commits that the test changes. Thread-safe.
class FaultyStore final : public store::Store {
 public:
  explicit FaultyStore(std::unique_ptr<store::Store> below) : below_(std::move(below)) {}

  /// Refuses the commit after the next `after` ones, once.
  void refuse_one(size_t after = 0, base::ErrorCode code = store::store_failed);
  /// Simulates the death of the process: nothing is written after `commits` more commits.
  void die_after(size_t commits);
  /// Called when the first commit after the death is refused; immediately if that has happened.
  void set_on_death(std::function<void()> on_death);
  /// Called after each commit that succeeded or was refused.
  void set_on_commit(std::function<void()> on_commit);
  /// Commits wait until release().
  void hold();
  void release();
  void wait_until_held();
  void set_writable(bool writable) { writable_ = writable; }
  size_t commits() const;

  void commit(store::Batch batch, Done done) override;
  size_t backlog_bytes() const override { return backlog_bytes_ + below_->backlog_bytes(); }
  void set_backlog_bytes(size_t bytes) { backlog_bytes_ = bytes; }
  uint64_t generation() const override { return below_->generation(); }
  base::Result<store::Lease> acquire_lease(store::LeaseRequest request) override {
    return below_->acquire_lease(std::move(request));
  }
  base::Result<void> renew_lease(const store::Lease& lease, base::Duration length) override {
    return below_->renew_lease(lease, length);
  }
  base::Result<void> release_lease(const store::Lease& lease) override { return below_->release_lease(lease); }
  void read(std::move_only_function<void(store::Reader&)> work) override { below_->read(std::move(work)); }
  base::Result<std::unique_ptr<store::Reader>> open_reader() override { return below_->open_reader(); }
  base::Result<void> backup(const std::string& folder) override { return below_->backup(folder); }
  base::Result<bool> apply_retention(base::Instant now) override { return below_->apply_retention(now); }
  base::Result<size_t> purge_expired_keys(base::Instant now, size_t at_most) override {
    return below_->purge_expired_keys(now, at_most);
  }
  base::Result<std::vector<store::LeftFiles>> left_files(base::Id after, size_t at_most) override {
    return below_->left_files(after, at_most);
  }
  base::Result<void> forget_left_files(const std::vector<store::LeftFiles>& gone) override {
    return below_->forget_left_files(gone);
  }
  bool writable() const override { return writable_ && below_->writable(); }
  void close() override { below_->close(); }

 private:
  void committed();
  std::unique_ptr<store::Store> below_;
  std::atomic<bool> writable_{true};
  std::atomic<size_t> backlog_bytes_{0};
  mutable std::mutex mutex_;
  std::condition_variable held_one_;
  size_t commits_ = 0;
  std::optional<size_t> refuse_at_;
  base::ErrorCode refuse_code_ = store::store_failed;
  std::optional<size_t> dies_at_;
  bool dead_ = false;
  std::function<void()> on_death_;
  std::function<void()> on_commit_;
  bool holding_ = false;
  std::vector<std::pair<store::Batch, Done>> held_;
};

/// Keeps all work until the test takes it.
class ManualWorkers final : public Workers {
 public:
  /// `queued_work`: what the test says that it is.
  ManualWorkers(WorkerReports& reports, QueuedWork& queued_work) : reports_(reports), queued_work_(queued_work) {}
  struct Job {
    WorkOrigin origin;
    engine::Dispatch dispatch;
  };
  void dispatch(const WorkOrigin& origin, engine::Dispatch job) override;
  void render(const WorkOrigin& origin, engine::RenderRequest request) override;
  void kill(const WorkOrigin& origin, engine::AttemptRef attempt) override;
  void acknowledge(const WorkOrigin& origin, engine::AttemptRef attempt) override;
  void evaluate(const WorkOrigin& origin, const std::string& trigger_id,
                engine::trigger::Evaluation evaluation) override;
  void end_evaluation(const WorkOrigin& origin) override;
  void event_stored(const WorkOrigin& listener, uint64_t number, const std::string& problem) override;
  void set_queued_bytes(uint64_t bytes) {
    queued_work_.remove(queued_work_.bytes());
    queued_work_.add(bytes);
  }

  struct Evaluation {
    WorkOrigin origin;
    std::string trigger_id;
    engine::trigger::Evaluation asked;
  };
  /// Waits for an evaluation of a trigger.
  Evaluation take_evaluation(std::string_view trigger_id = "t");
  size_t waiting_evaluations() const;
  /// A report of a worker; `number`: of an event of a listener.
  void tell(const Evaluation& evaluation, engine::trigger::Event event, uint64_t number = 0);
  void found(const Evaluation& evaluation, base::Value variables);
  void found_nothing(const Evaluation& evaluation);
  void failed(const Evaluation& evaluation, std::string error, bool was_listening = false);
  /// Waits until a worker is told to end this evaluation.
  void wait_for_end(const Evaluation& evaluation);
  /// Waits for the outcome of an event: empty, or the problem.
  std::string wait_for_event(const Evaluation& listener, uint64_t number);

  /// Waits for a job of this task.
  Job take(std::string_view task_id);
  size_t waiting() const;
  void finish(const Job& job, model::State state = model::State::success, base::Value outputs = {});
  void wait_for_acknowledgements(size_t count);
  std::vector<engine::AttemptRef> acknowledged() const;
  /// Handlers for jobs and renderings: true if the job was handled; the rendered value. Set them while the server is
  /// idle.
  struct Script {
    std::function<bool(ManualWorkers&, const Job&)> job;
    std::function<base::Result<base::Value>(const engine::RenderRequest&)> rendering;
    std::function<bool(ManualWorkers&, const Evaluation&)> evaluation = {};
  };
  void set_script(Script script) { script_ = std::move(script); }
  /// A report about a job that does not end it.
  void report(const Job& job, engine::EventBody event);

 private:
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Job> jobs_;
  std::vector<engine::AttemptRef> acknowledged_;
  std::vector<Evaluation> evaluations_;
  std::vector<base::Id> ended_evaluations_;
  std::map<std::pair<base::Id, uint64_t>, std::string> events_;
  Script script_;
  WorkerReports& reports_;
  QueuedWork& queued_work_;
};

/// The clock of the machine, until the test sets it: then it stands still.
class TestClock final : public base::Clock {
 public:
  base::Instant now() const override { return set_ ? set_clock_.now() : system_.now(); }
  void set(base::Instant now) {
    set_clock_.set(now);
    set_ = true;
  }

 private:
  base::SystemClock system_;
  base::VirtualClock set_clock_{base::Instant{}};
  std::atomic<bool> set_{false};
};

/// One data folder, with one server at a time on it. A server can be started again after its end.
class Harness {
 public:
  explicit Harness(ExecutorOptions options = {.threads = 1, .partitions = 2});
  ~Harness();

  void start();
  /// Of the workers of the current and the following servers.
  void set_script(ManualWorkers::Script script);
  /// The ignore options of the following servers.
  void set_ignore(IgnoreOptions ignore);
  /// Stores a kill switch and informs the current server.
  void put_switch(store::KillSwitchRow row);
  void set_maintenance(bool on);
  /// Informs the current server of the stored rules.
  void read_operator_holds();
  /// Stops the server; start() starts the next one.
  void stop();
  /// The same; from now on nothing is written any more.
  void crash();
  /// Writes the file as a fatal signal does while this execution is being processed; call it between two servers.
  void mark_abort(base::Id execution);

  /// Waits for the answer.
  template <OneCommand C>
  base::Result<typename C::Answer> submit(C command) {
    auto answer = begin(std::move(command)).wait();
    if (!answer) return base::fail(answer.error());
    return std::get<typename C::Answer>(*std::move(answer));
  }
  /// The answer, without a time limit.
  struct Pending {
    base::Result<Answer> wait();
    struct State {
      std::mutex mutex;
      std::condition_variable arrived;
      std::optional<base::Result<Answer>> answer;
    };
    std::shared_ptr<State> state;
  };
  Pending begin(Command command);
  void deploy(std::string_view source, std::string_view id);
  /// Stores another version of a template of `company.team`.
  void put_template(std::string_view id, std::string_view source, bool deleted = false);
  FlowCache& flows();
  /// An id for a new execution of the flow.
  base::Id new_id(std::string_view flow) const;
  CreateExecution create(std::string_view flow, std::string idempotency_key = {}) const;
  base::Id run(std::string_view flow);
  /// The same in a process that dies after this many more commits (at least one). The execution is stored when this
  /// returns.
  base::Id run_until_death(std::string_view flow, size_t commits);
  /// Waits until no work is left for the execution.
  model::State wait_for_end(base::Id execution);
  void wait_until(base::Id execution, const std::function<bool(const store::ExecutionRow&)>& holds);
  /// Waits for the death of the process (FaultyStore::die_after) or the end of the execution; returns true if the
  /// process died first.
  bool wait_for_death_or_end(base::Id execution);

  /// Stops the clock at this time (`2024-01-01T10:00:00Z`) and notifies the partitions.
  void set_clock(std::string_view time);
  /// The same between two servers.
  void set_clock_only(std::string_view time);
  /// Waits until this is true for the stored rows, checked after each commit; returns false if the process died first.
  bool wait_for(const std::function<bool(store::Reader&)>& holds);
  /// The executions of a flow of `company.team`, in the order of their ids.
  std::vector<store::ExecutionRow> executions(std::string_view flow);
  std::optional<store::TriggerRow> trigger(std::string_view flow, std::string_view id);
  std::vector<std::string> trigger_log(std::string_view flow);

  std::optional<store::ExecutionRow> row(base::Id execution);
  std::vector<base::Id> children(base::Id execution);
  /// `task:STATE` of each run, separated by spaces.
  std::string tree(base::Id execution);
  std::vector<std::string> log_messages(base::Id execution);

  FaultyStore& store();
  ManualWorkers& workers();
  /// Ends the executor while the rest of the server keeps running.
  void stop_executor();
  TriggerMeters::Snapshot trigger_meters() const;
  /// The answer of a host call of an execution of `company.team.FLOW`.
  base::Result<base::Value> host_call(std::string_view flow, base::Id execution, std::string function,
                                      base::Value arguments, base::Id task_run = {});
  storage::Storage& storage();
  /// The thread on which the host reads and writes files.
  net::Pool& files();

 private:
  struct Life;
  std::vector<model::LogEntry> log(store::LogQuery query);
  void set_operator_holds(store::Batch batch);

  ExecutorOptions options_;
  store::test::TemporaryFolder folder_;
  TestClock clock_;
  ManualWorkers::Script script_;
  IgnoreOptions ignore_;
  std::unique_ptr<Life> life_;
};

}  // namespace gyr::executor::test
