// Reading a configuration: spellings, places of values, and everything that can be wrong.
#include "main/config/reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "main/config/keys.h"
#include "main/config/unused.h"
#include "store/test_rows.h"

namespace gyr::main::config {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// `name:line:column severity code message (help)` of each finding.
std::vector<std::string> lines_of(const Reading& reading) {
  std::vector<std::string> lines;
  for (const SourceFindings& source : reading.sources) {
    for (const syntax::Diagnostic& found : source.diagnostics) {
      const std::string place =
          found.span ? fmt::format("{}:{}:{}", source.name, found.span->line, found.span->column) : source.name;
      lines.push_back(fmt::format("{} {} {} {}{}", place, syntax::severity_name(found.severity), found.code.text,
                                  found.message, found.help.empty() ? "" : " (" + found.help + ")"));
    }
  }
  return lines;
}

Reading from(std::string_view yaml, std::vector<const char*> environment = {},
             Strictness strictness = Strictness::server) {
  environment.push_back(nullptr);
  return read_text("c.yml", std::string(yaml), environment.data(), strictness);
}

std::vector<std::string> findings(std::string_view yaml, std::vector<const char*> environment = {}) {
  return lines_of(from(yaml, std::move(environment)));
}

Settings good(std::string_view yaml, std::vector<const char*> environment = {}) {
  const Reading reading = from(yaml, std::move(environment));
  EXPECT_THAT(lines_of(reading), IsEmpty()) << yaml;
  return reading.settings;
}

// ---- what is right

TEST(ConfigReader, WithoutAnythingTheDefaultsApply) {  // CONF-1, CONF-11
  for (std::string_view nothing : {"", "\n", "# nothing\n", "---\n", "~", "kestra:\n", "kestra: {server: ~}"}) {
    const Settings settings = good(nothing);
    EXPECT_EQ(settings.micronaut.server.port, 8080);
    EXPECT_EQ(settings.micronaut.server.host, "127.0.0.1");
    EXPECT_FALSE(settings.endpoints.all.port.has_value());
    EXPECT_EQ(settings.kestra.server.termination_grace_period, base::Duration::of_seconds(300));
    EXPECT_EQ(settings.kestra.server.liveness.heartbeat_interval, base::Duration::of_seconds(3));
    EXPECT_EQ(settings.kestra.server.service.purge.retention, base::Duration::of_seconds(7 * 86'400));
    EXPECT_THAT(settings.kestra.hidden_labels.prefixes, ElementsAre("system.", "internal."));
    EXPECT_FALSE(settings.kestra.server.basic_auth.username.has_value());
    EXPECT_EQ(settings.kestra.secret.type, SecretType::env);
    EXPECT_FALSE(settings.kestra.storage.type.has_value());
    EXPECT_EQ(settings.kestra.retries.multiplier, 2.0);
    EXPECT_TRUE(settings.kestra.kv.purge_expired.enabled);
    EXPECT_EQ(settings.kestra.variables.env_vars_prefix, "ENV_");
    EXPECT_FALSE(settings.kestra.plugins.defaults.has_value());
    EXPECT_EQ(settings.gyr.retention.execution_days, 30);
  }
  EXPECT_EQ(defaults().gyr.retention.execution_days, 30);
}

TEST(ConfigReader, SpellingsOfAKeyAreOne) {  // CONF-3
  for (std::string_view spelling :
       {"kestra: {storage: {local: {base-path: /d}}}", "kestra: {storage: {local: {basePath: /d}}}",
        "kestra: {storage: {local: {BASE_PATH: /d}}}", "kestra.storage.local.base-path: /d",
        "kestra: {storage.local.basePath: /d}", "kestra.storage: {local: {base-path: /d}}"})
    EXPECT_EQ(good(spelling).kestra.storage.local.base_path, "/d") << spelling;
  const Settings both = good("kestra: {server: {basic-auth: {username: a}, basicAuth: {password: b}}}");
  EXPECT_EQ(both.kestra.server.basic_auth.username, "a");
  EXPECT_EQ(both.kestra.server.basic_auth.password, "b");
}

TEST(ConfigReader, ValuesOfEveryKind) {  // CONF-9
  const Settings settings = good(
      "micronaut.server: {port: '9000', host: 10}\n"
      "kestra:\n"
      "  server: {termination-grace-period: 90, preview: {max-rows: 7}, liveness: {enabled: 'FALSE', timeout: 2m}}\n"
      "  retries: {delay: 200ms, max-delay: PT1M, multiplier: 1.5}\n"
      "  local-files: {allowed-paths: '/a, /b'}\n"
      "  variables: {globals: {team: {name: x}, n: 1}, redacted-env-vars: [A, B]}\n"
      "  secret: {type: jdbc, jdbc: {tags: {owner: data, cost: 12}}}\n"
      "  storage: {type: s3, s3: {part-size: 16MB, force-path-style: true}}\n"
      "  plugins:\n"
      "    configurations: [{type: io.x, values: {volumeEnabled: true, recoverMissedSchedules: LAST}}]\n"
      "    defaults: [{type: io.y, forced: true, values: {b: 1, a: [2]}}]\n"
      "  kv.purge-expired: {fixed-delay: 1d}\n");
  EXPECT_EQ(settings.micronaut.server.port, 9000);
  EXPECT_EQ(settings.micronaut.server.host, "10");
  EXPECT_EQ(settings.kestra.server.termination_grace_period, base::Duration::of_seconds(90));
  EXPECT_EQ(settings.kestra.server.preview.max_rows, 7);
  EXPECT_FALSE(settings.kestra.server.liveness.enabled);
  EXPECT_EQ(settings.kestra.server.liveness.timeout, base::Duration::of_seconds(120));
  EXPECT_EQ(settings.kestra.retries.delay, base::Duration::of_millis(200));
  EXPECT_EQ(settings.kestra.retries.max_delay, base::Duration::of_seconds(60));
  EXPECT_EQ(settings.kestra.retries.multiplier, 1.5);
  EXPECT_THAT(settings.kestra.local_files.allowed_paths, ElementsAre("/a", "/b"));
  EXPECT_EQ(settings.kestra.variables.globals.find_path({"team", "name"})->text(), "x");
  EXPECT_THAT(settings.kestra.variables.redacted_env_vars, ElementsAre("A", "B"));
  EXPECT_EQ(settings.kestra.secret.type, SecretType::jdbc);
  EXPECT_THAT(settings.kestra.secret.jdbc.tags, ElementsAre(std::pair("cost", "12"), std::pair("owner", "data")));
  EXPECT_EQ(settings.kestra.storage.type, StorageType::s3);
  EXPECT_EQ(settings.kestra.storage.s3.part_size->bytes, 16u << 20);
  const TypeConfiguration& type = settings.kestra.plugins.configurations.at(0);
  EXPECT_EQ(type.values.volume_enabled, true);
  EXPECT_EQ(type.values.recover_missed_schedules, plugin::RecoverMissedSchedules::last);
  EXPECT_EQ(plugin_settings({type}).find("io.x.Y", "volume-enabled"), base::Value::boolean(true));
  const base::Value defaults = value_of(*settings.kestra.plugins.defaults);
  EXPECT_TRUE(defaults.at(0)->find("forced")->as_boolean());
  EXPECT_EQ(defaults.at(0)->find("values")->entries()[0].name(), "b") << "in the order of the file";
  EXPECT_EQ(settings.kestra.kv.purge_expired.fixed_delay, base::Duration::of_seconds(86'400));
}

TEST(ConfigReader, EmptyTextsOfNumbersAndListsAreNone) {
  const Settings settings = good(
      "micronaut: {server: {port: '', context-path: ''}}\n"
      "kestra: {hidden-labels: {prefixes: ''}, server: {basic-auth: {username: '', open-urls: []}}}\n");
  EXPECT_EQ(settings.micronaut.server.port, 8080);
  EXPECT_EQ(settings.kestra.hidden_labels.prefixes.size(), 2u);
  EXPECT_EQ(settings.kestra.server.basic_auth.username, "") << "an empty name asks for a login, too (AUTH-5)";
  EXPECT_THAT(settings.kestra.server.basic_auth.open_urls, IsEmpty()) << "a list replaces the default";
}

// ---- environment

TEST(ConfigReader, VariablesLieOverTheirDocumentAndThatOverTheFile) {  // CONF-1, CONF-2
  const std::string_view file = "kestra: {url: file, environment: {name: file, color: file}}\n";
  const char* document = "KESTRA_CONFIGURATION=kestra: {environment: {name: document, color: document}}";
  const Settings settings = good(file, {document, "KESTRA_ENVIRONMENT_COLOR=variable"});
  EXPECT_EQ(settings.kestra.url, "file");
  EXPECT_EQ(settings.kestra.environment.name, "document");
  EXPECT_EQ(settings.kestra.environment.color, "variable");
  EXPECT_FALSE(good(file, {"KESTRA_CONFIGURATION=kestra: {url: ~}"}).kestra.url.has_value()) << "null: as if not set";
  EXPECT_EQ(
      good("gyr: {retention: {execution-days: 3}}", {"GYR_RETENTION_EXECUTION_DAYS="}).gyr.retention.execution_days,
      30);
}

TEST(ConfigReader, SpellingsOfVariables) {  // CONF-3; principle: stable interfaces
  EXPECT_EQ(good("", {"GYR_RETENTION_EXECUTION_DAYS=7"}).gyr.retention.execution_days, 7);
  EXPECT_EQ(good("", {"GYR_RETENTION_EXECUTIONDAYS=7"}).gyr.retention.execution_days, 7);
  EXPECT_EQ(good("", {"GYR_SERVER_BASICAUTH_USERNAME=a@b.c"}).kestra.server.basic_auth.username, "a@b.c");
  EXPECT_EQ(good("", {"KESTRA_SERVER_BASIC_AUTH_USERNAME=a@b.c"}).kestra.server.basic_auth.username, "a@b.c");
  EXPECT_EQ(good("", {"GYR_URL=http://one", "KESTRA_URL=http://two"}).kestra.url, "http://two") << "the full name wins";
  EXPECT_EQ(good("", {"MICRONAUT_SERVER_PORT=1", "ENDPOINTS_ALL_PORT=2"}).micronaut.server.port, 1);
  EXPECT_EQ(good("", {"ENDPOINTS_ALL_PORT=2"}).endpoints.all.port, 2);
  EXPECT_EQ(good("", {"KESTRA_VARIABLES_GLOBALS={team: x}"}).kestra.variables.globals.find("team")->text(), "x");
  EXPECT_EQ(good("", {"GYRRETENTION=1", "PATH=/bin", "=x", "nonsense", "KESTRA_PORT=tcp://10.0.0.1:80",
                      "KESTRA_SERVICE_HOST=10.0.0.1", "KESTRA_JAVA_OPTS=-Xmx1g", "KESTRA_PLUGINS_PATH=/p"})
                .gyr.retention.execution_days,
            30)
      << "variables of other programs are not looked at";
}

TEST(ConfigReader, EveryKeyHasItsVariable) {  // CONF-3
  for (const Key& key : all_keys()) {
    const std::string line = key.variable + "={[";  // not a value of any type, but a text
    const Reading reading = from("", {line.c_str()});
    const bool is_text = key.property->type.type == model::ValueType::string && !is_byte_size(key.property->type);
    const bool is_list = key.property->type.type == model::ValueType::list &&
                         key.property->type.element().type == model::ValueType::string;
    const bool takes_all = is_text || is_list || key.property->type.type == model::ValueType::any;
    const bool is_half = key.path.starts_with("endpoints.all.basic-auth.");  // a name without its password
    EXPECT_EQ(reading.failed(), is_half || !takes_all) << key.variable;
    if (is_half) continue;
    if (reading.failed()) EXPECT_EQ(reading.sources.at(0).name, key.variable);
  }
}

TEST(ConfigReader, WrongValuesOfVariablesNameTheVariable) {
  EXPECT_THAT(findings("", {"GYR_RETENTION_EXECUTION_DAYS=soon"}),
              ElementsAre("GYR_RETENTION_EXECUTION_DAYS error GYR-C001 `gyr.retention.execution-days: soon` is not a "
                          "whole number from 0 to 36500"));
  EXPECT_THAT(findings("", {"KESTRA_CONFIGURATION=kestra:\n  kv: 1"}),
              ElementsAre("KESTRA_CONFIGURATION:2:7 error GYR-C001 `kestra.kv: 1` is not a map"));
  EXPECT_THAT(findings("", {"KESTRA_CONFIGURATION=a: [", "KESTRA_PLUGINS_DEFAULTS=[}"}),
              ElementsAre(HasSubstr("KESTRA_CONFIGURATION:1:"), HasSubstr("KESTRA_PLUGINS_DEFAULTS:1:")));
  EXPECT_THAT(findings("", {"GYR_RETENTION_EXECUTION_DAY=7"}),
              ElementsAre(AllOf(HasSubstr("warning GYR-C002"), HasSubstr("`GYR_RETENTION_EXECUTION_DAYS`"))));
  EXPECT_THAT(findings("", {"DATASOURCES_POSTGRES_URL=jdbc:x"}),
              ElementsAre(AllOf(HasSubstr("DATASOURCES_POSTGRES_URL warning GYR-C003"), HasSubstr("no effect"))));
}

TEST(ConfigReader, PlaceholdersAreReplaced) {  // CONF-4
  const Settings settings = good(
      "micronaut: {server: {port: '${PORT}', host: 'x${HOST:y}z', context-path: '${A}/${B:}'}}\n"
      "kestra: {variables: {globals: {list: ['${A}']}}}\n",
      {"PORT=81", "A=${B}"});
  EXPECT_EQ(settings.micronaut.server.port, 81);
  EXPECT_EQ(settings.micronaut.server.host, "xyz");
  EXPECT_EQ(settings.micronaut.server.context_path, "${B}/") << "what a variable holds is not read again";
  EXPECT_EQ(settings.kestra.variables.globals.find("list")->at(0)->text(), "${B}");
  const std::string_view unset = "kestra:\n  url: ${NOT_SET}\n";
  EXPECT_THAT(findings(unset), ElementsAre(HasSubstr("c.yml:2:8 error GYR-C004")));
  EXPECT_THAT(lines_of(from(unset, {}, Strictness::check)), ElementsAre(HasSubstr("c.yml:2:8 warning GYR-C004")));
  EXPECT_THAT(findings("kestra: {variables: {globals: {a: '${X} $ {y} ${'}}}"),
              ElementsAre(HasSubstr("warning GYR-C004")));
}

// ---- what is wrong

/// `a: {b: {c: VALUE}}`, one key a line.
std::string nested(const std::vector<std::string>& names, std::string_view value) {
  std::string yaml, indent;
  for (const std::string& name : names) {
    yaml += indent + name + ":";
    indent += "  ";
    yaml += &name == &names.back() ? fmt::format(" {}\n", value) : "\n";
  }
  return yaml;
}

TEST(ConfigReader, ATypoInAnyPartOfAnyKeyIsTold) {  // CONF-5
  for (const Key& key : all_keys()) {
    if (key.property->options.hidden) continue;
    for (size_t part = 0; part < key.names.size(); ++part) {
      std::vector<std::string> names = key.names;
      names[part] += names[part].back();
      const auto lines = findings(nested(names, "1"));
      ASSERT_EQ(lines.size(), 1u) << key.path << " " << names[part];
      EXPECT_THAT(lines[0], AllOf(HasSubstr(fmt::format("c.yml:{}:{} warning GYR-C002", part + 1, 2 * part + 1)),
                                  HasSubstr(fmt::format("did you mean `{}`?", key.names[part]))))
          << key.path;
    }
  }
}

TEST(ConfigReader, AWrongKindOfAnyKeyIsAnError) {
  for (const Key& key : all_keys()) {
    if (key.property->type.type == model::ValueType::any) continue;
    const bool is_map = key.property->type.type == model::ValueType::map;
    const auto lines = findings(nested(key.names, is_map ? "[1]" : "{a: 1}"));
    const auto is_error = [&](const std::string& line) {
      return line.find(fmt::format("c.yml:{}:", key.names.size())) == 0 && line.find("error GYR-C001") != line.npos &&
             line.find(key.path) != line.npos;
    };
    EXPECT_EQ(std::ranges::count_if(lines, is_error), 1)
        << key.path << ": " << fmt::format("{}", fmt::join(lines, "|"));
  }
}

struct WrongValue {
  const char* yaml;
  const char* finding;
};

class WrongValues : public ::testing::TestWithParam<WrongValue> {};

TEST_P(WrongValues, AreTold) { EXPECT_THAT(findings(GetParam().yaml), ElementsAre(HasSubstr(GetParam().finding))); }

INSTANTIATE_TEST_SUITE_P(
    ConfigReader, WrongValues,
    ::testing::Values(
        WrongValue{"micronaut:\n  server:\n    port: many\n",
                   "c.yml:3:11 error GYR-C001 `micronaut.server.port: many` is not a whole number from 0 to 65535"},
        WrongValue{"micronaut.server.port: 65536", "`micronaut.server.port: 65536` is not a whole number"},
        WrongValue{"micronaut.server.port: -1", "is not a whole number"},
        WrongValue{"micronaut.server.port: 80.5", "is not a whole number"},
        WrongValue{"micronaut.server.port: 99999999999999999999", "is not a whole number"},
        WrongValue{"micronaut: {server: {ssl: {enabled: true}}}",
                   "error GYR-C001 `micronaut.server.ssl.enabled: true` is not available in this version"},
        WrongValue{"micronaut.ssl.enabled: TRUE", "error GYR-C001 `micronaut.ssl.enabled: TRUE` is not available"},
        WrongValue{"endpoints.all.sensitive: perhaps", "`endpoints.all.sensitive: perhaps` is not true or false"},
        WrongValue{"endpoints.health.details-visible: SOMETIMES",
                   "is not one of `ANONYMOUS`, `AUTHENTICATED`, `NEVER`"},
        WrongValue{"micronaut.server.multipart.enabled: false",
                   "error GYR-C001 `micronaut.server.multipart.enabled: false` is not available"},  // API-25
        WrongValue{"micronaut.server.max-request-size: 0", "`micronaut.server.max-request-size: 0` is not a size"},
        WrongValue{"micronaut.server.max-request-size: -1", "is not a size"},
        WrongValue{"micronaut.server.max-request-size: 10 parsecs", "is not a size"},
        WrongValue{"micronaut.server.netty.max-header-size: 100", "is not a size from 1KB to 1MB"},
        WrongValue{"micronaut.server.netty.max-header-size: 1GB", "is not a size from 1KB to 1MB"},
        WrongValue{"micronaut.server.idle-timeout: 0", "is not a duration"},
        WrongValue{"micronaut.server.read-idle-timeout: -1s", "is not a duration"},
        WrongValue{"micronaut.server.write-idle-timeout: P400D", "is not a duration"},
        WrongValue{"micronaut.io.watch.enabled: true", "needs a folder in `micronaut.io.watch.paths`"},  // CLI-57
        WrongValue{"kestra.retries.multiplier: 2x", "`kestra.retries.multiplier: 2x` is not a number from 0 to 1000"},
        WrongValue{"kestra.retries.multiplier: nan", "is not a number from 0 to 1000"},
        WrongValue{"kestra.retries.multiplier: 1e9", "is not a number from 0 to 1000"},
        WrongValue{"kestra.retries.delay: soon", "is not a duration such as PT30S or 30s"},
        WrongValue{"kestra.retries.delay: 5 m", "is not a duration"},
        WrongValue{"kestra.retries.delay: 99999999999999999999s", "is not a duration"},
        WrongValue{"kestra.kv.purge-expired.fixed-delay: PT0S", "is not a duration such as PT30S or 30s, of at least"},
        WrongValue{"kestra.kv.purge-expired.enabled: perhaps", "is not true or false"},
        WrongValue{"kestra.storage.s3.part-size: 4MB", "`kestra.storage.s3.part-size: 4MB` is not a size from 5MB to"},
        WrongValue{"kestra.storage.type: minoi",
                   "`kestra.storage.type: minoi` is not one of `local`, `s3`, `minio`, `cloudflare` (did you mean "
                   "`minio`?)"},
        WrongValue{"kestra.secret.jdbc.tags: {a: [b]}", "the value of `kestra.secret.jdbc.tags.a` is not a text"},
        WrongValue{"kestra.local-files.allowed-paths: [/a, {b: c}]",
                   "the value of `kestra.local-files.allowed-paths[1]` is not a text"},
        WrongValue{"kestra.local-files.allowed-paths: [~]", "allowed-paths[0]: ~` is not a text"},
        WrongValue{"kestra.plugins.defaults: [x]", "`kestra.plugins.defaults[0]: x` is not a map"},
        WrongValue{"kestra.plugins.defaults: [{type: x}]", "`kestra.plugins.defaults[0].values` is not set"},
        WrongValue{"kestra.plugins.defaults: [{type: x, values: 1}]", "defaults[0].values: 1` is not a map"},
        WrongValue{"kestra.plugins.configurations: [{values: {}}]",
                   "`kestra.plugins.configurations[0].type` is not set"},
        WrongValue{"kestra.plugins.configurations: [{type: x, values: {recoverMissedSchedules: all}}]",
                   "recover-missed-schedules: all` is not one of `ALL`, `LAST`, `NONE` (did you mean `ALL`?)"},
        WrongValue{"kestra.server.liveness:\n  heartbeat-interval: 45s\n",
                   "c.yml:2:23 error GYR-C001 `kestra.server.liveness.heartbeat-interval` must be shorter"},
        WrongValue{"kestra.server.basic-auth.password: [Secret123]",
                   "the value of `kestra.server.basic-auth.password` is not a text"},
        WrongValue{"kestra.queue.type: kafka", "error GYR-C001 `kestra.queue.type: kafka` is not available"},
        WrongValue{"kestra.repository.type: elasticsearch", "is not available in this version"},  // CONF-10
        WrongValue{"micronaut.server.ssl.enabled: true", "the server has no TLS"},  // API-26: no plain HTTP instead
        WrongValue{"micronaut: {ssl: {enabled: true}}", "`micronaut.ssl.enabled: true` is not available"},
        WrongValue{"micronaut.ssl.enabled: ${NOT_SET:true}", "`micronaut.ssl.enabled: true` is not available"},
        WrongValue{"endpoints.all.basic-auth: {username: '', password: ''}",
                   "needs both a `username` and a `password`"},
        WrongValue{"endpoints.all.basic-auth.username: probe", "needs both a `username` and a `password`"},  // API-120
        WrongValue{"micronaut: {server: {cors: {configurations: {web: {allowed-origins-regex: '('}}}}}",     // API-26
                   "`allowed-origins-regex` must be a regular expression"},
        WrongValue{"micronaut: {server: {cors: {configurations: {web: {alowed-origins: [x]}}}}}", "did you mean"},
        WrongValue{"kestra.url: a\nkestra:\n  url: b\n", "c.yml:3:3 warning GYR-C001 `kestra.url` is set twice"},
        WrongValue{"kestra: {url: a, url: b}", "error GYR-Y002"},
        WrongValue{"- kestra", "c.yml:1:1 error GYR-C001 a configuration is a YAML mapping"},
        WrongValue{"kestra", "a configuration is a YAML mapping"}, WrongValue{"a: *b", "error GYR-Y"},
        WrongValue{"a: &a [*a]", "error GYR-Y"}, WrongValue{"kestra: &k {server: *k}", "error GYR-Y"}));

TEST(ConfigReader, ALineWithASecretIsNotRepeatedInMessages) {
  EXPECT_THAT(findings("", {"KESTRA_SERVER_LIVENESS_ENABLED=Secret123"}), ElementsAre(HasSubstr("Secret123")));
  for (const Key& key : all_keys()) {
    if (!key.property->options.secret) continue;
    for (const std::string& line : findings(nested(key.names, "[Secret123]")))
      EXPECT_EQ(line.find("Secret123"), line.npos) << line;
  }
}

TEST(ConfigReader, KeysOfKestraThatHaveNoEffectAreTold) {  // CONF-5
  EXPECT_THAT(findings("kestra: {queue: {type: postgres}, tutorial-flows: {enabled: true}}"),
              ElementsAre(AllOf(HasSubstr("c.yml:1:18 warning GYR-C003 `kestra.queue.type` has no effect"),
                                HasSubstr("embedded database")),
                          HasSubstr("`kestra.tutorial-flows` has no effect: there are no tutorial flows")));
  EXPECT_THAT(findings("datasources: {postgres: {url: x, username: y}}"), ElementsAre(HasSubstr("`datasources`")))
      << "once for a section";
  EXPECT_THAT(
      findings("micronaut: {server: {netty: {max-chunk-size: 1}}, executors: {}}\njackson: {a: 1}\nother: {b: 1}"),
      IsEmpty())
      << "what belongs to others is silent";
  EXPECT_THAT(lines_of(from("other: {b: 1}", {}, Strictness::check)), ElementsAre(HasSubstr("warning GYR-C003")));
  EXPECT_THAT(findings("kestra.plugins.configurations: [{type: x, values: {outputs: {enabled: true}, volume-enabld: "
                       "true, foreign: 1}}]"),
              ElementsAre(HasSubstr("GYR-C003"), HasSubstr("did you mean `volume-enabled`?"), HasSubstr("GYR-C003")));
  EXPECT_THAT(findings("kestra.tasks.scripts.docker.volume-enabled: true"),
              ElementsAre(HasSubstr("is a deprecated key")));
}

TEST(ConfigReader, UnknownKeysAreErrorsOfACheckOnly) {  // CONF-5
  const std::string_view yaml = "kestra:\n  nothing-like-it: 1\n";
  EXPECT_THAT(findings(yaml),
              ElementsAre("c.yml:2:3 warning GYR-C002 unknown configuration key `kestra.nothing-like-it`"));
  EXPECT_FALSE(from(yaml).failed());
  EXPECT_TRUE(from(yaml, {}, Strictness::check).failed());
}

TEST(ConfigReader, TheTableOfUnusedKeysNamesNoUsedKey) {
  for (const Key& key : all_keys()) {
    EXPECT_EQ(find_unused(key.path), nullptr) << key.path;
  }
  EXPECT_EQ(find_unused("kestra.jdbc.queues.pollSize")->path, "kestra.jdbc");
  EXPECT_TRUE(has_unused_below("kestra.ee"));
  EXPECT_FALSE(has_unused_below("kestra.jdbc"));
}

class ConfigFiles : public ::testing::Test {
 protected:
  std::string put(std::string_view content) {
    const std::string path = folder_.path() / "config.yml";
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  static std::vector<std::string> found_in(const std::string& path) { return lines_of(read_file(path, nullptr)); }

  store::test::TemporaryFolder folder_;
};

TEST_F(ConfigFiles, AreRead) {
  EXPECT_EQ(read_file(put("kestra.url: x"), nullptr).settings.kestra.url, "x");
  EXPECT_EQ(load(put("kestra.url: y"), nullptr)->kestra.url, "y");
}

TEST_F(ConfigFiles, ThatCannotBeReadAreRefused) {
  EXPECT_THAT(found_in(folder_.path() / "missing.yml"), ElementsAre(HasSubstr("cannot read the configuration file")));
  EXPECT_THAT(found_in(folder_.path()), ElementsAre(HasSubstr("cannot read the configuration file")));
  EXPECT_THAT(found_in(put("a: " + std::string(10 << 20, 'x'))), ElementsAre(HasSubstr("larger than 4 MB")));
  EXPECT_THAT(found_in(put(std::string("kestra:\0\x01\xff\xfe", 11))), ElementsAre(HasSubstr("error GYR-Y004")));
  EXPECT_THAT(found_in(put("\x7f\x45LF\x02\x01\x01")), ElementsAre(HasSubstr("error GYR-Y")));
  const std::string bombs =
      "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b]\n";
  EXPECT_THAT(found_in(put(bombs + "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n"
                                   "f: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n")),
              ElementsAre(HasSubstr("error GYR-Y003")));
}

TEST_F(ConfigFiles, ErrorsKeepTheirPlace) {
  const auto refused = load(put("micronaut:\n  server: {port: x, host: [y]}\n"), nullptr);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), bad_configuration);
  EXPECT_THAT(refused.error().to_string(), AllOf(HasSubstr("config.yml:2:18"), HasSubstr("(and 1 more)")));
}

}  // namespace
}  // namespace gyr::main::config
