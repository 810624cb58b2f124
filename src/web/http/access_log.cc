#include "web/http/access_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/log.h"
#include "base/text.h"
#include "expression/dates/dates.h"
#include "net/header_value.h"
#include "net/url.h"
#include "text/moment.h"
#include "text/zone.h"
#include "web/http/errors.h"

namespace gyr::web {
namespace {

constexpr std::string_view nothing = "-";
constexpr std::string_view hidden_text = "***";
/// `%t` without a pattern: the date of the common log format.
constexpr std::string_view common_date = "'['dd/MMM/yyyy:HH:mm:ss Z']'";
constexpr std::string_view common_format = "%h %l %u %t \"%r\" %s %b";
constexpr std::string_view combined_format = "%h %l %u %t \"%r\" %s %b \"%{Referer}i\" \"%{User-Agent}i\"";
/// What the positions of a format with `{}` mean, in order.
constexpr std::string_view positions = "tDmUsba?";
/// Longer values say no more, and one request must not fill the disk.
constexpr size_t max_value_bytes = 4'096;

/// Text that cannot end its line or its quotes: everything but printable ASCII is written as `\xHH`.
void append_escaped(std::string& out, std::string_view text) {
  for (char c : text.substr(0, max_value_bytes)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte >= 0x7F) {
      out += fmt::format("\\x{:02X}", byte);
    } else {
      out += c;
    }
  }
  if (text.size() > max_value_bytes) out += "...";
}

/// Whether the name of a header or cookie says that its value proves who somebody is.
bool is_credential(std::string_view name) {
  const std::string lower = base::to_lower_ascii(name);
  return std::ranges::any_of(std::initializer_list<std::string_view>{"auth", "cookie", "token", "session", "secret",
                                                                     "passw", "api-key", "apikey", "signature", "jwt"},
                             [&](std::string_view part) { return lower.contains(part); });
}

base::Error bad_key(std::string_view key, std::string message) {
  return {bad_argument, fmt::format("`micronaut.server.netty.access-logger.{}` {}", key, message)};
}

base::Result<std::string> date_text(base::Instant instant, std::string_view pattern) {
  static const text::Zone utc = text::Zone::of_offset(0);
  return expression::format_moment(text::Moment::at(instant, utc), pattern, "en");
}

/// Opening a pipe without a reader must not wait.
base::Result<int> open_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
                          S_IRUSR | S_IWUSR | S_IRGRP);
  if (file < 0)
    return base::fail(bad_argument,
                      fmt::format("`gyr.access-log.file`: cannot open `{}`: {}", path, std::strerror(errno)));
  return file;
}

}  // namespace

std::string hide_webhook_key(std::string_view target) {
  const std::string_view path = target.substr(0, target.find_first_of("?#"));
  if (path.find("ebhook") == std::string_view::npos && path.find('%') == std::string_view::npos)
    return std::string(target);
  std::string before;
  int after_webhook = -1;  // segments since `webhook`; negative: not seen
  constexpr int key_position = 3;
  for (size_t at = 0; at < path.size();) {
    const size_t end = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, end - at);
    if (!segment.empty()) {
      const auto decoded = net::percent_decode(segment);
      const std::string text = decoded ? *decoded : std::string(segment);
      if (after_webhook >= 0) after_webhook += 1;
      if (after_webhook == key_position)
        return fmt::format("{}{}{}", target.substr(0, at), hidden_text, target.substr(end));
      if (after_webhook < 0 && text == "webhook" && before == "executions") after_webhook = 0;
      before = text;
    }
    at = end + 1;
  }
  return std::string(target);
}

struct AccessLog::Line {
  std::vector<std::string> texts;  ///< one for each element; empty where it waits
  uint64_t bytes = 0;
  base::Instant begun;
  base::MonotonicTime begun_monotonic;
};

/// The body of an answer, counted. Its line is written when the server lets go of it: at its end, or when the client
/// has left.
struct AccessLog::LoggedStream {
  std::shared_ptr<AccessLog> log;
  Line line;
  std::function<base::Task<base::Result<std::string>>()> inner;
  ~LoggedStream() { log->finish(line); }
};

base::Result<std::shared_ptr<AccessLog>> AccessLog::open(AccessLogOptions options) {
  auto log = std::make_shared<AccessLog>();
  for (const std::string& exclusion : options.exclusions) {
    auto pattern = text::Regex::compile(exclusion);
    if (!pattern)
      return base::fail(bad_key(
          "exclusions", fmt::format("`{}` is not a regular expression: {}", exclusion, pattern.error().message())));
    log->exclusions_.push_back(*std::move(pattern));
  }
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) == 0) log->host_name_ = name.data();
  log->options_ = std::move(options);
  GYR_CHECK(log->compile(log->options_.format.empty() ? default_access_format : log->options_.format));
  if (!log->options_.file.empty()) {
    GYR_TRY(log->file_, open_file(log->options_.file));
  }
  return log;
}

