// The simulated workers: they speak the real protocol, frame by frame, over links that delay and break.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "auditor.h"
#include "canary.h"
#include "dispatch/worker_hub.h"
#include "events.h"
#include "protocol/frames.h"
#include "random.h"
#include "scenario.h"

namespace gyr::simulation {

/// All workers of one server, through all its lives. What an attempt comes to follows from the seed, the task and how
/// often it has failed, so that it does not depend on faults.
class Fleet {
 public:
  Fleet(Events& events, const Scenario& scenario, Canary canary, Auditor& auditor, size_t number);
  ~Fleet();

  /// A server has started; workers connect by and by.
  void server_up(executor::WorkerHub& hub, const Standstill& sleep);
  /// It is gone: every link breaks, and some workers with it.
  void server_down();
  void calm() { calm_ = true; }
  /// Jobs that run somewhere.
  size_t running() const;

 private:
  class WorkerLink;
  /// A job whose tasks the worker runs one after another (TASK-40).
  struct Directory {
    protocol::Job job;
    const PlannedList* tasks = nullptr;
    size_t next = 0;
    base::Id child;        ///< the task run under way
    std::string token;     ///< of its attempt; empty between two
    int32_t attempts = 0;  ///< that it has ended
    uint32_t log_sequence = 0;
  };
  struct Attempt {
    std::string token;
    protocol::Result result;
    std::shared_ptr<Directory> directory;
  };
  /// What an attempt comes to.
  struct Fate {
    int64_t duration_ms = 0;
    model::State state = model::State::success;
    uint32_t lines = 0;
  };
  struct Worker {
    std::string id;
    uint64_t process = 0;     ///< which one it is: events of an earlier one do not concern it
    uint64_t connection = 0;  ///< 0: none
    int64_t last_in_us = 0;   ///< frames of a link arrive in order
    int64_t last_out_us = 0;
    std::vector<std::string> socket;  ///< frames of this connection that the server has not read, in order
    std::map<protocol::AttemptKey, Attempt> running;
    std::map<protocol::AttemptKey, protocol::Result> kept;  ///< until acknowledged
  };

  protocol::Sent to_worker(size_t worker, uint64_t connection, const protocol::Frame& frame);
  void to_server(size_t worker, const protocol::Frame& frame);
  /// Frames for a server that sleeps lie in its socket.
  void deliver(size_t worker, uint64_t connection, std::string bytes, int64_t delay_us);
  void read_socket(size_t worker, uint64_t connection);
  void receive(size_t worker, const std::string& bytes);
  void arrive(size_t worker, protocol::Frame frame);
  void connect(size_t worker);
  void connect_later(size_t worker, int64_t delay_us);
  /// The hub notices after a while that the worker's link is broken.
  void break_link(size_t worker);
  void new_process(size_t worker);
  void run(size_t worker, const protocol::Job& job);
  Fate fate_of(const PlannedTask& task, const protocol::Job& job, uint32_t failures) const;
  void write_lines(size_t worker, const protocol::Job& job, protocol::AttemptKey running, const std::string& token,
                   uint32_t lines, int64_t duration_us);
  // Of a directory's job, while it runs.
  Directory* directory_of(size_t worker, const protocol::AttemptKey& key);
  void later(size_t worker, protocol::AttemptKey key, int64_t delay_us,
             void (Fleet::*step)(size_t, const protocol::AttemptKey&));
  void next_child(size_t worker, const protocol::AttemptKey& key);
  void begin_child(size_t worker, const protocol::AttemptKey& key);
  void end_child(size_t worker, const protocol::AttemptKey& key);
  void report(size_t worker, const Directory& directory, protocol::ChildReport::Kind kind, model::State state);
  protocol::Job child_job(const Directory& directory) const;
  void end(size_t worker, protocol::AttemptKey key, bool killed);
  void render(size_t worker, const protocol::RenderJob& job);
  /// A look of a polling trigger: sooner or later there is something.
  void look(size_t worker, const protocol::TriggerJob& job);
  /// Perhaps twice, perhaps late.
  void send_result(size_t worker, const protocol::Frame& result);
  uint32_t failures_so_far(const protocol::AttemptKey& key) const;
  bool is_slow() { return !calm_ && random_.chance(scenario_.faults.slow_worker); }

  Events& events_;
  const Scenario& scenario_;
  Canary canary_;
  Auditor& auditor_;
  Random random_;
  size_t number_;
  executor::WorkerHub* hub_ = nullptr;
  const Standstill* sleep_ = nullptr;
  uint64_t server_ = 0;  ///< which life
  uint64_t connections_ = 0;
  bool calm_ = false;
  std::vector<Worker> workers_;
  std::vector<std::unique_ptr<WorkerLink>> links_;
  std::map<base::Id, protocol::AttemptKey> newest_;          ///< jobs by task run
  std::map<base::Id, std::string> look_flow_;                ///< by evaluation
  std::map<std::string, protocol::AttemptKey> newest_look_;  ///< by flow
  std::map<std::string, uint32_t> looks_;                    ///< so many, by flow
};

}  // namespace gyr::simulation
