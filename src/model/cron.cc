#include "model/cron.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"

namespace gyr::model {

namespace {

using base::Result;

std::unexpected<base::Error> fail(std::string reason) { return base::fail(invalid_cron, std::move(reason)); }
std::unexpected<base::Error> unparsed(std::string reason) {
  return fail("Failed to parse cron expression. " + std::move(reason));
}

constexpr std::array<std::string_view, 12> month_names = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                          "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::array<std::string_view, 7> weekday_names = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

/// What one field may hold.
struct FieldRule {
  int least;
  int most;
  std::span<const std::string_view> names;
  int first_name = 0;
  bool is_weekday = false;
  bool takes_last = false;
};

constexpr FieldRule second_rule{0, 59, {}};
constexpr FieldRule minute_rule{0, 59, {}};
constexpr FieldRule hour_rule{0, 23, {}};
constexpr FieldRule day_rule{.least = 1, .most = 31, .names = {}, .takes_last = true};
constexpr FieldRule month_rule{1, 12, month_names, 1};
constexpr FieldRule weekday_rule{.least = 0, .most = 7, .names = weekday_names, .is_weekday = true};

struct Nickname {
  std::string_view name;
  std::string_view fields;
};
constexpr std::array nicknames = {Nickname{"@yearly", "0 0 1 1 *"},  Nickname{"@annually", "0 0 1 1 *"},
                                  Nickname{"@monthly", "0 0 1 * *"}, Nickname{"@weekly", "0 0 * * 0"},
                                  Nickname{"@daily", "0 0 * * *"},   Nickname{"@midnight", "0 0 * * *"},
                                  Nickname{"@hourly", "0 * * * *"}};

/// Reads one field into bits.
class FieldReader {
 public:
  FieldReader(std::string_view text, const FieldRule& rule) : text_(text), rule_(rule) {}

  Result<uint64_t> read() {
    if (text_.ends_with(','))
      return fail(fmt::format("Invalid field value! Trailing commas not permitted! '{}'", text_));
    uint64_t bits = 0;
    for (std::string_view part : base::split(text_, ',')) {
      GYR_TRY(const uint64_t part_bits, read_part(part));
      bits |= part_bits;
    }
    return bits;
  }
  /// Of `L` and `L-n`.
  uint32_t days_before_last() const { return days_before_last_; }

 private:
  /// `*`, `a`, `a-b`, each perhaps with `/n`.
  Result<uint64_t> read_part(std::string_view part) {
    if (rule_.takes_last && (part == "L" || part == "l" || part.starts_with("L-") || part.starts_with("l-")))
      return read_last(part);
    const size_t slash = part.find('/');
    std::string_view range = part.substr(0, slash);
    int step = 1;
    if (slash != part.npos) {
      const std::string_view period = part.substr(slash + 1);
      if (period.empty()) return unparsed(fmt::format("Missing steps for expression: {}", part));
      const auto value = number(period);
      if (!value) return unparsed(fmt::format("Invalid expression: {}", part));
      if (*value < 1 || *value > rule_.most) {
        return unparsed(fmt::format("Period {} not in range [{}, {}]", *value, rule_.least, rule_.most));
      }
      step = *value;
      if (range.empty()) range = "*";
    }
    int first = rule_.least;
    int last = rule_.is_weekday ? 6 : rule_.most;
    if (range != "*") {
      const size_t dash = range.find('-');
      if (dash == 0) {
        return unparsed(fmt::format(
            "Invalid expression! Expression: {} does not describe a range. Negative numbers are not allowed.", range));
      }
      if (dash == range.npos) {
        GYR_TRY(first, value_of(range));
        if (slash == part.npos) {
          last = first;
        } else if (rule_.is_weekday) {
          if (first == 7) first = 0;
          last = 7;  // `5/2` is Friday and Sunday
        }
      } else {
        GYR_TRY(first, value_of(range.substr(0, dash), true));
        if (dash + 1 == range.size() || range.find('-', dash + 1) != range.npos) {
          return unparsed(fmt::format("Missing values for range: {}", range));
        }
        GYR_TRY(last, value_of(range.substr(dash + 1), true));
        if (last < first) return unparsed(fmt::format("Invalid range! [{},{}]", first, last));
      }
    }
    uint64_t bits = 0;
    for (int value = first; value <= last; value += step) bits |= uint64_t{1} << (rule_.is_weekday ? value % 7 : value);
    return bits;
  }

