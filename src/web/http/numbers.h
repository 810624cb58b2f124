// Numbers in queries, headers and cursors.
#pragma once

#include <charconv>
#include <string_view>

namespace gyr::web {

/// Reads a number if the text is one and nothing else; otherwise it returns false.
template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace gyr::web
