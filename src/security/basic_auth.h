// User name and password of the open mode (AUTH-4, AUTH-5, AUTH-8).
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace gyr::security {

/// User and password of a Basic header, decoded. Never logged.
struct Credentials {
  std::string username;
  std::string password;
};

/// Every rule that a pair breaks (AUTH-5); empty if it is valid.
std::vector<std::string> check_credentials(const Credentials& credentials);

/// User and password of an `Authorization: Basic` header, or of the value of the cookie BASIC_AUTH.
std::optional<Credentials> parse_basic_header(std::string_view header);
std::optional<Credentials> parse_basic_token(std::string_view base64);

/// Checks requests against one pair, of which only a salted argon2id hash is kept. Any thread. A success is remembered,
/// so that the expensive hash runs once per client and not once per request. A failure always computes the hash, also
/// for unknown names.
class BasicAuthenticator {
 public:
  /// Of a configured pair. `for_sessions`: with a fingerprint, which costs a second expensive hash.
  static base::Result<std::unique_ptr<BasicAuthenticator>> make(const Credentials& credentials, bool for_sessions);
  /// Salted, for of_hash().
  static base::Result<std::string> hash_of(const Credentials& credentials);
  /// Of a pair whose hash was stored.
  static base::Result<std::unique_ptr<BasicAuthenticator>> of_hash(std::string username, std::string hash);

  bool authenticate(const Credentials& given);
  /// Whether authenticate() would succeed without the expensive hash. It never blocks, so a loop may call it.
  bool remembers(const Credentials& given) const;
  const std::string& username() const { return username_; }
  /// Salted, in the form that of_hash() takes.
  const std::string& hash() const { return hash_; }
  /// Changes with the pair. The same on every server that was configured with the pair, or has the same hash; expensive
  /// to guess the password from. Empty without sessions.
  const std::string& fingerprint() const { return fingerprint_; }

 private:
  static base::Result<std::unique_ptr<BasicAuthenticator>> make_empty();
  std::string mark_of(const Credentials& given) const;

  std::string username_;
  std::string hash_;
  std::string fingerprint_;
  std::mutex hashing_;        ///< bounds how many hashes run at once
  mutable std::mutex mutex_;  ///< held for a comparison only
  std::string last_success_;  ///< keyed hash of the pair
  std::string process_key_;
};

}  // namespace gyr::security
