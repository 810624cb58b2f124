#include "http.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"
#include "codes.h"

namespace gyr::load {

namespace {

constexpr size_t max_head_bytes = 64 * 1024;     // twice what servers send at most
constexpr uint64_t max_body_bytes = 1ULL << 30;  // an execution with 100,000 task runs is about 100 MB
constexpr size_t max_chunk_line_bytes = 1024;
constexpr std::string_view end_of_head = "\r\n\r\n";

template <class Number>
std::optional<Number> to_number(std::string_view text, int base = 10) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

}  // namespace

base::Result<Url> parse_url(std::string_view text) {
  constexpr std::string_view scheme = "http://";
  if (!text.starts_with(scheme)) {
    return base::fail(bad_option, fmt::format("'{}' is no address of the form http://host:port", text));
  }
  std::string_view rest = text.substr(scheme.size());
  Url url;
  const size_t slash = rest.find('/');
  if (slash != std::string_view::npos) {
    url.base = rest.substr(slash);
    while (url.base.ends_with('/')) url.base.pop_back();
    rest = rest.substr(0, slash);
  }
  const size_t colon = rest.rfind(':');
  if (colon != std::string_view::npos) {
    const auto port = to_number<uint16_t>(rest.substr(colon + 1));
    if (!port || *port == 0) return base::fail(bad_option, fmt::format("'{}' has no valid port", text));
    url.port = *port;
    rest = rest.substr(0, colon);
  }
  if (rest.empty()) return base::fail(bad_option, fmt::format("'{}' names no host", text));
  url.host = rest;
  return url;
}

std::string format_request(const Url& url, std::string_view method, std::string_view path, std::string_view body,
                           std::string_view content_type, std::string_view authorization) {
  std::string out = fmt::format("{} {}{} HTTP/1.1\r\nHost: {}:{}\r\nAccept: application/json\r\n", method, url.base,
                                path, url.host, url.port);
  if (!authorization.empty()) out += fmt::format("Authorization: {}\r\n", authorization);
  if (!body.empty()) out += fmt::format("Content-Type: {}\r\n", content_type);
  if (method != "GET") out += fmt::format("Content-Length: {}\r\n", body.size());
  out += "\r\n";
  out += body;
  return out;
}

void AnswerParser::reset() {
  stage_ = Stage::head;
  head_.clear();
  line_.clear();
  body_.clear();
  left_ = 0;
  status_ = 0;
  keep_alive_ = true;
}

base::Result<size_t> AnswerParser::feed(std::string_view bytes) {
  size_t used = 0;
  while (used < bytes.size() && stage_ != Stage::done) {
    const std::string_view rest = bytes.substr(used);
    switch (stage_) {
      case Stage::head: {
        const size_t before = head_.size();
        head_ += rest.substr(0, max_head_bytes + end_of_head.size() - std::min(before, max_head_bytes));
        // The end may lie across two pieces.
        const size_t end = head_.find(end_of_head, before < 3 ? 0 : before - 3);
        if (end == std::string::npos) {
          if (head_.size() > max_head_bytes) return base::fail(bad_answer, "the head of an answer is too long");
          used += head_.size() - before;
          break;
        }
        used += end + end_of_head.size() - before;
        head_.resize(end + 2);
        GYR_CHECK(read_head());
        break;
      }
      case Stage::fixed:
      case Stage::until_close:
      case Stage::chunk_data:
        used += take_body(rest);
        if (body_.size() > max_body_bytes) return base::fail(bad_answer, "the body of an answer is too long");
        break;
      case Stage::chunk_size:
      case Stage::chunk_end:
      case Stage::trailer: {
        GYR_TRY(const size_t taken, feed_chunk_line(rest));
        used += taken;
        break;
      }
      case Stage::done: break;
    }
  }
  return used;
}

bool AnswerParser::finish() {
  if (stage_ == Stage::until_close) stage_ = Stage::done;
  return stage_ == Stage::done;
}

base::Result<void> AnswerParser::read_head() {
  std::string_view rest = head_;
  const auto next_line = [&rest] {
    const size_t end = rest.find("\r\n");
    const std::string_view line = rest.substr(0, end);
    rest = rest.substr(end + 2);
    return line;
  };
  const std::string_view first = next_line();
  const auto status = first.size() >= 12 ? to_number<int>(first.substr(9, 3)) : std::nullopt;
  if (!first.starts_with("HTTP/1.") || !status || *status < 100) {
    return base::fail(bad_answer, fmt::format("not an HTTP answer: '{}'", base::repair_utf8(first.substr(0, 80))));
  }
  status_ = *status;
  keep_alive_ = first[7] == '1';
  bool chunked = false;
  std::optional<uint64_t> length;
  while (!rest.empty()) {
    const std::string_view line = next_line();
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) return base::fail(bad_answer, "a header line without a colon");
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = base::trim(line.substr(colon + 1));
    if (base::equals_ignoring_case(name, "content-length")) {
      length = to_number<uint64_t>(value);
      if (!length || *length > max_body_bytes) return base::fail(bad_answer, "a Content-Length that cannot be");
    } else if (base::equals_ignoring_case(name, "transfer-encoding")) {
      chunked = base::equals_ignoring_case(value, "chunked");
      if (!chunked) return base::fail(bad_answer, "a Transfer-Encoding other than chunked");
    } else if (base::equals_ignoring_case(name, "connection")) {
      if (base::equals_ignoring_case(value, "close")) keep_alive_ = false;
      if (base::equals_ignoring_case(value, "keep-alive")) keep_alive_ = true;
    }
  }
  if (status_ < 200) {  // an interim answer: the real one follows
    reset();
  } else if (status_ == 204 || status_ == 304 || (!chunked && length == 0)) {
    stage_ = Stage::done;
  } else if (chunked) {
    stage_ = Stage::chunk_size;
  } else if (length) {
    left_ = *length;
    stage_ = Stage::fixed;
  } else {
    keep_alive_ = false;
    stage_ = Stage::until_close;
  }
  return {};
}

base::Result<size_t> AnswerParser::feed_chunk_line(std::string_view bytes) {
  const size_t end = bytes.find('\n');
  const size_t used = end == std::string_view::npos ? bytes.size() : end + 1;
  line_ += bytes.substr(0, used);
  if (line_.size() > max_chunk_line_bytes) return base::fail(bad_answer, "a chunk's head is too long");
  if (end == std::string_view::npos) return used;

  const std::string_view line = base::trim(line_);
  switch (stage_) {
    case Stage::chunk_size: {
      const auto size = to_number<uint64_t>(base::trim(line.substr(0, line.find(';'))), 16);
      if (!size || *size > max_body_bytes) return base::fail(bad_answer, "a chunk without a valid size");
      left_ = *size;
      stage_ = *size == 0 ? Stage::trailer : Stage::chunk_data;
      break;
    }
    case Stage::chunk_end:
      if (!line.empty()) return base::fail(bad_answer, "a chunk longer than it says");
      stage_ = Stage::chunk_size;
      break;
    default:  // the trailer ends at an empty line
      if (line.empty()) stage_ = Stage::done;
      break;
  }
  line_.clear();
  return used;
}

size_t AnswerParser::take_body(std::string_view bytes) {
  if (stage_ == Stage::until_close) {
    body_ += bytes;
    return bytes.size();
  }
  const size_t taken = static_cast<size_t>(std::min<uint64_t>(left_, bytes.size()));
  body_ += bytes.substr(0, taken);
  left_ -= taken;
  if (left_ == 0) stage_ = stage_ == Stage::fixed ? Stage::done : Stage::chunk_end;
  return taken;
}

}  // namespace gyr::load
