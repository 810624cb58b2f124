// One started process as the server sees it.
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "base/loop.h"
#include "process/cgroup.h"
#include "process/channel.h"
#include "process/poller.h"
#include "process/process.h"

namespace gyr::process {

/// Reads the outputs of one process, collects the reports of the helper and calls the observer. Everything except
/// on_report(), on_lost() and the handlers of the poller runs on the loop of the process; those only post to it.
class Running final : public ReportReceiver, public std::enable_shared_from_this<Running> {
 public:
  Running(base::Loop& loop, Observer& observer, Poller& poller, std::shared_ptr<Channel> channel, uint64_t id,
          Command command, std::unique_ptr<RunCgroup> group);
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() override = default;

  base::Result<void> start();
  int pid() const { return pid_; }
  void kill();
  void resume();
  /// Kills the tree; the observer is not called any more.
  void abandon();

  void on_report(const Report& report) override;
  void on_lost() override;

 private:
  struct Output {
    UniqueFd fd;
    Poller::Watch watch = 0;
  };
  bool open_output(int stream, UniqueFd& write_end);
  void post(std::move_only_function<void(Running&)> work);
  void take_report(const Report& report);
  void take_lost(std::string reason);
  void read(int stream);
  bool read_some(int stream);
  void close_output(int stream);
  void watch_leftovers();
  void on_leftover_timer();
  void finish_if_done();
  bool outputs_ended() const { return !outputs_[0].fd && !outputs_[1].fd; }
  base::Error start_error(const Report& report) const;

  std::mutex mutex_;  // guards loop_ against the poller's thread
  base::Loop* loop_;  // null once abandoned or ended
  Observer* observer_;
  Poller& poller_;
  std::shared_ptr<Channel> channel_;
  const uint64_t id_;
  Command command_;                   // its texts are dropped once sent, but for messages
  std::unique_ptr<RunCgroup> group_;  // of a command with limits
  Output outputs_[2];                 // standard output, standard error
  int pid_ = 0;
  bool paused_ = false;
  bool gone_ = false;
  std::optional<Exit> exit_;
  std::optional<base::Error> error_;
  bool leftovers_ended_ = false;
  base::Loop::TimerId leftover_timer_ = 0;
  base::MonotonicTime leftover_end_{};  // when even those that print are ended
};

}  // namespace gyr::process
