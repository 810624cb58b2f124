// Texts as dates and times.
#include <fmt/format.h>

#include <array>
#include <limits>

#include "base/text.h"
#include "expression/dates/pattern.h"
#include "expression/program.h"
#include "expression/template.h"
#include "text/characters.h"

namespace gyr::expression {
namespace {

using Kind = PatternItem::Kind;

/// What was read, by pattern letter.
struct Fields {
  std::array<std::optional<int64_t>, 128> numbers{};
  std::optional<bool> afternoon;
  std::optional<bool> common_era;
  std::optional<text::Zone> zone;
  std::optional<int32_t> offset;
  std::optional<base::Instant> instant;

  std::optional<int64_t>& operator[](char letter) { return numbers[static_cast<size_t>(letter)]; }
  const std::optional<int64_t>& operator[](char letter) const { return numbers[static_cast<size_t>(letter)]; }
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// One parse of a text by the items of a pattern. Every read function returns whether it matches; then `at` has moved
/// forward.
class Reader {
 public:
  Reader(const std::vector<PatternItem>& items, std::string_view text, bool ignores_case)
      : items_(items), text_(text), ignores_case_(ignores_case) {}

  /// All items; what is left of the text is the caller's affair.
  bool run() { return read_items(0, items_.size()); }

  const Fields& fields() const { return fields_; }
  size_t at() const { return at_; }
  size_t failed_at() const { return failed_at_; }

 private:
  bool fail_at(size_t at) {
    failed_at_ = at;
    return false;
  }

  size_t section_end(size_t begin) const {
    size_t open = 1;
    for (size_t i = begin + 1; i < items_.size(); ++i) {
      if (items_[i].kind == Kind::optional_begin) ++open;
      if (items_[i].kind == Kind::optional_end && --open == 0) return i;
    }
    return items_.size();
  }

  bool read_items(size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      if (items_[i].kind == Kind::optional_begin) {
        size_t close = section_end(i);
        size_t at = at_;
        Fields fields = fields_;
        if (!read_items(i + 1, close)) {
          at_ = at;
          fields_ = std::move(fields);
        }
        i = close;
      } else if (!read_item(i)) {
        return false;
      }
    }
    return true;
  }

  bool read_item(size_t index) {
    const PatternItem& item = items_[index];
    for (size_t i = 0; i < item.pad && at_ < text_.size() && text_[at_] == ' '; ++i) ++at_;
    switch (item.kind) {
      case Kind::literal: return read_text(item.text) || fail_at(at_);
      case Kind::field: return read_field(index);
      case Kind::second_part: return read_seconds();
      case Kind::offset_iso: return read_offset(true, true) || fail_at(at_);
      case Kind::offset_rfc: return read_rfc_offset();
      case Kind::zone_region: return read_region();
      case Kind::instant: return read_instant();
      default: return fail_at(at_);
    }
  }

  bool read_text(std::string_view expected) {
    std::string_view found = text_.substr(at_, expected.size());
    bool fits = ignores_case_ ? base::equals_ignoring_case(found, expected) : found == expected;
    if (fits) at_ += expected.size();
    return fits;
  }

  /// Number of digits that fixed fields directly after this one need.
  size_t reserved_behind(size_t index) const {
    size_t reserved = 0;
    for (size_t i = index + 1; i < items_.size(); ++i) {
      auto width = number_width(items_[i]);
      if (!width || !width->fixed) break;
      reserved += width->least;
    }
    return reserved;
  }

