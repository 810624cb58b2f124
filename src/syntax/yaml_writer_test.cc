// The texts were written by the reference's `yaml` filter; what differs is marked.
#include <gtest/gtest.h>

#include <array>

#include "syntax/json.h"
#include "syntax/time.h"
#include "syntax/yaml.h"

namespace gyr::syntax {
namespace {

using base::Value;

struct Row {
  std::string_view json;
  std::string_view yaml;
};

constexpr std::array structures{
    // EXPR-1262, EXPR-1263, EXPR-1530 to EXPR-1534
    Row{R"({"a":1,"b":"x"})", "a: 1\nb: x\n"},
    Row{R"("string")", "string\n"},
    Row{R"(["s",1])", " - s\n - 1\n"},
    Row{"5", "5\n"},
    Row{"true", "true\n"},
    Row{"[]", "[]\n"},
    Row{"{}", "{}\n"},
    Row{"null", "null"},
    Row{R"("")", "--- \"\"\n"},
    Row{R"([{"a":1},"x"])", " -\n  a: 1\n - x\n"},
    Row{R"({"l":[{"a":[1]}]})", "l:\n -\n  a:\n   - 1\n"},
    Row{"[[1,2],[3]]", " -\n   - 1\n   - 2\n -\n   - 3\n"},
    Row{R"({"a":{"b":{"c":[1,{"d":[2]}]}}})", "a:\n  b:\n    c:\n     - 1\n     -\n      d:\n       - 2\n"},
    Row{R"({"a":[],"b":{},"c":[[]],"d":[{}],"e":null,"f":[null]})",
        "a: []\nb: {}\nc:\n - []\nd:\n - {}\ne: null\nf:\n - null\n"},
    Row{"[1.5,1e7,1e-5,100000000000000000000000]", " - 1.5\n - 1.0E7\n - 1.0E-5\n - 100000000000000000000000\n"},
    // Keys that cannot be on one line
    Row{R"({"":[1,2]})", "? \"\"\n:  - 1\n   - 2\n"},
    Row{R"({"":{"a":1}})", "? \"\"\n: a: 1\n"},
    Row{R"({"k":{"":[1,{"b":2}],"z":""}})", "k:\n  ? \"\"\n  :  - 1\n     -\n      b: 2\n  z: \"\"\n"},
    Row{R"({"":{"":{"":1}}})", "? \"\"\n: ? \"\"\n  : ? \"\"\n    : 1\n"},
    Row{R"({"a\nb":"c\nd"})", "? \"a\\nb\"\n: |-\n  c\n  d\n"},
};

// Texts as values of `k`, what follows `k: `
constexpr std::array values{
    Row{R"("it's")", "it's"},
    Row{R"("- x")", "'- x'"},
    Row{R"("#c")", "\"#c\""},
    Row{R"("yes")", "\"yes\""},
    Row{R"("123")", "123"},
    Row{R"("2024-01-01")", "2024-01-01"},
    Row{R"(" x ")", "' x '"},
    Row{R"("a\nb")", "|-\n  a\n  b"},
    Row{R"("a\nb\n")", "|\n  a\n  b"},
    Row{R"("a\n\n")", "|+\n  a\n"},
    Row{R"("\n")", "|2+\n"},
    Row{R"(" a\nb")", "|2-\n   a\n  b"},
    Row{R"("a \nb")", R"("a \nb")"},
    Row{R"("a\nb ")", R"("a\nb ")"},
    Row{R"("a\n\tb")", R"("a\n\tb")"},
    Row{R"("a\tb")", R"("a\tb")"},
    Row{R"("y")", "\"y\""},
    Row{R"("n")", "\"n\""},
    Row{R"("~")", "\"~\""},
    Row{R"("~x")", "\"~x\""},
    Row{R"("null")", "\"null\""},
    Row{R"("True")", "\"True\""},
    Row{R"("tRUE")", "tRUE"},
    Row{R"("0123")", "'0123'"},
    Row{R"("0_1")", "'0_1'"},
    Row{R"("0")", "0"},
    Row{R"("-01")", "-01"},
    Row{R"("00.5")", "00.5"},
    Row{R"("0x1F")", "0x1F"},
    Row{R"("1e3")", "1e3"},
    Row{R"("a: b")", "\"a: b\""},
    Row{R"("a:b")", "a:b"},
    Row{R"("a:")", "\"a:\""},
    Row{R"("a #b")", "\"a #b\""},
    Row{R"("a#b")", "a#b"},
    Row{R"("a,b")", "\"a,b\""},
    Row{R"("[a]")", "\"[a]\""},
    Row{R"("{{ x }}")", "\"{{ x }}\""},
    Row{R"("-")", "'-'"},
    Row{R"("-a")", "-a"},
    Row{R"("? a")", "'? a'"},
    Row{R"("&a")", "'&a'"},
    Row{R"("*a")", "'*a'"},
    Row{R"("!a")", "'!a'"},
    Row{R"("|")", "'|'"},
    Row{R"("%a")", "'%a'"},
    Row{R"("@a")", "'@a'"},
    Row{R"("'")", "''''"},
    Row{R"("\"")", "'\"'"},
    Row{R"("---")", "'---'"},
    Row{R"("<<")", "<<"},
    Row{R"("=")", "="},
    Row{R"("http://x.y/z?a=b#c")", "http://x.y/z?a=b#c"},
    Row{R"("\u0001\u001b\u007f\r")", R"("\x01\e\x7f\r")"},
    Row{R"("é😀")", "é😀"},
    Row{"\"\\u00a0\\u0001\"", R"("\_\x01")"},
    // Plain in the reference, which cannot read them back.
    Row{R"(".inf")", "\".inf\""},
    Row{R"("1:30.5")", "\"1:30.5\""},
    // The reference writes these three raw, and reads them back as something else.
    Row{R"("a\u0085b")", R"("a\Nb")"},
    Row{R"("a\u2028b")", R"("a\Lb")"},
    Row{R"("\ufeffa")", R"("\ufeffa")"},
};

// Texts as keys of 1: the text before `: 1`
constexpr std::array keys{
    Row{R"("a b")", "a b"},
    Row{R"("n")", "\"n\""},
    Row{R"("123")", "\"123\""},
    Row{R"("-a")", "\"-a\""},
    Row{R"("+a")", "\"+a\""},
    Row{R"(".a")", "\".a\""},
    Row{R"("_1")", "_1"},
    Row{R"("a: b")", "'a: b'"},
    Row{R"("#a")", "'#a'"},
    Row{R"("a,b")", "a,b"},
    Row{R"("{a")", "'{a'"},
    Row{R"("~a")", "\"~a\""},
    Row{R"("2024-01-01")", "\"2024-01-01\""},
    Row{R"("a\tb")", R"("a\tb")"},
    Row{R"(" a")", "' a'"},
    Row{R"("<<")", "\"<<\""},  // plain there, where it does not merge
};

std::string written(std::string_view json) { return write_yaml(*parse_json(json)); }

// EXPR-224
TEST(YamlWriter, Structures) {
  for (const Row& row : structures) EXPECT_EQ(written(row.json), row.yaml) << row.json;
}

TEST(YamlWriter, Values) {
  for (const Row& row : values) {
    EXPECT_EQ(written(fmt::format("{{\"k\":{}}}", row.json)), fmt::format("k: {}\n", row.yaml)) << row.json;
  }
}

TEST(YamlWriter, Keys) {
  for (const Row& row : keys)
    EXPECT_EQ(written(fmt::format("{{{}:1}}", row.json)), fmt::format("{}: 1\n", row.yaml)) << row.json;
}

// EXPR-1535
TEST(YamlWriter, TheRowOfTheSpecification) {
  EXPECT_EQ(
      written(R"({"s":"it's","t":"- x","u":"#c","v":"yes","i":"123","d":"2024-01-01","n":null,"ws":" x ","m":"a\nb"})"),
      "s: it's\nt: '- x'\nu: \"#c\"\nv: \"yes\"\ni: 123\nd: 2024-01-01\n\"n\": null\nws: ' x '\nm: |-\n  a\n  b\n");
}

TEST(YamlWriter, LongLinesAreNotFolded) {
  std::string words;
  for (int i = 0; i < 100; ++i) words += "word ";
  words += "end";
  EXPECT_EQ(write_yaml(Value::map({{"k", Value::string(words)}})), "k: " + words + "\n");
  std::string quoted = words + ", more";
  EXPECT_EQ(write_yaml(Value::map({{"k", Value::string(quoted)}})), "k: \"" + quoted + "\"\n");
  std::string key(127, 'x');
  EXPECT_EQ(write_yaml(Value::map({{key, Value::integer(1)}})), key + ": 1\n");
  EXPECT_EQ(write_yaml(Value::map({{key + "x", Value::integer(1)}})), "? " + key + "x\n: 1\n");
}

// In lists the reference writes a wrong indentation (`|2-`), which cannot be read back.
TEST(YamlWriter, BlockScalarsInListsHaveAnIndentationIndicator) {
  EXPECT_EQ(written(R"([" a\nb"])"), " - |1-\n   a\n  b\n");
  EXPECT_EQ(write_json((*parse_yaml(written(R"([" a\nb",["\n x"]])")))->to_value()), R"([" a\nb",["\n x"]])");
}

// EXPR-16
TEST(YamlWriter, Times) {
  Value map = Value::map({{"d", Value::duration(base::Duration::of_seconds(300))},
                          {"i", Value::instant(*parse_instant("2024-02-29T12:00:00.1Z"))},
                          {"z", Value::zoned_date_time(*parse_instant("2013-09-08T14:19:00Z"), 7200, "Europe/Paris")},
                          {"t", Value::local_time(*parse_local_time("16:19"))},
                          {"l", Value::local_date(*parse_local_date("2013-09-08"))}});
  EXPECT_EQ(
      write_yaml(map),
      "d: 300.000000000\ni: 2024-02-29T12:00:00.100Z\nz: 2013-09-08T16:19:00+02:00\nt: 16:19:00\nl: 2013-09-08\n");
}

TEST(YamlWriter, InvalidUtf8IsWrittenAsValidYaml) {
  EXPECT_EQ(write_yaml(Value::map({{"k\xFF", Value::string("a\xC3\nb")}})),
            "\"k\xEF\xBF\xBD\": \"a\xEF\xBF\xBD\\nb\"\n");
}

TEST(YamlWriter, DeepValues) {
  Value value = Value::string("x\ny");
  for (int i = 0; i < 256; ++i) value = i % 2 == 0 ? Value::list({value}) : Value::map({{"k", value}});
  auto back = parse_yaml(write_yaml(value), {.depth = 256});
  ASSERT_TRUE(back.has_value()) << back.error().to_string();
  EXPECT_EQ((*back)->to_value(), value);
}

}  // namespace
}  // namespace gyr::syntax
