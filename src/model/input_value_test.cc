// Values of inputs by type: the tables of FLOW-22 and FLOW-23, row by row.
#include "model/input_value.h"

#include <gtest/gtest.h>

#include "model/bind.h"
#include "model/test_types.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace gyr::model {

namespace {

using base::Value;

/// The definition is kept with its node; definitions here have no errors.
Input define(std::string_view spec) {
  Input input;
  BindContext context(testing::test_types());
  const auto node = syntax::parse_yaml("{id: x, " + std::string(spec) + "}");
  EXPECT_TRUE(node.has_value()) << spec;
  Binder<Input>::bind(*node, input, context);
  EXPECT_FALSE(context.failed()) << spec << ": "
                                 << (context.diagnostics().empty() ? "" : context.diagnostics()[0].message);
  return input;
}

/// The stored value as JSON, or `!` and all findings joined with ` | `.
std::string outcome(const Input& input, const Value& raw) {
  auto parsed = parse_value(input.type, input.item_type, raw);
  if (!parsed) return "!" + parsed.error().message();
  const auto findings = parsed->is_null() ? std::vector<std::string>() : check_value(input, *parsed, nullptr);
  if (!findings.empty()) return fmt::format("!{}", fmt::join(findings, " | "));
  return syntax::write_json(*parsed);
}

struct Row {
  const char* spec;
  const char* sent;    ///< text as a form brings it
  const char* wanted;  ///< JSON, or `!` and what the message holds
};

class InputValues : public ::testing::TestWithParam<Row> {};

TEST_P(InputValues, AreReadAndChecked) {
  const Row& row = GetParam();
  const std::string found = outcome(define(row.spec), Value::string(row.sent));
  if (row.wanted[0] == '!') {
    EXPECT_EQ(found.substr(0, 1), "!") << row.spec << " " << row.sent << ": " << found;
    EXPECT_NE(found.find(row.wanted + 1), std::string::npos) << row.spec << " " << row.sent << ": " << found;
  } else {
    EXPECT_EQ(found, row.wanted) << row.spec << " " << row.sent;
  }
}

// FLOW-22, FLOW-23 and the values of the compatibility cases.
INSTANTIATE_TEST_SUITE_P(
    Texts, InputValues,
    ::testing::Values(
        Row{"type: STRING", "v", "\"v\""}, Row{"type: STRING", "{{ flow.id }}", "\"{{ flow.id }}\""},
        Row{"type: STRING", "  ", "\"  \""},
        Row{"type: STRING", "two\nlines \"quoted\" ümlaut 語 😀", "\"two\\nlines \\\"quoted\\\" ümlaut 語 😀\""},
        Row{"type: STRING, validator: '[A-Z]\\d+'", "A123", "\"A123\""},
        Row{"type: STRING, validator: '[A-Z]\\d+'", "A123b", "!it must match the pattern `[A-Z]\\d+`"},
        Row{"type: STRING, validator: '[A-Z]\\d+'", "b1", "!it must match the pattern"},
        Row{"type: SECRET, validator: '[a-z]+'", "ABC", "!it must match the pattern `[a-z]+`"},
        Row{"type: INT", "5", "5"}, Row{"type: INT", "-42", "-42"}, Row{"type: INT", "+5", "5"},
        Row{"type: INT", "007", "7"}, Row{"type: INT", "-0", "0"}, Row{"type: INT", "+007", "7"},
        Row{"type: INT", " 5 ", "!For input string: \" 5 \""}, Row{"type: INT", "1.5", "!For input string: \"1.5\""},
        Row{"type: INT", "abc", "!For input string: \"abc\""},
        Row{"type: INT", "99999999999", "!For input string: \"99999999999\""},
        Row{"type: INT", "+-5", "!For input string"}, Row{"type: INT", "", "!For input string: \"\""},
        Row{"type: INT", "2147483647", "2147483647"}, Row{"type: INT", "2147483648", "!For input string"},
        Row{"type: INT, min: 10, max: 20", "10", "10"}, Row{"type: INT, min: 10, max: 20", "20", "20"},
        Row{"type: INT, min: 10, max: 20", "9", "!it must be more than `10`"},
        Row{"type: INT, min: 10, max: 20", "21", "!it must be less than `20`"}, Row{"type: FLOAT", "1", "1.0"},
        Row{"type: FLOAT", "3.14", "3.14"}, Row{"type: FLOAT", "1e5", "100000.0"}, Row{"type: FLOAT", " 1.5 ", "1.5"},
        Row{"type: FLOAT", "16777217", "1.6777216E7"}, Row{"type: FLOAT", "1e-50", "0.0"},
        Row{"type: FLOAT", "abc", "!For input string: \"abc\""},
        // EXEC-162: neither NaN nor infinity
        Row{"type: FLOAT", "NaN", "!For input string: \"NaN\""}, Row{"type: FLOAT", "Infinity", "!For input string"},
        Row{"type: FLOAT", "1e400", "!For input string"}, Row{"type: FLOAT", "1e39", "!For input string"},
        Row{"type: FLOAT", "1.5x", "!For input string"}, Row{"type: FLOAT, min: 0.1, max: 50.5", "0.1", "0.1"},
        Row{"type: FLOAT, min: 0.1, max: 50.5", "0.01", "!it must be more than `0.1`"},
        Row{"type: FLOAT, min: 0.1, max: 50.5", "51", "!it must be less than `50.5`"},
        Row{"type: BOOL", "true", "true"}, Row{"type: BOOL", "TRUE", "true"}, Row{"type: BOOL", "false", "false"},
        Row{"type: BOOL", "whatever", "false"}, Row{"type: BOOLEAN", "True", "true"},
        Row{"type: BOOLEAN", "1", "false"}));

INSTANTIATE_TEST_SUITE_P(
    Times, InputValues,
    ::testing::Values(
        Row{"type: DATETIME", "2024-01-01T10:00:00+02:00", "\"2024-01-01T08:00:00.000000Z\""},
        Row{"type: DATETIME", "2024-01-01T10:00:00.123456789Z", "\"2024-01-01T10:00:00.123456Z\""},
        Row{"type: DATETIME", "2024-01-01T10:00:00", "!2024-01-01T10:00:00"},
        Row{"type: DATETIME", "yesterday", "!yesterday"}, Row{"type: DATETIME", "1700000000", "!1700000000"},
        Row{"type: DATETIME", "2024-01-01", "!2024-01-01"},
        Row{"type: DATETIME, after: 2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z", "\"2024-01-01T00:00:00.000000Z\""},
        Row{"type: DATETIME, after: 2024-01-01T00:00:00Z", "2023-12-31T23:59:59Z",
            "!it must be after `2024-01-01T00:00:00Z`"},
        Row{"type: DATETIME, before: 2024-01-01T00:00:00Z", "2024-01-01T00:00:01Z",
            "!it must be before `2024-01-01T00:00:00Z`"},
        Row{"type: DATE", "2023-06-02", "\"2023-06-02\""}, Row{"type: DATE", "2023-13-01", "!2023-13-01"},
        Row{"type: DATE", "2023-6-2", "!2023-6-2"}, Row{"type: DATE", "2024-02-29", "\"2024-02-29\""},
        Row{"type: DATE", "2023-02-29", "!2023-02-29"}, Row{"type: DATE", "x", "!x"},
        Row{"type: DATE, after: 2024-01-01, before: 2024-02-01", "2024-02-01", "\"2024-02-01\""},
        Row{"type: DATE, after: 2024-01-01, before: 2024-02-01", "2023-06-02", "!it must be after `2024-01-01`"},
        Row{"type: DATE, after: 2024-01-01, before: 2024-02-01", "2025-01-01", "!it must be before `2024-02-01`"},
        Row{"type: TIME", "10:27", "\"10:27:00\""}, Row{"type: TIME", "10:27:49", "\"10:27:49\""},
        Row{"type: TIME", "10:27:49.5", "\"10:27:49.5\""},
        Row{"type: TIME", "10:27:49.123456789", "\"10:27:49.123456789\""}, Row{"type: TIME", "1:2", "!1:2"},
        Row{"type: TIME", "25:00:00", "!25:00:00"},
        Row{"type: TIME, after: '01:00:00', before: '11:59:59.5'", "00:00", "!it must be after `01:00`"},
        Row{"type: TIME, after: '01:00:00', before: '11:59:59.5'", "13:00", "!it must be before `11:59:59.500`"},
        Row{"type: TIME, after: '10:00:00'", "09:00", "!it must be after `10:00`"},
        Row{"type: DURATION", "PT90M", "5400.0"}, Row{"type: DURATION", "P1D", "86400.0"},
        Row{"type: DURATION", "PT1.5S", "1.5"}, Row{"type: DURATION", "PT0S", "0.0"},
        Row{"type: DURATION", "-PT1S", "-1.0"}, Row{"type: DURATION", "P1M", "!"}, Row{"type: DURATION", "90", "!"},
        Row{"type: DURATION", "a while", "!"}, Row{"type: DURATION, min: PT10S, max: PT20S", "PT10S", "10.0"},
        Row{"type: DURATION, min: PT10S, max: PT20S", "PT1S", "!It must be more than `PT10S`"},
        Row{"type: DURATION, min: PT10S, max: PT20S", "PT21S", "!It must be less than `PT20S`"}));

INSTANTIATE_TEST_SUITE_P(
    Structures, InputValues,
    ::testing::Values(
        Row{"type: JSON", "{\"a\": {\"b\": [1, 2]}}", "{\"a\":{\"b\":[1,2]}}"},
        Row{"type: JSON", "[1, \"two\", true]", "[1,\"two\",true]"}, Row{"type: JSON", "5", "5"},
        Row{"type: JSON", "\"x\"", "\"x\""}, Row{"type: JSON", "null", "null"}, Row{"type: JSON", "{broken", "!"},
        Row{"type: JSON", "{} x", "!"}, Row{"type: JSON", "1.10", "1.1"},
        Row{"type: JSON", "12345678901234567890", "12345678901234567890"},
        Row{"type: YAML", "a: [1, x]", "{\"a\":[1,\"x\"]}"}, Row{"type: YAML", "5", "5"},
        Row{"type: YAML", "yes", "true"}, Row{"type: YAML", "a: [", "!"},
        Row{"type: YAML", "---\na: 1\n---\nb: 2\n", "{\"a\":1}"}, Row{"type: URI", "http://a/b", "\"http://a/b\""},
        Row{"type: URI", "mailto:a@b", "\"mailto:a@b\""}, Row{"type: URI", "kestra:///a", "\"kestra:///a\""},
        Row{"type: URI", "http:/bla", "\"http:/bla\""}, Row{"type: URI", "none", "!Invalid URI format."},
        Row{"type: URI", "no scheme", "!Illegal character in path at index 2: no scheme"},
        Row{"type: EMAIL", "someone@example.com", "\"someone@example.com\""}, Row{"type: EMAIL", "a@b", "\"a@b\""},
        Row{"type: EMAIL", "nobody", "!The input must be a valid email"},
        Row{"type: EMAIL", "a@b c", "!The input must be a valid email"},
        Row{"type: EMAIL", "ä@b.de", "!The input must be a valid email"},
        Row{"type: EMAIL", "it’s@b.de", "\"it’s@b.de\""}, Row{"type: FILE", "kestra:///a/b", "\"kestra:///a/b\""},
        Row{"type: FILE", "nsfile:///x", "\"nsfile:///x\""}, Row{"type: FILE", "file:///x", "\"file:///x\""},
        // STOR-42: any other text is not a file.
        Row{"type: FILE", "abc", "!"}, Row{"type: FILE", "http://x", "!"},
        Row{"type: FILE, allowedFileExtensions: ['.csv', txt]", "kestra:///a/b.CSV", "\"kestra:///a/b.CSV\""},
        Row{"type: FILE, allowedFileExtensions: ['.csv', txt]", "kestra:///a/b.txt?x=1", "\"kestra:///a/b.txt?x=1\""},
        Row{"type: FILE, allowedFileExtensions: ['.csv', txt]", "kestra:///a/b.zip",
            "!File type not allowed. Accepted extensions: .csv, txt"},
        Row{"type: FILE, allowedFileExtensions: ['.csv']", "kestra:///a.csv/b", "!File type not allowed"}));

INSTANTIATE_TEST_SUITE_P(
    Choices, InputValues,
    ::testing::Values(
        Row{"type: SELECT, values: [A, 1, 'true']", "A", "\"A\""},
        Row{"type: SELECT, values: [A, 1, 'true']", "1", "\"1\""},
        Row{"type: SELECT, values: [A, B]", "C", "!it must match the values `[A, B]`"},
        // EXEC-161: also where it is not required
        Row{"type: SELECT, values: [A], required: false", "C", "!it must match the values `[A]`"},
        Row{"type: SELECT, values: [A], allowCustomValue: true", "C", "\"C\""},
        Row{"type: ENUM, values: [ONE, TWO]", "TWO", "\"TWO\""},
        Row{"type: ENUM, values: [ONE, TWO]", "THREE", "!it must match the values `[ONE, TWO]`"},
        Row{"type: MULTISELECT, values: [A, B, C]", "[\"A\", \"C\"]", "[\"A\",\"C\"]"},
        Row{"type: MULTISELECT, values: [A, B]", "[]", "[]"},
        Row{"type: MULTISELECT, values: [A, B]", "[\"A\",\"A\"]", "[\"A\",\"A\"]"},
        Row{"type: MULTISELECT, values: [A, B]", "[\"A\",\"Z\"]", "!value `Z` doesn't match the values `[A, B]`"},
        Row{"type: MULTISELECT, values: [A, B]", "[\"Z\",\"Y\"]",
            "!value `Z` doesn't match the values `[A, B]` | value `Y` doesn't match the values `[A, B]`"},
        Row{"type: MULTISELECT, values: [A], required: false", "[\"Z\"]", "!value `Z`"},
        Row{"type: MULTISELECT, values: [A, B]", "A", "!"},
        Row{"type: MULTISELECT, values: [A, B]", "{\"a\":1}",
            "!Cannot deserialize value of type `java.util.ArrayList<java.lang.Object>`"},
        Row{"type: MULTISELECT, values: [A, B]", "[null]", "!Unable to parse array element as `STRING` on `null`"},
        Row{"type: MULTISELECT, values: [A], allowCustomValue: true", "[\"Q\"]", "[\"Q\"]"},
        Row{"type: MULTISELECT, values: [\"1\", \"2\"], itemType: INT", "[1,\"2\"]", "[1,2]"},
        Row{"type: MULTISELECT, values: [\"1\", \"2\"], itemType: INT", "[3]", "!value `3` doesn't match"},
        Row{"type: MULTISELECT, options: [A]", "[\"A\"]", "[\"A\"]"},
        Row{"type: MULTISELECT, values: [A], options: [B]", "[\"A\"]", "!you can't define both `values` and `options`"},
        Row{"type: ARRAY, itemType: INT", "[1, \"2\", 3]", "[1,2,3]"}, Row{"type: ARRAY, itemType: INT", "[]", "[]"},
        Row{"type: ARRAY, itemType: INT", "[1.5]", "!Unable to parse array element as `INT` on `1.5`"},
        Row{"type: ARRAY, itemType: INT", "[\"s1\"]", "!Unable to parse array element as `INT` on `s1`"},
        Row{"type: ARRAY, itemType: STRING", "[null]", "!Unable to parse array element as `STRING` on `null`"},
        Row{"type: ARRAY, itemType: STRING", "[1,\"2\",true,{\"a\":1}]", "[\"1\",\"2\",\"true\",\"{\\\"a\\\":1}\"]"},
        Row{"type: ARRAY, itemType: STRING", "[\"\"]", "[\"\"]"},
        Row{"type: ARRAY, itemType: FLOAT", "[1, 2.5, \"3\"]", "[1.0,2.5,3.0]"},
        Row{"type: ARRAY, itemType: BOOL", "[\"x\",true,\"true\"]", "[false,true,true]"},
        Row{"type: ARRAY, itemType: DATE", "[\"2024-02-29\"]", "[\"2024-02-29\"]"},
        Row{"type: ARRAY, itemType: DATE", "[\"soon\"]", "!Unable to parse array element as `DATE` on `soon`"},
        Row{"type: ARRAY, itemType: DATETIME", "[\"2024-01-01T10:00:00+02:00\"]", "[\"2024-01-01T08:00:00.000000Z\"]"},
        Row{"type: ARRAY, itemType: DURATION", "[\"PT1M\"]", "[60.0]"},
        Row{"type: ARRAY, itemType: JSON", "[{\"a\": 1}, \"{}\"]", "[{\"a\":1},{}]"},
        Row{"type: ARRAY, itemType: JSON", "[\"x\"]", "!Unable to parse array element as `JSON` on `x`"},
        Row{"type: ARRAY, itemType: EMAIL", "[\"x\"]", "[\"x\"]"},
        Row{"type: ARRAY, itemType: URI", "[\"x\"]", "!Unable to parse array element as `URI` on `x`"},
        Row{"type: ARRAY, itemType: FORM", "[\"x\"]", "!Unable to parse array element as `FORM` on `x`"},
        Row{"type: ARRAY, itemType: INT", "no list", "!"}, Row{"type: ARRAY, itemType: INT", "{\"a\":1}", "!"},
        Row{"type: ARRAY, itemType: INT", "[1,", "!"}));

// FLOW-22: values that are typed already are taken as they are when they fit.
TEST(InputValues, TypedValues) {
  const auto typed = [](std::string_view spec, const Value& raw) { return outcome(define(spec), raw); };
  EXPECT_EQ(typed("type: STRING", Value::integer(5)), "\"5\"");
  EXPECT_EQ(typed("type: STRING", Value::list({Value::integer(1)})), "\"[1]\"");
  EXPECT_EQ(typed("type: INT", Value::integer(5)), "5");
  EXPECT_EQ(typed("type: INT", Value::number(1.5)), "!For input string: \"1.5\"");
  EXPECT_EQ(typed("type: FLOAT", Value::integer(2)), "2.0");
  EXPECT_EQ(typed("type: BOOL", Value::boolean(true)), "true");
  EXPECT_EQ(typed("type: DURATION", Value::number(5400)), "5400.0");
  EXPECT_EQ(typed("type: DURATION", Value::duration(base::Duration::of_seconds(60))), "60.0");
  EXPECT_EQ(typed("type: DATETIME", Value::instant(base::Instant::of_millis(0))), "\"1970-01-01T00:00:00.000000Z\"");
  EXPECT_EQ(typed("type: JSON", Value::map({{"a", Value::integer(1)}})), "{\"a\":1}");
  EXPECT_EQ(typed("type: YAML", Value::list({Value::integer(1)})), "[1]");
  EXPECT_EQ(typed("type: ARRAY, itemType: STRING", Value::list({Value::integer(1)})), "[\"1\"]");
  EXPECT_EQ(typed("type: MULTISELECT, values: [A]", Value::list({Value::string("A")})), "[\"A\"]");
}

// FLOW-23
TEST(InputValues, MessageWrappers) {
  EXPECT_EQ(input_message("x", "cause"), "Invalid value for input `x`. Cause: cause");
  EXPECT_EQ(output_message("x", "cause"), "Invalid value for output `x`. Cause: cause");
}

// FLOW-24: a validator that takes too long is a finding, not a hang.
TEST(InputValues, SlowValidator) {
  const Input input = define("type: STRING, validator: '(?=(a+)+$)(a+)+b'");
  EXPECT_NE(outcome(input, Value::string(std::string(60, 'a'))).find("takes too long"), std::string::npos);
}

TEST(InputValues, NestedNames) {
  const Value given = Value::map({{"a.b", Value::integer(1)}, {"c", Value::map({{"d", Value::integer(2)}})}});
  EXPECT_EQ(find_nested(given, "a.b")->as_integer(), 1);
  EXPECT_EQ(find_nested(given, "c.d")->as_integer(), 2);
  EXPECT_EQ(find_nested(given, "c.e"), nullptr);
  EXPECT_EQ(find_nested(given, "a"), nullptr);
  EXPECT_EQ(find_nested(Value::null(), "a.b"), nullptr);
}

}  // namespace

}  // namespace gyr::model
