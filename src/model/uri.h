// Whether a text is an address, told in the words of the reference's parser (FLOW-22, type URI).
#pragma once

#include <string_view>

#include "base/error.h"

namespace gyr::model {

/// Checks the syntax of RFC 2396 as Java reads it: escapes, characters that may not be there, scheme. The message of
/// the error names the position (`Illegal character in path at index 2: no scheme`); a relative address is `Invalid URI
/// format.`
base::Result<void> check_uri(std::string_view text);

}  // namespace gyr::model
