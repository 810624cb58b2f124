#include "plugins/runner/docker/stream_frames.h"

#include <algorithm>

namespace gyr::plugins::runner {

base::Result<void> StreamFrames::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    if (left_ > 0) {
      const size_t taken = std::min<size_t>(left_, bytes.size());
      sink_(is_stderr_, bytes.substr(0, taken));
      bytes.remove_prefix(taken);
      left_ -= static_cast<uint32_t>(taken);
      continue;
    }
    header_[header_filled_++] = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    if (header_filled_ < header_.size()) continue;
    // 0 is standard input, which an engine never echoes here; 3 is a message of the engine itself.
    if (header_[0] > 3 || header_[1] != 0 || header_[2] != 0 || header_[3] != 0) {
      header_filled_ = 0;
      return base::fail(engine_answer,
                        "cannot read the output of the container: the stream of the container engine has no frames");
    }
    header_filled_ = 0;
    is_stderr_ = header_[0] >= 2;
    left_ = uint32_t(header_[4]) << 24 | uint32_t(header_[5]) << 16 | uint32_t(header_[6]) << 8 | uint32_t(header_[7]);
  }
  return {};
}

}  // namespace gyr::plugins::runner
