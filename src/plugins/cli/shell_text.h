// Text for a shell.
#pragma once

#include <string>
#include <string_view>

namespace gyr::plugins::cli {

/// A text as one word of a shell command.
inline std::string shell_word(std::string_view text) {
  std::string out = "'";
  for (char character : text) {
    if (character == '\'') {
      out += "'\\''";
    } else {
      out += character;
    }
  }
  return out + "'";
}

}  // namespace gyr::plugins::cli
