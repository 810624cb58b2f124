#include "security/stored_secrets.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/namespaces.h"

namespace gyr::security {
namespace {

constexpr size_t max_key = 256;
constexpr size_t max_value = 256 * 1024;

bool may_stand_in_key(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

}  // namespace

base::Result<std::string> secret_key(std::string_view key) {
  std::string upper(key);
  std::ranges::transform(upper, upper.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c; });
  if (!upper.empty() && upper.size() <= max_key && std::ranges::all_of(upper, may_stand_in_key)) return upper;
  return base::fail(bad_secret,
                    fmt::format("the key of a secret must have 1 to {} letters, digits, `_`, `-` and `.`", max_key));
}

base::Result<std::optional<std::string>> find_stored(store::Reader& reader, const SecretVault& vault,
                                                     std::string_view tenant, std::string_view namespace_,
                                                     std::string_view key) {
  auto name = secret_key(key);
  if (!name) return std::optional<std::string>();  // none can have that name
  for (const std::string& place : model::namespace_and_parents(namespace_)) {
    GYR_TRY(auto row, reader.secret(tenant, place, *name));
    if (!row) continue;
    if (row->key_id != vault.key_id) {
      return base::fail(
          base::Error(bad_secret,
                      fmt::format("the secret '{}' of namespace '{}' was encrypted with another key", *name, place))
              .with_hint("configure the former key again, or set the secret again"));
    }
    GYR_TRY(std::string value, vault.encryptor->decrypt(row->value));
    return std::optional(std::move(value));
  }
  return std::optional<std::string>();
}

base::Result<store::SecretRow> sealed(const SecretVault& vault, store::SecretRow row, std::string_view value) {
  if (value.size() > max_value)
    return base::fail(bad_secret, fmt::format("the value of a secret must have at most {} bytes", max_value));
  GYR_TRY(row.key, secret_key(row.key));
  GYR_TRY(row.value, vault.encryptor->encrypt(value));
  row.key_id = vault.key_id;
  return row;
}

base::Result<const SecretVault*> writable_vault(const Secrets& secrets) {
  const SecretVault* vault = secrets.vault();
  if (vault == nullptr) {
    return base::fail(
        base::Error(secrets_read_only, "cannot write the secret: secrets are read from the environment of the server")
            .with_hint("set `kestra.encryption.secret-key` to store secrets in the database"));
  }
  if (vault->read_only)
    return base::fail(secrets_read_only, "cannot write the secret: secrets are read-only (`kestra.secret.read-only`)");
  return vault;
}

}  // namespace gyr::security
