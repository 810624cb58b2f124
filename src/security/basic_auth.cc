#include "security/basic_auth.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/text.h"

namespace gyr::security {

inline constexpr base::ErrorCode hashing_failed{"GYR-A003"};

namespace {

constexpr size_t max_credential = 256;
constexpr size_t hash_memory = 8 * 1024 * 1024;

bool is_mail_address(std::string_view text) {
  constexpr std::string_view local_extra = "_!#$%&'*+/=?`{|}~^.-";
  size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at + 1 >= text.size()) return false;
  auto alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  bool local = std::all_of(text.begin(), text.begin() + static_cast<ptrdiff_t>(at),
                           [&](char c) { return alphanumeric(c) || local_extra.find(c) != std::string_view::npos; });
  return local && std::all_of(text.begin() + static_cast<ptrdiff_t>(at) + 1, text.end(),
                              [&](char c) { return alphanumeric(c) || c == '.' || c == '-'; });
}

template <class Predicate>
bool has(std::string_view text, Predicate predicate) {
  return std::any_of(text.begin(), text.end(), predicate);
}

}  // namespace

std::vector<std::string> check_credentials(const Credentials& credentials) {
  std::vector<std::string> problems;
  if (credentials.username.empty()) {
    problems.emplace_back("Please set username for Kestra");
  } else if (!is_mail_address(credentials.username)) {
    problems.emplace_back("Invalid username for Basic Authentication. Please provide a valid email address.");
  }
  if (credentials.password.empty()) {
    problems.emplace_back("Please set password for Kestra");
  } else if (credentials.password.size() < 8 ||
             !has(credentials.password, [](char c) { return c >= 'a' && c <= 'z'; }) ||
             !has(credentials.password, [](char c) { return c >= 'A' && c <= 'Z'; }) ||
             !has(credentials.password, [](char c) { return c >= '0' && c <= '9'; })) {
    problems.emplace_back(
        "Invalid password for Basic Authentication. The password must have 8 chars, one upper, one lower and one "
        "number");
  }
  if (credentials.username.size() > max_credential || credentials.password.size() > max_credential) {
    problems.emplace_back("The length of email or password should not exceed 256 characters.");
  }
  return problems;
}

std::optional<Credentials> parse_basic_token(std::string_view base64) {
  auto decoded = base::base64_decode(base::trim(base64));
  if (!decoded) return std::nullopt;
  size_t colon = decoded->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return Credentials{decoded->substr(0, colon), decoded->substr(colon + 1)};
}

std::optional<Credentials> parse_basic_header(std::string_view header) {
  constexpr std::string_view scheme = "Basic ";
  if (!base::starts_with_ignoring_case(header, scheme)) return std::nullopt;
  return parse_basic_token(header.substr(scheme.size()));
}

base::Result<std::unique_ptr<BasicAuthenticator>> BasicAuthenticator::make_empty() {
  if (sodium_init() < 0) return base::fail(hashing_failed, "cannot initialise the cryptography library");
  auto made = std::make_unique<BasicAuthenticator>();
  made->process_key_.resize(crypto_generichash_KEYBYTES);
  randombytes_buf(made->process_key_.data(), made->process_key_.size());
  return made;
}

base::Result<std::string> BasicAuthenticator::hash_of(const Credentials& credentials) {
  if (sodium_init() < 0) return base::fail(hashing_failed, "cannot initialise the cryptography library");
  std::string hash(crypto_pwhash_STRBYTES, '\0');
  if (crypto_pwhash_str(hash.data(), credentials.password.data(), credentials.password.size(),
                        crypto_pwhash_OPSLIMIT_INTERACTIVE, hash_memory) != 0) {
    return base::fail(hashing_failed, "cannot hash the password: not enough memory");
  }
  hash.resize(hash.find('\0'));
  return hash;
}

base::Result<std::unique_ptr<BasicAuthenticator>> BasicAuthenticator::make(const Credentials& credentials,
                                                                           bool for_sessions) {
  GYR_TRY(auto made, make_empty());
  made->username_ = credentials.username;
  GYR_TRY(made->hash_, hash_of(credentials));
  if (!for_sessions) return made;
  // The salt is that of the name, so that every server gets the same.
  const std::string name = "gyr session " + credentials.username;
  std::array<unsigned char, crypto_pwhash_SALTBYTES> salt{};
  crypto_generichash(salt.data(), salt.size(), reinterpret_cast<const unsigned char*>(name.data()), name.size(),
                     nullptr, 0);
  std::string mark(crypto_generichash_BYTES, '\0');
  if (crypto_pwhash(reinterpret_cast<unsigned char*>(mark.data()), mark.size(), credentials.password.data(),
                    credentials.password.size(), salt.data(), crypto_pwhash_OPSLIMIT_INTERACTIVE, hash_memory,
                    crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return base::fail(hashing_failed, "cannot hash the password: not enough memory");
  }
  made->fingerprint_ = base::hex_encode(mark);
  return made;
}

base::Result<std::unique_ptr<BasicAuthenticator>> BasicAuthenticator::of_hash(std::string username, std::string hash) {
  GYR_TRY(auto made, make_empty());
  std::string mark(crypto_generichash_BYTES, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(mark.data()), mark.size(),
                     reinterpret_cast<const unsigned char*>(hash.data()), hash.size(), nullptr, 0);
  made->username_ = std::move(username);
  made->hash_ = std::move(hash);
  made->fingerprint_ = base::hex_encode(mark);
  return made;
}

std::string BasicAuthenticator::mark_of(const Credentials& given) const {
  std::string pair = given.username + '\0' + given.password;
  std::string mark(crypto_generichash_BYTES, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(mark.data()), mark.size(),
                     reinterpret_cast<const unsigned char*>(pair.data()), pair.size(),
                     reinterpret_cast<const unsigned char*>(process_key_.data()), process_key_.size());
  return mark;
}

bool BasicAuthenticator::remembers(const Credentials& given) const {
  if (given.password.size() > max_credential || given.username.size() > max_credential) return false;
  std::string mark = mark_of(given);
  std::lock_guard lock(mutex_);
  return last_success_.size() == mark.size() && sodium_memcmp(last_success_.data(), mark.data(), mark.size()) == 0;
}

bool BasicAuthenticator::authenticate(const Credentials& given) {
  if (given.password.size() > max_credential || given.username.size() > max_credential) return false;
  if (remembers(given)) return true;
  bool password = false;
  {
    std::lock_guard lock(hashing_);
    password = crypto_pwhash_str_verify(hash_.c_str(), given.password.data(), given.password.size()) == 0;
  }
  bool name = given.username.size() == username_.size() &&
              sodium_memcmp(given.username.data(), username_.data(), username_.size()) == 0;
  if (!password || !name) return false;
  std::lock_guard lock(mutex_);
  last_success_ = mark_of(given);
  return true;
}

}  // namespace gyr::security
