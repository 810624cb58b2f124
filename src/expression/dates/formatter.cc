// Moments as texts.
#include <fmt/format.h>

#include <charconv>

#include "base/text.h"
#include "expression/dates/pattern.h"
#include "expression/template.h"
#include "syntax/time.h"

namespace gyr::expression {
namespace {

using Kind = PatternItem::Kind;

constexpr int64_t nanos_per_hour = 3600 * base::nanos_per_second;
constexpr int64_t nanos_per_minute = 60 * base::nanos_per_second;

text::TextWidth width_of(uint8_t count) {
  if (count == 4) return text::TextWidth::wide;
  return count == 5 ? text::TextWidth::narrow : text::TextWidth::abbreviated;
}

/// A number with leading zeros, at least `width` characters; a sign counts as one.
std::string padded(int64_t value, size_t width) {
  char digits[24];
  const auto [end, problem] = std::to_chars(digits, digits + sizeof(digits), value);
  const std::string_view text(digits, static_cast<size_t>(end - digits));
  if (text.size() >= width) return std::string(text);
  const size_t sign = value < 0 ? 1 : 0;
  std::string out(text.substr(0, sign));
  out.append(width - text.size(), '0');
  return out.append(text.substr(sign));
}

/// Years: at least `least` digits, with a sign if there are more digits than a pattern of four letters requires.
std::string year_text(int64_t year, uint8_t count) {
  if (count == 2) return padded(((year % 100) + 100) % 100, 2);
  bool negative = year < 0;
  std::string digits = padded(negative ? -year : year, count);
  if (negative) return "-" + digits;
  return count >= 4 && digits.size() > count ? "+" + digits : digits;
}

/// Offsets in the form of the letters X, x and Z.
std::string letter_offset(int32_t offset, char letter, uint8_t count) {
  if (letter == 'X' && offset == 0) return "Z";
  if (letter == 'Z' && count == 4) return fmt::format("GMT{}", text::offset_text(offset, ""));
  if (letter == 'Z' && count == 5) return text::offset_text(offset, "Z");
  int32_t size = std::abs(offset);
  int32_t minutes = size / 60 % 60;
  int32_t seconds = size % 60;
  std::string text = fmt::format("{}{:02}", offset < 0 ? '-' : '+', size / 3600);
  uint8_t form = letter == 'Z' ? 2 : count;  // Z to ZZZ are as xx
  bool colon = form == 3 || form == 5;
  if (form >= 2 || minutes != 0) text += fmt::format("{}{:02}", colon ? ":" : "", minutes);
  if (form >= 4 && seconds != 0) text += fmt::format("{}{:02}", colon ? ":" : "", seconds);
  return text;
}

std::string localized_offset(int32_t offset, uint8_t count) {
  if (offset == 0) return "GMT";
  if (count == 4) return fmt::format("GMT{}", text::offset_text(offset, ""));
  int32_t size = std::abs(offset);
  std::string text = fmt::format("GMT{}{}", offset < 0 ? '-' : '+', size / 3600);
  if (size % 3600 != 0) text += fmt::format(":{:02}", size / 60 % 60);
  if (size % 60 != 0) text += fmt::format(":{:02}", size % 60);
  return text;
}

/// One formatting: the fields of the moment are computed once.
class Writer {
 public:
  Writer(const text::Moment& moment, const text::LocaleText& locale)
      : moment_(moment),
        locale_(locale),
        day_(moment.local_day()),
        date_(syntax::civil_from_days(day_)),
        time_(moment.nanos_of_day()) {}

  std::string item(const PatternItem& item) const {
    switch (item.kind) {
      case Kind::literal: return item.text;
      case Kind::field: return field(item.letter, item.count);
      case Kind::second_part: return second_part();
      case Kind::offset_iso: return text::offset_text(moment_.offset, "Z");
      case Kind::zone_region: return fmt::format("[{}]", moment_.zone.id());
      case Kind::offset_rfc: return moment_.offset == 0 ? "GMT" : letter_offset(moment_.offset, 'x', 2);
      case Kind::instant: return syntax::format_instant({moment_.seconds, moment_.nanos});
      case Kind::styled: return locale_.styled(moment_, item.style);
      default: return {};
    }
  }

 private:
  static std::string number(int64_t value, uint8_t count) { return padded(value, count); }

  /// A number in one or two letters, a text in three to five.
  template <class Text>
  static std::string number_or_text(int64_t value, uint8_t count, Text text) {
    return count <= 2 ? number(value, count) : text(width_of(count));
  }

  std::string second_part() const {
    std::string text = fmt::format(":{:02}", time_ / base::nanos_per_second % 60);
    if (moment_.nanos == 0) return text;
    std::string fraction = padded(moment_.nanos, 9);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    return text + "." + fraction;
  }

