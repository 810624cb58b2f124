// Kinds of characters that every notation shares.
#pragma once

namespace gyr::syntax {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Begins an identifier of Ion; digits may follow.
constexpr bool is_symbol_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

}  // namespace gyr::syntax
