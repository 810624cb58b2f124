// Secrets in texts (EXPR-410 to EXPR-412, SEC-40).
#include "expression/mask.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace gyr::expression {
namespace {

// EXPR-411: the longest one wins, and nothing is masked twice.
TEST(SecretMask, HidesTheLongestSecret) {
  SecretMask mask;
  mask.add("abc");
  mask.add("abcdef");
  mask.add("");
  EXPECT_EQ(mask.mask("xabcdefx abc ab"), "x******x ****** ab");
}

// SEC-40 and its usual encodings
TEST(SecretMask, HidesEncodingsOfASecret) {
  const std::string secret = "p/ss w\"rd?+&é";
  SecretMask mask;
  mask.add_with_encodings(secret);
  EXPECT_EQ(mask.mask(secret), "******");
  EXPECT_EQ(mask.mask("Authorization: " + base::base64_encode(secret)), "Authorization: ******");
  EXPECT_EQ(mask.mask("?q=p%2Fss%20w%22rd%3F%2B%26%C3%A9&x=1"), "?q=******&x=1");
  EXPECT_EQ(mask.mask("q=p%2Fss+w%22rd%3F%2B%26%C3%A9"), "q=******");
  EXPECT_EQ(mask.mask(R"({"a": "p/ss w\"rd?+&é"})"), R"({"a": "******"})");
}

// SEC-40: as in the header of basic credentials, wherever the password begins.
TEST(SecretMask, HidesASecretInsideOfBase64) {
  const std::string secret = "correct-horse-battery";
  SecretMask mask;
  mask.add_with_encodings(secret);
  for (std::string_view user : {"", "a:", "ab:", "abc:", "abcd:"}) {
    for (std::string_view after : {"", "!", "!!", "!!!"}) {
      const std::string shown = mask.mask(base::base64_encode(std::string(user) + secret + std::string(after)));
      EXPECT_NE(shown.find("******"), std::string::npos) << user << after;
      EXPECT_LE(shown.size(), base::base64_encode(std::string(user) + std::string(after)).size() + 6 + 4) << shown;
    }
  }
}

// SEC-40: what prints a key file prints it line by line.
TEST(SecretMask, HidesTheLinesOfALongSecret) {
  SecretMask mask;
  mask.add_with_encodings("-----BEGIN KEY-----\r\nMIIEvQIBADAN\nshort\n");
  EXPECT_EQ(mask.mask("MIIEvQIBADAN"), "******");
  EXPECT_EQ(mask.mask("-----BEGIN KEY-----"), "******");
  EXPECT_EQ(mask.mask("short"), "short") << "too short to mean the secret alone";
}

// A secret of few characters hides itself only: its encodings would be found anywhere.
TEST(SecretMask, LeavesOtherTextsAlone) {
  SecretMask mask;
  mask.add_with_encodings("a");
  EXPECT_EQ(mask.mask("b YQ"), "b YQ");
}

}  // namespace
}  // namespace gyr::expression
