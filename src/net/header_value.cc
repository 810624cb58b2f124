#include "net/header_value.h"

#include <algorithm>

#include "base/text.h"
#include "net/http_syntax.h"
#include "net/url.h"

namespace gyr::net {
namespace {

/// Header values have two or three; a bound keeps the search for repeated ones short.
constexpr size_t max_parameters = 32;
constexpr size_t max_weighted = 64;

std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Takes a quoted string off the front of `text`. Browsers escape only `"`, and old ones send Windows paths unescaped,
/// so a backslash counts only before a quote or another backslash.
base::Result<std::string> take_quoted(std::string_view& text) {
  std::string out;
  for (size_t i = 1; i < text.size(); ++i) {
    char c = text[i];
    if (c == '"') {
      text.remove_prefix(i + 1);
      return out;
    }
    if (c == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\')) c = text[++i];
    out += c;
  }
  return base::fail(malformed_text, "a quoted value has no closing quote");
}

/// RFC 5987: `charset'language'percent-encoded`.
base::Result<std::string> decode_extended(std::string_view text) {
  size_t first = text.find('\'');
  size_t second = first == std::string_view::npos ? first : text.find('\'', first + 1);
  if (second == std::string_view::npos)
    return base::fail(malformed_text, "an extended value is not charset'language'text");
  std::string_view charset = text.substr(0, first);
  if (base::equals_ignoring_case(charset, "utf-8")) return decode_text(text.substr(second + 1));
  if (!base::equals_ignoring_case(charset, "iso-8859-1")) {
    return base::fail(malformed_text, fmt::format("the charset `{}` of an extended value is not known", charset));
  }
  GYR_TRY(std::string latin, percent_decode(text.substr(second + 1)));
  std::string utf8;
  for (char c : latin) base::append_utf8(utf8, static_cast<unsigned char>(c));
  if (utf8.find('\0') != std::string::npos) return base::fail(malformed_text, "a NUL character is not allowed");
  return utf8;
}

base::Result<std::string> take_parameter_value(std::string_view& text) {
  if (text.starts_with('"')) return take_quoted(text);
  size_t end = std::min(text.find(';'), text.size());
  std::string value(trim_blanks(text.substr(0, end)));
  text.remove_prefix(end);
  return value;
}

int parse_q(std::string_view text) {
  // qvalue = 0[.ddd] or 1[.000]
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return 1000;
  int thousandths = (text[0] - '0') * 1000;
  int unit = 100;
  for (size_t i = 2; i < text.size() && i < 5 && text[1] == '.'; ++i) {
    if (text[i] < '0' || text[i] > '9') break;
    thousandths += (text[i] - '0') * unit;
    unit /= 10;
  }
  return std::min(thousandths, 1000);
}

/// How specifically a range of Accept covers a type: 0 not at all, 1 by `*/*`, 2 by `text/*`, 3 exactly.
int coverage(std::string_view range, std::string_view type) {
  if (range == type) return 3;
  if (range == "*/*" || range == "*") return 1;
  if (range.ends_with("/*") && type.starts_with(range.substr(0, range.size() - 1))) return 2;
  return 0;
}

bool is_cookie_value(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return c > 0x20 && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\'; });
}

}  // namespace

std::optional<std::string_view> ParameterisedValue::parameter(std::string_view name) const {
  for (const auto& [key, text] : parameters) {
    if (key == name) return text;
  }
  return std::nullopt;
}

base::Result<ParameterisedValue> parse_parameterised(std::string_view text) {
  ParameterisedValue result;
  size_t end = std::min(text.find(';'), text.size());
  result.value = base::to_lower_ascii(trim_blanks(text.substr(0, end)));
  text.remove_prefix(end);
  std::set<std::string> plain, extended;
  while (!text.empty()) {
    if (text.front() != ';') return base::fail(malformed_text, "text after a quoted value");
    text = trim_blanks(text.substr(1));
    if (text.empty() || text.front() == ';') continue;
    size_t equals = text.find_first_of("=;");
    if (equals == std::string_view::npos || text[equals] == ';') {
      return base::fail(malformed_text, "a parameter has no value");
    }
    std::string name = base::to_lower_ascii(trim_blanks(text.substr(0, equals)));
    if (!is_token(name)) return base::fail(malformed_text, "the name of a parameter is not a token");
    text = trim_blanks(text.substr(equals + 1));
    GYR_TRY(std::string value, take_parameter_value(text));
    text = trim_blanks(text);
    const bool is_extended = name.ends_with('*');
    if (is_extended) name.pop_back();
    if (!(is_extended ? extended : plain).insert(name).second) {
      return base::fail(malformed_text, fmt::format("the parameter `{}` is given twice", name));
    }
    if (plain.size() + extended.size() > max_parameters) return base::fail(malformed_text, "too many parameters");
    if (is_extended) {
      GYR_TRY(value, decode_extended(value));
      std::erase_if(result.parameters, [&name](const auto& entry) { return entry.first == name; });
    } else if (extended.contains(name)) {
      continue;  // the extended value wins, in any position
    }
    result.parameters.emplace_back(std::move(name), std::move(value));
  }
  return result;
}

std::vector<Weighted> parse_weighted(std::string_view text) {
  std::vector<Weighted> entries;
  for (std::string_view part : base::split(text, ',')) {
    if (entries.size() == max_weighted) break;
    std::vector<std::string_view> pieces = base::split(part, ';');
    Weighted entry{base::to_lower_ascii(trim_blanks(pieces[0]))};
    if (entry.value.empty()) continue;
    for (size_t i = 1; i < pieces.size(); ++i) {
      std::string_view parameter = trim_blanks(pieces[i]);
      if (base::starts_with_ignoring_case(parameter, "q=")) entry.thousandths = parse_q(parameter.substr(2));
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

size_t choose_media_type(std::optional<std::string_view> accept, const std::vector<std::string_view>& candidates) {
  if (!accept) return 0;
  std::vector<Weighted> entries = parse_weighted(*accept);
  size_t best = 0;
  int best_weight = 0;
  for (size_t i = 0; i < candidates.size(); ++i) {
    int covered = 0;
    int weight = 0;
    for (const Weighted& entry : entries) {
      int how = coverage(entry.value, candidates[i]);
      if (how <= covered) continue;
      covered = how;
      weight = entry.thousandths;
    }
    if (weight > best_weight) {
      best = i;
      best_weight = weight;
    }
  }
  return best;
}

std::optional<std::string> cookie(std::string_view header, std::string_view name) {
  for (std::string_view part : base::split(header, ';')) {
    part = trim_blanks(part);
    size_t equals = part.find('=');
    if (equals == std::string_view::npos || trim_blanks(part.substr(0, equals)) != name) continue;
    std::string_view value = trim_blanks(part.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    return std::string(value);
  }
  return std::nullopt;
}

base::Result<std::string> set_cookie(std::string_view name, std::string_view value, const CookieOptions& options) {
  if (!is_token(name)) return base::fail(malformed_text, "the name of a cookie is not a token");
  if (!is_cookie_value(value)) {
    return base::fail(malformed_text,
                      fmt::format("the value of cookie `{}` has a character that is not allowed", name));
  }
  if (!is_header_value(options.path) || options.path.find(';') != std::string::npos) {
    return base::fail(malformed_text, fmt::format("the path of cookie `{}` has a character that is not allowed", name));
  }
  std::string out = fmt::format("{}={}; Path={}", name, value, options.path);
  if (options.max_age_seconds) out += fmt::format("; Max-Age={}", *options.max_age_seconds);
  if (options.http_only) out += "; HttpOnly";
  if (options.secure) out += "; Secure";
  if (!options.same_site.empty()) out += "; SameSite=" + options.same_site;
  return out;
}

bool names_etag(std::string_view if_none_match, std::string_view etag) {
  return std::ranges::any_of(base::split(if_none_match, ','), [etag](std::string_view entry) {
    entry = base::trim(entry);
    if (entry.starts_with("W/")) entry.remove_prefix(2);
    return entry == "*" || entry == etag;
  });
}

}  // namespace gyr::net
