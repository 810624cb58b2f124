// The effect of the configuration on an installation: storage, secrets, environment variables of expressions.
#include "main/runtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "main/config/reader.h"
#include "store/sqlite/sqlite_store.h"
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
    config::Reading reading = config::read_text("test.yml", std::string(yaml), nullptr);
    if (reading.failed()) return base::fail(reading.error());
    return Runtime::make({folder_.path(), reading.settings, environment_.data(), *std::move(spawner)});
  }
  std::string refusal(std::string_view yaml) {
    auto made = make(yaml);
    EXPECT_FALSE(made.has_value());
    return made ? "" : made.error().to_string() + made.error().hint();
  }

  store::test::TemporaryFolder folder_;
  std::vector<const char*> environment_;
};

TEST_F(RuntimeTest, UnknownStorageAndSecretTypesFailTheStart) {  // STOR-1, STOR-20, SEC-20
  EXPECT_THAT(refusal("kestra: {storage: {type: s4}}"),
              AllOf(HasSubstr("`kestra.storage.type: s4`"), HasSubstr("`local`"), HasSubstr("`s3`")));
  EXPECT_THAT(refusal("kestra: {secret: {type: paper}}"),
              AllOf(HasSubstr("`kestra.secret.type: paper`"), HasSubstr("jdbc")));
  EXPECT_THAT(refusal("kestra: {secret: {type: jdbc}}"), HasSubstr("kestra.secret.jdbc.secret"));
  EXPECT_THAT(refusal("kestra: {secret: {type: jdbc, jdbc: {secret: short}}}"), HasSubstr("32 bytes"));
  EXPECT_THAT(refusal("kestra: {local-files: {enable-file-functions: perhaps}}"), HasSubstr("enable-file-functions"));
}

TEST_F(RuntimeTest, ForbiddenTypesAreUnknown) {  // SEC-42
  const auto problems = [](Runtime& runtime, std::string_view type) {
    return model::parse_flow(fmt::format("{{id: f, namespace: n, tasks: [{{id: t, type: {}, message: x}}]}}", type),
                             runtime.registry(), runtime.parse_options())
        .first_error();
  };
  {
    auto runtime = make(
        "kestra: {plugins: {security: {includes: ['io\\.kestra\\.plugin\\.core\\..*'], excludes: "
        "[io.kestra.plugin.core.execution.Fail]}}}");
    ASSERT_TRUE(runtime.has_value()) << runtime.error().to_string();
    EXPECT_EQ(problems(**runtime, "io.kestra.plugin.core.log.Log"), "");
    EXPECT_EQ(problems(**runtime, "io.kestra.core.tasks.log.Log"), "") << "a former name of an allowed type";
    EXPECT_THAT(problems(**runtime, "io.kestra.plugin.scripts.shell.Commands"),
                HasSubstr("io.kestra.plugin.scripts.shell.Commands is not allowed by `kestra.plugins.security`"));
    EXPECT_THAT(problems(**runtime, "io.kestra.core.tasks.executions.Fail"),
                HasSubstr("io.kestra.plugin.core.execution.Fail is not allowed"));
    EXPECT_EQ((*runtime)->registry().task("io.kestra.plugin.scripts.shell.Commands"), nullptr) << "nothing lists it";
  }
  EXPECT_THAT(refusal("kestra: {plugins: {security: {excludes: ['(']}}}"),
              HasSubstr("`kestra.plugins.security.excludes`: `(`"));
}

TEST_F(RuntimeTest, ForbiddenPathsAreNotReadable) {  // SEC-42
  const auto allowed = (folder_.path() / "open").string();
  std::filesystem::create_directories(allowed + "/closed");
  for (const char* file : {"/a.txt", "/closed/b.txt"}) std::ofstream(allowed + file) << "x";
  const auto shown = [&](std::string_view keys) {
    auto runtime = make(fmt::format("kestra: {{local-files: {{allowed-paths: [{}]}}, ee: {}}}", allowed,
                                    fmt::format(fmt::runtime(keys), allowed + "/closed")));
    EXPECT_TRUE(runtime.has_value()) << runtime.error().to_string();
    std::string seen;
    for (const char* file : {"/a.txt", "/closed/b.txt"})
      seen += (*runtime)->host_files()->get("main", "file://" + allowed + file).has_value() ? "y" : "n";
    return seen;
  };
  EXPECT_EQ(shown("{{java-security: {{enabled: true, forbidden-paths: [{}]}}}}"), "yn");
  EXPECT_EQ(shown("{{javaSecurity: {{enabled: true, forbiddenPaths: [{}], authorizedClassPrefix: [io.x], "
                  "forbiddenClassPrefix: [io.y]}}}}"),
            "yn");
  EXPECT_EQ(shown("{{java-security: {{enabled: false, forbidden-paths: [{}]}}}}"), "yy");
  EXPECT_THAT(refusal("kestra: {ee: {java-security: {enabled: perhaps}}}"), HasSubstr("java-security.enabled"));
}

