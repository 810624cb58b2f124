// Just enough of HTTP/1.1 for a load generator: requests as text, answers parsed as they arrive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace gyr::load {

/// Where to connect to, from `http://host:port[/base]`. TLS is not spoken: it would measure the generator.
struct Url {
  std::string host;
  uint16_t port = 80;
  std::string base;  ///< without a slash at its end
};
base::Result<Url> parse_url(std::string_view text);

/// A whole request. `content_type` is sent only with a body; `authorization` only if it is not empty.
std::string format_request(const Url& url, std::string_view method, std::string_view path, std::string_view body,
                           std::string_view content_type, std::string_view authorization);

/// Parses one answer after another from a keep-alive connection. Feed it bytes until done(), read it, then reset().
/// Errors are final: the connection cannot be used any more.
class AnswerParser {
 public:
  /// Takes as many bytes as belong to this answer and says how many those were; an error on a malformed or oversized
  /// one.
  base::Result<size_t> feed(std::string_view bytes);
  /// The peer closed the connection: an answer that lasts until then is complete now. False if it is cut short.
  bool finish();
  void reset();

  bool done() const { return stage_ == Stage::done; }
  /// Nothing of an answer has arrived yet.
  bool idle() const { return stage_ == Stage::head && head_.empty(); }
  int status() const { return status_; }
  std::string_view body() const { return body_; }
  /// The connection may carry another request.
  bool keep_alive() const { return keep_alive_; }

 private:
  enum class Stage { head, fixed, until_close, chunk_size, chunk_data, chunk_end, trailer, done };

  base::Result<void> read_head();
  base::Result<size_t> feed_chunk_line(std::string_view bytes);
  size_t take_body(std::string_view bytes);

  Stage stage_ = Stage::head;
  std::string head_;
  std::string line_;
  std::string body_;
  uint64_t left_ = 0;
  int status_ = 0;
  bool keep_alive_ = true;
};

}  // namespace gyr::load
