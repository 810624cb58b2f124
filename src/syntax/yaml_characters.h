// Kinds of characters of YAML, and the pieces of a text that messages show.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace gyr::syntax {

constexpr bool is_break(char c) { return c == '\n' || c == '\r'; }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
/// '\0' marks the end of the text; the text itself contains no NUL.
constexpr bool is_space_or_end(char c) { return is_blank(c) || is_break(c) || c == '\0'; }
constexpr bool is_flow_indicator(char c) { return c == ',' || c == '[' || c == ']' || c == '{' || c == '}'; }

/// Behind the word or sign at a place: what carets underline and messages quote.
size_t end_of_word(std::string_view text, size_t at);

/// First byte that no YAML text may hold: malformed UTF-8, NUL, other control characters, U+FFFE and U+FFFF.
struct ForbiddenText {
  size_t offset = 0;
  const char* what = "";
};
std::optional<ForbiddenText> find_forbidden_text(std::string_view text);

}  // namespace gyr::syntax