TEST_F(RuntimeTest, ServicesSendHeartbeatsUntilTheyStop) {  // EXEC-132
  const auto services = [](store::Store& store) {
    auto reader = store.open_reader();
    EXPECT_TRUE(reader.has_value());
    return *(*reader)->services(true, 100);
  };
  {
    auto runtime = make("kestra: {server: {liveness: {heartbeat-interval: PT0.01S}}}");
    ASSERT_TRUE(runtime.has_value()) << runtime.error().to_string();
    for (const auto& service : services((*runtime)->store())) EXPECT_EQ(service.state, model::ServiceState::created);
    ASSERT_TRUE((*runtime)->begin().has_value());
    const auto patience = base::monotonic_now() + std::chrono::minutes(2);
    while (services((*runtime)->store())[0].sequence < 5)
      ASSERT_LT(base::monotonic_now(), patience) << "it does not beat";
    for (const auto& service : services((*runtime)->store())) {
      EXPECT_EQ(service.state, model::ServiceState::running);
      EXPECT_EQ(service.events.size(), 2u) << "created, running: beats are no events";
      EXPECT_TRUE(service.server.standalone);
      EXPECT_FALSE(service.server.hostname.empty());
    }
    (*runtime)->stop(std::chrono::milliseconds(0));
  }
  base::SystemClock clock;
  auto store = store::open_sqlite({.folder = folder_.path() / "database", .clock = &clock});
  ASSERT_TRUE(store.has_value()) << store.error().to_string();
  const auto left = services(**store);
  EXPECT_EQ(left.size(), 5u);
  for (const auto& service : left) EXPECT_EQ(service.state, model::ServiceState::terminated_gracefully);
}

TEST_F(RuntimeTest, SecretTagsAreConfigurable) {  // SEC-21
  const std::string key =
      "kestra: {encryption: {secret-key: 0123456789abcdef0123456789abcdef}, secret: {type: jdbc, jdbc: {tags: ";
  auto runtime = make(key + "{owner: data, cost: 12}}}}");
  ASSERT_TRUE(runtime.has_value()) << runtime.error().to_string();
  EXPECT_EQ((*runtime)->secrets().vault()->tags,
            (std::vector<std::pair<std::string, std::string>>{{"cost", "12"}, {"owner", "data"}}));
  runtime->reset();
  EXPECT_THAT(refusal(key + "all}}}"), HasSubstr("not a map"));
  EXPECT_THAT(refusal(key + "{a: [b]}}}}"), HasSubstr("tags.a"));
}

TEST_F(RuntimeTest, PreviewOfLocalFilesCanBeDisabled) {  // STOR-32
  EXPECT_NE((*make("kestra: {}"))->host_files(), nullptr);
  EXPECT_EQ((*make("kestra: {local-files: {enable-preview: false}}"))->host_files(), nullptr);
  EXPECT_THAT(refusal("kestra: {local-files: {enable-preview: perhaps}}"), HasSubstr("enable-preview"));
}

TEST_F(RuntimeTest, StorageRetriesAreConfigurable) {  // STOR-11
  EXPECT_THAT(refusal("kestra: {retries: {attempts: 0}}"), HasSubstr("kestra.retries.attempts"));
  EXPECT_THAT(refusal("kestra: {retries: {delay: soon}}"), HasSubstr("kestra.retries.delay"));
  EXPECT_THAT(refusal("kestra: {retries: {max-delay: never}}"), HasSubstr("kestra.retries.max-delay"));
  for (const char* multiplier : {"-1", "2x", "nan", "1e9"}) {
    EXPECT_THAT(refusal(std::string("kestra: {retries: {multiplier: '") + multiplier + "'}}"),
                HasSubstr("not a number from 0 to 1000"));
  }
  EXPECT_TRUE(make("kestra: {retries: {attempts: 2, delay: 10ms, multiplier: 1.5, max-delay: PT1S}}").has_value());
}

