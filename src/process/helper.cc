// The helper process: takes requests, makes a guardian for each, passes on kills.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/clock.h"
#include "process/guardian.h"
#include "process/messages.h"
#include "process/process_tree.h"
#include "process/spawner.h"

namespace gyr::process {
namespace {

/// How long the helper itself clears up after a guardian that was killed.
constexpr auto orphan_patience = std::chrono::seconds(2);

/// Single-threaded and small by construction, which is what makes a copy of it per command cheap and safe; the server
/// with its threads and gigabytes never copies itself (DESIGN 9).
class Helper {
 public:
  explicit Helper(int socket) : socket_(socket) {}

  int run() {
    ::prctl(PR_SET_NAME, "task-spawner");
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    sigset_t all, child_only;
    sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    sigemptyset(&child_only);
    sigaddset(&child_only, SIGCHLD);
    signals_ = UniqueFd(::signalfd(-1, &child_only, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!signals_) return 1;
    for (;;) {
      pollfd waiting[2] = {{socket_, POLLIN, 0}, {signals_.get(), POLLIN, 0}};
      if (::poll(waiting, 2, -1) < 0 && errno != EINTR) return 1;
      if (waiting[1].revents != 0) reap();
      // Returning kills: the kernel tells every guardian that its parent is gone.
      if (waiting[0].revents != 0 && !take_messages()) return 0;
    }
  }

 private:
  /// False when the server has gone.
  bool take_messages() {
    for (;;) {
      Received received = receive_message(socket_, buffer_, sizeof(buffer_), false);
      if (received.closed) return false;
      if (received.nothing) return true;
      auto header = decode_header(received.bytes);
      if (!header) continue;  // not from our server: nothing to answer to
      switch (header->type) {
        case MessageType::start:
          start(header->id, received.bytes.substr(header_size), std::move(received.fds));
          break;
        case MessageType::kill:
          pass_on(header->id, kill_signal);
          break;
        case MessageType::kill_now:
          pass_on(header->id, kill_now_signal);
          break;
        default:
          break;
      }
    }
  }

  void start(uint64_t id, std::string_view body, std::vector<UniqueFd> fds) {
    if (fds.size() < 2 || fds.size() > 3 || guardians_.contains(id)) return report_failure(id, EPROTO, Stage::request);
    int helper_pid = ::getpid();
    pid_t pid = ::_Fork();
    if (pid == 0) {
      signals_.reset();
      run_guardian(socket_, helper_pid, id, body, std::move(fds));
    }
    if (pid < 0) return report_failure(id, errno, Stage::guardian);
    guardians_.emplace(id, pid);
    ids_.emplace(pid, id);
  }

  void report_failure(uint64_t id, int error_number, Stage stage) const {
    send_message(socket_, encode_report({{MessageType::failed, id}, error_number, static_cast<uint8_t>(stage)}), {},
                 true);
  }

  void pass_on(uint64_t id, int signal) {
    auto found = guardians_.find(id);
    if (found != guardians_.end()) ::kill(found->second, signal);
  }

  void reap() {
    signalfd_siginfo discarded;
    while (::read(signals_.get(), &discarded, sizeof(discarded)) > 0) {
    }
    for (;;) {
      int status = 0;
      pid_t pid = ::waitpid(-1, &status, WNOHANG);
      if (pid < 0 && errno == EINTR) continue;
      if (pid <= 0) return;
      auto found = ids_.find(pid);
      if (found == ids_.end()) continue;  // an orphan of a lost guardian
      uint64_t id = found->second;
      ids_.erase(found);
      guardians_.erase(id);
      if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) guardian_lost(id);
    }
  }

  /// Somebody killed a guardian: what it watched over is now ours, and is killed.
  void guardian_lost(uint64_t id) {
    base::MonotonicTime deadline = base::monotonic_now() + orphan_patience;
    while (kill_orphans() && base::monotonic_now() < deadline) {
      pollfd ended{signals_.get(), POLLIN, 0};
      ::poll(&ended, 1, 10);
      signalfd_siginfo discarded;
      while (::read(signals_.get(), &discarded, sizeof(discarded)) > 0) {
      }
    }
    send_message(socket_, encode_report({{MessageType::guard_lost, id}, 0, 0}), {}, true);
  }

  /// SIGKILL to everything below us that is no guardian and belongs to none; whether there was something.
  bool kill_orphans() {
    bool found = false;
    for (const ProcessEntry& entry : descendants_of(::getpid())) {
      if (entry.parent != ::getpid() || ids_.contains(entry.pid)) continue;
      found = true;
      for (const ProcessEntry& below : descendants_of(entry.pid)) ::kill(below.pid, SIGKILL);
      ::kill(entry.pid, SIGKILL);
      ::waitpid(entry.pid, nullptr, WNOHANG);
    }
    return found;
  }

  int socket_;
  UniqueFd signals_;
  std::unordered_map<uint64_t, pid_t> guardians_;
  std::unordered_map<pid_t, uint64_t> ids_;
  char buffer_[header_size + longest_inline_body];
};

}  // namespace

int run_spawner(int socket_fd) {
  return Helper(socket_fd).run();
}

}  // namespace gyr::process
