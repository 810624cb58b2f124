#include "expression/dates/pattern.h"

#include <fmt/format.h>

#include <list>

#include "expression/program.h"
#include "expression/template.h"
#include "text/characters.h"

namespace gyr::expression {
namespace {

using Kind = PatternItem::Kind;

// A thread keeps these many compiled patterns.
constexpr size_t cached_patterns = 32;
constexpr size_t pattern_limit = 1000;

struct NamedFormat {
  std::string_view name;
  std::string_view pattern;
};
// EXPR-249. A back-quoted word is an item that has no pattern letter.
constexpr NamedFormat named_formats[] = {
    {"iso", "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX"},
    {"iso_sec", "yyyy-MM-dd'T'HH:mm:ssXXX"},
    {"sql", "yyyy-MM-dd HH:mm:ss.SSSSSS"},
    {"sql_sec", "yyyy-MM-dd HH:mm:ss"},
    {"sql_seq", "yyyy-MM-dd HH:mm:ss"},
    {"iso_date_time", "uuuu-MM-dd'T'HH:mm`second`[`offset`[`zone`]]"},
    {"iso_zoned_date_time", "uuuu-MM-dd'T'HH:mm`second``offset`[`zone`]"},
    {"iso_local_date_time", "uuuu-MM-dd'T'HH:mm`second`"},
    {"iso_date", "uuuu-MM-dd[`offset`]"},
    {"iso_local_date", "uuuu-MM-dd"},
    {"iso_time", "HH:mm`second`[`offset`]"},
    {"iso_local_time", "HH:mm`second`"},
    {"iso_offset_time", "HH:mm`second``offset`"},
    {"iso_instant", "`instant`"},
    {"iso_ordinal_date", "uuuu-DDD[`offset`]"},
    {"iso_week_date", "`iso_week`[`offset`]"},
    {"rfc_1123_date_time", "[EEE, ]d MMM uuuu HH:mm[:ss] `rfc`"},
    {"full", "`full`"},
    {"long", "`long`"},
    {"medium", "`medium`"},
    {"short", "`short`"},
};

}  // namespace

/// Reads one pattern.
class PatternCompiler {
 public:
  PatternCompiler(std::string_view pattern, bool named) : pattern_(pattern), named_(named) {}

  base::Result<DatePattern> run() {
    while (at_ < pattern_.size()) GYR_CHECK(step());
    return std::move(result_);
  }

 private:
  std::unexpected<base::Error> fail(std::string message) const {
    base::Error error(evaluation_failed,
                      fmt::format("{} in the date format `{}`", message, text::shown_text(pattern_)));
    return base::fail(
        error.with_hint("a date format is a name such as iso or sql, or letters such as yyyy-MM-dd HH:mm"));
  }

  void literal(std::string_view text) {
    if (!result_.items_.empty() && result_.items_.back().kind == Kind::literal && result_.items_.back().pad == 0) {
      result_.items_.back().text.append(text);
    } else {
      result_.items_.push_back({.kind = Kind::literal, .text = std::string(text)});
    }
  }

  base::Result<void> step() {
    char c = pattern_[at_];
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return letters(0);
    ++at_;
    switch (c) {
      case '\'': return quoted();
      case '[':
        ++open_sections_;
        result_.items_.push_back({.kind = Kind::optional_begin});
        return {};
      case ']':
        if (open_sections_ == 0) return fail("`]` without a `[` before it");
        --open_sections_;
        result_.items_.push_back({.kind = Kind::optional_end});
        return {};
      case '{':
      case '}':
      case '#': return fail(fmt::format("the reserved character `{}`", c));
      case '`':
        if (named_) return special();
        break;
      default: break;
    }
    literal(pattern_.substr(at_ - 1, 1));
    return {};
  }

  base::Result<void> quoted() {
    std::string text;
    size_t begin = at_;
    for (;; ++at_) {
      if (at_ >= pattern_.size()) return fail("a quoted text without its end");
      if (pattern_[at_] != '\'') {
        text.push_back(pattern_[at_]);
      } else if (at_ + 1 < pattern_.size() && pattern_[at_ + 1] == '\'') {
        text.push_back('\'');
        ++at_;
      } else {
        break;
      }
    }
    // Two quotes with nothing between are one.
    literal(at_ == begin ? "'" : text);
    ++at_;
    return {};
  }

  base::Result<void> special() {
    size_t end = pattern_.find('`', at_);
    std::string_view name = pattern_.substr(at_, end - at_);
    at_ = end + 1;
    struct Special {
      std::string_view name;
      Kind kind;
    };
    constexpr Special specials[] = {{"second", Kind::second_part},
                                    {"offset", Kind::offset_iso},
                                    {"zone", Kind::zone_region},
                                    {"rfc", Kind::offset_rfc},
                                    {"instant", Kind::instant}};
    for (const auto& [known, kind] : specials) {
      if (known != name) continue;
      result_.items_.push_back({.kind = kind});
      return {};
    }
    if (name == "iso_week") {
      // ISO weeks, independent of the locale: our own letters; upper case J, I and i are not pattern letters of Java.
      result_.items_.push_back({.kind = Kind::field, .letter = 'J', .count = 4});
      literal("-W");
      result_.items_.push_back({.kind = Kind::field, .letter = 'I', .count = 2});
      literal("-");
      result_.items_.push_back({.kind = Kind::field, .letter = 'i', .count = 1});
      return {};
    }
    PatternItem item{.kind = Kind::styled};
    if (name == "long") item.style = text::LocaleText::Style::long_;
    if (name == "medium") item.style = text::LocaleText::Style::medium;
    if (name == "short") item.style = text::LocaleText::Style::short_;
    result_.items_.push_back(item);
    return {};
  }