  Result<uint64_t> read_last(std::string_view part) {
    int before = 0;
    if (part.size() > 1) {
      const auto value = number(part.substr(2));
      if (!value || *value > 30) return unparsed(fmt::format("Invalid expression: {}", part));
      before = *value;
    }
    days_before_last_ |= uint32_t{1} << before;
    return uint64_t{0};
  }

  /// A number or a name. At the ends of a range Sunday is the seventh day.
  Result<int> value_of(std::string_view text, bool in_range = false) const {
    for (size_t i = 0; i < rule_.names.size(); ++i) {
      if (!base::equals_ignoring_case(text, rule_.names[i])) continue;
      const int value = rule_.first_name + static_cast<int>(i);
      return in_range && rule_.is_weekday && value == 0 ? 7 : value;
    }
    const auto value = number(text);
    if (!value) {
      std::string strange;
      for (char c : text) {
        if (c < '0' || c > '9') strange += c;
      }
      return unparsed(fmt::format("Invalid chars in expression! Expression: {} Invalid chars: {}", text, strange));
    }
    if (*value < rule_.least || *value > rule_.most) {
      return unparsed(fmt::format("Value {} not in range [{}, {}]", *value, rule_.least, rule_.most));
    }
    return *value;
  }

  static std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || text.front() == '-' || end != text.data() + text.size()) return std::nullopt;
    if (error != std::errc()) return std::nullopt;
    return value;
  }

  std::string_view text_;
  const FieldRule& rule_;
  uint32_t days_before_last_ = 0;
};

std::vector<std::string_view> fields_of(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n\f\v";
  std::vector<std::string_view> fields;
  for (size_t at = text.find_first_not_of(blanks); at != text.npos; at = text.find_first_not_of(blanks, at)) {
    const size_t end = std::min(text.find_first_of(blanks, at), text.size());
    fields.push_back(text.substr(at, end - at));
    at = end;
  }
  return fields;
}

}  // namespace

Result<Cron> parse_cron(std::string_view text, bool with_seconds) {
  std::vector<std::string_view> fields = fields_of(text);
  if (fields.empty()) return fail("Empty expression!");
  const size_t wanted = with_seconds ? 6 : 5;
  const auto nickname = std::ranges::find(nicknames, text, &Nickname::name);
  if (nickname != nicknames.end()) {
    fields = fields_of(nickname->fields);
    if (with_seconds) fields.insert(fields.begin(), "0");
  } else if (fields.size() == 1 && fields[0].starts_with('@') && base::to_lower_ascii(fields[0]) == fields[0]) {
    return fail(fmt::format("Nickname {} not supported!", fields[0]));
  }
  if (fields.size() != wanted) {
    return fail(fmt::format("Cron expression contains {} parts but we expect one of [{}]", fields.size(), wanted));
  }
  Cron cron;
  size_t at = 0;
  if (with_seconds) {
    GYR_TRY(cron.seconds, FieldReader(fields[at++], second_rule).read());
  }
  GYR_TRY(cron.minutes, FieldReader(fields[at++], minute_rule).read());
  GYR_TRY(const uint64_t hours, FieldReader(fields[at++], hour_rule).read());
  cron.hours = static_cast<uint32_t>(hours);
  cron.days_restricted = fields[at] != "*";
  FieldReader days(fields[at++], day_rule);
  GYR_TRY(const uint64_t day_bits, days.read());
  cron.days = static_cast<uint32_t>(day_bits);
  cron.days_before_last = days.days_before_last();
  GYR_TRY(const uint64_t months, FieldReader(fields[at++], month_rule).read());
  cron.months = static_cast<uint16_t>(months);
  cron.weekdays_restricted = fields[at] != "*";
  GYR_TRY(const uint64_t weekdays, FieldReader(fields[at], weekday_rule).read());
  cron.weekdays = static_cast<uint8_t>(weekdays);
  return cron;
}

}  // namespace gyr::model