TEST_F(RuntimeTest, InvalidLivenessSettingsAreRefused) {  // EXEC-132, OPS-9
  EXPECT_THAT(refusal("kestra: {server: {liveness: {heartbeat-interval: 45s}}}"),
              HasSubstr("shorter than `kestra.server.liveness.timeout`"));
  EXPECT_THAT(refusal("kestra: {server: {liveness: {heartbeat-interval: PT0S}}}"), HasSubstr("of at least PT0.01S"));
  EXPECT_THAT(refusal("kestra: {server: {liveness: {timeout: soon}}}"), HasSubstr("kestra.server.liveness.timeout"));
  EXPECT_THAT(refusal("kestra: {server: {liveness: {enabled: perhaps}}}"), HasSubstr("kestra.server.liveness.enabled"));
}

TEST_F(RuntimeTest, ExpiredKeysArePurgedInTheBackground) {  // KV-5
  EXPECT_THAT(refusal("kestra: {kv: {purge-expired: {batch-size: 0}}}"), HasSubstr("batch-size"));
  EXPECT_THAT(refusal("kestra: {kv: {purge-expired: {fixed-delay: PT0S}}}"), HasSubstr("of at least PT0.01S"));
  auto runtime = make("kestra: {kv: {purge-expired: {initial-delay: PT0S, fixed-delay: PT0.01S, batch-size: 2}}}");
  ASSERT_TRUE(runtime.has_value()) << runtime.error().to_string();
  store::Store& store = (*runtime)->store();
  store::Batch batch;
  for (const char* name : {"a", "b", "c", "kept"}) {
    store::KvRow row;
    row.tenant = "main";
    row.namespace_ = "n";
    row.key = name;
    row.value = base::Value::string("v");
    if (row.key != "kept") row.expires = base::Instant::of_millis(1);
    batch.kv.push_back(std::move(row));
  }
  ASSERT_TRUE(store.commit_and_wait(std::move(batch)).has_value());
  const auto left = [&store] {
    std::string names;
    auto reader = store.open_reader();
    for (const auto& version : *(*reader)->kv_versions(store::Visible::internal("a test"), "main", "n"))
      names += version.deleted ? "-" : version.key;
    return names;
  };
  EXPECT_EQ(left(), "abckept") << "nothing before it has begun";
  ASSERT_TRUE((*runtime)->begin().has_value());
  const auto patience = base::monotonic_now() + std::chrono::minutes(2);
  while (left() != "---kept") ASSERT_LT(base::monotonic_now(), patience) << left();
}

TEST_F(RuntimeTest, ExpressionsSeePrefixedEnvironmentVariables) {  // SEC-3, SEC-4
  auto runtime = make("kestra: {variables: {env-vars-prefix: 'KESTRA_', redacted-env-vars: [KESTRA_HIDDEN]}}",
                      {"KESTRA_REGION=eu", "KESTRA_HIDDEN=x", "KESTRA_CONFIGURATION=x", "KESTRA_PLUGINS_PATH=x",
                       "KESTRA_CONFIGURATION_PATH=x", "ENV_OTHER=x", "PATH=/bin", "SECRET_A=eA==", "SECRET_BAD=%%"});
  ASSERT_TRUE(runtime.has_value()) << runtime.error().to_string();
  EXPECT_EQ((*runtime)->settings().envs, base::Value::map({{"region", base::Value::string("eu")}}));
  EXPECT_EQ((*runtime)->secrets().names(), std::vector<std::string>{"A"}) << "what is no base64 is left out";
  EXPECT_EQ((*runtime)->secrets().vault(), nullptr);
}

TEST_F(RuntimeTest, AnEncryptionKeyIsEnoughForSecrets) {  // SEC-5, SEC-10
  auto runtime =
      make("kestra: {encryption: {secret-key: 0123456789abcdef0123456789abcdef}}", {"SECRET_A=eA==", "PATH=/bin"});
  ASSERT_TRUE(runtime.has_value()) << runtime.error().to_string();
  ASSERT_NE((*runtime)->secrets().vault(), nullptr);
  EXPECT_FALSE((*runtime)->secrets().vault()->read_only);
  EXPECT_EQ((*runtime)->secrets().names(), std::vector<std::string>{"A"}) << "those of the environment stay readable";
}

TEST_F(RuntimeTest, SecretsCanBeStoredInTheDatabase) {  // SEC-5, SEC-20
  auto runtime = make(
      "kestra: {encryption: {secret-key: 0123456789abcdef0123456789abcdef}, secret: {type: jdbc, read-only: true}}");
  ASSERT_TRUE(runtime.has_value()) << runtime.error().to_string();
  ASSERT_NE((*runtime)->secrets().vault(), nullptr);
  EXPECT_TRUE((*runtime)->secrets().vault()->read_only);
  EXPECT_EQ((*runtime)->secrets().vault()->key_id.size(), 16u);
}

}  // namespace
}  // namespace gyr::main