AccessLog::~AccessLog() {
  if (!options_.file.empty() && file_ > 2) ::close(file_);
}

base::Result<void> AccessLog::compile(std::string_view format) {
  if (format == "common") format = common_format;
  if (format == "combined") format = combined_format;
  if (format.find('%') == std::string_view::npos && format.find("{}") != std::string_view::npos) {
    compile_positions(format);
    return {};
  }
  for (size_t at = 0; at < format.size();) {
    if (format[at] == '%') {
      GYR_TRY(at, compile_letter(format, at + 1));
      continue;
    }
    const size_t end = std::min(format.find('%', at), format.size());
    elements_.push_back({.argument = std::string(format.substr(at, end - at))});
    at = end;
  }
  return {};
}

/// The older form `[Method: {}]`, whose values come in a fixed order.
void AccessLog::compile_positions(std::string_view format) {
  size_t position = 0;
  for (size_t at = 0; at < format.size();) {
    const size_t end = std::min(format.find("{}", at), format.size());
    if (end > at) elements_.push_back({.argument = std::string(format.substr(at, end - at))});
    if (end < format.size()) {
      Element element{.letter = position < positions.size() ? positions[position] : '?'};
      if (element.letter == 't') element.argument = "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'";
      elements_.push_back(std::move(element));
      position += 1;
    }
    at = end + 2;
  }
}

