// The lists of filters, functions, tests and tags: complete, documented, and every example true.
#include "expression/registry.h"

#include <gtest/gtest.h>

#include <set>

#include "base/text.h"
#include "expression/testing_host.h"

namespace gyr::expression {
namespace {

std::set<std::string_view> names(std::span<const Entry* const> entries) {
  std::set<std::string_view> result;
  for (const Entry* entry : entries) EXPECT_TRUE(result.insert(entry->name).second) << entry->name << " is there twice";
  return result;
}

// EXPR-434, EXPR-435; Ion comes with its reader and writer.
TEST(Registry, AllNamesOfTheSpecification) {
  constexpr std::string_view filters =
      "abbreviate abs ansible_inventory base64decode base64encode capitalize chunk className date dateAdd default "
      "distinct endsWith "
      "escapeChar first flatten "
      "format indent join jq json keys last length lower md5 merge nindent nl2br number numberFormat replace reverse "
      "rsort sha1 sha256 sha512 "
      "slice slugify sort split startsWith string substringAfter substringAfterLast substringBefore "
      "substringBeforeLast timestamp "
      "timestampMicro timestampMilli timestampNano title toIon toJson trim upper urldecode urlencode values yaml "
      "jsonEncode regexMatch "
      "regexReplace regexExtract";
  constexpr std::string_view functions =
      "currentEachOutput decrypt encrypt errorLogs fetchContext fileExists fileSize fileURI fromIon fromJson http i18n "
      "id isFileEmpty json ksuid kv loopOutputs "
      "max min nanoId now printContext randomInt randomPort range read render renderOnce secret tasksWithState uuid "
      "yaml subflow block "
      "parent jsonDecode ionDecode credential appLink parentOutput iterationOutput isWeekend isPublicHoliday "
      "isDayWeekInMonth dayOfWeek dayOfMonth "
      "monthOfYear hourOfDay isDateBefore isDateAfter isDateBetween isLastWorkingDay";
  auto as_set = [](std::string_view text) {
    auto parts = base::split(text, ' ');
    return std::set<std::string_view>(parts.begin(), parts.end());
  };
  EXPECT_EQ(names(all_filters()), as_set(filters));
  EXPECT_EQ(names(all_functions()), as_set(functions));
  EXPECT_EQ(names(all_tests()), as_set("defined empty even iterable json map null odd true false"));
  std::set<std::string_view> tags;
  for (const TagEntry& tag : all_tags()) tags.insert(tag.name);
  EXPECT_EQ(tags, as_set("block filter for if macro raw set verbatim"));
  // EXPR-436
  for (std::string_view absent : {"escape", "raw", "numberformat"}) EXPECT_EQ(find_filter(absent), nullptr);
}

void check_example(std::string_view name, std::string_view example, std::string_view result) {
  auto compiled = Template::compile(example);
  EXPECT_EQ(compiled->syntax_error(), nullptr) << name;
  if (result.empty()) return;
  EXPECT_EQ(testing::text_of(testing::render(example, testing::context_k())), result) << name << ": " << example;
}

TEST(Registry, EveryEntryIsDocumentedAndItsExampleHolds) {
  for (auto entries : {all_filters(), all_functions(), all_tests()}) {
    for (const Entry* entry : entries) {
      EXPECT_FALSE(entry->summary.empty()) << entry->name;
      EXPECT_FALSE(entry->example.empty()) << entry->name;
      EXPECT_NE(entry->run, nullptr) << entry->name;
      check_example(entry->name, entry->example, entry->result);
    }
  }
  for (const TagEntry& tag : all_tags()) check_example(tag.name, tag.example, tag.result);
}

TEST(Registry, FindsByNameOnly) {
  ASSERT_NE(find_filter("upper"), nullptr);
  EXPECT_EQ(find_filter("Upper"), nullptr);
  EXPECT_EQ(find_filter(""), nullptr);
  EXPECT_EQ(find_filter("uppe"), nullptr);
  EXPECT_EQ(find_function("upper"), nullptr);
  EXPECT_EQ(suggest("uper", all_filters()), "did you mean `upper`?");
  EXPECT_EQ(suggest("toJSON", all_filters()), "did you mean `toJson`?");
  EXPECT_EQ(suggest("zzzzzzzz", all_filters()), "");
}

}  // namespace
}  // namespace gyr::expression
