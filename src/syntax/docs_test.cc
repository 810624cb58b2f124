// Every error code of this module has its page.
#include <gtest/gtest.h>

#include "syntax/json.h"
#include "syntax/source_text.h"
#include "syntax/test_files.h"
#include "syntax/time.h"
#include "syntax/yaml.h"

namespace gyr::syntax {
namespace {

TEST(ErrorPages, ExistForEveryCode) {
  for (base::ErrorCode code : {yaml_malformed, yaml_duplicate_key, yaml_limit_exceeded, yaml_invalid_text,
                               json_malformed, json_limit_exceeded, bad_duration, bad_date}) {
    std::string page = read_file(source_dir() / "docs" / "errors" / (std::string(code.text) + ".md"));
    ASSERT_FALSE(page.empty()) << code.text;
    EXPECT_TRUE(page.starts_with(fmt::format("# {}: ", code.text))) << code.text;
    size_t lines = source_lines(page).size() - 1;
    EXPECT_GE(lines, 10U) << code.text;
    EXPECT_LE(lines, 40U) << code.text;
    EXPECT_NE(page.find("```"), std::string::npos) << code.text << " has no example";
    EXPECT_NE(page.find("hat to do"), std::string::npos) << code.text;
  }
}

/// The first fenced block of a page.
std::string example(base::ErrorCode code) {
  std::string page = read_file(source_dir() / "docs" / "errors" / (std::string(code.text) + ".md"));
  size_t open = page.find('\n', page.find("```")) + 1;
  return page.substr(open, page.find("```", open) - open);
}

TEST(ErrorPages, ExamplesFailAsTheySay) {
  EXPECT_EQ(parse_yaml(example(yaml_malformed)).error().code(), yaml_malformed);
  EXPECT_EQ(parse_yaml(example(yaml_duplicate_key)).error().code(), yaml_duplicate_key);
  EXPECT_EQ(parse_yaml(example(yaml_limit_exceeded)).error().code(), yaml_limit_exceeded);
  EXPECT_EQ(parse_json(example(json_malformed)).error().code(), json_malformed);
  auto duration = parse_yaml(example(bad_duration));
  ASSERT_TRUE(duration.has_value());
  const auto value = (*duration)->find("tasks")->items()[0]->find("value");
  ASSERT_NE(value, nullptr);
  EXPECT_FALSE(parse_duration(value->text()).has_value());
  auto date = parse_yaml(example(bad_date));
  ASSERT_TRUE(date.has_value());
  EXPECT_FALSE(parse_instant((*date)->find("inputs")->items()[0]->find("defaults")->text()).has_value());
}

}  // namespace
}  // namespace gyr::syntax
