#include "syntax/scalar_place.h"

#include <gtest/gtest.h>

#include "syntax/test_files.h"
#include "syntax/yaml.h"

namespace gyr::syntax {
namespace {

/// The source under the first occurrence of `part` in the text of key `k`.
std::string under(std::string_view source, std::string_view part) {
  auto root = parse_yaml(source);
  EXPECT_TRUE(root.has_value()) << source;
  const Node* node = (*root)->find("k");
  size_t at = node->text().find(part);
  EXPECT_NE(at, std::string::npos) << node->text();
  Span span = span_in_scalar(source, *node, at, at + part.size());
  return fmt::format("{}:{} {}", span.line, span.column, source.substr(span.offset, span.end_offset - span.offset));
}

// anchors E.3: carets inside of expressions
TEST(ScalarPlace, EveryStyle) {
  EXPECT_EQ(under("k: a {{ x }}\n", "x"), "1:9 x");
  EXPECT_EQ(under("k: one\n  two {{ x }}\n\n  y\n", "x"), "2:10 x");
  EXPECT_EQ(under("k: one\n  two\n\n  yes\n", "yes"), "4:3 yes");
  EXPECT_EQ(under("k: 'it''s {{ x }}'\n", "x"), "1:14 x");
  EXPECT_EQ(under("k: 'it''s'\n", "'"), "1:7 ''");
  EXPECT_EQ(under("k: \"a\\n\\t{{ outputs.fetsh }}\"\n", "fetsh"), "1:21 fetsh");
  EXPECT_EQ(under("k: \"\\u00e9 x \\ud83d\\ude00 y\"\n", "y"), "1:27 y");
  EXPECT_EQ(under("k: \"\\u00e9 x \\ud83d\\ude00 y\"\n", "\xF0\x9F\x98\x80"), "1:14 \\ud83d\\ude00");
  EXPECT_EQ(under("k: \"a\\\n   b\n   c\"\n", "b c"), "2:4 b\n   c");
  EXPECT_EQ(under("k: |\n  a\n\n   {{ x }}\n", "x"), "4:7 x");
  EXPECT_EQ(under("k: |2-\n    a\n  {{ x }}\n", "x"), "3:6 x");
  EXPECT_EQ(under("k: >2\n     \n   a {{ x }}\n  b\n", "x"), "3:9 x");
  EXPECT_EQ(under("k: >\n\n  a\n  b\n\n   c\n  {{ x }}\n", "x"), "7:6 x");
  EXPECT_EQ(under("k: |\r\n  a\r\n  {{ x }}\r\n", "x"), "3:6 x");
  EXPECT_EQ(under("k: \xC3\xA9 {{ \xE8\xAA\x9E }}\n", "\xE8\xAA\x9E"), "1:9 \xE8\xAA\x9E");
}

TEST(ScalarPlace, EdgesAndNodesOfOtherTexts) {
  std::string source = "k: abc\n";
  auto root = parse_yaml(source);
  const Node& node = *(*root)->find("k");
  EXPECT_EQ(span_in_scalar(source, node, 0, 3), node.span());
  EXPECT_EQ(span_in_scalar(source, node, 1, 1).offset, 4U);
  EXPECT_EQ(span_in_scalar(source, node, 1, 99), node.span());
  EXPECT_EQ(span_in_scalar(source, node, 2, 1), node.span());
  EXPECT_EQ(span_in_scalar("k:", node, 0, 1), node.span());
  EXPECT_EQ(span_in_scalar("k: xyz\n", node, 0, 1), node.span());
  EXPECT_EQ(span_in_scalar(source, **root, 0, 1), (*root)->span());
  EXPECT_EQ(span_in_scalar(source, *Node::of_value(base::Value::string("x")), 0, 1), Span{});
}

/// Each visible character of a scalar must be found under itself.
void check_scalar(std::string_view source, const Node& node, size_t& checked) {
  for (size_t i = 0; i < node.text().size(); ++i) {
    char c = node.text()[i];
    if (c <= ' ' || c >= 0x7F) continue;
    Span span = span_in_scalar(source, node, i, i + 1);
    std::string_view there = source.substr(span.offset, span.end_offset - span.offset);
    ASSERT_TRUE(there.size() == 1 ? there[0] == c : there.front() == '\\' || there == "''") << there << " for " << c;
    ++checked;
  }
}

void check_tree(std::string_view source, const Node& node, size_t& checked) {
  if (node.is_scalar()) check_scalar(source, node, checked);
  for (const auto& item : node.items()) check_tree(source, *item, checked);
  for (const auto& entry : node.entries()) check_tree(source, *entry.value, checked);
}

TEST(ScalarPlace, EveryCharacterOfTheCorpus) {
  auto corpus = corpus_dir();
  if (!corpus) GTEST_SKIP() << "NOT TESTED: no flows in " << source_dir() / ".." / "shared" / "corpus";
  size_t checked = 0;
  for (const auto& file : std::filesystem::directory_iterator(*corpus / "flows" / "valids")) {
    std::string source = read_file(file.path());
    auto root = parse_yaml(source);
    ASSERT_TRUE(root.has_value());
    check_tree(source, **root, checked);
  }
  EXPECT_GT(checked, 10'000U);
}

}  // namespace
}  // namespace gyr::syntax
