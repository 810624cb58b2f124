// Signatures of OAuth 1.0 (RFC 5849).
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace gyr::connectors {

enum class OAuth1Method : uint8_t { plaintext, hmac_sha1 };

/// What a request is signed with.
struct OAuth1 {
  OAuth1Method method = OAuth1Method::plaintext;
  std::string consumer_key, consumer_secret;
  std::string token, token_secret;  ///< empty before there is a token
  std::string nonce;                ///< another one for each request
  int64_t timestamp = 0;            ///< seconds since 1970
};

/// The text that HMAC-SHA1 signs (RFC 5849, 3.4.1). `form` is the body of a request with a form, otherwise empty.
base::Result<std::string> oauth1_base_string(const OAuth1& credentials, std::string_view method, std::string_view url,
                                             std::string_view form);

/// The value of the header `Authorization` (RFC 5849, 3.5.1).
base::Result<std::string> oauth1_header(const OAuth1& credentials, std::string_view method, std::string_view url,
                                        std::string_view form);

}  // namespace gyr::connectors
