// Durations as java.time.Duration reads and writes them.
#include <array>
#include <cctype>

#include "base/text.h"
#include "syntax/characters.h"
#include "syntax/excerpt.h"
#include "syntax/time.h"

namespace gyr::syntax {
namespace {

struct Unit {
  char letter;
  int64_t seconds;
  bool of_time;  // after the `T`
};
constexpr std::array units{Unit{'D', 86'400, false}, Unit{'H', 3'600, true}, Unit{'M', 60, true}, Unit{'S', 1, true}};

bool is_letter_of(char c, char upper) { return c == upper || c == upper + ('a' - 'A'); }

/// The probable meaning of an invalid duration (`10s`, `5m`, `500ms`, `7`, weeks), or nothing.
std::string guess(std::string_view text) {
  text = base::trim(text);
  size_t digits = 0;
  while (digits < text.size() && (is_digit(text[digits]) || (digits > 0 && text[digits] == '.'))) ++digits;
  std::string number(text.substr(0, digits));
  std::string unit = base::to_lower_ascii(base::trim(text.substr(digits)));
  bool whole = number.find('.') == std::string::npos;
  if (digits > 0 && digits < 10) {
    if (unit.empty() || unit == "s" || unit == "sec" || unit == "seconds") return "PT" + number + "S";
    if (unit == "m" || unit == "min" || unit == "minutes") return "PT" + number + "M";
    if (unit == "h" || unit == "hours") return "PT" + number + "H";
    if (unit == "d" || unit == "days") return "P" + number + "D";
    if (unit == "ms" && whole) return fmt::format("PT{}S", std::stod(number) / 1000);
  }
  if (text.size() > 2 && text.size() < 8 && is_letter_of(text.front(), 'P') && is_letter_of(text.back(), 'W')) {
    std::string_view weeks = text.substr(1, text.size() - 2);
    if (std::all_of(weeks.begin(), weeks.end(), is_digit))
      return fmt::format("P{}D", std::stoll(std::string(weeks)) * 7);
  }
  return {};
}

base::Error bad(std::string_view text, std::string_view detail = {}) {
  std::string message = "Text cannot be parsed to a Duration";
  if (!detail.empty()) message.append(": ").append(detail);
  message += fmt::format(" (`{}`)", excerpt(text));
  std::string meant = guess(text);
  bool usable = !meant.empty() && parse_duration(meant).has_value();
  std::string hint =
      !usable ? "write an ISO 8601 duration such as PT30S, PT1H30M or P1D; weeks, months and years are not supported"
              : fmt::format("did you mean `{}`?", meant);
  return base::Error(bad_duration, std::move(message)).with_hint(std::move(hint));
}

/// One number with its unit: `-5M`, `3.25S`.
struct Section {
  int64_t count = 0;
  int64_t nanos = 0;  // of the fraction, with the sign of the count
  size_t unit = 0;
};

/// Reads the sections of one text from left to right.
class DurationReader {
 public:
  explicit DurationReader(std::string_view text) : text_(text) {}

  base::Result<base::Duration> read() {
    bool negative = accept('-');
    if (!negative) accept('+');
    if (!accept_letter('P')) return base::fail(bad(text_));
    bool in_time = false;
    bool complete = false;  // a section follows the `P`, and the `T` if there is one
    size_t next_unit = 0;
    __int128 seconds = 0;
    __int128 nanos = 0;
    while (at_ < text_.size()) {
      if (!in_time && accept_letter('T')) {
        in_time = true;
        complete = false;
        continue;
      }
      GYR_TRY(Section section, read_section(in_time));
      if (section.unit < next_unit) return base::fail(bad(text_));
      next_unit = section.unit + 1;
      int64_t product = 0;
      if (__builtin_mul_overflow(section.count, units[section.unit].seconds, &product)) {
        return base::fail(bad(text_, "overflow"));
      }
      seconds += product;
      nanos += section.nanos;
      complete = true;
    }
    if (!complete) return base::fail(bad(text_));
    return sum(negative ? -seconds : seconds, negative ? -nanos : nanos);
  }

 private:
  bool accept(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool accept_letter(char upper) {
    if (at_ >= text_.size() || !is_letter_of(text_[at_], upper)) return false;
    ++at_;
    return true;
  }

  base::Result<Section> read_section(bool in_time) {
    bool negative = accept('-');
    if (!negative) accept('+');
    size_t start = at_;
    __int128 count = 0;
    for (; at_ < text_.size() && is_digit(text_[at_]); ++at_) {
      // One digit above what can be right is kept, so that the size is judged with its sign below.
      if (count <= INT64_MAX) count = count * 10 + (text_[at_] - '0');
    }
    if (at_ == start) return base::fail(bad(text_));
    if (negative) count = -count;
    if (count < INT64_MIN || count > INT64_MAX) return base::fail(bad(text_, "overflow"));
    Section section;
    section.count = static_cast<int64_t>(count);
    bool fraction = accept('.') || accept(',');
    if (fraction) {
      GYR_TRY(section.nanos, read_fraction(negative));
    }
    for (size_t i = 0; i < units.size(); ++i) {
      if (units[i].of_time != in_time || !accept_letter(units[i].letter)) continue;
      if (fraction && units[i].letter != 'S') break;
      section.unit = i;
      return section;
    }
    return base::fail(bad(text_));
  }

  base::Result<int64_t> read_fraction(bool negative) {
    int64_t nanos = 0;
    int64_t scale = base::nanos_per_second / 10;
    for (; at_ < text_.size() && is_digit(text_[at_]); ++at_, scale /= 10) {
      if (scale == 0) return base::fail(bad(text_, "more than nine digits of a second"));
      nanos += (text_[at_] - '0') * scale;
    }
    return negative ? -nanos : nanos;
  }

  base::Result<base::Duration> sum(__int128 seconds, __int128 nanos) {
    seconds += nanos / base::nanos_per_second;
    auto rest = static_cast<int64_t>(nanos % base::nanos_per_second);
    if (rest < 0) {
      rest += base::nanos_per_second;
      seconds -= 1;
    }
    if (seconds < INT64_MIN || seconds > INT64_MAX) return base::fail(bad(text_, "overflow"));
    return base::Duration{static_cast<int64_t>(seconds), static_cast<uint32_t>(rest)};
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

base::Result<base::Duration> parse_duration(std::string_view text) { return DurationReader(text).read(); }

void append_duration(std::string& out, base::Duration duration) {
  // Rounded towards zero, so that every part has the sign of the whole: -0.5 s is {-1, 500,000,000}.
  bool borrow = duration.seconds < 0 && duration.nanos > 0;
  int64_t whole = borrow ? duration.seconds + 1 : duration.seconds;
  int64_t nanos = borrow ? base::nanos_per_second - duration.nanos : duration.nanos;
  int64_t hours = whole / 3'600;
  int64_t minutes = whole % 3'600 / 60;
  int64_t seconds = whole % 60;
  auto back = std::back_inserter(out);
  out += "PT";
  if (hours != 0) fmt::format_to(back, "{}H", hours);
  if (minutes != 0) fmt::format_to(back, "{}M", minutes);
  if (seconds == 0 && nanos == 0 && (hours != 0 || minutes != 0)) return;
  if (borrow && seconds == 0) out += '-';
  fmt::format_to(back, "{}", seconds);
  if (nanos > 0) {
    fmt::format_to(back, ".{:09}", nanos);
    while (out.back() == '0') out.pop_back();
  }
  out += 'S';
}

std::string format_duration(base::Duration duration) {
  std::string out;
  append_duration(out, duration);
  return out;
}

}  // namespace gyr::syntax
