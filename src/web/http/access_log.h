// The log of requests (`micronaut.server.netty.access-logger`, OPS-31): one line per answer, when its last byte is
// ready.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "net/http.h"
#include "text/regex.h"

namespace gyr::web {

/// What is written, and where.
struct AccessLogOptions {
  /// Letters as `%r`, or `common`, or `combined`; empty: default_access_format.
  std::string format = {};
  /// Regular expressions for whole paths, without context path and query.
  std::vector<std::string> exclusions = {};
  /// Appended to; empty: standard error.
  std::string file = {};
  std::string address = {};  ///< on which the server listens
  uint16_t port = 0;         ///< 0: any free port
  uint16_t management_port = 0;
};

inline constexpr std::string_view default_access_format =
    "%{yyyy-MM-dd'T'HH:mm:ss.SSS'Z'}t | %r | status: %s | ip: %a | length: %b | duration: %D";

/// An answer that is about to be sent.
struct LoggedExchange {
  const net::ServerRequest& request;
  std::string_view path = {};  ///< without context path and query
  std::string_view user = {};  ///< who is signed in; empty: nobody
  base::Instant begun = {};
  base::MonotonicTime begun_monotonic = {};
  bool on_management_port = false;
};

/// Thread-safe. Keys of webhooks and headers with credentials are written as `***`; what could end a line or a quoted
/// text is escaped. A line that cannot be written is lost, and the log of the server says so once.
class AccessLog {
 public:
  /// Fails for a letter, a date pattern or an expression that it does not know, and if the file cannot be opened; the
  /// message names the key.
  static base::Result<std::shared_ptr<AccessLog>> open(AccessLogOptions options);
  AccessLog() = default;  ///< for open()
  ~AccessLog();
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  /// Writes the line of a complete answer; that of a stream is written when the stream ends.
  static void add(const std::shared_ptr<AccessLog>& log, const LoggedExchange& exchange, net::ServerResponse& response);
  /// Opens the file again under its name, after it was moved away. Without effect for standard error. If it cannot be
  /// opened, the old file stays in use.
  void reopen();

 private:
  struct Element {
    char letter = 0;            ///< 0: `text` as it is
    std::string argument = {};  ///< text, name of a header, or pattern of a date
    bool at_end = false;        ///< of a date: when the answer ends
    bool hidden = false;        ///< a header or cookie with credentials
  };
  /// A line whose last elements wait for the end of the answer.
  struct Line;
  struct LoggedStream;

  base::Result<void> compile(std::string_view format);
  base::Result<size_t> compile_letter(std::string_view format, size_t at);
  void compile_positions(std::string_view format);
  bool excludes(std::string_view path) const;
  Line line_of(const LoggedExchange& exchange, const net::ServerResponse& response) const;
  std::string element_text(const Element& element, const LoggedExchange& exchange,
                           const net::ServerResponse& response) const;
  void finish(Line& line);
  void write(std::string_view line);
  static base::Task<base::Result<std::string>> next_piece(std::shared_ptr<LoggedStream> stream);

  AccessLogOptions options_;
  std::vector<Element> elements_;
  std::vector<std::shared_ptr<const text::Regex>> exclusions_;
  std::string host_name_;
  std::mutex mutex_;  // guards the rest
  int file_ = 2;
  bool has_failed_ = false;
};

/// The target or URL with the key of a webhook replaced by `***`.
std::string hide_webhook_key(std::string_view target);

}  // namespace gyr::web
