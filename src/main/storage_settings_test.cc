// What `kestra.storage` comes to (STOR-20).
#include "main/storage_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "main/config/reader.h"
#include "store/test_rows.h"

namespace gyr::main {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class StorageSettingsTest : public ::testing::Test {
 protected:
  storage::S3Options options(const std::string& type, const std::string& keys,
                             std::vector<const char*> environment = {}) {
    environment.push_back(nullptr);
    auto read = object_store_options(configured(type, keys).settings.kestra.storage, environment.data());
    EXPECT_TRUE(read.has_value()) << read.error().message();
    return read.value_or(storage::S3Options());
  }
  std::string refusal(const std::string& type, const std::string& keys, std::vector<const char*> environment = {}) {
    environment.push_back(nullptr);
    const config::Reading reading = configured(type, keys);
    if (reading.failed()) return reading.error().message();
    auto opened =
        open_storage(reading.settings.kestra.storage, {{}, environment.data(), clock_, storage::RetryRules(), pauses_});
    if (opened) return "it opened";
    return opened.error().message() + " / " + opened.error().hint();
  }
  static config::Reading configured(const std::string& type, const std::string& keys) {
    return config::read_text("test.yml", "kestra: {storage: {type: " + type + ", " + type + ": {" + keys + "}}}",
                             nullptr);
  }

  base::SystemClock clock_;
  storage::Pauses pauses_;
};

TEST_F(StorageSettingsTest, KeysOfS3) {  // STOR-20, CONF-3
  auto read = options("s3", "bucket: b, region: eu-west-3, force-path-style: true, path: a/b, part-size: 16MB");
  EXPECT_EQ(read.bucket, "b");
  EXPECT_EQ(read.region, "eu-west-3");
  EXPECT_EQ(read.endpoint, "");
  EXPECT_EQ(read.prefix, "a/b");
  EXPECT_TRUE(read.path_style);
  EXPECT_EQ(read.part_bytes, size_t{16} << 20);
  read = options("s3", "bucket: b, endpoint: 'http://store:9000', forcePathStyle: 'false', accessKey: '', region: ''");
  EXPECT_EQ(read.endpoint, "http://store:9000");
  EXPECT_EQ(read.region, "us-east-1");
  EXPECT_FALSE(read.path_style);
  EXPECT_EQ(options("s3", "bucket: b", {"AWS_DEFAULT_REGION=x", "AWS_REGION=eu-north-1", "AWS_REGIONAL=y"}).region,
            "eu-north-1");
}

TEST_F(StorageSettingsTest, KeysOfMinio) {  // STOR-20
  auto read = options("minio", "bucket: b, endpoint: my.domain.com, port: 9000, secure: false, part-size: 5MB");
  EXPECT_EQ(read.endpoint, "http://my.domain.com:9000/");
  EXPECT_TRUE(read.path_style);
  EXPECT_EQ(read.part_bytes, size_t{5} << 20);
  read = options("minio",
                 "bucket: b, endpoint: 'https://oos.eu-west-2.outscale.com', port: 443, secure: true, vhost: true");
  EXPECT_EQ(read.endpoint, "https://oos.eu-west-2.outscale.com:443/");
  EXPECT_FALSE(read.path_style);
}

TEST_F(StorageSettingsTest, KeysOfCloudflare) {  // STOR-20
  EXPECT_EQ(options("cloudflare", "bucket: b, accountId: acc").endpoint, "https://acc.r2.cloudflarestorage.com");
  auto read = options("cloudflare", "bucket: b, accountId: acc, jurisdiction: EU, path: p");
  EXPECT_EQ(read.endpoint, "https://acc.eu.r2.cloudflarestorage.com");
  EXPECT_EQ(read.region, "auto");
  EXPECT_EQ(read.prefix, "p");
  EXPECT_EQ(options("cloudflare", "bucket: b, endpointOverride: 'http://x:1'").endpoint, "http://x:1");
}

TEST_F(StorageSettingsTest, WhatCannotBeIsRefused) {  // STOR-20
  EXPECT_THAT(refusal("s3", "region: r"), HasSubstr("`kestra.storage.s3.bucket` is not set"));
  EXPECT_THAT(refusal("s3", "bucket: b"), HasSubstr("`kestra.storage.s3.region` is not set"));
  EXPECT_THAT(refusal("minio", "bucket: b, endpoint: h"),
              AllOf(HasSubstr("has no credentials"), HasSubstr("AWS_ACCESS_KEY_ID")));
  EXPECT_THAT(refusal("s3", "bucket: b, region: r", {"AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:1/x"}),
              AllOf(HasSubstr("cannot get credentials from the container"), HasSubstr("AWS_ACCESS_KEY_ID")));
  EXPECT_THAT(refusal("s3", "bucket: b, region: r", {"AWS_CONTAINER_CREDENTIALS_FULL_URI=http://far.example/x"}),
              HasSubstr("https is required"));
  EXPECT_THAT(refusal("s3", "bucket: b, region: r, access-key: a"), HasSubstr("one of the two keys only"));
  const std::string role = "bucket: b, region: r, access-key: a, secret-key: b, sts-role-arn: 'arn:x', ";
  EXPECT_THAT(refusal("s3", role + "sts-endpoint-override: 'ftp://x'"), HasSubstr("sts-endpoint-override"));
  for (const char* length : {"PT14M59S", "PT12H1S", "-PT1H"}) {
    EXPECT_THAT(refusal("s3", role + "sts-role-session-duration: " + length), HasSubstr("from PT15M to PT12H"))
        << length;
  }
  EXPECT_THAT(refusal("s3", "bucket: b, region: r, access-key: a, secret-key: b, sts-role-external-id: x"),
              HasSubstr("no `sts-role-arn`"));
  EXPECT_THAT(refusal("s3", "bucket: b, region: r, force-path-style: maybe"), HasSubstr("force-path-style"));
  for (const char* size : {"4MB", "257MB", "x", "-5MB", "5TB", "99999999999999999999MB", "5 MB", "5242879"}) {
    EXPECT_THAT(refusal("s3", std::string("bucket: b, region: r, part-size: '") + size + "'"),
                HasSubstr("not a size from 5MB to 256MB"))
        << size;
  }
  EXPECT_THAT(refusal("s3", "bucket: 'a/b', region: r, access-key: a, secret-key: b"),
              AllOf(HasSubstr("`kestra.storage.s3`"), HasSubstr("not a valid bucket name")));
  EXPECT_THAT(refusal("minio", "bucket: b"), HasSubstr("`kestra.storage.minio.endpoint` is not set"));
  EXPECT_THAT(refusal("minio", "bucket: b, endpoint: h, port: 70000"), HasSubstr("minio.port: 70000"));
  EXPECT_THAT(refusal("minio", "bucket: b, endpoint: h, ssl-options: {insecure-trust-all-certificates: true}"),
              HasSubstr("not available"));
  EXPECT_THAT(refusal("cloudflare", "bucket: b"), HasSubstr("account-id"));
  EXPECT_THAT(refusal("local", ""), HasSubstr("`kestra.storage.local.base-path` is not set"));
}

TEST_F(StorageSettingsTest, ProfilesOfTheEnvironment) {  // STOR-20
  store::test::TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() / ".aws");
  std::ofstream(folder.path() / ".aws/config") << "[profile team]\nregion = eu-north-1\n[profile sso]\nsso_session=x\n";
  std::ofstream(folder.path() / ".aws/credentials") << "[team]\naws_access_key_id=a\naws_secret_access_key=b\n";
  std::ofstream(folder.path() / "mine") << "[default]\naws_access_key_id=a\n";
  const std::string home = "HOME=" + folder.path().string();
  const std::string file = "AWS_SHARED_CREDENTIALS_FILE=" + (folder.path() / "mine").string();
  const std::string down = "bucket: b, endpoint: 'http://127.0.0.1:1'";
  EXPECT_EQ(options("s3", "bucket: b", {home.c_str(), "AWS_PROFILE=team"}).region, "eu-north-1");
  EXPECT_EQ(options("s3", "bucket: b", {home.c_str(), "AWS_PROFILE=team", "AWS_REGION=x"}).region, "x");
  EXPECT_EQ(refusal("s3", down, {home.c_str(), "AWS_PROFILE=team"}), "it opened");
  EXPECT_THAT(refusal("s3", down, {home.c_str(), "AWS_PROFILE=none"}),
              AllOf(HasSubstr("the profile `none` does not exist"), HasSubstr(folder.path().string())));
  EXPECT_THAT(refusal("s3", down, {home.c_str(), "AWS_PROFILE=sso"}), HasSubstr("`sso_session`"));
  EXPECT_THAT(refusal("s3", down, {home.c_str(), file.c_str()}), HasSubstr("only one of the two keys"));
  const std::string pair = ", access-key: a, secret-key: b";
  EXPECT_EQ(refusal("s3", down + pair, {home.c_str(), "AWS_PROFILE=none"}), "it opened")
      << "keys of the configuration come first";
  EXPECT_EQ(refusal("s3", down, {home.c_str(), "AWS_PROFILE=none", "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b"}),
            "it opened");
}

