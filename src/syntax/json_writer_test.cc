#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "syntax/java_number.h"
#include "syntax/json.h"
#include "syntax/time.h"

namespace gyr::syntax {
namespace {

using base::Duration;
using base::Value;

struct Printed {
  double value;
  std::string_view text;
};

// EXPR-12, EXPR-1396: as java.lang.Double.toString of Java 19 and later
TEST(JavaNumbers, Doubles) {
  constexpr std::array rows{
      Printed{1.0, "1.0"},
      Printed{3.5, "3.5"},
      Printed{-0.0, "-0.0"},
      Printed{0.0, "0.0"},
      Printed{0.1, "0.1"},
      Printed{100.0, "100.0"},
      Printed{9999999.0, "9999999.0"},
      Printed{1e7, "1.0E7"},
      Printed{12345678.9, "1.23456789E7"},
      Printed{0.001, "0.001"},
      Printed{0.0009, "9.0E-4"},
      Printed{0.0001, "1.0E-4"},
      Printed{0.00123, "0.00123"},
      Printed{1234567.0, "1234567.0"},
      Printed{1.0 / 3, "0.3333333333333333"},
      Printed{123456789012345678.0, "1.2345678901234568E17"},
      Printed{1e21, "1.0E21"},
      Printed{1e23, "1.0E23"},
      Printed{2e-323, "2.0E-323"},
      Printed{4.9e-324, "4.9E-324"},
      Printed{std::numeric_limits<double>::max(), "1.7976931348623157E308"},
      Printed{std::numeric_limits<double>::min(), "2.2250738585072014E-308"},
      Printed{9007199254740993.0, "9.007199254740992E15"},
      Printed{-1.5e-7, "-1.5E-7"},
      Printed{9.5367431640625E-7, "9.5367431640625E-7"},
      Printed{10.5, "10.5"},
  };
  for (const auto& row : rows) EXPECT_EQ(java_double_text(row.value), row.text);
  EXPECT_EQ(java_double_text(std::nan("")), "NaN");
  EXPECT_EQ(java_double_text(HUGE_VAL), "Infinity");
  EXPECT_EQ(java_double_text(-HUGE_VAL), "-Infinity");
}

TEST(JavaNumbers, Floats) {
  EXPECT_EQ(java_float_text(1.0F), "1.0");
  EXPECT_EQ(java_float_text(1.123F), "1.123");
  EXPECT_EQ(java_float_text(0.1F), "0.1");
  EXPECT_EQ(java_float_text(16777217.0F), "1.6777216E7");
  EXPECT_EQ(java_float_text(1e7F), "1.0E7");
  EXPECT_EQ(java_float_text(0.001F), "0.001");
  EXPECT_EQ(java_float_text(9.999e-4F), "9.999E-4");
  EXPECT_EQ(java_float_text(std::numeric_limits<float>::max()), "3.4028235E38");
  EXPECT_EQ(java_float_text(std::numeric_limits<float>::denorm_min()), "1.4E-45");
  EXPECT_EQ(java_float_text(33554432.0F), "3.3554432E7");
}

TEST(JsonWriter, Scalars) {
  EXPECT_EQ(write_json(Value::null()), "null");
  EXPECT_EQ(write_json(Value::boolean(true)), "true");
  EXPECT_EQ(write_json(Value::integer(INT64_MIN)), "-9223372036854775808");
  EXPECT_EQ(write_json(Value::number(1.0)), "1.0");
  EXPECT_EQ(write_json(Value::narrow_number(1.123F)), "1.123");
  EXPECT_EQ(write_json(Value::decimal("1.10")), "1.10");
  EXPECT_EQ(write_json(Value::decimal("123456789012345678901234567890")), "123456789012345678901234567890");
  // As Jackson does what JSON cannot say.
  EXPECT_EQ(write_json(Value::number(std::nan(""))), R"("NaN")");
  EXPECT_EQ(write_json(Value::number(-HUGE_VAL)), R"("-Infinity")");
}

// EXPR-14
TEST(JsonWriter, Strings) {
  EXPECT_EQ(write_json(Value::string("a\"\\/\b\f\n\r\t\x01\x1F\x7F\xC2\x80\xE2\x80\xA8\xC3\xA9\xF0\x9F\x98\x80")),
            "\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001F\x7F\xC2\x80\xE2\x80\xA8\xC3\xA9\xF0\x9F\x98\x80\"");
  EXPECT_EQ(write_json(Value::string(std::string_view("\0x", 2))), "\"\\u0000x\"");
  EXPECT_EQ(write_json(Value::string("a\xFF\n")), "\"a\xEF\xBF\xBD\\n\"");  // no UTF-8: still JSON
  std::string out = "x";
  append_json_string(out, "");
  EXPECT_EQ(out, "x\"\"");
}

// EXPR-14, API-23
TEST(JsonWriter, NullEntriesAreLeftOutOnRequest) {
  Value value = *parse_json(R"({"a":null,"b":[1,null,{"c":null,"d":2}],"e":{"f":null}})");
  EXPECT_EQ(write_json(value), R"({"a":null,"b":[1,null,{"c":null,"d":2}],"e":{"f":null}})");
  EXPECT_EQ(write_json(value, {.omit_null_entries = true}), R"({"b":[1,null,{"d":2}],"e":{}})");
}

TEST(JsonWriter, Pretty) {
  Value value = *parse_json(R"({"a":[1,{"b":2}],"c":[],"d":{},"e":null})");
  EXPECT_EQ(write_json(value, {.omit_null_entries = true, .pretty = true}),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": 2\n    }\n  ],\n  \"c\": [],\n  \"d\": {}\n}");
  EXPECT_EQ(write_json(*parse_json(R"({"a":null})"), {.omit_null_entries = true, .pretty = true}), "{}");
}

// EXPR-16
TEST(JsonWriter, Times) {
  auto duration = [](Duration d) { return write_json(Value::list({Value::duration(d)})); };
  EXPECT_EQ(duration(Duration::of_seconds(300)), "[300.000000000]");
  EXPECT_EQ(duration(Duration::of_millis(-500)), "[-0.500000000]");
  EXPECT_EQ(duration(Duration::of_millis(-1500)), "[-1.500000000]");
  EXPECT_EQ(duration({0, 1}), "[0.000000001]");
  EXPECT_EQ(duration({}), "[0.0]");
  EXPECT_EQ(duration({INT64_MIN, 0}), "[-9223372036854775808.000000000]");
  EXPECT_EQ(write_json(Value::duration(Duration::of_millis(546)), {.duration_as_iso = true}), R"("PT0.546S")");

  base::Instant instant = *parse_instant("2013-09-08T14:19:00.5Z");
  EXPECT_EQ(write_json(Value::instant(instant)), R"("2013-09-08T14:19:00.500Z")");
  EXPECT_EQ(write_json(Value::zoned_date_time(instant, 7200, "Europe/Paris")), R"("2013-09-08T16:19:00.5+02:00")");
  EXPECT_EQ(write_json(Value::zoned_date_time(instant, 0, "UTC")), R"("2013-09-08T14:19:00.5Z")");
  EXPECT_EQ(write_json(Value::local_date_time(instant.seconds, 0)), R"("2013-09-08T14:19:00")");
  EXPECT_EQ(write_json(Value::local_date(0)), R"("1970-01-01")");
  EXPECT_EQ(write_json(Value::local_time(58'740'500'000'000)), R"("16:19:00.5")");
}

TEST(JsonWriter, AppendsToWhatIsThere) {
  std::string out = "data: ";
  append_json(out, Value::list({Value::integer(1)}));
  EXPECT_EQ(out, "data: [1]");
}

}  // namespace
}  // namespace gyr::syntax
