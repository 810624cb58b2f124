// Secrets and encrypted values (EXPR-270, SEC-1, SEC-31).
#include "host/calls/arguments.h"
#include "host/host_service.h"
#include "security/stored_secrets.h"
#include "syntax/json.h"

namespace gyr::executor {

using base::Value;

namespace {

/// The secret, or the requested member of it (SEC-2).
base::Result<Value> answer_of(const std::string& key, const std::string& secret, const Value& arguments) {
  auto subkey = text_argument(arguments, "subkey");
  if (!subkey) {
    if (flag_argument(arguments, "full", false)) return Value::map({{"value", Value::string(secret)}});
    return Value::string(secret);
  }
  auto json = syntax::parse_json(secret);
  if (!json || !json->is_map()) {
    return base::fail(missing_secret, "Failed to read secret sub-key '" + *subkey + "' from secret '" + key +
                                          "'. Ensure the secret contains valid JSON value.");
  }
  const Value* member = json->find(*subkey);
  if (member == nullptr)
    return base::fail(missing_secret, "Cannot find secret sub-key '" + *subkey + "' in secret '" + key + "'.");
  return member->is_container() ? Value::string(syntax::write_json(*member))
                                : Value::string(expression::to_text(*member));
}

}  // namespace

void HostService::secret(const HostScope& scope, const Value& arguments, Done done) {
  auto key = text_argument(arguments, "key");
  if (!key) return done(base::fail(missing_secret, "The 'secret' function expects an argument 'key'."));
  // A secret of the store has priority; those of the environment are the same for every namespace (SEC-2, SEC-5).
  auto answer = [this, key = *key, arguments](const std::optional<std::string>& stored) -> base::Result<Value> {
    if (stored) return answer_of(key, *stored, arguments);
    auto found = secrets_.find(key);
    if (!found) return base::fail(missing_secret, "Cannot find secret for key '" + key + "'.");
    return answer_of(key, std::string(*found), arguments);
  };
  const security::SecretVault* vault = secrets_.vault();
  if (vault == nullptr) return done(answer(std::nullopt));
  const std::string namespace_ = text_argument(arguments, "namespace").value_or(scope.flow.namespace_);
  store_.read([vault, answer, key = *key, tenant = scope.flow.tenant, namespace_,
               done = std::move(done)](store::Reader& reader) mutable {
    auto stored = security::find_stored(reader, *vault, tenant, namespace_, key);
    if (!stored) return done(base::fail(stored.error()));
    done(answer(*stored));
  });
}

void HostService::encrypt(const HostScope&, const Value& arguments, Done done) {
  const Value* value = arguments.find("value");
  std::string plain = value == nullptr || value->is_null() ? std::string() : expression::to_text(*value);
  done(model::encrypt_value(encryptor_, plain));
}

void HostService::decrypt(const HostScope&, const Value& arguments, Done done) {
  auto encrypted = text_argument(arguments, "encrypted");
  if (encryptor_ == nullptr || !encrypted) {
    return done(base::fail(host_refused, "Unable to decrypt a value as encryption is not configured"));
  }
  auto plain = encryptor_->decrypt(*encrypted);
  if (!plain) return done(base::fail(plain.error()));
  done(Value::string(*plain));
}

}  // namespace gyr::executor
