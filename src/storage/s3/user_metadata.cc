#include "storage/s3/user_metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace gyr::storage::s3 {
namespace {

constexpr std::string_view header_prefix = "x-amz-meta-";
constexpr size_t max_bytes = 2'048;  // S3's limit
constexpr std::string_view word_begin = "=?";
constexpr std::string_view word_end = "?=";
constexpr std::string_view charset = "utf-8";

bool is_small(char c) { return c >= 'a' && c <= 'z'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

std::string stored_name(std::string_view name) {
  std::string stored;
  for (const char c : name) {
    if (is_capital(c) || c == '_') stored += '_';
    stored += is_capital(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return stored;
}

std::string told_name(std::string_view stored) {
  std::string name;
  for (size_t i = 0; i < stored.size(); ++i) {
    const char next = i + 1 < stored.size() ? stored[i + 1] : '\0';
    if (stored[i] == '_' && (is_small(next) || next == '_')) {
      name += next == '_' ? '_' : static_cast<char>(next - 'a' + 'A');
      i += 1;
    } else {
      name += stored[i];
    }
  }
  return name;
}

/// Whether a header brings the text unchanged: signatures are made over single blanks.
bool is_plain(std::string_view text) {
  if (text.empty()) return true;
  if (text.starts_with(word_begin) || text.front() == ' ' || text.back() == ' ') return false;
  return text.find("  ") == std::string_view::npos &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

/// `=C3=BC_x`: bytes in hexadecimal digits, `_` is a blank.
std::optional<std::string> decoded_quoted(std::string_view text) {
  std::string bytes;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      bytes += text[i] == '_' ? ' ' : text[i];
      continue;
    }
    const auto digit = [](char c) {
      if (c >= '0' && c <= '9') return c - '0';
      if (c >= 'A' && c <= 'F') return c - 'A' + 10;
      return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    };
    if (i + 2 >= text.size() || digit(text[i + 1]) < 0 || digit(text[i + 2]) < 0) return std::nullopt;
    bytes += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
    i += 2;
  }
  return bytes;
}

/// The bytes of `=?UTF-8?B?…?=` or `=?UTF-8?Q?…?=`.
std::optional<std::string> decoded_word(std::string_view word) {
  if (!word.starts_with(word_begin) || !word.ends_with(word_end)) return std::nullopt;
  if (word.size() < word_begin.size() + word_end.size()) return std::nullopt;
  const auto parts = base::split(word.substr(2, word.size() - 4), '?');
  if (parts.size() != 3 || base::to_lower_ascii(parts[0]) != charset) return std::nullopt;
  if (parts[1] == "B" || parts[1] == "b") return base::base64_decode(parts[2]);
  return parts[1] == "Q" || parts[1] == "q" ? decoded_quoted(parts[2]) : std::nullopt;
}

std::string told_text(std::string_view text) {
  if (text.starts_with(word_begin)) {
    std::string bytes;
    bool known = true;
    for (const std::string_view word : base::split(text, ' ')) {
      const auto decoded = decoded_word(word);
      known = known && decoded;
      if (known) bytes += *decoded;
    }
    if (known && !base::find_invalid_utf8(bytes)) return bytes;
  }
  return base::repair_utf8(text);
}

}  // namespace

base::Result<std::vector<std::pair<std::string, std::string>>> metadata_headers(const Metadata& metadata) {
  GYR_CHECK(check_metadata(metadata));
  std::vector<std::pair<std::string, std::string>> headers;
  size_t bytes = 0;
  for (const auto& [name, text] : metadata) {
    std::string stored = stored_name(name);
    std::string sent = is_plain(text) ? text : fmt::format("=?UTF-8?B?{}?=", base::base64_encode(text));
    bytes += stored.size() + sent.size();
    headers.emplace_back(fmt::format("{}{}", header_prefix, stored), std::move(sent));
  }
  if (bytes > max_bytes) {
    return base::fail(metadata_refused,
                      fmt::format("the metadata has {} bytes; the limit of the object store is {}", bytes, max_bytes));
  }
  return headers;
}

Metadata metadata_of(const net::Headers& headers) {
  Metadata metadata;
  for (const auto& [name, text] : headers.fields()) {
    const std::string lower = base::to_lower_ascii(name);
    if (!lower.starts_with(header_prefix) || lower.size() == header_prefix.size()) continue;
    metadata.emplace(told_name(std::string_view(lower).substr(header_prefix.size())), told_text(text));
  }
  return metadata;
}

}  // namespace gyr::storage::s3
