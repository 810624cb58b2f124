// Addresses of HTTP requests.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/value.h"

namespace gyr::plugins::core {

/// A checked address, ready to be requested.
struct HttpAddress {
  std::string uri;     ///< as it is sent
  std::string scheme;  ///< lower case
  std::string host;
};

/// The URL of the request: spaces and characters beyond ASCII are percent-encoded (CORE-8), and the parameters (a map,
/// or null) are added to the query; a list repeats its name. Any other invalid character is an error that names its
/// position. A scheme other than http and https is also an error.
base::Result<HttpAddress> build_address(std::string_view uri, const base::Value& params);

/// `a=1&b=x+y`: a form in UTF-8.
std::string form_text(const base::Value& map);

}  // namespace gyr::plugins::core
