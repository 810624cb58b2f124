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
#include <map>

#include "base/clock.h"
#include "process/guardian.h"
#include "process/messages.h"
#include "process/process_tree.h"
#include "process/spawner.h"
#include "process/tree_keeper.h"
#include "process/warm_guardian.h"

namespace gyr::process {
namespace {

/// How long the helper itself clears up after a guardian that was killed.
constexpr auto orphan_patience = std::chrono::seconds(2);

/// Interpreters that wait for their next script, of all kinds together: each holds its memory.
constexpr size_t max_idle = 16;
/// And how long they wait.
constexpr auto max_idle_time = std::chrono::minutes(5);

/// Single-threaded and small by construction, which is what makes a copy of it per command cheap and safe; the server
/// with its threads and gigabytes never copies itself.
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
      std::vector<pollfd> waiting = {{socket_, POLLIN, 0}, {signals_.get(), POLLIN, 0}};
      for (const auto& [pid, warm] : warm_) {
        if (warm.socket) waiting.push_back({warm.socket.get(), POLLIN, 0});
      }
      if (::poll(waiting.data(), waiting.size(), retire_idle()) < 0 && errno != EINTR) return 1;
      if (waiting[1].revents != 0) reap();
      for (size_t i = 2; i < waiting.size(); ++i) {
        if (waiting[i].revents != 0) take_idle(waiting[i].fd);
      }
      // Returning kills: the kernel signals every guardian that its parent has ended.
      if (waiting[0].revents != 0 && !take_messages()) return 0;
    }
  }

 private:
  /// A guardian that keeps an interpreter.
  struct Warm {
    UniqueFd socket;              // closed: it is to end
    std::string key;              // of the scripts it can run
    uint64_t id = 0;              // what it runs; 0: idle
    base::MonotonicTime since{};  // it is idle
  };

  /// False when the server has ended.
  bool take_messages() {
    for (;;) {
      Received received = receive_message(socket_, buffer_, sizeof(buffer_), false);
      if (received.closed) return false;
      if (received.nothing) return true;
      auto header = decode_header(received.bytes);
      if (!header) continue;  // not from our server: nothing to answer to
      switch (header->type) {
        case MessageType::start: start(header->id, received.bytes.substr(header_size), std::move(received.fds)); break;
        case MessageType::start_warm: start_warm(header->id, received.bytes, std::move(received.fds)); break;
        case MessageType::kill: pass_on(*header, kill_signal); break;
        case MessageType::kill_now: pass_on(*header, kill_now_signal); break;
        default: break;
      }
    }
  }

  void start(uint64_t id, std::string_view body, std::vector<UniqueFd> fds) {
    if (fds.size() < 2 || fds.size() > 3 || guardians_.contains(id)) return report_failure(id, EPROTO, Stage::request);
    int helper_pid = ::getpid();
    pid_t pid = ::_Fork();
    if (pid == 0) {
      leave_helper();
      run_guardian(socket_, helper_pid, id, body, std::move(fds));
    }
    if (pid < 0) return report_failure(id, errno, Stage::guardian);
    guardians_.emplace(id, pid);
    ids_.emplace(pid, id);
  }

  /// In a child: nothing of the helper's own stays open.
  void leave_helper() {
    signals_.reset();
    warm_.clear();
  }

  /// Gives the script to a guardian that has the interpreter for it, the last to have become idle if there are several.
  void start_warm(uint64_t id, std::string_view message, std::vector<UniqueFd> fds) {
    auto request = decode_start_body(message.substr(header_size));
    if (!request || !request->warm || fds.size() != 2 || guardians_.contains(id)) {
      return report_failure(id, EPROTO, Stage::request);
    }
    std::string key = warm_key(*request);
    for (auto& [pid, warm] : warm_) {
      if (warm.socket && warm.id != 0) take_idle(warm.socket.get());  // said before the server sent this
    }
    for (;;) {
      auto found = find_idle(key);
      bool fresh = found == warm_.end();
      if (fresh) found = add_warm(key);
      if (found == warm_.end()) return report_failure(id, errno, Stage::guardian);
      int error = send_message(found->second.socket.get(), message, {fds[0].get(), fds[1].get()}, true);
      if (error == 0) {
        found->second.id = id;
        guardians_.emplace(id, found->first);
        ids_.emplace(found->first, id);
        break;
      }
      found->second.socket.reset();  // it was killed from outside
      if (fresh) return report_failure(id, error, Stage::guardian);
    }
    if (request->warm->copies_itself || find_idle(key) != warm_.end()) return;
    // An interpreter that serves but once: the next one gets ready while this one runs.
    auto next = add_warm(key);
    if (next == warm_.end()) return;
    std::string body(message.substr(header_size));
    send_message(next->second.socket.get(), encode_header({MessageType::prepare, 0}) + body, {}, true);
  }

  std::map<pid_t, Warm>::iterator find_idle(const std::string& key) {
    auto best = warm_.end();
    for (auto at = warm_.begin(); at != warm_.end(); ++at) {
      const Warm& warm = at->second;
      if (!warm.socket || warm.id != 0 || warm.key != key) continue;
      if (best == warm_.end() || best->second.since < warm.since) best = at;
    }
    return best;
  }

  std::map<pid_t, Warm>::iterator add_warm(const std::string& key) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return warm_.end();
    UniqueFd ours(ends[0]);
    UniqueFd theirs(ends[1]);
    int helper_pid = ::getpid();
    pid_t pid = ::_Fork();
    if (pid == 0) {
      leave_helper();
      ours.reset();
      run_warm_guardian(socket_, theirs.release(), helper_pid);
    }
    if (pid < 0) return warm_.end();
    return warm_.emplace(pid, Warm{std::move(ours), key, 0, base::monotonic_now()}).first;
  }

  void take_idle(int socket) {
    for (auto& [pid, warm] : warm_) {
      if (warm.socket.get() != socket) continue;
      char buffer[64];
      Received received = receive_message(socket, buffer, sizeof(buffer), false);
      if (received.closed) return warm.socket.reset();  // its end will be reaped
      auto header = decode_header(received.bytes);
      if (!header || header->type != MessageType::idle || header->id != warm.id || warm.id == 0) return;
      guardians_.erase(warm.id);
      ids_.erase(pid);
      warm.id = 0;
      warm.since = base::monotonic_now();
      return;
    }
  }

  /// Ends interpreters that have waited for too long, or are too many; gives the milliseconds until the next has.
  int retire_idle() {
    for (;;) {
      Warm* oldest = nullptr;
      size_t count = 0;
      for (auto& [pid, warm] : warm_) {
        if (!warm.socket || warm.id != 0) continue;
        count += 1;
        if (oldest == nullptr || warm.since < oldest->since) oldest = &warm;
      }
      if (oldest == nullptr) return -1;
      auto left = oldest->since + max_idle_time - base::monotonic_now();
      if (count <= max_idle && left.count() > 0) {
        return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count());
      }
      oldest->socket.reset();
    }
  }

  void report_failure(uint64_t id, int error_number, Stage stage) const {
    send_message(socket_, encode_report({{MessageType::failed, id}, error_number, static_cast<uint8_t>(stage)}), {},
                 true);
  }

  void pass_on(Header header, int signal) {
    auto found = guardians_.find(header.id);
    if (found == guardians_.end()) return;
    auto warm = warm_.find(found->second);
    if (warm == warm_.end()) {
      ::kill(found->second, signal);
    } else if (warm->second.socket) {
      // No signal: one that comes late would meet the next script.
      send_message(warm->second.socket.get(), encode_header(header), {}, true);
    }
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
      bool in_order = WIFEXITED(status) && WEXITSTATUS(status) == 0;
      bool was_warm = warm_.erase(pid) > 0;
      auto found = ids_.find(pid);
      if (found == ids_.end()) {  // an orphan of a lost guardian, or a guardian without a command
        if (was_warm && !in_order) clear_orphans();
        continue;
      }
      uint64_t id = found->second;
      ids_.erase(found);
      guardians_.erase(id);
      if (!in_order || was_warm) guardian_lost(id);
    }
  }

  /// Somebody killed a guardian: what it watched over is now ours, and is killed.
  void guardian_lost(uint64_t id) {
    clear_orphans();
    send_message(socket_, encode_report({{MessageType::guard_lost, id}, 0, 0}), {}, true);
  }

  void clear_orphans() {
    base::MonotonicTime deadline = base::monotonic_now() + orphan_patience;
    while (kill_orphans() && base::monotonic_now() < deadline) {
      pollfd ended{signals_.get(), POLLIN, 0};
      ::poll(&ended, 1, 10);
      signalfd_siginfo discarded;
      while (::read(signals_.get(), &discarded, sizeof(discarded)) > 0) {
      }
    }
  }

  /// Sends SIGKILL to every process below us that is not a guardian and belongs to none; returns whether there was one.
  bool kill_orphans() {
    bool found = false;
    for (const ProcessEntry& entry : descendants_of(::getpid())) {
      if (entry.parent != ::getpid() || ids_.contains(entry.pid) || warm_.contains(entry.pid)) continue;
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
  std::map<pid_t, Warm> warm_;
  char buffer_[header_size + max_inline_body];
};

}  // namespace

int run_spawner(int socket_fd) { return Helper(socket_fd).run(); }

}  // namespace gyr::process
