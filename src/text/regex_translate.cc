// Java's regular expression syntax into RE2's, where the two differ.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <vector>

#include "base/text.h"
#include "text/errors.h"
#include "text/regex.h"

namespace gyr::text {
namespace {

constexpr std::string_view line_terminators = "\\n\\r\\x{85}\\x{2028}\\x{2029}";
constexpr std::string_view vertical_space = "\\n\\x0B\\f\\r\\x{85}\\x{2028}\\x{2029}";
constexpr std::string_view horizontal_space =
    " \\t\\x{A0}\\x{1680}\\x{180E}\\x{2000}-\\x{200A}\\x{202F}\\x{205F}\\x{3000}";
constexpr std::string_view white_space = " \\t\\n\\x0B\\f\\r";

// Far more than anybody writes; both bound the work before RE2's own limits do.
constexpr size_t pattern_limit = 100'000;
constexpr size_t class_nesting_limit = 20;

struct NamedClass {
  std::string_view java;
  std::string_view members;  ///< inside brackets
};
// POSIX names and Java's own; the general categories and scripts of Unicode have the same names in both.
constexpr NamedClass named_classes[] = {
    {"Lower", "a-z"},
    {"Upper", "A-Z"},
    {"ASCII", "\\x00-\\x7F"},
    {"Alpha", "a-zA-Z"},
    {"Digit", "0-9"},
    {"Alnum", "a-zA-Z0-9"},
    {"Punct", "!-/:-@\\[-`{-~"},
    {"Graph", "!-~"},
    {"Print", " -~"},
    {"Blank", " \\t"},
    {"Cntrl", "\\x00-\\x1F\\x7F"},
    {"XDigit", "0-9a-fA-F"},
    {"Space", white_space},
    {"javaLowerCase", "\\p{Ll}"},
    {"javaUpperCase", "\\p{Lu}"},
    {"javaWhitespace", white_space},
    {"javaLetter", "\\p{L}"},
    {"javaDigit", "\\p{Nd}"},
    {"javaLetterOrDigit", "\\p{L}\\p{Nd}"},
    {"IsAlphabetic", "\\p{L}\\p{Nl}"},
    {"IsLetter", "\\p{L}"},
    {"IsDigit", "\\p{Nd}"},
    {"IsUppercase", "\\p{Lu}"},
    {"IsLowercase", "\\p{Ll}"},
    {"IsPunctuation", "\\p{P}"},
    {"IsWhite_Space", "\\s\\x0B\\x{85}\\p{Z}"},
    {"LC", "\\p{Lu}\\p{Ll}\\p{Lt}"},
};

class Translator {
 public:
  explicit Translator(std::string_view pattern) : pattern_(pattern) {}

  base::Result<std::string> run() {
    if (pattern_.size() > pattern_limit) malformed(fmt::format("it is longer than {} bytes", pattern_limit));
    while (!done() && !error_) step();
    if (error_) return base::fail(std::move(*error_));
    return std::move(out_);
  }

 private:
  struct Flags {
    bool dot_all = false;
    bool comments = false;
  };

  bool done() const { return at_ >= pattern_.size(); }
  char current() const { return pattern_[at_]; }
  bool looking_at(std::string_view text) const { return pattern_.substr(at_).starts_with(text); }

  void refuse(std::string_view what) {
    if (error_) return;
    error_ = base::Error(evaluation_failed, fmt::format("it uses {}", what));
  }
  void malformed(std::string_view what) {
    if (error_) return;
    error_ = base::Error(evaluation_failed, std::string(what));
  }

  void step() {
    char c = current();
    switch (c) {
      case '\\': escape(false); return;
      case '[': character_class(); return;
      case '(': group(); return;
      case ')':
        out_.push_back(c);
        ++at_;
        if (!scopes_.empty()) {
          flags_ = scopes_.back();
          scopes_.pop_back();
        }
        quantifier();
        return;
      case '.':
        ++at_;
        out_.append(flags_.dot_all ? "(?s:.)" : fmt::format("[^{}]", line_terminators));
        quantifier();
        return;
      default: break;
    }
    if (flags_.comments && (c == '#' || std::isspace(static_cast<unsigned char>(c)) != 0)) {
      skip_comment();
      return;
    }
    ++at_;
    out_.push_back(c);
    quantifier();
  }

  void skip_comment() {
    if (current() != '#') {
      ++at_;
      return;
    }
    while (!done() && current() != '\n') ++at_;
  }

  /// Behind an atom: a second `+` after a quantifier is possessive.
  void quantifier() {
    if (done()) return;
    char c = current();
    if (c == '*' || c == '+' || c == '?') {
      out_.push_back(c);
      ++at_;
    } else if (c == '{' && at_ + 1 < pattern_.size() &&
               std::isdigit(static_cast<unsigned char>(pattern_[at_ + 1])) != 0) {
      size_t close = pattern_.find('}', at_);
      if (close == std::string_view::npos) return malformed("`{` without `}`");
      out_.append(pattern_.substr(at_, close + 1 - at_));
      at_ = close + 1;
    } else {
      return;
    }
    if (done()) return;
    if (current() == '+') return refuse("a possessive quantifier");
    if (current() == '?') {
      out_.push_back('?');
      ++at_;
    }
  }

