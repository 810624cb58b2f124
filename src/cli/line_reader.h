// Reads a file or pipe line by line.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace gyr::cli {

/// Reads from a descriptor that the caller owns. Returns each line as soon as it is complete, so that two programs can
/// communicate line by line. Memory is bounded by the maximum length of a line.
class LineReader {
 public:
  static constexpr size_t max_line_bytes = 16u << 20;

  struct Line {
    enum class Kind : uint8_t { text, too_long, end };
    Kind kind = Kind::end;
    std::string_view text;  ///< without the line break; valid until the next call
  };

  explicit LineReader(int fd) : fd_(fd) {}
  base::Result<Line> next();

 private:
  /// False at the end of the input.
  base::Result<bool> read_more();

  int fd_;
  std::string buffer_;
  size_t begin_ = 0;     // of the next line in the buffer
  size_t searched_ = 0;  // no line break before this
  bool ended_ = false;
};

}  // namespace gyr::cli
