#include "syntax/temporal_reader.h"

#include <fmt/format.h>

#include "base/instant.h"
#include "syntax/characters.h"
#include "syntax/excerpt.h"
#include "syntax/temporal_errors.h"

namespace gyr::syntax {
namespace {

constexpr int64_t max_offset_seconds = 18 * 3'600;  // of java.time.ZoneOffset
constexpr size_t max_year = 9;                      // digits, as java.time.Year has it

}  // namespace

bool TemporalReader::fail() {
  if (!failed_at_) failed_at_ = at_;
  return false;
}

bool TemporalReader::fail(std::string reason) {
  if (!failed_at_) reason_ = std::move(reason);
  return fail();
}

base::Error TemporalReader::error() const {
  std::string why = reason_.empty() ? fmt::format(" at index {}", failed_at_.value_or(at_)) : ": " + reason_;
  return base::Error(bad_date, fmt::format("Text '{}' could not be parsed{}", excerpt(text_), why));
}

bool TemporalReader::accept(char c) {
  if (at_ >= text_.size() || text_[at_] != c) return false;
  ++at_;
  return true;
}

bool TemporalReader::digits(size_t count, int64_t& out) {
  out = 0;
  for (size_t i = 0; i < count; ++i, ++at_) {
    if (at_ >= text_.size() || !is_digit(text_[at_])) return fail();
    out = out * 10 + (text_[at_] - '0');
  }
  return true;
}

bool TemporalReader::year(int64_t& out) {
  bool plus = accept('+');
  bool minus = !plus && accept('-');
  size_t count = 0;
  while (count <= max_year && at_ + count < text_.size() && is_digit(text_[at_ + count])) ++count;
  // A sign belongs to years that need one: five digits and more, and those before year 0.
  if (count < 4 || count > max_year || (!plus && !minus && count > 4) || (plus && count == 4)) {
    at_ = 0;
    return fail();
  }
  if (!digits(count, out)) return false;
  if (minus && out == 0) return fail("the year -0000 does not exist");
  if (minus) out = -out;
  return true;
}

bool TemporalReader::date(CivilDate& out) {
  int64_t month = 0;
  int64_t day = 0;
  if (!year(out.year)) return false;
  if (!accept('-')) return fail();
  if (!digits(2, month)) return false;
  if (!accept('-')) return fail();
  if (!digits(2, day)) return false;
  if (month < 1 || month > 12) return fail(fmt::format("month {} is not between 1 and 12", month));
  out.month = static_cast<uint32_t>(month);
  out.day = static_cast<uint32_t>(day);
  uint32_t last = days_in_month(out.year, out.month);
  if (day < 1 || day > last) {
    return fail(fmt::format("day {} is not between 1 and {}, the last day of {}-{:02}", day, last, out.year, month));
  }
  return true;
}

bool TemporalReader::time(Time& out, bool day_end) {
  int64_t hour = 0;
  int64_t minute = 0;
  int64_t second = 0;
  int64_t nanos = 0;
  if (!digits(2, hour)) return false;
  if (!accept(':')) return fail();
  if (!digits(2, minute)) return false;
  if (accept(':')) {
    if (!digits(2, second)) return false;
    if (accept('.')) {
      for (int64_t scale = base::nanos_per_second / 10; scale > 0 && !at_end() && is_digit(text_[at_]); scale /= 10) {
        nanos += (text_[at_++] - '0') * scale;
      }
    }
  }
  if (day_end && hour == 24 && minute == 0 && second == 0 && nanos == 0) {
    out = {0, true};
    return true;
  }
  if (day_end && hour == 23 && minute == 59 && second == 60) second = 59;  // leap seconds are not counted
  if (hour > 23) return fail(fmt::format("hour {} is not between 0 and 23", hour));
  if (minute > 59) return fail(fmt::format("minute {} is not between 0 and 59", minute));
  if (second > 59) return fail(fmt::format("second {} is not between 0 and 59", second));
  out = {((hour * 60 + minute) * 60 + second) * base::nanos_per_second + nanos, false};
  return true;
}

bool TemporalReader::separator() { return accept('T') || accept('t') || fail(); }

bool TemporalReader::offset(std::optional<int32_t>& out, bool blank_is_plus) {
  out.reset();
  if (accept('Z') || accept('z')) {
    out = 0;
    return true;
  }
  bool minus = accept('-');
  if (!minus && !accept('+') && !(blank_is_plus && accept(' '))) return true;
  int64_t hours = 0;
  int64_t minutes = 0;
  int64_t seconds = 0;
  if (!digits(2, hours)) return false;
  if (accept(':')) {
    if (!digits(2, minutes)) return false;
    if (accept(':') && !digits(2, seconds)) return false;
  }
  int64_t total = (hours * 60 + minutes) * 60 + seconds;
  if (minutes > 59 || seconds > 59 || total > max_offset_seconds) {
    return fail("the offset is not between -18:00 and +18:00");
  }
  out = static_cast<int32_t>(minus ? -total : total);
  return true;
}

bool TemporalReader::zone(std::string_view& out) {
  out = {};
  if (!accept('[')) return true;
  size_t close = text_.find(']', at_);
  if (close == std::string_view::npos || close == at_) return fail();
  out = text_.substr(at_, close - at_);
  at_ = close + 1;
  return true;
}

bool TemporalReader::end() { return at_end() || fail(); }

}  // namespace gyr::syntax
