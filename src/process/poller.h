// One thread that waits until descriptors become readable or writable.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "process/fd.h"

namespace gyr::process {

/// Reports when descriptors are ready; it does not read or write itself. add() and each arm() result in at most one
/// call of the handler, on the thread of the poller; a handler that is not armed again applies back-pressure. All
/// methods are safe on any thread. Remove a watch before closing its descriptor; a handler that is running may still
/// finish, so it must own what it uses.
class Poller {
 public:
  using Handler = std::function<void()>;
  using Watch = uint64_t;

  Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;
  ~Poller();

  bool valid() const { return epoll_ && wake_; }
  /// Watches until the descriptor is readable; 0 if the system refuses.
  Watch add(int fd, Handler handler);
  void arm(Watch watch, bool writable = false);
  void remove(Watch watch);

 private:
  struct Entry {
    int fd;
    std::shared_ptr<const Handler> handler;
  };
  void run();

  UniqueFd epoll_;
  UniqueFd wake_;
  std::mutex mutex_;
  std::unordered_map<Watch, Entry> entries_;
  Watch last_ = 0;
  std::thread thread_;
};

}  // namespace gyr::process
