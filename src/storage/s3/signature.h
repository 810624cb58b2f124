// Signatures of requests, version 4 (AWS4-HMAC-SHA256).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "net/url.h"

namespace gyr::storage::s3 {

/// Who signs. The token belongs to keys that expire.
struct Credentials {
  std::string access_key;
  std::string secret_key;
  std::string session_token;
};

/// What a signature covers. `path` is percent-encoded already, the query is not. Names of headers in lower case.
struct SignedRequest {
  std::string_view method;
  std::string_view path;
  net::QueryList query;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string_view payload_hash;  ///< SHA-256 of the body in hexadecimal digits
};

/// `20130524T000000Z`
std::string signature_time(base::Instant at);
/// Hexadecimal digits.
std::string sha256_hex(std::string_view bytes);
/// The query as it is signed and sent: sorted, with everything except letters, digits and `-._~` escaped.
std::string canonical_query(net::QueryList query);

/// The value of the header Authorization. All headers in the request are signed. `time` is the result of
/// signature_time() and the value of the header x-amz-date.
std::string authorization(const SignedRequest& request, const Credentials& credentials, std::string_view region,
                          std::string_view service, std::string_view time);

}  // namespace gyr::storage::s3
