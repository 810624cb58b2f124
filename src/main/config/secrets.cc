#include "main/config/secrets.h"

#include "model/bind.h"

namespace gyr::model {

std::span<const std::pair<std::string_view, main::config::SecretType>> EnumNames<main::config::SecretType>::names() {
  using enum main::config::SecretType;
  static constexpr std::pair<std::string_view, main::config::SecretType> all[] = {{"env", env}, {"jdbc", jdbc}};
  return all;
}

}  // namespace gyr::model

namespace gyr::main::config {

using base::Value;
using model::describe;
using model::Schema;

const Schema& StoredSecrets::schema() {
  static const Schema built = describe<StoredSecrets>("kestra.secret.jdbc")
                                  .property("secret", &StoredSecrets::secret,
                                            {.title = "Key for stored secrets: 32 bytes in base64",
                                             .documentation = "Default: the value of `kestra.encryption.secret-key`.",
                                             .secret = true})
                                  .property("tags", &StoredSecrets::tags, {.title = "Tags that every new secret gets"})
                                  .build();
  return built;
}

const Schema& Secret::schema() {
  static const Schema built =
      describe<Secret>("kestra.secret")
          .property(
              "type", &Secret::type,
              {.title = "Where secrets are kept ([secrets](#secrets-and-encryption))",
               .documentation = "Secrets are environment variables of the server. If an encryption key is configured, "
                                "they can also be entries of the database, which are written over the REST API. `jdbc` "
                                "requires the encryption key.",
               .default_value = Value::string("env")})
          .property("read-only", &Secret::read_only,
                    {.title = "Whether writing secrets is refused", .default_value = Value::boolean(false)})
          .property("jdbc", &Secret::jdbc, {.title = "Secrets in the database"})
          .build();
  return built;
}

const Schema& Encryption::schema() {
  static const Schema built =
      describe<Encryption>("kestra.encryption")
          .property("secret-key", &Encryption::secret_key,
                    {.title = "Key for SECRET inputs and outputs ([secrets](#secrets-and-encryption))", .secret = true})
          .build();
  return built;
}

}  // namespace gyr::main::config
