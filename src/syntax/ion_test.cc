#include "syntax/ion.h"

#include <gtest/gtest.h>

#include <cmath>

#include "syntax/json.h"
#include "syntax/time.h"

namespace gyr::syntax {
namespace {

using base::Value;

std::vector<Value> all(std::string_view text) {
  IonReader reader(text);
  std::vector<Value> values;
  for (;;) {
    auto next = reader.next();
    EXPECT_TRUE(next.has_value()) << text << "\n" << (next ? "" : next.error().to_string());
    if (!next || !*next) return values;
    values.push_back(**next);
  }
}

Value one(std::string_view text) {
  auto values = all(text);
  EXPECT_EQ(values.size(), 1u) << text;
  return values.empty() ? Value() : values.front();
}

std::string refused(std::string_view text) {
  IonReader reader(text);
  for (;;) {
    auto next = reader.next();
    if (next && *next) continue;
    EXPECT_FALSE(next.has_value()) << text;
    if (next) return "taken";
    EXPECT_EQ(next.error().code(), ion_malformed);
    EXPECT_NE(next.error().place(), nullptr);
    EXPECT_FALSE(reader.next().has_value()) << "it goes on after an error";
    return next.error().message();
  }
}

// EXPR-282, EXPR-11
TEST(Ion, Numbers) {
  EXPECT_TRUE(one("1").is_narrow());
  EXPECT_EQ(one("-2147483649").as_integer(), -2147483649);
  EXPECT_EQ(one("123456789012345678901234567890").text(), "123456789012345678901234567890");
  EXPECT_EQ(one("1_000_000").as_integer(), 1'000'000);
  EXPECT_EQ(one("0xFf").as_integer(), 255);
  EXPECT_EQ(one("-0b101").as_integer(), -5);
  EXPECT_TRUE(one("1.50").is_decimal());
  EXPECT_EQ(one("1.50").text(), "1.50");
  EXPECT_EQ(one("-15d-3").text(), "-0.015");
  EXPECT_EQ(one("-0.").text(), "0");
  EXPECT_EQ(one("-0.00").text(), "0.00");
  EXPECT_EQ(one("15d2").text(), "1500");
  EXPECT_EQ(one("0d0").text(), "0");
  EXPECT_EQ(one("0.00").text(), "0.00");
  EXPECT_EQ(one("1.").text(), "1");
  EXPECT_EQ(one("1.5e0").as_number(), 1.5);
  EXPECT_EQ(one("-1e-2").as_number(), -0.01);
  EXPECT_FALSE(IonReader("1e999999999999").next().has_value());
  EXPECT_FALSE(IonReader("[-1.5e400]").next().has_value());
  EXPECT_TRUE(std::isnan(one("nan").as_number()));
  EXPECT_EQ(one("-inf").as_number(), -INFINITY);
  EXPECT_EQ(one("+inf").as_number(), INFINITY);
}

TEST(Ion, WordsSymbolsAndStrings) {
  EXPECT_TRUE(one("null").is_null());
  EXPECT_TRUE(one("null.struct").is_null());
  EXPECT_TRUE(one("true").as_boolean());
  EXPECT_EQ(one("abc").text(), "abc");
  EXPECT_EQ(one("'a b\\'c'").text(), "a b'c");
  EXPECT_EQ(one(R"("a\n\x41\u00e9\U0001F600\ud83d\ude00\/")").text(), "a\nA\u00e9\U0001F600\U0001F600/");
  EXPECT_EQ(one(R"("\ud83dx")").text(), "\uFFFDx");
  EXPECT_EQ(one("\"a\\\nb\"").text(), "ab");
  EXPECT_EQ(one("'''one ''' // and\n '''two\r\nthree'''").text(), "one two\nthree");
  EXPECT_EQ(one("{{ aGVs bG8= }}").text(), "aGVsbG8=");
  EXPECT_EQ(one("{{ \"text\" }}").text(), "text");
}

TEST(Ion, Timestamps) {
  EXPECT_EQ(format_instant(one("2024-02-29T12:00:00.123Z").as_instant()), "2024-02-29T12:00:00.123Z");
  EXPECT_EQ(format_instant(one("2024-02-29T12:00+02:00").as_instant()), "2024-02-29T10:00:00Z");
  EXPECT_EQ(format_instant(one("2024-02-29T12:00:00.1234567891-00:30").as_instant()), "2024-02-29T12:30:00.123456789Z");
  EXPECT_EQ(format_instant(one("2024-02-29").as_instant()), "2024-02-29T00:00:00Z");
  EXPECT_EQ(format_instant(one("2024-02-29T").as_instant()), "2024-02-29T00:00:00Z");
  EXPECT_EQ(format_instant(one("2024-02T").as_instant()), "2024-02-01T00:00:00Z");
  EXPECT_EQ(format_instant(one("2024T").as_instant()), "2024-01-01T00:00:00Z");
}

TEST(Ion, ContainersAnnotationsAndSeveralValues) {
  EXPECT_EQ(write_json(one("{a:1, 'b c':[2,three,], \"d\":{}, a:4,}")), R"({"a":4,"b c":[2,"three"],"d":{}})");
  EXPECT_EQ(write_json(one("(a + -1 (b . c))")), R"(["a","+",-1,["b",".","c"]])");
  EXPECT_EQ(write_json(one("money::'of'::{amount:eur::5}")), R"({"amount":5})");
  auto values = all("$ion_1_0 $ion_symbol_table::{symbols:[\"x\"]} 1 /* two */ 2//three\n[3]");
  ASSERT_EQ(values.size(), 3u);
  EXPECT_EQ(write_json(values[2]), "[3]");
  EXPECT_TRUE(all("").empty());
  EXPECT_TRUE(all("\xEF\xBB\xBF // nothing").empty());
  EXPECT_EQ(all("$ion_1_0::5").size(), 1u);
}

// STOR-12: JSON rows are Ion rows.
TEST(Ion, JsonIsIon) {
  std::string json = R"({"a":[1,2.5,"x\u00e9\/",null,true],"b":{"c":-1e3}})";
  EXPECT_EQ(write_json(one(json)), R"({"a":[1,2.5,"xé/",null,true],"b":{"c":-1000.0}})");
}

// EXPR-222, EXPR-16
TEST(Ion, Written) {
  EXPECT_EQ(write_ion(*parse_json(R"({"a":"x","b c":[1,2.0,1.5,null,true],"null":{},"$1":1,"_x1":0,"":"","é":1})")),
            R"({a:"x",'b c':[1,2e0,1.5e0,null,true],'null':{},'$1':1,_x1:0,'':"",'é':1})");
  EXPECT_EQ(write_ion(Value::number(1e10)), "1.0E10");
  EXPECT_EQ(write_ion(Value::number(-0.0)), "-0e0");
  EXPECT_EQ(write_ion(Value::number(NAN)), "nan");
  EXPECT_EQ(write_ion(Value::number(-INFINITY)), "-inf");
  EXPECT_EQ(write_ion(Value::decimal("1.10")), "1.10");
  EXPECT_EQ(write_ion(Value::string("\"\\'\n\x01\x7f\xc3\xa9")), "\"\\\"\\\\'\\n\\x01\\x7f\xc3\xa9\"");
  EXPECT_EQ(write_ion(Value::map({{"it's", Value::integer(1)}})), "{'it\\'s':1}");
  EXPECT_EQ(write_ion(Value::instant(*parse_instant("2024-02-29T12:00:00Z"))), "2024-02-29T12:00:00.000Z");
  EXPECT_EQ(write_ion(Value::instant(*parse_instant("2024-02-29T12:00:00.123456Z"))), "2024-02-29T12:00:00.123Z");
  EXPECT_EQ(write_ion(Value::instant(*parse_instant("+12024-02-29T12:00:00Z"))), "\"+12024-02-29T12:00:00Z\"");
  EXPECT_EQ(write_ion(Value::duration(base::Duration::of_millis(300'000))), "300.000000000");
  EXPECT_EQ(write_ion(Value::local_date(0)), "\"1970-01-01\"");
}

TEST(Ion, WhatIsWrittenIsReadAgain) {
  for (const char* json : {R"({"a":"x","b c":[1,-2147483649,null,true,"\u0000\u001f\u007f\n'\""],"nan":{"":[[],{}]}})",
                           "1.5", "-0.0", "1e300", "123456789012345678901234567890", "\"''' \\\\ \""}) {
    Value value = *parse_json(json);
    EXPECT_EQ(one(write_ion(value)), value) << json;
  }
}

TEST(Ion, RefusesWithThePlace) {
  EXPECT_EQ(refused("{a:"), "expected a value, found the end of the text at line 1, column 4");
  EXPECT_EQ(refused("{a:1"), "expected ',' or '}', found the end of the text at line 1, column 5");
  EXPECT_EQ(refused("[1,\n 2"), "expected ',' or ']', found the end of the text at line 2, column 3");
  EXPECT_EQ(refused("12x"), "expected the end of the number, found 'x' at line 1, column 3");
  EXPECT_EQ(refused("007"), "a number cannot have leading zeros at line 1, column 1");
  EXPECT_EQ(refused("0_7"), "a number cannot have leading zeros at line 1, column 1");
  EXPECT_EQ(refused("1__0"), "expected the end of the number, found '__0' at line 1, column 2");
  EXPECT_EQ(refused("1d99999999999999999999"), "the exponent of a decimal is greater than 1000 at line 1, column 1");
  EXPECT_EQ(refused(std::string(1001, '9')), "a number has more than 1000 digits at line 1, column 1");
  EXPECT_EQ(refused("6d1000"), "a number has more than 1000 digits at line 1, column 1");
  EXPECT_EQ(refused("1d-1000"), "a number has more than 1000 digits at line 1, column 1");
  EXPECT_EQ(refused("0xFFFFFFFFFFFFFFFFF"), "a binary or hexadecimal number has more than 64 bits at line 1, column 1");
  EXPECT_EQ(refused("2024-02-30"), "expected 1 to 29 in the timestamp, found 30 at line 1, column 9");
  EXPECT_EQ(refused("2024-02"), "expected `T` after a year or a month, found the end of the text at line 1, column 8");
  EXPECT_EQ(refused("2024-02-29T12:00"),
            "expected 'Z' or an offset such as +02:00, found the end of the text at line 1, column 17");
  EXPECT_EQ(refused("0000T"), "a timestamp has a year of 1 or later at line 1, column 1");
  EXPECT_EQ(refused("null.number"), "'number' is not a type of a null at line 1, column 6");
  EXPECT_EQ(refused("{true:1}"), "'true' is a keyword; put the name of the field in quotes at line 1, column 2");
  EXPECT_EQ(refused("\"a\nb\""), "a string contains a line break; use \\n or '''…''' at line 1, column 3");
  EXPECT_EQ(refused(std::string("\"a\0b\"", 5)), "a control character in a string at line 1, column 3");
  EXPECT_EQ(refused("\"a"), "a string has no end at line 1, column 1");
  EXPECT_EQ(refused("'''a''"), "''' has no end at line 1, column 1");
  EXPECT_EQ(refused("\"\\q\""), "'\\q' is not an escape sequence at line 1, column 2");
  EXPECT_EQ(refused("\"\\u12\""), "expected 4 hexadecimal digits, found '12' at line 1, column 4");
  EXPECT_EQ(refused("\"\\UFFFFFFFF\""), "an escape beyond U+10FFFF at line 1, column 2");
  EXPECT_EQ(refused("/* x"), "a comment has no end at line 1, column 1");
  EXPECT_EQ(refused("{{ a }}"), "the text between {{ and }} is not Base64 at line 1, column 1");
  EXPECT_EQ(refused("a::"), "expected a value after the annotation, found the end of the text at line 1, column 4");
  EXPECT_EQ(refused("\xff"), "bytes that are not valid UTF-8 at line 1, column 1");
  EXPECT_EQ(refused("1 ]"), "expected a value, found ']' at line 1, column 3");
  EXPECT_EQ(refused(std::string(300, '[')), "values are nested more than 200 deep at line 1, column 202");
  IonReader large("12345", {.bytes = 4});
  EXPECT_EQ(large.next().error().message(), "the text has 5 bytes; the limit is 4 at line 1, column 1");
}

}  // namespace
}  // namespace gyr::syntax
