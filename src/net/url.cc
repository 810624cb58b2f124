#include "net/url.h"

#include "base/text.h"
#include "net/http.h"
#include "net/http_syntax.h"

namespace gyr::net {
namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEF";

constexpr bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_unreserved(char c) {
  return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_escape(std::string& out, char c) {
  auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += hex_digits[byte >> 4];
  out += hex_digits[byte & 15];
}

/// Not valid in a URL, but unambiguous there.
bool is_forgiven(char c) {
  return static_cast<unsigned char>(c) >= 0x80 || std::string_view("\"<>\\^`{|}").find(c) != std::string_view::npos;
}

std::string escape_forgiven(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    if (is_forgiven(c)) {
      append_escape(out, c);
    } else {
      out += c;
    }
  }
  return out;
}

bool is_scheme(std::string_view text) {
  return !text.empty() && is_alpha(text.front()) && std::ranges::all_of(text, [](char c) {
    return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  });
}

std::unexpected<base::Error> refuse(std::string_view what) {
  return base::fail(bad_url, fmt::format("not a valid URL: {}", what));
}

/// Refuses characters that could change the meaning of a request line, and reports their position.
base::Result<void> check_characters(std::string_view text) {
  if (auto offset = base::find_invalid_utf8(text)) {
    return refuse(fmt::format("the byte at offset {} is not UTF-8", *offset));
  }
  for (size_t i = 0; i < text.size(); ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    if (byte == ' ') return refuse(fmt::format("there is a space at offset {}; write it as %20", i));
    if (byte < 0x20 || byte == 0x7f) return refuse(fmt::format("there is a control character at offset {}", i));
  }
  return {};
}

/// Non-ASCII letters are allowed: they are an internationalised name, which the resolver translates.
bool is_host_text(std::string_view host) {
  std::string ascii(host);
  for (char& c : ascii) {
    if (static_cast<unsigned char>(c) >= 0x80) c = 'x';
  }
  return is_valid_host(ascii);
}

base::Result<void> take_host(Url& url, std::string_view text) {
  if (text.empty()) return refuse("the host is missing");
  if (!is_host_text(text)) return refuse(fmt::format("`{}` is not a host with an optional port", text));
  size_t host_end;
  if (text.front() == '[') {
    host_end = text.find(']') + 1;
    url.host = base::to_lower_ascii(text.substr(1, host_end - 2));
  } else {
    host_end = std::min(text.find(':'), text.size());
    url.host = base::to_lower_ascii(text.substr(0, host_end));
  }
  url.port.reset();
  std::string_view port = text.substr(host_end);
  if (port.size() > 1) {
    uint16_t number = 0;
    std::from_chars(port.data() + 1, port.data() + port.size(), number);
    if (number == 0) return refuse("port 0 is not valid");
    url.port = number;
  }
  return {};
}

base::Result<void> take_authority(Url& url, std::string_view text) {
  url.user.clear();
  url.password.clear();
  size_t at = text.find('@');
  if (at != std::string_view::npos) {
    std::string_view info = text.substr(0, at);
    text.remove_prefix(at + 1);
    // Programs differ in what these mean here, which attackers use to point to another host than is seen.
    if (info.find_first_of("\\[]<>\"^`{|}") != std::string_view::npos) {
      return refuse("the user or password has a character that must be percent-encoded");
    }
    size_t colon = std::min(info.find(':'), info.size());
    GYR_TRY(url.user, percent_decode(info.substr(0, colon)));
    if (colon < info.size()) {
      GYR_TRY(url.password, percent_decode(info.substr(colon + 1)));
    }
  }
  return take_host(url, text);
}

/// RFC 3986, 5.2.4: `/a/./b/../c` → `/a/c`. The path begins with `/`.
std::string remove_dot_segments(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    size_t end = std::min(path.find('/', 1), path.size());
    std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    const bool last = path.empty();
    if (segment == "/.") {
      if (last) out += '/';
    } else if (segment == "/..") {
      out.erase(std::min(out.rfind('/'), out.size()));
      if (last) out += '/';
    } else {
      out += segment;
    }
  }
  return out;
}

/// Everything after the authority.
void take_rest(Url& url, std::string_view text) {
  url.query.reset();
  url.fragment.reset();
  if (size_t hash = text.find('#'); hash != std::string_view::npos) {
    url.fragment = escape_forgiven(text.substr(hash + 1));
    text = text.substr(0, hash);
  }
  if (size_t mark = text.find('?'); mark != std::string_view::npos) {
    url.query = escape_forgiven(text.substr(mark + 1));
    text = text.substr(0, mark);
  }
  url.path = text.empty() ? "/" : escape_forgiven(text);
}

