// The authentication of requests: all code for it is here (API-15, API-16).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/loop.h"
#include "base/task.h"
#include "net/http.h"
#include "security/basic_auth.h"
#include "web/http/route.h"
#include "web/http/services.h"

namespace gyr::web {

/// The caller of a request. An anonymous caller can use open operations.
struct Identity {
  std::string username;
  bool anonymous = true;
  /// The header with the credentials: it is not passed to flows (TRIG-101).
  std::string_view proof;
};

/// Checks the credentials of requests. Thread-safe.
class Authenticator {
 public:
  /// `authenticator` is null if requests need no login, or if the configured credentials are not valid.
  Authenticator(security::BasicAuthenticator* authenticator, const Services& services, const Settings& settings);

  /// Whether requests need a login. If the configured credentials are not valid, a login is required and always fails
  /// (AUTH-5): the server runs and refuses requests, because the configuration shows that it must not be open.
  bool required() const { return authenticator_ != nullptr || !settings_.credential_errors.empty(); }
  /// Reads the cookie `BASIC_AUTH` first, then the Authorization header (API-15, AUTH-8). Without credentials, or with
  /// wrong ones, it returns an anonymous identity. Fails with too_many_attempts if too many passwords wait for their
  /// check.
  base::Task<base::Result<Identity>> identify(const net::ServerRequest* request, base::Loop* loop);
  /// For paths that need no credentials: nothing is hashed, so unauthenticated requests cost no CPU time. Only returns
  /// the header, if any, that contains the credentials of this server.
  Identity glance(const net::ServerRequest& request) const;
  /// Checks one pair of credentials; the hash runs on the pool for passwords.
  base::Task<base::Result<bool>> check(security::Credentials credentials, base::Loop* loop);
  /// Whether a path needs no credentials, by prefix (AUTH-10); `path` has no context path and no double slashes.
  bool is_open(std::string_view path) const;

 private:
  security::BasicAuthenticator* authenticator_;
  net::Pool& pool_;
  const Settings& settings_;
};

/// 401 with its challenge, except for requests of the login page (AUTH-11).
void add_challenge(const net::Headers& request, std::string_view realm, net::ServerResponse& response);

}  // namespace gyr::web
