#include "process/guardian.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cerrno>
#include <ctime>

#include "base/clock.h"
#include "process/process_tree.h"

namespace gyr::process {
namespace {

static_assert(kill_signal == SIGUSR1 && kill_now_signal == SIGUSR2);

/// SIGKILL is sent again to what is still there: a tree that forks while it is looked at needs several rounds.
constexpr auto first_kill_pause = std::chrono::milliseconds(1);
constexpr auto longest_kill_pause = std::chrono::milliseconds(50);
/// After this long only what cannot be killed is left (a disk that hangs, a process of another user): the task ends
/// without.
constexpr auto kill_patience = std::chrono::seconds(5);
/// How often unkillable leftovers are tried again.
constexpr auto survivor_pause = std::chrono::seconds(1);

class Guardian {
 public:
  Guardian(int socket, int helper_pid, uint64_t id) : socket_(socket), helper_pid_(helper_pid), id_(id) {}

  [[noreturn]] void run(std::string_view body, std::vector<UniqueFd> fds) {
    become_guardian();
    auto request = read_request(body, fds);
    if (!request) give_up(EPROTO, Stage::request);
    kill_grace_ = std::chrono::milliseconds(request->kill_grace_ms);
    if (::chdir(request->directory.empty() ? "/" : request->directory.c_str()) != 0) give_up(errno, Stage::directory);
    if (wait_for_signal(std::chrono::nanoseconds(0)) == kill_signal) {  // RUNNER-1: killed before it started
      main_status_ = SIGTERM;
      finish();
    }
    start(*request, fds[0].get(), fds[1].get());
    fds.clear();
    if (::chdir("/") != 0) give_up(errno, Stage::directory);  // keep nobody's file system busy
    watch();
  }

 private:
  enum class Killing { no, asked, forced };

  void become_guardian() {
    ::prctl(PR_SET_NAME, "task-guard");
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    ::prctl(PR_SET_PDEATHSIG, kill_now_signal);
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGCHLD);
    sigaddset(&signals_, kill_signal);
    sigaddset(&signals_, kill_now_signal);
    if (::getppid() != helper_pid_) ::_exit(1);  // the helper died before the line above
  }

  static base::Result<StartRequest> read_request(std::string_view body, const std::vector<UniqueFd>& fds) {
    if (fds.size() == 2) return decode_start_body(body);
    struct stat info{};
    if (fds.size() != 3 || ::fstat(fds[2].get(), &info) != 0 || info.st_size <= 0 ||
        static_cast<size_t>(info.st_size) > longest_body) {
      return decode_start_body({});
    }
    std::string text(static_cast<size_t>(info.st_size), '\0');
    ssize_t count = ::pread(fds[2].get(), text.data(), text.size(), 0);
    return decode_start_body(std::string_view(text).substr(0, count < 0 ? 0 : static_cast<size_t>(count)));
  }

  void start(const StartRequest& request, int output, int error) {
    // This process exists for the one command: its own environment may become the command's, PATH included.
    for (const auto& [name, value] : request.environment) ::setenv(name.c_str(), value.c_str(), 1);
    std::vector<char*> arguments;
    arguments.reserve(request.arguments.size() + 1);
    for (const auto& argument : request.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, 1);
    posix_spawn_file_actions_adddup2(&actions, error, 2);
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    int error_number = ::posix_spawnp(&main_pid_, arguments[0], &actions, &attributes, arguments.data(), environ);
    if (error_number != 0) give_up(error_number, Stage::program);
    report(MessageType::started, main_pid_, 0);
  }

  [[noreturn]] void watch() {
    for (;;) {
      reap();
      if (nothing_left_) finish();
      if (main_ended_ && !exit_reported_ && !gone_reported_) {
        report(MessageType::exited, main_status_, 0);
        exit_reported_ = true;
      }
      int signal = wait_for_signal(next_step());
      if (signal == kill_signal && killing_ == Killing::no) ask_to_end();
      if (signal == kill_now_signal) force();
      if (signal == 0) step_on();
    }
  }

