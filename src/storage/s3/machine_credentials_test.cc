// Keys of machines and containers (STOR-20).
#include "storage/s3/machine_credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>

#include "net/test_support.h"
#include "storage/s3/s3_storage.h"

namespace gyr::storage::s3 {
namespace {

using ::testing::HasSubstr;

constexpr base::Instant noon{1'700'000'000, 0};  // 2023-11-14T22:13:20Z
constexpr std::string_view roles_path = "/latest/meta-data/iam/security-credentials/";

class MachineCredentialsTest : public ::testing::Test {
 protected:
  static base::Task<net::ServerResponse> answer(MachineCredentialsTest* self, net::ServerRequest request) {
    self->asked_ += 1;
    const bool token = request.headers.get("X-aws-ec2-metadata-token") == "the-token" ||
                       request.headers.get("Authorization") == "container-token";
    if (self->down_) co_return net::test::text("down", 503);
    if (request.method == "PUT" && request.target == "/latest/api/token") {
      co_return net::test::text(request.headers.get("X-aws-ec2-metadata-token-ttl-seconds") ? "the-token" : "");
    }
    if (!token) co_return net::test::text("no token", 401);
    if (request.target == roles_path) co_return net::test::text("my role");
    if (request.target == std::string(roles_path) + "my%20role" || request.target == "/container") {
      co_return net::test::text(self->body_);
    }
    co_return net::test::text("unknown", 404);
  }

  std::string get(MachineCredentials& from) {
    auto keys = from.get();
    return keys ? keys->access_key + " " + keys->secret_key + " " + keys->session_token
                : std::string(keys.error().code().text);
  }
  MachineCredentialOptions machine() const { return {.machine_endpoint = server_.url("")}; }

  std::atomic<int> asked_{0};
  std::atomic<bool> down_{false};
  std::string body_ =
      R"({"Code": "Success", "AccessKeyId": "A", "SecretAccessKey": "S", "Token": "T", "Expiration": "2023-11-14T23:13:20Z"})";
  base::VirtualClock clock_{noon};
  net::test::TestServer server_{[this](net::ServerRequest request) { return answer(this, std::move(request)); }};
};

// STOR-20
TEST_F(MachineCredentialsTest, OfAMachine) {
  MachineCredentials from(machine(), clock_);
  EXPECT_EQ(get(from), "A S T");
  EXPECT_EQ(asked_, 3);
  EXPECT_EQ(get(from), "A S T");
  EXPECT_EQ(asked_, 3) << "they hold for an hour";
}

// STOR-20
TEST_F(MachineCredentialsTest, OfAContainer) {
  MachineCredentials from({.container_url = server_.url("/container"), .container_token = "container-token"}, clock_);
  EXPECT_EQ(get(from), "A S T");
  EXPECT_EQ(asked_, 1);
}

// STOR-20: credentials are renewed before they expire; while they are valid, the service need not respond.
TEST_F(MachineCredentialsTest, AreRenewed) {
  MachineCredentials from(machine(), clock_);
  EXPECT_EQ(get(from), "A S T");
  clock_.advance(base::Duration::of_seconds(3'301));
  down_ = true;
  EXPECT_EQ(get(from), "A S T");
  clock_.advance(base::Duration::of_seconds(300));
  EXPECT_EQ(get(from), storage_failed.text) << "this may pass";
  down_ = false;
  body_ = R"({"AccessKeyId": "A2", "SecretAccessKey": "S2", "Token": "T2", "Expiration": "2023-11-15T05:13:20Z"})";
  EXPECT_EQ(get(from), "A2 S2 T2");
}

// STOR-20
TEST_F(MachineCredentialsTest, NoRoleIsSaidSo) {
  down_ = true;
  MachineCredentials from(machine(), clock_);
  auto keys = from.get();
  ASSERT_FALSE(keys.has_value());
  EXPECT_EQ(keys.error().code(), storage_denied);
  EXPECT_THAT(keys.error().hint(), HasSubstr("AWS_ACCESS_KEY_ID"));
  MachineCredentials nobody({.machine_endpoint = "http://127.0.0.1:1"}, clock_);
  EXPECT_EQ(get(nobody), storage_denied.text);
}

// STOR-20
TEST_F(MachineCredentialsTest, NonsenseIsAnError) {
  MachineCredentials from(machine(), clock_);
  for (const char* body : {"", "[]", "{", "{}", R"({"AccessKeyId": "A", "SecretAccessKey": "S"})",
                           R"({"AccessKeyId": 1, "SecretAccessKey": "S", "Expiration": "2023-11-15T05:13:20Z"})",
                           R"({"AccessKeyId": "A", "SecretAccessKey": "S", "Expiration": "soon"})"}) {
    body_ = body;
    EXPECT_EQ(get(from), storage_failed.text) << body;
  }
  body_ = std::string(1 << 20, ' ');
  EXPECT_EQ(get(from), storage_denied.text) << "too long to be read";
}

// STOR-20: keys go over no network in the clear.
TEST(MachineCredentialUrls, AreNearOrSecret) {
  for (const char* good : {"http://169.254.170.2/v2/x", "http://127.0.0.1:1/x", "http://[::1]/x",
                           "https://keys.example/x", "http://169.254.170.23/v1/credentials"}) {
    EXPECT_TRUE(check_container_url(good).has_value()) << good;
  }
  for (const char* bad : {"http://keys.example/x", "http://169.254.170.24/x", "ftp://127.0.0.1.example/x", "", "x",
                          "http://127.0.0.1.example/"}) {
    EXPECT_FALSE(check_container_url(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace gyr::storage::s3