  void group() {
    struct Refused {
      std::string_view opening;
      std::string_view what;
    };
    constexpr Refused refused[] = {{"(?=", "lookahead `(?=`"},
                                   {"(?!", "lookahead `(?!`"},
                                   {"(?<=", "lookbehind `(?<=`"},
                                   {"(?<!", "lookbehind `(?<!`"},
                                   {"(?>", "an atomic group `(?>`"}};
    for (const auto& [opening, what] : refused) {
      if (looking_at(opening)) return refuse(what);
    }
    Flags outside = flags_;
    if (looking_at("(?<")) {
      out_.append("(?P<");
      at_ += 3;
    } else if (looking_at("(?:")) {
      out_.append("(?:");
      at_ += 3;
    } else if (looking_at("(?")) {
      if (!flag_group()) return;
      if (pattern_[at_ - 1] == ')') return;  // `(?i)`: holds to the end of the group around it
    } else {
      out_.push_back('(');
      ++at_;
    }
    scopes_.push_back(outside);
  }

  /// `(?i)` and `(?i-s:`: false after an error.
  bool flag_group() {
    size_t end = pattern_.find_first_of(":)", at_);
    if (end == std::string_view::npos) {
      malformed("a group is not closed");
      return false;
    }
    std::string kept;
    bool on = true;
    std::string off;
    for (char flag : pattern_.substr(at_ + 2, end - at_ - 2)) {
      switch (flag) {
        case '-': on = false; break;
        case 'i':
        case 'm':
        case 's':
          if (flag == 's') flags_.dot_all = on;
          (on ? kept : off).push_back(flag);
          break;
        case 'x': flags_.comments = on; break;
        case 'u':
        case 'U':
        case 'd': break;  // RE2 matches Unicode in any case
        default: malformed(fmt::format("unknown flag `{}`", flag)); return false;
      }
    }
    std::string all = off.empty() ? kept : fmt::format("{}-{}", kept, off);
    if (pattern_[end] == ')') {
      // RE2 does not support an empty group of flags.
      if (!all.empty()) out_.append(fmt::format("(?{})", all));
    } else {
      out_.append(fmt::format("(?{}:", all));
    }
    at_ = end + 1;
    return true;
  }

  void append_code_point(uint32_t code_point) { out_.append(fmt::format("\\x{{{:X}}}", code_point)); }

  /// Members of a class, as a class of their own outside brackets.
  void append_members(std::string_view members, bool negated, bool in_class) {
    if (!in_class) {
      out_.append(fmt::format("[{}{}]", negated ? "^" : "", members));
    } else if (negated) {
      refuse("a negated class inside a class");
    } else {
      out_.append(members);
    }
  }

  void escape(bool in_class) {
    if (at_ + 1 >= pattern_.size()) return malformed("it ends in a backslash");
    char c = pattern_[at_ + 1];
    at_ += 2;
    switch (c) {
      case 'Q': quoted(); return;
      case 'E': return;
      case 'h':
      case 'H': append_members(horizontal_space, c == 'H', in_class); break;
      case 'v':
      case 'V': append_members(vertical_space, c == 'V', in_class); break;
      case 's': append_members(white_space, false, in_class); break;
      case 'S':
        // Inside a class RE2's own form must do; it lacks only the vertical tab.
        if (in_class) {
          out_.append("\\S");
        } else {
          append_members(white_space, true, false);
        }
        break;
      case 'R':
        if (in_class) return malformed("`\\R` inside a class");
        out_.append(fmt::format("(?:\\r\\n|[{}])", vertical_space));
        break;
      case 'Z': out_.append("\\z"); break;
      case 'G': return refuse("`\\G`");
      case 'X': return refuse("`\\X`");
      case 'k': return refuse("a back reference `\\k`");
      case 'e': append_code_point(0x1B); break;
      case 'c':
        if (done()) return malformed("`\\c` without a character");
        append_code_point(static_cast<unsigned char>(pattern_[at_++]) ^ 0x40U);
        break;
      case 'u': unicode_escape(); break;
      case 'x': hexadecimal_escape(); break;
      case '0': octal_escape(); break;
      case 'p':
      case 'P': property(c == 'P', in_class); break;
      default:
        if (c >= '1' && c <= '9') return refuse(fmt::format("a back reference `\\{}`", c));
        if (static_cast<unsigned char>(c) >= 0x80 || c == ' ' || c == '\n' || c == '_') {
          out_.push_back(c);
        } else if (std::string_view("dDwWbBAzntrfa").find(c) != std::string_view::npos ||
                   std::isalnum(static_cast<unsigned char>(c)) == 0) {
          out_.push_back('\\');
          out_.push_back(c);
        } else {
          return malformed(fmt::format("unknown escape `\\{}`", c));
        }
    }
    if (!in_class && !error_) quantifier();
  }

