// A byte stream that never blocks: what a connection speaks HTTP over. TCP today, memory in tests, TLS later.
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

/// One connection's bytes, in the style of readiness: try now, and where that would block wait until it may not. So an
/// idle connection holds no buffer, and TLS (whose reads may have to write) fits behind the same calls. Lives on one
/// loop. After close() nothing that was waited for is called any more, except what is already due.
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
  /// Calls `ready` once, later, when read() may give something. One wait at a time per direction.
  virtual void wait_readable(std::move_only_function<void()> ready) = 0;
  virtual void wait_writable(std::move_only_function<void()> ready) = 0;
  /// Tells the peer that no more will be sent.
  virtual void shutdown_send() = 0;
  virtual void close() = 0;
  /// Closes so that the peer sees an error, not an orderly end.
  virtual void reset() = 0;
};

/// A listening socket. Lives on one loop.
class Listener {
 public:
  using Accepted = std::function<void(std::unique_ptr<Transport> transport, std::string peer)>;

  virtual ~Listener() = default;
  virtual uint16_t port() const = 0;
  /// Calls `accepted` on the loop for every connection from now on. Before the loop runs, or on its thread.
  virtual void start(Accepted accepted) = 0;
  virtual void stop() = 0;
};

/// Binds to an address and port (0: any free one). Fails with address_in_use or cannot_listen.
base::Result<std::unique_ptr<Listener>> listen_tcp(RunningLoop& loop, const std::string& address, uint16_t port);

}  // namespace gyr::net
