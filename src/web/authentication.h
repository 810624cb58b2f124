// The one place where a request is authenticated, and the one where it is authorised (API-15, API-16).
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/loop.h"
#include "base/task.h"
#include "net/http.h"
#include "security/basic_auth.h"
#include "web/route.h"
#include "web/services.h"

namespace gyr::web {

/// Who calls. An anonymous one may use what is open.
struct Identity {
  std::string username;
  bool anonymous = true;
  /// Which of its headers proved it: such a header is not handed on to flows (TRIG-101).
  std::string_view proof;
};

/// Checks the credentials of requests. Any thread.
class Authenticator {
 public:
  Authenticator(const Services& services, const Settings& settings);

  /// Whether anybody has to log in. Where the configured pair breaks the rules somebody has to, and nobody can
  /// (AUTH-5): the server runs and refuses, because whoever wrote a pair into the configuration meant it to be closed.
  bool required() const { return authenticator_ != nullptr || !settings_.credential_errors.empty(); }
  /// Cookie `BASIC_AUTH` first, then the Authorization header (API-15, AUTH-8). Without credentials, or with wrong
  /// ones, an anonymous identity. Fails with too_many_attempts where too many passwords wait to be checked.
  base::Task<base::Result<Identity>> identify(const net::ServerRequest* request, base::Loop* loop);
  /// For paths that need no credentials: nothing is hashed, so that strangers cannot make the server work. Only tells
  /// which header, if any, holds this server's own credentials.
  Identity glance(const net::ServerRequest& request) const;
  /// Checks one pair; the hash runs on the pool for passwords.
  base::Task<base::Result<bool>> check(security::Credentials credentials, base::Loop* loop);
  /// Paths that need no credentials, by prefix (AUTH-10); `path` has no context path and no doubled slashes.
  bool is_open(std::string_view path) const;

 private:
  security::BasicAuthenticator* authenticator_;
  net::Pool& pool_;
  const Settings& settings_;
};

/// Whether this caller may do this. In the open mode everybody who has logged in may do everything; roles come with
/// users.
bool is_allowed(const Identity& identity, const Permission& permission);

/// 401 with its challenge, unless the login page asked (AUTH-11).
void add_challenge(const net::Headers& request, std::string_view realm, net::ServerResponse& response);

}  // namespace gyr::web
