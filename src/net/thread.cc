#include "net/thread.h"

#include <pthread.h>
#include <signal.h>

namespace gyr::net {

std::thread start_thread(std::string name, std::move_only_function<void()> body) {
  // A thread inherits the mask of the one that starts it: blocked here, so that no signal slips in before it runs.
  sigset_t blocked, before;
  sigemptyset(&blocked);
  for (int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGPIPE, SIGCHLD, SIGALRM}) {
    sigaddset(&blocked, signal);
  }
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  std::thread thread([name = name.substr(0, shown_thread_name_bytes), body = std::move(body)]() mutable {
    pthread_setname_np(pthread_self(), name.c_str());
    body();
  });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace gyr::net
