// For the tests of net and of modules that use it: a loop on a thread, raw sockets, misbehaving servers.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <mutex>
#include <thread>

#include "net/http.h"
#include "net/loop.h"

namespace gyr::net::test {

/// Longer than anything takes on a busy machine; what has not happened by then never will.
inline constexpr std::chrono::seconds patience{60};

/// A loop that runs on a separate thread. The thread of the test starts tasks on it and waits for them.
class LoopThread {
 public:
  LoopThread() : loop_(make_loop()), scope_(*loop_), finish_(*loop_), thread_([this] { loop_->run(); }) {}
  ~LoopThread() {
    // Tasks end before the loop does: join() runs outside the scope it waits for.
    std::promise<void> ended;
    loop_->post([&] { finish_.spawn(join(&scope_, &ended)); });
    wait(ended.get_future());
    loop_->stop();
    thread_.join();
  }

  RunningLoop& loop() { return *loop_; }

  /// Runs the function on the loop and returns its result.
  template <class F>
  auto call(F function) -> decltype(function()) {
    using T = decltype(function());
    std::promise<T> promise;
    auto future = promise.get_future();
    loop_->post([&] {
      if constexpr (std::is_void_v<T>) {
        function();
        promise.set_value();
      } else {
        promise.set_value(function());
      }
    });
    return wait(std::move(future));
  }

  /// Starts a task on the loop; the future has its value. `make` is called on the loop.
  template <class T>
  std::future<T> start(std::function<base::Task<T>()> make) {
    auto promise = std::make_shared<std::promise<T>>();
    auto future = promise->get_future();
    loop_->post([this, make = std::move(make), promise] { scope_.spawn(deliver<T>(make, promise)); });
    return future;
  }
  template <class T>
  T await(std::function<base::Task<T>()> make) {
    return wait(start<T>(std::move(make)));
  }

  template <class T>
  static T wait(std::future<T> future) {
    if (future.wait_for(patience) != std::future_status::ready) {
      ADD_FAILURE() << "waited for too long";
      std::abort();  // what the task holds cannot be taken back
    }
    return future.get();
  }

 private:
  template <class T>
  static base::Task<void> deliver(std::function<base::Task<T>()> make, std::shared_ptr<std::promise<T>> promise) {
    promise->set_value(co_await make());
  }
  static base::Task<void> join(base::TaskScope* scope, std::promise<void>* ended) {
    co_await scope->join();
    ended->set_value();
  }

  std::unique_ptr<RunningLoop> loop_;
  base::TaskScope scope_;
  base::TaskScope finish_;
  std::thread thread_;
};

/// A blocking TCP socket whose every operation has a time limit.
class RawSocket {
 public:
  /// The descriptor, which another thread may shut down while it is open.
  struct Handle {
    std::mutex mutex;
    int descriptor;
    explicit Handle(int descriptor) : descriptor(descriptor) {}
    void cut() {
      std::lock_guard lock(mutex);
      if (descriptor >= 0) ::shutdown(descriptor, SHUT_RDWR);
    }
  };

  explicit RawSocket(int descriptor) : descriptor_(descriptor), handle_(std::make_shared<Handle>(descriptor)) {
    limit(patience);
  }
  RawSocket(RawSocket&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), handle_(std::move(other.handle_)) {}
  RawSocket& operator=(RawSocket&&) = delete;
  ~RawSocket() { close(); }
  std::shared_ptr<Handle> handle() const { return handle_; }
  int descriptor() const { return descriptor_; }

  static RawSocket connect(uint16_t port, int receive_buffer = 0) {
    int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer > 0) ::setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address), 0) << std::strerror(errno);
    int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return RawSocket(descriptor);
  }

  void limit(std::chrono::milliseconds time) {
    timeval value{time.count() / 1000, (time.count() % 1000) * 1000};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &value, sizeof value);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &value, sizeof value);
  }

  /// False when the peer has closed.
  bool send(std::string_view text) {
    while (!text.empty()) {
      ssize_t sent = ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }
  /// What comes next, empty at the end, on an error or when nothing comes in time.
  std::string receive_some() {
    char buffer[16384];
    ssize_t got = ::recv(descriptor_, buffer, sizeof buffer, 0);
    last_error_ = got < 0 ? errno : 0;
    return got > 0 ? std::string(buffer, static_cast<size_t>(got)) : std::string();
  }
  /// Reads up to and including `end`; data after it is kept for the next call. Returns all data if `end` never comes.
  std::string receive_until(std::string_view end) {
    for (;;) {
      size_t found = received_.find(end);
      if (found != std::string::npos) {
        std::string text = received_.substr(0, found + end.size());
        received_.erase(0, found + end.size());
        return text;
      }
      std::string more = receive_some();
      if (more.empty()) return std::exchange(received_, {});
      received_ += more;
    }
  }
  std::string receive_bytes(size_t count) {
    while (received_.size() < count) {
      std::string more = receive_some();
      if (more.empty()) break;
      received_ += more;
    }
    count = std::min(count, received_.size());
    std::string text = received_.substr(0, count);
    received_.erase(0, count);
    return text;
  }
  /// Until the peer closes.
  std::string receive_all() {
    std::string text = std::exchange(received_, {});
    for (;;) {
      std::string more = receive_some();
      if (more.empty()) return text;
      text += more;
    }
  }
  /// One response with Content-Length: head and body.
  std::string receive_response() {
    std::string head = receive_until("\r\n\r\n");
    size_t at = head.find("Content-Length: ");
    if (at == std::string::npos) return head;
    return head + receive_bytes(std::stoul(head.substr(at + 16)));
  }
  /// errno of the last receive; 0 for an orderly end.
  int last_error() const { return last_error_; }
  void shutdown_send() { ::shutdown(descriptor_, SHUT_WR); }
  void reset() {
    linger option{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &option, sizeof option);
    close();
  }
  void close() {
    if (descriptor_ < 0) return;
    std::lock_guard lock(handle_->mutex);
    handle_->descriptor = -1;
    ::close(std::exchange(descriptor_, -1));
  }

 private:
  int descriptor_;
  std::shared_ptr<Handle> handle_;
  int last_error_ = 0;
  std::string received_;
};

