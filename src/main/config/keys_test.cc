// What the descriptions say to people and editors.
#include "main/config/keys.h"

#include <gtest/gtest.h>

#include <set>

#include "main/config/reader.h"
#include "main/config/unused.h"
#include "syntax/json.h"

namespace gyr::main::config {
namespace {

const base::Value* entry_of(const base::Value& document, std::string_view key) {
  for (const base::Value& entry : document.items()) {
    if (entry.find("key")->text() == key) return &entry;
  }
  return nullptr;
}

TEST(ConfigKeys, AreDescribed) {
  const base::Value document = keys_document();
  std::set<std::string, std::less<>> names;
  for (const base::Value& entry : document.items()) {
    const std::string key(entry.find("key")->text());
    EXPECT_TRUE(names.insert(normal_key(key)).second) << key << " is spelled like another key";
    EXPECT_FALSE(entry.find("title")->text().empty()) << key;
    EXPECT_FALSE(entry.find("title")->text().ends_with('.')) << key;
  }
  for (const Key& key : all_keys()) {
    if (!key.property->options.hidden) EXPECT_NE(entry_of(document, key.path), nullptr) << key.path;
  }
}

TEST(ConfigKeys, ShowTypeLimitsDefaultAndVariable) {
  const base::Value document = keys_document();
  const base::Value* port = entry_of(document, "micronaut.server.port");
  ASSERT_NE(port, nullptr);
  EXPECT_EQ(port->find("type")->text(), "integer");
  EXPECT_EQ(port->find("limits")->text(), "from 0 to 65535");
  EXPECT_EQ(*port->find("default"), base::Value::integer(8080));
  EXPECT_EQ(port->find("variable")->text(), "MICRONAUT_SERVER_PORT");
  const base::Value* days = entry_of(document, "gyr.retention.execution-days");
  ASSERT_NE(days, nullptr);
  EXPECT_EQ(days->find("defaultText"), nullptr);
  const base::Value* threads = entry_of(document, "kestra.worker.max-num-threads");
  ASSERT_NE(threads, nullptr);
  EXPECT_EQ(threads->find("defaultText")->text(), "16 per processor");
  EXPECT_EQ(threads->find("documentation")->text(), "Tasks that do not start a program do not count.");
  EXPECT_EQ(entry_of(document, "kestra.url")->find("documentation"), nullptr);
  EXPECT_EQ(days->find("variable")->text(), "GYR_RETENTION_EXECUTION_DAYS");
  const base::Value* interval = entry_of(document, "kestra.server.liveness.interval");
  ASSERT_NE(interval, nullptr);
  EXPECT_EQ(interval->find("limits")->text(), "of at least PT0.01S");
  EXPECT_EQ(entry_of(document, "kestra.storage.type")->find("values")->size(), 4u);
  EXPECT_TRUE(entry_of(document, "kestra.server.basic-auth.password")->find("secret")->as_boolean());
  EXPECT_TRUE(entry_of(document, "kestra.tasks.defaults")->find("deprecated")->as_boolean());
  const base::Value* values = entry_of(document, "kestra.plugins.defaults[].values");
  ASSERT_NE(values, nullptr);
  EXPECT_EQ(values->find("variable"), nullptr) << "no variable sets one entry of a list";
  EXPECT_EQ(entry_of(document, "kestra.storage.minio.ssl-options"), nullptr) << "hidden";
}

TEST(ConfigKeys, ShowTheConfigurationInUseWithoutSecrets) {  // CLI-52
  const char* environment[] = {"KESTRA_SERVER_BASICAUTH_PASSWORD=Topaz1234", nullptr};
  const Reading reading =
      read_text("config.yml",
                "kestra:\n  server:\n    basic-auth: {username: a@b.example}\n  variables:\n    "
                "globals: {apiKey: topaz, city: shown, "
                "PassPhrase: topaz, authorization: topaz, db: 'pg://u:topaz@h/x'}\nmicronaut: {server: {port: 9000}}\n",
                environment);
  ASSERT_FALSE(reading.failed());
  const base::Value document = effective_document(reading.given);
  const std::string text = syntax::write_json(document);
  EXPECT_EQ(document.find_path({"micronaut", "server", "port"})->as_integer(), 9000);
  EXPECT_EQ(document.find_path({"kestra", "server", "basic-auth", "username"})->text(), "a@b.example");
  EXPECT_EQ(document.find_path({"kestra", "server", "basic-auth", "password"})->text(), "******");
  EXPECT_EQ(text.find("opaz"), std::string::npos) << text;
  EXPECT_NE(text.find("shown"), std::string::npos) << text;
  EXPECT_NE(document.find_path({"kestra", "server", "basic-auth", "realm"}), nullptr) << "a default";
}

TEST(ConfigKeys, MakeASchema) {
  const base::Value document = schema_document();
  const base::Value* port =
      document.find_path({"properties", "micronaut", "properties", "server", "properties", "port"});
  ASSERT_NE(port, nullptr);
  EXPECT_EQ(*port->find("default"), base::Value::integer(8080));
  EXPECT_EQ(port->find("anyOf")->at(0)->find("type")->text(), "integer");
  const base::Value* required = document.find_path(
      {"properties", "kestra", "properties", "plugins", "properties", "defaults", "items", "required"});
  ASSERT_NE(required, nullptr);
  EXPECT_EQ(required->at(0)->text(), "type");
  EXPECT_EQ(required->at(1)->text(), "values");
}

}  // namespace
}  // namespace gyr::main::config
