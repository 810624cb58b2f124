// How characters of foreign texts look on a terminal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gyr::syntax {

/// Decodes the code point at `at` and moves to the next; a byte that does not start a well-formed sequence is a U+FFFD.
uint32_t next_code_point(std::string_view text, size_t& at);

/// Number of terminal columns of a code point: 2 for East Asian wide characters and emoji, 0 for combining marks,
/// otherwise 1.
uint32_t display_width(uint32_t code_point);

/// Control characters and those that reorder or split a line: printed raw they could make a message lie or steer a
/// terminal.
bool is_unprintable(uint32_t code_point);

}  // namespace gyr::syntax
