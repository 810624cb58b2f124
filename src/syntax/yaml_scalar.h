// What a YAML scalar means: the rules of Jackson's YAML parser over SnakeYAML, that is YAML 1.1 with exceptions.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/value.h"

namespace gyr::syntax {

/// The kind of a scalar before it is converted to a value.
enum class ScalarShape : uint8_t {
  text,
  null,
  boolean,
  integer,
  number,
  malformed_number,  ///< `.inf`, `.nan`, `1:30.5`: YAML 1.1 numbers that the reference refuses
};

/// The kind of a plain scalar. An empty scalar is the empty text here, not null. `true/false/yes/no/on/off` in lower
/// case, upper case and capitalised are booleans, `y` and `n` are not; `~ null Null NULL` is null; `0123` is octal,
/// `0x1F` hexadecimal, `0b101` binary, `_` may separate digits; `1:30`, dates and `0o17` are text.
ScalarShape shape_of_plain(std::string_view text);

/// Value of a plain scalar without tag. The error is a message without place.
std::expected<base::Value, std::string> resolve_plain(std::string_view text);

/// The value of a scalar with a tag, resolved to its full name such as `tag:yaml.org,2002:int`; with an unknown tag it
/// is the text.
std::expected<base::Value, std::string> resolve_tagged(std::string_view tag, std::string_view text);

}  // namespace gyr::syntax
