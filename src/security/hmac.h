// Message authentication: what senders sign their requests with.
#pragma once

#include <string>
#include <string_view>

namespace gyr::security {

/// HMAC-SHA256 (RFC 2104), 32 bytes. Pure; any thread.
std::string hmac_sha256(std::string_view key, std::string_view message);

/// Compares two texts in a time that depends only on their lengths: for keys and signatures.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace gyr::security