std::string encode(std::string_view text, bool keep_slash) {
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    if (is_unreserved(c) || (keep_slash && c == '/')) {
      out += c;
    } else {
      append_escape(out, c);
    }
  }
  return out;
}

}  // namespace

uint16_t Url::effective_port() const {
  if (port) return *port;
  if (scheme == "http") return 80;
  if (scheme == "https") return 443;
  return 0;
}

std::string Url::authority() const {
  std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port) text += fmt::format(":{}", *port);
  return text;
}

std::string Url::target() const { return query ? path + "?" + *query : path; }

std::string Url::to_string() const { return scheme + "://" + authority() + target(); }

base::Result<Url> parse_url(std::string_view text) {
  GYR_CHECK(check_characters(text));
  size_t colon = text.find("://");
  if (colon == std::string_view::npos || !is_scheme(text.substr(0, colon))) {
    return refuse("it does not begin with a scheme such as https://");
  }
  Url url;
  url.scheme = base::to_lower_ascii(text.substr(0, colon));
  text.remove_prefix(colon + 3);
  size_t end = std::min(text.find_first_of("/?#"), text.size());
  GYR_CHECK(take_authority(url, text.substr(0, end)));
  take_rest(url, text.substr(end));
  return url;
}

base::Result<Url> resolve_url(const Url& from, std::string_view reference) {
  GYR_CHECK(check_characters(reference));
  size_t colon = reference.find(':');
  if (colon != std::string_view::npos && is_scheme(reference.substr(0, colon))) {
    GYR_TRY(Url url, parse_url(reference));
    url.path = remove_dot_segments(url.path);
    return url;
  }
  Url url = from;
  if (reference.starts_with("//")) {
    reference.remove_prefix(2);
    size_t end = std::min(reference.find_first_of("/?#"), reference.size());
    GYR_CHECK(take_authority(url, reference.substr(0, end)));
    take_rest(url, reference.substr(end));
  } else if (reference.starts_with('/')) {
    take_rest(url, reference);
  } else {
    size_t end = std::min(reference.find_first_of("?#"), reference.size());
    std::string_view path = reference.substr(0, end);
    std::string_view rest = reference.substr(end);
    if (path.empty()) {
      std::string whole = from.path;
      if (!rest.starts_with('?') && from.query) whole += "?" + *from.query;
      whole += rest;
      take_rest(url, whole);
    } else {
      std::string whole = from.path.substr(0, from.path.rfind('/') + 1);
      whole += reference;
      take_rest(url, whole);
    }
  }
  url.path = remove_dot_segments(url.path);
  return url;
}

base::Result<std::string> percent_decode(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
      int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return base::fail(malformed_text, fmt::format("`%` at offset {} is not followed by two hexadecimal digits", i));
      }
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else if (text[i] == '+' && plus == Plus::blank) {
      out += ' ';
    } else {
      out += text[i];
    }
  }
  return out;
}

base::Result<std::string> decode_text(std::string_view text, Plus plus) {
  GYR_TRY(std::string decoded, percent_decode(text, plus));
  if (decoded.find('\0') != std::string::npos) return base::fail(malformed_text, "a NUL character is not allowed");
  if (auto offset = base::find_invalid_utf8(decoded)) {
    return base::fail(malformed_text, fmt::format("the byte at offset {} of the decoded text is not UTF-8", *offset));
  }
  return decoded;
}

std::string percent_encode(std::string_view text) { return encode(text, false); }
std::string percent_encode_path(std::string_view text) { return encode(text, true); }

base::Result<QueryList> parse_query(std::string_view query, Plus plus) {
  QueryList pairs;
  while (!query.empty()) {
    size_t end = std::min(query.find('&'), query.size());
    std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    if (pairs.size() == max_query_pairs) {
      return base::fail(malformed_text, fmt::format("more than {} parameters", max_query_pairs));
    }
    size_t equals = std::min(pair.find('='), pair.size());
    auto name = decode_text(pair.substr(0, equals), plus);
    if (!name) return base::fail(name.error().with_prefix(fmt::format("parameter {}: ", pairs.size() + 1)));
    auto value = decode_text(pair.substr(std::min(equals + 1, pair.size())), plus);
    if (!value) return base::fail(value.error().with_prefix(fmt::format("parameter `{}`: ", *name)));
    pairs.emplace_back(std::move(*name), std::move(*value));
  }
  return pairs;
}

std::string encode_query(const QueryList& pairs) {
  std::string out;
  for (const auto& [name, value] : pairs) {
    if (!out.empty()) out += '&';
    out += percent_encode(name);
    out += '=';
    out += percent_encode(value);
  }
  return out;
}

Target split_target(std::string_view target) {
  size_t mark = target.find('?');
  if (mark == std::string_view::npos) return {target, {}};
  return {target.substr(0, mark), target.substr(mark + 1)};
}

}  // namespace gyr::net
