// What the configuration makes of a running installation: storage, secrets, what expressions see of the environment.
#include "main/runtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/test_rows.h"

namespace gyr::main {
namespace {

using ::testing::HasSubstr;

class RuntimeTest : public ::testing::Test {
 protected:
  base::Result<std::unique_ptr<Runtime>> make(std::string_view yaml, std::vector<const char*> environment = {}) {
    environment.push_back(nullptr);
    environment_ = std::move(environment);
    auto spawner = process::start_spawner("/proc/self/exe");
    EXPECT_TRUE(spawner.has_value());
    auto configuration = Configuration::parse(yaml, "test.yml");
    EXPECT_TRUE(configuration.has_value());
    return Runtime::make({folder_.path(), *configuration, environment_.data(), *std::move(spawner)});
  }
  std::string refusal(std::string_view yaml) {
    auto made = make(yaml);
    EXPECT_FALSE(made.has_value());
    return made ? "" : made.error().to_string() + made.error().hint();
  }

  store::test::TemporaryFolder folder_;
  std::vector<const char*> environment_;
};

TEST_F(RuntimeTest, TypesThatAreNotThereEndTheStart) {  // STOR-1, STOR-20, SEC-20
  EXPECT_THAT(refusal("kestra: {storage: {type: s4}}"), AllOf(HasSubstr("`kestra.storage.type: s4`"), HasSubstr("local")));
  EXPECT_THAT(refusal("kestra: {secret: {type: paper}}"), AllOf(HasSubstr("`kestra.secret.type: paper`"), HasSubstr("jdbc")));
  EXPECT_THAT(refusal("kestra: {secret: {type: jdbc}}"), HasSubstr("kestra.secret.jdbc.secret"));
  EXPECT_THAT(refusal("kestra: {secret: {type: jdbc, jdbc: {secret: short}}}"), HasSubstr("32 bytes"));
  EXPECT_THAT(refusal("kestra: {local-files: {enable-file-functions: perhaps}}"), HasSubstr("enable-file-functions"));
}

TEST_F(RuntimeTest, ExpressionsSeeWhatIsMeantForThem) {  // SEC-3, SEC-4
  auto runtime = make("kestra: {variables: {env-vars-prefix: 'KESTRA_', redacted-env-vars: [KESTRA_HIDDEN]}}",
                      {"KESTRA_REGION=eu", "KESTRA_HIDDEN=x", "KESTRA_CONFIGURATION=x", "KESTRA_PLUGINS_PATH=x", "KESTRA_CONFIGURATION_PATH=x", "ENV_OTHER=x", "PATH=/bin",
                       "SECRET_A=eA==", "SECRET_BAD=%%"});
  ASSERT_TRUE(runtime.has_value()) << runtime.error().to_string();
  EXPECT_EQ((*runtime)->settings().envs, base::Value::map({{"region", base::Value::string("eu")}}));
  EXPECT_EQ((*runtime)->secrets().names(), std::vector<std::string>{"A"}) << "what is no base64 is left out";
  EXPECT_EQ((*runtime)->secrets().vault(), nullptr);
}

TEST_F(RuntimeTest, SecretsMayLieInTheStore) {  // SEC-5, SEC-20
  auto runtime = make("kestra: {encryption: {secret-key: 0123456789abcdef0123456789abcdef}, secret: {type: jdbc, read-only: true}}");
  ASSERT_TRUE(runtime.has_value()) << runtime.error().to_string();
  ASSERT_NE((*runtime)->secrets().vault(), nullptr);
  EXPECT_TRUE((*runtime)->secrets().vault()->read_only);
  EXPECT_EQ((*runtime)->secrets().vault()->key_id.size(), 16u);
}

}  // namespace
}  // namespace gyr::main
