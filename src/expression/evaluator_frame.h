// The depth counter of the evaluator.
#pragma once

#include <fmt/format.h>

#include "expression/evaluator.h"

namespace gyr::expression {

/// Filters and prints cost one step for this many bytes, so that the limit of steps also bounds the time.
inline constexpr uint64_t bytes_per_step = 256;

/// The cost of a macro, block or nested template in frames: its C++ frames are larger than those of a node by this
/// factor.
inline constexpr uint32_t frames_per_call = 8;

class Evaluator::Frame {
 public:
  Frame(Evaluator& evaluator, uint32_t frames) : session_(evaluator.session_), frames_(frames) {
    session_.depth += frames_;
    if (session_.depth > session_.limits.depth * frames_per_level) [[unlikely]] {
      ok_ = false;
      evaluator.fail(fmt::format("the evaluation is nested deeper than {} levels", session_.limits.depth), 0,
                     limit_exceeded);
    }
  }
  ~Frame() { session_.depth -= frames_; }
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;
  explicit operator bool() const { return ok_; }

 private:
  Session& session_;
  uint32_t frames_;
  bool ok_ = true;
};

}  // namespace gyr::expression
