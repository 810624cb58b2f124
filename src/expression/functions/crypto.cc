// Encryption (EXPR-277, EXPR-278).
#include <fmt/format.h>
#include <openssl/evp.h>

#include <memory>
#include <optional>

#include "base/text.h"
#include "expression/evaluator.h"
#include "expression/registry.h"

namespace gyr::expression {
namespace {

constexpr size_t iv_bytes = 12;
constexpr size_t tag_bytes = 16;

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const EVP_CIPHER* cipher_for(size_t key_bytes) {
  switch (key_bytes) {
    case 16: return EVP_aes_128_gcm();
    case 24: return EVP_aes_192_gcm();
    case 32: return EVP_aes_256_gcm();
    default: return nullptr;
  }
}

unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

/// The key, decoded from base64; nothing after failing the call.
std::optional<std::string> key_of(Invocation& call) {
  auto key = base::base64_decode(call.text_of(call.argument(0)), true);
  if (!key) {
    call.fail("the key is not valid Base64");
    return std::nullopt;
  }
  if (cipher_for(key->size()) == nullptr) {
    call.fail(fmt::format("Invalid AES key length: {} bytes", key->size()));
    return std::nullopt;
  }
  return key;
}

/// Random bits mixed with key and text, so that two texts never share a vector even where an evaluation is repeated
/// with the same random source.
std::string initial_vector(Invocation& call, std::string_view key, std::string_view plain) {
  std::string seed = fmt::format("{:016x}{:016x}", call.session().random(), call.session().random());
  seed.append(key).append(plain);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(seed.data(), seed.size(), digest, &size, EVP_sha256(), nullptr);
  return std::string(reinterpret_cast<const char*>(digest), iv_bytes);
}

Operand encrypt(Invocation& call) {
  auto key = key_of(call);
  if (!key) return Operand::failed();
  std::string plain = call.text_of(call.argument(1));
  if (plain.empty()) return call.text("");
  std::string out = initial_vector(call, *key, plain);
  out.resize(iv_bytes + plain.size() + tag_bytes);
  CipherContext context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int written = 0;
  int rest = 0;
  auto length = static_cast<int>(plain.size());
  bool ok =
      context != nullptr &&
      EVP_EncryptInit_ex(context.get(), cipher_for(key->size()), nullptr, bytes(*key), bytes(out)) == 1 &&
      EVP_EncryptUpdate(context.get(), bytes(out) + iv_bytes, &written, bytes(plain), length) == 1 &&
      EVP_EncryptFinal_ex(context.get(), bytes(out) + iv_bytes + written, &rest) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, bytes(out) + iv_bytes + plain.size()) == 1;
  if (!ok) return call.fail("cannot encrypt the text");
  return call.text(base::base64_encode(out));
}

Operand decrypt(Invocation& call) {
  auto key = key_of(call);
  if (!key) return Operand::failed();
  std::string encoded = call.text_of(call.argument(1));
  if (encoded.empty()) return call.text("");
  auto sealed = base::base64_decode(encoded, true);
  if (!sealed || sealed->size() < iv_bytes + tag_bytes)
    return call.fail("the encrypted text was not created with encrypt()");
  size_t size = sealed->size() - iv_bytes - tag_bytes;
  std::string plain(size, '\0');
  CipherContext context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int written = 0;
  int rest = 0;
  bool ok =
      context != nullptr &&
      EVP_DecryptInit_ex(context.get(), cipher_for(key->size()), nullptr, bytes(*key), bytes(*sealed)) == 1 &&
      EVP_DecryptUpdate(context.get(), bytes(plain), &written, bytes(*sealed) + iv_bytes, static_cast<int>(size)) ==
          1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, bytes(*sealed) + iv_bytes + size) == 1 &&
      EVP_DecryptFinal_ex(context.get(), bytes(plain) + written, &rest) == 1;
  if (!ok) return call.fail("cannot decrypt the text: the key is wrong or the text was changed");
  return call.text(base::find_invalid_utf8(plain) ? base::repair_utf8(plain) : plain);
}

constexpr std::string_view encrypt_message = "The 'encrypt' function expects two arguments 'key' and 'plaintext'.";
constexpr std::string_view decrypt_message = "The 'decrypt' function expects two arguments 'key' and 'encrypted'.";
constexpr Parameter encrypt_parameters[] = {{.name = "key", .required = encrypt_message},
                                            {.name = "plaintext", .required = encrypt_message}};
constexpr Parameter decrypt_parameters[] = {{.name = "key", .required = decrypt_message},
                                            {.name = "encrypted", .required = decrypt_message}};

constexpr Entry crypto_entries[] = {
    {.name = "decrypt",
     .run = decrypt,
     .parameters = decrypt_parameters,
     .summary = "the text that encrypt() encrypted",
     .example = R"({{ decrypt("MDEyMzQ1Njc4OWFiY2RlZg==", encrypt("MDEyMzQ1Njc4OWFiY2RlZg==", "toto")) }})",
     .result = "toto"},
    {.name = "encrypt",
     .run = encrypt,
     .parameters = encrypt_parameters,
     .summary = "a text encrypted with a Base64 key (AES-GCM)",
     .example = R"({{ encrypt("MDEyMzQ1Njc4OWFiY2RlZg==", "toto") | length }})",
     .result = "44"},
};

}  // namespace

std::span<const Entry> crypto_functions() { return crypto_entries; }

}  // namespace gyr::expression
