// AES-256-GCM with the installation's key (SEC-30).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "model/encryptor.h"

namespace gyr::security {

inline constexpr base::ErrorCode bad_encryption_key{"GYR-A001"};
inline constexpr base::ErrorCode decryption_failed{"GYR-A002"};

/// `kestra.encryption.secret-key`. Any thread. The key is wiped from memory when the object goes.
class AesEncryptor final : public model::Encryptor {
 public:
  /// `key`: base64 of 32 bytes. A text of 32 characters that is not base64 of 32 bytes is used as the key itself, for
  /// installations with older keys.
  static base::Result<std::unique_ptr<AesEncryptor>> make(std::string_view key);
  ~AesEncryptor() override;

  /// Tells keys apart without telling anything of them: 16 hexadecimal digits of a hash.
  std::string key_id() const;

  base::Result<std::string> encrypt(std::string_view plain) const override;
  base::Result<std::string> decrypt(std::string_view encrypted) const override;

 private:
  std::string key_;
};

}  // namespace gyr::security
