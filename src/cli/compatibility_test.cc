// The commands of kestra's tree that are not a daily verb (CLI-4, CLI-11, CLI-12, CLI-18, CLI-30, CLI-40 to CLI-52).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "cli/testing/contract_server.h"

namespace gyr::cli {
namespace {

using ::testing::HasSubstr;

constexpr const char* small_flow =
    "id: f\nnamespace: n\ntasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: hi}\n";

TEST(Compatibility, CommandsWithNothingToDoSaySo) {  // CLI-40, CLI-50, CLI-51
  for (const std::vector<std::string>& words : {std::vector<std::string>{"sys", "reindex", "--type", "flow"},
                                                {"sys", "database", "migrate"},
                                                {"migrate", "metadata", "kv"},
                                                {"migrate", "default-tenant", "--tenant-id", "a", "--tenant-name", "b"},
                                                {"plugins", "install", "--all", "a:b:LATEST"},
                                                {"flow", "syncFromSource"}}) {
    const auto result = testing::run(words, "", "kestra");
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("nothing to do"));
    EXPECT_EQ(result.out, "");
  }
  const auto list = testing::run({"plugins", "list"}, "", "kestra");  // CLI-41: a type a line
  EXPECT_THAT(list.out, HasSubstr("\nio.kestra.plugin.core.log.Log\n"));
  EXPECT_EQ(testing::run({"plugin", "search", "core.log.log", "--quiet"}).out, "io.kestra.plugin.core.log.Log\n");
}

TEST(Compatibility, FlowTestTakesPairs) {  // CLI-11
  testing::Files files;
  const std::string flow = files.put("f.yaml", small_flow);
  const auto odd = testing::run({"flow", "test", flow, "name"}, "", "kestra");
  EXPECT_EQ(odd.code, exit_usage);
  EXPECT_THAT(odd.err, HasSubstr("the input `name` has no value"));
  const size_t before = testing::engines_started();
  EXPECT_EQ(testing::run({"flow", "test", flow, "name", "Ada"}).code, exit_failed) << "the engine of these tests fails";
  EXPECT_EQ(testing::engines_started(), before + 1);
  EXPECT_EQ(testing::run({"flow", "test", files.path("none.yaml")}).code, exit_not_found);
}

TEST(Compatibility, FlowExpandPrintsTheFlowWithItsIncludes) {  // CLI-4
  testing::Files files;
  files.put("message.txt", "one\ntwo");
  const std::string flow = files.put("f.yaml", "id: f\ndescription: |\n  [[> message.txt]]\n");
  EXPECT_EQ(testing::run({"flow", "expand", flow}).out, "id: f\ndescription: |\n  one\n  two\n");
  EXPECT_EQ(testing::run({"flow", "expand"}).code, exit_usage);
  EXPECT_EQ(testing::run({"flow", "expand", files.path("none")}).code, exit_not_found);
}

TEST(Compatibility, FlowDotDrawsTheGraph) {  // CLI-12
  const auto dot = testing::run({"flow", "dot", "-"}, small_flow);
  EXPECT_EQ(dot.code, exit_ok) << dot.err;
  EXPECT_EQ(dot.out, R"dot(digraph "n.f" {
  rankdir=LR;
  node [shape=box];
  subgraph "cluster_root.a" {
    label="a";
    "root.a" [label="a\nLog"];
    "start" [shape=point];
  }
  "root.Triggers.t" [label="t \"f\"\nSchedule", style=dashed];
  "root.Triggers.t" -> "start";
  "start" -> "root.a" [label="CHOICE then"];
}
)dot");
  EXPECT_EQ(testing::run({"flow", "dot", "-"}, "id: f\n").code, exit_failed);
  EXPECT_EQ(testing::run({"flow", "dot"}).code, exit_usage);
}

TEST(Compatibility, TemplatesAreChangedAsFlowsAre) {  // CLI-18
  testing::ContractServer server;
  testing::Files files;
  files.put("t/a.yaml", "id: a\nnamespace: n\n");
  server.on("POST templates/n?delete=true", R"([{"id":"a","namespace":"n"}])")
      .on("POST templates/validate", R"([{"constraints":"id: must not be null"}])")
      .on("GET templates/export/by-query?namespace=n", "zip");
  EXPECT_EQ(server.gyr({"template", "namespace", "update", "n", files.path("t"), "--delete"}).out, "+ n.a\n");
  EXPECT_EQ(server.calls().at(0).body, "id: a\nnamespace: n\n");
  const auto checked = server.gyr({"templates", "validate", files.path("t")});
  EXPECT_EQ(checked.code, exit_failed);
  EXPECT_THAT(checked.out, HasSubstr("id: must not be null"));
  server.on("POST templates/validate", "[{}]");
  EXPECT_EQ(server.gyr({"template", "validate", files.path("t")}).code, exit_ok);
  EXPECT_EQ(server.gyr({"template", "export", "--namespace", "n", files.path()}).out,
            files.path("templates.zip") + "\n");
  EXPECT_TRUE(std::filesystem::exists(files.path("templates.zip")));
  EXPECT_EQ(testing::run({"template", "namespace", "update"}).code, exit_usage);
}

TEST(Compatibility, ConfigsPropertiesPrintsTheConfigurationInUse) {  // CLI-52
  const auto yaml = testing::run({"configs", "properties"}, "", "kestra");
  EXPECT_EQ(yaml.code, exit_ok) << yaml.err;
  EXPECT_THAT(yaml.out, HasSubstr("port: 8080"));
  EXPECT_THAT(yaml.out, HasSubstr("******"));
  EXPECT_EQ(testing::run({"config", "properties", "--jq", ".micronaut.server.port"}).out, "8080\n");
  EXPECT_EQ(testing::run({"config", "properties", "--config", "broken.yml"}).code, exit_failed);
}

TEST(Compatibility, PluginsDocWritesPages) {  // CLI-41
  testing::Files files;
  const std::string folder = files.path("pages");
  const auto written = testing::run({"plugins", "doc", folder, "--core"}, "", "kestra");
  EXPECT_EQ(written.code, exit_ok) << written.err;
  EXPECT_THAT(written.out, HasSubstr(folder + "/io.kestra.plugin.core.log.Log.md\n"));
  EXPECT_EQ(written.out.find("plugin.scripts"), std::string::npos);
  EXPECT_GT(std::filesystem::file_size(folder + "/io.kestra.plugin.core.log.Log.md"), 100U);
  EXPECT_EQ(testing::run({"plugin", "docs", folder, "--schema"}).code, exit_ok);
  EXPECT_TRUE(std::filesystem::exists(folder + "/io.kestra.plugin.core.log.Log.json"));
  EXPECT_EQ(testing::run({"plugin", "docs"}).code, exit_usage);
}

TEST(Compatibility, TheServerAcceptsListsOfExecutors) {  // CLI-30
  EXPECT_EQ(testing::run({"server", "standalone", "--start-executors", "a,b", "--not-start-executors", "c"}).code,
            exit_ok);
}

}  // namespace
}  // namespace gyr::cli
