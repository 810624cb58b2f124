// A piece of foreign text that is safe and short enough for a message.
#pragma once

#include <string>
#include <string_view>

namespace gyr::syntax {

/// At most 64 characters of the text, then `…`; control characters and malformed UTF-8 replaced, line breaks as `\n`.
std::string excerpt(std::string_view text);

}  // namespace gyr::syntax
