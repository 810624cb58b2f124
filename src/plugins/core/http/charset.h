// Character sets of HTTP bodies.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace gyr::plugins::core {

/// UTF-8 in another character set, by its name (`ISO-8859-1`); what it cannot express becomes `?`. An unknown name is
/// an error.
base::Result<std::string> encode_text(std::string_view utf8, std::string_view charset);
/// Converts the bytes of a character set to UTF-8; an invalid character becomes U+FFFD. An unknown name is an error.
base::Result<std::string> decode_text(std::string_view bytes, std::string_view charset);
/// The parameter `charset` of a content type, without quotes.
std::optional<std::string> charset_of(std::string_view content_type);

}  // namespace gyr::plugins::core
