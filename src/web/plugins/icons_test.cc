// Pictures of types (API-70, API-111).
#include "web/plugins/icons.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(PluginIcons, EveryTypeHasOneUnderAllItsNames) {
  test::Harness server;
  const auto reply = server.get("/api/v1/plugins/icons");
  ASSERT_EQ(reply.status, 200) << reply.body.substr(0, 300);
  const Value icons = reply.json();
  const Value log = *icons.find("io.kestra.plugin.core.log.Log");
  EXPECT_EQ(log.find("name")->text(), "Log");
  EXPECT_FALSE(log.find("flowable")->as_boolean());
  EXPECT_THAT(*base::base64_decode(log.find("icon")->text()), StartsWith("<svg xmlns="));
  EXPECT_TRUE(icons.find("io.kestra.plugin.core.flow.Parallel")->find("flowable")->as_boolean());
  EXPECT_EQ(*icons.find("io.kestra.core.tasks.log.Log"), log) << "API-111: aliases are in";
  EXPECT_NE(icons.find("io.kestra.plugin.core.trigger.Webhook"), nullptr);
  EXPECT_THAT(reply.header("Cache-Control"), HasSubstr("max-age"));
  EXPECT_NE(server.get("/api/v1/plugins/icons/groups").json().find("io.kestra.plugin.core.log"), nullptr);
  const auto one = server.get("/api/v1/plugins/icons/io.kestra.core.tasks.log.Log");
  EXPECT_EQ(one.text({"name"}), "Log");
  const auto picture = server.get("/api/v1/plugins/icons/io.kestra.plugin.core.log.Log/icon.svg");
  EXPECT_EQ(picture.header("Content-Type"), "image/svg+xml");
  EXPECT_THAT(picture.body, StartsWith("<svg"));
  EXPECT_EQ(server.get("/api/v1/plugins/icons/nothing").status, 404);
}

TEST(PluginList, IsAListWithoutAPage) {  // API-111, API-70
  test::Harness server;
  const Value all = server.get("/api/v1/plugins").json();
  ASSERT_TRUE(all.is_list()) << "as 1.3 answers";
  const auto page = server.get("/api/v1/plugins?page=1&size=2");
  EXPECT_EQ(page.at({"total"}).as_integer(), static_cast<int64_t>(all.size()));
  EXPECT_EQ(page.at({"results"}).size(), 2u);
  const auto found = server.get("/api/v1/plugins?filters[q][EQUALS]=core.log.LOG");
  EXPECT_EQ(found.at({"total"}).as_integer(), 1);
  EXPECT_EQ(server.get("/api/v1/plugins?filters[q][NOT_EQUALS]=core.log.Log").at({"total"}).as_integer(),
            static_cast<int64_t>(all.size()) - 1);
  const Value sorted = server.get("/api/v1/plugins?sort=group:desc").at({"results"});
  EXPECT_GE(sorted.items()[0].find("group")->text(), sorted.items()[1].find("group")->text());
  EXPECT_EQ(server.get("/api/v1/plugins?sort=colour").status, 422);
  EXPECT_EQ(server.get("/api/v1/plugins?page=1&filters[colour][EQUALS]=x").status, 400);
  const auto list_of = [&all](std::string_view group, std::string_view list) {
    for (const Value& plugin : all.items()) {
      if (plugin.find("group")->text() == group) return plugin.find(list)->size();
    }
    return size_t{0};
  };
  EXPECT_EQ(list_of("io.kestra.plugin.core", "charts"), 6u);
  EXPECT_EQ(list_of("io.kestra.plugin.core", "dataFilters"), 5u);
  EXPECT_EQ(list_of("io.kestra.plugin.core", "dataFiltersKPI"), 4u);
  EXPECT_EQ(list_of("io.kestra.storage", "storages"), 4u);
  EXPECT_EQ(list_of("io.kestra.secret", "secrets"), 2u);
}

TEST(PluginList, DashboardsKnowTheirTypes) {  // API-70
  test::Harness server;
  for (const Value& plugin : server.get("/api/v1/plugins").json().items()) {
    for (const Value& chart : plugin.find("charts")->items()) {
      const auto reply =
          server.send("POST", "dashboards/validate/chart",
                      "id: c\ntype: " + std::string(chart.find("cls")->text()) + "\n", "application/x-yaml");
      EXPECT_THAT(reply.body, ::testing::Not(HasSubstr("Invalid type"))) << reply.body;
    }
  }
}

TEST(PluginSchemas, OfEveryKindInEitherCase) {  // API-111
  test::Harness server;
  for (const char* kind : {"flow", "TEMPLATE", "task", "Trigger", "plugindefault", "dashboard", "apps", "testsuites",
                           "reusableinputs", "policy"}) {
    const auto schema = server.get(fmt::format("/api/v1/plugins/schemas/{}", kind));
    EXPECT_EQ(schema.status, 200) << kind;
    EXPECT_THAT(schema.text({"$schema"}), HasSubstr("draft-07")) << kind;
    EXPECT_EQ(server.get(fmt::format("/api/v1/plugins/properties/{}", kind)).status, 200) << kind;
  }
  EXPECT_EQ(server.get("/api/v1/plugins/schemas/apps?arrayOf=true").text({"type"}), "array");
  EXPECT_EQ(server.get("/api/v1/plugins/schemas/nothing").status, 422);
}

TEST(PluginUi, IsEmpty) {  // API-50, UI-873
  test::Harness server;
  EXPECT_EQ(server.post_json("/api/v1/plugins/pluginUiManifest", R"([{"cls": "io.kestra.plugin.core.log.Log"}])").body,
            R"({"manifest":{}})");
  EXPECT_EQ(server.post_json("/api/v1/plugins/pluginUiManifest", R"([{"cls": 1}])").status, 422);
  for (const char* path : {"main.js", "assets/deep/main.js"}) {
    const auto none = server.get(fmt::format("/api/v1/plugins/io.kestra.plugin.core/pluginUi/{}", path));
    EXPECT_EQ(none.status, 404) << path;
    EXPECT_THAT(none.text({"message"}), HasSubstr(path));
  }
}

TEST(PluginIcons, ShowLettersOfTheNameInTheColourOfTheGroup) {
  EXPECT_THAT(icon_svg("g", "ForEachItem"), HasSubstr(">FE</text>"));
  EXPECT_THAT(icon_svg("g", "Log"), HasSubstr(">Lo</text>"));
  EXPECT_NE(icon_svg("io.kestra.plugin.core.flow", "A"), icon_svg("io.kestra.plugin.core.log", "A"));
}

}  // namespace
}  // namespace gyr::web
