// The part that all guardians share: it monitors the process tree of one command and ends it on request.
#pragma once

#include <signal.h>

#include <chrono>
#include <string>

#include "base/clock.h"
#include "process/messages.h"

namespace gyr::process {

/// The signals that the helper sends to a guardian. All others are blocked, so that the SIGTERM that service managers
/// send to all processes of a service does not end tasks without the knowledge of the server.
inline constexpr int kill_signal = 10;  // SIGUSR1: SIGTERM to the tree, SIGKILL after the grace period
inline constexpr int kill_now_signal =
    12;  // SIGUSR2: SIGKILL to the tree; also what the kernel sends when the helper dies

/// The process tree below this process, which is a subreaper: a process that double-forks, changes its session or loses
/// its parent becomes its child, so "no children" means that the whole tree has ended. Reports go to the server on the
/// socket of the helper. Single-threaded; the process exists only for this object.
class TreeKeeper {
 public:
  TreeKeeper(const TreeKeeper&) = delete;
  TreeKeeper& operator=(const TreeKeeper&) = delete;

 protected:
  TreeKeeper(int socket, int helper_pid) : socket_(socket), helper_pid_(helper_pid) {}
  ~TreeKeeper() = default;

  void become_guardian(const char* name);
  /// A new command, of which nothing is known yet.
  void begin(uint64_t id, std::chrono::milliseconds kill_grace);
  /// Starts the command itself; false if its failure was reported.
  bool start(const StartRequest& request, int output, int error);
  /// The command was killed before it ran (RUNNER-1).
  void never_started();
  /// Until nothing of the tree is left.
  void watch();
  /// Reports it, unless a process that cannot be killed has been reported.
  void report_gone();
  /// SIGKILL to the tree, again and again while watch() runs.
  void force();
  bool ended_by_force() const { return killing_ == Killing::forced; }
  void report(MessageType type, int64_t value, uint8_t detail) const;

  /// One of our signals; any other number if the only action is to check the children; 0 after `limit`.
  virtual int wait_for_signal(std::chrono::nanoseconds limit) = 0;
  /// SIGCHLD and the two above.
  const sigset_t& signals() const { return signals_; }
  int helper_pid() const { return helper_pid_; }
  uint64_t id() const { return id_; }

  /// A child that does not belong to the tree; 0 if there is none.
  pid_t spared_ = 0;
  pid_t main_pid_ = -1;

 private:
  enum class Killing { no, asked, forced };

  void reap();
  bool nothing_left() const;
  std::chrono::nanoseconds next_step() const;
  void step_on();
  void ask_to_end();

  const int socket_;
  const int helper_pid_;
  sigset_t signals_{};
  uint64_t id_ = 0;
  std::chrono::milliseconds kill_grace_{0};
  std::string cgroup_;
  bool memory_exhausted_ = false;
  bool main_ended_ = false;
  int main_status_ = 0;
  bool no_children_ = false;
  bool exit_reported_ = false;
  bool gone_reported_ = false;
  Killing killing_ = Killing::no;
  base::MonotonicTime deadline_{};
  std::chrono::nanoseconds kill_pause_{0};
};

/// Starts a program as the leader of a session, with default signals. `descriptors` become its 0, 1, 2 …, and it has no
/// others. Returns 0 or the errno.
int start_program(const std::vector<std::string>& arguments, std::initializer_list<int> descriptors, pid_t* pid);

/// The same in a control group, of which the program becomes a member before it starts. If the result is an error,
/// `entered` says whether it became a member.
int start_program_in(const std::string& cgroup, const std::vector<std::string>& arguments,
                     std::initializer_list<int> descriptors, pid_t* pid, bool* entered);

}  // namespace gyr::process
