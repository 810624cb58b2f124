// For tests of the server's end of WorkerLink: a hub with a real store, a link in memory, and the frames that arrive.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "dispatch/worker_hub.h"
#include "executor/testing/harness.h"
#include "protocol/memory_link.h"
#include "storage/storage.h"

namespace gyr::executor::test {

using base::Id;
using base::Value;

/// The frames that a worker received, in order. Thread-safe.
class Inbox {
 public:
  void add(protocol::Frame frame) {
    std::lock_guard lock(mutex_);
    frames_.push_back(std::move(frame));
    arrived_.notify_all();
  }
  template <class T>
  std::vector<T> all() const {
    std::lock_guard lock(mutex_);
    std::vector<T> out;
    for (const auto& frame : frames_) {
      if (const auto* wanted = std::get_if<T>(&frame)) out.push_back(*wanted);
    }
    return out;
  }
  /// Waits for the first of a kind.
  template <class T>
  T wait() {
    std::unique_lock lock(mutex_);
    const T* found = nullptr;
    auto look = [&] {
      for (const auto& frame : frames_) {
        if (const auto* wanted = std::get_if<T>(&frame)) found = wanted;
      }
      return found != nullptr;
    };
    if (!arrived_.wait_for(lock, patience, look)) {
      ADD_FAILURE() << "the frame did not come";
      return {};
    }
    return *found;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<protocol::Frame> frames_;
};

/// A hub with the link of one worker in memory, a store that can fail, and the events that the hub reports.
class WorkerHubTest : public ::testing::Test, private WorkerReports {
 protected:
  WorkerHubTest();
  static engine::trigger::Evaluation look(uint64_t id, bool listens = false) {
    return {Id{1, id}, listens, Value::map({{"a", Value::integer(1)}})};
  }
  static protocol::TriggerResult looked(uint64_t id) {
    protocol::TriggerResult result;
    result.key.execution_id = Id{1, id};
    return result;
  }
  template <class T>
  const T& report(size_t place) const {
    return std::get<T>(reports_.at(place).event);
  }
  ~WorkerHubTest() override;

  WorkOrigin origin(std::string flow, uint64_t execution) {
    return {std::make_shared<const model::FlowKey>(model::FlowKey{"main", "company.team", std::move(flow)}), 1,
            Id{1, execution}};
  }
  static engine::Dispatch job(uint64_t run, Value context = Value::empty_map()) {
    engine::Dispatch dispatch;
    dispatch.attempt = {Id{2, run}, 0, 1};
    dispatch.task_id = "task-" + std::to_string(run);
    dispatch.context = std::move(context);
    return dispatch;
  }
  /// The next report of a worker ends with an exception.
  void throw_once() { throws_ = true; }
  std::vector<std::string> given() const {
    std::vector<std::string> out;
    for (const auto& frame : inbox_.all<protocol::Job>()) out.push_back(frame.task_id);
    return out;
  }
  void finish(uint64_t execution, uint64_t run) {
    protocol::Result result;
    result.key = {Id{1, execution}, Id{2, run}, 0, 1};
    hub_->receive("w", std::move(result));
  }
  static protocol::LogChunk chunk(uint64_t execution, std::string message) {
    model::LogEntry line;
    line.execution_id = Id{1, execution};
    line.flow = std::make_shared<const model::FlowKey>(model::FlowKey{"main", "company.team", "a"});
    line.task_id = "task";
    line.task_run_id = Id{2, 1};
    line.sequence = 1;
    line.timestamp = base::Instant::of_millis(1'767'600'000'000);
    line.message = std::move(message);
    return {{line}};
  }

  void worker_event(const model::FlowKey& flow, Id execution, engine::EventBody body,
                    std::optional<engine::AttemptRef> acknowledge) override;
  std::optional<base::Error> trigger_event(const model::FlowKey& flow, TriggerReport report) override;

  store::test::TemporaryFolder folder_;
  base::SystemClock clock_;
  base::ManualLoop loop_;
  ChangeHub changes_;
  security::Secrets secrets_;
  std::unique_ptr<net::Pool> pool_ = net::make_pool("files", 1);
  std::unique_ptr<FaultyStore> store_;
  std::unique_ptr<storage::Storage> storage_;
  QueuedWork queued_work_;
  std::unique_ptr<Mailboxes> mailboxes_;  ///< for the commands of the host; no executor takes them
  std::unique_ptr<HostService> host_;
  std::unique_ptr<WorkerHub> hub_;
  Inbox inbox_;
  protocol::MemoryLink link_{nullptr, [this](protocol::Frame frame) { inbox_.add(std::move(frame)); }};
  std::vector<std::pair<Id, engine::EventBody>> events_;
  std::vector<TriggerReport> reports_;
  bool throws_ = false;                                     ///< the next report ends with an exception
  std::optional<base::Error> refusal_;                      ///< of events of listeners
  std::function<void(const engine::EventBody&)> on_event_;  ///< called before an event is noted
};

}  // namespace gyr::executor::test
