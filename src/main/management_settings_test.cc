// From the keys `endpoints.…` to the rules of the management endpoints (API-120, OPS-20).
#include "main/management_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gyr::main {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

web::ManagementSettings settings_of(std::string yaml) {
  static const char* none[] = {nullptr};
  const config::Reading reading = config::read_text("c.yml", std::move(yaml), none);
  EXPECT_FALSE(reading.failed());
  return management_settings(reading);
}

/// `+` is available, `!` needs a login.
std::string rules_of(const web::ManagementSettings& settings, std::initializer_list<std::string_view> names) {
  std::string text;
  for (std::string_view name : names) {
    const web::EndpointRule& rule = settings.rule_of(name);
    text += fmt::format("{}{}{} ", rule.enabled ? "+" : "-", rule.sensitive ? "!" : "", name);
  }
  return text;
}

TEST(ManagementSettings, HaveSafeDefaults) {  // API-120
  const auto settings = settings_of("");
  EXPECT_EQ(rules_of(settings, {"health", "metrics", "prometheus", "loggers", "worker", "scheduler", "threaddump"}),
            "+health +metrics +prometheus +loggers +worker +scheduler +threaddump ");
  EXPECT_EQ(rules_of(settings, {"env", "configprops", "stop", "refresh"}), "-!env -!configprops -!stop -!refresh ");
  EXPECT_FALSE(settings.on_main_port);
  EXPECT_EQ(settings.health_details, web::HealthAudience::everybody);
  EXPECT_EQ(rules_of(web::default_management(), {"health", "env", "stop"}), "+health -!env -!stop ");
}

TEST(ManagementSettings, OneKeyForAllDoesNotOpenWhatIsGuarded) {  // API-120
  EXPECT_EQ(rules_of(settings_of("endpoints.all: {enabled: true, sensitive: false}"), {"health", "env", "stop"}),
            "+health -env -stop ");
  EXPECT_EQ(rules_of(settings_of("endpoints: {all: {sensitive: true}, health: {sensitive: false}}"),
                     {"health", "metrics", "routes", "unknown"}),
            "+health +!metrics +!routes +!unknown ");
  EXPECT_EQ(rules_of(settings_of("endpoints: {all: {enabled: false}, prometheus: {enabled: true}}"),
                     {"health", "prometheus", "unknown"}),
            "-health +prometheus -unknown ");
  EXPECT_EQ(rules_of(settings_of("endpoints.env.enabled: true"), {"env"}), "+!env ");
  EXPECT_EQ(rules_of(settings_of("endpoints.env: {enabled: true, sensitive: false}"), {"env"}), "+env ");
}

TEST(ManagementSettings, ShowNoSecrets) {  // API-120
  const auto settings = settings_of("kestra: {encryption: {secret-key: abc}, secret: {type: jdbc}}");
  const base::Value* key = settings.configuration.find("kestra")->find("encryption")->find("secret-key");
  ASSERT_NE(key, nullptr);
  EXPECT_EQ(key->text(), "******");
  EXPECT_THAT(settings.components, ::testing::Contains(std::pair<std::string, std::string>("secrets", "jdbc")));
}

TEST(ChangedKeys, AreNamed) {
  using base::Value;
  const auto section = [](std::string_view name, Value value) { return Value::map({{name, std::move(value)}}); };
  const Value one = section("a", section("b", Value::integer(1)));
  EXPECT_THAT(changed_keys(one, one), IsEmpty());
  EXPECT_THAT(changed_keys(one, section("a", section("b", Value::integer(2)))), ElementsAre("a.b"));
  EXPECT_THAT(changed_keys(one, section("a", section("c", Value::integer(1)))), ElementsAre("a.b", "a.c"));
  EXPECT_THAT(changed_keys(Value(), one), ElementsAre("a.b"));
  EXPECT_THAT(changed_keys(one, Value()), ElementsAre("a.b"));
  EXPECT_THAT(changed_keys(one, section("a", Value::integer(1))), ElementsAre("a.b"));
}

}  // namespace
}  // namespace gyr::main
