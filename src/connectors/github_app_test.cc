// The web token of a GitHub app, checked with the public key.
#include "connectors/github_app.h"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>

#include "base/text.h"

namespace gyr::connectors {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

std::string pem_of(EVP_PKEY* key) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
  EXPECT_EQ(PEM_write_bio_PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr), 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<size_t>(size)};
}

std::string decoded(std::string_view text) {
  std::string standard(text);
  for (char& character : standard) {
    if (character == '-') character = '+';
    if (character == '_') character = '/';
  }
  while (standard.size() % 4 != 0) standard += '=';
  return base::base64_decode(standard).value_or("<no base64>");
}

TEST(GithubApp, SignsItsWebToken) {  // PLUG-298
  const Key key(EVP_RSA_gen(2048), &EVP_PKEY_free);
  const auto token = app_web_token("Iv1", pem_of(key.get()), base::Instant{.seconds = 1'700'000'000});
  ASSERT_TRUE(token.has_value()) << token.error().message();
  const auto parts = base::split(*token, '.');
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(decoded(parts[0]), R"({"alg":"RS256","typ":"JWT"})");
  EXPECT_EQ(decoded(parts[1]), R"({"iat":1699999940,"exp":1700000540,"iss":"Iv1"})");
  const std::string signed_text = token->substr(0, token->rfind('.'));
  const std::string signature = decoded(parts[2]);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  ASSERT_EQ(EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()), 1);
  EXPECT_EQ(EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                             reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size()),
            1);
}

TEST(GithubApp, RefusesOtherKeys) {
  const Key elliptic(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  for (const std::string& pem :
       {std::string(), std::string("secret-text"), pem_of(elliptic.get()),
        std::string("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n")}) {
    const auto token = app_web_token("Iv1", pem, base::Instant{});
    ASSERT_FALSE(token.has_value());
    EXPECT_EQ(token.error().message().find("secret-text"), std::string::npos);
  }
}

}  // namespace
}  // namespace gyr::connectors
