// The server's end of the connection to one helper process.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "base/error.h"
#include "process/messages.h"
#include "process/poller.h"

namespace gyr::process {

/// What a process learns from the helper. Called on the poller's thread.
class ReportReceiver {
 public:
  virtual ~ReportReceiver() = default;
  virtual void on_report(const Report& report) = 0;
  /// The helper and with it the process's tree are dead; nothing follows.
  virtual void on_lost() = 0;
};

/// One helper process and the socket to it. Safe on any thread. Dropping it closes the socket, at which the helper
/// kills every tree and ends. The poller must outlive it.
class Channel : public std::enable_shared_from_this<Channel> {
 public:
  static base::Result<std::shared_ptr<Channel>> open(const std::string& program, Poller& poller);
  Channel(Poller& poller, UniqueFd socket, UniqueFd helper_handle, int helper_pid);
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel();

  /// False once the helper has ended: use another channel for what starts now.
  bool alive() const;
  int helper_pid() const { return helper_pid_; }
  void start(uint64_t id, std::weak_ptr<ReportReceiver> receiver, const StartRequest& request, UniqueFd output,
             UniqueFd error);
  void kill(uint64_t id, bool now);
  /// Reports for this process are of no interest any more.
  void forget(uint64_t id);

 private:
  struct Outgoing {
    Header header;
    std::string bytes;
    std::vector<UniqueFd> fds;
  };
  void watch();
  void on_ready();
  bool take_reports();
  /// Sends as much as possible; returns the starts that failed. The mutex is held.
  std::vector<Report> flush();
  std::vector<Report> queue(Outgoing message);
  int send_next();
  void lose_all();
  void tell(const Report& report);

  Poller& poller_;
  UniqueFd socket_;
  UniqueFd helper_handle_;  // pidfd: reports the end of the helper before its guardians have finished
  const int helper_pid_;
  Poller::Watch socket_watch_ = 0;
  Poller::Watch helper_watch_ = 0;

  mutable std::mutex mutex_;
  bool alive_ = true;
  bool socket_full_ = false;
  std::deque<Outgoing> outgoing_;
  std::unordered_map<uint64_t, std::weak_ptr<ReportReceiver>> receivers_;
  std::unordered_set<uint64_t> unanswered_;  // starts that have been sent
};

}  // namespace gyr::process
