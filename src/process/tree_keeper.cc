#include "process/tree_keeper.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "process/cgroup.h"
#include "process/process_tree.h"

namespace gyr::process {
namespace {

static_assert(kill_signal == SIGUSR1 && kill_now_signal == SIGUSR2);

/// SIGKILL is sent again to what is still there: a tree that forks while it is looked at needs several rounds.
constexpr auto first_kill_pause = std::chrono::milliseconds(1);
constexpr auto max_kill_pause = std::chrono::milliseconds(50);
/// After this time only processes that cannot be killed are left (a disk that hangs, a process of another user): the
/// task ends without them.
constexpr auto kill_patience = std::chrono::seconds(5);
/// How often unkillable leftovers are tried again.
constexpr auto survivor_pause = std::chrono::seconds(1);

}  // namespace

void TreeKeeper::become_guardian(const char* name) {
  ::prctl(PR_SET_NAME, name);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::prctl(PR_SET_PDEATHSIG, kill_now_signal);
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGCHLD);
  sigaddset(&signals_, kill_signal);
  sigaddset(&signals_, kill_now_signal);
  if (::getppid() != helper_pid_) ::_exit(1);  // the helper died before the line above
}

void TreeKeeper::begin(uint64_t id, std::chrono::milliseconds kill_grace) {
  id_ = id;
  kill_grace_ = kill_grace;
  main_pid_ = -1;
  main_ended_ = exit_reported_ = gone_reported_ = false;
  main_status_ = 0;
  killing_ = Killing::no;
  cgroup_.clear();
  memory_exhausted_ = false;
}

bool TreeKeeper::start(const StartRequest& request, int output, int error) {
  if (::chdir(request.directory.empty() ? "/" : request.directory.c_str()) != 0) {
    report(MessageType::failed, errno, static_cast<uint8_t>(Stage::directory));
    return false;
  }
  if (wait_for_signal(std::chrono::nanoseconds(0)) == kill_signal) {
    never_started();
    return false;
  }
  // This process exists for the command: its own environment may become the command's, PATH included.
  for (const auto& [name, value] : request.environment) ::setenv(name.c_str(), value.c_str(), 1);
  UniqueFd input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  bool entered = true;
  int error_number = request.cgroup.empty() ? start_program(request.arguments, {input.get(), output, error}, &main_pid_)
                                            : start_program_in(request.cgroup, request.arguments,
                                                               {input.get(), output, error}, &main_pid_, &entered);
  int left = ::chdir("/") == 0 ? 0 : errno;  // do not keep a file system busy
  if (error_number != 0) {
    report(MessageType::failed, error_number, static_cast<uint8_t>(entered ? Stage::program : Stage::limits));
    return false;
  }
  cgroup_ = request.cgroup;
  report(MessageType::started, main_pid_, 0);
  if (left != 0) force();
  return true;
}

void TreeKeeper::never_started() { report(MessageType::gone, SIGTERM, 0); }

