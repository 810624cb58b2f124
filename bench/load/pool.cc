#include "pool.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/assert.h"
#include "codes.h"

namespace gyr::load {

namespace {

constexpr size_t read_buffer_bytes = 256 * 1024;
constexpr int events_at_a_time = 256;

std::string last_error() { return std::strerror(errno); }

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

base::Result<Poller> Poller::make() {
  Descriptor epoll(epoll_create1(EPOLL_CLOEXEC));
  if (epoll.get() < 0) return base::fail(system_failed, "epoll: " + last_error());
  return Poller(std::move(epoll));
}

base::Result<void> Poller::watch(int fd, uint32_t events, Handler* handler) {
  epoll_event event{.events = events | EPOLLET, .data = {.ptr = handler}};
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
    return base::fail(system_failed, "epoll: " + last_error());
  }
  return {};
}

void Poller::forget(int fd) { epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr); }

base::Result<void> Poller::run_once(int timeout_ms) {
  std::array<epoll_event, events_at_a_time> events;
  const int count = epoll_wait(epoll_.get(), events.data(), events_at_a_time, timeout_ms);
  if (count < 0) {
    if (errno == EINTR) return {};
    return base::fail(system_failed, "epoll: " + last_error());
  }
  for (int i = 0; i < count; ++i) {
    (*static_cast<Handler*>(events[static_cast<size_t>(i)].data.ptr))(events[static_cast<size_t>(i)].events);
  }
  return {};
}

struct Pool::Connection {
  Descriptor socket;
  Poller::Handler handler;
  AnswerParser parser;
  std::string out;
  size_t written = 0;
  uint64_t tag = 0;
  base::MonotonicTime started;
  bool busy = false;
};

Pool::Pool(Poller& poller, Url url, size_t size, std::chrono::nanoseconds timeout, Done done)
    : poller_(poller), url_(std::move(url)), timeout_(timeout), done_(std::move(done)), buffer_(read_buffer_bytes) {
  for (size_t i = 0; i < size; ++i) {
    auto connection = std::make_unique<Connection>();
    connection->handler = [this, raw = connection.get()](uint32_t events) { on_ready(*raw, events); };
    free_.push_back(connection.get());
    connections_.push_back(std::move(connection));
  }
}

Pool::~Pool() {
  for (auto& connection : connections_) close(*connection);
}

void Pool::submit(uint64_t tag, std::string_view request) {
  GYR_ASSERT(has_free());
  // The one used last comes first, so that a low rate keeps few connections and those stay warm.
  Connection& connection = *free_.back();
  free_.pop_back();
  connection.busy = true;
  connection.tag = tag;
  connection.started = base::monotonic_now();
  connection.out.assign(request);
  connection.written = 0;
  connection.parser.reset();
  if (connection.socket.get() < 0) {
    if (auto opened = open(connection); !opened) {
      finish(connection, opened.error().message());
      return;
    }
  }
  write_out(connection);
}

base::Result<void> Pool::open(Connection& connection) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(url_.host.c_str(), std::to_string(url_.port).c_str(), &hints, &found)) {
    return base::fail(connection_failed, fmt::format("{}: {}", url_.host, gai_strerror(error)));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, freeaddrinfo);
  Descriptor socket(::socket(addresses->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) return base::fail(connection_failed, "socket: " + last_error());
  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(socket.get(), addresses->ai_addr, addresses->ai_addrlen) != 0 && errno != EINPROGRESS) {
    return base::fail(connection_failed, "connect: " + last_error());
  }
  connection.socket = std::move(socket);
  return poller_.watch(connection.socket.get(), EPOLLIN | EPOLLOUT | EPOLLRDHUP, &connection.handler);
}

void Pool::on_ready(Connection& connection, uint32_t events) {
  if (connection.socket.get() < 0) return;  // closed by an earlier event of the same round
  if (!connection.busy) {
    // An idle connection that becomes readable was closed by the server; a new one is opened when needed.
    if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) close(connection);
    return;
  }
  if (connection.written < connection.out.size()) write_out(connection);
  if (connection.busy && (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))) read_in(connection);
  // The answer and the end of the connection may come together.
  if (!connection.busy && (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))) close(connection);
}

void Pool::write_out(Connection& connection) {
  while (connection.written < connection.out.size()) {
    const ssize_t count = send(connection.socket.get(), connection.out.data() + connection.written,
                               connection.out.size() - connection.written, MSG_NOSIGNAL);
    if (count < 0) {
      // ENOTCONN: the connection is still being made; EPOLLOUT tells when.
      if (errno == EAGAIN || errno == EINTR || errno == ENOTCONN) return;
      const std::string error = "send: " + last_error();
      close(connection);
      finish(connection, error);
      return;
    }
    connection.written += static_cast<size_t>(count);
  }
}

void Pool::read_in(Connection& connection) {
  while (connection.busy) {
    const ssize_t count = recv(connection.socket.get(), buffer_.data(), buffer_.size(), 0);
    if (count < 0) {
      if (errno == EAGAIN || errno == EINTR || errno == ENOTCONN) return;
      const std::string error = "receive: " + last_error();
      close(connection);
      finish(connection, error);
      return;
    }
    if (count == 0) {
      const bool whole = connection.parser.finish();
      close(connection);
      finish(connection, whole ? "" : "the server closed the connection before the answer's end");
      return;
    }
    const std::string_view bytes(buffer_.data(), static_cast<size_t>(count));
    const auto used = connection.parser.feed(bytes);
    if (!used || (connection.parser.done() && *used < bytes.size())) {
      const std::string error = used ? "bytes after the answer's end" : used.error().message();
      close(connection);
      finish(connection, error);
      return;
    }
    if (connection.parser.done()) {
      if (!connection.parser.keep_alive()) close(connection);
      finish(connection, "");
      return;
    }
  }
}

void Pool::finish(Connection& connection, std::string_view error) {
  Reply reply{.status = 0, .body = {}, .error = error, .received = base::monotonic_now()};
  // The answer is moved out: the callback may submit the next request on this very connection.
  AnswerParser answer;
  if (error.empty()) {
    answer = std::move(connection.parser);
    connection.parser = AnswerParser();
    reply.status = answer.status();
    reply.body = answer.body();
  }
  const uint64_t tag = connection.tag;
  connection.busy = false;
  free_.push_back(&connection);
  done_(tag, reply);
}

void Pool::close(Connection& connection) {
  if (connection.socket.get() < 0) return;
  poller_.forget(connection.socket.get());
  connection.socket = Descriptor();
}

void Pool::check_timeouts(base::MonotonicTime now) {
  for (auto& connection : connections_) {
    if (connection->busy && now - connection->started > timeout_) {
      close(*connection);
      finish(*connection, "no answer in time");
    }
  }
}

}  // namespace gyr::load
