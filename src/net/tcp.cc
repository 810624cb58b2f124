// TCP sockets on Asio.
#include <sys/socket.h>

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>

#include "base/assert.h"
#include "base/log.h"
#include "net/asio_loop.h"
#include "net/http.h"
#include "net/self_check.h"
#include "net/transport.h"

namespace gyr::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// Connections taken in one turn of the loop, so that a flood of them does not starve those that are open.
constexpr int accepts_per_turn = 32;
/// Connections that the kernel completes while we are busy; the system's own limit (somaxconn) may be lower.
constexpr int accept_backlog = 1024;
/// Out of descriptors or memory: they come back when connections end, so look again after this time.
constexpr std::chrono::milliseconds accept_retry{50};
/// Pieces of one system call; callers have at most four.
constexpr size_t pieces_per_write = 8;

class TcpTransport final : public Transport {
 public:
  explicit TcpTransport(tcp::socket socket) : socket_(std::move(socket)) {}

  Outcome read(std::span<char> into) override {
    for (;;) {
      ssize_t count = ::recv(socket_.native_handle(), into.data(), into.size(), MSG_DONTWAIT);
      if (count > 0) return {Kind::bytes, static_cast<size_t>(count)};
      if (count == 0) return {Kind::end};
      if (errno != EINTR) return failure();
    }
  }

  Outcome write(std::span<const std::string_view> pieces) override {
    std::array<iovec, pieces_per_write> vectors;
    size_t used = 0;
    for (std::string_view piece : pieces) {
      if (piece.empty()) continue;
      if (used == vectors.size()) break;
      vectors[used++] = {const_cast<char*>(piece.data()), piece.size()};
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = used;
    for (;;) {
      ssize_t count = ::sendmsg(socket_.native_handle(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (count >= 0) return {Kind::bytes, static_cast<size_t>(count)};
      if (errno != EINTR) return failure();
    }
  }

  void wait_readable(std::move_only_function<void()> ready) override { wait(tcp::socket::wait_read, std::move(ready)); }
  void wait_writable(std::move_only_function<void()> ready) override {
    wait(tcp::socket::wait_write, std::move(ready));
  }

  void shutdown_send() override {
    error_code ignored;  // the peer may have closed already
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
  }

  void close() override {
    error_code ignored;  // the descriptor is closed in any case
    socket_.close(ignored);
  }

  void reset() override {
    error_code ignored;
    socket_.set_option(tcp::socket::linger(true, 0), ignored);
    socket_.close(ignored);
  }

 private:
  static Outcome failure() {
    if (errno == EAGAIN || errno == EWOULDBLOCK) return {Kind::would_block};
    return {Kind::failed, 0, errno};
  }

  void wait(tcp::socket::wait_type type, std::move_only_function<void()> ready) {
    socket_.async_wait(type, [ready = std::move(ready)](const error_code& error) mutable {
      // Closed meanwhile. Any other error is one that the next read or write reports.
      if (error != asio::error::operation_aborted) ready();
    });
  }

  tcp::socket socket_;
};

std::string text_of(const tcp::endpoint& endpoint) {
  asio::ip::address address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

class TcpListener final : public Listener {
 public:
  explicit TcpListener(AsioLoop& loop) : state_(std::make_shared<State>(loop)) {}
  ~TcpListener() override { stop(); }

  base::Result<void> open(const std::string& text, uint16_t port) {
    error_code error;
    asio::ip::address address = asio::ip::make_address(text == "localhost" ? "127.0.0.1" : text, error);
    if (error) {
      return base::fail(
          base::Error(cannot_listen, fmt::format("cannot listen on `{}`: not an IP address", text))
              .with_hint(
                  "use an IP address of this machine such as 127.0.0.1, or use 0.0.0.0 or :: for all addresses"));
    }
    tcp::endpoint endpoint(address, port);
    tcp::acceptor& acceptor = state_->acceptor;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error && address.is_v6()) acceptor.set_option(asio::ip::v6_only(false), error);
    if (!error) acceptor.non_blocking(true, error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(accept_backlog, error);
    if (error == asio::error::address_in_use) {
      return base::fail(
          base::Error(address_in_use, fmt::format("cannot listen on {}:{}: the port is in use", text, port))
              .with_hint("stop the program that uses the port (`ss -ltnp` shows it), or choose another port"));
    }
    if (error) return base::fail(cannot_listen, fmt::format("cannot listen on {}:{}: {}", text, port, error.message()));
    state_->port = acceptor.local_endpoint(error).port();
    return {};
  }

  uint16_t port() const override { return state_->port; }

  void start(Accepted accepted) override {
    state_->accepted = std::move(accepted);
    wait(state_);
  }

  void stop() override {
    if (state_->stopped) return;
    state_->stopped = true;
    error_code ignored;
    state_->acceptor.close(ignored);
    state_->accepted = nullptr;
    if (state_->retry != 0) state_->loop.cancel_timer(state_->retry);
  }

 private:
  /// Shared with what waits, which may become due after stop().
  struct State {
    explicit State(AsioLoop& loop) : loop(loop), acceptor(loop.context()) {}
    AsioLoop& loop;
    tcp::acceptor acceptor;
    Accepted accepted;
    uint16_t port = 0;
    bool stopped = false;
    base::Loop::TimerId retry = 0;
  };

  static void wait(const std::shared_ptr<State>& state) {
    state->acceptor.async_wait(tcp::acceptor::wait_read, [state](const error_code& error) {
      if (!error) accept_some(state);
    });
  }

  static void accept_some(const std::shared_ptr<State>& state) {
    for (int i = 0; i < accepts_per_turn && !state->stopped; ++i) {
      error_code error;
      tcp::endpoint peer;
      tcp::socket socket = state->acceptor.accept(peer, error);
      if (error == asio::error::would_block || error == asio::error::try_again) break;
      if (error == asio::error::no_descriptors || error == boost::system::errc::too_many_files_open_in_system ||
          error == asio::error::no_buffer_space || error == asio::error::no_memory) {
        // The connection stays in the kernel's queue and would wake us again at once: leave it there for a moment.
        base::log::error("cannot accept a connection: {}", error.message());
        state->retry = state->loop.start_timer(state->loop.now() + accept_retry, [state] {
          state->retry = 0;
          accept_some(state);
        });
        return;
      }
      if (error) continue;  // the client disconnected before it was accepted
      socket.set_option(tcp::no_delay(true), error);
      if (error) continue;              // likewise
      auto accepted = state->accepted;  // a copy: it may call stop()
      accepted(std::make_unique<TcpTransport>(std::move(socket)), text_of(peer));
    }
    if (!state->stopped) wait(state);
  }

  std::shared_ptr<State> state_;
};

}  // namespace

base::Result<std::unique_ptr<Listener>> listen_tcp(RunningLoop& loop, const std::string& address, uint16_t port) {
  auto* asio_loop = dynamic_cast<AsioLoop*>(&loop);
  GYR_ASSERT(asio_loop != nullptr);
  auto listener = std::make_unique<TcpListener>(*asio_loop);
  GYR_CHECK(listener->open(address, port));
  return listener;
}

void throw_by_asio() { (void)asio::ip::make_address("no address"); }

}  // namespace gyr::net
