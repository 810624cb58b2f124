// Sessions of logged-in users: a row of the store and a cookie (AUTH-12, API-19). The cookie has 256 random bits; the
// store only has a hash of them. A session ends after a week, at a logout, or when the password changes.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/error.h"
#include "base/loop.h"
#include "base/task.h"
#include "net/http.h"
#include "store/api/access.h"
#include "web/http/services.h"

namespace gyr::web {

inline constexpr std::string_view session_cookie = "GYR_SESSION";
/// Readable by scripts of the page: they send its value as the header.
inline constexpr std::string_view csrf_cookie = "csrfToken";
inline constexpr std::string_view csrf_header = "X-CSRF-TOKEN";

/// Thread-safe.
class Sessions {
 public:
  explicit Sessions(const Services& services) : services_(services) {}

  /// `fingerprint`: of the credentials; the session is only valid with them. Returns the value of the cookie.
  base::Task<base::Result<std::string>> begin(std::string username, std::string fingerprint, store::Access access,
                                              base::Loop* loop);
  /// The user of a cookie; nothing if the session does not exist. The store is asked at most once per second for each.
  base::Task<base::Result<std::optional<std::string>>> user_of(std::string token, std::string fingerprint,
                                                               base::Loop* loop);
  base::Task<base::Result<void>> end(std::string token, store::Access access, base::Loop* loop);

  /// What a request with this cookie must send to change something; derived from the cookie.
  static std::string csrf_of(std::string_view token);
  /// The cookie of a request; nothing if it has none.
  static std::optional<std::string> token_of(const net::Headers& headers);

 private:
  struct Known {
    std::string username, fingerprint;
    base::Instant expires;
    base::MonotonicTime until;
  };
  std::optional<Known> known(const std::string& key, base::MonotonicTime now);
  void remember(const std::string& key, Known session);

  const Services& services_;
  std::mutex mutex_;
  std::unordered_map<std::string, Known> known_;
};

/// Refuses requests with a cookie that come from a page of another origin, as the browser says (forbidden).
base::Result<void> check_origin(const net::Headers& headers);
/// Refuses a request with a session that lacks the header of CSRF (forbidden).
base::Result<void> check_csrf(const net::Headers& headers, std::string_view token);

}  // namespace gyr::web
