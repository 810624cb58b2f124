// URLs, percent-encoding and query strings.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace gyr::net {

inline constexpr base::ErrorCode malformed_text{"GYR-N015"};  ///< a query string, form or multipart body

/// An absolute URL with an authority (RFC 3986): `scheme://[user[:password]@]host[:port][/path][?query][#fragment]`.
struct Url {
  std::string scheme;          ///< lower case
  std::string user, password;  ///< decoded
  std::string host;            ///< lower case; an IPv6 address without its brackets
  std::optional<uint16_t> port;
  std::string path = "/";               ///< still encoded; begins with `/`
  std::optional<std::string> query;     ///< still encoded, without `?`
  std::optional<std::string> fragment;  ///< without `#`

  /// The effective port: 80 or 443 by default for http and https; 0 for another scheme without a port.
  uint16_t effective_port() const;
  /// `host[:port]`, an IPv6 address in brackets.
  std::string authority() const;
  /// Path and query: what a request line carries.
  std::string target() const;
  /// Without user and password, and without fragment: fit for messages and request lines.
  std::string to_string() const;
};

/// Fails with bad_url, saying where. Bytes beyond ASCII and others that a URL may not hold, but people write, are
/// percent-encoded in path and query; blanks and control characters are refused.
base::Result<Url> parse_url(std::string_view text);
/// What `reference` (absolute or relative, as in a Location header) means when found at `from` (RFC 3986, 5.2).
base::Result<Url> resolve_url(const Url& from, std::string_view reference);

/// In forms and, by custom, in query strings `+` is a blank.
enum class Plus { keep, blank };

/// `%41` → `A`; any byte may come out. Fails with malformed_text on an escape that is none.
base::Result<std::string> percent_decode(std::string_view text, Plus plus = Plus::keep);
/// The same for what is to be text: fails also on NUL and on bytes that are not UTF-8.
base::Result<std::string> decode_text(std::string_view text, Plus plus = Plus::keep);
/// Everything but letters, digits and `-._~` is escaped.
std::string percent_encode(std::string_view text);
/// The same, `/` kept.
std::string percent_encode_path(std::string_view text);

/// Names and values in order, including repeated names.
using QueryList = std::vector<std::pair<std::string, std::string>>;

/// The maximum number of pairs: real queries have fewer, and each pair costs memory.
inline constexpr size_t max_query_pairs = 10'000;

/// `a=1&b=x%20y&c` → pairs, decoded as text; empty pieces (`&&`) are skipped.
base::Result<QueryList> parse_query(std::string_view query, Plus plus = Plus::blank);
/// The inverse; blanks become `%20`.
std::string encode_query(const QueryList& pairs);

/// A request target cut at its first `?`; both parts still encoded.
struct Target {
  std::string_view path;
  std::string_view query;
};
Target split_target(std::string_view target);

}  // namespace gyr::net
