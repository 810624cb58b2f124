// Every row was read by the reference's parser (Jackson 2.21 over SnakeYAML 2.4); the two that differ are marked.
#include "syntax/yaml_scalar.h"

#include <gtest/gtest.h>

#include <array>

#include "syntax/java_number.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace gyr::syntax {
namespace {

using base::Value;

/// Kind and value: `int 83`, `long 2147483648`, `big 1…`, `double 0.5`, `text x`, `true`, `null`, `error`.
std::string described(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::null: return "null";
    case Value::Kind::boolean: return value.as_boolean() ? "true" : "false";
    case Value::Kind::integer: return fmt::format("{} {}", value.is_narrow() ? "int" : "long", value.as_integer());
    case Value::Kind::number: return "double " + java_double_text(value.as_number());
    case Value::Kind::decimal: return fmt::format("big {}", value.text());
    default: return fmt::format("text {}", value.text());
  }
}

std::string read(std::string_view scalar) {
  auto result = parse_yaml(fmt::format("k: {}\n", scalar));
  return result ? described((*result)->find("k")->value()) : "error";
}

struct Row {
  std::string_view scalar;
  std::string_view expected;
};

// FLOW-2, EXPR-283: YAML 1.1 words
constexpr std::array words{
    Row{"true", "true"},        Row{"True", "true"},
    Row{"TRUE", "true"},        Row{"tRue", "text tRue"},
    Row{"yes", "true"},         Row{"Yes", "true"},
    Row{"YES", "true"},         Row{"yEs", "text yEs"},
    Row{"on", "true"},          Row{"On", "true"},
    Row{"ON", "true"},          Row{"oN", "text oN"},
    Row{"false", "false"},      Row{"False", "false"},
    Row{"FALSE", "false"},      Row{"no", "false"},
    Row{"No", "false"},         Row{"NO", "false"},
    Row{"off", "false"},        Row{"Off", "false"},
    Row{"OFF", "false"},        Row{"y", "text y"},
    Row{"Y", "text Y"},         Row{"n", "text n"},
    Row{"N", "text N"},         Row{"~", "null"},
    Row{"null", "null"},        Row{"Null", "null"},
    Row{"NULL", "null"},        Row{"nULL", "text nULL"},
    Row{"", "text "},           Row{"nil", "text nil"},
    Row{"'true'", "text true"}, Row{"\"null\"", "text null"},
    Row{"'1'", "text 1"},       Row{"''", "text "},
};

constexpr std::array integers{
    Row{"0", "int 0"},
    Row{"-0", "int 0"},
    Row{"+5", "int 5"},
    Row{"-5", "int -5"},
    Row{"+ 5", "text + 5"},
    Row{"0123", "int 83"},
    Row{"-0123", "int -83"},
    Row{"+0123", "int 83"},
    Row{"089", "text 089"},
    Row{"00", "int 0"},
    Row{"08", "text 08"},
    Row{"0o17", "text 0o17"},
    Row{"0x1F", "int 31"},
    Row{"0X1F", "text 0X1F"},
    Row{"-0x1f", "int -31"},
    Row{"0x_1", "int 1"},
    Row{"0x", "text 0x"},
    Row{"0x1_F", "int 31"},
    Row{"0b101", "int 5"},
    Row{"-0b11", "int -3"},
    Row{"0b2", "text 0b2"},
    Row{"0b1_0", "int 2"},
    Row{"1_000", "int 1000"},
    Row{"1__0", "int 10"},
    Row{"1_", "int 1"},
    Row{"_1", "text _1"},
    Row{"0_1", "int 1"},
    Row{"0_", "text 0_"},
    Row{"077_7", "int 511"},
    Row{"1L", "text 1L"},
    Row{"2147483647", "int 2147483647"},
    Row{"2147483648", "long 2147483648"},
    Row{"-2147483648", "int -2147483648"},
    Row{"-2147483649", "long -2147483649"},
    Row{"9223372036854775807", "long 9223372036854775807"},
    Row{"9223372036854775808", "big 9223372036854775808"},
    Row{"-9223372036854775808", "long -9223372036854775808"},
    Row{"-9223372036854775809", "big -9223372036854775809"},
    Row{"123456789012345678901234567890", "big 123456789012345678901234567890"},
    Row{"0xFFFFFFFF", "long 4294967295"},
    Row{"0xFFFFFFFFFFFFFFFF", "big 18446744073709551615"},
    Row{"0xFFFFFFFFFFFFFFFFFF", "big 4722366482869645213695"},
    Row{"0777777777777777777777777", "big 4722366482869645213695"},
    Row{"-0x8000000000000000", "long -9223372036854775808"},
    Row{"0x7FFFFFFF", "int 2147483647"},  // ours: fitting, as after the reference has stored it once (there: long)
    Row{"--5", "text --5"},
    Row{"+-5", "text +-5"},
    Row{"1,000", "text 1,000"},
    Row{"12:30:45", "text 12:30:45"},
    Row{"1:30", "text 1:30"},
    Row{"190:20:30", "text 190:20:30"},
};

