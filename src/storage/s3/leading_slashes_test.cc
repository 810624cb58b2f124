#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/s3/s3_storage.h"
#include "storage/s3/testing/fake_s3.h"

namespace gyr::storage {
namespace {

using s3::testing::error_answer;
using s3::testing::FakeS3;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class NoPauses final : public Pauses {
 public:
  bool wait(base::Duration) override { return true; }
};

class LeadingSlashesTest : public ::testing::Test {
 protected:
  void TearDown() override {
    server.set_hook(nullptr);
    EXPECT_THAT(server.problems(), ElementsAre());
  }
  base::Result<LeadingSlashes> rewrite(bool dry_run = false) {
    s3::FixedCredentials credentials(server.credentials());
    NoPauses pauses;
    kept.clear();
    return s3_drop_leading_slashes(options, credentials, server.clock(), {.attempts = 2}, pauses, dry_run,
                                   [this](std::string_view key) { kept.emplace_back(key); });
  }

  FakeS3 server;
  S3Options options = server.options();
  std::vector<std::string> kept;
};

TEST_F(LeadingSlashesTest, MovesOldKeysToNewOnes) {                                                // STOR-7
  for (int i = 0; i < 25; ++i) server.put(fmt::format("/main/a/f {}.txt", i), std::to_string(i));  // several pages
  server.put("/main/folder/", "");
  server.put("main/own.txt", "new");
  server.put("/", "");
  auto would = rewrite(true);
  ASSERT_TRUE(would.has_value()) << would.error().to_string();
  EXPECT_EQ(would->moved, 26U);
  EXPECT_FALSE(server.get("main/a/f 7.txt").has_value()) << "a dry run";

  auto done = rewrite();
  ASSERT_TRUE(done.has_value()) << done.error().to_string();
  EXPECT_EQ(done->moved, 26U);
  EXPECT_EQ(done->there + done->kept, 0U);
  EXPECT_EQ(server.get("main/a/f 7.txt"), "7");
  EXPECT_EQ(server.get("main/folder/"), "");
  EXPECT_EQ(server.get("main/own.txt"), "new");
  EXPECT_EQ(server.keys().size(), 28U);
  for (const std::string& key : server.keys()) EXPECT_TRUE(key == "/" || !key.starts_with("/")) << key;
  EXPECT_EQ(rewrite()->moved, 0U);
}

TEST_F(LeadingSlashesTest, KeepsWhatDiffers) {  // STOR-7
  server.put("/main/same.txt", "equal");
  server.put("main/same.txt", "equal");
  server.put("/main/other.txt", "older");
  server.put("main/other.txt", "newer");
  server.put("/main/longer.txt", "older text");
  server.put("main/longer.txt", "newer");
  auto would = rewrite(true);
  ASSERT_TRUE(would.has_value()) << would.error().to_string();
  EXPECT_EQ(server.keys().size(), 6U);
  auto done = rewrite();
  ASSERT_TRUE(done.has_value()) << done.error().to_string();
  EXPECT_EQ(done->moved, 0U);
  EXPECT_EQ(done->there, 1U);
  EXPECT_EQ(done->kept, 2U);
  EXPECT_EQ(kept.size(), 2U);
  EXPECT_EQ(server.get("/main/other.txt"), "older");
  EXPECT_EQ(server.get("main/other.txt"), "newer");
  EXPECT_FALSE(server.get("/main/same.txt").has_value());
}

TEST_F(LeadingSlashesTest, StaysBelowItsPrefix) {  // STOR-7
  options.prefix = "team/files";
  server.put("team/files//main/a.txt", "a");
  server.put("/main/b.txt", "not ours");
  auto done = rewrite();
  ASSERT_TRUE(done.has_value()) << done.error().to_string();
  EXPECT_THAT(server.keys(), ElementsAre("/main/b.txt", "team/files/main/a.txt"));
}

TEST_F(LeadingSlashesTest, AFailureLosesNothing) {  // STOR-7
  server.put("/main/a.txt", "a");
  server.set_hook([](const net::ServerRequest& request) -> std::optional<net::ServerResponse> {
    if (request.method == "PUT") return error_answer(503, "SlowDown");
    return std::nullopt;
  });
  EXPECT_FALSE(rewrite().has_value());
  EXPECT_EQ(server.get("/main/a.txt"), "a");
  server.set_hook([](const net::ServerRequest& request) -> std::optional<net::ServerResponse> {
    if (request.method == "DELETE") return error_answer(403, "AccessDenied");
    return std::nullopt;
  });
  EXPECT_EQ(rewrite().error().code(), storage_denied);
  EXPECT_EQ(server.get("/main/a.txt"), "a");
  EXPECT_EQ(server.get("main/a.txt"), "a");
  server.set_hook(nullptr);
  auto again = rewrite();
  ASSERT_TRUE(again.has_value()) << again.error().to_string();
  EXPECT_EQ(again->there, 1U);
  EXPECT_THAT(server.keys(), ElementsAre("main/a.txt"));
}

}  // namespace
}  // namespace gyr::storage
