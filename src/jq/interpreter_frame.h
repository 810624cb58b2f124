// The depth counter of the jq interpreter.
#pragma once

#include "jq/interpreter.h"

namespace gyr::jq {

/// Making containers and texts costs a step for so much of them.
inline constexpr uint64_t items_per_step = 16;
inline constexpr uint64_t bytes_per_step = 256;

/// Nested calls of the interpreter; each takes some hundred bytes of stack, and results are handed on from within the
/// calls that make them. Recursive functions of a program get this far.
inline constexpr uint32_t frames_limit = 2000;

class Interpreter::Frame {
 public:
  explicit Frame(Interpreter& interpreter) : interpreter_(interpreter) {
    ++interpreter_.frames_;
    if (interpreter_.frames_ > frames_limit) {
      ok_ = interpreter_.fail_limit("the jq program recurses too deeply");
    } else {
      ok_ = interpreter_.charge(1);
    }
  }
  ~Frame() { --interpreter_.frames_; }
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;
  explicit operator bool() const { return ok_; }

 private:
  Interpreter& interpreter_;
  bool ok_ = true;
};

}  // namespace gyr::jq
