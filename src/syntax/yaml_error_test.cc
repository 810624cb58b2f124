// Wrong texts: where they are wrong, in which words, and what to do.
#include <gtest/gtest.h>

#include <array>

#include "syntax/yaml.h"

namespace gyr::syntax {
namespace {

struct Wrong {
  std::string_view text;
  uint32_t line;
  uint32_t column;
  std::string_view message;  // a part of it; the words of the reference where it has some
  std::string_view hint = {};
  std::string_view code = "GYR-Y001";
};

constexpr std::array wrongs{
    // Brackets
    Wrong{"a: [", 1, 4, "while parsing a flow node: expected the node content, but found '<stream end>'", "not closed"},
    Wrong{"a: [1, 2", 1, 4, "expected ',' or ']', but got '<stream end>'", "`[`"},
    Wrong{"a: {b: 1", 1, 4, "expected ',' or '}', but got '<stream end>'", "`{`"},
    Wrong{"a: {", 1, 4, "expected the node content", "`{` that starts here"},
    Wrong{"a: ]", 1, 4, "expected the node content, but found ']'"},
    Wrong{"a: }", 1, 4, "expected the node content, but found '}'"},
    Wrong{"]", 1, 1, "expected the node content, but found ']'"},
    Wrong{"a: [1,,2]", 1, 7, "expected the node content, but found ','"},
    Wrong{"a: {,}", 1, 5, "expected the node content, but found ','"},
    Wrong{"a: [\n  1\nb: 2\n", 3, 2, "while parsing a flow sequence: expected ',' or ']', but got ':'"},
    Wrong{"a: {\n  b: 1\nc: 2\n", 3, 2, "while parsing a flow mapping: expected ',' or '}', but got ':'"},
    Wrong{"[1, 2}", 1, 6, "expected ',' or ']', but got '}'"},
    Wrong{"{a: 1]", 1, 6, "expected ',' or '}', but got ']'"},
    Wrong{"a: [b: c: d]", 1, 9, "expected ',' or ']', but got ':'"},
    Wrong{"a: [b]c", 1, 7, "expected <block end>, but found 'c'"},
    Wrong{"- {a: 1\n- b", 1, 3, "expected ',' or '}'", "not closed"},
    Wrong{"a: ,b", 1, 4, "expected the node content, but found ','"},
    Wrong{"a: [|x]", 1, 5, "found character '|' that cannot start any token"},
    // Expressions without quotes
    Wrong{"a: {{ foo }}", 1, 4, "Expected a field name (Scalar value in YAML), got this instead: '{{'", "in quotes"},
    Wrong{"tasks:\n  - id: {{ x }}-1\n", 2, 9, "'{{'", "in quotes"},
    Wrong{"a: \"{{ foo }}\" bar", 1, 16, "expected <block end>, but found 'bar'", "closing quote"},
    // Keys
    Wrong{"? [a]\n: b\n", 1, 3, "Expected a field name", "not a list"},
    Wrong{"? {a: b}\n: c\n", 1, 3, "Expected a field name"},
    Wrong{"a: &x [1]\nb: {*x : 1}", 2, 5, "an alias of a list"},
    Wrong{"a: b: c\n", 1, 5, "mapping values are not allowed here", "in quotes"},
    Wrong{"run: echo: hi", 1, 10, "mapping values are not allowed here"},
    Wrong{"a: : b", 1, 4, "mapping values are not allowed here"},
    Wrong{"a: 1\n b: 2\n", 2, 3, "mapping values are not allowed here", "column"},
    Wrong{"a:\n  b: 1\n   c: 2\n", 3, 5, "mapping values are not allowed here"},
    Wrong{": x", 1, 1, "while parsing a block mapping: expected <block end>, but found ':'"},
    Wrong{"a: 1\nkey\nb: 2\n", 2, 1, "while scanning a simple key: could not find expected ':'", "add a `:`"},
    Wrong{"a:\nb", 2, 1, "could not find expected ':'"},
    Wrong{"a: |\n x\ny\n", 3, 1, "could not find expected ':'"},
    Wrong{"a:\n  - b:\n    c\n    - d", 3, 5, "could not find expected ':'"},
    // Indentation
    Wrong{"a:\n    b: 1\n  c: 2\n", 3, 3, "while parsing a block mapping: expected <block end>, but found 'c'",
          "same column"},
    Wrong{"  a: 1\nb: 2\n", 2, 1, "expected '<document start>', but found 'b'", "same column"},
    Wrong{"- a\nb: 1\n", 2, 1, "while parsing a block collection: expected <block end>, but found 'b'"},
    Wrong{"a: 1\n- b\n", 2, 1, "expected <block end>, but found '-'"},
    Wrong{"a:\n  b: 1\n  - c\n", 3, 3, "expected <block end>, but found '-'"},
    Wrong{"a: - b", 1, 4, "sequence entries are not allowed here", "new line"},
    Wrong{"a: ? b", 1, 4, "mapping keys are not allowed here"},
    Wrong{"a: b # c\n  d", 2, 3, "expected <block end>, but found 'd'"},
    Wrong{"a: >\n  x\n b", 3, 2, "expected <block end>, but found 'b'"},
    // Tabs
    Wrong{"a:\n\tb: 1\n", 2, 1, "found character '\\t(TAB)' that cannot start any token", "spaces"},
    Wrong{"a: 1\n\n\tb: 2\n", 3, 1, "'\\t(TAB)'"},
    Wrong{"a:\tb\n", 1, 3, "'\\t(TAB)'"},
    Wrong{"a: >\n\tx\n", 2, 1, "'\\t(TAB)'"},
    // Quotes and escapes
    Wrong{"a: 'x\nb: 2\n", 1, 4, "while scanning a quoted scalar: found unexpected end of stream", "not closed"},
    Wrong{"'a': 1\n\"b\n", 2, 1, "found unexpected end of stream"},
    Wrong{"a: \"x\n---\nb\"", 2, 1, "found unexpected document separator"},
    Wrong{"a: 'it's'", 1, 8, "expected <block end>, but found 's''", "`''`"},
    Wrong{"a: \"\\q\"", 1, 5, "found unknown escape character 'q\"'", "in single quotes"},
    Wrong{"a: \"b\\xZZ\"", 1, 6, "expected escape sequence of 2 hexadecimal numbers"},
    Wrong{"a: \"\\U00110000\"", 1, 5, "not a valid character"},
    // Signs that mean something
    Wrong{"a: @x", 1, 4, "found character '@' that cannot start any token", "quotes"},
    Wrong{"a: `x`", 1, 4, "found character '`' that cannot start any token"},
    Wrong{"a: %x", 1, 4, "found character '%' that cannot start any token"},
    Wrong{"a: *", 1, 5, "while scanning an alias: expected a name"},
    Wrong{"a: & b", 1, 5, "while scanning an anchor: expected a name"},
    Wrong{"a: *x y", 1, 4, "found undefined alias x", "quotes"},
    Wrong{"a: &x [*x]", 1, 8, "found recursive alias x"},
    Wrong{"a: !foo!bar x", 1, 4, "found undefined tag handle !foo!"},
    Wrong{"a: !<x b", 1, 7, "while scanning a tag: expected '>'"},
    Wrong{"a: |x\n y", 1, 5, "expected chomping or indentation indicators, but found 'x'"},
    Wrong{"a: |0\n x", 1, 5, "indentation indicator in the range 1-9"},
    Wrong{"a: | x\n", 1, 6, "expected a comment or a line break"},
    Wrong{"a: .inf", 1, 4, "Malformed numeric value '.inf'", "quotes"},
    Wrong{"<<: 1", 1, 1, "merge key", "alias"},
    // Documents and directives
    Wrong{"%YAML 2.0\n---\na: 1\n", 1, 1, "found incompatible YAML document"},
    Wrong{"%FOO x\na: 1\n", 2, 1, "expected '<document start>'", "`---`"},
    Wrong{"%id: x\n", 1, 1, "while scanning a directive"},
    // Repeated keys
    Wrong{"a: b\nc: d\na: e\n", 3, 1, "Duplicate field 'a'", "line 1", "GYR-Y002"},
    Wrong{"a:\n  b: {x: 1, x: 2}\n", 2, 13, "Duplicate field 'x'", "line 2", "GYR-Y002"},
    Wrong{"a: &x {}\n<<: *x\n<<: *x\n", 3, 1, "Duplicate field '<<'", "list", "GYR-Y002"},
    // Texts that are none
    Wrong{{"a: b\0c", 6}, 1, 5, "special characters are not allowed: a NUL character", "", "GYR-Y004"},
    Wrong{"a: 1\nb: \x1B[0m", 2, 4, "a control character", "", "GYR-Y004"},
    Wrong{"a: \xC2\x9F", 1, 4, "a control character", "", "GYR-Y004"},
    Wrong{"a: \xC3\xA9\xFF", 1, 5, "not valid UTF-8", "", "GYR-Y004"},
    Wrong{"a: \xED\xA0\x80", 1, 4, "not valid UTF-8", "", "GYR-Y004"},
    Wrong{"a: \xEF\xBF\xBF", 1, 4, "not a character", "", "GYR-Y004"},
};

// FLOW-2: texts with line and column
TEST(YamlErrors, HavePlaceWordsAndHint) {
  for (const Wrong& wrong : wrongs) {
    auto result = parse_yaml(wrong.text);
    ASSERT_FALSE(result.has_value()) << wrong.text;
    const base::Error& error = result.error();
    EXPECT_EQ(error.code().text, wrong.code) << wrong.text;
    ASSERT_NE(error.place(), nullptr) << wrong.text;
    EXPECT_EQ(error.place()->line, wrong.line) << wrong.text << "\n" << error.message();
    EXPECT_EQ(error.place()->column, wrong.column) << wrong.text << "\n" << error.message();
    EXPECT_GT(error.place()->length, 0U) << wrong.text;
    EXPECT_NE(error.message().find(wrong.message), std::string::npos) << wrong.text << "\n" << error.message();
    EXPECT_NE(error.hint().find(wrong.hint), std::string::npos) << wrong.text << "\n" << error.hint();
    EXPECT_TRUE(error.message().ends_with(fmt::format(" at line {}, column {}", wrong.line, wrong.column)))
        << error.message();
  }
}

TEST(YamlErrors, AreTheSameWithOtherLineBreaks) {
  for (const Wrong& wrong : wrongs) {
    std::string text;
    for (char c : wrong.text) c == '\n' ? text += "\r\n" : text += c;
    auto result = parse_yaml(text);
    ASSERT_FALSE(result.has_value()) << wrong.text;
    EXPECT_EQ(result.error().place()->line, wrong.line) << wrong.text;
    EXPECT_EQ(result.error().place()->column, wrong.column) << wrong.text;
  }
}

TEST(YamlErrors, ColumnsCountCharacters) {
  auto result = parse_yaml("\xEF\xBB\xBF\xC3\xA9\xC3\xA9: \"\xF0\x9F\x98\x80\" x\n");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().place()->column, 9U);
}

TEST(YamlErrors, NothingOfTheTextReachesAMessageRaw) {
  auto result = parse_yaml("a: 1\n\xE2\x80\xAE" + std::string(5000, 'x') + ": 1\n\xE2\x80\xAE" +
                           std::string(5000, 'x') + ": 1\n");
  ASSERT_FALSE(result.has_value());
  EXPECT_LT(result.error().message().size(), 200U);
}

}  // namespace
}  // namespace gyr::syntax
