// Cross-origin requests of browsers (API-26): which pages of other origins may call the server.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http.h"
#include "web/http/cors_rule.h"

namespace gyr::web {

/// Decides about the origin of a request. Immutable; thread-safe.
class Cors {
 public:
  /// Without rules, no request of another origin gets a header, and the browser refuses the answer to the page. A
  /// pattern that is not a regular expression matches nothing; the configuration refuses it before.
  /// `own_url`: `kestra.url`, for requests of our own pages that a proxy has forwarded with another host; can be empty.
  Cors(std::vector<CorsRule> rules, std::string_view own_url);

  /// The answer to a pre-flight (200), or 403 to an origin that no rule names; nothing if the request is handled as
  /// usual. To be asked before the login, because a browser sends no credentials with a pre-flight.
  std::optional<net::ServerResponse> answer(const net::ServerRequest& request) const;
  /// Adds the headers for the origin of the request, and `Vary: Origin` to every answer.
  void add_headers(const net::Headers& request, net::ServerResponse& response) const;

 private:
  const CorsRule* rule_of(std::string_view origin) const;
  /// The origin of the request, if it is another one than ours.
  std::optional<std::string_view> other_origin(const net::Headers& request) const;

  std::vector<CorsRule> rules_;
  std::string own_origin_;  // of `kestra.url`
};

}  // namespace gyr::web
