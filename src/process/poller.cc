#include "process/poller.h"

#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include "base/edge.h"

namespace gyr::process {
namespace {

constexpr Poller::Watch wake_up = 0;

}  // namespace

Poller::Poller() : epoll_(::epoll_create1(EPOLL_CLOEXEC)), wake_(::eventfd(0, EFD_CLOEXEC)) {
  if (!valid()) return;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = wake_up;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event);
  thread_ = std::thread([this] { run(); });
}

Poller::~Poller() {
  if (!thread_.joinable()) return;
  uint64_t one = 1;
  while (::write(wake_.get(), &one, sizeof(one)) < 0) {
  }
  thread_.join();
}

Poller::Watch Poller::add(int fd, Handler handler) {
  std::lock_guard lock(mutex_);
  Watch watch = ++last_;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLONESHOT;
  event.data.u64 = watch;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) return 0;
  entries_.emplace(watch, Entry{fd, std::make_shared<const Handler>(std::move(handler))});
  return watch;
}

void Poller::arm(Watch watch, bool writable) {
  std::lock_guard lock(mutex_);
  auto found = entries_.find(watch);
  if (found == entries_.end()) return;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLONESHOT | (writable ? EPOLLOUT : 0U);
  event.data.u64 = watch;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, found->second.fd, &event);
}

void Poller::remove(Watch watch) {
  std::lock_guard lock(mutex_);
  auto found = entries_.find(watch);
  if (found == entries_.end()) return;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, found->second.fd, nullptr);
  entries_.erase(found);
}

void Poller::run() {
  ::pthread_setname_np(::pthread_self(), "process-poller");
  sigset_t all;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, nullptr);  // the threads that wait for signals handle them
  constexpr int batch = 64;
  epoll_event events[batch];
  for (;;) {
    int count = ::epoll_wait(epoll_.get(), events, batch, -1);
    for (int i = 0; i < count; ++i) {
      const Watch watch = events[i].data.u64;  // a copy: the kernel's structure is packed
      if (watch == wake_up) return;
      std::shared_ptr<const Handler> handler;
      {
        std::lock_guard lock(mutex_);
        auto found = entries_.find(watch);
        if (found != entries_.end()) handler = found->second.handler;
      }
      if (!handler) continue;
      try {
        base::maybe_throw(base::Edge::poller, "output");
        (*handler)();
      } catch (...) {
        (void)base::caught_at(base::Edge::poller, "a handler of the process poller");
        arm(watch);  // what it was called for is still there: it is called again
      }
    }
  }
}

}  // namespace gyr::process