/// Reads what follows a `%` and returns the place behind it.
base::Result<size_t> AccessLog::compile_letter(std::string_view format, size_t at) {
  Element element;
  if (at < format.size() && format[at] == '{') {
    const size_t end = format.find('}', at);
    if (end == std::string_view::npos) return base::fail(bad_key("log-format", "has a `%{` without its `}`"));
    element.argument = std::string(format.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  constexpr std::string_view plain = "aAbBhHlmpqrsuUvDT", named = "ioCc";
  const char letter = at < format.size() ? format[at] : '\0';
  element.letter = letter;
  if (letter == '%' && element.argument.empty()) {
    element = {.argument = "%"};
  } else if (letter == 't') {
    std::string_view pattern = element.argument;
    element.at_end = pattern.starts_with("end:");
    if (element.at_end) pattern.remove_prefix(4);
    if (pattern.starts_with("begin:")) pattern.remove_prefix(6);
    element.argument = pattern.empty() ? common_date : pattern;
    if (auto text = date_text({}, element.argument); !text)
      return base::fail(bad_key("log-format", fmt::format("has the pattern of a date `{}` that is not valid: {}",
                                                          element.argument, text.error().message())));
  } else if (letter != '\0' && named.contains(letter)) {
    if (element.argument.empty())
      return base::fail(
          bad_key("log-format", fmt::format("has `%{}` without a name, as in `%{{User-Agent}}i`", letter)));
    element.hidden = is_credential(element.argument);
  } else if (letter == '\0' || !plain.contains(letter)) {
    return base::fail(base::Error(bad_key("log-format", fmt::format("has `%{}`, which is not a letter of this log",
                                                                    letter == '\0' ? "" : std::string(1, letter))))
                          .with_hint("the letters are in docs/users/operations.md; write a percent sign as `%%`"));
  }
  elements_.push_back(std::move(element));
  return at + 1;
}

bool AccessLog::excludes(std::string_view path) const {
  return std::ranges::any_of(exclusions_,
                             [path](const auto& pattern) { return pattern->matches_whole(path).value_or(false); });
}

std::string AccessLog::element_text(const Element& element, const LoggedExchange& exchange,
                                    const net::ServerResponse& response) const {
  const net::ServerRequest& request = exchange.request;
  const std::string_view target = request.target;
  const size_t query = target.find('?');
  const auto named = [&](std::optional<std::string_view> value) {
    if (!value) return std::string(nothing);
    return element.hidden ? std::string(hidden_text) : hide_webhook_key(*value);
  };
  const auto or_nothing = [](std::string_view value) { return std::string(value.empty() ? nothing : value); };
  switch (element.letter) {
    case 0: return element.argument;
    case 'a':
    case 'h': return or_nothing(request.peer);
    case 'A': return or_nothing(options_.address);
    case 'H': return "HTTP/1.1";
    case 'm': return request.method;
    case 'p': return std::to_string(exchange.on_management_port ? options_.management_port : options_.port);
    case 'q': return query == std::string_view::npos ? std::string(nothing) : or_nothing(target.substr(query + 1));
    case 'r': return fmt::format("{} {} HTTP/1.1", request.method, hide_webhook_key(target));
    case 's': return std::to_string(response.status);
    case 't': return date_text(exchange.begun, element.argument).value_or(std::string(nothing));
    case 'u': return or_nothing(exchange.user);
    case 'U': return hide_webhook_key(target.substr(0, query));
    case 'v': return or_nothing(host_name_);
    case 'i': return named(request.headers.get(element.argument));
    case 'o': return named(response.headers.get(element.argument));
    case 'C': {
      const auto value = net::cookie(request.headers.get("Cookie").value_or(""), element.argument);
      return named(value ? std::optional<std::string_view>(*value) : std::nullopt);
    }
    case 'c': {
      for (std::string_view set : response.headers.all("Set-Cookie")) {
        if (set.starts_with(element.argument + "="))
          return named(set.substr(0, set.find(';')).substr(element.argument.size() + 1));
      }
      return std::string(nothing);
    }
    default: return std::string(nothing);
  }
}

AccessLog::Line AccessLog::line_of(const LoggedExchange& exchange, const net::ServerResponse& response) const {
  Line line{.texts = {}, .bytes = 0, .begun = exchange.begun, .begun_monotonic = exchange.begun_monotonic};
  line.texts.reserve(elements_.size());
  constexpr std::string_view at_the_end = "bBDT";
  for (const Element& element : elements_) {
    const bool waits = element.letter != 0 && (at_the_end.contains(element.letter) || element.at_end);
    line.texts.push_back(waits ? std::string() : element_text(element, exchange, response));
  }
  return line;
}

void AccessLog::add(const std::shared_ptr<AccessLog>& log, const LoggedExchange& exchange,
                    net::ServerResponse& response) {
  if (log->excludes(exchange.path)) return;
  Line line = log->line_of(exchange, response);
  const bool has_body = exchange.request.method != "HEAD" && response.status != 204 && response.status != 304;
  if (response.stream && has_body) {
    auto stream = std::make_shared<LoggedStream>(log, std::move(line), std::move(response.stream));
    response.stream = [stream = std::move(stream)] { return next_piece(stream); };
    return;
  }
  if (has_body) line.bytes = response.body.size();
  log->finish(line);
}

base::Task<base::Result<std::string>> AccessLog::next_piece(std::shared_ptr<LoggedStream> stream) {
  auto piece = co_await stream->inner();
  if (piece) stream->line.bytes += piece->size();
  co_return piece;
}

void AccessLog::finish(Line& line) {
  const auto took = base::monotonic_now() - line.begun_monotonic;
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
  std::string out;
  for (size_t i = 0; i < elements_.size(); ++i) {
    const Element& element = elements_[i];
    switch (element.letter) {
      case 0: out += line.texts[i]; break;
      case 'b': out += line.bytes == 0 ? std::string(nothing) : std::to_string(line.bytes); break;
      case 'B': out += std::to_string(line.bytes); break;
      case 'D': out += std::to_string(millis); break;
      case 'T': out += std::to_string(millis / 1'000); break;
      case 't':
        if (element.at_end) {
          out += date_text(line.begun + base::Duration::of_millis(millis), element.argument).value_or("-");
          break;
        }
        [[fallthrough]];
      default: append_escaped(out, line.texts[i]);
    }
  }
  out += '\n';
  write(out);
}

void AccessLog::write(std::string_view line) {
  std::lock_guard lock(mutex_);
  // A line is written by one call, so that lines of several processes do not mix.
  ssize_t written = 0;
  do {
    written = ::write(file_, line.data(), line.size());
  } while (written < 0 && errno == EINTR);
  const bool failed = written != static_cast<ssize_t>(line.size());
  if (failed && !has_failed_) {
    base::log::warn("cannot write the access log; its lines are lost until it can be written again: {}",
                    written < 0 ? std::strerror(errno) : "the line was cut off");
  }
  has_failed_ = failed;
}

void AccessLog::reopen() {
  if (options_.file.empty()) return;
  auto opened = open_file(options_.file);
  if (!opened) {
    base::log::error("the access log stays in its old file: {}", opened.error().message());
    return;
  }
  std::lock_guard lock(mutex_);
  ::close(std::exchange(file_, *opened));
  has_failed_ = false;
}

}  // namespace gyr::web
