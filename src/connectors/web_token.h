// JSON web tokens that a system accepts as a proof (RFC 7519, RFC 7523).
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/value.h"

namespace gyr::connectors {

/// A token with these claims, signed with RS256. `private_key` is PEM text without a passphrase; an error names
/// `property`, and does not quote the key. Any thread.
base::Result<std::string> sign_web_token(const base::Value& claims, const std::string& private_key,
                                         std::string_view property);

}  // namespace gyr::connectors
