// Times: seconds since 1970, broken down times as arrays, texts by strftime patterns.
#include <fmt/format.h>

#include <cmath>

#include "base/text.h"
#include "jq/builtins.h"
#include "syntax/calendar.h"
#include "text/locale_text.h"
#include "text/moment.h"

namespace gyr::jq {
namespace {

using base::Value;
using Arguments = std::span<const Value>;

constexpr int64_t day_seconds = 86'400;
constexpr double latest = 31'556'889'864'403'199.0;

/// `[year, month from 0, day, hour, minute, second, day of week from Sunday, day of year from 0]`
struct Broken {
  int64_t year = 1970;
  int64_t month = 0;
  int64_t day = 1;
  int64_t hour = 0;
  int64_t minute = 0;
  double second = 0;

  int64_t days() const {
    return syntax::days_from_civil({year, static_cast<uint32_t>(month) + 1, static_cast<uint32_t>(day)});
  }
  double seconds() const { return static_cast<double>(days() * day_seconds + hour * 3600 + minute * 60) + second; }
};

Broken broken_of(double seconds) {
  double whole = std::floor(seconds);
  auto total = static_cast<int64_t>(whole);
  int64_t days = total / day_seconds - (total % day_seconds < 0 ? 1 : 0);
  int64_t rest = total - days * day_seconds;
  syntax::CivilDate date = syntax::civil_from_days(days);
  return {date.year,      static_cast<int64_t>(date.month) - 1,
          date.day,       rest / 3600,
          rest / 60 % 60, static_cast<double>(rest % 60) + (seconds - whole)};
}

Value value_of(const Broken& broken) {
  int64_t days = broken.days();
  base::ListBuilder list;
  list.push(Value::fitting_integer(broken.year));
  list.push(Value::fitting_integer(broken.month));
  list.push(Value::fitting_integer(broken.day));
  list.push(Value::fitting_integer(broken.hour));
  list.push(Value::fitting_integer(broken.minute));
  list.push(whole_or_real(broken.second));
  list.push(Value::fitting_integer(text::iso_day_of_week(days) % 7));
  list.push(Value::fitting_integer(static_cast<int64_t>(text::day_of_year(days)) - 1));
  return list.build();
}

/// A broken down time, or seconds.
bool read_broken(Interpreter& jq, const Value& input, std::string_view name, Broken& out) {
  if (input.is_numeric()) {
    double seconds = to_double(input);
    if (!(std::abs(seconds) < latest)) return jq.fail("the time is out of range");
    out = broken_of(seconds);
    return true;
  }
  if (!input.is_list() || input.size() < 6) return jq.fail(fmt::format("{} requires array of 6 numbers", name));
  double parts[6];
  for (size_t i = 0; i < 6; ++i) {
    if (!input.items()[i].is_numeric()) return jq.fail(fmt::format("{} requires parsed datetime inputs", name));
    parts[i] = to_double(input.items()[i]);
    if (!(std::abs(parts[i]) < 1e9)) return jq.fail("the time is out of range");
  }
  out = {static_cast<int64_t>(parts[0]), static_cast<int64_t>(parts[1]), static_cast<int64_t>(parts[2]),
         static_cast<int64_t>(parts[3]), static_cast<int64_t>(parts[4]), parts[5]};
  bool fits = out.month >= 0 && out.month < 12 && out.day >= 1 && out.day <= 31 && std::abs(out.year) < 1'000'000;
  return fits || jq.fail("the time is out of range");
}

bool gmtime(Interpreter& jq, const Value& input, Arguments, Value& out) {
  if (!input.is_numeric()) return jq.fail("gmtime() requires a number");
  Broken broken;
  if (!read_broken(jq, input, "gmtime", broken)) return false;
  out = value_of(broken);
  return true;
}

bool mktime(Interpreter& jq, const Value& input, Arguments, Value& out) {
  Broken broken;
  if (!input.is_list()) return jq.fail("mktime requires array of 6 numbers");
  if (!read_broken(jq, input, "mktime", broken)) return false;
  out = whole_or_real(std::floor(broken.seconds()));
  return true;
}

bool now(Interpreter& jq, const Value&, Arguments, Value& out) {
  out = Value::number(jq.now().since_epoch().to_fraction());
  return true;
}

bool strftime_text(Interpreter& jq, const Broken& t, std::string_view pattern, std::string& out) {
  int64_t days = t.days();
  auto names = text::LocaleText::english();
  uint32_t weekday = text::iso_day_of_week(days);
  uint32_t of_year = text::day_of_year(days);
  auto second = static_cast<int64_t>(t.second);
  int64_t hour12 = t.hour % 12 == 0 ? 12 : t.hour % 12;
  text::WeekOfYear week = text::week_of_year(days, text::iso_weeks);
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%' || i + 1 >= pattern.size()) {
      out.push_back(pattern[i]);
      continue;
    }
    char c = pattern[++i];
    switch (c) {
      case 'Y': out += fmt::format("{}", t.year); break;
      case 'C': out += fmt::format("{:02}", t.year / 100); break;
      case 'y': out += fmt::format("{:02}", ((t.year % 100) + 100) % 100); break;
      case 'm': out += fmt::format("{:02}", t.month + 1); break;
      case 'd': out += fmt::format("{:02}", t.day); break;
      case 'e': out += fmt::format("{:2}", t.day); break;
      case 'H': out += fmt::format("{:02}", t.hour); break;
      case 'k': out += fmt::format("{:2}", t.hour); break;
      case 'I': out += fmt::format("{:02}", hour12); break;
      case 'l': out += fmt::format("{:2}", hour12); break;
      case 'M': out += fmt::format("{:02}", t.minute); break;
      case 'S': out += fmt::format("{:02}", second); break;
      case 's': out += fmt::format("{:.0f}", std::floor(t.seconds())); break;
      case 'p': out += t.hour < 12 ? "AM" : "PM"; break;
      case 'Z': out += "UTC"; break;
      case 'z': out += "+0000"; break;
      case 'a': out += names->day_of_week(weekday, text::TextWidth::abbreviated, false); break;
      case 'A': out += names->day_of_week(weekday, text::TextWidth::wide, false); break;
      case 'h':
      case 'b': out += names->month(static_cast<uint32_t>(t.month) + 1, text::TextWidth::abbreviated, false); break;
      case 'B': out += names->month(static_cast<uint32_t>(t.month) + 1, text::TextWidth::wide, false); break;
      case 'j': out += fmt::format("{:03}", of_year); break;
      case 'u': out += fmt::format("{}", weekday); break;
      case 'w': out += fmt::format("{}", weekday % 7); break;
      case 'U': out += fmt::format("{:02}", (of_year + 6 - weekday % 7) / 7); break;
      case 'W': out += fmt::format("{:02}", (of_year + 6 - (weekday + 6) % 7) / 7); break;
      case 'V': out += fmt::format("{:02}", week.week); break;
      case 'G': out += fmt::format("{}", week.year); break;
      case 'g': out += fmt::format("{:02}", week.year % 100); break;
      case 'D': strftime_text(jq, t, "%m/%d/%y", out); break;
      case 'F': strftime_text(jq, t, "%Y-%m-%d", out); break;
      case 'T':
      case 'X': strftime_text(jq, t, "%H:%M:%S", out); break;
      case 'R': strftime_text(jq, t, "%H:%M", out); break;
      case 'r': strftime_text(jq, t, "%I:%M:%S %p", out); break;
      case 'x': strftime_text(jq, t, "%m/%d/%y", out); break;
      case 'c': strftime_text(jq, t, "%a %b %e %H:%M:%S %Y", out); break;
      case 'n': out.push_back('\n'); break;
      case 't': out.push_back('\t'); break;
      case '%': out.push_back('%'); break;
      default: return jq.fail(fmt::format("strftime does not support %{}", c));
    }
    if (!jq.check_size(out.size())) return false;
  }
  return true;
}

