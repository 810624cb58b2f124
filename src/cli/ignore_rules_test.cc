// CLI-20: the syntax of .gitignore, with the examples of its manual.
#include "cli/ignore_rules.h"

#include <gtest/gtest.h>

namespace gyr::cli {
namespace {

struct Case {
  const char* rules;
  const char* ignored;  ///< paths, separated by spaces
  const char* kept;
};

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> found;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    if (end > 0) found.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return found;
}

TEST(IgnoreRules, MatchLikeGit) {  // CLI-20
  for (const Case& example : {
           Case{"", "", "a .kestraignore a/b"},
           Case{"# comment\n\n  \n*.pyc\n", "a.pyc x/y/a.pyc .pyc", "a.py a.pycx"},
           Case{"*.log\n!keep.log\n", "a.log x/b.log", "keep.log x/keep.log"},
           Case{"build/\n", "build/a build/x/y src/build/a", "build src/build"},
           Case{"/notes\n", "notes notes/a", "x/notes"},
           Case{"doc/frotz\n", "doc/frotz doc/frotz/a", "a/doc/frotz"},
           Case{"foo/*\n", "foo/a.json foo/bar/hello.c", "foo a/foo/b"},
           Case{"**/foo\n", "foo a/foo a/b/foo foo/x", "foobar"},
           Case{"**/foo/bar\n", "foo/bar a/foo/bar", "foo/a/bar"},
           Case{"abc/**\n", "abc/x abc/x/y", "abc x/abc/y"},
           Case{"a/**/b\n", "a/b a/x/b a/x/y/b", "a/xb b"},
           Case{"abc/**\n!abc/x\n", "abc/y abc/z/x", "abc/x"},
           Case{"dir/\n!dir/kept\n", "dir/kept dir/other", "other"},
           Case{"/*\n!/foo\n/foo/*\n!/foo/bar\n", "a x/y foo/a foo/a/b", "foo/bar foo/bar/c"},
           Case{"a?c\n[a-c]x\n[!a-c]y\n", "abc axc ax cx dy", "ac abbc dx ay"},
           Case{"\\#x\n\\!y\n", "#x !y", "x y"},
           Case{"a \nb\\ \n", "a", "b"},
           Case{"trailing\r\n", "trailing", "railing"},
           Case{"[\nx[\n", "[ x[", "x a"},
           Case{"[]]a\n", "]a", "a [a"},
           Case{"/\n!\n!/\n**\n", "a a/b", ""},
       }) {
    const IgnoreRules rules(example.rules);
    for (const std::string& path : words(example.ignored)) EXPECT_TRUE(rules.ignores(path)) << example.rules << path;
    for (const std::string& path : words(example.kept)) EXPECT_FALSE(rules.ignores(path)) << example.rules << path;
  }
}

TEST(IgnoreRules, MatchingTimeIsBounded) {
  std::string stars, folders, path(2'000, 'a');
  for (int i = 0; i < 500; ++i) stars += "*a";
  for (int i = 0; i < 300; ++i) folders += "**/a/";
  const IgnoreRules rules(stars + "b\n" + folders + "b\n" + std::string(10'000, '[') + "\n" +
                          std::string("\0\xFF[\xFF", 4));
  EXPECT_FALSE(rules.ignores(path));
  std::string deep;
  for (int i = 0; i < 600; ++i) deep += "a/";
  EXPECT_FALSE(rules.ignores(deep + "c"));
}

}  // namespace
}  // namespace gyr::cli
