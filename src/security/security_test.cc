#include <gtest/gtest.h>

#include "base/text.h"
#include "expression/template.h"
#include "security/aes_encryptor.h"
#include "security/basic_auth.h"
#include "security/secrets.h"

namespace gyr::security {
namespace {

TEST(Secrets, ComeFromBase64Variables) {  // SEC-1, SEC-3
  const char* environment[] = {
      "SECRET_API=c2VjcmV0\nIQ==", "SECRET_BAD=%%%", "OTHER=x", "SECRET_=eA==", "SECRET_lower=eA==", nullptr};
  Secrets secrets = Secrets::from_environment(environment);
  EXPECT_EQ(secrets.find("API"), "secret!");
  EXPECT_EQ(secrets.find("api"), "secret!");
  EXPECT_EQ(secrets.find("LOWER"), "x");
  EXPECT_FALSE(secrets.find("BAD"));
  EXPECT_FALSE(secrets.find(""));
  EXPECT_EQ(secrets.names(), (std::vector<std::string>{"API", "LOWER"}));
}

TEST(AesEncryptor, RoundTripsAndRefusesWhatWasChanged) {  // SEC-30
  auto encryptor = AesEncryptor::make("I6EGNzRESu3X3pKZidrqCGOHQFUFC0yK");
  ASSERT_TRUE(encryptor);
  auto first = (*encryptor)->encrypt("pässword");
  auto second = (*encryptor)->encrypt("pässword");
  ASSERT_TRUE(first && second);
  EXPECT_NE(*first, *second);  // a new nonce each time
  EXPECT_EQ(*(*encryptor)->decrypt(*first), "pässword");
  EXPECT_EQ(*(*encryptor)->encrypt(""), "");
  std::string bytes = *base::base64_decode(*first);
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE((*encryptor)->decrypt(base::base64_encode(changed))) << i;
  }
  EXPECT_FALSE((*encryptor)->decrypt("not base64!"));
  EXPECT_FALSE((*encryptor)->decrypt("YWJj"));
}

TEST(AesEncryptor, ReadsWhatExpressionsEncryptWithTheSameKey) {  // SEC-33
  const std::string key = base::base64_encode("I6EGNzRESu3X3pKZidrqCGOHQFUFC0yK");
  auto encryptor = AesEncryptor::make(key);
  ASSERT_TRUE(encryptor);
  const std::string sealed = *(*encryptor)->encrypt("pässword");
  const expression::ValueContext context(
      base::Value::map({{"key", base::Value::string(key)},
                        {"other", base::Value::string(base::base64_encode(std::string(32, 'o')))},
                        {"sealed", base::Value::string(sealed)}}));
  const auto rendered = [&context](std::string_view text) {
    return expression::Template::compile(text)->render(context, {});
  };
  const auto opened = rendered("{{ decrypt(key, sealed) }}");
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(opened.value(), base::Value::string("pässword"));
  const auto made = rendered("{{ encrypt(key, 'top') }}");
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(*(*encryptor)->decrypt(made.value().text()), "top");
  EXPECT_TRUE(rendered("{{ decrypt(other, sealed) }}").failed()) << "another key";
  EXPECT_TRUE(rendered("{{ decrypt(key, 'AAAA') }}").failed());
}

TEST(AesEncryptor, RefusesKeysOfAnotherLength) {
  EXPECT_FALSE(AesEncryptor::make(""));
  EXPECT_FALSE(AesEncryptor::make("short"));
  EXPECT_TRUE(AesEncryptor::make(base::base64_encode(std::string(32, 'k'))));
}

TEST(BasicAuth, ListsEveryBrokenRule) {  // AUTH-5
  EXPECT_TRUE(check_credentials({"admin@kestra.io", "Admin1234"}).empty());
  EXPECT_EQ(check_credentials({"", ""}).size(), 2u);
  EXPECT_EQ(check_credentials({"admin", "weak"}).size(), 2u);
  EXPECT_EQ(check_credentials({"a@b", std::string(300, 'a') + "A1"}).size(), 1u);
  EXPECT_EQ(check_credentials({"a b@c", "Admin1234"}).size(), 1u);
}

TEST(BasicAuth, AcceptsOnlyThePair) {  // AUTH-8
  auto authenticator = BasicAuthenticator::make({"admin@kestra.io", "Admin1234"}, true);
  ASSERT_TRUE(authenticator);
  EXPECT_TRUE((*authenticator)->authenticate({"admin@kestra.io", "Admin1234"}));
  EXPECT_TRUE((*authenticator)->authenticate({"admin@kestra.io", "Admin1234"}));
  EXPECT_FALSE((*authenticator)->authenticate({"admin@kestra.io", "Admin12345"}));
  EXPECT_FALSE((*authenticator)->authenticate({"admin@kestra.com", "Admin1234"}));
  EXPECT_FALSE((*authenticator)->authenticate({"", ""}));
  EXPECT_FALSE((*authenticator)->authenticate({"admin@kestra.io", std::string(1 << 20, 'x')}));
}

TEST(BasicAuth, ParsesHeaders) {  // API-15
  auto given = parse_basic_header("basic " + base::base64_encode("u:p:q"));
  ASSERT_TRUE(given);
  EXPECT_EQ(given->username, "u");
  EXPECT_EQ(given->password, "p:q");
  EXPECT_FALSE(parse_basic_header("Bearer x"));
  EXPECT_FALSE(parse_basic_header("Basic %%%"));
  EXPECT_FALSE(parse_basic_header("Basic " + base::base64_encode("nocolon")));
}

}  // namespace
}  // namespace gyr::security
