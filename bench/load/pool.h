// Keep-alive connections to one server, driven by one epoll loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "http.h"

namespace gyr::load {

/// A file descriptor that is closed at the end of its life.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  int get() const { return fd_; }

 private:
  int fd_ = -1;
};

/// One epoll instance: calls what was registered for a descriptor when it is ready. One thread.
class Poller {
 public:
  using Handler = std::function<void(uint32_t events)>;

  static base::Result<Poller> make();
  /// `events` are EPOLLIN and the like, always edge triggered. The handler must outlive the registration.
  base::Result<void> watch(int fd, uint32_t events, Handler* handler);
  void forget(int fd);
  /// Waits for events and handles them; returns after at most `timeout_ms` (-1: as long as it takes).
  base::Result<void> run_once(int timeout_ms);

 private:
  explicit Poller(Descriptor epoll) : epoll_(std::move(epoll)) {}
  Descriptor epoll_;
};

/// How one request ended.
struct Reply {
  int status = 0;         ///< 0: no answer, `error` says why
  std::string_view body;  ///< valid during the callback
  std::string_view error;
  base::MonotonicTime received;
};

/// Sends requests over up to `size` connections, one at a time on each, opening them when first needed. Nothing is sent
/// twice: a request whose connection breaks is reported as failed. One thread; must outlive what it has under way.
class Pool {
 public:
  using Done = std::function<void(uint64_t tag, const Reply& reply)>;

  /// `done` is called once for each submitted request, from Poller::run_once or from check_timeouts.
  Pool(Poller& poller, Url url, size_t size, std::chrono::nanoseconds timeout, Done done);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  bool has_free() const { return !free_.empty(); }
  size_t under_way() const { return connections_.size() - free_.size(); }
  /// HostRequest has_free(). `request` is a whole HTTP request.
  void submit(uint64_t tag, std::string_view request);
  /// Ends the requests that have been under way for longer than the timeout.
  void check_timeouts(base::MonotonicTime now);

 private:
  struct Connection;

  base::Result<void> open(Connection& connection);
  void on_ready(Connection& connection, uint32_t events);
  void write_out(Connection& connection);
  void read_in(Connection& connection);
  void finish(Connection& connection, std::string_view error);
  void close(Connection& connection);

  Poller& poller_;
  Url url_;
  std::chrono::nanoseconds timeout_;
  Done done_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<Connection*> free_;
  std::vector<char> buffer_;
};

}  // namespace gyr::load