bool strftime(Interpreter& jq, const Value& input, Arguments arguments, Value& out) {
  if (!arguments[0].is_string()) return jq.fail("strftime/1 requires a string format");
  if (!input.is_list() && !input.is_numeric()) return jq.fail("strftime/1 requires parsed datetime inputs");
  Broken broken;
  std::string text;
  return read_broken(jq, input, "strftime/1", broken) && strftime_text(jq, broken, arguments[0].text(), text) &&
         jq.make_string(text, out);
}

/// Reads a text by a pattern.
class TimeReader {
 public:
  TimeReader(std::string_view text) : text_(text) {}

  bool read(std::string_view pattern) {
    for (size_t i = 0; i < pattern.size(); ++i) {
      char c = pattern[i];
      if (c == ' ' || c == '\t' || c == '\n') {
        skip_blanks();
      } else if (c != '%' || i + 1 >= pattern.size()) {
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
      } else if (!field(pattern[++i])) {
        return false;
      }
    }
    return true;
  }

  bool at_end() const { return at_ == text_.size(); }
  const Broken& time() const { return time_; }
  int64_t offset() const { return offset_; }
  bool has_epoch() const { return has_epoch_; }
  double epoch() const { return epoch_; }
  int64_t of_year() const { return of_year_; }

  void finish() {
    if (pm_ && time_.hour < 12) time_.hour += 12;
    if (am_ && time_.hour == 12) time_.hour = 0;
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
  }

  bool number(size_t most, int64_t least, int64_t greatest, int64_t& out) {
    skip_blanks();
    int64_t value = 0;
    size_t digits = 0;
    for (; digits < most && at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++digits) {
      value = value * 10 + (text_[at_++] - '0');
    }
    if (digits == 0 || value < least || value > greatest) return false;
    out = value;
    return true;
  }

  template <class Name>
  bool name(uint32_t count, Name name_of, int64_t& out) {
    for (text::TextWidth width : {text::TextWidth::wide, text::TextWidth::abbreviated}) {
      for (uint32_t i = 1; i <= count; ++i) {
        std::string known = name_of(i, width);
        if (!base::starts_with_ignoring_case(text_.substr(at_), known)) continue;
        at_ += known.size();
        out = i;
        return true;
      }
    }
    return false;
  }