  std::string field(char letter, uint8_t count) const {
    switch (letter) {
      case 'G': return locale_.era(date_.year > 0, width_of(count));
      case 'u': return year_text(date_.year, count);
      case 'y': return year_text(date_.year > 0 ? date_.year : 1 - date_.year, count);
      case 'Y': return year_text(text::week_of_year(day_, locale_.weeks()).year, count);
      case 'J': return year_text(text::week_of_year(day_, text::iso_weeks).year, count);
      case 'I': return number(text::week_of_year(day_, text::iso_weeks).week, count);
      case 'i': return number(text::iso_day_of_week(day_), count);
      case 'D': return number(text::day_of_year(day_), count);
      case 'd': return number(date_.day, count);
      case 'M':
      case 'L':
        return number_or_text(date_.month, count,
                              [&](text::TextWidth width) { return locale_.month(date_.month, width, letter == 'L'); });
      case 'Q':
      case 'q': {
        uint32_t quarter = (date_.month - 1) / 3 + 1;
        return number_or_text(quarter, count,
                              [&](text::TextWidth width) { return locale_.quarter(quarter, width, letter == 'q'); });
      }
      case 'w': return number(text::week_of_year(day_, locale_.weeks()).week, count);
      case 'W': return number(text::week_of_month(day_, locale_.weeks()), count);
      case 'F': return number((date_.day - 1) / 7 + 1, count);
      case 'E': return locale_.day_of_week(text::iso_day_of_week(day_), width_of(count), false);
      case 'e':
      case 'c':
        return number_or_text(text::localized_day_of_week(day_, locale_.weeks()), count, [&](text::TextWidth width) {
          return locale_.day_of_week(text::iso_day_of_week(day_), width, letter == 'c');
        });
      case 'g': return number(day_ + 40'587, count);  // modified Julian day
      default: return time_field(letter, count);
    }
  }

  std::string time_field(char letter, uint8_t count) const {
    int64_t hour = time_ / nanos_per_hour;
    switch (letter) {
      case 'a': return locale_.half_of_day(hour >= 12);
      case 'B': return locale_.day_period(moment_, count == 1 ? text::TextWidth::abbreviated : width_of(count));
      case 'h': return number(hour % 12 == 0 ? 12 : hour % 12, count);
      case 'K': return number(hour % 12, count);
      case 'k': return number(hour == 0 ? 24 : hour, count);
      case 'H': return number(hour, count);
      case 'm': return number(time_ / nanos_per_minute % 60, count);
      case 's': return number(time_ / base::nanos_per_second % 60, count);
      case 'S': return padded(moment_.nanos, 9).substr(0, count);
      case 'A': return number(time_ / base::nanos_per_milli, count);
      case 'n': return number(moment_.nanos, count);
      case 'N': return number(time_, count);
      case 'X':
      case 'x':
      case 'Z': return letter_offset(moment_.offset, letter, count);
      case 'O': return localized_offset(moment_.offset, count);
      case 'V': return moment_.zone.id();
      case 'z': return count == 4 ? locale_.zone_name(moment_, false) : moment_.zone.abbreviation(moment_.seconds);
      case 'v': return count == 4 ? locale_.zone_name(moment_, true) : generic_abbreviation();
      default: return {};
    }
  }

  /// `ET` for EST and EDT, `CET` for CET and CEST.
  std::string generic_abbreviation() const {
    std::string name = moment_.zone.abbreviation(moment_.seconds);
    if (moment_.zone.is_fixed() || name.size() < 3 || name.starts_with("GMT") || name == "UTC") return name;
    if (name.size() == 3 && (name[1] == 'S' || name[1] == 'D') && name[2] == 'T') name.erase(1, 1);
    if (name.size() == 4 && name[2] == 'S') name.erase(2, 1);
    return name;
  }

  const text::Moment& moment_;
  const text::LocaleText& locale_;
  int64_t day_;
  syntax::CivilDate date_;
  int64_t time_;
};

}  // namespace

base::Result<std::string> DatePattern::format(const text::Moment& moment, const text::LocaleText& locale) const {
  Writer writer(moment, locale);
  std::string out;
  for (const PatternItem& item : items_) {
    std::string text = writer.item(item);
    if (item.pad > 0) {
      size_t length = base::code_points(text);
      if (length > item.pad) {
        return base::fail(
            evaluation_failed,
            fmt::format("Cannot print as output of {} characters exceeds pad width of {}", length, item.pad));
      }
      out.append(item.pad - length, ' ');
    }
    out.append(text);
  }
  return out;
}

}  // namespace gyr::expression
