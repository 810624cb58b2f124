// `kestra.secret` and `kestra.encryption`: where secrets are kept, and the keys that protect them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "model/schema.h"

namespace gyr::main::config {

/// Where secrets are kept.
enum class SecretType : uint8_t { env, jdbc };

/// `kestra.secret.jdbc`.
struct StoredSecrets {
  std::optional<std::string> secret;
  std::map<std::string, std::string> tags;
  static const model::Schema& schema();
};

/// `kestra.secret`.
struct Secret {
  SecretType type = SecretType::env;
  bool read_only = false;
  StoredSecrets jdbc;
  static const model::Schema& schema();
};

/// `kestra.encryption`.
struct Encryption {
  std::string secret_key;
  static const model::Schema& schema();
};

}  // namespace gyr::main::config

namespace gyr::model {
GYR_NAMED_ENUM(main::config::SecretType, "kestra.secret.type");
}  // namespace gyr::model
