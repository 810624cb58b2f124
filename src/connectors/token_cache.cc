#include "connectors/token_cache.h"

#include <fmt/format.h>
#include <openssl/sha.h>

namespace gyr::connectors {

std::string TokenCache::key_of(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (std::string_view part : parts) text += fmt::format("{}:{},", part.size(), part);
  std::string hash(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(hash.data()));
  return hash;
}

std::optional<std::string> TokenCache::find(const std::string& key, base::Instant now) const {
  std::lock_guard lock(mutex_);
  auto found = tokens_.find(key);
  if (found == tokens_.end() || found->second.until <= now) return std::nullopt;
  return found->second.text;
}

void TokenCache::put(const std::string& key, std::string text, base::Instant until, base::Instant now) {
  std::lock_guard lock(mutex_);
  std::erase_if(tokens_, [now](const auto& token) { return token.second.until <= now; });
  tokens_.insert_or_assign(key, Token{std::move(text), until});
}

void TokenCache::drop(const std::string& key, std::string_view text) {
  std::lock_guard lock(mutex_);
  const auto found = tokens_.find(key);
  if (found != tokens_.end() && found->second.text == text) tokens_.erase(found);
}

size_t TokenCache::size() const {
  std::lock_guard lock(mutex_);
  return tokens_.size();
}

TokenCache& shared_tokens() {
  static TokenCache all;
  return all;
}

}  // namespace gyr::connectors
