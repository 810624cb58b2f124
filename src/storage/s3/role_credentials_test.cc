// The Security Token Service as the vendor documents AssumeRole, played by a server of the test.
#include "storage/s3/role_credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>

#include "net/test_support.h"
#include "storage/s3/s3_storage.h"
#include "storage/s3/signature.h"

namespace gyr::storage::s3 {
namespace {

using ::testing::HasSubstr;

constexpr base::Instant evening{1'700'000'000, 0};  // 2023-11-14T22:13:20Z

class RoleCredentialsTest : public ::testing::Test {
 protected:
  static base::Task<net::ServerResponse> answer(RoleCredentialsTest* self, net::ServerRequest request) {
    const std::string body = (co_await request.body->all(100'000)).value_or("");
    std::lock_guard lock(self->mutex_);
    self->asked_ += 1;
    self->body_ = body;
    // The signature is computed again from the received request: only the same key results in the same signature.
    const std::string hash = sha256_hex(body);
    SignedRequest covered{.method = "POST", .path = "/", .query = {}, .headers = {}, .payload_hash = hash};
    for (const char* name : {"content-type", "x-amz-date", "x-amz-security-token", "host"}) {
      if (auto value = request.headers.get(name)) covered.headers.emplace_back(name, std::string(*value));
    }
    const std::string time(request.headers.get("x-amz-date").value_or(""));
    self->signed_right_ =
        request.headers.get("Authorization") == authorization(covered, {"AK", "SK", "TOK"}, "eu-west-3", "sts", time);
    co_return net::test::text(self->answer_, self->status_);
  }

  std::unique_ptr<RoleCredentials> make(std::string external_id = "ext id&x") {
    return std::make_unique<RoleCredentials>(RoleOptions{.role_arn = "arn:aws:iam::123456789012:role/demo",
                                                         .external_id = std::move(external_id),
                                                         .session_name = "me",
                                                         .duration_seconds = 1200,
                                                         .endpoint = server_.url(""),
                                                         .region = "eu-west-3"},
                                             std::make_unique<FixedCredentials>(Credentials{"AK", "SK", "TOK"}),
                                             clock_);
  }
  std::string get(RoleCredentials& from) {
    auto keys = from.get();
    return keys ? keys->access_key + " " + keys->secret_key + " " + keys->session_token : keys.error().to_string();
  }
  void say(std::string text, int status = 200) {
    std::lock_guard lock(mutex_);
    answer_ = std::move(text);
    status_ = status;
  }
  static std::string keys_until(std::string_view expiration, std::string_view key = "ASIAIOSFODNN7EXAMPLE") {
    return fmt::format(
        R"(<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><SourceIdentity>Alice</SourceIdentity>)"
        R"(<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/demo/me</Arn><AssumedRoleId>ARO:me</AssumedRoleId></AssumedRoleUser>)"
        R"(<Credentials><AccessKeyId>{}</AccessKeyId><SecretAccessKey>wJalr/bPx</SecretAccessKey><SessionToken>AQoDY==</SessionToken>)"
        R"(<Expiration>{}</Expiration></Credentials><PackedPolicySize>8</PackedPolicySize></AssumeRoleResult>)"
        R"(<ResponseMetadata><RequestId>c6104cbe</RequestId></ResponseMetadata></AssumeRoleResponse>)",
        key, expiration);
  }

  std::mutex mutex_;
  std::string answer_ = keys_until("2023-11-14T22:33:20Z");
  int status_ = 200;
  std::string body_;
  std::atomic<bool> signed_right_{false};
  std::atomic<int> asked_{0};
  base::VirtualClock clock_{evening};
  net::test::TestServer server_{[this](net::ServerRequest request) { return answer(this, std::move(request)); }};
};

TEST_F(RoleCredentialsTest, RequestsWithItsOwnKeys) {  // STOR-20
  auto from = make();
  EXPECT_EQ(get(*from), "ASIAIOSFODNN7EXAMPLE wJalr/bPx AQoDY==");
  EXPECT_TRUE(signed_right_);
  EXPECT_EQ(body_,
            "Action=AssumeRole&DurationSeconds=1200&ExternalId=ext%20id%26x&"
            "RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fdemo&RoleSessionName=me&Version=2011-06-15");
  get(*from);
  EXPECT_EQ(asked_, 1) << "they hold for 20 minutes";
  auto without = make("");
  get(*without);
  EXPECT_EQ(body_.find("ExternalId"), std::string::npos);
}

TEST_F(RoleCredentialsTest, RenewsBeforeTheyExpire) {  // STOR-20
  auto from = make();
  get(*from);
  clock_.advance(base::Duration::of_seconds(16 * 60));
  say("down", 503);
  EXPECT_THAT(get(*from), HasSubstr("ASIA")) << "they hold still";
  EXPECT_EQ(asked_, 2);
  say(keys_until("2023-11-14T23:33:20Z", "NEXT"));
  EXPECT_THAT(get(*from), HasSubstr("NEXT"));
  clock_.advance(base::Duration::of_seconds(90 * 60));
  say("down", 503);
  EXPECT_EQ(from->get().error().code(), storage_failed) << "may pass";
}

TEST_F(RoleCredentialsTest, ReportsWhyItHasNoKeys) {  // STOR-20
  auto from = make();
  say(R"(<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized</Message></Error></ErrorResponse>)",
      403);
  EXPECT_EQ(from->get().error().code(), storage_denied);
  EXPECT_THAT(get(*from), HasSubstr("403 AccessDenied: not authorized"));
  say("no xml at all", 400);
  EXPECT_EQ(from->get().error().code(), storage_denied);
  for (const std::string& bad :
       {std::string(), std::string("<a/>"), std::string("<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>"),
        keys_until("tomorrow"), keys_until("2023-11-14T22:33:20Z", ""), std::string(100'000, 'x')}) {
    say(bad);
    EXPECT_EQ(from->get().error().code(), storage_failed) << bad.substr(0, 80);
  }
}

}  // namespace
}  // namespace gyr::storage::s3
