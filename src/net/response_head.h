// The bytes of a response's head.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "net/http.h"

namespace gyr::net {

/// `Date: Mon, 05 Jan 2026 10:00:00 GMT` with its line end, updated at most once a second. One thread.
class DateHeader {
 public:
  /// `now` paces the renewal; the text comes from the machine's clock.
  std::string_view line(base::MonotonicTime now);

 private:
  base::SystemClock clock_;
  base::MonotonicTime valid_until_{};
  std::string line_;
};

/// How the end of the body is marked.
enum class Framing {
  none,    ///< no body, and none announced: 204, 304
  length,  ///< Content-Length
  chunked,
  until_close  ///< HTTP/1.0 clients and streams of unknown length
};

/// What the connection adds to the head of an answer.
struct HeadOptions {
  Framing framing = Framing::length;
  uint64_t length = 0;
  bool keep_alive = true;
  bool http10 = false;  ///< keep-alive must be said
};

/// Whether the headers of the handler are valid.
bool headers_are_writable(const Headers& headers);
/// Appends status line, the handler's headers but those the server answers for, and the server's own, to `out`.
void write_head(std::string& out, int status, const Headers& headers, const HeadOptions& options,
                std::string_view date_line);

}  // namespace gyr::net
