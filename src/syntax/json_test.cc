#include "syntax/json.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "base/limits.h"
#include "syntax/json_reader.h"

namespace gyr::syntax {
namespace {

using base::Value;

Value parse(std::string_view text) {
  auto result = parse_json(text);
  EXPECT_TRUE(result.has_value()) << text << "\n" << (result ? "" : result.error().to_string());
  return result ? *result : Value();
}

/// Long enough for simdjson, so that both parsers are tested.
std::string padded(std::string_view text) { return std::string(70, ' ') + std::string(text); }

// EXPR-11: kinds of numbers
TEST(Json, Numbers) {
  EXPECT_TRUE(parse("1").is_narrow());
  EXPECT_EQ(parse("2147483647").as_integer(), 2147483647);
  EXPECT_TRUE(parse("-2147483648").is_narrow());
  EXPECT_FALSE(parse("2147483648").is_narrow());
  EXPECT_EQ(parse("-9223372036854775808").as_integer(), INT64_MIN);
  for (const char* text : {"9223372036854775808", "18446744073709551615", "18446744073709551616",
                           "-9223372036854775809", "123456789012345678901234567890"}) {
    for (const std::string& form : {std::string(text), padded(text)}) {
      Value big = parse(form);
      ASSERT_TRUE(big.is_decimal()) << form;
      EXPECT_EQ(big.text(), text);
    }
  }
  EXPECT_EQ(parse("-0").as_integer(), 0);
  EXPECT_TRUE(std::signbit(parse("-0.0").as_number()));
  EXPECT_EQ(parse("1.5e3").as_number(), 1500.0);
  EXPECT_EQ(parse("1e-400").as_number(), 0.0);
  EXPECT_EQ(parse("0.000" + std::string(400, '0') + "1e500").as_number(), 1e96);
  EXPECT_EQ(parse(std::string(400, '1') + "e-399").as_number(), 1.1111111111111112);
  EXPECT_EQ(parse("1e-99999999999999999999").as_number(), 0.0);
  EXPECT_EQ(parse("0e99999999999999999999").as_number(), 0.0);
  EXPECT_EQ(parse("1.7976931348623157e308").as_number(), std::numeric_limits<double>::max());
}

TEST(Json, NumbersBeyondDoublesAreRefused) {  // API-106
  for (const char* text : {"1E400", "-1e400", "1e999", "1.8e308", "1e99999999999999999999", "-17976931348623160e300"}) {
    for (const char* around : {"{}", "[1, {}]", R"({{"a": {{"b": {}}}}})"}) {
      const std::string json = fmt::format(fmt::runtime(around), text);
      const auto parsed = parse_json(json);
      ASSERT_FALSE(parsed.has_value()) << json;
      EXPECT_EQ(parsed.error().code(), json_malformed);
      EXPECT_NE(parsed.error().message().find(fmt::format("the number {} is beyond the range", text)),
                std::string::npos)
          << parsed.error().message();
      EXPECT_EQ(parsed.error().hint(), "send it as a string");
      ASSERT_NE(parsed.error().place(), nullptr);
      EXPECT_EQ(parsed.error().place()->column, json.find(text) + 1) << json;
      EXPECT_FALSE(parse_json_prefix(json + " x").has_value()) << json;
    }
  }
}

TEST(Json, OrderAndRepeatedKeys) {
  EXPECT_EQ(write_json(parse(R"({"b":1,"a":2,"b":3})")), R"({"b":3,"a":2})");
  EXPECT_EQ(write_json(parse(padded(R"({"b":1,"a":2,"b":3})"))), R"({"b":3,"a":2})");
}

TEST(Json, Strings) {
  EXPECT_EQ(parse(R"("a\"\\\/\b\f\n\r\tAé\u0000")").text(), std::string_view("a\"\\/\b\f\n\r\tA\xC3\xA9\0", 13));
  EXPECT_EQ(parse(R"("\ud83d\ude00")").text(), "\xF0\x9F\x98\x80");
  // Single surrogates become the replacement character, in both parsers.
  for (auto form :
       {+[](std::string_view t) { return std::string(t); }, +[](std::string_view t) { return padded(t); }}) {
    EXPECT_EQ(parse(form(R"("x\ud83dy")")).text(), "x\xEF\xBF\xBDy");
    EXPECT_EQ(parse(form(R"("\ude00")")).text(), "\xEF\xBF\xBD");
    EXPECT_EQ(parse(form(R"("\ud83d\ud83d\ude00")")).text(), "\xEF\xBF\xBD\xF0\x9F\x98\x80");
    EXPECT_EQ(parse(form(R"("\ud83dA")")).text(),
              "\xEF\xBF\xBD"
              "A");
    EXPECT_EQ(parse(form("\"\xE2\x80\xA8\x7F\"")).text(), "\xE2\x80\xA8\x7F");
  }
}

TEST(Json, ObjectsOfAListShareTheirKeys) {
  Value list = parse(R"([{"name":1},{"name":2},{"name":3}])");
  EXPECT_TRUE(list.items()[0].entries()[0].key.same_storage(list.items()[2].entries()[0].key));
}

struct Wrong {
  std::string_view text;
  uint32_t line;
  uint32_t column;
  std::string_view message;
  std::string_view hint = {};
};

constexpr std::array wrongs{
    Wrong{"", 1, 1, "No content to map due to end-of-input"},
    Wrong{" \n ", 2, 2, "No content to map due to end-of-input"},
    Wrong{"{", 1, 2, "expected a key in double quotes, found the end of the text"},
    Wrong{"[1, 2", 1, 6, "expected ',' or ']'"},
    Wrong{"[1 2]", 1, 4, "expected ',' or ']', found '2'"},
    Wrong{"[1,]", 1, 4, "expected a value, found ']'", "remove the comma"},
    Wrong{"[,1]", 1, 2, "expected a value, found ','"},
    Wrong{"{\"a\":1,}", 1, 8, "expected a key", "remove the comma"},
    Wrong{"{\"a\" 1}", 1, 6, "expected ':' after the key"},
    Wrong{"{\"a\":}", 1, 6, "expected a value, found '}'"},
    Wrong{"{\"a\":1 \"b\":2}", 1, 8, "expected ',' or '}'"},
    Wrong{"{a: 1}", 1, 2, "expected a key in double quotes, found 'a'", "double quotes"},
    Wrong{"{'a': 1}", 1, 2, "expected a key", "double quotes"},
    Wrong{"['a']", 1, 2, "expected a value", "double quotes"},
    Wrong{"{1: 2}", 1, 2, "expected a key"},
    Wrong{"[1}", 1, 3, "expected ',' or ']', found '}'"},
    Wrong{"{\"a\": 1\n, \"b\": 2]", 2, 9, "expected ',' or '}'"},
    Wrong{"1 2", 1, 3, "after the value"},
    Wrong{"{} x", 1, 4, "after the value"},
    Wrong{"]", 1, 1, "expected a value"},
    Wrong{"tru", 1, 1, "expected a value, found 'tru'"},
    Wrong{"nullx", 1, 1, "expected a value, found 'nullx'"},
    Wrong{"True", 1, 1, "expected a value", "lower case"},
    Wrong{"[None]", 1, 2, "expected a value", "lower case"},
    Wrong{"NaN", 1, 1, "expected a value", "does not support this number"},
    Wrong{"-Infinity", 1, 2, "expected a digit", "does not support this number"},
    Wrong{"// x\n1", 1, 1, "expected a value", "no comments"},
    Wrong{"[1, # x\n2]", 1, 5, "expected a value", "no comments"},
    Wrong{"01", 1, 1, "cannot have leading zeros"},
    Wrong{"-01", 1, 2, "cannot have leading zeros"},
    Wrong{"+1", 1, 1, "expected a value"},
    Wrong{".5", 1, 1, "expected a value"},
    Wrong{"1.", 1, 3, "expected a digit after the decimal point"},
    Wrong{"1.e5", 1, 3, "expected a digit"},
    Wrong{"1e", 1, 3, "expected a digit of the exponent"},
    Wrong{"1e+", 1, 4, "expected a digit of the exponent"},
    Wrong{"-", 1, 2, "expected a digit"},
    Wrong{"0x1F", 1, 2, "after the value"},
    Wrong{"1_000", 1, 2, "after the value"},
    Wrong{"[\"a", 1, 2, "the string that starts here is not closed"},
    Wrong{"[\"a\\", 1, 4, "not a JSON escape"},
    Wrong{"\"a\nb\"", 1, 3, "control character", "escape"},
    Wrong{"\"a\\n\tb\"", 1, 5, "control character", "escape"},
    Wrong{{"\"a\0b\"", 5}, 1, 3, "control character"},
    Wrong{R"("\q")", 1, 2, "not a JSON escape sequence", "write a backslash"},
    Wrong{R"("\u12")", 1, 2, "four hexadecimal digits"},
    Wrong{R"("\u12G4")", 1, 2, "four hexadecimal digits"},
    Wrong{R"("\ud83d\u12")", 1, 8, "four hexadecimal digits"},
    Wrong{"\"\xC3\xA9\xFF\"", 1, 3, "not valid UTF-8"},
    Wrong{"\"\\n\xED\xA0\x80\"", 1, 4, "not valid UTF-8"},
    Wrong{"\xFF", 1, 1, "expected a value"},
    Wrong{"\xEF\xBB\xBF{}", 1, 1, "expected a value", "byte order mark"},
    Wrong{"{\"\xC3\xA9\": \xC3\xA9}", 1, 7, "expected a value, found '\xC3\xA9'"},
};

TEST(Json, MistakesHaveAPlace) {
  for (const Wrong& wrong : wrongs) {
    for (size_t pad : {0, 100}) {  // with and without simdjson
      std::string text = std::string(pad, '\n') + std::string(wrong.text);
      auto result = parse_json(text);
      ASSERT_FALSE(result.has_value()) << wrong.text;
      const base::Error& error = result.error();
      EXPECT_EQ(error.code(), json_malformed) << wrong.text;
      ASSERT_NE(error.place(), nullptr);
      if (pad == 0) {
        EXPECT_EQ(error.place()->line, wrong.line) << wrong.text << " " << error.message();
        EXPECT_EQ(error.place()->column, wrong.column) << wrong.text << " " << error.message();
      } else if (!wrong.text.starts_with("\xEF\xBB\xBF")) {
        EXPECT_EQ(error.place()->line, wrong.line + pad) << wrong.text;
      }
      EXPECT_NE(error.message().find(wrong.message), std::string::npos) << wrong.text << " " << error.message();
      EXPECT_NE(error.hint().find(wrong.hint), std::string::npos) << wrong.text << " " << error.hint();
    }
  }
}

// EXPR-280: only the first value counts
TEST(Json, Prefix) {
  auto first = [](std::string_view text) {
    auto result = parse_json_prefix(text);
    return result ? write_json(*result) : "error: " + result.error().message();
  };
  EXPECT_EQ(first("1 2"), "1");
  EXPECT_EQ(first("{\"a\":1} \"never closed"), R"({"a":1})");
  EXPECT_EQ(first("[1]]]"), "[1]");
  EXPECT_EQ(first("\"a\"b"), R"("a")");
  EXPECT_EQ(first(" true\nfalse \xFF"), "true");
  EXPECT_EQ(first(padded("{\"a\":[1,2]} trailing words that are no JSON")), R"({"a":[1,2]})");
  EXPECT_EQ(first("12x").substr(0, 6), "error:");
  EXPECT_EQ(first("truex").substr(0, 6), "error:");
  EXPECT_EQ(first("[1"), "error: expected ',' or ']', found the end of the text at line 1, column 3");
  EXPECT_EQ(first(""), "error: No content to map due to end-of-input at line 1, column 1");
}

TEST(Json, Limits) {
  auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(parse(nested(200)).depth(), 200U);
  auto deep = parse_json(nested(201));
  ASSERT_FALSE(deep.has_value());
  EXPECT_EQ(deep.error().code(), json_limit_exceeded);
  EXPECT_EQ(deep.error().place()->column, 201U);
  EXPECT_EQ(parse_json(nested(256), {.depth = 5000})->depth(), base::limits::value_depth);
  EXPECT_FALSE(parse_json(nested(257), {.depth = 5000}).has_value());
  EXPECT_FALSE(parse_json(std::string(2'000'000, '['), {.depth = 5000}).has_value());
  std::string objects;
  for (int i = 0; i < 300; ++i) objects += "{\"a\":";
  EXPECT_EQ(parse_json(objects).error().code(), json_limit_exceeded);

  auto large = parse_json("[1,2,3]", {.bytes = 6});
  ASSERT_FALSE(large.has_value());
  EXPECT_EQ(large.error().code(), json_limit_exceeded);
  EXPECT_EQ(parse_json(std::string(max_json_integer + 1, '7')).error().code(), json_limit_exceeded);
  EXPECT_TRUE(parse(std::string(max_json_integer, '7')).is_decimal());
}

TEST(Json, LargeTexts) {
  std::string text = "[";
  for (int i = 0; i < 300'000; ++i) text += fmt::format("{}{{\"k\":{}}}", i == 0 ? "" : ",", i);
  text += "]";
  ASSERT_GT(text.size(), 1024U * 1024U);  // beyond what simdjson indexes
  EXPECT_EQ(write_json(parse(text)), text);
  std::string many = "{";
  for (int i = 0; i < 5'000; ++i) many += fmt::format("{}\"key{}\":{}", i == 0 ? "" : ",", i, i);
  many += "}";
  EXPECT_EQ(write_json(parse(many)), many);
}

}  // namespace
}  // namespace gyr::syntax
