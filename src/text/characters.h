// Characters and texts as Java counts and cuts them, over UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gyr::text {

/// The code point at `at` of well-formed UTF-8 and its size in bytes; a byte that is none counts as U+FFFD of size 1.
uint32_t decode_utf8(std::string_view text, size_t at, size_t& size);

/// White space in Java's sense at `at` (no-break spaces are not): its size in bytes, or 0.
size_t white_space_size(std::string_view text, size_t at);
bool is_white_space(uint32_t code_point);
/// `end` moved back over white space, not below `begin`.
size_t trimmed_end(std::string_view text, size_t begin, size_t end);
/// Without white space at both ends (Java's strip).
std::string_view strip(std::string_view text);
bool is_blank(std::string_view text);

bool is_ascii(std::string_view text);
/// Number of UTF-16 code units (EXPR-10: the length of a text).
size_t utf16_length(std::string_view text);
/// The part between two UTF-16 positions; half of a pair of surrogates becomes `?`, as Java encodes it.
std::string utf16_slice(std::string_view text, size_t from, size_t to);
/// Order by UTF-16 code units: negative, 0 or positive (EXPR-18).
int compare_utf16(std::string_view a, std::string_view b);

std::string to_upper(std::string_view text);
std::string to_lower(std::string_view text);
/// The title-case form of the first character, the rest unchanged.
std::string to_title_first(std::string_view text);

/// A text of a flow as messages show it: the beginning of a very long one.
std::string shown_text(std::string_view text);

}  // namespace gyr::text