  void quoted() {
    size_t end = pattern_.find("\\E", at_);
    std::string_view text = pattern_.substr(at_, end == std::string_view::npos ? end : end - at_);
    for (char c : text) {
      if (static_cast<unsigned char>(c) < 0x80 && std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' &&
          c != '\n') {
        out_.push_back('\\');
      }
      out_.push_back(c);
    }
    at_ = end == std::string_view::npos ? pattern_.size() : end + 2;
    quantifier();
  }

  std::optional<uint32_t> digits(size_t at, size_t count, int base) const {
    uint32_t value = 0;
    std::string_view text = pattern_.substr(std::min(at, pattern_.size()), count);
    auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (problem != std::errc() || text.size() != count || end != text.data() + count) return std::nullopt;
    return value;
  }

  void unicode_escape() {
    auto unit = digits(at_, 4, 16);
    if (!unit) return malformed("`\\u` needs four hexadecimal digits");
    at_ += 4;
    bool is_high = *unit >= 0xD800 && *unit < 0xDC00;
    auto low = is_high && looking_at("\\u") ? digits(at_ + 2, 4, 16) : std::nullopt;
    if (low && *low >= 0xDC00 && *low < 0xE000) {
      at_ += 6;
      return append_code_point(0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00));
    }
    if (*unit >= 0xD800 && *unit < 0xE000) return refuse("an unpaired surrogate");
    append_code_point(*unit);
  }

  void hexadecimal_escape() {
    bool braced = !done() && current() == '{';
    size_t begin = at_ + (braced ? 1 : 0);
    size_t close = braced ? pattern_.find('}', begin) : begin + 2;
    auto code_point =
        close == std::string_view::npos || close - begin > 8 ? std::nullopt : digits(begin, close - begin, 16);
    if (!code_point) return malformed("`\\x` needs hexadecimal digits");
    at_ = close + (braced ? 1 : 0);
    append_code_point(*code_point);
  }

  void octal_escape() {
    uint32_t value = 0;
    size_t count = 0;
    for (; count < 3 && !done() && current() >= '0' && current() <= '7' && value * 8 < 0400; ++count, ++at_) {
      value = value * 8 + static_cast<uint32_t>(current() - '0');
    }
    if (count == 0) return malformed("`\\0` needs an octal digit");
    append_code_point(value);
  }

  void property(bool negated, bool in_class) {
    std::string_view name;
    if (!done() && current() == '{') {
      size_t close = pattern_.find('}', at_);
      if (close == std::string_view::npos) return malformed("`\\p{` without `}`");
      name = pattern_.substr(at_ + 1, close - at_ - 1);
      at_ = close + 1;
    } else if (!done()) {
      name = pattern_.substr(at_, 1);
      ++at_;
    }
    if (name.empty()) return malformed("`\\p` without a name");
    for (const auto& [java, members] : named_classes) {
      if (java == name) return append_members(members, negated, in_class);
    }
    if (name.starts_with("In") || name.starts_with("block=") || name.starts_with("blk=")) {
      return refuse(fmt::format("the block `{}`", name));
    }
    for (std::string_view prefix : {"Is", "script=", "sc=", "general_category=", "gc="}) {
      if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
    }
    out_.append(fmt::format("\\{}{{{}}}", negated ? 'P' : 'p', name));
  }

  void character_class() {
    out_.push_back('[');
    ++at_;
    if (!done() && current() == '^') {
      out_.push_back('^');
      ++at_;
    }
    class_members(0);
    if (error_) return;
    out_.push_back(']');
    quantifier();
  }

  /// Up to the closing bracket, which is taken.
  void class_members(size_t nesting) {
    if (nesting > class_nesting_limit) return malformed("classes are nested too deeply");
    for (bool first = true; !done() && !error_; first = false) {
      char c = current();
      if (c == ']' && !first) {
        ++at_;
        return;
      }
      if (looking_at("&&")) return refuse("an intersection `&&` of classes");
      if (c == '\\') {
        escape(true);
      } else if (c == '[') {
        ++at_;
        if (!done() && current() == '^') return refuse("a negated class inside a class");
        class_members(nesting + 1);  // a union: its members are members of the outer one
      } else {
        if (c == ']') out_.push_back('\\');
        out_.push_back(c);
        ++at_;
      }
    }
    if (!error_) malformed("a class is not closed");
  }

  std::string_view pattern_;
  size_t at_ = 0;
  std::string out_;
  Flags flags_;
  std::vector<Flags> scopes_;
  std::optional<base::Error> error_;
};

}  // namespace

base::Result<std::string> translate_java_regex(std::string_view pattern) { return Translator(pattern).run(); }

}  // namespace gyr::text
