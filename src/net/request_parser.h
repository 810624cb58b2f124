// One HTTP/1 request: Beast's parser with stricter rules parses its head, BodyFraming its body.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/http.h"

namespace gyr::net {

/// Parses one request at a time from bytes that arrive in pieces. Stricter than Beast where two programs could read the
/// same bytes differently (request smuggling): Content-Length once and only digits, Transfer-Encoding exactly
/// `chunked`, one valid Host, no folded headers, no HTTP/1.0 with chunks. Pure; one thread; allocates only what it
/// gives back.
///
/// Use: reset(), parse_head() with what has arrived until it is not need_more, then parse_body() until done.
class RequestParser {
 public:
  enum class State { need_more, done, failed };
  struct Progress {
    size_t consumed;  ///< bytes at the front of the input that the caller may forget
    State state;
  };

  RequestParser(size_t header_bytes, uint64_t body_bytes);
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  void reset();
  /// Fills method, target and headers of `request` once the head is whole; what is not consumed must be given again,
  /// with what has arrived since. After `failed`, error_status() and error_message() say what to answer.
  Progress parse_head(std::string_view input, ServerRequest& request);
  /// Appends the bytes of the body to `piece`; consumes everything up to its end. `done` may come with the last bytes.
  Progress parse_body(std::string_view input, std::string& piece);

  // After a complete head.
  bool body_done() const;
  bool keep_alive() const;
  bool http10() const;
  bool head_method() const;
  bool expects_continue() const;
  /// The number of remaining bytes of the body; nothing if it is chunked.
  std::optional<uint64_t> body_remaining() const;

  int error_status() const;
  std::string_view error_message() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gyr::net
