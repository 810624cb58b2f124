// Secrets that people write by the API, encrypted in the store (SEC-5 to SEC-9).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "security/secrets.h"
#include "store/store.h"

namespace gyr::security {

inline constexpr base::ErrorCode bad_secret{"GYR-A004"};         ///< a key or value that none can have
inline constexpr base::ErrorCode secrets_read_only{"GYR-A005"};  ///< nothing can be written here

/// The value of a key, of the namespace or the nearest parent that has it; nothing where none does. Fails on a value
/// that was encrypted with another key.
base::Result<std::optional<std::string>> find_stored(store::Reader& reader, const SecretVault& vault,
                                                     std::string_view tenant, std::string_view namespace_,
                                                     std::string_view key);

/// `row` with its key in the stored form and with the encrypted value.
base::Result<store::SecretRow> sealed(const SecretVault& vault, store::SecretRow row, std::string_view value);

/// The key in upper case; refuses an invalid name of a secret.
base::Result<std::string> secret_key(std::string_view key);

/// The writable vault; refused if there is none, or if it is read-only.
base::Result<const SecretVault*> writable_vault(const Secrets& secrets);

}  // namespace gyr::security