constexpr std::array numbers{
    Row{"1.0", "double 1.0"},
    Row{"1.10", "double 1.1"},
    Row{"-0.0", "double -0.0"},
    Row{".5", "double 0.5"},
    Row{"-.5", "double -0.5"},
    Row{"+.5", "double 0.5"},
    Row{"5.", "double 5.0"},
    Row{"1e3", "double 1000.0"},
    Row{"1E3", "double 1000.0"},
    Row{"1e+3", "double 1000.0"},
    Row{"1e-3", "double 0.001"},
    Row{"1.5e3", "double 1500.0"},
    Row{"1.e3", "double 1000.0"},
    Row{"1_000.5", "double 1000.5"},
    Row{"1.5_0", "double 1.5"},
    Row{"1_0e3", "double 10000.0"},
    Row{"._5", "double 0.5"},
    Row{"00.1", "double 0.1"},
    Row{"0e0", "double 0.0"},
    Row{"-1.5E-7", "double -1.5E-7"},
    Row{"1e400", "text 1e400"},
    Row{"-1e400", "text -1e400"},
    Row{"12e4567", "text 12e4567"},
    Row{"1e-400", "double 0.0"},
    Row{"0.10000000000000000001", "double 0.1"},
    Row{"1e", "text 1e"},
    Row{"e3", "text e3"},
    Row{"1.2.3", "text 1.2.3"},
    Row{".e3", "text .e3"},
    Row{".", "text ."},
    Row{"..", "text .."},
    Row{"1e5.5", "text 1e5.5"},
    Row{"1e3_0", "text 1e3_0"},
    Row{"1.5f", "text 1.5f"},
    Row{".inf", "error"},
    Row{"-.Inf", "error"},
    Row{"+.INF", "error"},
    Row{".nan", "error"},
    Row{".NaN", "error"},
    Row{"1:30.5", "error"},
    Row{"inf", "text inf"},
    Row{"NaN", "text NaN"},
    Row{"Infinity", "text Infinity"},
    Row{"-.nan", "text -.nan"},
    Row{"1:60.5", "text 1:60.5"},
    Row{"._", "text ._"},  // ours: there an error
};

constexpr std::array texts{
    Row{"2024-01-01", "text 2024-01-01"},
    Row{"2024-01-01T00:00:00Z", "text 2024-01-01T00:00:00Z"},
    Row{"=", "text ="},
    Row{"<<", "text <<"},
    Row{"1.2.3.4", "text 1.2.3.4"},
    Row{"PT5S", "text PT5S"},
};

// What follows a tag.
constexpr std::array tagged{
    Row{"!!str 12", "text 12"},
    Row{"!!str yes", "text yes"},
    Row{"!!str", "text "},
    Row{"!!int '7'", "int 7"},
    Row{"!!int '0x1F'", "int 31"},
    Row{"!!int abc", "text abc"},
    Row{"!!int 1.5", "text 1.5"},
    Row{"!!int ''", "text "},
    Row{"!!float 3", "double 3.0"},
    Row{"!!float '1_0.5'", "double 10.5"},
    Row{"!!float 017", "double 17.0"},
    Row{"!!float abc", "error"},
    Row{"!!float 0x1F", "error"},
    Row{"!!bool 'yes'", "true"},
    Row{"!!bool y", "true"},
    Row{"!!bool tRuE", "true"},
    Row{"!!bool n", "false"},
    Row{"!!bool abc", "text abc"},
    Row{"!!null abc", "null"},
    Row{"!!null ''", "text "},
    Row{"!!timestamp 2024-01-01", "text 2024-01-01"},
    Row{"! 12", "int 12"},
    Row{"! '12'", "int 12"},
    Row{"!foo 12", "text 12"},
    Row{"!<tag:yaml.org,2002:int> '3'", "int 3"},
    Row{"!!binary aGVsbG8=", "text aGVsbG8="},
    Row{"!!binary '*'", "error"},
    Row{"!!map 12", "text 12"},
};

template <size_t count>
void check(const std::array<Row, count>& rows) {
  for (const Row& row : rows) EXPECT_EQ(read(row.scalar), row.expected) << "`" << row.scalar << "`";
}

TEST(YamlScalar, Words) { check(words); }
TEST(YamlScalar, Integers) { check(integers); }
TEST(YamlScalar, Numbers) { check(numbers); }
TEST(YamlScalar, Texts) { check(texts); }
TEST(YamlScalar, Tags) { check(tagged); }

TEST(YamlScalar, TagHandlesAndCollections) {
  auto yaml = [](std::string_view text) { return write_json((*parse_yaml(text))->to_value()); };
  EXPECT_EQ(yaml("%TAG !e! tag:yaml.org,2002:\n---\na: !e!str 12\n"), R"({"a":"12"})");
  EXPECT_EQ(yaml("a: !!set {x, y}\nb: !!omap [p: 1]\nc: !!str [1]\n"),
            R"({"a":{"x":"","y":""},"b":[{"p":1}],"c":[1]})");
}

TEST(YamlScalar, AbsurdIntegersAreRefused) {
  EXPECT_EQ(read("0x" + std::string(900, 'F')).substr(0, 4), "big ");
  EXPECT_EQ(read(std::string(1001, '1')), "error");
  EXPECT_EQ(read("0x" + std::string(1001, 'F')), "error");
  EXPECT_EQ(shape_of_plain(std::string(100'000, '1') + "x"), ScalarShape::text);
}

}  // namespace
}  // namespace gyr::syntax
