// Tokens that systems gave to tasks of this process, until they expire (PLUG-711).
#pragma once

#include <initializer_list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"

namespace gyr::connectors {

/// Any thread.
class TokenCache {
 public:
  /// The key of a token: a hash of everything that it was asked for with, because parts of that are secrets.
  static std::string key_of(std::initializer_list<std::string_view> parts);

  /// Nothing if no token is valid at `now`.
  std::optional<std::string> find(const std::string& key, base::Instant now) const;
  /// `until` is the first moment at which the token is not used any more. Removes tokens that have expired.
  void put(const std::string& key, std::string text, base::Instant until, base::Instant now);
  /// Only while it is `text`: another task may have got a newer token meanwhile.
  void drop(const std::string& key, std::string_view text);
  size_t size() const;

 private:
  struct Token {
    std::string text;
    base::Instant until;
  };
  mutable std::mutex mutex_;
  std::map<std::string, Token> tokens_;
};

/// The one of this process, which all its tasks share.
TokenCache& shared_tokens();

}  // namespace gyr::connectors
