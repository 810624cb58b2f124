// A non-blocking byte stream for HTTP connections. TCP today, memory in tests, TLS later.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace gyr::net {

class RunningLoop;

/// The byte stream of one connection, based on readiness: try now; if that would block, wait until it may not. An idle
/// connection therefore has no buffer, and TLS (whose reads may have to write) fits the same interface. Used on one
/// loop. After close() no pending callback is called, except those that are already due.
class Transport {
 public:
  enum class Kind : uint8_t {
    bytes,  ///< `bytes` were moved, at least one
    would_block,
    end,     ///< the peer sends no more (reading only)
    failed,  ///< broken; errno in `error`
  };
  struct Outcome {
    Kind kind;
    size_t bytes = 0;
    int error = 0;
  };

  virtual ~Transport() = default;
  virtual Outcome read(std::span<char> into) = 0;
  /// Sends some of the pieces, in order.
  virtual Outcome write(std::span<const std::string_view> pieces) = 0;
  /// Calls `ready` once, later, when read() may succeed. One wait at a time per direction.
  virtual void wait_readable(std::move_only_function<void()> ready) = 0;
  virtual void wait_writable(std::move_only_function<void()> ready) = 0;
  /// Tells the peer that no more will be sent.
  virtual void shutdown_send() = 0;
  virtual void close() = 0;
  /// Closes so that the peer sees an error instead of an orderly end.
  virtual void reset() = 0;
};

/// A listening socket. Used on one loop.
class Listener {
 public:
  using Accepted = std::function<void(std::unique_ptr<Transport> transport, std::string peer)>;

  virtual ~Listener() = default;
  virtual uint16_t port() const = 0;
  /// Calls `accepted` on the loop for every connection from now on. Before the loop runs, or on its thread.
  virtual void start(Accepted accepted) = 0;
  virtual void stop() = 0;
};

/// Binds to an address and port (0: any free port). Fails with address_in_use or cannot_listen.
base::Result<std::unique_ptr<Listener>> listen_tcp(RunningLoop& loop, const std::string& address, uint16_t port);

}  // namespace gyr::net
