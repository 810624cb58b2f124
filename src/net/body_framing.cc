#include "net/body_framing.h"

#include "net/http_syntax.h"

namespace gyr::net {
namespace {

/// Nobody uses extensions; without a bound they could be all that a client sends.
constexpr size_t max_size_line_bytes = 256;
constexpr size_t max_trailer_bytes = 8 * 1024;
constexpr size_t max_size_digits = 16;  // 64 bits

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

BodyFraming BodyFraming::of_length(uint64_t length) {
  BodyFraming framing;
  framing.left_ = length;
  framing.step_ = length > 0 ? Step::plain : Step::done;
  return framing;
}

BodyFraming BodyFraming::of_chunks(uint64_t limit) {
  BodyFraming framing;
  framing.chunked_ = true;
  framing.limit_ = limit;
  framing.step_ = Step::size;
  return framing;
}

std::optional<uint64_t> BodyFraming::remaining() const {
  if (step_ == Step::done) return 0;
  if (chunked_) return std::nullopt;
  return left_;
}

size_t BodyFraming::take(std::string_view input, std::string& piece) {
  size_t at = 0;
  while (at < input.size() && state() == State::need_more) {
    if (step_ != Step::plain && step_ != Step::data) {
      step_ = step_over(input[at++]);
      continue;
    }
    const size_t count = static_cast<size_t>(std::min<uint64_t>(left_, input.size() - at));
    piece.append(input, at, count);
    at += count;
    left_ -= count;
    if (left_ == 0) step_ = step_ == Step::plain ? Step::done : Step::data_return;
  }
  return at;
}

BodyFraming::Step BodyFraming::step_over(char c) {
  switch (step_) {
    case Step::size:
    case Step::extension:
    case Step::size_end: return size_byte(c);
    case Step::data_return: return c == '\r' ? Step::data_end : Step::failed;
    case Step::data_end: return c == '\n' ? Step::size : Step::failed;
    case Step::trailer: return trailer_byte(c);
    case Step::plain:
    case Step::data:
    case Step::done:
    case Step::failed: break;
  }
  return Step::failed;
}

BodyFraming::Step BodyFraming::size_byte(char c) {
  if (++around_ > max_size_line_bytes) return Step::failed;
  if (step_ == Step::size_end) return c == '\n' ? end_of_size_line() : Step::failed;
  if (c == '\r') return digits_ > 0 ? Step::size_end : Step::failed;
  if (step_ == Step::extension) return is_header_value({&c, 1}) ? Step::extension : Step::failed;
  if (c == ';') return digits_ > 0 ? Step::extension : Step::failed;
  const int value = hex_value(c);
  if (value < 0 || ++digits_ > max_size_digits) return Step::failed;
  left_ = left_ * 16 + static_cast<uint64_t>(value);
  return Step::size;
}

BodyFraming::Step BodyFraming::end_of_size_line() {
  digits_ = 0;
  around_ = 0;
  if (left_ == 0) return Step::trailer;
  if (left_ > limit_) {
    too_large_ = true;
    return Step::failed;
  }
  limit_ -= left_;
  return Step::data;
}

BodyFraming::Step BodyFraming::trailer_byte(char c) {
  if (++around_ > max_trailer_bytes) return Step::failed;
  if (c != '\n') {
    line_ += c;
    return Step::trailer;
  }
  std::string_view line = line_;
  if (!line.ends_with('\r')) return Step::failed;
  line.remove_suffix(1);
  if (line.empty()) return Step::done;
  const size_t colon = line.find(':');
  const bool good = colon != std::string_view::npos && is_token(line.substr(0, colon)) && is_header_value(line);
  line_.clear();
  return good ? Step::trailer : Step::failed;
}

}  // namespace gyr::net
