#include "host/kv_values.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "syntax/json.h"
#include "syntax/json_reader.h"
#include "syntax/time.h"
#include "text/decimal.h"

namespace gyr::executor {
namespace {

using base::Value;

bool alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/// The names of infinity and not-a-number in Ion, JavaScript and Java, and JSON numbers that do not fit into a double.
bool is_no_finite_number(std::string_view text) {
  constexpr std::string_view words[] = {"nan", "NaN", "inf", "Inf", "INF", "Infinity"};
  std::string_view digits = text;
  if (digits.starts_with('-') || digits.starts_with('+')) digits.remove_prefix(1);
  const bool is_signed = digits.size() < text.size();
  if (std::ranges::find(words, digits) != std::end(words) &&
      (is_signed || digits == "NaN" || digits == "nan" || digits == "Infinity"))
    return true;
  return std::ranges::all_of(digits,
                             [](char c) {
                               return (c >= '0' && c <= '9') || c == '.' || c == 'e' || c == 'E' || c == '+' ||
                                      c == '-';
                             }) &&
         !syntax::decimal_to_double(text);
}

base::Result<Value> not_held(std::string_view text) {
  return base::fail(base::Error(bad_kv_value, fmt::format("value: the number `{}` is not finite or has too many digits",
                                                          text.substr(0, 80)))
                        .with_hint("send the number as a string, in quotes"));
}

/// A number with a fraction or an exponent: a double if its shortest text is this number, otherwise a decimal.
base::Result<Value> exact_number(std::string_view text, double value) {
  constexpr int64_t max_scale = 1'000;
  const auto exact = text::Decimal::parse(text);
  if (!exact || std::abs(exact->scale()) > max_scale || exact->digit_count() > syntax::max_json_integer)
    return not_held(text);
  if (text::Decimal::compare(*exact, text::Decimal::of_double(value)) == 0) return Value::number(value);
  return Value::decimal(exact->plain_text());
}

}  // namespace

bool is_kv_key(std::string_view key) {
  if (key.empty() || key.size() > 1024 || !alphanumeric(key.front())) return false;
  return std::all_of(key.begin(), key.end(),
                     [](char c) { return alphanumeric(c) || c == '.' || c == '_' || c == '-'; });
}

std::string kv_type_of(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::boolean: return "BOOLEAN";
    case Value::Kind::integer:
    case Value::Kind::number:
    case Value::Kind::decimal: return "NUMBER";
    case Value::Kind::list:
    case Value::Kind::map: return "JSON";
    case Value::Kind::instant:
    case Value::Kind::zoned_date_time:
    case Value::Kind::local_date_time: return "DATETIME";
    case Value::Kind::local_date: return "DATE";
    case Value::Kind::duration: return "DURATION";
    case Value::Kind::string:
      return value.text().starts_with('P') && syntax::parse_duration(value.text()) ? "DURATION" : "STRING";
    default: return "STRING";
  }
}

base::Result<Value> parse_kv_body(std::string_view body) {
  std::string_view text = base::trim(body);
  if (text.empty()) return base::fail(bad_kv_value, "the value is empty; send \"\" for an empty string");
  auto json = syntax::parse_json(text);
  if (json) return json->is_number() ? exact_number(text, json->as_number()) : json;
  // It was meant to be JSON: the error of the JSON parser has the position.
  const bool is_too_large = json.error().code() == syntax::json_limit_exceeded;
  if (is_too_large || text.front() == '{' || text.front() == '[' || text.front() == '"') return json;
  if (is_no_finite_number(text)) return not_held(text);
  if (text.starts_with('P') || text.starts_with("-P")) {
    if (auto duration = syntax::parse_duration(text)) return Value::duration(*duration);
  }
  if (auto date = syntax::parse_local_date(text)) return Value::local_date(*date);
  if (auto instant = syntax::parse_instant(text)) return Value::instant(*instant);
  return Value::string(body);
}

}  // namespace gyr::executor
