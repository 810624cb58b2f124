#include "cli/follow/wakeups.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>

#include "base/assert.h"
#include "cli/program.h"

namespace gyr::cli {
namespace {

constexpr int caught_signals[] = {SIGINT, SIGTERM, SIGHUP};

// For the signal handler, which can use nothing else.
std::atomic<int> signal_fd{-1};
std::atomic<int> signal_count{0};
std::atomic<bool> caller_answers{false};

void on_signal(int /*signal*/) {
  int saved = errno;
  int count = signal_count.fetch_add(1) + 1;
  if (count > 2 || (count > 1 && !caller_answers.load())) ::_exit(exit_interrupted);
  char byte = 0;
  // If the pipe is full, it contains an unread byte, which is enough.
  if (int fd = signal_fd.load(); fd >= 0) (void)!::write(fd, &byte, 1);
  errno = saved;
}

}  // namespace

Wakeups::Wakeups() {
  event_fd_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  GYR_ASSERT(event_fd_ >= 0);
  GYR_ASSERT(::pipe2(signal_pipe_, O_CLOEXEC | O_NONBLOCK) == 0);
  signal_count = 0;
  caller_answers = false;
  signal_fd = signal_pipe_[1];
  struct sigaction action = {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  for (int signal : caught_signals) sigaction(signal, &action, nullptr);
}

Wakeups::~Wakeups() {
  struct sigaction by_default = {};
  by_default.sa_handler = SIG_DFL;
  for (int signal : caught_signals) sigaction(signal, &by_default, nullptr);
  signal_fd = -1;
  for (int fd : {event_fd_, signal_pipe_[0], signal_pipe_[1]}) ::close(fd);
}

void Wakeups::notify() {
  uint64_t one = 1;
  // EAGAIN: the counter is at its limit, so the descriptor is readable.
  (void)!::write(event_fd_, &one, sizeof(one));
}

void Wakeups::leave() { caller_answers = false; }

Wakeups::Woken Wakeups::wait(std::optional<base::MonotonicTime> until) {
  caller_answers = true;
  Woken woken;
  for (;;) {
    int timeout_ms = -1;
    if (until) {
      auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - base::monotonic_now()).count();
      timeout_ms = static_cast<int>(std::clamp<int64_t>(left, 0, 3'600'000));
    }
    pollfd waiting[2] = {{event_fd_, POLLIN, 0}, {signal_pipe_[0], POLLIN, 0}};
    int ready = ::poll(waiting, 2, timeout_ms);
    if (ready < 0 && errno == EINTR) continue;  // the pipe reports the signal
    uint64_t count = 0;
    woken.notified = ready > 0 && ::read(event_fd_, &count, sizeof(count)) > 0;
    char bytes[16];
    while (ready > 0 && ::read(signal_pipe_[0], bytes, sizeof(bytes)) > 0) {
    }
    if (ready == 0 && until && base::monotonic_now() < *until) continue;  // a long wait in pieces
    break;
  }
  woken.signals = signal_count.load();
  return woken;
}

}  // namespace gyr::cli
