// Where the body of a request ends: by its length, or by its chunks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gyr::net {

/// Extracts the bytes of a body from the bytes of a connection (RFC 9112, 6.2 and 7.1). It replaces Beast's parser,
/// which ends the program if a last chunk arrives in certain pieces. It accepts input in pieces of any size and keeps
/// only the current line. It is stricter than the standard where programs differ: no spaces around a size, no bare line
/// feeds. Extensions and trailers are checked and ignored.
class BodyFraming {
 public:
  enum class State { need_more, done, failed };

  /// No body.
  BodyFraming() = default;
  static BodyFraming of_length(uint64_t length);
  /// At most `limit` bytes of content.
  static BodyFraming of_chunks(uint64_t limit);

  /// Appends content to `piece` and returns how many bytes of `input` belonged to the body. Bytes after the end of the
  /// body are not consumed.
  size_t take(std::string_view input, std::string& piece);

  State state() const {
    return step_ == Step::done ? State::done : step_ == Step::failed ? State::failed : State::need_more;
  }
  /// The number of remaining bytes; nothing if the body is chunked and not complete.
  std::optional<uint64_t> remaining() const;
  /// Failed because of the limit?
  bool too_large() const { return too_large_; }

 private:
  enum class Step { plain, size, extension, size_end, data, data_return, data_end, trailer, done, failed };

  /// One byte of the framing around the content.
  Step step_over(char c);
  Step size_byte(char c);
  Step end_of_size_line();
  Step trailer_byte(char c);

  Step step_ = Step::done;
  bool chunked_ = false;
  bool too_large_ = false;
  uint64_t left_ = 0;   ///< of the body, or of the chunk
  uint64_t limit_ = 0;  ///< content still allowed
  size_t digits_ = 0;   ///< of the size so far
  size_t around_ = 0;   ///< bytes of this size line, or of all trailers
  std::string line_;    ///< the trailer being read
};

}  // namespace gyr::net
