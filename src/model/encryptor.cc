#include "model/encryptor.h"

#include "model/errors.h"

namespace gyr::model {

using base::Value;

Value encrypted_value(std::string_view base64) {
  return Value::map({{"value", Value::string(base64)}, {"type", Value::string(encrypted_type)}});
}

std::optional<std::string_view> encrypted_text(const Value& value) {
  const Value* type = value.find("type");
  const Value* text = value.find("value");
  if (type == nullptr || !type->is_string() || type->text() != encrypted_type) return std::nullopt;
  if (text == nullptr || !text->is_string()) return std::nullopt;
  return text->text();
}

base::Result<Value> encrypt_value(const Encryptor* encryptor, std::string_view plain) {
  if (encryptor == nullptr) {
    return base::fail(
        base::Error(no_encryption, "Unable to use a `SECRET` input/output as encryption is not configured")
            .with_hint("set `kestra.encryption.secret-key` in the configuration"));
  }
  GYR_TRY(std::string text, encryptor->encrypt(plain));
  return encrypted_value(text);
}

}  // namespace gyr::model
