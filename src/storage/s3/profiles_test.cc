// Named profiles in files as Amazon's tools write them (STOR-20).
#include "storage/s3/profiles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "net/test_support.h"
#include "storage/s3/s3_storage.h"

namespace gyr::storage::s3 {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view role_answer = R"(<AssumeRoleResponse><AssumeRoleResult><Credentials>
  <AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>rs</SecretAccessKey><SessionToken>rt</SessionToken>
  <Expiration>2033-11-14T23:13:20Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>)";

class ProfilesTest : public ::testing::Test {
 protected:
  ProfilesTest() {
    std::string name = (std::filesystem::temp_directory_path() / "gyr-profiles-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    files_ = {folder_ / "credentials", folder_ / "config"};
  }
  ~ProfilesTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  static void write(const std::filesystem::path& file, std::string_view text) {
    // As tools do it: another file in the place of the old one.
    const std::filesystem::path made = file.string() + ".new";
    std::ofstream(made, std::ios::binary) << text;
    std::filesystem::rename(made, file);
  }
  base::Result<std::unique_ptr<CredentialSource>> source(std::string_view name, std::string sts = {}) {
    const auto of_place = [](std::string_view place) -> base::Result<std::unique_ptr<CredentialSource>> {
      if (place != "Environment") return base::fail(storage_misconfigured, "no such place");
      return std::make_unique<FixedCredentials>(Credentials{"EK", "ES", ""});
    };
    return keys_of_profile(
        {.files = files_, .region = "eu-west-3", .sts_endpoint = std::move(sts), .source = of_place, .clock = clock_},
        name);
  }
  /// `key secret token`, `none`, or what is wrong.
  std::string keys(std::string_view name, std::string sts = {}) {
    auto made = source(name, std::move(sts));
    if (!made) return made.error().message();
    if (*made == nullptr) return "none";
    auto got = (*made)->get();
    return got ? got->access_key + " " + got->secret_key + " " + got->session_token : got.error().message();
  }

  base::VirtualClock clock_{base::Instant{1'700'000'000, 0}};
  std::filesystem::path folder_;
  ProfileFiles files_;
};

// STOR-20
TEST_F(ProfilesTest, KeysOfEitherFile) {
  write(files_.credentials,
        "\xEF\xBB\xBF# mine\r\n[default]\r\naws_access_key_id = AK\r\naws_secret_access_key=s/+=k # not of it\r\n"
        "[ other ]\nAWS_ACCESS_KEY_ID=AO\naws_secret_access_key = so#;=x\n aws_session_token = of the line above\n"
        "aws_session_token = t ; remark\n[default]\naws_session_token = tok\n");
  write(files_.config,
        "[default]\nregion = eu-north-1\naws_access_key_id = not this one\n\n[profile only config]\n"
        "aws_access_key_id=AC\naws_secret_access_key=sc\ns3 =\n  max_concurrent_requests = 20\n"
        "[profile 'quoted']\naws_access_key_id=AQ\naws_secret_access_key=sq\n[other]\naws_session_token=no profile\n"
        "[profile region only]\nregion=x\n[profilex]\naws_access_key_id=AX\n");
  EXPECT_EQ(keys("default"), "AK s/+=k tok");
  EXPECT_EQ(keys("other"), "AO so#;=x t");
  EXPECT_EQ(keys("only config"), "AC sc ");
  EXPECT_EQ(keys("quoted"), "AQ sq ");
  EXPECT_EQ(keys("region only"), "none");
  EXPECT_THAT(keys("x"), HasSubstr("the profile `x` does not exist"));
  EXPECT_EQ((**read_profile(files_, "default"))["region"], "eu-north-1");
  EXPECT_FALSE(*read_profile(files_, "x"));
  EXPECT_FALSE(*read_profile({folder_ / "none", {}}, "default"));
}

// STOR-20
TEST_F(ProfilesTest, ARoleOfAProfile) {
  std::string asked;
  net::test::TestServer server([&](net::ServerRequest request) -> base::Task<net::ServerResponse> {
    return [](std::string* into, net::ServerRequest got) -> base::Task<net::ServerResponse> {
      *into = (co_await got.body->all(100'000)).value_or("") + " " + std::string(*got.headers.get("Authorization"));
      co_return net::test::text(std::string(role_answer));
    }(&asked, std::move(request));
  });
  write(files_.credentials, "[base]\naws_access_key_id=AK\naws_secret_access_key=sk\n");
  write(files_.config,
        "[profile r]\nrole_arn=arn:aws:iam::1:role/a\nsource_profile=base\nexternal_id=e&x\nrole_session_name=me\n"
        "duration_seconds=1800\nregion=us-west-2\n"
        "[profile e]\nrole_arn=arn:r\ncredential_source=Environment\n"
        "[profile self]\nrole_arn=arn:r\nsource_profile=self\naws_access_key_id=AS\naws_secret_access_key=s\n"
        "[profile chain]\nrole_arn=arn:r\nsource_profile=r\n");
  EXPECT_EQ(keys("r", server.url("")), "ASIA rs rt");
  EXPECT_THAT(asked, HasSubstr("DurationSeconds=1800"));
  EXPECT_THAT(asked, HasSubstr("ExternalId=e%26x"));
  EXPECT_THAT(asked, HasSubstr("RoleSessionName=me"));
  EXPECT_THAT(asked, HasSubstr("Credential=AK/20231114/us-west-2/sts"));
  EXPECT_EQ(keys("e", server.url("")), "ASIA rs rt");
  EXPECT_THAT(asked, HasSubstr("Credential=EK/20231114/eu-west-3/sts"));
  EXPECT_EQ(keys("self", server.url("")), "ASIA rs rt");
  EXPECT_THAT(asked, HasSubstr("Credential=AS/"));
  EXPECT_EQ(keys("chain", server.url("")), "ASIA rs rt");
  EXPECT_THAT(asked, HasSubstr("Credential=ASIA/")) << "with the keys of the other role";
}

// STOR-20
TEST_F(ProfilesTest, WhatCannotBeIsRefused) {
  std::string config =
      "[profile half]\naws_access_key_id=AK\n"
      "[profile odd]\naws_access_key_id=AK\naws_secret_access_key=top\x01secret\n"
      "[profile sso]\nsso_session=x\n[profile process]\ncredential_process=/bin/x\n"
      "[profile web]\nrole_arn=a\nweb_identity_token_file=/x\n[profile mfa]\nrole_arn=a\nsource_profile=half\n"
      "mfa_serial=1\n[profile lonely]\nrole_arn=a\n[profile both]\nrole_arn=a\nsource_profile=half\n"
      "credential_source=Environment\n[profile a]\nrole_arn=a\nsource_profile=b\n[profile b]\nrole_arn=a\n"
      "source_profile=a\n[profile lost]\nrole_arn=a\nsource_profile=gone\n[profile keyless]\nrole_arn=a\n"
      "source_profile=bare\n[profile bare]\nregion=x\n[profile place]\nrole_arn=a\ncredential_source=Moon\n"
      "[profile long]\nrole_arn=a\ncredential_source=Environment\nduration_seconds=1e9\n"
      "[profile short]\nrole_arn=a\ncredential_source=Environment\nduration_seconds=899\n"
      "[profile 1]\nrole_arn=a\nsource_profile=2\n[profile 2]\nrole_arn=a\nsource_profile=3\n[profile 3]\nrole_arn=a\n"
      "source_profile=4\n[profile 4]\nrole_arn=a\nsource_profile=5\n[profile 5]\nrole_arn=a\nsource_profile=6\n"
      "[profile 6]\nrole_arn=a\nsource_profile=7\n";
  write(files_.config, config);
  const std::pair<const char*, const char*> expected[] = {
      {"half", "only one of the two keys"},
      {"odd", "invalid characters"},
      {"sso", "`sso_session`"},
      {"process", "`credential_process`"},
      {"web", "`web_identity_token_file`"},
      {"mfa", "`mfa_serial`"},
      {"lonely", "must have exactly one of"},
      {"both", "must have exactly one of"},
      {"a", "form a cycle"},
      {"lost", "the profile `gone` does not exist"},
      {"keyless", "`bare` has no credentials"},
      {"place", "no such place"},
      {"long", "must be a number from"},
      {"short", "must be a number from"},
      {"1", "more than 5"},
  };
  for (const auto& [name, message] : expected) {
    auto made = source(name);
    ASSERT_FALSE(made) << name;
    EXPECT_THAT(made.error().message(), HasSubstr(message)) << name;
    EXPECT_EQ(made.error().code(), storage_misconfigured) << name;
    EXPECT_THAT(made.error().to_string(), Not(HasSubstr("topsecret"))) << name;
  }
}

// STOR-20
TEST_F(ProfilesTest, InvalidFiles) {
  const std::pair<std::string, const char*> expected[] = {
      {"key = value\n", "before the first section"},
      {"[default\nx=y", "a `]` is missing"},
      {"[default]\naws_secret_access_key topsecret\n", "line 2: a `=` is missing"},
      {std::string(2'000'000, 'x'), "more than 1048576 bytes"},
  };
  for (const auto& [text, message] : expected) {
    write(files_.credentials, text);
    EXPECT_THAT(keys("default"), HasSubstr(message));
    EXPECT_THAT(keys("default"), Not(HasSubstr("topsecret")));
  }
  std::string bytes;
  for (int i = 0; i < 100'000; ++i) bytes += static_cast<char>(i * 7919 >> 3);
  for (const std::string& text : {bytes, "[default]\n" + bytes, std::string(), std::string("[]\n[ ]\n=\n"),
                                  std::string("[default]\n=\n=x\n"), std::string(500'000, '\n')}) {
    write(files_.credentials, text);
    EXPECT_THAT(keys("default"), Not(HasSubstr("AK")));
  }
  std::filesystem::remove(files_.credentials);
  std::filesystem::create_directory(files_.credentials);
  EXPECT_THAT(keys("default"), HasSubstr("cannot read"));
}

// STOR-20: tools that renew keys overwrite the file.
TEST_F(ProfilesTest, ChangedFilesAreReadAgain) {
  write(files_.credentials, "[p]\naws_access_key_id=A1\naws_secret_access_key=s\n");
  auto made = source("p");
  ASSERT_TRUE(made) << made.error().message();
  EXPECT_EQ((*made)->get()->access_key, "A1");
  write(files_.credentials, "[p]\naws_access_key_id=A2\naws_secret_access_key=s\n");
  EXPECT_EQ((*made)->get()->access_key, "A2");
  write(files_.credentials, "[p]\naws_access_key_id=A3\n");
  EXPECT_EQ((*made)->get()->access_key, "A2") << "no pair of keys";
  std::filesystem::remove(files_.credentials);
  EXPECT_EQ((*made)->get()->access_key, "A2");
  write(files_.credentials, "[p]\naws_access_key_id=A4\naws_secret_access_key=s\n");
  EXPECT_EQ((*made)->get()->access_key, "A4");
}

}  // namespace
}  // namespace gyr::storage::s3