  void reap() {
    for (;;) {
      int status = 0;
      pid_t pid = ::waitpid(-1, &status, WNOHANG);
      if (pid < 0 && errno == EINTR) continue;
      nothing_left_ = pid < 0;
      if (pid <= 0) return;
      if (pid == main_pid_ && !main_ended_) {
        main_ended_ = true;
        main_status_ = status;
      }
    }
  }

  /// How long to wait for a signal before step_on().
  std::chrono::nanoseconds next_step() const {
    switch (killing_) {
      case Killing::no:
        return std::chrono::hours(24);
      case Killing::asked:
        return std::max<std::chrono::nanoseconds>(deadline_ - base::monotonic_now(), std::chrono::nanoseconds(0));
      case Killing::forced:
        return gone_reported_ ? std::chrono::nanoseconds(survivor_pause) : kill_pause_;
    }
    return kill_pause_;
  }

  void step_on() {
    if (killing_ == Killing::asked && base::monotonic_now() >= deadline_) return force();
    if (killing_ != Killing::forced) return;
    signal_descendants(::getpid(), SIGKILL);
    kill_pause_ = std::min<std::chrono::nanoseconds>(kill_pause_ * 2, longest_kill_pause);
    if (base::monotonic_now() < deadline_ || gone_reported_) return;
    if (::getppid() != helper_pid_) ::_exit(1);
    report(MessageType::gone, main_ended_ ? main_status_ : SIGKILL, 1);
    gone_reported_ = true;
  }

  void ask_to_end() {
    killing_ = Killing::asked;
    deadline_ = base::monotonic_now() + kill_grace_;
    signal_descendants(::getpid(), SIGTERM);
    signal_descendants(::getpid(), SIGCONT);  // what is stopped would not see the other one
  }

  void force() {
    if (killing_ == Killing::forced) return;
    killing_ = Killing::forced;
    deadline_ = base::monotonic_now() + kill_patience;
    kill_pause_ = first_kill_pause;
    signal_descendants(::getpid(), SIGKILL);
  }

  /// The next of our three signals, or 0 after `limit`.
  int wait_for_signal(std::chrono::nanoseconds limit) const {
    timespec time{static_cast<time_t>(limit.count() / 1'000'000'000), static_cast<long>(limit.count() % 1'000'000'000)};
    int signal = ::sigtimedwait(&signals_, nullptr, &time);
    return signal < 0 ? 0 : signal;
  }

  /// Where the helper has died the server is told by the end of the socket instead.
  [[noreturn]] void finish() {
    if (!gone_reported_ && ::getppid() == helper_pid_) report(MessageType::gone, main_status_, 0);
    ::_exit(0);
  }

  [[noreturn]] void give_up(int error_number, Stage stage) {
    report(MessageType::failed, error_number, static_cast<uint8_t>(stage));
    ::_exit(0);
  }

  void report(MessageType type, int64_t value, uint8_t detail) const {
    // A server that is gone needs no report; the helper's end will tell us to stop.
    send_message(socket_, encode_report({{type, id_}, value, detail}), {}, true);
  }

  int socket_;
  int helper_pid_;
  uint64_t id_;
  sigset_t signals_{};
  std::chrono::milliseconds kill_grace_{0};
  pid_t main_pid_ = -1;
  bool main_ended_ = false;
  int main_status_ = 0;
  bool nothing_left_ = false;
  bool exit_reported_ = false;
  bool gone_reported_ = false;
  Killing killing_ = Killing::no;
  base::MonotonicTime deadline_{};
  std::chrono::nanoseconds kill_pause_ = first_kill_pause;
};

}  // namespace

void run_guardian(int socket, int helper_pid, uint64_t id, std::string_view body, std::vector<UniqueFd> fds) {
  Guardian(socket, helper_pid, id).run(body, std::move(fds));
}

}  // namespace gyr::process