  bool read_number(const PatternItem& item, FieldWidth width, size_t reserved, int64_t& out) {
    bool is_year = std::string_view("uyYJ").find(item.letter) != std::string_view::npos;
    bool may_be_signed = !width.fixed && (item.count == 1 || is_year);
    size_t begin = at_;
    bool negative = may_be_signed && at_ < text_.size() && text_[at_] == '-';
    bool positive = may_be_signed && is_year && item.count >= 4 && at_ < text_.size() && text_[at_] == '+';
    size_t first = begin + (negative || positive ? 1 : 0);
    size_t digits = 0;
    while (first + digits < text_.size() && digits < width.most + reserved && is_digit(text_[first + digits])) ++digits;
    if (digits < width.least) return fail_at(begin);
    if (reserved > 0) digits = std::max<size_t>(digits - std::min(digits, reserved), width.least);
    // Longer years than the pattern shows need their sign, and only they have it.
    if (is_year && !width.fixed && item.count >= 4 && !negative && positive != (digits > item.count))
      return fail_at(begin);
    int64_t value = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (value > (std::numeric_limits<int64_t>::max() - 9) / 10) return fail_at(begin);
      value = value * 10 + (text_[first + i] - '0');
    }
    at_ = first + digits;
    out = negative ? -value : value;
    return true;
  }

  bool read_field(size_t index) {
    const PatternItem& item = items_[index];
    if (auto width = number_width(item)) {
      int64_t value = 0;
      if (!read_number(item, *width, width->fixed ? 0 : reserved_behind(index), value)) return false;
      bool two_digit_year = item.count == 2 && std::string_view("uyY").find(item.letter) != std::string_view::npos;
      if (two_digit_year) value += 2000;
      if (item.letter == 'S') {
        for (size_t i = item.count; i < 9; ++i) value *= 10;
        fields_['n'] = value;
        return true;
      }
      char letter = item.letter;
      if (letter == 'L') letter = 'M';
      if (letter == 'q') letter = 'Q';
      if (letter == 'c') letter = 'e';
      if (letter == 'y' && two_digit_year) letter = 'u';
      fields_[letter] = value;
      return true;
    }
    return read_named(item);
  }

  /// The longest of the names at this position; 0 for none, otherwise its number from 1.
  template <class Name>
  uint32_t read_name(uint32_t count, Name name) {
    uint32_t best = 0;
    size_t best_size = 0;
    for (uint32_t i = 1; i <= count; ++i) {
      std::string known = name(i);
      std::string_view found = text_.substr(at_, known.size());
      bool fits = ignores_case_ ? base::equals_ignoring_case(found, known) : found == known;
      if (!fits || known.size() <= best_size) continue;
      best = i;
      best_size = known.size();
    }
    at_ += best_size;
    return best;
  }

  bool read_named(const PatternItem& item) {
    auto text = text::LocaleText::english();
    text::TextWidth width = item.count == 4
                                ? text::TextWidth::wide
                                : (item.count == 5 ? text::TextWidth::narrow : text::TextWidth::abbreviated);
    uint32_t found = 0;
    switch (item.letter) {
      case 'M':
      case 'L':
        found = read_name(12, [&](uint32_t i) { return text->month(i, width, false); });
        fields_['M'] = found;
        break;
      case 'E':
      case 'e':
      case 'c':
        found = read_name(7, [&](uint32_t i) { return text->day_of_week(i, width, false); });
        fields_['E'] = found;
        break;
      case 'Q':
      case 'q':
        found = read_name(4, [&](uint32_t i) { return text->quarter(i, width, false); });
        fields_['Q'] = found;
        break;
      case 'a':
        found = read_name(2, [&](uint32_t i) { return text->half_of_day(i == 2); });
        fields_.afternoon = found == 2;
        break;
      case 'G':
        found = read_name(2, [&](uint32_t i) { return text->era(i == 2, width); });
        fields_.common_era = found == 2;
        break;
      case 'X':
      case 'x':
      case 'Z':
        return read_offset(item.letter == 'X' || item.count == 5, item.count == 3 || item.count == 5) || fail_at(at_);
      case 'O': return read_localized_offset();
      case 'V':
      case 'v':
      case 'z': return read_zone(item.letter == 'V');
      default: break;
    }
    return found != 0 || fail_at(at_);
  }

