#include "plugin_api/plugin_settings.h"

#include <gtest/gtest.h>

namespace gyr::plugin {
namespace {

using base::Value;

Value entry(std::string_view type, Value values) {
  return Value::map({{"type", Value::string(type)}, {"values", std::move(values)}});
}

TEST(PluginSettings, TheLongestNameWinsAndKeysHaveTwoSpellings) {  // RUNNER-23
  std::vector<std::string> problems;
  PluginSettings settings(
      Value::list(
          {entry("io.x.runner.Docker", Value::map({{"volume-enabled", Value::boolean(true)}})),
           entry("io.x", Value::map({{"volumeEnabled", Value::boolean(false)}, {"other", Value::string("o")}}))}),
      problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(settings.find("io.x.runner.Docker", "volume-enabled"), Value::boolean(true));
  EXPECT_EQ(settings.find("io.x.runner.Docker", "volumeEnabled"), Value::boolean(true));
  EXPECT_EQ(settings.find("io.x.runner.Docker", "other"), Value::string("o"))
      << "the shorter one says what the longer one does not";
  EXPECT_EQ(settings.find("io.x.runner.Process", "volume-enabled"), Value::boolean(false));
  EXPECT_TRUE(settings.find("io.y", "volume-enabled").is_null());

  settings.add("io.x", Value::map({{"other", Value::string("later")}}));
  EXPECT_EQ(settings.find("io.x.runner.Docker", "other"), Value::string("later"));
}

TEST(PluginSettings, InvalidEntriesAreReported) {
  std::vector<std::string> problems;
  PluginSettings settings(Value::list({Value::string("x"), entry("io.x", Value::string("no map"))}), problems);
  EXPECT_EQ(problems, (std::vector<std::string>{"entry 1 must have a string `type` and a map `values`",
                                                "entry 2 must have a string `type` and a map `values`"}));
  problems.clear();
  PluginSettings none(Value::string("x"), problems);
  EXPECT_EQ(problems.size(), 1U);
  PluginSettings absent(Value(), problems);
  EXPECT_EQ(problems.size(), 1U);
}

}  // namespace
}  // namespace gyr::plugin
