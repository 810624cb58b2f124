// Tokens of jq programs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace gyr::jq {

enum class TokenKind : uint8_t {
  end,
  symbol,    ///< text: an operator or bracket
  name,      ///< an identifier or keyword
  field,     ///< `.name`: text is the name
  variable,  ///< `$name`: text is the name
  format,    ///< `@name`: text with the @
  number,
  text,  ///< a piece of a string, escapes taken out
  string_begin,
  string_end,
  insert_begin,  ///< `\(`
  insert_end,
};

/// One token of a jq program; owns its text.
struct Token {
  TokenKind kind = TokenKind::end;
  std::string text;
  uint32_t offset = 0;  ///< of its first byte
};

base::Result<std::vector<Token>> tokenize(std::string_view program);

}  // namespace gyr::jq