  /// `+HH`, `+HHMM`, `+HH:MM`, also with seconds; `Z` if it is allowed for zero.
  bool read_offset(bool z_is_zero, bool colons) {
    if (at_ >= text_.size()) return false;
    bool is_z = text_[at_] == 'Z' || (ignores_case_ && text_[at_] == 'z');
    if (z_is_zero && is_z) {
      fields_.offset = 0;
      ++at_;
      return true;
    }
    if (text_[at_] != '+' && text_[at_] != '-') return false;
    int32_t sign = text_[at_] == '-' ? -1 : 1;
    size_t at = at_ + 1;
    int32_t parts[3] = {0, 0, 0};
    size_t count = 0;
    for (; count < 3; ++count) {
      size_t begin = at + (count > 0 && colons ? 1 : 0);
      bool separated = count == 0 || !colons || (at < text_.size() && text_[at] == ':');
      if (!separated || begin + 1 >= text_.size() || !is_digit(text_[begin]) || !is_digit(text_[begin + 1])) break;
      parts[count] = (text_[begin] - '0') * 10 + (text_[begin + 1] - '0');
      at = begin + 2;
    }
    if (count == 0 || parts[0] > 18 || parts[1] > 59 || parts[2] > 59) return false;
    fields_.offset = sign * (parts[0] * 3600 + parts[1] * 60 + parts[2]);
    at_ = at;
    return true;
  }

  bool read_rfc_offset() {
    if (read_text("GMT")) {
      fields_.offset = 0;
      return true;
    }
    return read_offset(false, false) || fail_at(at_);
  }

  bool read_localized_offset() {
    size_t begin = at_;
    if (!read_text("GMT")) return fail_at(begin);
    size_t end = at_;
    while (end < text_.size() && (is_digit(text_[end]) || text_[end] == ':' || text_[end] == '+' || text_[end] == '-'))
      ++end;
    auto zone = end == at_ ? base::Result<text::Zone>(text::Zone::of_offset(0))
                           : text::Zone::find(text_.substr(at_, end - at_));
    if (!zone || !zone->is_fixed()) return fail_at(begin);
    fields_.offset = zone->offset_at(0);
    at_ = end;
    return true;
  }

  bool read_zone(bool is_id) {
    size_t end = at_;
    auto belongs = [&](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
             std::string_view("/_+-:~").find(c) != std::string_view::npos;
    };
    while (end < text_.size() && belongs(text_[end])) ++end;
    if (end == at_) return fail_at(at_);
    std::string_view name = text_.substr(at_, end - at_);
    auto zone = is_id ? text::Zone::find(name) : text::Zone::find_abbreviation(name);
    if (!zone) return fail_at(at_);
    fields_.zone = *zone;
    at_ = end;
    return true;
  }

  bool read_region() {
    if (at_ >= text_.size() || text_[at_] != '[') return fail_at(at_);
    size_t close = text_.find(']', at_);
    if (close == std::string_view::npos) return fail_at(at_);
    auto zone = text::Zone::find(text_.substr(at_ + 1, close - at_ - 1));
    if (!zone) return fail_at(at_ + 1);
    fields_.zone = *zone;
    at_ = close + 1;
    return true;
  }

  /// `[:ss[.fraction]]`
  bool read_seconds() {
    auto two_digits = [&](size_t at) {
      return at + 1 < text_.size() && is_digit(text_[at]) && is_digit(text_[at + 1]);
    };
    if (at_ >= text_.size() || text_[at_] != ':' || !two_digits(at_ + 1)) return true;
    fields_['s'] = (text_[at_ + 1] - '0') * 10 + (text_[at_ + 2] - '0');
    at_ += 3;
    if (at_ >= text_.size() || text_[at_] != '.') return true;
    int64_t nanos = 0;
    size_t digits = 0;
    size_t at = at_ + 1;
    for (; digits < 9 && at < text_.size() && is_digit(text_[at]); ++at, ++digits)
      nanos = nanos * 10 + (text_[at] - '0');
    if (digits == 0) return true;
    for (; digits < 9; ++digits) nanos *= 10;
    fields_['n'] = nanos;
    at_ = at;
    return true;
  }

