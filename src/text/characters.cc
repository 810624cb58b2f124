#include "text/characters.h"

#include <fmt/format.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>

#include "base/text.h"

namespace gyr::text {

// Error messages hold the whole template (EXPR-362); one of megabytes would drown the log.
constexpr size_t shown_text_limit = 4096;

uint32_t decode_utf8(std::string_view text, size_t at, size_t& size) {
  auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  uint32_t first = byte(at);
  size = 1;
  if (first < 0x80) return first;
  auto continues = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  if (first >= 0xC2 && first < 0xE0 && continues(at + 1)) {
    size = 2;
    return ((first & 0x1F) << 6) | (byte(at + 1) & 0x3F);
  }
  if (first >= 0xE0 && first < 0xF0 && continues(at + 1) && continues(at + 2)) {
    size = 3;
    return ((first & 0x0F) << 12) | ((byte(at + 1) & 0x3F) << 6) | (byte(at + 2) & 0x3F);
  }
  if (first >= 0xF0 && first < 0xF5 && continues(at + 1) && continues(at + 2) && continues(at + 3)) {
    size = 4;
    return ((first & 0x07) << 18) | ((byte(at + 1) & 0x3F) << 12) | ((byte(at + 2) & 0x3F) << 6) |
           (byte(at + 3) & 0x3F);
  }
  return 0xFFFD;
}

bool is_white_space(uint32_t c) {
  if (c < 0x80) return (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x20);
  return c == 0x1680 || (c >= 0x2000 && c <= 0x200A && c != 0x2007) || c == 0x2028 || c == 0x2029 || c == 0x205F ||
         c == 0x3000;
}

size_t white_space_size(std::string_view text, size_t at) {
  if (at >= text.size()) return 0;
  size_t size = 0;
  uint32_t c = decode_utf8(text, at, size);
  return is_white_space(c) ? size : 0;
}

size_t trimmed_end(std::string_view text, size_t begin, size_t end) {
  while (end > begin) {
    size_t last = end - 1;
    while (last > begin && (static_cast<unsigned char>(text[last]) & 0xC0) == 0x80) --last;
    if (white_space_size(text, last) == 0) break;
    end = last;
  }
  return end;
}

std::string_view strip(std::string_view text) {
  size_t begin = 0;
  for (size_t size = 0; (size = white_space_size(text, begin)) != 0;) begin += size;
  size_t end = trimmed_end(text, begin, text.size());
  return text.substr(begin, end - begin);
}

bool is_blank(std::string_view text) { return strip(text).empty(); }

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

size_t utf16_length(std::string_view text) {
  size_t units = 0;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) units += byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

std::string utf16_slice(std::string_view text, size_t from, size_t to) {
  if (from >= to) return {};
  if (is_ascii(text)) return std::string(text.substr(std::min(from, text.size()), to - from));
  std::string out;
  size_t units = 0;
  for (size_t at = 0; at < text.size() && units < to;) {
    size_t size = 0;
    size_t width = decode_utf8(text, at, size) >= 0x10000 ? 2 : 1;
    size_t kept = std::min(units + width, to) - std::min(std::max(units, from), units + width);
    if (units + width > from) {
      if (kept == width) {
        out.append(text.substr(at, size));
      } else {
        out.push_back('?');
      }
    }
    units += width;
    at += size;
  }
  return out;
}

int compare_utf16(std::string_view a, std::string_view b) {
  auto [left, right] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (left == a.end() || right == b.end()) {
    return static_cast<int>(left != a.end()) - static_cast<int>(right != b.end());
  }
  auto x = static_cast<unsigned char>(*left);
  auto y = static_cast<unsigned char>(*right);
  // Surrogates sort below U+E000: code points above U+FFFF (lead bytes F0..F4) before those of lead bytes EE and EF.
  if (x >= 0xEE && y >= 0xEE && (x >= 0xF0) != (y >= 0xF0)) return x >= 0xF0 ? -1 : 1;
  return x < y ? -1 : 1;
}

std::string to_upper(std::string_view text) {
  if (is_ascii(text)) {
    std::string out(text);
    for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return out;
  }
  auto wide = icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
  std::string out;
  wide.toUpper(icu::Locale::getRoot()).toUTF8String(out);
  return out;
}

std::string to_lower(std::string_view text) {
  if (is_ascii(text)) return base::to_lower_ascii(text);
  auto wide = icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
  std::string out;
  wide.toLower(icu::Locale::getRoot()).toUTF8String(out);
  return out;
}

std::string to_title_first(std::string_view text) {
  if (text.empty()) return {};
  size_t size = 0;
  uint32_t first = decode_utf8(text, 0, size);
  std::string out;
  out.reserve(text.size());
  base::append_utf8(out, static_cast<uint32_t>(u_totitle(static_cast<UChar32>(first))));
  out.append(text.substr(size));
  return out;
}

std::string shown_text(std::string_view text) {
  if (text.size() <= shown_text_limit) return std::string(text);
  size_t end = shown_text_limit;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return fmt::format("{}…", text.substr(0, end));
}

}  // namespace gyr::text
