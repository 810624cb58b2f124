// The configuration of cross-origin requests (API-26).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gyr::web {

/// One entry of `micronaut.server.cors.configurations`. A list that is empty allows everything, except that no further
/// headers of answers are exposed.
struct CorsRule {
  std::vector<std::string> origins;
  std::string origin_pattern;  ///< a regular expression in Java's syntax for the whole origin; empty: none
  std::vector<std::string> methods;
  std::vector<std::string> headers;
  std::vector<std::string> exposed_headers;
  bool allow_credentials = true;
  int64_t max_age_s = 1800;  ///< how long a browser remembers the answer to a pre-flight; 0 or less: not sent
};

}  // namespace gyr::web
