// The authentication of requests: all code for it is here (API-15, API-16).
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/loop.h"
#include "base/task.h"
#include "net/http.h"
#include "security/basic_auth.h"
#include "store/api/access.h"
#include "web/http/route.h"
#include "web/http/services.h"

namespace gyr::web {

class Sessions;

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
  /// `authenticator` is null if requests need no login, or if the configured credentials are not valid. `sessions` is
  /// null for a port where nobody logs in.
  Authenticator(security::BasicAuthenticator* authenticator, std::unique_ptr<Sessions> sessions,
                const Services& services, const Settings& settings);
  ~Authenticator();

  /// Whether requests need a login. If the configured credentials are not valid, a login is required and always fails
  /// (AUTH-5): the server runs and refuses requests, because the configuration shows that it must not be open.
  bool required() const { return account() != nullptr || !settings_.credential_errors.empty(); }
  /// Whether the first account can be created now (AUTH-6).
  bool wants_account() const { return settings_.stores_account && !required(); }
  /// Looks for a stored account, also one that was created on another server. Where none was found, it looks again
  /// after a second. Call it before the other functions of a request.
  base::Task<base::Result<void>> refresh(base::Loop* loop);
  /// Stores the first account; illegal_state if there is one. `credentials` must be valid.
  base::Task<base::Result<void>> create_account(security::Credentials credentials, store::Access access,
                                                base::Loop* loop);
  /// Reads the cookie of a session first, then the cookie `BASIC_AUTH`, then the Authorization header (API-15, AUTH-8).
  /// Without credentials, or with wrong ones, it returns an anonymous identity. Fails with too_many_attempts if too
  /// many passwords wait for their check, and with forbidden if a browser must have been misled (API-19).
  base::Task<base::Result<Identity>> identify(const net::ServerRequest* request, base::Loop* loop);
  /// For paths that need no credentials: nothing is hashed, so unauthenticated requests cost no CPU time. Only returns
  /// the header, if any, that contains the credentials of this server.
  Identity glance(const net::ServerRequest& request) const;
  /// Checks one pair of credentials; the hash runs on the pool for passwords.
  base::Task<base::Result<bool>> check(security::Credentials credentials, base::Loop* loop);
  /// Begins a session of a user whose credentials were checked; returns the value of its cookie.
  base::Task<base::Result<std::string>> begin_session(std::string username, store::Access access, base::Loop* loop);
  /// Only of the port where users log in.
  Sessions& sessions() { return *sessions_; }
  /// Whether a path needs no credentials, by prefix (AUTH-10); `path` has no context path and no double slashes.
  bool is_open(std::string_view path) const;

 private:
  /// The configured or stored pair; null if there is none.
  std::shared_ptr<security::BasicAuthenticator> account() const;
  void set_stored(std::shared_ptr<security::BasicAuthenticator> account);

  const Services& services_;
  const Settings& settings_;
  const std::unique_ptr<Sessions> sessions_;  // null: no cookie of a session counts
  mutable std::mutex mutex_;
  std::shared_ptr<security::BasicAuthenticator> account_;
  std::optional<base::MonotonicTime> next_look_;  // for a stored account
};

/// 401 with its challenge, except for requests of pages, which show a login of their own (AUTH-11).
void add_challenge(const net::Headers& request, std::string_view realm, net::ServerResponse& response);

}  // namespace gyr::web