/// Runs a script on every connection, each on a separate thread. The destructor shuts down connections that are still
/// open.
class ScriptedServer {
 public:
  using Script = std::function<void(RawSocket socket, int number)>;

  explicit ScriptedServer(Script script) : script_(std::move(script)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 64), 0);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] {
      for (int number = 0;; ++number) {
        int descriptor = ::accept(listener_, nullptr, nullptr);
        if (descriptor < 0) return;
        connections_.fetch_add(1);
        RawSocket socket(descriptor);
        handles_.push_back(socket.handle());
        scripts_.emplace_back(
            [this, number, socket = std::move(socket)]() mutable { script_(std::move(socket), number); });
      }
    });
  }
  ~ScriptedServer() {
    ::shutdown(listener_, SHUT_RDWR);  // wakes accept()
    thread_.join();
    ::close(listener_);
    for (auto& handle : handles_) handle->cut();  // wakes scripts that read
    for (auto& script : scripts_) script.join();
  }

  uint16_t port() const { return port_; }
  std::string url(std::string_view path) const { return fmt::format("http://127.0.0.1:{}{}", port_, path); }
  int connections() const { return connections_.load(); }

 private:
  Script script_;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::atomic<int> connections_{0};
  std::vector<std::shared_ptr<RawSocket::Handle>> handles_;  // of the accepting thread until that has ended
  std::vector<std::thread> scripts_;                         // likewise
  std::thread thread_;
};

/// Our server on a separate loop; shut down at the end.
class TestServer {
 public:
  explicit TestServer(HttpServer::Handler handler, ServerOptions options = {}) {
    options.port = 0;
    server_ = thread_.call([&] {
      auto server = listen(thread_.loop(), options, std::move(handler));
      EXPECT_TRUE(server) << server.error().to_string();
      return std::move(*server);
    });
  }
  ~TestServer() {
    if (server_) shutdown(std::chrono::seconds(0));
    thread_.call([this] { server_.reset(); });
  }

  uint16_t port() const { return server_->port(); }
  std::string url(std::string_view path) const { return fmt::format("http://127.0.0.1:{}{}", port(), path); }
  LoopThread& thread() { return thread_; }
  HttpServer& server() { return *server_; }
  ServerCounters counters() {
    return thread_.call([this] { return server_->counters(); });
  }
  std::future<bool> start_shutdown(std::chrono::milliseconds patience) {
    return thread_.start<bool>([this, patience] { return shut(server_.get(), thread_.loop().now() + patience); });
  }
  void shutdown(std::chrono::milliseconds patience) { LoopThread::wait(start_shutdown(patience)); }

 private:
  static base::Task<bool> shut(HttpServer* server, base::MonotonicTime deadline) {
    co_await server->shutdown(deadline);
    co_return true;
  }

  LoopThread thread_;
  std::unique_ptr<HttpServer> server_;
};

// Shorthand for tests of requests and answers.

inline ServerResponse text(std::string body, int status = 200) {
  ServerResponse response;
  response.status = status;
  response.headers.add("Content-Type", "text/plain");
  response.body = std::move(body);
  return response;
}

inline std::string get(std::string_view target) { return fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", target); }

inline std::string status_of(std::string_view response) {
  return response.starts_with("HTTP/1.1 ") ? std::string(response.substr(9, 3)) : "none: " + std::string(response);
}

inline std::string body_of_response(const std::string& response) {
  size_t end = response.find("\r\n\r\n");
  return end == std::string::npos ? "" : response.substr(end + 4);
}

/// `/all` answers the number of bytes in the body and the first of them, or the code of the error; everything else the
/// method and target.
inline base::Task<ServerResponse> simple(ServerRequest request) {
  if (request.target == "/all") {
    auto body = co_await request.body->all(100'000'000);
    co_return text(body ? fmt::format("{} {}", body->size(), body->substr(0, 20))
                        : std::string(body.error().code().text));
  }
  co_return text(request.method + " " + request.target);
}

/// A handler that waits until `gone`, and then records it.
struct WaitsForGone {
  static base::Task<ServerResponse> run(base::Loop* loop, base::CancelToken gone, std::promise<void>* entered,
                                        std::promise<bool>* cancelled) {
    entered->set_value();
    bool elapsed = co_await base::sleep_for(*loop, std::chrono::hours(1), gone);
    cancelled->set_value(!elapsed);
    co_return text("too late");
  }
};

}  // namespace gyr::net::test
