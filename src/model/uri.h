// Whether a text is a URI, with the messages of the reference's parser (FLOW-22, type URI).
#pragma once

#include <string_view>

#include "base/error.h"

namespace gyr::model {

/// Checks the syntax of RFC 2396 as Java does: escapes, invalid characters, scheme. The message of the error contains
/// the position (`Illegal character in path at index 2: no scheme`); a relative URI is `Invalid URI format.`
base::Result<void> check_uri(std::string_view text);

}  // namespace gyr::model