  bool read_instant() {
    auto iso = DatePattern::iso_input().parse(text_.substr(at_));
    if (!iso || !iso->offset || !iso->nanos_of_day) return fail_at(at_);
    int64_t seconds = iso->day * 86'400 + *iso->nanos_of_day / base::nanos_per_second - *iso->offset;
    fields_.instant = base::Instant{seconds, static_cast<uint32_t>(*iso->nanos_of_day % base::nanos_per_second)};
    at_ = text_.size();
    return true;
  }

  const std::vector<PatternItem>& items_;
  std::string_view text_;
  bool ignores_case_;
  size_t at_ = 0;
  size_t failed_at_ = 0;
  Fields fields_;
};

struct Range {
  char letter;
  std::string_view name;
  int64_t least;
  int64_t most;
};
constexpr int64_t last_year = 999'999'999;
constexpr Range ranges[] = {
    {'u', "Year", -last_year, last_year},
    {'y', "YearOfEra", 1, last_year},
    {'Y', "WeekBasedYear", -last_year, last_year},
    {'J', "WeekBasedYear", -last_year, last_year},
    {'M', "MonthOfYear", 1, 12},
    {'d', "DayOfMonth", 1, 31},
    {'D', "DayOfYear", 1, 366},
    {'Q', "QuarterOfYear", 1, 4},
    {'w', "WeekOfWeekBasedYear", 1, 53},
    {'I', "WeekOfWeekBasedYear", 1, 53},
    {'e', "DayOfWeek", 1, 7},
    {'i', "DayOfWeek", 1, 7},
    {'E', "DayOfWeek", 1, 7},
    {'H', "HourOfDay", 0, 24},
    {'k', "ClockHourOfDay", 1, 24},
    {'K', "HourOfAmPm", 0, 11},
    {'h', "ClockHourOfAmPm", 1, 12},
    {'m', "MinuteOfHour", 0, 59},
    {'s', "SecondOfMinute", 0, 59},
    {'n', "NanoOfSecond", 0, 999'999'999},
    {'A', "MilliOfDay", 0, 86'399'999},
    {'N', "NanoOfDay", 0, 86'399'999'999'999},
    {'g', "ModifiedJulianDay", -300'000'000'000, 300'000'000'000},
};

/// Converts fields to a date and a time. Nothing if the fields are incomplete; `reason` says what is wrong if they
/// contradict each other.
class Resolver {
 public:
  Resolver(const Fields& fields, bool strict) : fields_(fields), strict_(strict) {}

  bool check_ranges() {
    for (const Range& range : ranges) {
      const auto& value = fields_[range.letter];
      if (!value || (*value >= range.least && *value <= range.most)) continue;
      // Only 24:00 itself is the end of a day.
      reason_ = fmt::format("Invalid value for {} (valid values {} - {}): {}", range.name, range.least,
                            range.letter == 'H' ? 23 : range.most, *value);
      return false;
    }
    return true;
  }

  std::optional<int64_t> day() {
    if (fields_['g']) return *fields_['g'] - 40'587;
    std::optional<int64_t> day = calendar_day();
    if (day && fields_['E'] && text::iso_day_of_week(*day) != *fields_['E']) {
      reason_ = fmt::format("the day of the week does not match the date");
      return std::nullopt;
    }
    return day;
  }

