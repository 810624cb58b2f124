// Signatures against the examples that the vendor publishes.
#include "storage/s3/signature.h"

#include <gtest/gtest.h>

namespace gyr::storage::s3 {
namespace {

const Credentials s3_example{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""};
constexpr std::string_view s3_host = "examplebucket.s3.amazonaws.com";
constexpr std::string_view s3_time = "20130524T000000Z";

std::string signature_of(std::string_view text) { return std::string(text.substr(text.rfind('=') + 1)); }

/// An example of the S3 user's guide: all are of one bucket and one date.
std::string s3_signature(SignedRequest request) {
  request.headers.emplace_back("host", s3_host);
  request.headers.emplace_back("x-amz-date", s3_time);
  request.headers.emplace_back("x-amz-content-sha256", request.payload_hash);
  return authorization(request, s3_example, "us-east-1", "s3", s3_time);
}

// STOR-20
TEST(S3Signature, ExamplesOfTheUsersGuide) {
  const std::string nothing = sha256_hex("");
  EXPECT_EQ(s3_signature(
                {.method = "GET", .path = "/test.txt", .headers = {{"range", "bytes=0-9"}}, .payload_hash = nothing}),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  const std::string body = sha256_hex("Welcome to Amazon S3.");
  EXPECT_EQ(signature_of(s3_signature(
                {.method = "PUT",
                 .path = "/test%24file.text",
                 .headers = {{"date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                 .payload_hash = body})),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  EXPECT_EQ(
      signature_of(s3_signature({.method = "GET", .path = "/", .query = {{"lifecycle", ""}}, .payload_hash = nothing})),
      "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  EXPECT_EQ(
      signature_of(s3_signature(
          {.method = "GET", .path = "/", .query = {{"prefix", "J"}, {"max-keys", "2"}}, .payload_hash = nothing})),
      "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

// STOR-20
TEST(S3Signature, ExamplesOfTheSignatureTestSuite) {
  const Credentials suite{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""};
  const std::string nothing = sha256_hex("");
  const auto signed_with = [&](SignedRequest request) {
    request.headers.emplace_back("host", "example.amazonaws.com");
    request.headers.emplace_back("x-amz-date", "20150830T123600Z");
    request.payload_hash = nothing;
    return signature_of(authorization(request, suite, "us-east-1", "service", "20150830T123600Z"));
  };
  // get-vanilla
  EXPECT_EQ(signed_with({.method = "GET", .path = "/"}),
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  // get-vanilla-query-order-key-case
  EXPECT_EQ(signed_with({.method = "GET", .path = "/", .query = {{"Param2", "value2"}, {"Param1", "value1"}}}),
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
  // post-vanilla
  EXPECT_EQ(signed_with({.method = "POST", .path = "/"}),
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
}

// STOR-20
TEST(S3Signature, DatesAreThoseOfGreenwich) {
  EXPECT_EQ(signature_time(base::Instant{1'369'353'600, 999}), "20130524T000000Z");
  EXPECT_EQ(signature_time(base::Instant{951'827'696, 0}), "20000229T123456Z");
}

}  // namespace
}  // namespace gyr::storage::s3