  bool zone() {
    if (at_ < text_.size() && text_[at_] == 'Z') {
      ++at_;
      return true;
    }
    if (at_ >= text_.size() || (text_[at_] != '+' && text_[at_] != '-')) return false;
    int64_t sign = text_[at_++] == '-' ? -1 : 1;
    int64_t hours = 0;
    int64_t minutes = 0;
    if (!number(2, 0, 18, hours)) return false;
    if (at_ < text_.size() && text_[at_] == ':') ++at_;
    if (!number(2, 0, 59, minutes)) return false;
    offset_ = sign * (hours * 3600 + minutes * 60);
    return true;
  }

  bool field(char c) {
    auto names = text::LocaleText::english();
    int64_t value = 0;
    int64_t ignored = 0;
    switch (c) {
      case 'Y': return number(4, 0, 9999, time_.year);
      case 'y':
        if (!number(2, 0, 99, value)) return false;
        time_.year = value < 69 ? 2000 + value : 1900 + value;
        return true;
      case 'm':
        if (!number(2, 1, 12, value)) return false;
        time_.month = value - 1;
        return true;
      case 'd':
      case 'e': return number(2, 1, 31, time_.day);
      case 'H':
      case 'k': return number(2, 0, 23, time_.hour);
      case 'I':
      case 'l': return number(2, 1, 12, time_.hour);
      case 'M': return number(2, 0, 59, time_.minute);
      case 'S':
        if (!number(2, 0, 60, value)) return false;
        time_.second = static_cast<double>(value);
        return true;
      case 's':
        if (!number(15, 0, 100'000'000'000'000, value)) return false;
        has_epoch_ = true;
        epoch_ = static_cast<double>(value);
        return true;
      case 'j': return number(3, 1, 366, of_year_);
      case 'p':
        pm_ = base::starts_with_ignoring_case(text_.substr(at_), "PM");
        am_ = base::starts_with_ignoring_case(text_.substr(at_), "AM");
        at_ += pm_ || am_ ? 2 : 0;
        return pm_ || am_;
      case 'a':
      case 'A':
        return name(7, [&](uint32_t i, text::TextWidth width) { return names->day_of_week(i, width, false); }, ignored);
      case 'b':
      case 'B':
      case 'h':
        if (!name(12, [&](uint32_t i, text::TextWidth width) { return names->month(i, width, false); }, value))
          return false;
        time_.month = value - 1;
        return true;
      case 'z': return zone();
      case 'Z':
        if (at_ >= text_.size() || std::isalpha(static_cast<unsigned char>(text_[at_])) == 0) return false;
        while (at_ < text_.size() && std::isalpha(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
        return true;
      case 'T': return read("%H:%M:%S");
      case 'R': return read("%H:%M");
      case 'F': return read("%Y-%m-%d");
      case 'D': return read("%m/%d/%y");
      case 'u': return number(1, 1, 7, ignored);
      case 'w': return number(1, 0, 6, ignored);
      case 'n':
      case 't': skip_blanks(); return true;
      case '%':
        if (at_ >= text_.size() || text_[at_] != '%') return false;
        ++at_;
        return true;
      default: return false;
    }
  }

  std::string_view text_;
  size_t at_ = 0;
  Broken time_{.year = 1900};
  int64_t of_year_ = 0;
  int64_t offset_ = 0;
  bool has_epoch_ = false;
  double epoch_ = 0;
  bool pm_ = false;
  bool am_ = false;
};

bool strptime(Interpreter& jq, const Value& input, Arguments arguments, Value& out) {
  if (!input.is_string()) return jq.fail(fmt::format("strptime/1 requires string inputs and arguments"));
  if (!arguments[0].is_string()) return jq.fail("strptime/1 requires string inputs and arguments");
  TimeReader reader(input.text());
  if (!reader.read(arguments[0].text()) || !reader.at_end()) {
    return jq.fail(fmt::format("date \"{}\" does not match format \"{}\"", input.text().substr(0, 60),
                               arguments[0].text().substr(0, 60)));
  }
  reader.finish();
  Broken time = reader.has_epoch() ? broken_of(reader.epoch()) : reader.time();
  if (reader.of_year() > 0) {
    syntax::CivilDate date = syntax::civil_from_days(syntax::days_from_civil({time.year, 1, 1}) + reader.of_year() - 1);
    time.month = static_cast<int64_t>(date.month) - 1;
    time.day = date.day;
  }
  out = value_of(time);
  return true;
}

constexpr Builtin dates_table[] = {
    {"now", 0, now},           {"gmtime", 0, gmtime},          {"localtime", 0, gmtime},  {"mktime", 0, mktime},
    {"strftime", 1, strftime}, {"strflocaltime", 1, strftime}, {"strptime", 1, strptime},
};

}  // namespace

std::span<const Builtin> date_builtins() { return dates_table; }

}  // namespace gyr::jq
