#include "net/response_head.h"

#include "base/text.h"
#include "net/http_syntax.h"

namespace gyr::net {
namespace {

/// Headers that say how the message is framed: only the server knows.
bool is_ours(std::string_view name) {
  switch (name.size()) {
    case 4: return base::equals_ignoring_case(name, "date");
    case 10: return base::equals_ignoring_case(name, "connection") || base::equals_ignoring_case(name, "keep-alive");
    case 14: return base::equals_ignoring_case(name, "content-length");
    case 17: return base::equals_ignoring_case(name, "transfer-encoding");
    default: return false;
  }
}

void append_number(std::string& out, uint64_t number) {
  fmt::format_int digits(number);
  out.append(digits.data(), digits.size());
}

}  // namespace

std::string_view DateHeader::line(base::MonotonicTime now) {
  if (now < valid_until_) return line_;
  const int64_t micros = clock_.now().to_micros();
  const std::chrono::sys_time<std::chrono::microseconds> time{std::chrono::microseconds(micros)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  static constexpr std::string_view weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  line_ =
      fmt::format("Date: {}, {:02} {} {} {:02}:{:02}:{:02} GMT\r\n", weekdays[std::chrono::weekday(day).c_encoding()],
                  unsigned(date.day()), months[unsigned(date.month()) - 1], int(date.year()), clock.hours().count(),
                  clock.minutes().count(), clock.seconds().count());
  // Until the next full second of the machine's clock.
  valid_until_ = now + std::chrono::microseconds(1'000'000 - micros % 1'000'000);
  return line_;
}

bool headers_are_writable(const Headers& headers) {
  return std::ranges::all_of(headers.fields(),
                             [](const auto& field) { return is_token(field.first) && is_header_value(field.second); });
}

void write_head(std::string& out, int status, const Headers& headers, const HeadOptions& options,
                std::string_view date_line) {
  out += "HTTP/1.1 ";
  append_number(out, static_cast<uint64_t>(status));
  out += ' ';
  out += reason_phrase(status);
  out += "\r\n";
  for (const auto& [name, value] : headers.fields()) {
    if (is_ours(name)) continue;
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
  }
  out += date_line;
  switch (options.framing) {
    case Framing::length:
      out += "Content-Length: ";
      append_number(out, options.length);
      out += "\r\n";
      break;
    case Framing::chunked: out += "Transfer-Encoding: chunked\r\n"; break;
    case Framing::none:
    case Framing::until_close: break;
  }
  if (!options.keep_alive) {
    out += "Connection: close\r\n";
  } else if (options.http10) {
    out += "Connection: keep-alive\r\n";
  }
  out += "\r\n";
}

}  // namespace gyr::net
