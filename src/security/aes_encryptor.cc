#include "security/aes_encryptor.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/text.h"

namespace gyr::security {
namespace {

constexpr size_t key_bytes = 32;
constexpr int nonce_bytes = 12;
constexpr int tag_bytes = 16;
constexpr size_t max_text = 64 * 1024 * 1024;

struct CipherDeleter {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, CipherDeleter>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

base::Result<std::unique_ptr<AesEncryptor>> AesEncryptor::make(std::string_view key) {
  auto encryptor = std::make_unique<AesEncryptor>();
  auto decoded = base::base64_decode(base::trim(key), true);
  if (decoded && decoded->size() == key_bytes) {
    encryptor->key_ = *std::move(decoded);
  } else if (base::trim(key).size() == key_bytes) {
    encryptor->key_ = base::trim(key);
  } else {
    return base::fail(
        base::Error(bad_encryption_key, "`kestra.encryption.secret-key` must be the Base64 encoding of 32 bytes")
            .with_hint("generate a key with: openssl rand -base64 32"));
  }
  return encryptor;
}

AesEncryptor::~AesEncryptor() { OPENSSL_cleanse(key_.data(), key_.size()); }

std::string AesEncryptor::key_id() const {
  constexpr size_t shown_bytes = 8;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(key_.data(), key_.size(), digest, &size, EVP_sha256(), nullptr);
  std::string text;
  for (size_t i = 0; i < shown_bytes; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

base::Result<std::string> AesEncryptor::encrypt(std::string_view plain) const {
  if (plain.empty()) return std::string();
  if (plain.size() > max_text) return base::fail(decryption_failed, "cannot encrypt a secret of more than 64 MB");
  std::string out(nonce_bytes + plain.size() + tag_bytes, '\0');
  Cipher cipher(EVP_CIPHER_CTX_new());
  int length = 0;
  int rest = 0;
  unsigned char* text = bytes_of(out) + nonce_bytes;
  bool ok = cipher && RAND_bytes(bytes_of(out), nonce_bytes) == 1 &&
            EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes_of(std::string_view(key_)),
                               bytes_of(out)) == 1 &&
            EVP_EncryptUpdate(cipher.get(), text, &length, bytes_of(plain), static_cast<int>(plain.size())) == 1 &&
            EVP_EncryptFinal_ex(cipher.get(), text + length, &rest) == 1 &&
            EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, text + plain.size()) == 1;
  if (!ok) return base::fail(decryption_failed, "encryption failed");
  return base::base64_encode(out);
}

base::Result<std::string> AesEncryptor::decrypt(std::string_view encrypted) const {
  if (encrypted.empty()) return std::string();
  auto bytes = base::base64_decode(encrypted, true);
  if (!bytes || bytes->size() < nonce_bytes + tag_bytes || bytes->size() > max_text) {
    return base::fail(decryption_failed, "an encrypted value is damaged");
  }
  size_t size = bytes->size() - nonce_bytes - tag_bytes;
  std::string out(size, '\0');
  Cipher cipher(EVP_CIPHER_CTX_new());
  unsigned char* raw = bytes_of(*bytes);
  int length = 0;
  int rest = 0;
  bool ok = cipher &&
            EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes_of(std::string_view(key_)), raw) == 1 &&
            EVP_DecryptUpdate(cipher.get(), bytes_of(out), &length, raw + nonce_bytes, static_cast<int>(size)) == 1 &&
            EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, raw + nonce_bytes + size) == 1 &&
            EVP_DecryptFinal_ex(cipher.get(), bytes_of(out) + length, &rest) == 1;
  if (!ok) return base::fail(decryption_failed, "cannot decrypt a value: it was encrypted with another key");
  return out;
}

}  // namespace gyr::security