  base::Result<void> letters(uint8_t pad) {
    char letter = pattern_[at_];
    size_t begin = at_;
    while (at_ < pattern_.size() && pattern_[at_] == letter) ++at_;
    size_t count = at_ - begin;
    if (letter == 'p' && pad == 0) {
      bool followed = at_ < pattern_.size() && std::isalpha(static_cast<unsigned char>(pattern_[at_])) != 0;
      if (!followed) return fail("the pad letter `p` without a letter after it");
      if (count > 100) return fail("the padding is too wide");
      return letters(static_cast<uint8_t>(count));
    }
    if (!fits(letter, count)) {
      return fail(is_letter(letter) ? fmt::format("a wrong number of pattern letters `{}`", letter)
                                    : fmt::format("the unknown pattern letter `{}`", letter));
    }
    result_.items_.push_back({.kind = Kind::field, .letter = letter, .count = static_cast<uint8_t>(count), .pad = pad});
    return {};
  }

  static bool is_letter(char letter) { return fits(letter, 1) || letter == 'V'; }

  static bool fits(char letter, size_t count) {
    switch (letter) {
      case 'u':
      case 'y':
      case 'Y':
      case 'A':
      case 'n':
      case 'N':
      case 'g': return count <= 19;
      case 'M':
      case 'L':
      case 'Q':
      case 'q':
      case 'E':
      case 'e':
      case 'G':
      case 'X':
      case 'x':
      case 'Z': return count <= 5;
      case 'c': return count <= 5 && count != 2;
      case 'd':
      case 'h':
      case 'H':
      case 'k':
      case 'K':
      case 'm':
      case 's':
      case 'w': return count <= 2;
      case 'D': return count <= 3;
      case 'W':
      case 'F':
      case 'a': return count == 1;
      case 'B': return count == 1 || count == 4 || count == 5;
      case 'S': return count <= 9;
      case 'V': return count == 2;
      case 'z': return count <= 4;
      case 'v':
      case 'O': return count == 1 || count == 4;
      default: return false;
    }
  }

  std::string_view pattern_;
  bool named_;
  size_t at_ = 0;
  size_t open_sections_ = 0;
  DatePattern result_;
};

base::Result<std::shared_ptr<const DatePattern>> DatePattern::compile(std::string_view format) {
  thread_local std::list<std::pair<std::string, std::shared_ptr<const DatePattern>>> cache;
  for (auto item = cache.begin(); item != cache.end(); ++item) {
    if (item->first != format) continue;
    cache.splice(cache.begin(), cache, item);
    return item->second;
  }
  if (format.size() > pattern_limit) return base::fail(evaluation_failed, "the date format is too long");
  std::string_view pattern = format;
  bool named = false;
  for (const auto& [name, letters] : named_formats) {
    if (name != format) continue;
    pattern = letters;
    named = true;
  }
  GYR_TRY(DatePattern compiled, PatternCompiler(pattern, named).run());
  if (named && format.starts_with("iso_")) compiled.ignores_case_ = compiled.strict_ = format != "iso_sec";
  if (format == "rfc_1123_date_time") compiled.ignores_case_ = true;
  auto shared = std::make_shared<const DatePattern>(std::move(compiled));
  cache.emplace_front(std::string(format), shared);
  if (cache.size() > cached_patterns) cache.pop_back();
  return std::shared_ptr<const DatePattern>(shared);
}

const DatePattern& DatePattern::iso_input() {
  static const std::shared_ptr<const DatePattern> pattern = *compile("iso_date_time");
  return *pattern;
}

const DatePattern& DatePattern::iso_date_input() {
  static const std::shared_ptr<const DatePattern> pattern = *compile("iso_local_date");
  return *pattern;
}

std::optional<FieldWidth> number_width(const PatternItem& item) {
  if (item.kind != Kind::field) return std::nullopt;
  uint8_t count = item.count;
  switch (item.letter) {
    case 'u':
    case 'y':
    case 'Y':
    case 'J':
      if (count == 2) return FieldWidth{2, 2, true};
      return FieldWidth{count, 19, false};
    case 'M':
    case 'L':
    case 'Q':
    case 'q':
    case 'e':
    case 'c':
      if (count > 2) return std::nullopt;
      return count == 2 ? FieldWidth{2, 2, true} : FieldWidth{};
    case 'd':
    case 'h':
    case 'H':
    case 'k':
    case 'K':
    case 'm':
    case 's':
    case 'w':
    case 'I': return count == 2 ? FieldWidth{2, 2, true} : FieldWidth{};
    case 'D':
      if (count == 1) return FieldWidth{};
      return count == 3 ? FieldWidth{3, 3, true} : FieldWidth{2, 3, false};
    case 'W':
    case 'F':
    case 'i': return FieldWidth{1, 1, true};
    case 'S': return FieldWidth{count, count, true};
    case 'A':
    case 'n':
    case 'N':
    case 'g': return FieldWidth{count, 19, false};
    default: return std::nullopt;
  }
}

}  // namespace gyr::expression
