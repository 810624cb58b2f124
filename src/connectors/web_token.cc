#include "connectors/web_token.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <memory>

#include "base/text.h"
#include "connectors/definition.h"
#include "syntax/json.h"

namespace gyr::connectors {
namespace {

std::string base64_url(std::string_view bytes) {
  std::string text = base::base64_encode(bytes);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  while (text.ends_with('=')) text.pop_back();
  return text;
}

/// A key with a passphrase is refused instead of asking for it at the terminal of the server.
int no_passphrase(char*, int, int, void*) { return -1; }

}  // namespace

base::Result<std::string> sign_web_token(const base::Value& claims, const std::string& private_key,
                                         std::string_view property) {
  std::string text = base64_url(R"({"alg":"RS256","typ":"JWT"})") + "." + base64_url(syntax::write_json(claims));
  const std::unique_ptr<BIO, decltype(&BIO_free)> source(
      BIO_new_mem_buf(private_key.data(), static_cast<int>(private_key.size())), &BIO_free);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      source ? PEM_read_bio_PrivateKey(source.get(), nullptr, &no_passphrase, nullptr) : nullptr, &EVP_PKEY_free);
  if (!key || EVP_PKEY_base_id(key.get()) != EVP_PKEY_RSA)
    return base::fail(bad_property,
                      fmt::format("`{}` is not an RSA private key in PEM without a passphrase", property));
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  size_t length = 0;
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &length, bytes, text.size()) != 1)
    return base::fail(bad_property, fmt::format("cannot sign with `{}`", property));
  std::string signature(length, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length, bytes, text.size()) !=
      1)
    return base::fail(bad_property, fmt::format("cannot sign with `{}`", property));
  signature.resize(length);
  return text + "." + base64_url(signature);
}

}  // namespace gyr::connectors
