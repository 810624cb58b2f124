// Header values with inner structure: parameters, weighted lists, cookies.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace gyr::net {

/// `text/plain; charset="utf-8"`: the main value in lower case, and its parameters: names in lower case, values
/// unquoted. `name*=UTF-8''x` (RFC 5987) is decoded and stored as `name` instead of the plain value.
struct ParameterisedValue {
  std::string value;
  std::vector<std::pair<std::string, std::string>> parameters;
  std::optional<std::string_view> parameter(std::string_view name) const;
};
/// Fails with malformed_text: an unfinished quote, a parameter without value, a parameter twice, too many.
base::Result<ParameterisedValue> parse_parameterised(std::string_view text);

/// One entry of Accept or Accept-Encoding.
struct Weighted {
  std::string value;       ///< lower case, without parameters
  int thousandths = 1000;  ///< q; 0: not wanted
};
/// In order. What cannot be understood is left out: such a header must never fail a request (API-22).
std::vector<Weighted> parse_weighted(std::string_view text);
/// The candidate that an Accept header prefers, the first one of equally preferred candidates; the first of all if the
/// header is absent, empty or matches none (API-22). Ranges (`*/*`, `text/*`) match; the most specific entry decides
/// about a candidate.
size_t choose_media_type(std::optional<std::string_view> accept, const std::vector<std::string_view>& candidates);

/// The value of one cookie in a Cookie header, without quotes; the first if there are several.
std::optional<std::string> cookie(std::string_view header, std::string_view name);

/// Whether the value of If-None-Match names this ETag (which includes its quotes), by the weak comparison of RFC 9110.
bool names_etag(std::string_view if_none_match, std::string_view etag);

/// Attributes of a cookie; the defaults are those of a login cookie.
struct CookieOptions {
  std::string path = "/";
  std::optional<int64_t> max_age_seconds;  ///< 0 removes the cookie; unset: until the browser closes
  bool http_only = true;
  bool secure = false;
  std::string same_site = "Lax";  ///< Strict, Lax, None
};
/// The value of a Set-Cookie header. Fails with malformed_text if name, value or path has an invalid character.
base::Result<std::string> set_cookie(std::string_view name, std::string_view value, const CookieOptions& options);

}  // namespace gyr::net