  std::optional<int64_t> nanos_of_day() {
    if (fields_['N']) return fields_['N'];
    if (fields_['A']) return *fields_['A'] * base::nanos_per_milli;
    std::optional<int64_t> hour = hour_of_day();
    if (!hour) return std::nullopt;
    int64_t seconds = *hour * 3600 + fields_['m'].value_or(0) * 60 + fields_['s'].value_or(0);
    if (*hour == 24 && (seconds != 86'400 || fields_['n'].value_or(0) != 0 || strict_)) {
      reason_ = "Invalid value for HourOfDay (valid values 0 - 23): 24";
      return std::nullopt;
    }
    return seconds * base::nanos_per_second + fields_['n'].value_or(0);
  }

  const std::string& reason() const { return reason_; }

 private:
  std::optional<int64_t> hour_of_day() const {
    if (fields_['H']) return fields_['H'];
    if (fields_['k']) return *fields_['k'] % 24;
    if (!fields_.afternoon) return std::nullopt;
    int64_t half = *fields_.afternoon ? 12 : 0;
    if (fields_['K']) return *fields_['K'] + half;
    if (fields_['h']) return *fields_['h'] % 12 + half;
    return std::nullopt;
  }

  std::optional<int64_t> year() const {
    if (fields_['u']) return fields_['u'];
    if (!fields_['y']) return std::nullopt;
    return fields_.common_era.value_or(true) ? *fields_['y'] : 1 - *fields_['y'];
  }

  std::optional<int64_t> calendar_day() {
    auto in_year = year();
    if (in_year && fields_['M'] && fields_['d']) {
      auto month = static_cast<uint32_t>(*fields_['M']);
      auto of_month = static_cast<uint32_t>(*fields_['d']);
      uint32_t length = syntax::days_in_month(*in_year, month);
      if (of_month > length && strict_) {
        reason_ = fmt::format("Invalid date: month {} has no day {}", month, of_month);
        return std::nullopt;
      }
      return syntax::days_from_civil({*in_year, month, std::min(of_month, length)});
    }
    if (in_year && fields_['D']) {
      if (*fields_['D'] == 366 && !syntax::is_leap_year(*in_year)) {
        reason_ = fmt::format("Invalid date 'DayOfYear 366' as '{}' is not a leap year", *in_year);
        return std::nullopt;
      }
      return syntax::days_from_civil({*in_year, 1, 1}) + *fields_['D'] - 1;
    }
    if (fields_['J'] && fields_['I'] && fields_['i']) {
      return text::day_of_week_date(*fields_['J'], *fields_['I'], *fields_['i'], text::iso_weeks);
    }
    const text::WeekRule& rule = text::LocaleText::english()->weeks();
    if (fields_['Y'] && fields_['w'] && (fields_['e'] || fields_['E'])) {
      int64_t of_week = fields_['e'] ? *fields_['e'] : (*fields_['E'] - rule.first_day + 7) % 7 + 1;
      return text::day_of_week_date(*fields_['Y'], *fields_['w'], of_week, rule);
    }
    return std::nullopt;
  }

  const Fields& fields_;
  bool strict_;
  std::string reason_;
};

std::unexpected<base::Error> unreadable(std::string_view text, std::string_view why) {
  base::Error error(evaluation_failed, fmt::format("Text '{}' could not be parsed{}", text::shown_text(text), why));
  return base::fail(error.with_hint("set existingFormat=\"…\" for a format other than ISO 8601"));
}

}  // namespace

base::Result<DatePattern::Parsed> DatePattern::parse(std::string_view text) const {
  Reader reader(items_, text, ignores_case_);
  // Positions count characters, as in Java.
  auto index = [&](size_t at) { return text::utf16_length(text.substr(0, at)); };
  if (!reader.run()) return unreadable(text, fmt::format(" at index {}", index(reader.failed_at())));
  if (reader.at() < text.size())
    return unreadable(text, fmt::format(", unparsed text found at index {}", index(reader.at())));
  const Fields& fields = reader.fields();
  Parsed parsed;
  if (fields.instant) {
    parsed.offset = 0;
    int64_t seconds = fields.instant->seconds;
    parsed.day = (seconds - ((seconds % 86'400) + 86'400) % 86'400) / 86'400;
    parsed.nanos_of_day = (seconds - parsed.day * 86'400) * base::nanos_per_second + fields.instant->nanos;
    return parsed;
  }
  Resolver resolver(fields, strict_);
  if (!resolver.check_ranges()) return unreadable(text, ": " + resolver.reason());
  auto day = resolver.day();
  if (!day) return unreadable(text, ": " + (resolver.reason().empty() ? "it has no complete date" : resolver.reason()));
  parsed.day = *day;
  parsed.nanos_of_day = resolver.nanos_of_day();
  if (!resolver.reason().empty()) return unreadable(text, ": " + resolver.reason());
  parsed.zone = fields.zone;
  parsed.offset = fields.offset;
  return parsed;
}

}  // namespace gyr::expression
