// Where secrets come from: the environment, SECRET_<NAME> in base64 (SEC-3), and the store (SEC-5).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/encryptor.h"

namespace gyr::security {

/// How secrets are kept in the store (stored_secrets.h).
struct SecretVault {
  std::shared_ptr<const model::Encryptor> encryptor;
  std::string key_id;      ///< identifies the key with which a value was encrypted; reveals nothing about the key
  bool read_only = false;  ///< `kestra.secret.read-only`
  std::vector<std::pair<std::string, std::string>> tags =
      {};  ///< `kestra.secret.jdbc.tags`: of every secret that is written
};

/// Read once at start; immutable then, any thread. Names are kept in upper case without the prefix.
class Secrets {
 public:
  Secrets() = default;
  /// `environment`: the `NAME=value` lines of the process. A value that is not base64 is skipped with a warning that
  /// contains only the name of the variable.
  static Secrets from_environment(const char* const* environment);

  /// Case-insensitive.
  std::optional<std::string_view> find(std::string_view key) const;
  std::vector<std::string> names() const;

  /// Call it before the first access: secrets of the store have priority over those of the environment.
  void set_vault(SecretVault vault) { vault_ = std::move(vault); }
  /// Null where the environment is all there is.
  const SecretVault* vault() const { return vault_ ? &*vault_ : nullptr; }

 private:
  std::map<std::string, std::string> values_;
  std::optional<SecretVault> vault_;
};

}  // namespace gyr::security
