#include "plugins/cli/inventory_guard.h"

#include <gmock/gmock.h>

namespace gyr::plugins::cli {
namespace {

using Place = InventoryPart::Place;
using ::testing::ElementsAre;

std::vector<std::string> parts_of(std::string_view command) {
  std::vector<std::string> texts;
  for (const auto& part : inventory_words(command).parts) {
    static constexpr std::string_view places[] = {"bare", "single", "double", "line"};
    texts.push_back(
        fmt::format("{}{} {}", part.first ? "first " : "", places[static_cast<size_t>(part.place)], part.expression));
  }
  return texts;
}

TEST(InventoryGuard, FindsInventoriesAndLimits) {  // PLUG-119
  EXPECT_THAT(parts_of("ansible-playbook -i {{ a }}, play.yml"), ElementsAre("first bare {{ a }}"));
  EXPECT_THAT(parts_of("ansible-playbook -i '{{ a }},{{ b }},' play.yml"),
              ElementsAre("first single {{ a }}", "single {{ b }}"));
  EXPECT_THAT(parts_of("ansible-playbook --limit \"web:{{ a }}\""), ElementsAre("double {{ a }}"));
  EXPECT_THAT(parts_of("ansible-playbook --limit={{ a }} -e x={{ b }}"), ElementsAre("first bare {{ a }}"));
  EXPECT_THAT(parts_of("ansible-playbook -i{{ a }}, -l{{ b }}"),
              ElementsAre("first bare {{ a }}", "first bare {{ b }}"));
  EXPECT_THAT(parts_of("x --limit '{{ fromJson(taskrun.value) | join(',') }}' y"),
              ElementsAre("first single {{ fromJson(taskrun.value) | join(',') }}"));
  EXPECT_THAT(parts_of("x -i '{{ \"}}\" }}' {{ c }}"), ElementsAre("first single {{ \"}}\" }}"));
  EXPECT_THAT(parts_of("x -e host={{ a }} --inventor {{ b }} --limits {{ c }}"), ElementsAre());
  EXPECT_THAT(parts_of("ansible-playbook -i \\\n  {{ a }},"), ElementsAre("first bare {{ a }}"));
  EXPECT_THAT(parts_of("{% if a %}x -i {{ a }}{% endif %}"), ElementsAre());
}

TEST(InventoryGuard, FindsTheFilesOfInventories) {  // PLUG-119
  EXPECT_THAT(inventory_words("ansible-playbook -i ./hosts.ini -i 'a b' --inventory=dir/ -l x play.yml").files,
              ElementsAre("hosts.ini", "a b", "dir/"));
}

TEST(InventoryGuard, FindsLinesThatAreNotAnExpressionAlone) {  // PLUG-119
  auto lines = inventory_lines("[web]\n{{ a }} x=1\n  {{ b }}  \nhost y={{ c }}\n{{ d }}{{ e }}");
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0].expression, "{{ a }}");
  EXPECT_TRUE(lines[0].first);
  EXPECT_EQ(lines[1].expression, "{{ c }}");
  EXPECT_FALSE(lines[1].first);
  EXPECT_EQ(lines[2].expression, "{{ d }}");
  EXPECT_TRUE(lines[2].first);
}

TEST(InventoryGuard, JudgesValuesByTheirPlace) {  // PLUG-119
  auto allowed = [](Place place, bool first, std::string_view value) {
    return problem_of({.expression = "{{ x }}", .place = place, .first = first}, value).empty();
  };
  for (Place place : {Place::bare, Place::single_quoted, Place::double_quoted, Place::line}) {
    for (std::string_view value : {"a\nb", "a\rb", "a\tb", "a\x7f", "\x1b[0m"})
      EXPECT_FALSE(allowed(place, true, value));
    EXPECT_TRUE(allowed(place, true, "web-1.example.com"));
    EXPECT_TRUE(allowed(place, true, "web[1:3]"));
    EXPECT_TRUE(allowed(place, true, ""));
    EXPECT_TRUE(allowed(place, true, "hôte"));
  }
  for (std::string_view value : {"a b", "a;b", "a&b", "a|b", "$(a)", "`a`", "a'b", "a\"b", "a\\b", "a>b"})
    EXPECT_FALSE(allowed(Place::bare, true, value)) << value;
  EXPECT_TRUE(allowed(Place::single_quoted, true, "web:&prod"));
  EXPECT_FALSE(allowed(Place::single_quoted, true, "it's"));
  EXPECT_TRUE(allowed(Place::double_quoted, true, "it's"));
  EXPECT_FALSE(allowed(Place::double_quoted, true, "$HOME"));
  EXPECT_FALSE(allowed(Place::bare, true, "--become"));
  EXPECT_TRUE(allowed(Place::bare, false, "-1"));
  EXPECT_FALSE(allowed(Place::line, true, "a b"));
  EXPECT_TRUE(allowed(Place::line, false, "a b"));
  EXPECT_FALSE(allowed(Place::line, true, "[all]"));
}

TEST(InventoryGuard, SurvivesNonsense) {
  for (std::string_view text :
       {"", "{{", "-i", "-i {{", "-i '", "-i '{{ a", "\\", "-i \\", "{{ '\\", "}}", "-i {{ }}"}) {
    EXPECT_LE(inventory_words(text).parts.size(), 1U) << text;
    EXPECT_LE(inventory_lines(text).size(), 1U) << text;
  }
  EXPECT_EQ(inventory_words(std::string(1'000'000, '{')).files.size(), 0U);
}

}  // namespace
}  // namespace gyr::plugins::cli
