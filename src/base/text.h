// Small text work that several modules need.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gyr::base {

/// Byte offset of the first byte that is not well-formed UTF-8 (surrogates and overlong forms count as wrong).
std::optional<size_t> find_invalid_utf8(std::string_view text);
/// The text with every malformed sequence replaced by U+FFFD.
std::string repair_utf8(std::string_view text);
/// Number of code points of well-formed UTF-8.
size_t code_points(std::string_view text);
/// Appends one code point (must not be a surrogate) as UTF-8.
void append_utf8(std::string& out, uint32_t code_point);

/// Without white space (ASCII blanks and control characters, as Java's trim) at both ends.
std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
/// ASCII only.
std::string to_lower_ascii(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);

std::string base64_encode(std::string_view bytes);
/// Standard alphabet, padding optional, line breaks ignored where `lenient`; nothing on any other character.
std::optional<std::string> base64_decode(std::string_view text, bool lenient = false);
std::string hex_encode(std::string_view bytes);

/// The candidate nearest to `word` by edits (insert, delete, replace, swap, case), if near enough to be what was meant.
std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace gyr::base