void TreeKeeper::watch() {
  for (;;) {
    reap();
    if (nothing_left()) return;
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

void TreeKeeper::report_gone() {
  if (!cgroup_.empty()) memory_exhausted_ = leave_cgroup(std::exchange(cgroup_, {}));
  if (gone_reported_) return;
  // If the helper has died, the server learns it from the end of the socket instead.
  if (::getppid() == helper_pid_)
    report(MessageType::gone, main_status_, memory_exhausted_ ? gone_memory_exhausted : 0);
  gone_reported_ = true;
}

void TreeKeeper::reap() {
  for (;;) {
    int status = 0;
    pid_t pid = ::waitpid(-1, &status, WNOHANG);
    if (pid < 0 && errno == EINTR) continue;
    no_children_ = pid < 0;
    if (pid <= 0) return;
    if (pid == spared_) spared_ = 0;
    if (pid == main_pid_ && !main_ended_) {
      main_ended_ = true;
      main_status_ = status;
    }
  }
}

bool TreeKeeper::nothing_left() const {
  if (spared_ == 0) return no_children_;
  // Its copy may still be a grandchild for a moment when it begins, so the end of the command itself counts, too.
  return main_ended_ && !has_child_besides(spared_);
}

/// How long to wait for a signal before step_on().
std::chrono::nanoseconds TreeKeeper::next_step() const {
  switch (killing_) {
    case Killing::no: return std::chrono::hours(24);
    case Killing::asked:
      return std::max<std::chrono::nanoseconds>(deadline_ - base::monotonic_now(), std::chrono::nanoseconds(0));
    case Killing::forced: return gone_reported_ ? std::chrono::nanoseconds(survivor_pause) : kill_pause_;
  }
  return kill_pause_;
}

void TreeKeeper::step_on() {
  if (killing_ == Killing::asked && base::monotonic_now() >= deadline_) return force();
  if (killing_ != Killing::forced) return;
  signal_descendants(::getpid(), SIGKILL, spared_);
  kill_pause_ = std::min<std::chrono::nanoseconds>(kill_pause_ * 2, max_kill_pause);
  if (base::monotonic_now() < deadline_ || gone_reported_) return;
  if (::getppid() != helper_pid_) ::_exit(1);
  report(MessageType::gone, main_ended_ ? main_status_ : SIGKILL, gone_survivors);
  gone_reported_ = true;
}

void TreeKeeper::ask_to_end() {
  killing_ = Killing::asked;
  deadline_ = base::monotonic_now() + kill_grace_;
  signal_descendants(::getpid(), SIGTERM, spared_);
  signal_descendants(::getpid(), SIGCONT, spared_);  // what is stopped would not see the other one
}

void TreeKeeper::force() {
  if (killing_ == Killing::forced) return;
  killing_ = Killing::forced;
  if (!cgroup_.empty()) kill_cgroup(cgroup_);
  deadline_ = base::monotonic_now() + kill_patience;
  kill_pause_ = first_kill_pause;
  signal_descendants(::getpid(), SIGKILL, spared_);
}

void TreeKeeper::report(MessageType type, int64_t value, uint8_t detail) const {
  // A server that has ended needs no report; the end of the helper stops this process.
  send_message(socket_, encode_report({{type, id_}, value, detail}), {}, true);
}

int start_program(const std::vector<std::string>& arguments, std::initializer_list<int> descriptors, pid_t* pid) {
  std::vector<char*> texts;
  texts.reserve(arguments.size() + 1);
  for (const auto& argument : arguments) texts.push_back(const_cast<char*>(argument.c_str()));
  texts.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  // First out of the way of each other, then to their places.
  int place = static_cast<int>(descriptors.size());
  int spare = place + *std::max_element(descriptors.begin(), descriptors.end());
  for (int descriptor : descriptors) posix_spawn_file_actions_adddup2(&actions, descriptor, ++spare);
  while (place > 0) posix_spawn_file_actions_adddup2(&actions, spare--, --place);
  posix_spawn_file_actions_addclosefrom_np(&actions, static_cast<int>(descriptors.size()));
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  int error = ::posix_spawnp(pid, texts[0], &actions, &attributes, texts.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

namespace {

struct StartFailure {
  int error = 0;
  bool entered = false;
};

/// The part of start_program_in() in the new process; writes a failure to `told`, and never returns.
[[noreturn]] void enter_and_run(int members, int told, char* const* arguments, std::initializer_list<int> descriptors) {
  auto fail = [told](bool entered) {
    StartFailure failure{errno, entered};
    // Where even this fails the reader sees the end, and the parent the exit code.
    [[maybe_unused]] ssize_t ignored = ::write(told, &failure, sizeof(failure));
    ::_exit(127);
  };
  if (::write(members, "0", 1) < 0) fail(false);
  ::setsid();
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  int place = static_cast<int>(descriptors.size());
  int spare = std::max({told, members, std::max(descriptors)}) + 1;
  const int first_spare = spare;
  for (int descriptor : descriptors) {
    if (::dup2(descriptor, spare++) < 0) fail(true);
  }
  if (::close_range(static_cast<unsigned>(place), ~0U, CLOSE_RANGE_CLOEXEC) != 0) fail(true);
  for (int i = 0; i < place; ++i) {
    if (::dup2(first_spare + i, i) < 0) fail(true);
  }
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execvp(arguments[0], arguments);
  fail(true);
  ::_exit(127);
}

}  // namespace

int start_program_in(const std::string& cgroup, const std::vector<std::string>& arguments,
                     std::initializer_list<int> descriptors, pid_t* pid, bool* entered) {
  *entered = false;
  UniqueFd members(::open((cgroup + "/cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC));
  int ends[2];
  if (!members || ::pipe2(ends, O_CLOEXEC) != 0) return errno;
  UniqueFd heard(ends[0]);
  UniqueFd told(ends[1]);
  std::vector<char*> texts;
  texts.reserve(arguments.size() + 1);
  for (const auto& argument : arguments) texts.push_back(const_cast<char*>(argument.c_str()));
  texts.push_back(nullptr);
  pid_t child = ::_Fork();
  if (child == 0) enter_and_run(members.get(), told.get(), texts.data(), descriptors);
  if (child < 0) return errno;
  told.reset();
  StartFailure failure{};
  ssize_t count = 0;
  do {
    count = ::read(heard.get(), &failure, sizeof(failure));
  } while (count < 0 && errno == EINTR);
  if (count != sizeof(failure)) {  // closed by the program's start, or by a kill on the way to it
    *entered = true;
    *pid = child;
    return 0;
  }
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  *entered = failure.entered;
  return failure.error;
}

}  // namespace gyr::process
