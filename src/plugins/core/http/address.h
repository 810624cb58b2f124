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

/// The address as the author gave it, with spaces and characters beyond ASCII percent-encoded (CORE-8), and the
/// parameters (a map, or null) added to its query; a list repeats its name. Anything else that may not stand in an
/// address is an error that names the place; so is a scheme other than http and https.
base::Result<HttpAddress> build_address(std::string_view uri, const base::Value& params);

/// `a=1&b=x+y`: a form in UTF-8.
std::string form_text(const base::Value& map);

}  // namespace gyr::plugins::core
