// Encryption of SECRET inputs and outputs at rest, as the model sees it (FLOW-22, FLOW-48).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/value.h"

namespace gyr::model {

/// Knows the installation's key. Implemented by security; safe on any thread. Without a key there is none (a null
/// pointer).
class Encryptor {
 public:
  virtual ~Encryptor() = default;
  /// Base64 of the encrypted text; a new nonce each time.
  virtual base::Result<std::string> encrypt(std::string_view plain) const = 0;
  virtual base::Result<std::string> decrypt(std::string_view encrypted) const = 0;
};

inline constexpr std::string_view encrypted_type = "io.kestra.datatype:aes_encrypted";

/// `{"value": "<base64>", "type": "io.kestra.datatype:aes_encrypted"}`.
base::Value encrypted_value(std::string_view base64);
/// The base64 text of such a map; nothing for any other value.
std::optional<std::string_view> encrypted_text(const base::Value& value);

/// The stored form of a text; without a key, the error of FLOW-22.
base::Result<base::Value> encrypt_value(const Encryptor* encryptor, std::string_view plain);

}  // namespace gyr::model