TEST_F(StorageSettingsTest, AStoreThatIsDownDoesNotEndTheStart) {  // STOR-11, STOR-20
  EXPECT_EQ(
      refusal("s3", "bucket: b, endpoint: 'http://127.0.0.1:1'", {"AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b"}),
      "it opened");
}

TEST_F(StorageSettingsTest, BesideAServerNothingOfItsWorkGoes) {  // STOR-20
  store::test::TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() / ".incoming");
  std::filesystem::create_directories(folder.path() / "main/n");
  std::filesystem::create_directories(folder.path() / "other");
  std::ofstream(folder.path() / ".incoming/half") << "x";
  std::ofstream(folder.path() / "file") << "x";
  auto opened = open_storage(config::Storage(), {folder.path(), nullptr, clock_, storage::RetryRules(), pauses_, true});
  ASSERT_TRUE(opened.has_value()) << opened.error().message();
  EXPECT_TRUE(std::filesystem::exists(folder.path() / ".incoming/half"));
  EXPECT_THAT(*opened->tenants(), ElementsAre("main", "other"));
  std::filesystem::remove_all(folder.path() / ".incoming");
  auto sink = opened->storage->put("main", "/x");
  ASSERT_TRUE(sink.has_value()) << sink.error().message();
  ASSERT_TRUE((*sink)->finish().has_value());
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "main/x"));
}

}  // namespace
}  // namespace gyr::main
