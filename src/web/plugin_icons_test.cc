// Pictures of types (API-70, API-111).
#include "web/plugin_icons.h"

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

TEST(PluginIcons, ShowLettersOfTheNameInTheColourOfTheGroup) {
  EXPECT_THAT(icon_svg("g", "ForEachItem"), HasSubstr(">FE</text>"));
  EXPECT_THAT(icon_svg("g", "Log"), HasSubstr(">Lo</text>"));
  EXPECT_NE(icon_svg("io.kestra.plugin.core.flow", "A"), icon_svg("io.kestra.plugin.core.log", "A"));
}

}  // namespace
}  // namespace gyr::web
