// The stream in which an engine sends standard output and standard error of a container together.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>

#include "base/error.h"

namespace gyr::plugins::runner {

inline constexpr base::ErrorCode engine_answer{
    "GYR-P074"};  ///< the engine rejected a request, or its response is not valid

/// Takes the stream apart: frames of eight bytes (which stream, how long) and their bytes. Keeps no content. One
/// thread.
class StreamFrames {
 public:
  using Sink = std::function<void(bool is_stderr, std::string_view bytes)>;

  explicit StreamFrames(Sink sink) : sink_(std::move(sink)) {}
  /// Fails, and keeps failing, if the bytes are not frames.
  base::Result<void> feed(std::string_view bytes);
  /// Whether the stream ended between two frames.
  bool complete() const { return left_ == 0 && header_filled_ == 0; }

 private:
  Sink sink_;
  std::array<unsigned char, 8> header_{};
  size_t header_filled_ = 0;
  uint32_t left_ = 0;
  bool is_stderr_ = false;
};

}  // namespace gyr::plugins::runner
