#include "web/search/score.h"

#include <gtest/gtest.h>

namespace gyr::web {
namespace {

using Marks = std::vector<std::vector<int64_t>>;

TEST(SearchWords, EveryWordMustBeFound) {  // UI-1080
  const SearchWords words(" Daily\tREPORT ");
  EXPECT_TRUE(words.score("daily-report", ""));
  EXPECT_TRUE(words.score("report", "company.daily"));
  EXPECT_FALSE(words.score("report", "company"));
  EXPECT_FALSE(words.score("", ""));
  EXPECT_EQ(words.longest(), "report");
  EXPECT_TRUE(SearchWords(" \n").empty());
  EXPECT_EQ(SearchWords("").longest(), "");
}

TEST(SearchWords, BeginningsAreBetterThanMiddles) {  // UI-1080
  const SearchWords words("load");
  const auto score = [&](std::string_view title, std::string_view detail = "") { return *words.score(title, detail); };
  EXPECT_GT(score("load"), score("loader"));
  EXPECT_GT(score("loader"), score("re-load"));
  EXPECT_GT(score("re-load"), score("reload"));
  EXPECT_GT(score("reload"), score("other", "load"));
  EXPECT_EQ(score("reload-load"), score("re-load")) << "the best place counts";
}

TEST(SearchWords, MarksAreInUnitsOfBrowsers) {  // UI-1080
  EXPECT_EQ(SearchWords("ab").marks("xABab"), (Marks{{1, 5}}));
  EXPECT_EQ(SearchWords("b a").marks("a-b"), (Marks{{0, 1}, {2, 3}}));
  EXPECT_EQ(SearchWords("abc bcd").marks("abcd"), (Marks{{0, 4}})) << "overlaps are one";
  EXPECT_EQ(SearchWords("z").marks("\xF0\x9F\x98\x80z"), (Marks{{2, 3}})) << "two units and one";
  EXPECT_EQ(SearchWords("z").marks("a"), Marks());
}

TEST(SearchWords, GarbageIsText) {
  EXPECT_FALSE(SearchWords("\xFF").score("a", ""));
  EXPECT_TRUE(SearchWords("\xFF").score("a\xFF", ""));
  EXPECT_EQ(SearchWords(std::string_view("\0", 1)).marks(std::string_view("a\0", 2)), (Marks{{1, 2}}));
  std::string many;
  for (int i = 0; i < 1'000; ++i) many += "w ";
  EXPECT_TRUE(SearchWords(many).score("w", ""));
}

}  // namespace
}  // namespace gyr::web
